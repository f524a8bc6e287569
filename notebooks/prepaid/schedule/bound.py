"""A lower bound on what is still to be paid from a point on: a simpler problem, solved exactly.

The simpler problem drops what makes plans differ: moves, what add-ons need below them, how often a
price can be had. Cycles paid together share one allowance. Each plan is then a :class:`Step`, and
whoever takes a step later gets no less far. So "the first point from which the end can be reached
for so much" says all, and a heap that keeps only ever earlier points finds it: a staircase of some
dozen stairs.

What can be had only so often (a new customer's price, a plan that cannot be renewed early) would
make the bound too low. Where its steps are taken too often they pay a toll, and the bound gives
back as many tolls as there can be: it never gets too high, and tells how rare such steps are.

What a step can lower the bound by at most also says which plans can be part of a schedule of a
given cost at all.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from heapq import heappop, heappush, heapreplace
from math import inf
from typing import NamedTuple

import numpy as np

from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS, HOURS, MONTHS
from prepaid.schedule.weights import cents_of

_PARTS = 2000  # of a stay that steps hold at least: no schedule has half as many purchases

# "new" (the provider sells it to new customers only) or "seller" (it sells one cycle at a time),
# and the number of the provider
Limit = tuple[str, int]


class Step(NamedTuple):
    """One way to get on in the simpler problem.

    Attributes:
        weight: what it costs, see :func:`prepaid.schedule.weights.weight`.
        allowance: MB, of each day where ``daily``.
        daily: whether the allowance is one of each day.
        unit, length, cycles: how long it lasts, as in :class:`prepaid.schedule.terms.Plan`.
        limits: what limits how often it can be taken.
        move: what a move to its provider adds to the weight, at least.
    """

    weight: int
    allowance: int
    daily: bool
    unit: int
    length: int
    cycles: int = 1
    limits: tuple[Limit, ...] = ()
    move: int = 0


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
        steps: each with its cycles pooled.
        visited: for providers at which a step can end a visit what a move there adds to the weight,
            which is counted with that step.
        free: what the rest of the stay costs without tolls.
        tolls: cents that a step pays for each of its limits, see :mod:`prepaid.schedule.tolls`.
        tolled: what the rest of the stay costs with them.
        rare: what would be taken too often, and cents that each is worth.
    """

    def __init__(self, stay: Stay, steps: Iterable[Step], moving: Container[Limit] = (),
                 visited: Container[int] = ()):
        """``moving``: those limits whose steps can be had only by a move; ``visited``: providers
        at which a step that runs out while they sell nothing ends a visit."""
        self.stay, self.visited, self.steps = stay, {}, []
        for step in steps:
            moves = any(limit in moving for limit in step.limits)
            seller = next((number for name, number in step.limits if name == "seller"), None)
            if not moves and seller in visited and runs_out(stay, step):
                moves = True
                self.visited[seller] = max(step.move, self.visited.get(seller, 0))
            self.steps.append(pooled(stay, step._replace(
                weight=step.weight + (step.move if moves else 0),
                allowance=step.allowance and max(step.allowance, stay.end // _PARTS))))
        self.free = self.tolled = self.climb(self.steps)
        self.tolls: dict[Limit, int] = {}
        self.rare: dict[Limit, int] = {}

    def least(self, point: int, given_back: int, moved: int = 0) -> float:
        """The weight below which nothing gets from a point to the end; ``inf`` where nothing does.

        Args:
            given_back: the tolls of all steps that can still be taken, a weight.
            moved: the weight of a move that need not be made again.
        """
        return max(self.free.least(point), self.tolled.least(point) - given_back) - moved

    def spare(self, kinds: Sequence[tuple], point: int, most: int, given_back: int) -> np.ndarray:
        """Cents that a step of each kind may cost to be on a path of at most so much weight.

        A path up to a point costs at least by how much the bound is lower there than at its
        beginning. So a step may cost by how much it lowers the bound, where it does most, and what
        the whole path may cost above the bound.

        Args:
            kinds: allowance, daily, unit, length and cycles of each.
            point: where the path begins; ``given_back``: the tolls there, see :meth:`least`.
        """
        stairs, cum = self.tolled, np.array(self.stay.cum, np.int64)
        cents = np.array([*map(cents_of, stairs.weights)], np.int64)
        last = np.array(stairs.points[1:], np.int64) - 1  # of each stair but the end
        first = bisect_right(stairs.points, point) - 1
        allowance, daily, unit, length, cycles = np.array(kinds, np.int64).T
        days = (length * np.where(unit == MONTHS, 31, 1) * cycles).clip(max=self.stay.days) + (
            unit == HOURS)
        data = np.where(daily, ENDLESS, np.minimum(allowance, ENDLESS // cycles) * cycles)
        day = np.searchsorted(cum, last[first:], "right") - 1
        reached = np.minimum(
            last[first:] + data[:, None],
            cum[np.minimum(day + days[:, None], self.stay.days)])
        left = cents[np.searchsorted(stairs.points, reached, "right") - 1]
        moved = max(self.visited.values(), default=0)
        slack = cents_of(most + given_back + moved - stairs.least(point)) + 1
        return slack + 1 + (cents[first:-1] - left).max(axis=1, initial=0)

    # ------------------------------------------------------------------------------ staircases

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

    def taken(self, stairs: Stairs, point: int) -> Counter:
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
    cum, days, begun = stay.cum, step.length * (28 if step.unit == MONTHS else 1), 1
    while begun < step.cycles:  # the first may have little to serve on its first day
        span, enough = begun * days, begun * step.allowance
        if not any(cum[day + span] - cum[day + 1] < enough for day in range(stay.days - span)):
            break
        begun += 1
    return begun


def runs_out(stay: Stay, step: Step) -> bool:
    """Whether what a step serves always ends before its days do, or with the stay."""
    paid = min(step.allowance * step.cycles, ENDLESS)
    twice = step._replace(allowance=paid, length=step.length * step.cycles, cycles=2)
    return not step.daily and step.unit != HOURS and cycles_begun(stay, twice) == 1


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
