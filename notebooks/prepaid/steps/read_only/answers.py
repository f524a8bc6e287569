"""The best answers for readers without a kernel: what to buy, by need, stay and use a day."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

import htpy as h
import pandas as pd

from prepaid.html import page
from prepaid.html.plans import bought_names
from prepaid.i18n import Words


def break_points(
    found: pd.DataFrame, names: Mapping[str, str], words: Words, how: str = "points.how"
) -> page.Cell:
    """Every use at which the best answer changes: a fold per need, a heading per stay.

    ``found`` are :func:`prepaid.analysis.break_points.break_points`, with ``need`` and ``days``,
    in the order of both; ``how`` is the string that says how to read them.
    """
    most = found["to_mb"].max()
    return (
        page.note(words(how, most=most)),
        [page.details(words(f"points.need.{need}"), *_stays(rows, most, names, words))
         for need, rows in groupby(found.itertuples(), attrgetter("need"))],
    )


def _stays(
    rows: Iterable[tuple], most: int, names: Mapping[str, str], words: Words
) -> Iterator[page.Cell]:
    for days, stay in groupby(rows, attrgetter("days")):
        yield h.h3[words.days(days)]
        yield h.ul[[h.li[_told(row, most, names, words)] for row in stay]]


def _told(row: tuple, most: int, names: Mapping[str, str], words: Words) -> str:
    """A range of use, what to buy in it, and the total."""
    use = words("points.last" if row.to_mb == most else "points.range",
                high=row.to_mb, most=most)
    if not row.plan_ids:
        return words("points.nothing", use=use)
    cents = words("break_even.cost_same" if row.from_cents == row.to_cents else "break_even.cost",
                  low=row.from_cents, high=row.to_cents)
    if row.unknown_fees:
        cents = words("purchase.from", total=cents)
    return words("points.told", use=use, total=cents,
                 plans=bought_names(row.plan_ids, names, words))
