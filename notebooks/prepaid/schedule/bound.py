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
from collections.abc import Callable, Container, Iterable
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS, HOURS, cents_of, weight

_ROUNDS = 4  # of setting the tolls


Limit = tuple[str, int]  # "new" or "seller", and the number of the provider


class Step(NamedTuple):
    """One way to get on in the simpler problem.

    Attributes:
        weight: what it costs, see :func:`prepaid.schedule.terms.weight`.
        allowance: MB, of each day where ``daily``.
        daily: whether the allowance is one of each day.
        unit, length, cycles: how long it lasts, as in :class:`prepaid.schedule.terms.Plan`.
        new: the provider that sells it to new customers only; -1 where anyone can have it.
        seller: the provider that sells one cycle at a time; -1 where it can be had at any time.
        move: what a move to its provider adds to the weight, at least.
    """

    weight: int
    allowance: int
    daily: bool
    unit: int
    length: int
    cycles: int = 1
    new: int = -1
    seller: int = -1
    move: int = 0

    @property
    def limits(self) -> list[Limit]:
        """What limits how often it can be taken."""
        return [(name, getattr(self, name)) for name in ("new", "seller") if getattr(self, name) >= 0]


class Stairs(NamedTuple):
    """Points, ascending, from which the end is reached for ``weights``; and the steps taken there:
    each a step and the place of the next stair, ``None`` at the end."""

    points: list[int]
    weights: list[int]
    ways: list[tuple[Step, int] | None]

    def least(self, point: int) -> int | None:
        """The weight for which the end is reached from a point, ``None`` where it is not."""
        place = bisect_right(self.points, point) - 1
        return self.weights[place] if place >= 0 else None


class Bound:
    """The staircases of one stay.

    Attributes:
        tolls: cents that a step pays for each of its limits.
    """

    def __init__(self, stay: Stay, steps: Iterable[Step], moving: Container[Limit] = ()):
        """``moving``: those limits whose steps can be had only by a move."""
        self.stay = stay
        self._steps = [
            pooled(stay, step._replace(weight=step.weight + step.move)
                   if any(limit in moving for limit in step.limits) else step)
            for step in steps]
        self._free = self._tolled = self._guess = self._climb(self._steps)
        self.tolls: dict[Limit, int] = {}

    def least(self, point: int, given_back: int) -> int | None:
        """The weight below which nothing gets from a point to the end; ``None`` where nothing does.

        Args:
            given_back: the tolls of all steps that can still be taken, in cents.
        """
        free = self._free.least(point)
        if free is None or not self.tolls:
            return free
        return max(free, self._tolled.least(point) - weight(given_back))

    def guess(self, point: int) -> int | None:
        """About what gets from a point to the end if nothing is taken too often."""
        return self._guess.least(point)

    def set_tolls(
        self, point: int, times: Callable[[Limit], int], dive: Callable[[], int | None]
    ) -> int | None:
        """Set the tolls so that the bound at a point is high.

        First what is taken too often is left out, which gives a guess of what the rest costs, of
        what each of those steps is worth, and, by ``dive``, a good schedule. Then the tolls are
        raised where a step is still taken too often, and lowered where it is taken too seldom.

        Args:
            times: how often what a limit stands for can be had from there.
            dive: finds the weight of a good schedule by :meth:`guess`.

        Returns:
            that weight, ``None`` where no schedule was found.
        """
        tolls = self._leave_out(point, times)
        most = dive()
        best, stairs = self._free.least(point), self._free
        for _ in range(_ROUNDS if most is not None and tolls else 0):
            stairs = self._climb(
                step._replace(weight=step.weight + weight(sum(
                    tolls.get(limit, 0) for limit in step.limits))) if step.limits else step
                for step in self._steps)
            taken = self._taken(stairs, point)
            missed = {limit: taken[limit] - times(limit) for limit in taken.keys() | tolls.keys()}
            missed = {limit: n for limit, n in missed.items()
                      if n > 0 or (n < 0 and limit in tolls)}
            now = stairs.least(point) - weight(sum(
                toll * times(limit) for limit, toll in tolls.items()))
            if now > best:
                best, self.tolls, self._tolled = now, tolls, stairs
            gap = cents_of(most) - cents_of(now)
            if not missed or gap <= 0:
                break
            stride = gap / sum(n * n for n in missed.values())
            tolls = tolls | {limit: max(0, round(tolls.get(limit, 0) + stride * n))
                             for limit, n in missed.items()}
            tolls = {limit: toll for limit, toll in tolls.items() if toll}
        return most

    def _leave_out(self, point: int, times: Callable[[Limit], int]) -> dict[Limit, int]:
        """Base the guess on steps of which none is taken too often; what the others are worth."""
        without: set[Limit] = set()
        tolls: dict[Limit, int] = {}
        while True:
            taken = self._taken(self._guess, point)
            over = {limit: n for limit, n in taken.items() if n > times(limit)}
            if not over:
                return tolls
            without |= over.keys()
            stairs = self._climb(
                step for step in self._steps if without.isdisjoint(step.limits))
            least = stairs.least(point)
            if least is None:
                return tolls
            gained = cents_of(least) - cents_of(self._guess.least(point))
            tolls |= dict.fromkeys(over, gained // sum(over.values()))
            self._guess = stairs

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
        """The staircase from the end of the stay backwards."""
        stay, cum, steps = self.stay, self.stay.cum, unbeaten(steps)
        plain = [(step.weight, step.allowance, step.length, number)
                 for number, step in enumerate(steps) if not step.daily and not step.unit]
        other = [(step, number) for number, step in enumerate(steps) if step.daily or step.unit]
        stairs, earliest, heap = Stairs([], [], []), stay.end + 1, [(0, stay.end, -1, -1)]
        while heap:
            spent, point, number, after = heappop(heap)
            if point >= earliest:
                continue
            earliest, place = point, len(stairs.points)
            stairs.points.append(point)
            stairs.weights.append(spent)
            stairs.ways.append(None if number < 0 else (steps[number], after))
            if point == 0:
                break
            next_day = stay.day(point - 1) + 1
            for price, allowance, length, number in plain:
                before = cum[next_day - length] if length < next_day else 0
                if point - allowance > before:
                    before = point - allowance
                if before < earliest:
                    heappush(heap, (spent + price, before, number, place))
            for step, number in other:
                before = max(stay.first_in_days(point, step.unit, step.length),
                             stay.first_in_data(point, step.allowance, step.daily))
                if before < earliest:
                    heappush(heap, (spent + step.weight, before, number, place))
        last = len(stairs.points) - 1
        ways = [way and (way[0], last - way[1]) for way in stairs.ways]
        return Stairs(stairs.points[::-1], stairs.weights[::-1], ways[::-1])

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
    """How many of a step's cycles can be begun before one runs out, wherever it is bought."""
    if step.cycles == 1 or step.daily or step.unit == HOURS:
        return step.cycles
    found = 0
    for day in range(stay.days):
        if stay.need[day]:
            found = max(found, _begun(stay, step, day))
            if found == step.cycles:
                break
    return found


def _begun(stay: Stay, step: Step, day: int) -> int:
    """How many cycles begin before one runs out, if the first has only 1 MB to serve that day."""
    begin = stay.cum[day + 1] - 1
    for cycle in range(1, step.cycles + 1):
        end = stay.cycle_end(step, stay.cum[day], cycle)
        if end >= stay.end or end - begin > step.allowance:
            return cycle
        begin = end
    return step.cycles


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
