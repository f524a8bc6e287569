"""The best answers for readers without a kernel: what to buy, by need, stay and use a day."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from string import ascii_uppercase

import pandas as pd

from prepaid.html import page
from prepaid.i18n import Words


def break_points(
    found: pd.DataFrame, names: Mapping[str, str], words: Words, how: str = "points.how"
) -> page.Cell:
    """Every use at which the best answer changes: a fold per need, a row per answer.

    ``found`` are :func:`prepaid.analysis.break_points.break_points`, with ``need`` and ``days``,
    in the order of both; ``how`` is the string that says how to read them.
    """
    return (
        page.note(words(how, most=found["to_mb"].max())),
        [page.details(words(f"points.need.{need}"), *_of_need(need, [*rows], names, words))
         for need, rows in groupby(found.itertuples(), attrgetter("need"))],
    )


def _of_need(
    need: str, rows: list[tuple], names: Mapping[str, str], words: Words
) -> tuple[page.Cell, page.Cell]:
    """What each letter stands for, and the table."""
    marks = {plan_id: letter(place) for place, plan_id in enumerate(
        dict.fromkeys(plan_id for row in rows for plan_id in row.plan_ids))}
    caption = words(f"points.need.{need}")
    head = words.each("points", "days up_to buy total")
    return (
        page.facts((words("view.input", name=mark), names[plan_id])
                   for plan_id, mark in marks.items()),
        page.plain_table(caption, head, (
            [str(row.days), str(row.to_mb), _bought(row.plan_ids, marks, words),
             _total(row, words)] for row in rows)),
    )


def letter(place: int) -> str:
    """The letter of a place in a list, from A on; behind Z comes AA.

    >>> [letter(place) for place in (0, 25, 26, 27)]
    ['A', 'Z', 'AA', 'AB']
    """
    more, last = divmod(place, len(ascii_uppercase))
    return (letter(more - 1) if more else "") + ascii_uppercase[last]


def _bought(plan_ids: Iterable[str], marks: Mapping[str, str], words: Words) -> str:
    """What is bought, by letter, in the order of purchase; nothing where nothing serves."""
    return " + ".join(
        (f"{n} " if (n := plan_ids.count(plan_id)) > 1 else "") + marks[plan_id]
        for plan_id in dict.fromkeys(plan_ids)) or words("view.none")


def _total(row: tuple, words: Words) -> str:
    """What an answer costs, in US dollars without the unit."""
    if not row.plan_ids:
        return words("view.none")
    low, high = (words.dollars(cents) for cents in (row.from_cents, row.to_cents))
    told = low if low == high else words("points.span", low=low, high=high)
    return words("points.from", total=told) if row.unknown_fees else told
