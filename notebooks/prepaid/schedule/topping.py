"""What add-ons on top of one plan cost together, for a bound on the cost to come."""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from prepaid.schedule.terms import ENDLESS, FOREVER, HOURS, MONTHS

_TOLD_APART, _DOUBLED = 32, 4  # ways to top up, from the cheapest; then what costs twice as much
_ROWS = 0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27  # the first of those that count as one


class TopUp(NamedTuple):
    """Add-ons on top of the same plan, one after the other.

    Attributes:
        cents: what they cost, with bother.
        purchases: how many they are.
        tax: 0, less the cents whose tax is in them.
        mb: what they hold at most.
        days: on how many days of the stay they serve at most.
    """

    cents: int
    purchases: int
    tax: int
    mb: int
    days: int


def at_most(
    allowance: np.ndarray, daily: np.ndarray, unit: np.ndarray, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The MB that one cycle of each of some plans holds, and the days on which it serves, at most.
    """
    days = np.asarray(length, np.int64) * np.where(unit == MONTHS, 31, 1) + (unit == HOURS)
    times = np.where(daily, days, 1)
    return np.minimum(allowance, ENDLESS // times) * times, np.minimum(days, FOREVER)


def top_ups(addons: Iterable[TopUp]) -> list[TopUp]:
    """Ever dearer top-ups: what is more than one of them costs at least as much as the next.

    >>> [one[::3] for one in top_ups([TopUp(300, 1, 0, 1000, 7)])][5:9]
    [(1800, 6000), (2100, 8000), (2700, 10000), (3300, 12000)]
    """
    able: list[TopUp] = []
    for one in sorted(addons):
        if one.mb and not _beaten(one, able):
            able.append(one)
    heap, found = [(one, place) for place, one in enumerate(able)], []
    while heap and len(found) <= _TOLD_APART:
        one, place = heappop(heap)
        if _beaten(one, found):
            continue
        found.append(one)
        if one.mb >= ENDLESS and one.days >= FOREVER:
            break
        for other in range(place, len(able)):
            more = map(int.__add__, one, able[other])
            cents, purchases, tax, mb, days = more
            heappush(heap, (TopUp(cents, purchases, tax, min(mb, ENDLESS), min(days, FOREVER)),
                            other))
    if len(found) > _TOLD_APART:
        found[-1:] = _tail(able, found[-1].cents)
    kept = [*_ROWS, *range(_TOLD_APART, len(found))]
    rows = [row for place, after in zip(kept, [*kept[1:], None], strict=True)
            if (row := found[place:after])]
    return [row[0]._replace(mb=max(one.mb for one in row), days=max(one.days for one in row))
            for row in rows]


def _tail(addons: list[TopUp], cents: int) -> list[TopUp]:
    """What dearer top-ups hold at most, by the best that a cent buys of MB and of days."""
    dearer = [cents << place for place in range(_DOUBLED)]
    return [TopUp(cents, 0, 0, *(
        min(max(-(-2 * cents * one[column] // one.cents) for one in addons), most)
        for column, most in ((3, ENDLESS), (4, FOREVER)))) for cents in dearer] + [
            TopUp(cents << _DOUBLED, 0, 0, ENDLESS, FOREVER)]


def _beaten(one: TopUp, others: list[TopUp]) -> bool:
    return any(one.mb <= other.mb and one.days <= other.days for other in others)
