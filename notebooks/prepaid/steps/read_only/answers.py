"""The best answers for readers without a kernel: what to buy, by need, stay and use a day."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

import pandas as pd

from prepaid.html import page
from prepaid.html.plans import plan_names, short_names
from prepaid.i18n import Words

_UP_TO_DAYS = (7, 14, 30, 60)  # of the stays in a fold; the last holds all that are longer


def break_points(
    found: pd.DataFrame, plans: pd.DataFrame, words: Words, how: str = "points.how"
) -> page.Cell:
    """Every use at which the best answer changes: a fold per need, in it some for stays of some
    lengths, a row per answer; at last what the short names in these stand for.

    ``found`` are :func:`prepaid.analysis.break_points.break_points`, with ``need`` and ``days``,
    in the order of both; ``how`` is the string that says how to read them.
    """
    used = {plan_id for plan_ids in found["plan_ids"] for plan_id in plan_ids}
    plans = plans[plans["plan_id"].isin(used)]
    marks, names = short_names(plans), plan_names(plans, words)
    return (
        page.note(words(how, most=found["to_mb"].max())),
        [page.details(words(f"points.need.{need}"), *_of_need(need, rows, marks, words))
         for need, rows in groupby(found.itertuples(), attrgetter("need"))],
        page.details(words("points.names"), page.facts(
            (words("view.input", name=mark), names[plan_id])
            for plan_id, mark in sorted(marks.items(), key=lambda one: one[1].casefold()))),
    )


def _of_need(
    need: str, rows: Iterable[tuple], marks: Mapping[str, str], words: Words
) -> Iterator[page.Cell]:
    """A table for stays of some lengths, each in a fold."""
    head = words.each("points", "days up_to buy total")
    for _, some in groupby(rows, lambda row: bisect_left(_UP_TO_DAYS, row.days)):
        some = [*some]
        stays = words("points.stays", first=some[0].days, last=some[-1].days)
        yield page.details(stays, page.plain_table(
            f"{words(f'points.need.{need}')}, {stays}", head, (
                [str(row.days), str(row.to_mb), _bought(row.plan_ids, marks, words),
                 _total(row, words)] for row in some)))


def _bought(plan_ids: Iterable[str], marks: Mapping[str, str], words: Words) -> str:
    """What is bought, by short names, in the order of purchase; nothing where nothing serves."""
    return " + ".join(
        (f"{n} × " if (n := plan_ids.count(plan_id)) > 1 else "") + marks[plan_id]
        for plan_id in dict.fromkeys(plan_ids)) or words("view.none")


def _total(row: tuple, words: Words) -> str:
    """What an answer costs, in US dollars without the unit."""
    if not row.plan_ids:
        return words("view.none")
    low, high = (words.dollars(cents) for cents in (row.from_cents, row.to_cents))
    told = low if low == high else words("points.span", low=low, high=high)
    return words("points.from", total=told) if row.unknown_fees else told
