"""Plans as steps of the simpler problem that bounds the search, see :mod:`prepaid.schedule.bound`.

A step costs the least that a purchase of its plan can cost, and leads at least as far.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

import numpy as np

from prepaid.schedule.bound import Step, beaten
from prepaid.schedule.terms import DAYS, ENDLESS, FOREVER, HOURS, MONTHS, PERCENT, Terms
from prepaid.schedule.weights import weight

_PARTS = 8  # steps for a plan that is charged by use
_EXACT = 2**62


@dataclass(frozen=True)
class Prices:
    """What the traveller says of money: the tax rate, and cents of bother."""

    tax_rate: Fraction = Fraction(0)
    per_purchase: int = 0
    per_move: int = 0


class Steps:
    """All steps of some plans: arrays of one length, a plan having one or more of them.

    Attributes:
        row: the plan's row in the terms.
        cost: cents with bother; taxed_in: those of them whose tax is in them.
        provider, new, blocks, addon: as in :class:`Step`.
        uses: how often a new customer's price can be had in a row.
        kind: the number of what is left of a step; ``kinds[kind]`` is ``(allowance, daily, unit,
            length, cycles)``.
        move: for each provider the least cents of a move there, with bother.
    """

    def __init__(self, terms: Terms, prices: Prices, bases: dict[int, tuple[int, ...]]):
        t = terms
        shape = np.stack([t.allowance, t.daily, t.unit, t.length, t.cycles], axis=1)
        for addon, plans in bases.items():
            if any(row == len(t) or t.cycles[row] > 1 for row in plans):
                # it may serve up to the end of a cycle, and so all its days
                days = int(t.length[addon]) * 31 if t.daily[addon] else 1
                mb = min(int(t.allowance[addon]) * (days + 1), ENDLESS)
                shape[addon] = mb, 0, DAYS, FOREVER, 1
        sold = np.ones(len(t), bool)
        for addon, plans in bases.items():
            sold[addon] = bool(plans)
        everyone, limited = sold & ~t.new_only, sold & (t.new_only | (t.intro_uses > 0))
        new_price = np.where(t.intro_uses > 0, t.intro_price, t.price)
        parts = [_parts(t, shape, np.flatnonzero(everyone), t.price, prices),
                 _parts(t, shape, np.flatnonzero(limited), new_price, prices)]
        self.row, self.cost, self.taxed_in, shapes = (
            np.concatenate(columns) for columns in zip(*parts, strict=True))
        self.new = np.arange(len(self.row)) >= len(parts[0][0])
        self.uses = np.where(self.new, t.intro_uses[self.row], 0)
        self.blocks = t.blocks[self.row]
        self.addon = t.addon[self.row]
        provider = t.provider_no.copy()
        for addon, plans in bases.items():
            below = {provider[row] if row < len(t) else -1 for row in plans}
            provider[addon] = below.pop() if len(below) == 1 else -1
        self.provider = provider[self.row]
        self.move = np.full(t.provider_no.max(initial=-1) + 1, _EXACT)
        np.minimum.at(self.move, t.provider_no[~t.addon], t.move_fee[~t.addon] + prices.per_move)
        kinds, self.kind = np.unique(shapes, axis=0, return_inverse=True)
        self.kind = self.kind.reshape(-1)
        self.kinds = [tuple(kind) for kind in kinds.tolist()]

    @cached_property
    def edge(self) -> list[tuple[Step, int]]:
        """The steps that no other one of their provider beats, or of another with two moves, with
        the rows of their plans."""
        columns = self.kind, self.provider, self.uses, self.new, self.blocks, self.addon
        order = np.lexsort((-self.taxed_in, self.cost, *columns))
        order = order[self._matters[order]]
        same = [column[order][1:] == column[order][:-1] for column in columns]
        best = order[np.append(True, ~np.logical_and.reduce(same))[:len(order)]]
        best = best[np.lexsort((
            self.blocks[best], self.new[best], -self.taxed_in[best], self.cost[best]))]
        stairs: dict[tuple, list[tuple[int, int]]] = {}
        found = []
        columns = (self.row, self.cost, self.taxed_in, self.kind, self.provider, self.new,
                   self.blocks, self.addon)
        for row, cost, taxed_in, kind, provider, new, blocks, addon in zip(
                *(column[best].tolist() for column in columns), strict=True):
            allowance, daily, unit, length, cycles = self.kinds[kind]
            step = Step(weight(cost, 1, 0, taxed_in), allowance, bool(daily), unit, length, cycles,
                        provider, new, blocks, addon)
            if cycles > 1 or not beaten(
                    stairs.setdefault((provider, addon, daily, unit), []), step,
                    keep=not (new or blocks)):
                found.append((step, row))
        return found

    @property
    def _matters(self) -> np.ndarray:
        """Whether each step costs no more than one of any provider that has no conditions, holds
        as much and lasts as long, with a move there and one back."""
        matters = np.ones(len(self.row), bool)
        if not self.kinds:
            return matters
        shapes = np.array(self.kinds, np.int64)[self.kind]
        move = np.append(self.move, 0)[self.provider]
        for daily, unit in product((0, 1), (DAYS, HOURS, MONTHS)):
            mine = np.flatnonzero((shapes[:, 1] == daily) & (shapes[:, 2] == unit)
                                  & (shapes[:, 4] == 1))
            if not len(mine):
                continue
            (mb, mb_no), (length, length_no) = (
                np.unique(shapes[mine, column], return_inverse=True) for column in (0, 3))
            least = np.full((len(mb), len(length)), _EXACT)
            free = ~(self.new | self.blocks | self.addon)[mine]
            np.minimum.at(least, (mb_no[free], length_no[free]), (self.cost + move)[mine[free]])
            for axis in (0, 1):
                least = np.flip(np.minimum.accumulate(np.flip(least, axis), axis), axis)
            matters[mine] = self.cost[mine] <= least[mb_no, length_no] + move[mine]
        # add-ons need the line of their base
        return matters | np.isin(self.provider, self.provider[self.addon])


def _parts(terms: Terms, shape: np.ndarray, rows: np.ndarray, price: np.ndarray,
           prices: Prices) -> tuple[np.ndarray, ...]:
    """Steps of plans at given prices: row, cost, cost with the tax in it, and shape."""
    by_use = terms.by_use[rows]
    plain, metered = rows[~by_use], rows[by_use]
    row = np.concatenate([plain, np.repeat(metered, _PARTS)])
    amount, shapes = price[row], shape[row]
    for place, plan in enumerate(metered.tolist()):
        begin = len(plain) + place * _PARTS
        free, most = _metered(terms, plan)
        amount[begin:begin + _PARTS] += free
        shapes[begin:begin + _PARTS, 0] = most
    cost = amount + terms.fee[row] + prices.per_purchase
    cost += _half_up(amount, terms.percent[row], PERCENT)
    rate = prices.tax_rate
    cost += np.where(terms.taxed[row], _half_up(amount, rate.numerator, rate.denominator), 0)
    return row, cost, np.where(terms.taxed[row], 0, amount), shapes


def _metered(terms: Terms, plan: int) -> tuple[list[int], list[int]]:
    """Charges that are due at least, and MB that each of them buys at most, in some parts."""
    allowance, per_gb = int(terms.allowance[plan]), int(terms.per_gb[plan])
    cap = int(terms.charge_cap[plan])
    paid = min(cap * 1000 // per_gb, allowance) if per_gb else 0
    bounds = [paid * part // (_PARTS - 1) for part in range(_PARTS)]
    charges = [min(-(-mb * per_gb // 1000), cap) for mb in bounds]
    return charges, [*bounds[1:], allowance]


def _half_up(amounts: np.ndarray, numerator: np.ndarray | int, denominator: int) -> np.ndarray:
    """Amounts × a fraction, to the next whole cent, a half upwards."""
    if not np.any(numerator):
        return np.zeros(len(amounts), np.int64)
    largest = int(amounts.max(initial=0)) * int(np.max(numerator)) * 2
    if largest < _EXACT:
        return (2 * amounts * numerator + denominator) // (2 * denominator)
    exact = (2 * amounts.astype(object) * numerator + denominator) // (2 * denominator)
    return exact.astype(np.int64)
