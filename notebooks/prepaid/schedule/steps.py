"""Plans as steps of the simpler problem that bounds the search, see :mod:`prepaid.schedule.bound`.

A step costs the least that a purchase of its plan can cost, and leads at least as far.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from prepaid.schedule.bound import Step, beaten
from prepaid.schedule.terms import DAYS, ENDLESS, FOREVER, PERCENT, Terms
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
        new, seller: numbers of providers, for the limits of a :class:`Step`; -1 for none.
        move: cents of a move there that are counted with a step, with bother.
        kind: the number of what is left of a step; ``kinds[kind]`` is ``(allowance, daily, unit,
            length, cycles)``.
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
        sold = np.array([not t.addon[row] or bool(bases[row]) for row in range(len(t))], bool) \
            if len(bases) else np.ones(len(t), bool)
        everyone, limited = sold & ~t.new_only, sold & (t.new_only | (t.intro_uses > 0))
        new_price = np.where(t.intro_uses > 0, t.intro_price, t.price)
        parts = [_parts(t, shape, np.flatnonzero(everyone), t.price, prices),
                 _parts(t, shape, np.flatnonzero(limited), new_price, prices)]
        self.row, self.cost, self.taxed_in, shapes = (
            np.concatenate(columns) for columns in zip(*parts, strict=True))
        is_new = np.arange(len(self.row)) >= len(parts[0][0])
        provider = t.provider_no[self.row]
        self.new = np.where(is_new, provider, -1)
        self.seller = np.where(t.blocks[self.row], provider, -1)
        self._count_moves(t, provider, prices.per_move)
        kinds, self.kind = np.unique(shapes, axis=0, return_inverse=True)
        self.kind = self.kind.reshape(-1)
        self.kinds = [tuple(kind) for kind in kinds.tolist()]

    def _count_moves(self, t: Terms, provider: np.ndarray, per_move: int) -> None:
        """What a move there costs with a plan; what others of its provider cost less to move to
        is taken from what they cost, as if it were paid when the provider is left by that plan."""
        main, fee = ~t.addon[self.row], t.move_fee[self.row]
        providers = provider.max(initial=-1) + 1
        blocks = main & t.blocks[self.row] & (self.cost < fee)  # else not worth it
        least, most = np.full(providers, _EXACT), np.zeros(providers, np.int64)
        np.minimum.at(least, provider[main], fee[main])
        np.maximum.at(most, provider[blocks], fee[blocks])
        free = np.full(providers, _EXACT)
        np.minimum.at(free, provider[main], (self.cost + fee)[main])  # no cost below 0
        most = np.minimum(most, free)
        self.cost -= np.where(main, np.maximum(most[provider] - fee, 0), 0)
        counted = np.maximum(least[provider], np.minimum(fee, most[provider]))
        self.move = np.where(main, counted, 0) + per_move

    @cached_property
    def edge(self) -> list[tuple[Step, int]]:
        """The steps that no other one beats, with the rows of their plans."""
        order = np.lexsort((-self.taxed_in, self.cost, self.seller, self.new, self.kind))
        same = [column[order][1:] == column[order][:-1]
                for column in (self.kind, self.new, self.seller)]
        first = np.flatnonzero(np.append(True, ~np.logical_and.reduce(same))[:len(order)])
        best, move = order[first], self.move.copy()
        if len(best):
            move[best] = np.minimum.reduceat(move[order], first)
        best = best[np.lexsort((self.seller[best], self.new[best], -self.taxed_in[best],
                                self.cost[best]))]
        stairs: dict[tuple, list[tuple[int, int]]] = {}
        found = []
        for place in best.tolist():
            allowance, daily, unit, length, cycles = self.kinds[self.kind[place]]
            cents = weight(int(self.cost[place]), 1, 0, int(self.taxed_in[place]))
            limits = (("new", int(self.new[place])), ("seller", int(self.seller[place])))
            step = Step(cents, allowance, bool(daily), unit, length, cycles,
                        tuple(limit for limit in limits if limit[1] >= 0),
                        weight(int(move[place]), 0, 1))
            if cycles > 1 or not beaten(
                    stairs.setdefault((daily, unit), []), step, keep=not step.limits):
                found.append((step, int(self.row[place])))
        return found


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
    charges = [min(-(-bounds[max(part, 0)] * per_gb // 1000), cap) for part in range(_PARTS)]
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
