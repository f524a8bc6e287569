"""What the rest of a stay costs at least, for each part of it, provider and what can still be had.
"""

from bisect import bisect_right
from collections import Counter
from math import inf
from operator import itemgetter

import numpy as np

from prepaid.schedule.bound import Limit, Step
from prepaid.schedule.cells import MOST_LEFT, Places, rounded
from prepaid.schedule.weights import cents_of, purchases_of

PURCHASES = 16  # bits below the cents
NEVER = np.int64(2**60)
_WIDE = 15_000  # above it, too much is left for leaving steps out: cells squared by the open share


def _whole(values: tuple) -> np.ndarray:
    """Whole numbers of 64 bits, where those of the platform may have 32; else as they are."""
    found = np.array(values)
    return found.astype(np.int64) if found.dtype.kind == "i" else found


class Costs(Places):
    """What the rest costs in each cell, line and layer.

    The lines are: 0 for none, or any that no step leads to; then one for each provider.
    """

    def _ways(self, steps: list[Step], moves: np.ndarray) -> list[tuple]:
        """What each step costs in each layer, and where it leads from each cell."""
        layers, self._line, ways = len(self._later[0]), {}, []
        for step in steps:
            self._line.setdefault(step.provider, len(self._line) + 1)
        self._moves = moves[[*self._line]] << PURCHASES
        nowhere, day = len(self._day), np.append(self._day, self.stay.days)
        for step in steps:
            times = self.news.times(step.provider, self._begin) if step.new else 1
            reach, due = np.append(self._reach(step), nowhere), packed(step.weight)
            top = packed(step.top)  # only the last of a row is topped up
            line, cost = self._line[step.provider], np.zeros(layers, np.int64)
            places = {new: place for place, (provider, new) in enumerate(self.rare)
                      if provider == step.provider}
            if step.new and True in places:
                cost[self._left[places[True]] == 0] = NEVER
            if False in places:
                cost[self._left[places[False]] > 0] = NEVER
            until = np.array([*self.stay.last_days(step), self.stay.days])
            cell = soon = np.arange(nowhere + 1)
            for number in range(1, times + 1):
                left = until[day[cell]]
                cell, soon = reach[cell], reach[np.maximum(soon - 1, 0)] if step.whole else soon
                left = left - day[cell]
                taken = -self._strides[places[True]] if step.new and True in places else 0
                stride = self._strides[places[False]] if step.blocks and False in places else 0
                ways.append((line, number, step,
                             np.minimum(cost + number * due - (number - 1) * top, NEVER), cell,
                             np.clip(day[cell] - day, 0, MOST_LEFT),
                             taken + stride * rounded(left), taken, stride, left, soon))
                if step.blocks:  # what is bought until it sells again ends the row
                    cell = np.where(left > 0, nowhere, cell)
                if (cell >= nowhere - 1).all():
                    break
        return sorted(ways, key=itemgetter(0))

    def _climb(self, ways: list[tuple]) -> None:
        """What the rest costs, from the last cell to the first, several at once where no step
        ends among them."""
        cells, lines, layers = len(self._starts), len(self._line) + 1, len(self._later[0])
        self.cost = np.full((cells + 1, lines, layers), NEVER, np.int64)
        self.cost[cells - 1] = 0
        if not ways:
            return
        line, _, _, *columns = zip(*ways, strict=True)
        line, cost, reach, days, add = map(_whole, (line, *columns[:4]))
        first = np.flatnonzero(np.append(True, line[1:] != line[:-1]))  # of each line from 1 on
        base = np.ascontiguousarray(((reach * lines + line[:, None]) * layers + add).T)
        days, flat = np.ascontiguousarray(days.T), self.cost.reshape(-1)
        nearest = np.minimum.accumulate(reach.min(axis=0)[::-1])[::-1]
        end = cells - 1
        while end > 0:
            begin = min(int(np.searchsorted(nearest, end)), end - 1)  # a step may lead nowhere
            begin = max(begin, end - max(400_000 // (len(line) * layers), 1))
            to = self._later[days[begin:end]]
            to += base[begin:end, :, None]
            found = flat[to]
            found += cost
            found = np.minimum(np.minimum.reduceat(found, first, axis=1), NEVER)
            here = self.cost[begin:end]
            here[:, 0] = (found + self._moves[:, None]).min(axis=1)
            here[:, 1:] = np.minimum(found, here[:, :1])
            end = begin

    def _fitting(self, ways: list[tuple], most: float) -> list[Step]:
        """The steps that can be part of a way of at most so much weight from the beginning.

        Here a step may end in any cell between those in which it ends at least and at most, so
        that each state of a schedule is in its cell, line and layer.
        """
        least = self.least(self._begin, self._begin.point)
        if most == inf or (most - least) * len(self._starts)**2 > _WIDE * least:
            return [*dict.fromkeys(way[2] for way in ways)]
        top, (lines, layers) = (cents_of(most) + 1) << PURCHASES, self.cost.shape[1:]
        line, _, steps, *columns = zip(*ways, strict=True)
        line, cost, reach, _, _, taken, stride, left, soon = map(_whole, (line, *columns))
        came, fits = np.full_like(self.cost, NEVER), np.zeros(len(ways), bool)
        first = bisect_right(self._starts, self._begin.point) - 1
        came[first, 0, self._layer(self._begin, self._begin.point)] = 0
        flat, rest = came.reshape(-1), self.cost.reshape(-1)
        day = np.append(self._day, self.stay.days)

        def places(cell: int, way: np.ndarray, layer: np.ndarray, to: np.ndarray) -> np.ndarray:
            """Where ways from a cell and layer are in ``came`` if they end in other cells."""
            far = np.clip(day[to] - day[cell], 0, MOST_LEFT)
            later = self._later[far, layer] + taken[way] + stride[way] * rounded(
                left[way, cell] + day[reach[way, cell]] - day[to])
            return (to * lines + line[way]) * layers + later

        for cell in range(first, len(self._starts) - 1):
            again = True
            while again:
                again, spent = False, came[cell].min(axis=0)
                live = np.flatnonzero(spent + self.cost[cell].min(axis=0) <= top)
                if not len(live):
                    break
                spent = np.minimum(came[cell, 1:][:, live], spent[live] + self._moves[:, None])
                spent = spent[line - 1] + cost[:, live]
                way, place = np.nonzero(
                    (spent <= top) & (reach[:, cell] < len(self._starts))[:, None])
                spent, layer, to = spent[way, place], live[place], reach[way, cell]
                fit = np.flatnonzero(spent + rest[places(cell, way, layer, to)] <= top)
                fits[way[fit]] = True
                times = to[fit] - soon[way[fit], cell] + 1  # it may end in so many cells
                until = np.cumsum(times)  # numpy's repeat takes no 64-bit counts in a browser
                each = np.arange(until[-1] if len(until) else 0)
                which = np.searchsorted(until, each, "right")
                ends = fit[which]
                to = to[ends] - each + (until - times)[which]
                at = places(cell, way[ends], layer[ends], to)
                less = spent[ends]
                fit = np.flatnonzero(less + rest[at] <= top)
                again = bool((less[fit] < flat[at[fit]])[to[fit] == cell].any())
                np.minimum.at(flat, at[fit], less[fit])
        return [*dict.fromkeys(steps[place] for place in np.flatnonzero(fits).tolist())]

    def _broken(self, ways: list[tuple]) -> list[Limit]:
        """The limits without layers that the cheapest way breaks."""
        taken, until, broken = Counter(), {}, {}
        point = self.news.shop.counted_from(self._begin)
        layer, cell = self._layer(self._begin, point), bisect_right(self._starts, point) - 1
        line = self._line.get(self._begin.provider, 0)
        while cell < len(self._starts) - 1 and self.cost[cell, line, layer] < NEVER:
            best, found = NEVER, None
            for number, times, step, cost, reach, days, add, *_ in ways:
                to = int(self._later[days[cell], layer] + add[cell])
                if cost[layer] >= NEVER:
                    continue
                due = cost[layer] + self.cost[reach[cell], number, to]
                if number != line:
                    due += self._moves[number - 1]
                if due < best:
                    best, found = due, (step, times, int(reach[cell]), number, to)
            if found is None:
                break
            step, times, after, line, layer = found
            provider = step.provider
            if step.new and taken[provider]:
                broken[provider, True] = None
            taken[provider] += step.new
            if self._day[cell] < until.get(provider, 0):
                broken[provider, False] = None
            if step.blocks:
                day = int(self._day[cell if times == 1 else max(after - 1, 0)])
                until[provider] = self.stay.last_days(step)[day]
            if after == cell:
                break
            cell = after
        return [one for one in broken if one not in self.rare]


def packed(weight: int) -> int:
    """The cents and purchases of a weight as one smaller number."""
    return min((cents_of(weight) << PURCHASES) + purchases_of(weight), int(NEVER))
