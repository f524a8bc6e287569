"""The picker: a stay, its use and needs in; the cheapest schedule, with dates and reasons, out."""

import datetime as dt

import ipywidgets as w
import pandas as pd

from prepaid import charts, tables
from prepaid.catalog import OLD_PRICE_DAYS, price_age_days
from prepaid.i18n import Words
from prepaid.models.pick import GB_PER, SLOW_KBPS, Pick, PickModel
from prepaid.schedule import NoSchedule, Schedule
from prepaid.usage import Rate, activities
from prepaid.views.base import StepView, grid, row
from prepaid.views.keep import KeepRow


class PickView(StepView):
    """Lesson 02's picker, see :class:`prepaid.models.pick.PickModel`."""

    model: PickModel

    def controls(self) -> list[w.Widget]:
        stay = row(*self._stay_inputs())
        mode = self.choice("mode", ["activities", "gb"], w.ToggleButtons)
        mode.style.button_width = "auto"
        level = self.choice("level", ["low", "typical", "high"])
        hours = self._activity_inputs()
        gb, gb_per = self.number("gb", step=0.5), self.choice("gb_per", GB_PER)
        self._of_mode = {"activities": [level, *hours], "gb": [gb, gb_per]}
        self._boxes = {"activities": w.VBox([row(level), grid(*hours)]), "gb": row(gb, gb_per)}
        self._show_mode()
        self.model.observe(self._show_mode, names="mode")
        return [
            self.heading("pick.stay"), stay,
            self.heading("pick.use"), mode, *self._boxes.values(),
            self.heading("pick.needs"), *need_inputs(self),
            KeepRow(self.model, self.model.inputs(), self.words, self._first_plan),
        ]

    def _first_plan(self) -> dict[str, str]:
        problem, answer = self.model.problem, self.model.answer
        return {} if problem else {"plan_id": answer.schedule.plan_ids[0]}

    def asked(self, widget: w.Widget) -> bool:
        return not any(widget in inputs for mode, inputs in self._of_mode.items()
                       if mode != self.model.mode)

    def _stay_inputs(self) -> list[w.Widget]:
        first = self.linked("start", w.DatePicker())
        days = self.number("days", whole=True)
        last = w.DatePicker(description=self.words("input.last_day"), style=first.style)

        def set_last(_change=None):
            if self.model.problem is None:
                last.value = first.value + dt.timedelta(days.value - 1)

        def set_days(change):
            if change["new"] and first.value:
                days.value = (change["new"] - first.value).days + 1

        set_last()
        last.observe(set_days, names="value")
        self.model.observe(set_last, names="version")
        return [first, days, last]

    def _activity_inputs(self) -> list[w.Widget]:
        table = activities()
        boxes: dict[str, w.Widget] = {}
        for activity in self.model.hours:
            rate = table[activity]
            label = self.words(
                f"pick.per_{rate.per}", activity=activity_name(rate, self.words))
            boxes[activity] = w.FloatText(
                self.model.hours[activity], description=label, step=0.25, continuous_update=True)

        def to_model(_change=None):
            self.model.hours = {activity: box.value for activity, box in boxes.items()}

        def to_widgets(change):
            for activity, box in boxes.items():
                box.unobserve(to_model, names="value")
                box.value = change["new"].get(activity, 0)
                box.observe(to_model, names="value")

        for box in boxes.values():
            box.observe(to_model, names="value")
        self.model.observe(to_widgets, names="hours")
        self.inputs += boxes.values()
        return list(boxes.values())

    def _show_mode(self, _change=None) -> None:
        for mode, box in self._boxes.items():
            box.layout.display = "flex" if mode == self.model.mode else "none"

    def parts(self):
        return [
            lambda _today: answer(self.model.answer, self.words),
            lambda today: reasons(self.model.answer, self.words, today),
        ]

    def problem(self) -> tables.Cell:
        return refused(self.model, self.words)

    def summary(self) -> str:
        return headline(self.model.answer, self.words)


