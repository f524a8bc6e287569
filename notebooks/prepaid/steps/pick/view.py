"""The picker: a stay, its use and needs in; the cheapest schedule, with dates and reasons, out."""

import datetime as dt

import ipywidgets as w

from prepaid.catalogue.usage import Rate, activities
from prepaid.html import charts, page
from prepaid.html.plans import (
    activity_name,
    caveats,
    firm,
    pauses,
    plan_names,
    purchases,
    purchases_told,
    sources,
    total,
)
from prepaid.i18n import Words
from prepaid.schedule import NoSchedule
from prepaid.steps.keep.view import KeepRow
from prepaid.steps.pick.model import PickAnswer, PickModel
from prepaid.steps.view import StepView, grid, row


class PickView(StepView):
    """Lesson 02's picker, see :class:`prepaid.steps.pick.model.PickModel`."""

    model: PickModel

    def controls(self) -> list[w.Widget]:
        stay = row(*self._stay_inputs())
        mode = self.widget("mode")
        mode.style.button_width = "auto"
        level = self.widget("level")
        hours = self._activity_inputs()
        gb, gb_per = self.widget("gb"), self.widget("gb_per")
        self._of_mode = {"activities": [level, *hours], "gb": [gb, gb_per]}
        self._boxes = {"activities": w.VBox([row(level), grid(*hours)]), "gb": row(gb, gb_per)}
        self._show_mode()
        self.model.observe(self._show_mode, names="mode")
        return [
            self.heading("pick.stay"), stay,
            self.heading("pick.use"), mode, *self._boxes.values(),
            self.heading("pick.needs"), self.needs_row(),
            KeepRow(self.model, self.model.inputs(), self.words, self._first_plan),
        ]

    def _first_plan(self) -> dict[str, str]:
        problem, answer = self.model.problem, self.model.answer
        return {} if problem else {"plan_id": answer.schedule.plan_ids[0]}

    def asked(self, widget: w.Widget) -> bool:
        return not any(widget in inputs for mode, inputs in self._of_mode.items()
                       if mode != self.model.mode)

    def _stay_inputs(self) -> list[w.Widget]:
        first, days = self.widget("start"), self.widget("days")
        last = w.DatePicker(description=self.words("input.last_day"), style=first.style)
        self._early: dt.date | None = None  # a last day that is before the first
        self._following = False

        def set_last(_change=None):
            if self.model.problem is None and self._early is None:
                self._following = True
                last.value = first.value + dt.timedelta(days.value - 1)
                self._following = False

        def set_days(change):
            if change["new"] and first.value and not self._following:
                self._set_days(days, first.value, change["new"])

        def from_first(change):
            if self._early and change["new"]:
                self._set_days(days, change["new"], self._early)

        set_last()
        first.observe(from_first, names="value")
        last.observe(set_days, names="value")
        self.model.observe(set_last, names="version")
        return [first, days, last, self.widget("arrive"), self.widget("leave")]

    def _set_days(self, days: w.IntText, first: dt.date, last: dt.date) -> None:
        """Let the days follow; a last day before the first waits for another first day."""
        self._early = last if last < first else None
        if self._early is None:
            days.value = (last - first).days + 1
        self._show_problem()

    def _show_problem(self) -> None:
        if getattr(self, "_early", None):
            told = page.alert(self.words("refusal.last_before_first", last=self._early))
            self._problem.value = self._page(told)
        else:
            super()._show_problem()

    def _activity_inputs(self) -> list[w.Widget]:
        return [self._activity_input(activities()[name]) for name in self.model.hours]

    def _activity_input(self, rate: Rate) -> w.Widget:
        def write(value: float) -> None:
            self.model.hours = {**self.model.hours, rate.activity_id: value}

        label = self.words(f"pick.per_{rate.per}", activity=activity_name(rate, self.words))
        box = w.FloatText(description=label, step=0.25, continuous_update=True)
        return self.tied(box, "hours", lambda: self.model.hours.get(rate.activity_id, 0), write)

    def _show_mode(self, _change=None) -> None:
        for mode, box in self._boxes.items():
            box.layout.display = "flex" if mode == self.model.mode else "none"

    def parts(self):
        return answer, firm_until, reasons

    def problem(self) -> page.Cell:
        return refused(self.model, self.words)

    def summary(self) -> str:
        return headline(self.model.answer, self.words)


