"""What the rest of a stay costs at least, for each part of it and the provider of the line.

The simpler problem of :mod:`prepaid.schedule.bound`, but for what makes most of the difference:
moves count; a new customer's price needs a move, or the same price just before; where data runs
out at a provider that sells one cycle at a time, the line has to move. The stay is cut into
**cells**; a **layer** says which of the rare prices for new customers can still be had.
"""

from bisect import bisect_right
from math import inf

import numpy as np

from prepaid.schedule.points import Stay
from prepaid.schedule.steps import Steps
from prepaid.schedule.ways import NEVER, PURCHASES, Ways
from prepaid.schedule.weights import LEAST_TAX, weight

_RARE = 6  # providers whose prices for new customers make layers, at most
_AT_ONCE = 400_000  # cells times ways that are looked at together


class Outlook:
    """A bound of one stay.

    Attributes:
        starts: the points at which the cells begin.
        rare: the providers whose prices for new customers make layers; each has a bit.
        rest: for each layer, cell and line what the rest costs at least, packed. The line 0 is
            none; then come the providers, then the same while they sell nothing. The last two
            cells are the end and nowhere.
    """

    def __init__(self, stay: Stay, steps: Steps, some: np.ndarray, cells: int,
                 begin: int = 0, provider: int = -1):
        """``some``: a mask, the steps that there are; ``cells``: how many, at least about so many;
        ``begin`` and ``provider``: where the cost to come counts from, and the line there."""
        self.stay, self.starts = stay, _cut(stay, cells)
        self._begins = self.starts.tolist()
        self._ways = ways = Ways(stay, steps, np.flatnonzero(some), self.starts)
        self._line = {one: place for place, one in enumerate(ways.providers.tolist(), 1)}
        self._moves = np.minimum(steps.move[ways.providers], NEVER >> PURCHASES) << PURCHASES
        self._move = self._moves[ways.line - 1]
        self._first = _first(2 * ways.line + ways.new)
        self._of, self._old = ways.line[self._first] - 1, ~ways.new[self._first]
        self._one = _first(self._of)
        self._blocked = np.flatnonzero(ways.out.any(axis=0)[ways.shape])
        self._nearest = np.minimum.accumulate(ways.reach.min(axis=1, initial=ways.end)[::-1])[::-1]
        self._begin = self._cell(begin), self._line.get(provider, 0)
        self.rare: list[int] = []
        self._climb()
        while more := self._broken()[:_RARE - len(self.rare)]:
            self.rare += more
            self._climb()

    def least(self, point: int, provider: int, gone: int = 0, blocked: bool = False) -> float:
        """The weight below which the end is not reached from a point.

        Args:
            provider: of the line, -1 for none; ``blocked``: while it sells nothing.
            gone: bits of the providers of ``rare`` where the traveller is not new any more.
        """
        if point >= self.stay.end:
            return 0
        line = self._line.get(provider, 0)
        line += len(self._line) if blocked and line else 0
        return _weight(self.rest.item(~gone, self._cell(point), line))

    def in_a_row(self, point: int, plan: int, times: int, gone: int) -> float:
        """The same where a plan may be bought so many times more at a new customer's price."""
        ways, cell = self._ways, self._cell(point)
        mine = (ways.row == plan) & ways.new & (ways.times <= times)
        if not mine.any():
            return inf
        found = ways.cost + self._then(len(self.rest) - 1 - gone, cell, cell + 1)[0]
        return _weight(int(found[mine].min()))

    def fitting(self, point: int, provider: int, gone: int, cents: int) -> np.ndarray:
        """The plans, by their rows, that can be bought at a point and be part of a schedule of at
        most so many cents from there; but for those in a row."""
        cell, layer = self._cell(point), len(self.rest) - 1 - gone
        due = self._due(layer, self._line.get(provider, 0)) + self._then(layer, cell, cell + 1)[0]
        return np.unique(self._ways.row[due >> PURCHASES <= cents])

    def of_rows(self, rows: int, bridges: bool = False) -> np.ndarray:
        """For each row of the terms cents below which no schedule is that has it.

        Args:
            rows: how many there are.
            bridges: whether plans can serve before the beginning, too, until paid cycles go on.
        """
        ways, came = self._ways, self._came()
        found, least = np.full(rows, NEVER), np.full(len(ways), NEVER)
        for layer in range(len(self.rest)):
            cost = self._cost(layer)
            for cell in range(self._begin[0], ways.end):
                due = self._so_far(came[layer], cell) + cost
                np.minimum(least, due + self._then(layer, cell, cell + 1)[0], out=least)
        if bridges:
            np.minimum(least, ways.cost + self.rest.item(-1, *self._begin), out=least)
        np.minimum.at(found, ways.row, least)
        return found >> PURCHASES

    def _cell(self, point: int) -> int:
        return bisect_right(self._begins, point) - 1

    def _after(self, layer: int) -> np.ndarray:
        """For each line the layer after a purchase there."""
        after = np.full(len(self._line), layer)
        for place, provider in enumerate(self.rare):
            after[self._line[provider] - 1] &= ~(1 << place)
        return after

    def _cost(self, layer: int) -> np.ndarray:
        """What each way costs in a layer, without a move."""
        ways = self._ways
        gone = [self._line[one] for place, one in enumerate(self.rare) if not layer & 1 << place]
        return np.where(ways.new & np.isin(ways.line, gone), NEVER, ways.cost) if gone else ways.cost

    def _due(self, layer: int, line: int) -> np.ndarray:
        """The same with a move from a line."""
        ways = self._ways
        move = np.where(ways.line == line, np.where(ways.new, NEVER, 0), self._move)
        return self._cost(layer) + move

    def _climb(self) -> None:
        """What the rest costs, in layers in which ever more can be had."""
        lines = len(self._line)
        self.rest = np.full((1 << len(self.rare), self._ways.end + 2, 2 * lines + 1), NEVER)
        self.rest[:, -2] = 0
        for layer in range(len(self.rest) if lines else 0):
            cost, end = self._cost(layer), self._ways.end
            while end > 0:  # several cells at once where no way ends among them
                begin = min(int(np.searchsorted(self._nearest, end)), end - 1)
                begin = max(begin, end - max(_AT_ONCE // len(cost), 1))
                found = np.minimum.reduceat(
                    self._then(layer, begin, end) + cost, self._first, axis=1)
                here, each = self.rest[layer, begin:end], np.arange(end - begin)
                moved = np.minimum.reduceat(found + self._moves[self._of], self._one, axis=1)
                best = moved.argmin(axis=1)
                here[:] = moved[each, best, None]
                moved[each, best] = NEVER
                here[each, lines + 1 + best] = moved.min(axis=1)  # the provider is another
                here[:, 1:lines + 1] = here[:, lines + 1:]
                old = self._of[self._old] + 1
                here[:, old] = np.minimum(here[:, old], found[:, self._old])
                np.minimum(here, NEVER, out=here)
                end = begin

    def _then(self, layer: int, begin: int, end: int) -> np.ndarray:
        """What the rest costs after each way from the cells between two."""
        ways, (_, deep, wide), flat = self._ways, self.rest.shape, self.rest.reshape(-1)
        add = self._after(layer)[ways.line - 1] * (deep * wide) + ways.line
        at = ways.reach[begin:end, ways.shape] * wide + add
        some = self._blocked
        if not len(some):
            return flat[at]
        shape = ways.shape[some]
        at[:, some] += ways.out[begin:end, shape] * len(self._line)
        found = flat[at]
        in_time = flat[ways.in_time[begin:end, shape] * wide + add[some]]
        found[:, some] = np.minimum(found[:, some], in_time)
        return found

    def _broken(self) -> list[int]:
        """The providers whose prices for new customers the cheapest way has more than once, but
        for those that make layers."""
        (cell, line), layer, ways = self._begin, len(self.rest) - 1, self._ways
        taken, found = set(), []
        while cell < ways.end:
            due = self._due(layer, line) + self._then(layer, cell, cell + 1)[0]
            best = int(due.argmin()) if len(due) else 0
            if not len(due) or due[best] >= NEVER:
                break
            line, shape = int(ways.line[best]), ways.shape[best]
            provider, layer = int(ways.providers[line - 1]), int(self._after(layer)[line - 1])
            if ways.new[best]:
                if provider in taken and provider not in (*self.rare, *found):
                    found.append(provider)
                taken.add(provider)
            to, out = int(ways.reach[cell, shape]), bool(ways.out[cell, shape])
            in_time = int(ways.in_time[cell, shape])
            rest = self.rest[layer]
            if out and rest[in_time, line] < rest[to, line + len(self._line)]:
                to = in_time
            elif out:
                line = 0
            cell = to
        return found

    def _so_far(self, came: np.ndarray, cells: np.ndarray | int) -> np.ndarray:
        """What it costs at least to be where each way can be taken, a move to it included."""
        ways = self._ways
        own = np.where(ways.new, NEVER, came[cells, ways.line])
        return np.minimum(own, came[cells, 0] + self._move)

    def _came(self) -> np.ndarray:
        """For each layer, cell and line what it costs at least to get there, or further."""
        ways, (first, line), layers = self._ways, self._begin, len(self.rest)
        shapes, beyond = ways.ahead.shape[1], ways.end + 2
        at = np.arange(shapes) * beyond + ways.ahead
        before = np.bincount(at.ravel(), minlength=shapes * beyond).reshape(shapes, beyond)
        before = np.ascontiguousarray(before.cumsum(axis=1).T)  # cells from which it ends before
        came = np.full((layers, ways.end, len(self._line) + 1), NEVER)
        came[-1, :first + 1, 0] = came[-1, :first + 1, line] = 0
        costs = [self._cost(layer) for layer in range(layers)]
        to_layer = [self._after(layer)[ways.line - 1] for layer in range(layers)]
        for cell in range(first + 1, ways.end):
            since = np.maximum(before[cell - 1, ways.shape], first)
            for layer in range(layers - 1, -1, -1):
                here = came[:, cell]
                so_far = self._so_far(came[layer], since) + costs[layer]
                self._arrive(here, so_far, to_layer[layer])
                so_far = here[layer, 0] + self._move + costs[layer]  # within the cell
                self._arrive(here, so_far, to_layer[layer])
        return came

    def _arrive(self, here: np.ndarray, due: np.ndarray, layers: np.ndarray) -> None:
        """Notes in what lines and layers the ways end for how much."""
        least = np.minimum(np.minimum.reduceat(due, self._first), NEVER)
        at = layers[self._first], self._of + 1
        np.minimum.at(here, at, least)
        np.minimum.at(here, (at[0], 0), least)


def _first(groups: np.ndarray) -> np.ndarray:
    """Where each of the groups begins."""
    return np.flatnonzero(np.append(True, groups[1:] != groups[:-1])[:len(groups)])


def _cut(stay: Stay, most: int) -> np.ndarray:
    """The points at which cells begin: the days with a need, each in as many parts as make about
    ``most`` in all."""
    parts, starts = max(most // stay.days, 1), set()
    for day, need in enumerate(stay.need):
        if need:
            starts.update(stay.cum[day] + need * part // parts for part in range(parts))
    return np.array(sorted(starts), np.int64)


def _weight(packed: int) -> float:
    """The least weight of what is packed; ``inf`` where it is too much."""
    if packed >= NEVER:
        return inf
    cents, purchases = packed >> PURCHASES, packed & (1 << PURCHASES) - 1
    return weight(cents, purchases) - (LEAST_TAX if purchases else 0)
