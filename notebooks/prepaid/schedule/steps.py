"""Plans as steps of the simpler problem that bounds the search, see :mod:`prepaid.schedule.bound`.

A step costs the least that a purchase of its plan can cost, and leads at least as far.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from prepaid.schedule.bound import Step, beaten
from prepaid.schedule.terms import DAYS, ENDLESS, HOURS, MONTHS, PERCENT, Terms
from prepaid.schedule.topping import TopUp, at_most, top_ups
from prepaid.schedule.weights import weight

_PARTS = 8  # steps for a plan that is charged by use
_EXACT = 2**62


@dataclass(frozen=True)
class Prices:
    """What the traveller says of money: the tax rate, cents of bother, and whether the regular
    price is to be had where a new customer's saves nothing."""

    tax_rate: Fraction = Fraction(0)
    per_purchase: int = 0
    per_move: int = 0
    regular: bool = False


class Steps:
    """All steps of some plans: arrays of one length, a plan having one or more of them.

    Attributes:
        row: the plan's row in the terms.
        cost: cents with bother; taxed_in: those of them whose tax is in them; purchases: how many.
        top: cents of the add-ons among them.
        provider, new, blocks, whole: as in :class:`Step`.
        uses: how often a new customer's price can be had in a row.
        kind: the number of what is left of a step; ``kinds[kind]`` is ``(allowance, daily, unit,
            length, cycles, MB and days of add-ons)``.
        move: for each provider the least cents of a move there, with bother.
    """

    def __init__(self, terms: Terms, prices: Prices, bases: dict[int, tuple[int, ...]]):
        t = terms
        everyone, limited = ~t.addon & ~t.new_only, ~t.addon & (t.new_only | (t.intro_uses > 0))
        new_price = np.where(t.intro_uses > 0, t.intro_price, t.price)
        on_top = _on_top(t, bases, prices)
        parts = [_parts(t, np.flatnonzero(everyone), t.price, prices, on_top),
                 _parts(t, np.flatnonzero(limited), new_price, prices, on_top)]
        self.row, self.cost, self.taxed_in, self.top, self.purchases, shapes = (
            np.concatenate(columns) for columns in zip(*parts, strict=True))
        self.new = np.arange(len(self.row)) >= len(parts[0][0])
        self.uses = np.where(self.new, t.intro_uses[self.row], 0)
        self.blocks = t.blocks[self.row]
        self.whole = (t.cycles == 1)[self.row] & ~t.by_use[self.row] & (self.purchases == 1)
        self.provider = t.provider_no[self.row]
        self.move = np.full(t.provider_no.max(initial=-1) + 1, _EXACT, np.int64)
        np.minimum.at(self.move, t.provider_no[~t.addon], t.move_fee[~t.addon] + prices.per_move)
        kinds, self.kind = np.unique(shapes, axis=0, return_inverse=True)
        self.kind = self.kind.reshape(-1)
        self.kinds = [tuple(kind) for kind in kinds.tolist()]

    def edge(self, some: np.ndarray) -> list[Step]:
        """Those of some steps, a mask, that no other one of their provider beats, or of another
        with two moves."""
        columns = self.kind, self.provider, self.uses, self.new, self.blocks
        order = np.lexsort((-self.taxed_in, self.purchases, self.cost, *columns))
        order = order[(some & self._matter(some))[order]]
        same = [column[order][1:] == column[order][:-1] for column in columns]
        best = order[np.append(True, ~np.logical_and.reduce(same))[:len(order)]]
        best = best[np.lexsort((
            self.blocks[best], self.new[best], -self.taxed_in[best], self.purchases[best],
            self.cost[best]))]
        stairs: dict[tuple, list[tuple[int, int]]] = {}
        found = []
        columns = (self.cost, self.top, self.purchases, self.taxed_in, self.kind, self.provider,
                   self.new, self.blocks, self.whole)
        for cost, top, purchases, taxed_in, kind, provider, new, blocks, whole in zip(
                *(column[best].tolist() for column in columns), strict=True):
            allowance, daily, unit, length, cycles, more, days = self.kinds[kind]
            step = Step(weight(cost, purchases, 0, taxed_in), allowance, bool(daily), unit, length,
                        cycles, provider, new, blocks, more, days,
                        weight(top, purchases - 1), whole)
            if cycles > 1 or more or not beaten(
                    stairs.setdefault((provider, daily, unit), []), step,
                    keep=not (new or blocks)):
                found.append(step)
        return found

    def _matter(self, some: np.ndarray) -> np.ndarray:
        """Whether each step costs no more than some one of any provider that has no conditions,
        holds as much and lasts as long, with a move there and one back."""
        matters = np.ones(len(self.row), bool)
        if not self.kinds:
            return matters
        shapes = np.array(self.kinds, np.int64)[self.kind]
        move = np.append(self.move, 0)[self.provider]
        for daily, unit in product((0, 1), (DAYS, HOURS, MONTHS)):
            mine = np.flatnonzero(some & (shapes[:, 1] == daily) & (shapes[:, 2] == unit)
                                  & (shapes[:, 4] == 1) & (shapes[:, 5] == 0))
            if not len(mine):
                continue
            (mb, mb_no), (length, length_no) = (
                np.unique(shapes[mine, column], return_inverse=True) for column in (0, 3))
            least = np.full((len(mb), len(length)), _EXACT, np.int64)
            free = ~(self.new | self.blocks)[mine]
            np.minimum.at(least, (mb_no[free], length_no[free]), (self.cost + move)[mine[free]])
            for axis in (0, 1):
                least = np.flip(np.minimum.accumulate(np.flip(least, axis), axis), axis)
            matters[mine] = self.cost[mine] <= least[mb_no, length_no] + move[mine]
        return matters


