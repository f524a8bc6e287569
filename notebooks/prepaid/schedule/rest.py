"""What the rest of a stay costs at least: the costs themselves, from the last cell to the first.

See :mod:`prepaid.schedule.outlook`, which asks for them.
"""

from bisect import bisect_right
from collections.abc import Iterable

import numpy as np

from prepaid.schedule.points import Stay
from prepaid.schedule.steps import Steps
from prepaid.schedule.ways import NEVER, PURCHASES, Ways

_GB = 1000  # MB
_AT_ONCE = 200_000  # cells times ways that are looked at together


class Rest:
    """The costs of one stay.

    Attributes:
        starts: the points at which the cells begin.
        rare: the providers whose prices for new customers make layers; each has a bit.
        rest: for each layer, cell and line what the rest costs at least, packed. The line 0 is
            none; then come the providers, then the same while they sell nothing. The last two
            cells are the end and nowhere.
    """

    def __init__(self, stay: Stay, steps: Steps, some: np.ndarray, cells: int,
                 begin: int = 0, provider: int = -1, rare: Iterable[int] = ()):
        """``some``: a mask, the steps that there are; ``cells``: how many, at least about so many;
        ``begin`` and ``provider``: where the cost to come counts from, and the line there;
        ``rare``: what probably is."""
        self.stay, self.starts = stay, _cut(stay, cells)
        self._begins = self.starts.tolist()
        self._ways = ways = Ways(stay, steps, np.flatnonzero(some), self.starts)
        self._line = {one: place for place, one in enumerate(ways.providers.tolist(), 1)}
        moves = steps.move[ways.providers] >> ways.shift
        self._moves = np.minimum(moves, NEVER >> PURCHASES) << PURCHASES
        self._move = self._moves[ways.line - 1]
        self._first = _first(2 * ways.line + ways.new)
        self._of, self._old = ways.line[self._first] - 1, ~ways.new[self._first]
        self._one = _first(self._of)
        self._blocked = np.flatnonzero(ways.out.any(axis=0)[ways.shape])
        self._at_once = max(_AT_ONCE // max(len(ways), 1), 1)
        self._nearest = np.minimum.accumulate(ways.reach.min(axis=1, initial=ways.end)[::-1])[::-1]
        self._begin = self._cell(begin), self._line.get(provider, 0)
        self.rare = [one for one in rare if one in self._line]
        self._climb()

    def _cell(self, point: int) -> int:
        return bisect_right(self._begins, point) - 1

    def _layers(self) -> None:
        """What the ways cost and where they lead to in each layer."""
        ways, layers = self._ways, np.arange(1 << len(self.rare))[:, None]
        bit = np.zeros(len(self._line) + 1, np.int64)
        bit[[self._line[provider] for provider in self.rare]] = 1 << np.arange(len(self.rare))
        self._bit = bit[ways.line]
        gone = ways.new & (self._bit > 0) & (layers & self._bit == 0)
        self._cost = np.where(gone, NEVER, ways.cost)
        self.rest = np.full((len(layers), ways.end + 2, 2 * len(self._line) + 1), NEVER)
        self.rest[:, -2] = 0
        _, deep, wide = self.rest.shape
        self._to = (layers & ~self._bit) * (deep * wide) + ways.line

    def _due(self, layer: int, line: int) -> np.ndarray:
        """What each way costs in a layer, with a move from a line."""
        ways = self._ways
        move = np.where(ways.line == line, np.where(ways.new, NEVER, 0), self._move)
        return self._cost[layer] + move

    def _climb(self) -> None:
        """What the rest costs, from the last cell to the first."""
        self._layers()
        lines, end = len(self._line), self._ways.end if len(self._ways) else 0
        old = self._of[self._old] + 1
        while end > 0:  # several cells at once where no way ends among them
            begin = min(int(np.searchsorted(self._nearest, end)), end - 1)
            begin = max(begin, end - self._at_once)
            found = self._then(begin, end, slice(None))
            found += self._cost[:, None]
            found = np.minimum.reduceat(found, self._first, axis=2)
            found = found.reshape(-1, len(self._first))
            moved = np.minimum.reduceat(found + self._moves[self._of], self._one, axis=1)
            each, best = np.arange(len(found)), moved.argmin(axis=1)
            here = np.empty((len(found), 2 * lines + 1), np.int64)
            here[:] = moved[each, best, None]
            moved[each, best] = NEVER
            here[each, lines + 1 + best] = moved.min(axis=1)
            here[:, 1:lines + 1] = here[:, lines + 1:]  # the best of another provider
            here[:, old] = np.minimum(here[:, old], found[:, self._old])
            here = np.minimum(here, NEVER).reshape(-1, end - begin, 2 * lines + 1)
            self.rest[:, begin:end] = here
            end = begin

    def _then(self, begin: int, end: int, layers: int | slice) -> np.ndarray:
        """What the rest costs after each way from the cells between two, in one layer or all."""
        ways, wide, flat = self._ways, self.rest.shape[2], self.rest.reshape(-1)
        add = self._to[layers]
        add = add if add.ndim == 1 else add[:, None]
        at = ways.reach[begin:end, ways.shape] * wide + add
        some = self._blocked
        if not len(some):
            return flat[at]
        shape = ways.shape[some]
        at[..., some] += ways.out[begin:end, shape] * len(self._line)
        found = flat[at]
        in_time = flat[ways.in_time[begin:end, shape] * wide + add[..., some]]
        found[..., some] = np.minimum(found[..., some], in_time)
        return found


def _first(groups: np.ndarray) -> np.ndarray:
    """Where each of the groups begins."""
    return np.flatnonzero(np.append(True, groups[1:] != groups[:-1])[:len(groups)])


def _cut(stay: Stay, most: int) -> np.ndarray:
    """The points at which cells begin: the days with a need, each in as many parts as make about
    ``most`` in all; if they are parts, also whole GB before the end, where packages of whole GB
    that are bought one after the other begin."""
    parts, starts = max(most // stay.days, 1), set()
    for day, need in enumerate(stay.need):
        if need:
            starts.update(stay.cum[day] + need * part // parts for part in range(parts))
    if parts > 1 and stay.end < most * _GB:
        starts.update(range(stay.end % _GB, stay.end, _GB))
    return np.array(sorted(starts), np.int64)
