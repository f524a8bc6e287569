"""Renew: where the traveller stands, what topping up does, and what to take along."""

import datetime as dt
from collections.abc import Mapping

import htpy as h
import ipywidgets as w

from prepaid.analysis.calendar_file import renewal_calendar, schedule_csv
from prepaid.analysis.next_step import NextStep
from prepaid.analysis.top_up import RenewWindow, TopUp
from prepaid.catalogue import providers
from prepaid.html import charts, page
from prepaid.html.charts_renew import first_ends, top_up_line
from prepaid.html.citations import sources_of, told
from prepaid.html.plans import (
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
from prepaid.steps.keep.file import FIELDS
from prepaid.steps.keep.view import KeepRow
from prepaid.steps.next_step.model import NextStepAnswer, NextStepModel, TopUpModel
from prepaid.steps.rescue.view import rescue_link
from prepaid.steps.view import StepView, row
from prepaid.steps.walk.view import provider_choice, walk_head, walk_steps


class NextStepView(StepView):
    """*Where am I now?*, see :class:`prepaid.steps.next_step.model.NextStepModel`."""

    model: NextStepModel

    def controls(self) -> list[w.Widget]:
        provider = provider_choice(self)
        plan = self.select("plan_id", self._plans())

        def offer(_change) -> None:
            wanted, plan.options = self.model.plan_id, self._plans()  # chooses the first
            if wanted in [one for _, one in plan.options]:
                plan.value = wanted

        self.model.observe(offer, names="provider_id")
        today = self.widget("start")
        today.description = self.words("renew.today")
        return [
            self.heading("renew.running"),
            row(provider, plan, self.field("start", today)),
            self.row("days_left", "gb_left", "paid_cycles_left"),
            self.heading("renew.rest"),
            self.row("gb_per_day", "stay_left"), self.needs_row(),
        ]

    def foot(self) -> list[w.Widget]:
        return [self.row("timezone"), NextStepKeep(self.model, self.words)]

    def __init__(self, model: NextStepModel, words: Words, *args, **kwargs):
        super().__init__(model, words, *args, **kwargs)
        self.once_stored.append(lambda: model.begin(dt.date.today()))

    def parts(self):
        return standing, take_along

    def _plans(self) -> list[tuple[str, str]]:
        offered = self.model.offered()
        if offered.empty:  # no plan of ours is at a provider of a lesson's file
            offered = self.model.plans[self.model.plans["plan_id"] == self.model.plan_id]
        names = self.words.column(offered, "plan_name")  # the provider is chosen beside it
        return [*zip(names, offered["plan_id"], strict=True)]

    def problem(self) -> page.Cell:
        problem = self.model.problem
        told = problem.tell(self.words)
        if not isinstance(problem, NoSchedule):
            return page.alert(told)
        return page.alert(told, page.paragraph(self.words("renew.relax")))

    def summary(self) -> str:
        return headline(self.model.answer, self.words)


class NextStepKeep(KeepRow):
    """Keeps the plan, the needs and the use per day; days and data left belong to one day only."""

    def __init__(self, model: NextStepModel, words: Words):
        super().__init__(model, (*FIELDS["plan"], *FIELDS["needs"]), words, lambda: {
            "mode": "gb", "gb": model.gb_per_day, "gb_per": "day"})

    def _of(self, done: str, inputs: Mapping[str, object]) -> str:
        return super()._of(done, {name: inputs[name] for name in inputs if name != "days"})


def headline(answer: NextStepAnswer, words: Words) -> str:
    """The next step in one line."""
    step = answer.step
    if step.nothing_to_buy:
        return words("renew.nothing_to_buy", date=_date(answer, len(step.need_mb) - 1))
    when = "renew.now" if step.last_safe_day is None else "renew.by"
    if answer.only_kept:
        when = "renew.by_kept" if answer.runs else "renew.by_kept_ended"
    key = "renew.next_with_tax" if answer.tax_rate else "renew.next_before_tax"
    first = step.schedule.bought[0]
    return words(when, date=_date(answer, step.last_safe_day or 0), provider=answer.provider,
                 end=_date(answer, step.plan_end_day)) + words(
        key, name=plan_names(answer.plans, words)[first.plan_id],
        total=total(step.total_cents, step.schedule.unknown_fees, words),
        days=len(step.need_mb), n=len(step.schedule.bought))


def _date(answer: NextStepAnswer, day: int) -> dt.date:
    return answer.start + dt.timedelta(day)


def _days(answer: NextStepAnswer) -> dict[str, int | None]:
    step = answer.step
    return {"data_out": step.data_out_day, "plan_end": step.plan_end_day,
            "last_safe": step.last_safe_day}


def ends(answer: NextStepAnswer, words: Words) -> list[tuple[str, str]]:
    """What ends on which day, and what comes first."""
    step = answer.step

    def when(key: str, day: int | None) -> str:
        if key == "last_safe" and day is None and not step.nothing_to_buy:
            return words("renew.passed")
        if key == "data_out" and not step.data_counts:
            return words("renew.data_not_read")
        if day is None or day > len(step.need_mb):
            return words("renew.not_in_stay")
        return words.date(_date(answer, day))

    first = "renew.first_data" if step.ends_by == "data" else "renew.first_days"
    names = {"last_safe": "last_kept"} if answer.only_kept else {}
    return [
        *((words("view.input", name=words(f"renew.{names.get(key, key)}")), when(key, day))
          for key, day in _days(answer).items()),
        (words("renew.first"), words(first)),
    ]


def standing(answer: NextStepAnswer, words: Words) -> page.Cell:
    """What runs out when, on a time line, and the cheapest way to go on."""
    step, names = answer.step, plan_names(answer.plans, words)
    facts = ends(answer, words)
    running = words("view.input", name=words("renew.running")), names[step.plan_id]
    bars = charts.bought_bars(step.schedule, names, words)
    until = min([len(step.need_mb), step.plan_end_day, *(bar.begin for bar in bars)])
    bars = [charts.Bar(0, until, words("renew.running_bar", name=names[step.plan_id]),
                       words("renew.running_short")), *bars]
    wide, narrow = (charts.stay(bars, step.need_mb, step.left_mb, answer.start, words, width)
                    for width in charts.WIDTHS)
    return (
        page.status(headline(answer, words)),
        page.picture(wide, words("chart.stay_described", told=" ".join([
            *(words("renew.told", name=name, value=value) for name, value in [running, *facts]),
            *purchases_told(step.schedule, answer.start, names, words),
        ])), narrow),
        page.facts(facts),
        page.note(words("renew.gb_not_read")) if not step.data_counts else None,
        [page.paragraph(words(f"renew.unmet.{need}", name=names[step.plan_id],
                              provider=answer.provider)) for need in answer.unmet],
        pauses(step.schedule, answer.start, words, step.plan_end_day)
        if answer.number_bother and not any(step.need_mb) else None,
        None if answer.paid_comes_back is None else page.paragraph(words(
            "renew.paid_back" if answer.paid_comes_back else "renew.paid_lost",
            n=answer.paid_cycles, date=_date(answer, answer.next_paid_day))),
        None if step.nothing_to_buy else (
            purchases(step.schedule, answer.start, names, words),
            caveats(step.schedule, names, words),
            page.note(words("renew.buy_note"))),
        None if step.nothing_to_buy else both_ways(answer, words),
        rescue_link(words),
    )


def both_ways(answer: NextStepAnswer, words: Words) -> page.Cell:
    """Staying with the provider beside changing it: what to buy first, and what the rest costs."""
    names = plan_names(answer.plans, words)

    def row_of(key: str, way: NextStep | None) -> list[page.Cell]:
        label = words(f"renew.{key}", provider=answer.provider, **_gap(answer))
        if way is None:
            return [label, words("renew.no_way"), words("view.none"), words("view.none")]
        schedule = way.schedule
        first = next((names[plan_id] for plan_id in schedule.plan_ids), words("view.none"))
        return [label, first, words.number(len(schedule.bought)),
                total(way.total_cents, schedule.unknown_fees, words)]

    ways = {"stay": answer.staying, "change": answer.changing}
    if answer.waiting is not None:
        ways = {"wait": answer.waiting, "change": answer.changing}
    return (
        page.table(words("renew.both_ways"),
                   words.each("renew.way", "way first purchases total"),
                   [row_of(*way) for way in ways.items()],
                   numbers=[2, 3]),
        None if answer.unmet else page.paragraph(_better_way(answer, words)),
        _own_top_up(answer, words) if answer.staying is None and not answer.unmet else None,
        None if answer.stays or not answer.has_number else page.paragraph(words(
            "renew.changing_number" if answer.runs else "renew.changing_number_ended")),
    )


def _own_top_up(answer: NextStepAnswer, words: Words) -> page.Cell:
    """What topping up does at the provider, if that is known."""
    own = providers.of_catalogue(answer.provider)
    if own is None or not own.top_up.get("known", True):
        return None
    return page.paragraph([words("renew.own_top_up", provider=answer.provider),
                           told(own.top_up, words)])


def _gap(answer: NextStepAnswer) -> dict[str, dt.date]:
    """From when to when a traveller is without data who waits."""
    return {"since": _date(answer, answer.step.unserved_day or 0),
            "until": _date(answer, answer.step.plan_end_day)}


def _better_way(answer: NextStepAnswer, words: Words) -> str:
    """Whether to stay or to change, and why."""
    bother = round(100 * answer.number_bother)
    if answer.stays:
        saved = answer.step.total_cents - answer.changing.total_cents if answer.changing else 0
        told = "staying_number" if 0 < saved <= bother else "staying_best"
        return words(f"renew.{told}", provider=answer.provider, saved=saved, bother=bother)
    if answer.waiting is not None:
        return words("renew.changing_or_wait", provider=answer.provider, **_gap(answer))
    if answer.staying is None:
        return words("renew.changing_only", provider=answer.provider)
    saved = answer.staying.total_cents - answer.step.total_cents
    if saved <= 0:
        return words("renew.changing_easier")
    return words("renew.changing_saves_number" if answer.number_bother else "renew.changing_saves",
                 saved=saved, bother=bother)


def take_along(answer: NextStepAnswer, words: Words) -> page.Cell:
    """Sources, and the files to take along; what is stored in a notebook only names the files."""
    step, bought = answer.step, dict.fromkeys(answer.step.schedule.plan_ids)
    if step.nothing_to_buy:
        return None
    told = [step.plan_id, *(one for one in bought if one != step.plan_id)]
    age = firm(None, answer.plans, step.schedule, words)
    cited = page.details(words("source.caption"), sources(answer.plans, told, words))
    if words.today is None:
        return age, cited, page.paragraph(words("renew.take_preview"))
    return (
        age, cited,
        page.heading(words("renew.take")),
        page.bullets(
            page.download(words(f"renew.file_{key}", name=file[0]), *file)
            for key, file in files(answer, words).items()
        ),
    )


def files(answer: NextStepAnswer, words: Words) -> dict[str, tuple[str, str, bytes]]:
    """The files of an answer: name, kind and content of each."""
    schedule, names = answer.step.schedule, plan_names(answer.plans, words)
    language = words.language
    calendar = renewal_calendar(
        schedule, answer.start, answer.timezone, language=language, plans=answer.plans,
        steps={plan_id: [step[language] for step in steps(answer, plan_id)]
               for plan_id in dict.fromkeys(schedule.plan_ids)})
    table = schedule_csv(schedule, answer.start, names, language=language)
    return {
        "calendar": ("renewal.ics", "text/calendar", calendar),
        "csv": ("renewal.csv", "text/csv", table),
        "page": ("renewal.html", "text/html", printable(answer, words).encode()),
    }


def steps(answer: NextStepAnswer, plan_id: str) -> tuple[Mapping, ...]:
    """The steps to buy a plan on the line that is there, see :func:`walk_to`."""
    walk = walk_to(answer, plan_id)
    return walk["step"] if walk else ()


def walk_to(answer: NextStepAnswer, plan_id: str) -> Mapping | None:
    """The first walk that is known for a plan's provider: on its website, else in its app, else
    any other way of its own. None where the line is new there: these are walks to renew."""
    bought, provider = answer.step.schedule.plan_ids, answer.providers[plan_id]
    before = [answer.step.plan_id, *bought[:bought.index(plan_id)]]
    own = providers.of_catalogue(provider)
    if own is None or provider not in map(answer.providers.get, before):
        return None
    return min(own.walk, key=lambda walk: providers.CHANNELS.index(walk["channel"]), default=None)


def printable(answer: NextStepAnswer, words: Words) -> str:
    """The schedule and the steps as one page of HTML that needs no network; addresses stand in
    full, since paper has no links."""
    schedule, names = answer.step.schedule, plan_names(answer.plans, words)
    bought = dict.fromkeys(schedule.plan_ids)
    walks = {plan_id: walk for plan_id in bought if (walk := walk_to(answer, plan_id))}
    urls = dict.fromkeys([
        *answer.plans.set_index("plan_id").loc[[*bought], "source_url"],
        *(url for walk in walks.values() for step in walk["step"] for url in step["source"]),
    ])
    return page.document(
        words("renew.page_title"),
        page.heading(headline(answer, words)),
        page.facts(ends(answer, words)),
        purchases(schedule, answer.start, names, words),
        page.note(words("renew.buy_note")),
        ((page.heading(names[plan_id]), walk_head(walk, words), walk_steps(walk, words))
         for plan_id, walk in walks.items()),
        sources(answer.plans, bought, words.on(None)),
        page.heading(words("renew.addresses")), page.bullets(filter(None, urls)),
        lang=words.language)


class TopUpView(StepView):
    """*What does topping up do?*, see :class:`prepaid.steps.next_step.model.TopUpModel`."""

    model: TopUpModel

    def controls(self) -> list[w.Widget]:
        shown = self.field("days", self.typed("days", self.words("top_up.days")))
        return [
            self.row("renew_day", "gb_per_day"),
            row(self.row("validity_days", "allowance_gb"), shown, self.reset_button()),
        ]

    def parts(self):
        return (lambda answer, words: meanings(self.model, answer, words),)

    def summary(self) -> str:
        return self.words("top_up.caption", day=self.model.renew_day)


def meanings(
    model: TopUpModel, answer: Mapping[str, tuple[TopUp, RenewWindow]], words: Words
) -> page.Cell:
    """What topping up means at the provider, then the five meanings as time lines of one stay,
    the provider's own first."""
    own = providers.provider(model.provider_id)
    name, mine = words.text(own.name), own.top_up["meaning"]
    claims = [claim for claim in (own.top_up, own.auto_renewal) if claim]
    order = sorted(answer, key=lambda meaning: meaning != mine)
    day = answer[order[0]][0].renew_day + 1
    return (
        page.status(words("top_up.own", provider=name, meaning=words(f"top_up.short.{mine}"))),
        page.bullets((page.named(words("view.input", name=words(f"top_up.{kind}"))),
                      told(claim, words))
                     for kind, claim in zip(("by_hand", "automatic"), claims, strict=False)),
        sources_of(claims, words),
        page.heading(words("top_up.caption", day=day)),
        page.note(words("top_up.axis")),
        [_meaning(meaning, *answer[meaning], model, meaning == mine, words) for meaning in order],
    )


def _meaning(
    meaning: str, top_up: TopUp, window: RenewWindow, model: TopUpModel, mine: bool, words: Words
) -> page.Cell:
    label = words(f"top_up.meaning.{meaning}")
    first, last = window.days[0] + 1, window.days[-1] + 1
    best = words("top_up.best_one", n=first) if first == last \
        else words("top_up.best_days", first=first, last=last)
    ends = first_ends(top_up, model.checked("validity_days"))
    gap = top_up.first_unserved_day
    facts = [
        words("top_up.first_told", n=ends),
        words("top_up.too_late") if top_up.data_from is None
        else words("top_up.second_told", n=top_up.data_from + 1, end=top_up.end_day),
        words("top_up.loses", mb=top_up.mb_lost) if top_up.mb_lost else None,
        words("top_up.loses_days", days=top_up.days_lost) if top_up.days_lost else None,
        words("top_up.gap", n=gap + 1) if gap is not None else None,
        words("top_up.best", days=best),
    ]
    space = words("text.space")
    text = space.join(filter(None, facts))
    picture = top_up_line(top_up, model.checked("validity_days"), words)
    shown = words("top_up.mine", meaning=label) if mine else label
    return (
        page.paragraph(h.strong[shown]),
        page.picture(picture, space.join([words("top_up.picture_of", meaning=label), text])),
        page.note(text),
    )
