"""Renew: where the traveller stands, what topping up does, and what to take along."""

import datetime as dt
from collections.abc import Mapping

import htpy as h
import ipywidgets as w
from markupsafe import Markup

from prepaid.analysis.calendar_file import renewal_calendar, schedule_csv
from prepaid.analysis.top_up import MEANINGS, RenewWindow, TopUp
from prepaid.catalogue import providers
from prepaid.html import charts, page
from prepaid.html.citations import source
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
from prepaid.steps.walk.view import walk_head, walk_steps


class NextStepView(StepView):
    """*Where am I now?*, see :class:`prepaid.steps.next_step.model.NextStepModel`."""

    model: NextStepModel

    def controls(self) -> list[w.Widget]:
        main = self.model.plans[self.model.plans["kind"] != "addon"]
        options = [(name, plan_id) for plan_id, name in plan_names(main, self.words).items()]
        today = self.widget("start")
        today.description = self.words("renew.today")
        return [
            self.heading("renew.running"),
            row(self.select("plan_id", options), today),
            self.row("days_left", "gb_left", "paid_cycles_left"),
            self.heading("renew.rest"),
            self.row("gb_per_day", "stay_left"), self.needs_row(), self.row("timezone"),
            NextStepKeep(self.model, self.words),
        ]

    def parts(self):
        return standing, take_along

    def _repr_mimebundle_(self, **kwargs):
        """What is stored is the example on its date; what is on screen begins today."""
        bundle = super()._repr_mimebundle_(**kwargs)
        self.model.begin(dt.date.today())
        return bundle

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
    key = "renew.next_with_tax" if answer.tax_rate else "renew.next_before_tax"
    first = step.schedule.bought[0]
    return words(when, date=_date(answer, step.last_safe_day or 0)) + words(
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

    def told(key: str, day: int | None) -> str:
        if key == "last_safe" and day is None and not step.nothing_to_buy:
            return words("renew.passed")
        if key == "data_out" and not step.data_counts:
            return words("renew.data_not_read")
        if day is None or day > len(step.need_mb):
            return words("renew.not_in_stay")
        return words.date(_date(answer, day))

    first = "renew.first_data" if step.ends_by == "data" else "renew.first_days"
    return [
        *((words("view.input", name=words(f"renew.{key}")), told(key, day))
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
    bars = [charts.Bar(0, until, words("renew.running_bar", name=names[step.plan_id])), *bars]
    marks = {words(f"renew.{key}"): day for key, day in _days(answer).items()
             if day is not None and 0 < day < len(step.need_mb)}
    picture = charts.time_line(bars, step.need_mb, step.left_mb, answer.start, words, marks)
    return (
        page.status(headline(answer, words)),
        page.picture(picture, " ".join([
            *(words("renew.told", name=name, value=value) for name, value in [running, *facts]),
            *purchases_told(step.schedule, answer.start, names, words),
        ])),
        page.facts(facts),
        page.note(words("renew.gb_not_read")) if not step.data_counts else None,
        [page.paragraph(words(f"renew.unmet.{need}", name=names[step.plan_id],
                              provider=answer.provider)) for need in answer.unmet],
        pauses(step.schedule, answer.start, words, step.plan_end_day)
        if not any(step.need_mb) else None,
        None if step.nothing_to_buy else (
            purchases(step.schedule, answer.start, names, words),
            caveats(step.schedule, names, words),
            page.note(words("renew.buy_note")), page.paragraph(staying(answer, words))),
        rescue_link(words),
    )


def staying(answer: NextStepAnswer, words: Words) -> str:
    """What it costs not to change the provider."""
    if all(answer.providers[plan_id] == answer.provider
           for plan_id in answer.step.schedule.plan_ids):
        return words("renew.staying_best", provider=answer.provider)
    if answer.staying_cents is None:
        return words("renew.staying_none", provider=answer.provider)
    return words("renew.staying", provider=answer.provider, total=answer.staying_cents,
                 extra=answer.staying_cents - answer.step.total_cents)


def take_along(answer: NextStepAnswer, words: Words) -> page.Cell:
    """Sources, and the files to take along; what is stored in a notebook only names the files."""
    step, bought = answer.step, dict.fromkeys(answer.step.schedule.plan_ids)
    if step.nothing_to_buy:
        return None
    cited = sources(answer.plans, [step.plan_id, *(one for one in bought if one != step.plan_id)],
                    words)
    age = firm(None, answer.plans, step.schedule, words)
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
    own = next((one for one in providers.providers().values() if one.provider == provider), None)
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
    body = page.render(
        page.heading(headline(answer, words)),
        page.facts(ends(answer, words)),
        purchases(schedule, answer.start, names, words),
        page.note(words("renew.buy_note")),
        ((page.heading(names[plan_id]), walk_head(walk, words), walk_steps(walk, words))
         for plan_id, walk in walks.items()),
        sources(answer.plans, bought, words.on(None)),
        page.heading(words("renew.addresses")), page.bullets(filter(None, urls)),
        lang=words.language)
    return str(h.html(lang=words.language)[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(name="viewport", content="width=device-width"),
            h.title[words("renew.page_title")],
        ],
        h.body(style="font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em;"
               "overflow-wrap:anywhere")[Markup(body)],
    ])


class TopUpView(StepView):
    """*What does topping up do?*, see :class:`prepaid.steps.next_step.model.TopUpModel`."""

    model: TopUpModel

    def controls(self) -> list[w.Widget]:
        return [
            self.row("validity_days", "allowance_gb", "gb_per_day"),
            row(self.widget("renew_day"), self.widget("days"), self.reset_button()),
        ]

    def parts(self):
        return (meanings,)

    def summary(self) -> str:
        return self.words("top_up.caption", day=self.model.renew_day)


def meanings(answer: dict[str, tuple[TopUp, RenewWindow]], words: Words) -> page.Cell:
    """The five meanings side by side on the same stay."""
    day = next(iter(answer.values()))[0].renew_day + 1
    good = [words(f"top_up.short.{meaning}") for meaning, (top_up, window) in answer.items()
            if top_up.renew_day in window.days]
    return (
        page.status(words("top_up.good_day" if good else "top_up.bad_day", day=day,
                          meanings=good)),
        page.table(
            words("top_up.caption", day=day),
            words.each("top_up.head", "meaning data_from end lost days_lost gap best"),
            (_meaning(meaning, *both, words) for meaning, both in answer.items())),
    )


def _meaning(meaning: str, top_up: TopUp, window: RenewWindow, words: Words) -> list[page.Cell]:
    def day(number: int | None) -> str:
        return words("top_up.never") if number is None else words("top_up.day", n=number + 1)

    first, last = window.days[0] + 1, window.days[-1] + 1
    gap = top_up.first_unserved_day
    return [
        words(f"top_up.meaning.{meaning}"),
        words(f"top_up.outcome.{top_up.outcome}") if top_up.outcome != "counts"
        else day(top_up.data_from),
        day(top_up.end_day), words.data(top_up.mb_lost), words.days(top_up.days_lost),
        words("view.none") if gap is None else day(gap),
        words("top_up.best_one", n=first) if first == last
        else words("top_up.best_days", first=first, last=last),
    ]


def who_means_what(words: Words) -> page.Cell:
    """Which provider means what by topping up, and by automatic renewal, with source and date."""
    rows = [
        [words.text(one.name), words(f"top_up.{kind}"),
         words(f"top_up.short.{claim['meaning']}"), words.text(claim), source(claim, words)]
        for one in providers.providers().values() if one.kind != "generic"
        for kind, claim in (("by_hand", one.top_up), ("automatic", one.auto_renewal)) if claim
    ]
    order = [*(words(f"top_up.short.{meaning}") for meaning in MEANINGS)]
    rows.sort(key=lambda row: order.index(row[2]) if row[2] in order else len(order))
    head = words.each("top_up.head", "provider kind means what source")
    return page.table(words("top_up.who"), head, rows)