def refused(model: PickModel, words: Words) -> tables.Cell:
    """What is wrong; where nothing covers the stay, also which need given up would help."""
    problem = model.problem
    if not isinstance(problem, NoSchedule):
        return tables.alert(problem.tell(words))
    helps = model.relaxations()
    return tables.alert(
        problem.tell(words),
        tables.paragraph(words("pick.relax" if helps else "pick.relax_nothing")),
        tables.bullets(
            words(f"pick.relaxed.{name}", total=total) for name, total in helps.items()),
    )


def need_inputs(view: StepView) -> list[w.Widget]:
    """The inputs for what a plan has to offer, and the button that resets all."""
    return [
        row(view.choice("sim", ["either", "esim", "physical"]), view.tick("us_number"),
            view.tick("hotspot"), view.tick("known_customer")),
        row(view.choice("slow_ok_kbps", SLOW_KBPS), view.number("tax_percent", step=0.25),
            view.reset_button()),
    ]


def headline(pick: Pick, words: Words) -> str:
    """The answer in one line."""
    schedule = pick.schedule
    key = "with_tax" if pick.tax_rate else "before_tax"
    return words(
        f"pick.headline_{key}", total=schedule.total_cents, days=pick.days,
        times=words("pick.purchases", n=len(schedule.bought)),
        per_day=round(schedule.total_cents / pick.days),
        tax=sum(one.tax_cents for one in schedule.bought),
    )


def answer(pick: Pick, words: Words) -> tables.Cell:
    """The schedule: a line, a picture and a table."""
    names = plan_names(pick.plans)
    return (
        tables.status(headline(pick, words)),
        tables.picture(
            charts.stay(pick.schedule, pick.start, names, words),
            " ".join(told(pick.start, purchase, names, words)
                     for purchase in pick.schedule.bought),
        ),
        purchases(pick.schedule, pick.start, names, words),
    )


def purchases(
    schedule: Schedule, start: dt.date, names: dict[str, str], words: Words
) -> tables.Cell:
    """The purchases of a schedule, with dates."""
    bought = schedule.bought
    costs = [
        cost for cost in ("fee", "tax") if any(getattr(one, f"{cost}_cents") for one in bought)
    ]
    head = [
        "purchase.day", "purchase.plan", "purchase.price",
        *(f"purchase.{name}" for name in costs),
        "purchase.covers", "purchase.used", "purchase.unused",
    ]
    rows = (
        [
            words.date(start + dt.timedelta(purchase.day)), names[purchase.plan_id],
            words.money(purchase.price_cents),
            *(words.money(getattr(purchase, f"{name}_cents")) for name in costs),
            covers(start, purchase, words), words.data(purchase.mb_used),
            words("purchase.no_limit") if purchase.mb_unused is None
            else words.data(purchase.mb_unused),
        ]
        for purchase in bought
    )
    return tables.table(
        words("purchase.caption"), [words(key) for key in head], rows,
        numbers=[2, *range(3, 3 + len(costs)), len(head) - 2, len(head) - 1],
    )


def covers(start: dt.date, purchase, words: Words) -> str:
    """The days a purchase serves."""
    first = start + dt.timedelta(purchase.day)
    last = first + dt.timedelta(purchase.serves_days - 1)
    return words(
        "purchase.period", first=first, last=last, days=purchase.serves_days)


def told(start: dt.date, purchase, names: dict[str, str], words: Words) -> str:
    """A purchase in one sentence."""
    return words(
        "purchase.told", day=start + dt.timedelta(purchase.day),
        name=names[purchase.plan_id], cents=purchase.price_cents,
        period=covers(start, purchase, words), used=purchase.mb_used,
    )


