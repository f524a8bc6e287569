"""A higher bound, for stays on which providers and what they sell how often matter.

Here the simpler problem of :mod:`prepaid.schedule.bound` knows the **provider** of the line, so
that moves count, and has a **layer** for each way in which the rarest things can still be had: a
new customer's price or not; a plan of a provider that sells nothing else, in so many marks. The
stay is cut into **cells**; a step counts from the end of the cell in which it is taken, so it
never gets less far than it would.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from math import inf

import numpy as np

from prepaid.schedule.bound import Limit, Step, pooled, topped_up
from prepaid.schedule.buying import State
from prepaid.schedule.cells import MOST_LEFT
from prepaid.schedule.costs import NEVER, PURCHASES, Costs, packed
from prepaid.schedule.market import Market
from prepaid.schedule.news import News
from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS
from prepaid.schedule.weights import LEAST_TAX, cents_of, weight

_PLACES = 12_000_000  # cells times lines times layers, at most: 96 MB of costs
_STEPS = 100  # for which a bound has as many layers as are wanted, more where there are fewer


class Layers(Costs):
    """The bound of one stay in layers.

    Attributes:
        rare: the limits that make layers, the most important first.
        cost: for each cell, line and layer what the rest costs at least, packed cents and
            purchases.
    """

    def __init__(self, stay: Stay, news: News, steps: list[Step], moves: np.ndarray,
                 broken: Iterable[Limit], parts: int, serves: int, most: int,
                 least_known: Callable[["Layers"], float] | None = None):
        """``moves``: for each provider the least cents of a move there; ``broken``: what is known
        to be rare; ``parts`` and ``serves``: as for :meth:`_cut`; ``most``: layers;
        ``least_known``: the weight of a schedule, above which the bound need not be right."""
        self.stay, self.news = stay, news
        self._begin, wanted = news.shop.begin(), list(broken)
        able = [step for step in steps
                if not step.new or news.times(step.provider, self._begin)]
        self._cut(parts, serves)
        self._least_moves = moves
        drops = least_known is not None and news.shop.line is None
        before, many = None, inf
        while True:
            lines = len({step.provider for step in able}) + 1
            room = most * max(_STEPS // max(len(able), 1), 1)  # as long as it takes for so many
            self._choose(wanted, min(room, _PLACES // (len(self._starts) * lines)))
            if self.rare == before and 2 * len(able) >= many:
                break
            many, self._market = len(able), None
            ways = self._ways(able, moves)
            self._climb(ways)
            before, wanted = self.rare, [*self.rare, *self._broken(ways)]
            if drops and ways:
                able = self._fitting(ways, least_known(self))
                limits = {(step.provider, new) for step in able for new in (True, False)
                          if (step.new if new else step.blocks)}
                wanted = [limit for limit in wanted if limit in limits]
        self.steps = able

    def least(self, state: State, point: int) -> float:
        """The weight below which the end is not reached from a state whose cost to come counts
        from a point."""
        lines = {self._line.get(state.provider, 0)}
        if state.paid:
            lines.add(self._line.get(self.news.shop.line.provider, 0))
        layer = self._layer(state, point)
        begin, end = (bisect_right(self._starts, one) - 1 for one in (state.point, point))
        if begin == end and len(lines) == 1:
            found = self.cost.item(end, lines.pop(), layer)
        else:  # what is paid may serve until there, or be given up before
            found = min(int(self.cost[begin:end + 1, line, layer].min()) for line in lines)
        if state.row is not None:
            found = min(found, self._row(state, end))
        return _weight(found)

    def look_at(self, market: Market) -> None:
        """Prepare :meth:`fitting` for the plans of a market."""
        if self._market is market:
            return
        self._market = market
        plans = [plan for _, plan in market.main]
        self._plans = np.array([plan.number for plan in plans], np.int64)
        self._least = np.array([packed(least) for least, _ in market.main], np.int64)
        self._at = np.array([self._line.get(plan.provider, 0) for plan in plans], np.int64)
        self._provider = np.array([plan.provider for plan in plans], np.int64)
        self._move_there = self._least_moves[self._provider] << PURCHASES
        reaches: dict[tuple, np.ndarray] = {}

        def reached(*kind) -> np.ndarray:
            if kind not in reaches:
                reaches[kind] = self._reach(pooled(self.stay, Step(0, *kind)))
            return reaches[kind]

        self._to = np.array([reached(plan.allowance, plan.daily, plan.unit, plan.length,
                                     plan.cycles) for plan in plans], np.int64).T
        bases = [place for place, plan in enumerate(plans) if market.on_top.get(plan.number)]
        self._bases = np.array(bases, np.int64)
        self._top = np.array([packed(market.on_top[plans[place].number][0][0]) for place in bases],
                             np.int64)
        self._topped_to = np.array([
            reached(ENDLESS, False, plan.unit, plan.length * plan.cycles, 1)
            for plan in map(plans.__getitem__, bases)], np.int64).T

    def fitting(self, state: State, most: float) -> Sequence[int]:
        """Places of the plans that may be bought in a state and be part of a schedule of at most
        so much weight from there."""
        if most == inf or state.paid or not len(self._plans):
            return range(len(self._plans))
        layer, cell = self._layer(state, state.point), bisect_right(self._starts, state.point) - 1
        due = self._least + np.where(self._provider == state.provider, 0, self._move_there)

        def rest(to: np.ndarray, at: np.ndarray) -> np.ndarray:
            days = np.minimum(self._day[to] - self._day[cell], MOST_LEFT)
            return self.cost[to, at, self._later[days, layer]]

        top = cents_of(most) + 1 << PURCHASES
        fits = due + rest(self._to[cell], self._at) <= top
        if len(self._bases):
            topped = due[self._bases] + self._top + rest(
                self._topped_to[cell], self._at[self._bases])
            fits[self._bases] |= topped <= top
        if state.row is not None:
            fits |= self._plans == state.row[0]
        return np.flatnonzero(fits).tolist()

    def _row(self, state: State, cell: int) -> int:
        """What the rest costs where the new customer's price of a row may be paid some times more.
        """
        (number, paid), market = state.row, self.news.shop.market
        plan = self.news.shop.plan(number)
        cost = market.weight(plan, plan.intro_price, False)
        step = Step(cost, plan.allowance, plan.daily, plan.unit, plan.length, plan.cycles)
        lasts = [(0, self._reach(pooled(self.stay, step)))]
        for due, more, days in market.on_top.get(number, ()):  # the last of a row is topped up
            held = ENDLESS if plan.daily else topped_up(self.stay, step._replace(
                allowance=plan.allowance * plan.cycles, more=more, days=days))
            lasts.append((packed(due), self._reach(step._replace(
                allowance=held, daily=False, length=plan.length * plan.cycles, cycles=1))))
        found, line = NEVER, self._line.get(plan.provider, 0)
        for times in range(1, plan.intro_uses - paid + 1):
            for due, reach in lasts:
                end = int(reach[cell])
                later = self._layer(state, self._starts[end])
                found = min(found, times * packed(cost) + due + self.cost.item(end, line, later))
            cell = int(lasts[0][1][cell])
        return int(found)


def _weight(packed: int) -> float:
    """The least weight of what is packed; ``inf`` where it is too much."""
    if packed >= NEVER:
        return inf
    cents, purchases = packed >> PURCHASES, packed & (1 << PURCHASES) - 1
    return weight(cents, purchases) - (LEAST_TAX if purchases else 0)
