"""The places of a bound in layers: parts of the stay, and what can still be had there."""

from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from math import gcd

import numpy as np

from prepaid.schedule.bound import Limit, Step
from prepaid.schedule.buying import State
from prepaid.schedule.news import News
from prepaid.schedule.points import Stay
from prepaid.schedule.terms import HOURS

_LEFT = 0, 1, 12  # days for which a provider sells nothing, rounded down
MOST_LEFT = _LEFT[-1]
_CELL_MB, _CELLS = 1200, 2000  # MB of a cell, where there are no more than so many of them
_SERVED_IN = 5  # cells at least: the more, the less a step of the bound gains by its cell


class Places:
    """The cells and layers of a stay."""

    stay: Stay
    news: News

    def _choose(self, wanted: Iterable[Limit], most: int) -> None:
        """Which limits make layers, at most so many."""
        self.rare: list[Limit] = []
        sizes: list[int] = []
        layers = 1
        for one in wanted:
            size = 2 if one[1] else len(_LEFT)
            if layers * size <= most and (not one[1] or self.news.times(one[0], self._begin)):
                layers *= size
                self.rare.append(one)
                sizes.append(size)
        self._strides = [int(np.prod(sizes[place + 1:])) for place in range(len(self.rare))]
        every = np.arange(layers)
        self._left = [every // stride % size
                      for stride, size in zip(self._strides, sizes, strict=True)]
        self._later = np.zeros((MOST_LEFT + 1, layers), np.int64)
        for (_, new), stride, left in zip(self.rare, self._strides, self._left, strict=True):
            for days in range(MOST_LEFT + 1):
                later = left if new else rounded(np.array(_LEFT)[left] - days)
                self._later[days] += stride * later

    def _layer(self, state: State, point: int) -> int:
        """The layer in which a state is at a point."""
        layer, bit, until = 0, self.news.shop.market.bit, dict(state.blocked)
        for (provider, new), stride in zip(self.rare, self._strides, strict=True):
            if new:
                layer += stride * (not state.gone & bit.get(provider, 0))
            elif until.get(provider, 0) > point:
                days = self.stay.day(until[provider]) - self.stay.day(point)
                layer += stride * (bisect_right(_LEFT, days) - 1)
        return layer

    def _cut(self, parts: int, serves: int) -> None:
        """The cells: the beginning of each day, and so many ``parts`` of each ``_CELL_MB`` MB of
        the rest of it; ``serves``: MB of a purchase, about, of which cells are a part."""
        stay, starts = self.stay, {self.stay.end}
        cell = max(min(serves // _SERVED_IN, _CELL_MB) // parts, 1)
        parts = max(-(-stay.end // stay.days // cell), 1)
        parts = min(parts, max(_CELLS // stay.days, 1))
        for day, need in enumerate(stay.need):
            starts.add(stay.cum[day])
            if need > 1:
                even = _even(need, parts)
                starts.update(stay.cum[day] + 1 + need * part // even for part in range(even))
        self._starts = sorted(starts)
        self._last = np.array([*self._starts[1:], stay.end + 1], np.int64) - 1
        self._day = np.searchsorted(np.array(stay.cum), self._last, "right") - 1
        self._day[-1] = stay.days
        self._reaches: dict[tuple, np.ndarray] = {}

    def _reach(self, step: Step) -> np.ndarray:
        """For each cell the cell in which a step from its end ends."""
        key = step.allowance, step.daily, step.unit, step.length
        if key not in self._reaches:
            stay, last = self.stay, self._last[:-1]
            if step.unit == HOURS:
                end = np.array([stay.later(point, step.length) for point in last.tolist()])
            else:
                ends = [stay.cum[day] for day in stay.last_days(step)]
                end = np.array(ends)[self._day[:-1]]
            out = last + step.allowance
            if step.daily:
                out = np.array([stay.data_end(step, point) for point in last.tolist()])
            reached = np.minimum(np.minimum(end, out), stay.end)
            cells = np.searchsorted(np.array(self._starts), reached, "right") - 1
            self._reaches[key] = np.append(cells, len(self._starts) - 1)
        return self._reaches[key]


@cache
def _even(need: int, most: int) -> int:
    """Into how many equal parts a day is cut, so that what most plans hold ends between them where
    at least half of ``most`` parts do."""
    whole = need // gcd(need, 50)
    return next((parts for parts in range(most, most // 2, -1) if whole % parts == 0), most)


def rounded(days: np.ndarray) -> np.ndarray:
    """The place in :data:`_LEFT` of numbers of days, rounded down."""
    return np.searchsorted(_LEFT, np.clip(days, 0, None), "right") - 1