def reasons(pick: Pick, words: Words, today: dt.date | None) -> tables.Cell:
    """Why this and not another: runner-ups, plans left aside, sources."""
    return (
        runner_up_table(pick, words),
        set_aside(pick, words),
        sources(pick.plans, dict.fromkeys(pick.schedule.plan_ids), words, today),
    )


def runner_up_table(pick: Pick, words: Words, most: int = 6) -> tables.Cell:
    """What other providers would cost, the cheapest first; those that cannot serve in one line."""
    found = pick.runner_ups
    able, unable = found[found["total_cents"].notna()], found[found["total_cents"].isna()]
    names = plan_names(pick.plans)
    rows = (
        [
            other.provider, words.money(other.total_cents), words.money(other.extra_cents),
            words("pick.bought", n=other.purchases, plans=words.list(
                dict.fromkeys(names[plan_id] for plan_id in other.plan_ids))),
            words(f"why.{other.why}", n=other.n),
        ]
        for other in able.head(most).itertuples()
    )
    head = ["provider", "total", "extra", "plans", "why"]
    rest = able["provider"].iloc[most:]
    return (
        tables.table(words("pick.runner_ups"), [words(f"runner_up.{key}") for key in head], rows,
                     numbers=[1, 2]),
        tables.note(words("pick.dearer_still", providers=rest)) if len(rest) else None,
        tables.note(words("pick.cannot_serve", providers=unable["provider"]))
        if len(unable) else None,
    )


def set_aside(pick: Pick, words: Words) -> tables.Cell:
    """How many plans were not considered, and for which need or lack."""
    why = pick.excluded.filter(like="_why").stack()
    unmet = why[why != ""].reset_index(level=1)
    counts = unmet.value_counts(sort=False).sort_index()
    lines = [words(f"aside.{need}_{why}".replace("_why_", "_"), n=n)
             for (need, why), n in counts.items()]
    lacks = pick.left_out["reason"].value_counts().sort_index()
    lines += [words(f"aside.{reason}", n=n) for reason, n in lacks.items()]
    total = len(pick.plans) + len(pick.excluded)
    return tables.details(
        words("aside.summary", considered=len(pick.plans) - len(pick.left_out), total=total),
        tables.bullets(lines),
    )


def sources(
    plans: pd.DataFrame, plan_ids, words: Words, today: dt.date | None
) -> tables.Cell:
    """Where the prices of some plans come from, with what is worth knowing about each."""
    rows = plans.set_index("plan_id").loc[list(plan_ids)]
    note = note_column(rows.columns, words)
    names = plan_names(plans)
    return tables.table(
        words("source.caption"),
        [words(f"source.{key}") for key in ("plan", "as_of", "read", "check", "note")],
        (
            [
                names[plan.Index], aged(plan.as_of, words, today),
                tables.link(plan.source_url, plan.source_title),
                tables.link(plan.upstream_url, words("source.provider_page")),
                getattr(plan, note),
            ]
            for plan in rows.itertuples()
        ),
    )


def aged(as_of: str, words: Words, today: dt.date | None) -> str:
    """The date of a price, marked by the reader's date if it is old."""
    if not as_of:
        return words("source.undated")
    age = price_age_days(as_of, today) if today else 0
    return words("source.old", as_of=as_of, age=age) if age > OLD_PRICE_DAYS else as_of


def plan_names(plans: pd.DataFrame) -> dict[str, str]:
    """What to call each plan: provider and the provider's own name for it."""
    return dict(zip(plans["plan_id"], plans["provider"] + " · " + plans["plan_name"], strict=True))


def note_column(columns, words: Words) -> str:
    """The column that holds the notes in this language, or in English where there is none."""
    return "note_zh" if words.language == "zh-CN" and "note_zh" in columns else "note"


def activity_name(rate: Rate, words: Words) -> str:
    """What an activity is called in this language, in short where the table is long-winded."""
    short = f"activity.{rate.activity_id}"
    if short in words:
        return words(short)
    return rate.activity_zh if words.language == "zh-CN" else rate.activity
