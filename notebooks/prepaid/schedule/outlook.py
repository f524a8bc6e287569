"""What the rest of a stay costs at least, for each part of it and the provider of the line.

This is a simpler problem: its steps cost no more and get no less far than any purchase of their
plan. What makes most of the difference stays: moves count; a new customer's price needs a move, or
the same price just before; where data runs out at a provider that sells one cycle at a time, the
line has to move. The stay is cut into **cells**; a **layer** says which of the rare prices for new
customers can still be had.
"""

from collections.abc import Iterable
from math import inf

import numpy as np

from prepaid.schedule.points import Stay
from prepaid.schedule.rest import Rest
from prepaid.schedule.steps import Steps
from prepaid.schedule.ways import NEVER, PURCHASES
from prepaid.schedule.weights import LEAST_TAX, weight

_RARE = 6  # providers whose prices for new customers make layers, at most


class Through(Rest):
    """What a schedule costs at least that has a certain plan."""

    def of_rows(self, rows: int, bridges: bool = False) -> np.ndarray:
        """For each row of the terms cents below which no schedule is that has it; -1 where none
        has it.

        Args:
            rows: how many there are.
            bridges: whether plans can serve before the beginning, too, until paid cycles go on.
        """
        ways, came, found = self._ways, self._came(), np.full(rows, NEVER)
        least, (begin, line) = np.full(len(ways), NEVER), self._begin
        if bridges:
            least = ways.cost + self.rest.item(-1, begin, line)
        for layer, cost in enumerate(self._cost):
            for first in range(begin, ways.end, self._at_once):
                last = min(first + self._at_once, ways.end)
                due = self._so_far(came[layer, first:last]) + self._then(first, last, layer)
                np.minimum(least, due.min(axis=0) + cost, out=least)
        np.minimum.at(found, ways.row, least)
        return np.where(found < NEVER, found >> PURCHASES << ways.shift, -1)

    def _so_far(self, came: np.ndarray) -> np.ndarray:
        """What it costs at least to be where each way can be taken, a move to it included, from
        what it costs to get to each line."""
        ways = self._ways
        own = np.where(ways.new, NEVER, came[..., ways.line])
        return np.minimum(own, came[..., :1] + self._move)

    def _came(self) -> np.ndarray:
        """For each layer, cell and line what it costs at least to get there, or further; with fewer
        prices for new customers gone counts as with more."""
        ways, (first, line), cells = self._ways, self._begin, self._ways.end
        shapes, beyond = ways.ahead.shape[1], cells + 2
        at = np.arange(shapes) * beyond + ways.ahead
        before = np.bincount(at.ravel(), minlength=shapes * beyond)
        before = before.reshape(shapes, beyond)
        before = np.ascontiguousarray(before.cumsum(axis=1).T)  # cells from which it ends before
        layers = np.arange(len(self.rest))[:, None]
        came = np.full((len(layers), cells, len(self._line) + 1), NEVER)
        came[:, :first + 1, 0] = came[:, :first + 1, line] = 0
        if not len(ways):
            return came
        # the layer before each way, and what it costs; no way leads to where its price is not gone
        source = (layers | np.where(ways.new, self._bit, 0)) * cells
        cost = np.where(layers & self._bit, NEVER, ways.cost)
        within = np.minimum.reduceat(cost + self._move, self._first, axis=1)
        flat, wide, to = came.reshape(-1), came.shape[2], self._of + 1
        for cell in range(first + 1, cells):
            since = (source + np.maximum(before[cell - 1, ways.shape], first)) * wide
            own = flat[since + ways.line]
            own[:, ways.new] = NEVER
            due = np.minimum(own, flat[since] + self._move) + cost
            here = came[:, cell]
            for found in (np.minimum.reduceat(due, self._first, axis=1), None):
                if found is None:
                    found = here[:, :1] + within
                np.minimum.at(here, (slice(None), to), np.minimum(found, NEVER))
                here[:, 0] = here.min(axis=1)
                for place in range(len(self.rare)):
                    gone = layers[layers[:, 0] & 1 << place == 0, 0]
                    here[gone] = np.minimum(here[gone], here[gone | 1 << place])
        return came


class Outlook(Through):
    """A bound of one stay, see :class:`prepaid.schedule.rest.Rest`."""

    def __init__(self, stay: Stay, steps: Steps, some: np.ndarray, cells: int,
                 begin: int = 0, provider: int = -1, rare: Iterable[int] = ()):
        super().__init__(stay, steps, some, cells, begin, provider, rare)
        while more := self._broken()[:_RARE - len(self.rare)]:
            self.rare += more
            self._climb()

    @property
    def purchases(self) -> int:
        """How many purchases the cheapest way from the beginning has."""
        found = self.rest.item(-1, *self._begin)
        return found & (1 << PURCHASES) - 1 if found < NEVER else 0

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
        return self._weight(self.rest.item(~gone % len(self.rest), self._cell(point), line))

    def in_a_row(self, point: int, plan: int, times: int, gone: int) -> float:
        """The same where a plan may be bought so many times more at a new customer's price."""
        ways, cell = self._ways, self._cell(point)
        mine = (ways.row == plan) & ways.new & (ways.times <= times)
        if not mine.any():
            return inf
        found = ways.cost + self._then(cell, cell + 1, ~gone)[0]
        return self._weight(int(found[mine].min()))

    def fitting(self, point: int, provider: int, gone: int, cents: int) -> np.ndarray:
        """The plans, by their rows, that can be bought at a point and be part of a schedule of at
        most so many cents from there; but for those in a row."""
        cell = self._cell(point)
        due = self._due(~gone, self._line.get(provider, 0)) + self._then(cell, cell + 1, ~gone)[0]
        return np.unique(self._ways.row[due >> PURCHASES <= cents >> self._ways.shift])

    def _weight(self, packed: int) -> float:
        """The least weight of what is packed; ``inf`` where it is too much."""
        if packed >= NEVER:
            return inf
        cents, purchases = packed >> PURCHASES, packed & (1 << PURCHASES) - 1
        return weight(cents << self._ways.shift, purchases) - (LEAST_TAX if purchases else 0)

    def _broken(self) -> list[int]:
        """The providers whose prices for new customers the cheapest way has more than once, but
        for those that make layers."""
        (cell, line), layer, ways = self._begin, len(self.rest) - 1, self._ways
        taken, found = set(), []
        while cell < ways.end and len(ways):
            due = self._due(layer, line) + self._then(cell, cell + 1, layer)[0]
            best = int(due.argmin())
            if due[best] >= NEVER:
                break
            line, shape = int(ways.line[best]), ways.shape[best]
            provider, layer = int(ways.providers[line - 1]), layer & ~int(self._bit[best])
            if ways.new[best]:
                if provider in taken and provider not in (*self.rare, *found):
                    found.append(provider)
                taken.add(provider)
            to, in_time = int(ways.reach[cell, shape]), int(ways.in_time[cell, shape])
            rest = self.rest[layer]
            if ways.out[cell, shape]:
                blocked = line + len(self._line)
                to, line = (in_time, line) if rest[in_time, line] < rest[to, blocked] else (to, 0)
            cell = to
        return found
