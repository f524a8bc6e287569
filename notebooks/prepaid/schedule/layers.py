"""A higher bound for stays on which rare steps matter: what can still be had is part of the place.

The staircases of :mod:`prepaid.schedule.bound` let rare steps pay tolls, which leaves a gap where
one rare thing or another, but not both, would do. Here the simpler problem has a **layer** for each
way in which the rarest things can still be had: a new customer's price, in a row, or not; a plan of
a provider that sells one cycle at a time so many times more. The stay is cut into **cells**; a step
counts from the end of the cell in which it is taken, so it never gets less far than it would.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import cache
from math import gcd, inf
from typing import NamedTuple

import numpy as np

from prepaid.schedule.bound import Bound, Limit, Step, pooled
from prepaid.schedule.buying import State
from prepaid.schedule.limits import Limits
from prepaid.schedule.points import Stay
from prepaid.schedule.terms import HOURS
from prepaid.schedule.weights import LEAST_TAX, cents_of, purchases_of, weight

_LAYERS = 128  # at most
_MARK, _MARKS = 5, 7  # days from mark to mark, and how many of them are told apart
_CELLS = 4000  # about, at most
_PLACES = 130_000  # cells times layers, about
_PURCHASES = 16  # bits below the cents
_NEVER = np.int64(2**61)


class _Way(NamedTuple):
    """Some steps that can be taken in the same layers: what each costs, and for each and each cell
    the cell in which it ends, the marks that it passes, and where its layers begin."""

    layers: np.ndarray
    limits: tuple[tuple[Limit, ...], ...]
    cost: np.ndarray
    reach: np.ndarray
    marks: np.ndarray
    offset: np.ndarray


class _Places:
    """The cells and layers of a stay."""

    stay: Stay
    limits: Limits

    def _choose(self, wanted: Iterable[Limit]) -> None:
        """Which limits make layers, and how many each."""
        self.rare: list[Limit] = []
        sizes: list[int] = []
        layers, self._room = 1, True
        for one in wanted:
            size = 2 if one[0] == "new" else _MARKS + 1
            self._room = layers * size <= _LAYERS
            if self._room and self.limits.times(one, self._begin):
                layers *= size
                self.rare.append(one)
                sizes.append(size)
        self._strides = [int(np.prod(sizes[place + 1:])) for place in range(len(self.rare))]
        self._layers = np.arange(layers)
        later = np.zeros((_MARKS + 1, layers), np.int64)
        for one, size, stride in zip(self.rare, sizes, self._strides, strict=True):
            left = self._layers // stride % size
            for marks in range(_MARKS + 1):
                later[marks] += stride * (
                    left if one[0] == "new" else np.maximum(left - marks, 0))
        self._later = later

    def _layer(self, state: State, point: int) -> int:
        """The layer in which a state is at a point."""
        layer, bit, until = 0, self.limits.shop.market.bit, dict(state.blocked)
        for (name, provider), stride in zip(self.rare, self._strides, strict=True):
            if name == "new":
                layer += stride * (not state.gone & bit.get(provider, 0))
            elif until.get(provider, 0) > point:
                marks = self.stay.day(until[provider]) // _MARK - self.stay.day(point) // _MARK
                layer += stride * min(marks, _MARKS)
        return layer

    def _cut(self) -> None:
        """The cells: the beginning of each day, and parts of the rest of it."""
        stay = self.stay
        cells = min(_PLACES // len(self._layers), _CELLS)
        parts = max(cells // stay.days - 1, 1)
        starts = {stay.end}
        for day, need in enumerate(stay.need):
            starts.add(stay.cum[day])
            if need > 1:
                even = _even(need, parts)
                starts.update(stay.cum[day] + 1 + need * part // even for part in range(even))
        self._starts = sorted(starts)
        self._reaches: dict[tuple, np.ndarray] = {}
        self._last = np.array([*self._starts[1:], stay.end + 1], np.int64) - 1

    def _reach(self, step: Step) -> np.ndarray:
        """For each cell the cell in which a step from its end ends."""
        key = step.allowance, step.daily, step.unit, step.length
        if key not in self._reaches:
            stay, last = self.stay, self._last[:-1]
            day = np.searchsorted(np.array(stay.cum), last, "right") - 1
            if step.unit == HOURS:
                end = np.array([stay.later(point, step.length) for point in last.tolist()])
            else:
                ends = np.array([stay.cum[stay.last_day(step, one, 1)]
                                 for one in range(stay.days)])
                end = ends[day]
            out = last + step.allowance
            if step.daily:
                out = np.array([stay.data_end(step, point) for point in last.tolist()])
            reached = np.minimum(np.minimum(end, out), stay.end)
            cells = np.searchsorted(np.array(self._starts), reached, "right") - 1
            self._reaches[key] = np.append(cells, len(self._starts) - 1)
        return self._reaches[key]


class _Costs(_Places):
    """What the rest costs in each cell and layer."""

    def _climb(self, ways: list["_Way"]) -> None:
        """What the rest costs, from the last cell to the first, several at once where no step
        ends among them."""
        cells = len(self._starts)
        self.cost = np.full((cells, len(self._layers)), _NEVER)
        self.cost[-1] = 0
        if not ways:
            return
        nearest = np.min([way.reach.min(axis=0) for way in ways], axis=0)
        nearest = np.minimum.accumulate(nearest[::-1])[::-1]
        end = cells - 1
        while end > 0:
            begin = min(int(np.searchsorted(nearest, end)), end - 1)  # a step may lead nowhere
            for way in ways:
                to = self._later[:, way.layers][way.marks[:, begin:end]]
                to += way.offset[:, begin:end, None]
                best = (self.cost.reshape(-1)[to] + way.cost[:, None, None]).min(axis=0)
                here = self.cost[begin:end, way.layers]
                self.cost[begin:end, way.layers] = np.minimum(here, best)
            end = begin
        np.minimum(self.cost, _NEVER, out=self.cost)

    def _taken_too_often(self, ways: list["_Way"]) -> list[Limit]:
        """The limits without layers that the cheapest way takes more often than can be."""
        taken = Counter()
        point = self.limits.shop.counted_from(self._begin)
        layer, cell = self._layer(self._begin, point), bisect_right(self._starts, point) - 1
        while cell < len(self._starts) - 1 and self.cost[cell, layer] < _NEVER:
            for way in ways:
                if layer in way.layers:
                    to = self._later[way.marks[:, cell], layer] + way.offset[:, cell]
                    cost = self.cost.reshape(-1)[to] + way.cost
                    place = int(cost.argmin())
                    if cost[place] == self.cost[cell, layer]:
                        break
            taken.update(one for one in way.limits[place] if one not in self.rare)
            before, (cell, layer) = cell, divmod(int(to[place]), len(self._layers))
            if cell == before:  # what costs nothing may lead nowhere
                break
        return [one for one, times in taken.items()
                if 0 < self.limits.times(one, self._begin) < times]

    def _ways(self, steps: list[Step]) -> list["_Way"]:
        """The steps of each limit that makes layers, and those that are not limited."""
        cells, layers = len(self._starts), len(self._layers)
        mark = np.searchsorted(np.array(self.stay.cum), self._last, "right") - 1
        mark[-1] = self.stay.days
        day, mark = mark, mark // _MARK
        found: dict[Limit | None, list[tuple]] = {}
        for step in steps:
            if not all(self.limits.times(one, self._begin) for one in step.limits):
                continue
            limit = next((one for one in step.limits if one in self.rare), None)
            one, packed = self._reach(step), _packed(step.weight)
            packed += sum(self.tolls.get(other, 0) for other in step.limits) << _PURCHASES
            times, add, move = 1, np.zeros(cells, np.int64), 0
            if limit is not None:
                stride = self._strides[self.rare.index(limit)]
                if limit[0] == "new":
                    times, add = self.limits.times(limit, self._begin), add - stride
                    if times > 1:  # else its move is part of the step
                        move = cents_of(step.move) << _PURCHASES
                else:
                    until = np.array([self.stay.last_day(step, at, 1) for at in range(
                        self.stay.days)] + [self.stay.days])
                    add = stride * np.clip(until[day] // _MARK - mark[one], 0, _MARKS)
            cell = one
            for number in range(1, times + 1):
                found.setdefault(limit, []).append((
                    step.limits, min(number * packed + move, int(_NEVER)), cell,
                    np.minimum(mark[cell] - mark, _MARKS), cell * layers + add))
                if cell[0] == cells - 1:
                    break
                cell = one[cell]
        ways = []
        for limit, parts in found.items():
            able = self._layers
            if limit is not None:
                place = self.rare.index(limit)
                size = 2 if limit[0] == "new" else _MARKS + 1
                left = self._layers // self._strides[place] % size
                able = np.flatnonzero((left > 0) == (limit[0] == "new"))
            limits, cost, reach, marks, offset = zip(*parts, strict=True)
            ways.append(_Way(able, limits, np.array(cost, np.int64),
                             *map(np.array, (reach, marks, offset))))
        return ways


class Layers(_Costs):
    """The bound of one stay in layers.

    Attributes:
        rare: the limits that make layers, the most important first.
        tolls: of the other limits, as in :class:`Bound`.
        cost: for each cell and layer what the rest costs at least, packed cents and purchases.
        coarse: whether so many purchases are made that the cells blur what each of them gets.
    """

    def __init__(self, bound: Bound, limits: Limits):
        self.stay, self.limits = bound.stay, limits
        self._begin, self._visited = limits.shop.begin(), bound.visited
        times = {one: limits.times(one, self._begin) for one in bound.rare}
        # the most that is at stake first, for as many doublings of the layers as it takes
        wanted = sorted(times, key=lambda one: -bound.rare[one] * times[one] / (
            1 if one[0] == "new" else _MARKS.bit_length()))
        for _ in range(4):
            self._choose(wanted)
            self.tolls = {one: toll for one, toll in bound.tolls.items() if one not in self.rare}
            self._cut()
            ways = self._ways(bound.steps)
            self._climb(ways)
            over = self._taken_too_often(ways)
            wanted = [*self.rare, *over]
            if not over or not self._room:
                break
        bought = self.least(self._begin, self._begin.point)
        self.coarse = bought < inf and purchases_of(bought) * 7 > self.stay.days

    def least(self, state: State, point: int) -> float:
        """The weight below which the end is not reached from a state whose cost to come counts
        from a point."""
        return self._weight(self._due(state, point), self.limits.given_back(state, self.tolls)
                            + self.limits.moved(state, self._visited))

    def still(self, state: State):
        """For a point what :meth:`least` is at least, whatever is bought in a state until then."""
        back, known = self.limits.given_back(state, self.tolls), {}
        back += max(self._visited.values(), default=0)  # perhaps to where this one is bought

        def least(point: int) -> float:
            if point not in known:
                known[point] = self._weight(self._due(state, point), back)
            return known[point]
        return least

    def _weight(self, found: int, back: int) -> float:
        if found >= _NEVER:
            return inf
        cents, purchases = found >> _PURCHASES, found & (1 << _PURCHASES) - 1
        return weight(cents, purchases) - (LEAST_TAX if purchases else 0) - back

    def _due(self, state: State, point: int) -> int:
        """What the rest costs from a point on with what a state can still have, packed."""
        cell = bisect_right(self._starts, point) - 1
        found = self.cost.item(cell, self._layer(state, point))
        return found if state.row is None else min(found, self._row(state, cell))

    def _row(self, state: State, cell: int) -> int:
        """The same where the new customer's price of a row may be paid some times more."""
        number, paid = state.row
        plan = self.limits.shop.plan(number)
        cost = self.limits.shop.market.weight(plan, plan.intro_price, False)
        step = pooled(self.stay, Step(
            cost, plan.allowance, plan.daily, plan.unit, plan.length, plan.cycles))
        reach, found = self._reach(step), _NEVER
        for times in range(1, plan.intro_uses - paid + 1):
            cell = int(reach[cell])
            later = self._layer(state, self._starts[cell])
            found = min(found, times * _packed(cost) + self.cost.item(cell, later))
        return int(found)


@cache
def _even(need: int, most: int) -> int:
    """Into how many equal parts a day is cut, so that what most plans hold ends between them."""
    whole = need // gcd(need, 50)
    return max(parts for parts in range(1, most + 1) if whole % parts == 0)


def _packed(weight: int) -> int:
    """The cents and purchases of a weight as one smaller number."""
    return (cents_of(weight) << _PURCHASES) + purchases_of(weight)
