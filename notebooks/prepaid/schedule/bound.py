"""A lower bound on what is still to be paid from a point on: a simpler problem, solved exactly.

The simpler problem drops what makes plans differ: moves, and how often a
price can be had. Cycles paid together share one allowance. Each plan is then a :class:`Step`, and
whoever takes a step later gets no less far. So "the first point from which the end can be reached
for so much" says all, and a heap that keeps only ever earlier points finds it: a staircase of some
dozen stairs.

A new customer's price, which can be had only so often, would make the bound too low. Where it is
taken too often, a second staircase leaves it out, and the bound gives back as much as it can save.

What a step can lower the bound by at most also says which plans can be part of a schedule of a
given cost at all.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush, heapreplace
from math import inf
from typing import NamedTuple

import numpy as np

from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS, HOURS, MONTHS
from prepaid.schedule.weights import cents_of, weight

_PARTS = 2000  # of a stay that steps hold at least: no schedule has half as many purchases

# what is broken when a path takes it: a provider's number, and whether it is a new customer's price
# had too often, or else a purchase while the provider sells nothing
Limit = tuple[int, bool]


class Step(NamedTuple):
    """One way to get on in the simpler problem.

    Attributes:
        weight: what it costs, see :func:`prepaid.schedule.weights.weight`.
        allowance: MB, of each day where ``daily``.
        daily: whether the allowance is one of each day.
        unit, length, cycles: how long it lasts, as in :class:`prepaid.schedule.terms.Plan`.
        provider: the number of the provider; for add-ons that of their bases, -1 if not known.
        new: whether it is for new customers.
        blocks: whether the provider sells nothing else as long as it lasts.
        more, days: MB of add-ons on top of it, and on how many days they serve.
        top: the weight of these, without tax.
        whole: whether it always serves for all its days, or until its data runs out.
    """

    weight: int
    allowance: int
    daily: bool
    unit: int
    length: int
    cycles: int = 1
    provider: int = -1
    new: bool = False
    blocks: bool = False
    more: int = 0
    days: int = 0
    top: int = 0
    whole: bool = False


class Stairs(NamedTuple):
    """Points, ascending, from which the end is reached for ``weights``; and the steps taken there:
    each a step and the place of the next stair, ``None`` at the end."""

    points: list[int]
    weights: list[int]
    ways: list[tuple[Step, int] | None]

    def least(self, point: int) -> float:
        """The weight for which the end is reached from a point, ``inf`` where it is not."""
        place = bisect_right(self.points, point) - 1
        return self.weights[place] if place >= 0 else inf


class _Climbing:
    """Staircases of one stay."""

    stay: Stay

    def climb(self, steps: Iterable[Step]) -> Stairs:
        """The staircase from the end of the stay backwards.

        Every step waits for the stair from which it is to be taken next. The cheapest sum of a
        stair and a step is always tried next, so stairs come in the order of their weights.
        """
        stay, steps = self.stay, unbeaten(steps)
        floors = [None if step.daily or step.unit == HOURS
                  else stay.first_in_days(step.unit, step.length) for step in steps]
        points, weights, ways = [stay.end], [0], [None]
        next_days = [stay.day(stay.end - 1) + 1]
        places, waiting = [0] * len(steps), []
        heap = [(step.weight, number) for number, step in enumerate(steps)]
        while heap and points[-1] > 0:
            spent, number = heap[0]
            step, place = steps[number], places[number]
            if floors[number] is None:
                before = stay.first(step, points[place])
            else:
                before = floors[number][next_days[place]]
                if points[place] - step.allowance > before:
                    before = points[place] - step.allowance
            places[number] = place = place + 1
            if place < len(points):
                heapreplace(heap, (weights[place] + step.weight, number))
            else:
                waiting.append(heappop(heap)[1])
            if before < points[-1]:
                points.append(before)
                weights.append(spent)
                ways.append((step, place - 1))
                next_days.append(stay.day(before - 1) + 1)
                for number in waiting:
                    heappush(heap, (spent + steps[number].weight, number))
                waiting.clear()
        last = len(points) - 1
        ways = [way and (way[0], last - way[1]) for way in ways]
        return Stairs(points[::-1], weights[::-1], ways[::-1])

    def _reach(self, step: Step, point: int) -> int:
        """The furthest point to which a step leads from ``point``."""
        stay = self.stay
        if point >= stay.end:
            return stay.end
        return min(stay.cycle_end(step, point, 1), stay.data_end(step, point), stay.end)


class Bound(_Climbing):
    """The staircases of one stay.

    Attributes:
        steps: each with its cycles pooled.
        free: what the rest of the stay costs, whatever is had how often.
        base: the same without new customers' prices that would be had too often.
        saved: for each provider of these the cents that its price saves at most.
        broken: what the cheapest paths of these staircases break.
    """

    def __init__(
        self, stay: Stay, steps: Iterable[Step], point: int, times: Callable[[int], int]
    ):
        """``point``: where the stay begins; ``times``: how often at most a provider's price for
        new customers can be had from there."""
        self.stay = stay
        self.steps = []
        for step in steps:
            held = step.allowance and max(topped_up(stay, step), stay.end // _PARTS)
            whole = step.whole and held == step.allowance
            self.steps.append(pooled(stay, step._replace(allowance=held, more=0, whole=whole)))
        self.free = self.base = stairs = self.climb(self.steps)
        self.broken: dict[Limit, None] = {}
        self.saved: dict[int, int] = {}
        without: set[int] = set()
        while stairs.least(point) < inf:
            self.base, broken = stairs, self._broken(stairs, point, times)
            self.broken |= dict.fromkeys(broken)
            without |= {provider for provider, new in broken if new}
            if not any(new for _, new in broken):
                break
            stairs = self.climb(
                step for step in self.steps if not (step.new and step.provider in without))
        if self.base is not self.free:
            self.saved = {provider: self._saving(provider) for provider in sorted(without)}

    def least(self, point: int, given_back: int) -> float:
        """The weight below which nothing gets from a point to the end; ``inf`` where nothing does.

        Args:
            given_back: what all prices can save that can still be had, a weight.
        """
        return max(self.free.least(point), self.base.least(point) - given_back)

    def _saving(self, provider: int) -> int:
        """Cents that one purchase at a provider's price for new customers saves at most."""
        steps = [step for step in self.steps if step.new and step.provider == provider]
        points, saved = self.base.points, 0
        for place, before in enumerate(self.base.weights[:-1]):
            last = points[place + 1] - 1
            for step in steps:
                less = before - self.base.least(self._reach(step, last)) - step.weight
                saved = max(saved, less)
        return -(-saved // weight(1))

    def at_least(self, kinds: Sequence[tuple], point: int, given_back: int) -> np.ndarray:
        """Cents below which no path is that has a step of a kind, but for what the step costs.

        A path up to a point costs at least by how much the bound is lower there than at its
        beginning. So a path with a step costs as much more than the bound as the step costs more
        than it lowers the bound by, where it does most.

        Args:
            kinds: as in :class:`prepaid.schedule.steps.Steps`.
            point: where the path begins; ``given_back``: as for :meth:`least`, there.
        """
        stairs, cum = self.base, np.array(self.stay.cum, np.int64)
        if stairs.least(point) == inf or not kinds:
            return np.zeros(len(kinds), np.int64)
        cents = np.array([*map(cents_of, stairs.weights)], np.int64)
        last = np.array(stairs.points[1:], np.int64) - 1  # of each stair but the end
        first = bisect_right(stairs.points, point) - 1
        allowance, daily, unit, length, cycles, more, served = np.array(kinds, np.int64).T
        allowance = allowance + np.minimum(
            more, [self.stay.most_in(days) for days in served.tolist()])
        days = (length * np.where(unit == MONTHS, 31, 1) * cycles).clip(max=self.stay.days) + (
            unit == HOURS)
        data = np.where(daily, ENDLESS, np.minimum(allowance, ENDLESS // cycles) * cycles)
        day = np.searchsorted(cum, last[first:], "right") - 1
        reached = np.minimum(
            last[first:] + data[:, None],
            cum[np.minimum(day + days[:, None], self.stay.days)])
        left = cents[np.searchsorted(stairs.points, reached, "right") - 1]
        root = cents_of(stairs.least(point) - given_back)
        return root - 2 - (cents[first:-1] - left).max(axis=1, initial=0)

    def _broken(
        self, stairs: Stairs, point: int, times: Callable[[int], int]
    ) -> list[Limit]:
        """What the cheapest path from a point breaks, in its order."""
        place, taken, until, broken = bisect_right(stairs.points, point) - 1, Counter(), {}, {}
        while stairs.ways[place] is not None:
            step, place = stairs.ways[place]
            provider = step.provider
            taken[provider] += step.new
            if step.new and taken[provider] > times(provider):
                broken[provider, True] = None
            if point < until.get(provider, 0):
                broken[provider, False] = None
            if step.blocks:
                until[provider] = self.stay.cycle_end(step, point, 1)
            point = self._reach(step, point)  # often further than the next stair
            place = max(place, bisect_right(stairs.points, point) - 1)
        return list(broken)


def topped_up(stay: Stay, step: Step) -> int:
    """What a step holds, with the add-ons on top of it."""
    return step.allowance + min(step.more, stay.most_in(step.days))


def pooled(stay: Stay, step: Step) -> Step:
    """A step whose cycles share one allowance: those that can be begun before one runs out.

    >>> pooled(Stay([100] * 6), Step(0, 200, False, 0, 2, 3))[1:6]
    (600, False, 0, 6, 1)
    """
    begun = cycles_begun(stay, step)
    twice = step.unit == HOURS and begun > 1  # a cycle that begins within a day has its own
    times = 1 + twice if step.daily else begun
    return step._replace(
        cycles=1, length=step.length * begun, allowance=min(step.allowance * times, ENDLESS))


def cycles_begun(stay: Stay, step: Step) -> int:
    """How many of a step's cycles can be begun, at most, before one runs out.

    >>> stay = Stay([100] * 6)
    >>> [cycles_begun(stay, Step(0, mb, False, 0, 2, 3)) for mb in (200, 50)]
    [3, 1]
    """
    if step.daily or step.unit == HOURS:
        return step.cycles
    cum, begun = np.array(stay.cum, np.int64), 1
    begin, able = cum[1:] - 1, np.diff(cum) > 0  # from the last point of a day it gets furthest
    while begun < step.cycles:
        end = cum[stay.last_days(step._replace(length=begun * step.length))]
        able &= (end <= begin + step.allowance) & (end < stay.end)
        if not able.any():
            break
        begin, begun = end, begun + 1
    return begun


def unbeaten(steps: Iterable[Step]) -> list[Step]:
    """The steps, cheapest first, without those that hold and last no more than a cheaper one.

    >>> [step.weight for step in unbeaten([
    ...     Step(3, 100, False, 0, 7), Step(5, 100, False, 0, 7), Step(6, 200, False, 0, 1)])]
    [3, 6]
    """
    stairs: dict[tuple, list[tuple[int, int]]] = {}
    return [step for step in sorted(steps)
            if not beaten(stairs.setdefault((step.daily, step.unit), []), step)]


def beaten(stairs: list[tuple[int, int]], step: Step, *, keep: bool = True) -> bool:
    """Whether an earlier step holds as much and lasts as long; else it joins ``stairs``."""
    mine = step.allowance, step.length
    place = bisect_left(stairs, mine)
    if any(length >= step.length for _, length in stairs[place:]):
        return True
    if keep:
        stairs[:] = [one for one in stairs if one[0] > mine[0] or one[1] > mine[1]]
        stairs.insert(bisect_left(stairs, mine), mine)
    return False
