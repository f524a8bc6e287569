"""A lower bound on what is still to be paid from a point on: a simpler problem, solved exactly.

The simpler problem drops what makes plans differ: moves, what add-ons need below them, how often a
price can be had. Cycles paid together share one allowance. Each plan is then a :class:`Step`, and
whoever takes a step later gets no less far. So "the first point from which the end can be reached
for so much" says all, and a heap that keeps only ever earlier points finds it: a staircase of some
dozen stairs.

What can be had only so often (a new customer's price, a plan that cannot be renewed early) would
make the bound too low. Where its steps are taken too often they pay a toll, and the bound gives
back as many tolls as there can be: it never gets too high, and tells how rare such steps are.

The same steps forwards give the furthest point that so many cents can buy. Both staircases
together say which plans can be part of a schedule of a given cost at all.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush, heapreplace
from math import inf
from typing import NamedTuple

import numpy as np

from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS, HOURS, MONTHS, cents_of, weight

_ROUNDS = 4  # of setting the tolls


# "new" (the provider sells it to new customers only) or "seller" (it sells one cycle at a time),
# and the number of the provider
Limit = tuple[str, int]


class Step(NamedTuple):
    """One way to get on in the simpler problem.

    Attributes:
        weight: what it costs, see :func:`prepaid.schedule.terms.weight`.
        allowance: MB, of each day where ``daily``.
        daily: whether the allowance is one of each day.
        unit, length, cycles: how long it lasts, as in :class:`prepaid.schedule.terms.Plan`.
        limits: what limits how often it can be taken.
    """

    weight: int
    allowance: int
    daily: bool
    unit: int
    length: int
    cycles: int = 1
    limits: tuple[Limit, ...] = ()


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


class Bound:
    """The staircases of one stay.

    Attributes:
        tolls: cents that a step pays for each of its limits.
    """

    def __init__(self, stay: Stay, steps: Iterable[Step]):
        self.stay = stay
        self._steps = [pooled(stay, step) for step in steps]
        self._free = self._tolled = self._climb(self._steps)
        self.tolls: dict[Limit, int] = {}

    def least(self, point: int, given_back: int) -> float:
        """The weight below which nothing gets from a point to the end; ``inf`` where nothing does.

        Args:
            given_back: the tolls of all steps that can still be taken, a weight.
        """
        return max(self._free.least(point), self._tolled.least(point) - given_back)

    def set_tolls(self, point: int, times: Callable[[Limit], int]) -> float:
        """Set the tolls so that the bound at a point is high.

        First what is taken too often is left out, which tells about what the rest costs and what
        each of those steps is worth. Then the tolls are raised where a step is still taken too
        often, and lowered where it is taken too seldom.

        Args:
            times: how often what a limit stands for can be had from there.

        Returns:
            the weight without what is taken too often; ``inf`` where nothing serves then.
        """
        self._steps = [step._replace(limits=(min(step.limits, key=times),)) if step.limits else step
                       for step in self._steps]
        guess, tolls = self._leave_out(point, times)
        if guess == inf:
            return inf
        best = self._free.least(point)
        import os
        grain = max(cents_of(guess) // (int(os.environ.get("G","60")) * (1 + (guess >> 68 & 0xffffff))),1)
        for _ in range(_ROUNDS if tolls else 0):
            tolls = {limit: -(-toll // grain) * grain for limit, toll in tolls.items()}
            stairs = self._climb(
                step._replace(weight=step.weight + weight(sum(
                    tolls.get(limit, 0) for limit in step.limits)
                    - cents_of(step.weight) % grain))
                for step in self._steps)
            taken = self._taken(stairs, point)
            now = stairs.least(point) - weight(sum(
                toll * times(limit) for limit, toll in tolls.items()))
            if now > best:
                best, self.tolls, self._tolled = now, tolls, stairs
            gap = cents_of(guess) - cents_of(now)
            over = {limit: n - times(limit) for limit, n in taken.items() if n > times(limit)}
            if PRINT: print("  now",cents_of(now),"guess",cents_of(guess),tolls,{l:(taken[l],times(l)) for l in taken|tolls})
            if not over or gap <= cents_of(guess) // 20:
                break
            tolls = tolls | {
                limit: tolls.get(limit, 0) + max(gap // sum(over.values()), 1) for limit in over}
        return guess

    def _leave_out(
        self, point: int, times: Callable[[Limit], int]
    ) -> tuple[float, dict[Limit, int]]:
        """What steps cost of which none is taken too often, and what each of the others is worth."""
        without: set[Limit] = set()
        found: list[tuple[int, dict[Limit, int]]] = []
        stairs = self._free
        while stairs.least(point) < inf:
            taken = self._taken(stairs, point)
            over = {limit: n for limit, n in taken.items() if n > times(limit)}
            if not over:
                guess = stairs.least(point)
                return guess, {
                    limit: (cents_of(guess) - cents_of(before)) * 5 // (4 * n)
                    for before, over in found for limit, n in over.items()}
            found.append((stairs.least(point), over))
            without |= over.keys()
            stairs = self._climb(
                step for step in self._steps if without.isdisjoint(step.limits))
        return inf, {}

    def spare(self, kinds: Iterable[tuple], point: int, cents: int) -> dict[tuple, int]:
        """What each kind of step may cost at most to be on a path of at most so many cents."""
        stay, cum = self.stay, np.array(self.stay.cum, np.int64)
        rest = np.array([*map(cents_of, self._free.weights)], np.int64)
        at, spent = np.array(self._forwards(point, cents), np.int64).T
        day = np.searchsorted(cum, at, "right") - 1
        found = {}
        for kind in kinds:
            step = pooled(stay, Step(0, *kind))
            if step.daily or step.unit:
                reached = np.array([self._reach(step, one) for one in at.tolist()], np.int64)
            else:
                reached = np.minimum(
                    at + step.allowance, cum[np.minimum(day + step.length, stay.days)])
            left = rest[np.searchsorted(self._free.points, reached, "right") - 1]
            found[kind] = cents - int((spent + left).min())
        return found

    # ------------------------------------------------------------------------------ staircases

    def _climb(self, steps: Iterable[Step]) -> Stairs:
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

    def _taken(self, stairs: Stairs, point: int) -> Counter:
        """How often what is limited is taken on the cheapest path from a point."""
        place, taken = bisect_right(stairs.points, point) - 1, Counter()
        while stairs.ways[place] is not None:
            step, place = stairs.ways[place]
            taken.update(step.limits)
            point = self._reach(step, point)  # often further than the next stair
            place = max(place, bisect_right(stairs.points, point) - 1)
        return taken

    def _reach(self, step: Step, point: int) -> int:
        """The furthest point to which a step leads from ``point``."""
        stay = self.stay
        if point >= stay.end:
            return stay.end
        return min(stay.cycle_end(step, point, 1), stay.data_end(step, point), stay.end)

    def _forwards(self, point: int, most: int) -> list[tuple[int, int]]:
        """The furthest points, ascending, and the least cents for which each can be reached."""
        stay, steps = self.stay, unbeaten(self._steps)
        plain = [(cents_of(step.weight), step.allowance, step.length)
                 for step in steps if not step.daily and not step.unit]
        other = [(cents_of(step.weight), step) for step in steps if step.daily or step.unit]
        heap, furthest, stairs = [(0, -point)], -1, []
        while heap:
            spent, at = heappop(heap)
            if -at <= furthest:
                continue
            furthest = -at
            stairs.append((furthest, spent))
            if furthest >= stay.end:
                break
            day = stay.day(furthest)
            for price, allowance, length in plain:
                reached = min(furthest + allowance, stay.cum[min(day + length, stay.days)])
                if reached > furthest and spent + price <= most:
                    heappush(heap, (spent + price, -reached))
            for price, step in other:
                reached = self._reach(step, furthest)
                if reached > furthest and spent + price <= most:
                    heappush(heap, (spent + price, -reached))
        return stairs


def pooled(stay: Stay, step: Step) -> Step:
    """A step whose cycles share one allowance: those that can be begun before one runs out."""
    begun = cycles_begun(stay, step)
    twice = step.unit == HOURS and begun > 1  # a cycle that begins within a day has its own
    times = 1 + twice if step.daily else begun
    return step._replace(
        cycles=1, length=step.length * begun, allowance=min(step.allowance * times, ENDLESS))


def cycles_begun(stay: Stay, step: Step) -> int:
    """How many of a step's cycles can be begun, at most, before one runs out."""
    if step.daily or step.unit == HOURS:
        return step.cycles
    cum, days, begun = stay.cum, step.length * (28 if step.unit == MONTHS else 1), 1
    while begun < step.cycles:  # the first may have little to serve on its first day
        span, enough = begun * days, begun * step.allowance
        if not any(cum[day + span] - cum[day + 1] < enough for day in range(stay.days - span)):
            break
        begun += 1
    return begun


def unbeaten(steps: Iterable[Step]) -> list[Step]:
    """The steps, cheapest first, without those that hold and last no more than a cheaper one."""
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
PRINT = 0
