"""Plans as steps of the simpler problem that bounds the search.

A step costs the least that a purchase of its plan can cost, and leads at least as far.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from prepaid.schedule.terms import ENDLESS, MONTHS, PERCENT, Terms
from prepaid.schedule.topping import TopUp, at_most, top_ups

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
        cost: cents with bother, without a move; purchases: how many.
        top: cents of the add-ons among them.
        provider, blocks: of the plan; new: whether the price is for new customers; uses: if so, how
            often it can be had in a row.
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
        self.row, self.cost, self.top, self.purchases, shapes = (
            np.concatenate(columns) for columns in zip(*parts, strict=True))
        self.new = np.arange(len(self.row)) >= len(parts[0][0])
        # in a row each purchase of a plan charged by use has a charge of its own
        self.new &= ~t.by_use[self.row] | (t.intro_uses[self.row] <= 1)
        self.uses = np.where(self.new, t.intro_uses[self.row], 0)
        self.blocks = t.blocks[self.row]
        self.provider = t.provider_no[self.row]
        self.move = np.full(t.provider_no.max(initial=-1) + 1, _EXACT, np.int64)
        np.minimum.at(self.move, t.provider_no[~t.addon], t.move_fee[~t.addon] + prices.per_move)
        kinds, self.kind = np.unique(shapes, axis=0, return_inverse=True)
        self.kind = self.kind.reshape(-1)
        self.kinds = [tuple(kind) for kind in kinds.tolist()]


def _parts(terms: Terms, rows: np.ndarray, price: np.ndarray, prices: Prices,
           on_top: dict[int, list[TopUp]]) -> tuple[np.ndarray, ...]:
    """Steps of plans at given prices, without and with what is on top of them: row, cost, cost of
    what is on top, purchases, and shape."""
    by_use = terms.by_use[rows]
    plain, metered = rows[~by_use], rows[by_use]
    row = np.concatenate([plain, np.repeat(metered, _PARTS)])
    amount, mb = price[row], terms.allowance[row]
    for place, plan in enumerate(metered.tolist()):
        begin = len(plain) + place * _PARTS
        free, mb[begin:begin + _PARTS] = _metered(terms, plan)
        amount[begin:begin + _PARTS] += free
    cost, none = _due(terms, row, amount, prices), np.zeros_like(row)
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
            np.append(none, above[:, 0]), np.append(none + 1, 1 + above[:, 1]),
            np.concatenate([shapes, topped]))


def _due(terms: Terms, row: np.ndarray, amount: np.ndarray, prices: Prices) -> np.ndarray:
    """What purchases of plans cost without a move, at amounts."""
    cost = amount + terms.fee[row] + prices.per_purchase
    cost += _half_up(amount, terms.percent[row], PERCENT)
    rate = prices.tax_rate
    tax = _half_up(amount, rate.numerator, rate.denominator)
    return cost + np.where(terms.taxed[row], tax, 0)


def _on_top(
    terms: Terms, bases: dict[int, tuple[int, ...]], prices: Prices
) -> dict[int, list[TopUp]]:
    """What can be bought on top of each base."""
    addons = np.flatnonzero(terms.addon)
    cost = _due(terms, addons, terms.price[addons], prices)
    mb, days = at_most(terms.allowance[addons], terms.daily[addons], terms.unit[addons],
                       terms.length[addons])
    above: dict[int, list[TopUp]] = {}
    none = np.zeros_like(cost)
    for addon, *one in zip(*(column.tolist() for column in (
            addons, cost, none + 1, none, mb, days)), strict=True):
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
