"""The ways to get on in a stay that is cut into cells, for :mod:`prepaid.schedule.outlook`.

A way is a step, or a row of the same one at a new customer's price. It counts from the end of the
cell in which it is taken, so it never gets less far than it would.
"""

import numpy as np

from prepaid.schedule.ends import Ends
from prepaid.schedule.points import Stay
from prepaid.schedule.steps import Steps
from prepaid.schedule.terms import ENDLESS, HOURS

PURCHASES = 16  # bits below the cents
NEVER = np.int64(2**60)
_BITS = 32  # of cents: a thousand purchases stay below NEVER
_TOLD_APART = 12  # purchases in a row; then ever more of them together


class Ways:
    """All ways of a stay: arrays of one length, in the order of their lines.

    Attributes:
        row: the plan's row in the terms.
        line: the place of its provider in ``providers``, from 1.
        new: whether it is at a price for new customers.
        times: how many purchases in a row.
        cost: cents and purchases, packed; of huge amounts without the last ``shift`` bits.
        shape: its column in the tables, which have a row for each cell.
        reach: the cell in which the last purchase ends at most.
        out: whether data runs out where nothing else is sold until the days have ended.
        in_time: if so, the last cell in which the days end first, where it is taken earlier.
        ahead: the cell in which it ends at most if a row goes on wherever data runs out.
        end: the number of the cell at the end of the stay; the next one is nowhere.
    """

    def __init__(self, stay: Stay, steps: Steps, some: np.ndarray, starts: np.ndarray):
        """``some``: the numbers of steps; ``starts``: the points at which the cells begin."""
        self.end = len(starts)
        self.providers, line = np.unique(steps.provider[some], return_inverse=True)
        kinds, shape = np.unique(2 * steps.kind[some] + steps.blocks[some], return_inverse=True)
        held = _held(stay, [steps.kinds[kind] for kind in (kinds // 2).tolist()])
        self._single(stay, held, kinds % 2 > 0, starts)
        uses = np.where(steps.new, np.maximum(steps.uses, 1), 1)[some]
        self.shift = max(int(steps.cost[some].max(initial=0)).bit_length() - _BITS, 0)
        cost = (steps.cost[some] >> self.shift << PURCHASES) + steps.purchases[some]
        top = (-(-steps.top[some] >> self.shift) << PURCHASES) + steps.purchases[some] - 1
        found = [(np.arange(len(some)), shape, np.ones_like(shape), cost)]
        for first, last in in_a_row(int(uses.max(initial=1))):
            again = np.flatnonzero(uses >= first)
            shapes, number = np.unique(shape[again], return_inverse=True)
            begun = self._rows(shapes, last)
            found.append((again, begun + number, np.full(len(again), first),
                          first * cost[again] - (first - 1) * top[again]))
            if (self.ahead[0, begun:] >= self.end).all():
                break
        step, self.shape, self.times, self.cost = map(np.concatenate, zip(*found, strict=True))
        self.row, self.line, self.new = steps.row[some][step], line[step] + 1, steps.new[some][step]
        order = np.lexsort((self.new, self.line))
        for name in ("row", "line", "new", "times", "cost", "shape"):
            setattr(self, name, getattr(self, name)[order])
        np.minimum(self.cost, NEVER, out=self.cost)

    def __len__(self) -> int:
        return len(self.row)

    def _single(
        self, stay: Stay, held: np.ndarray, blocks: np.ndarray, starts: np.ndarray
    ) -> None:
        """The tables of single purchases; ``held``: as of :func:`_held`."""
        allowance, daily, unit, length = held.T
        ends_of = Ends(stay, np.append(starts[1:], stay.end) - 1)
        lengths, by_days = np.unique(3 * length + unit, return_inverse=True)
        holds, by_data = np.unique(2 * allowance + daily, return_inverse=True)
        ends = np.empty((self.end, len(lengths)), np.int64)
        outs = np.empty((self.end, len(holds)), np.int64)
        for place, one in enumerate(lengths.tolist()):
            ends[:, place] = ends_of.by_days(one % 3, one // 3)
        for place, one in enumerate(holds.tolist()):
            outs[:, place] = ends_of.by_data(one // 2, one % 2)

        def cells(points: np.ndarray) -> np.ndarray:
            found = np.searchsorted(starts, points, "right") - 1
            found[points >= stay.end] = self.end
            return found

        self.reach = self.ahead = np.minimum(cells(ends)[:, by_days], cells(outs)[:, by_data])
        self.out = (outs[:, by_data] < ends[:, by_days]) & blocks & (unit != HOURS)
        in_time = np.maximum.accumulate(np.where(self.out, -1, self.reach))
        nowhere = ~self.out | (in_time <= np.arange(self.end)[:, None])
        self.in_time = np.where(nowhere, self.end + 1, np.minimum(in_time, self.reach))

    def _rows(self, shapes: np.ndarray, times: int) -> int:
        """Adds so many purchases in a row of some shapes to the tables; their first number there.
        """
        number, column = self.reach.shape[1], np.arange(len(shapes))

        def of_these(table: np.ndarray, end: int, nowhere: int) -> np.ndarray:
            beyond = np.repeat([[end], [nowhere]], len(shapes), axis=1)
            return np.append(table[:, shapes], beyond, axis=0)

        end, nowhere = self.end, self.end + 1
        reach, in_time = (of_these(table, end, nowhere) for table in (self.reach, self.in_time))
        out = of_these(self.out, False, False)
        on = np.where(out, in_time, reach)  # what runs out early ends the row
        begin = np.repeat(np.arange(end)[:, None], len(shapes), axis=1)
        ahead = reach[begin, column]
        for _ in range(times - 1):
            begin, ahead = on[begin, column], reach[ahead, column]
        self.reach = np.append(self.reach, reach[begin, column], axis=1)
        self.out = np.append(self.out, out[begin, column], axis=1)
        self.in_time = np.append(
            self.in_time, np.where(out, in_time, nowhere)[begin, column], axis=1)
        self.ahead = np.append(self.ahead, ahead, axis=1)
        return number


def _held(stay: Stay, kinds: list[tuple]) -> np.ndarray:
    """Allowance, whether it is daily, unit and length of kinds of steps: with what is on top, and
    with one allowance for all cycles that can be begun before one runs out."""
    kinds = np.array(kinds, np.int64).reshape(-1, 7)
    allowance, daily, unit, length, cycles, more, days = kinds.T
    most = np.array(stay.most, np.int64)[np.minimum(days, stay.days)]
    held = np.stack([np.minimum(allowance + np.minimum(more, most), ENDLESS),
                     daily, unit, length], axis=1)
    # from the last point of a day each plan gets furthest
    ends_of = Ends(stay, np.array(stay.cum, np.int64)[1:][np.array(stay.need) > 0] - 1)
    for place in np.flatnonzero(cycles > 1).tolist():
        mb, per_day, unit, length = held[place].tolist()
        begun = int(cycles[place])
        if not per_day and unit != HOURS:
            begun = cycles_begun(ends_of, mb, unit, length, begun)
        # a day on which a cycle of hours ends has two allowances
        times = 1 + (unit == HOURS) if per_day else begun
        held[place] = min(mb * times, ENDLESS), per_day, unit, length * begun
    return held


def cycles_begun(ends_of: Ends, allowance: int, unit: int, length: int, cycles: int) -> int:
    """How many cycles of days or months can be begun, at most, before one runs out, if they are
    bought at one of some points.

    >>> ends_of = Ends(Stay([100] * 6), np.array([99, 199, 299, 399, 499, 599]))
    >>> [cycles_begun(ends_of, mb, 0, 2, 3) for mb in (200, 50)]
    [3, 1]
    """
    begin, begun, able = ends_of.points, 1, np.ones(len(ends_of.points), bool)
    while begun < cycles:
        end = ends_of.by_days(unit, begun * length)
        able &= (end <= begin + allowance) & (end < ends_of.stay.end)
        if not able.any():
            break
        begin, begun = end, begun + 1
    return begun


def in_a_row(most: int) -> list[tuple[int, int]]:
    """How many purchases in a row are told apart: from 2 up to ``most``, the first and the last of
    each range.

    >>> in_a_row(40)[:2], in_a_row(40)[-3:]
    ([(2, 2), (3, 3)], [(12, 12), (13, 24), (25, 40)])
    """
    found = [(times, times) for times in range(2, min(most, _TOLD_APART) + 1)]
    while found and found[-1][1] < most:
        found.append((found[-1][1] + 1, min(2 * found[-1][1], most)))
    return found