def _parts(terms: Terms, rows: np.ndarray, price: np.ndarray, prices: Prices,
           on_top: dict[int, list[TopUp]]) -> tuple[np.ndarray, ...]:
    """Steps of plans at given prices, without and with what is on top of them: row, cost, cost
    with the tax in it, cost of what is on top, purchases, and shape."""
    by_use = terms.by_use[rows]
    plain, metered = rows[~by_use], rows[by_use]
    row = np.concatenate([plain, np.repeat(metered, _PARTS)])
    amount, mb = price[row], terms.allowance[row]
    for place, plan in enumerate(metered.tolist()):
        begin = len(plain) + place * _PARTS
        free, mb[begin:begin + _PARTS] = _metered(terms, plan)
        amount[begin:begin + _PARTS] += free
    cost, taxed_in = _due(terms, row, amount, prices)
    none = np.zeros_like(row)
    shapes = np.stack([mb, terms.daily[row], terms.unit[row], terms.length[row],
                       terms.cycles[row], none, none], axis=1)
    last = {plan: place for place, plan in enumerate(row.tolist())}
    pairs = [(last[base], one) for base in last.keys() & on_top.keys() for one in on_top[base]
             if mb[last[base]]]
    below = np.array([place for place, _ in pairs], np.int64)
    above = np.array([one for _, one in pairs], np.int64).reshape(-1, len(TopUp._fields))
    topped = shapes[below]
    days = topped[:, 3] * np.where(topped[:, 2] == MONTHS, 31, 1) + 1
    times = topped[:, 4] * np.where(topped[:, 1] > 0, days, 1)
    topped[:, 0] = np.minimum(topped[:, 0], ENDLESS // times) * times
    topped[:, 3] *= topped[:, 4]
    topped[:, 1], topped[:, 4], topped[:, 5:] = 0, 1, above[:, 3:]
    return (np.append(row, row[below]), np.append(cost, cost[below] + above[:, 0]),
            np.append(taxed_in, taxed_in[below] - above[:, 2]),
            np.append(none, above[:, 0]), np.append(none + 1, 1 + above[:, 1]),
            np.concatenate([shapes, topped]))


def _due(
    terms: Terms, row: np.ndarray, amount: np.ndarray, prices: Prices
) -> tuple[np.ndarray, np.ndarray]:
    """What purchases of plans cost without a move, at amounts; and of that with the tax in it."""
    cost = amount + terms.fee[row] + prices.per_purchase
    cost += _half_up(amount, terms.percent[row], PERCENT)
    rate = prices.tax_rate
    cost += np.where(terms.taxed[row], _half_up(amount, rate.numerator, rate.denominator), 0)
    return cost, np.where(terms.taxed[row], 0, amount)


def _on_top(
    terms: Terms, bases: dict[int, tuple[int, ...]], prices: Prices
) -> dict[int, list[TopUp]]:
    """What can be bought on top of each base."""
    addons = np.flatnonzero(terms.addon)
    cost, taxed_in = _due(terms, addons, terms.price[addons], prices)
    mb, days = at_most(terms.allowance[addons], terms.daily[addons], terms.unit[addons],
                       terms.length[addons])
    above: dict[int, list[TopUp]] = {}
    for addon, *one in zip(*(column.tolist() for column in (
            addons, cost, np.ones_like(cost), -taxed_in, mb, days)), strict=True):
        for base in bases[addon]:
            above.setdefault(base, []).append(TopUp(*one))
    return {base: top_ups(ones) for base, ones in above.items()}


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
