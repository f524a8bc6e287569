"""What add-ons on top of one plan cost together, for a bound on the cost to come."""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from prepaid.schedule.terms import ENDLESS, MONTHS

_TOLD_APART = 12  # ways to top up, from the cheapest; a dearer one may hold anything


class TopUp(NamedTuple):
    """Add-ons on top of the same plan, one after the other.

    Attributes:
        cents: what they cost, with bother.
        purchases: how many they are.
        tax: 0, less the cents whose tax is in them.
        mb: what they hold at most.
    """

    cents: int
    purchases: int
    tax: int
    mb: int


def mb_at_most(
    allowance: np.ndarray, daily: np.ndarray, unit: np.ndarray, length: np.ndarray
) -> np.ndarray:
    """What a cycle of each of some plans holds, whatever the day on which it begins."""
    days = np.where(daily, length * np.where(unit == MONTHS, 31, 1) + 1, 1)
    return np.minimum(allowance, ENDLESS // days) * days


def top_ups(addons: Iterable[TopUp]) -> list[TopUp]:
    """Ever dearer top-ups: what holds more than one of them costs at least as much as the next.

    >>> top_ups([TopUp(300, 1, 0, 1000)])[:3]
    [TopUp(cents=300, purchases=1, tax=0, mb=1000), TopUp(cents=600, purchases=2, tax=0, mb=2000), \
TopUp(cents=900, purchases=3, tax=0, mb=4000)]
    """
    addons = list(addons)
    heap, found, most = sorted(addons), [], 0
    while heap and len(found) <= _TOLD_APART:
        cents, purchases, tax, mb = one = heappop(heap)
        if mb <= most:
            continue
        found.append(one)
        most = mb
        if mb >= ENDLESS:
            break
        for other in addons:
            heappush(heap, TopUp(cents + other.cents, purchases + other.purchases,
                                 tax + other.tax, min(mb + other.mb, ENDLESS)))
    if not found:
        return []
    kept = [place for place in (0, 1, 2, 4, 8, _TOLD_APART) if place < len(found)]
    return [found[place]._replace(mb=found[after - 1].mb if after else ENDLESS)
            for place, after in zip(kept, [*kept[1:], 0], strict=True)]