def refused(model: PickModel, words: Words) -> page.Cell:
    """What is wrong; where nothing covers the stay, also which need given up would help."""
    problem = model.problem
    if not isinstance(problem, NoSchedule):
        return page.alert(problem.tell(words))
    helps = model.relaxations()
    return page.alert(
        problem.tell(words),
        page.paragraph(words("pick.relax" if helps else "pick.relax_nothing")),
        page.bullets(
            words(f"pick.relaxed.{name}", total=total) for name, total in helps.items()),
    )


def headline(pick: PickAnswer, words: Words) -> str:
    """The answer in one line."""
    schedule = pick.schedule
    key = "with_tax" if pick.tax_rate else "before_tax"
    return words(
        f"pick.headline_{key}", total=total(schedule.total_cents, schedule.unknown_fees, words),
        days=pick.days, times=words("pick.purchases", n=len(schedule.bought)),
        per_day=round(schedule.total_cents / pick.days),
        tax=sum(one.tax_cents for one in schedule.bought),
    )


def answer(pick: PickAnswer, words: Words) -> page.Cell:
    """The schedule: a line, a picture and a table."""
    names = plan_names(pick.plans, words)
    return (
        page.status(headline(pick, words)),
        (page.note(words("pick.number_only")), pauses(pick.schedule, pick.start, words))
        if pick.number_only else None,
        page.picture(
            charts.stay(pick.schedule, pick.start, names, words),
            " ".join(purchases_told(pick.schedule, pick.start, names, words)),
        ),
        purchases(pick.schedule, pick.start, names, words),
        caveats(pick.schedule, names, words),
    )


def firm_until(pick: PickAnswer, words: Words) -> page.Cell:
    """What more bother would save, how old the prices are, and up to which price the answer
    holds."""
    least, schedule = pick.least_money, pick.schedule
    saved = schedule.total_cents - least.total_cents
    names = plan_names(pick.plans, words)
    return (
        page.paragraph(words(
            "pick.saved_by_bother", n=len(least.bought), saved=saved,
            total=total(least.total_cents, least.unknown_fees, words),
            plans=[names[plan_id] for plan_id in dict.fromkeys(least.plan_ids)]))
        if saved else None,
        firm(pick.firmness, pick.plans, schedule, words),
    )


def reasons(pick: PickAnswer, words: Words) -> page.Cell:
    """Why this and not another: runner-ups, plans left aside, sources."""
    return (
        None if pick.number_only else runner_up_table(pick, words),
        set_aside(pick, words),
        sources(pick.plans, dict.fromkeys(pick.schedule.plan_ids), words),
    )


def runner_up_table(pick: PickAnswer, words: Words, most: int = 6) -> page.Cell:
    """What other providers would cost, the cheapest first; those that cannot serve in one line."""
    found = pick.runner_ups
    able, unable = found[found["total_cents"].notna()], found[found["total_cents"].isna()]
    names = plan_names(pick.plans, words)
    rows = (
        [
            other.provider, words.money(other.total_cents), words.money(other.extra_cents),
            words("pick.bought", n=other.purchases, plans=words.list(
                dict.fromkeys(names[plan_id] for plan_id in other.plan_ids))),
            words(f"why.{other.why}", n=other.n),
        ]
        for other in able.head(most).itertuples()
    )
    rest = able["provider"].iloc[most:]
    return (
        page.table(words("pick.runner_ups"),
                   words.each("runner_up", "provider total extra plans why"), rows, numbers=[1, 2]),
        page.note(words("pick.dearer_still", providers=rest)) if len(rest) else None,
        page.note(words("pick.cannot_serve", providers=unable["provider"]))
        if len(unable) else None,
    )


def set_aside(pick: PickAnswer, words: Words) -> page.Cell:
    """How many plans were not considered, and for which need or lack."""
    why = pick.excluded.filter(like="_why").stack()
    unmet = why[why != ""].reset_index(level=1)
    counts = unmet.value_counts(sort=False).sort_index()
    lines = [words(f"aside.{need}_{why}".replace("_why_", "_"), n=n)
             for (need, why), n in counts.items()]
    lacks = pick.left_out["reason"].value_counts().sort_index()
    lines += [words(f"aside.{reason}", n=n) for reason, n in lacks.items()]
    total = len(pick.plans) + len(pick.excluded)
    return page.details(
        words("aside.summary", considered=len(pick.plans) - len(pick.left_out), total=total),
        page.bullets(lines),
    )
