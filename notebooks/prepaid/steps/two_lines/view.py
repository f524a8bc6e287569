"""Two lines in one phone: to read, and the last day for the US number to work out."""

import datetime as dt
from collections.abc import Iterable

import htpy as h
import ipywidgets as w

from prepaid.analysis.calendar_file import number_calendar
from prepaid.catalogue.content import gathered, load
from prepaid.catalogue.plans import load_catalog
from prepaid.catalogue.providers import of_catalogue
from prepaid.html import page
from prepaid.html.citations import Notes, sources_of, told
from prepaid.html.plans import plan_names, total
from prepaid.i18n import Words
from prepaid.schedule import Schedule
from prepaid.steps import inputs
from prepaid.steps.two_lines.model import (
    KeepAnswer,
    KeepNumberModel,
    Kept,
    every_provider,
    number_plans,
)
from prepaid.steps.view import StepView, row
from prepaid.steps.walk import folds

_CHEAPEST = 3  # providers that are named first


def two_lines(words: Words) -> page.Cell:
    """What each line does at each time, what costs money, which phones, what to do when leaving."""
    text, notes = load("two_lines"), Notes(words, gathered("two_lines"))
    kept = sorted(every_provider(), key=lambda one: (
        one.year is None, None in one.days, one.year and one.year.total_cents, one.provider))
    cheapest = [one for one in kept if one.year and None not in one.days][:_CHEAPEST]
    dearest = max((one.year.total_cents for one in cheapest), default=0)
    cheaper = [one for one in kept if one.year and None in one.days
               and one.year.total_cents < dearest]
    return (
        page.table(words("two_lines.caption"), words.each("two_lines", "when home us"), (
            [words.text(one, "title"), notes.cite(one["home"]), notes.cite(one["us"])]
            for one in text["phase"])),
        [(page.heading(words.text(part, "title")),
          page.bullets(notes.cite(one) for one in part["say"])) for part in text["part"]],
        page.heading(words("two_lines.cheapest_title")),
        page.paragraph(words("two_lines.cheapest", kept=_priced(cheapest, words))),
        page.paragraph(words("two_lines.cheaper", kept=_priced(cheaper, words)))
        if cheaper else None,
        page.details(words("two_lines.every"), deadlines(kept, notes, words)),
        notes.listed(),
    )


def _priced(kept: Iterable[Kept], words: Words) -> list[str]:
    return [words("two_lines.cheap", provider=one.provider, total=_paid(one.year, words))
            for one in kept]


def deadlines(kept: list[Kept], notes: Notes, words: Words) -> page.Cell:
    """How long each provider keeps a number, from when on that counts, and what a year costs;
    where nobody says how long, that is said once."""
    plans = load_catalog()
    names = dict(zip(plans["plan_id"], words.column(plans, "plan_name"), strict=True))
    usual = folds.usual("us", words)["late"]

    def line(one: Kept) -> tuple[str, page.Cell]:
        own = of_catalogue(one.provider)
        told = [claim for claim in one.deadlines[:1]
                if folds.unnamed(words.text(claim), own, words) not in usual]
        return words("view.input", name=one.provider), [
            words("text.semicolon").join(filter(None, [
                "" if None in one.days else _kept(one.days, words),
                _year(one.year, names, words),
                *(words("two_lines.others", n=n, kept=_kept([days], words))
                  for days, n in one.others.items())])),
            [(words("text.stop"), notes.cite(claim)) for claim in told]]

    unknown = [one for one in kept if None in one.days]
    return (
        page.paragraph(words("two_lines.known")),
        page.facts(line(one) for one in kept if one not in unknown),
        page.paragraph(words("two_lines.not_found")), page.facts(map(line, unknown)),
    )


def _kept(days: list[int], words: Words) -> str:
    if not any(days):
        return words("two_lines.not_kept")
    return words("two_lines.kept", days=[words.days(n) for n in days])


def _paid(year: Schedule, words: Words) -> str:
    free = not year.total_cents and not year.unknown_fees
    return words("two_lines.free") if free else total(
        year.total_cents, year.unknown_fees, words)


def _year(year: Schedule | None, names: dict[str, str], words: Words) -> str:
    if year is None:
        return ""
    bought = [names[one] for one in dict.fromkeys(year.plan_ids)]
    if not year.total_cents and not year.unknown_fees:
        return words("two_lines.free_year", names=bought)
    return words("two_lines.year", total=total(year.total_cents, year.unknown_fees, words),
                 names=bought, n=len(year.bought))


class KeepNumberView(StepView):
    """The last day for a number, see :class:`prepaid.steps.two_lines.model.KeepNumberModel`."""

    model: KeepNumberModel

    def __init__(self, model: KeepNumberModel, words: Words, **kwargs):
        super().__init__(model, words, **kwargs)
        self.once_stored.append(lambda: model.begin(inputs.today()))

    def controls(self) -> list[w.Widget]:
        own = number_plans(load_catalog())
        options = [(name, plan_id) for plan_id, name in plan_names(own, self.words).items()]
        return [row(self.select("plan_id", options), self.field("cycle_end")),
                self.row("timezone")]

    def parts(self):
        return standing, take_along

    def summary(self) -> str:
        return headline(self.model.answer, self.words)


def headline(answer: KeepAnswer, words: Words) -> str:
    """Until when to pay, in one line."""
    date, today = answer.last or answer.end, words.today or dt.date.min
    if date < today:
        key = "pay_passed"
    elif answer.last is None:
        key = "pay_before"
    elif answer.last < answer.end:  # nothing is kept after the plan
        key = "pay_last"
    else:
        key = "pay_today" if answer.end <= today else "pay_by"
    return words(f"two_lines.{key}", date=date, end=answer.end, provider=answer.plan["provider"])


def standing(answer: KeepAnswer, words: Words) -> page.Cell:
    """Until when to pay, from when on the days count, and the cheapest year at the provider."""
    names = plan_names(load_catalog(), words)
    return (
        page.status(headline(answer, words)),
        page.paragraph(words("two_lines.rescue_only"))
        if answer.last and answer.last >= answer.end else None,
        page.paragraph([words("two_lines.cheapest_year", provider=answer.plan["provider"]),
                        h.strong[_year(answer.year, names, words)]]) if answer.year else None,
        page.bullets(told(one, words) for one in answer.deadlines) if answer.deadlines else None,
        sources_of(answer.deadlines, words),
    )


def take_along(answer: KeepAnswer, words: Words) -> page.Cell:
    """The calendar file; what is stored in a notebook only names it."""
    if words.today is None:
        return page.note(words("two_lines.file_preview"))
    data = number_calendar(answer.plan, answer.end, answer.timezone, language=words.language)
    return page.paragraph(page.download(
        words("two_lines.file", name="us-number.ics"), "us-number.ics", "text/calendar", data))
