"""A higher bound for stays on which rare steps matter: what can still be had is part of the place.

The staircases of :mod:`prepaid.schedule.bound` let rare steps pay tolls, which leaves a gap where
one rare thing or another, but not both, would do. Here the simpler problem has a **layer** for each
way in which the rarest things can still be had: a new customer's price, in a row, or not; a plan of
a provider that sells one cycle at a time so many times more. The stay is cut into **cells**; a step
counts from the end of the cell in which it is taken, so it never gets less far than it would.
"""

from bisect import bisect_right
from math import inf

import numpy as np

from prepaid.schedule.bound import Bound, Limit, Step, pooled
from prepaid.schedule.buying import State
from prepaid.schedule.limits import Limits
from prepaid.schedule.terms import HOURS
from prepaid.schedule.weights import LEAST_TAX, cents_of, purchases_of, weight

_LAYERS = 128  # at most
_CELLS = 800  # about
_PURCHASES = 16  # bits below the cents
_NEVER = np.int64(2**61)


class Layers:
    """The bound of one stay in layers.

    Attributes:
        rare: the limits that make layers, the most important first.
        tolls: of the other limits, as in :class:`Bound`.
        cost: for each cell and layer what the rest costs at least, packed cents and purchases.
    """

    def __init__(self, bound: Bound, limits: Limits):
        self.stay, self.limits = bound.stay, limits
        self._begin = limits.shop.begin()
        self._choose(bound)
        self.tolls = {one: toll for one, toll in bound.tolls.items() if one not in self.rare}
        self._cut()
        self._reaches: dict[tuple, np.ndarray] = {}
        self._climb(bound.steps)

    def least(self, state: State, point: int) -> float:
        """The weight below which the end is not reached from a state whose cost to come counts
        from a point."""
        place = self._layer(state)
        found = self._at(point, place)
        if state.row is not None:
            found = min(found, self._row(state, point, place))
        return self._weight(found, self.limits.given_back(state, self.tolls))

    def still(self, state: State):
        """For a point what :meth:`least` is at least, whatever is bought in a state until then."""
        place, back = self._layer(state), self.limits.given_back(state, self.tolls)
        row = state.row is not None

        def least(point: int) -> float:
            found = self._at(point, place)
            if row:
                found = min(found, self._row(state, point, place))
            return self._weight(found, back)
        return least

    def _weight(self, found: int, back: int) -> float:
        if found >= _NEVER:
            return inf
        cents, purchases = found >> _PURCHASES, found & (1 << _PURCHASES) - 1
        return weight(cents, purchases) - (LEAST_TAX if purchases else 0) - back

    def _at(self, point: int, layer: int) -> int:
        return self.cost.item(bisect_right(self._starts, point) - 1, layer)

    def _row(self, state: State, point: int, layer: int) -> int:
        """The same where the new customer's price of a row may be paid some times more."""
        number, paid = state.row
        plan = self.limits.shop.plan(number)
        cost = self.limits.shop.market.weight(plan, plan.intro_price, False)
        step = pooled(self.stay, Step(
            cost, plan.allowance, plan.daily, plan.unit, plan.length, plan.cycles))
        reach, cell, found = self._reach(step), bisect_right(self._starts, point) - 1, _NEVER
        for times in range(1, plan.intro_uses - paid + 1):
            cell = int(reach[cell])
            found = min(found, times * _packed(cost) + self.cost.item(cell, layer))
        return int(found)

    # ----------------------------------------------------------------------------------- layers

    def _choose(self, bound: Bound) -> None:
        """Which limits make layers, and how many each."""
        times = {one: self.limits.times(one, self._begin) for one in bound.rare}
        self.rare: list[Limit] = []
        self._sizes: list[int] = []
        layers = 1
        for one in sorted(times, key=lambda one: -bound.rare[one] * times[one]):
            size = 2 if one[0] == "new" else times[one] + 1
            if size > 1 and layers * size <= _LAYERS:
                layers *= size
                self.rare.append(one)
                self._sizes.append(size)
        self._strides = [int(np.prod(self._sizes[place + 1:])) for place in range(len(self.rare))]
        self._layers = layers

    def _layer(self, state: State) -> int:
        """The layer in which a state is."""
        layer, bit = 0, self.limits.shop.market.bit
        for one, size, stride in zip(self.rare, self._sizes, self._strides, strict=True):
            if one[0] == "new":
                left = not state.gone & bit.get(one[1], 0)
            else:
                left = min(self.limits.times(one, state), size - 1)
            layer += left * stride
        return layer

    # ------------------------------------------------------------------------------------ cells

    def _cut(self) -> None:
        """The cells: the beginning of each day, and parts of the rest of it."""
        stay = self.stay
        parts = max(_CELLS // stay.days - 1, 1)
        starts = {stay.end}
        for day, need in enumerate(stay.need):
            starts.add(stay.cum[day])
            if need > 1:
                starts.update(stay.cum[day] + 1 + (need - 1) * part // parts
                              for part in range(parts))
        self._starts = sorted(starts)
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

    # ------------------------------------------------------------------------------------ costs

    def _climb(self, steps: list[Step]) -> None:
        """What the rest costs, from the last cell to the first, several at once where no step
        ends among them."""
        free, reach, cost = self._ways(steps)
        cells = len(self._starts)
        nearest = np.min([one.min(axis=0) for one in reach if len(one)], axis=0)
        self.cost = np.full((cells, self._layers), _NEVER)
        self.cost[-1] = 0
        end = cells - 1
        while end > 0:
            begin = int(np.searchsorted(nearest, end))
            here = self.cost[begin:end]
            for place in range(len(self.rare) + 1):
                if not len(reach[place]):
                    continue
                best = (self.cost[reach[place][:, begin:end]]
                        + cost[place][:, None, None]).min(axis=0)
                if place == free:
                    np.minimum(here, best, out=here)
                    continue
                shape = end - begin, -1, self._sizes[place], self._strides[place]
                more = here.reshape(shape)
                np.minimum(more[:, :, 1:], best.reshape(shape)[:, :, :-1], out=more[:, :, 1:])
            np.minimum(here, _NEVER, out=here)
            end = begin

    def _ways(self, steps: list[Step]) -> tuple[int, list[np.ndarray], list[np.ndarray]]:
        """For each limit that makes layers, and last for what is not limited, where its steps
        lead from each cell, and their costs."""
        free = len(self.rare)
        reach: list[list[np.ndarray]] = [[] for _ in range(free + 1)]
        cost: list[list[int]] = [[] for _ in range(free + 1)]
        for step in steps:
            limit = next((one for one in step.limits if one in self.rare), None)
            place = free if limit is None else self.rare.index(limit)
            one, packed = self._reach(step), _packed(step.weight)
            packed += sum(self.tolls.get(other, 0) for other in step.limits) << _PURCHASES
            times = 1
            if limit is not None and limit[0] == "new":
                times = self.limits.times(limit, self._begin)
            cell = one
            for number in range(1, times + 1):
                reach[place].append(cell)
                cost[place].append(number * packed)
                if cell[0] == len(cell) - 1:
                    break
                cell = one[cell]
        return free, [np.array(one) for one in reach], [np.array(one, np.int64) for one in cost]


def _packed(weight: int) -> int:
    """The cents and purchases of a weight as one smaller number."""
    return (cents_of(weight) << _PURCHASES) + purchases_of(weight)
