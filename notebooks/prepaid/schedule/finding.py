"""The search as a whole: bound, likely cost, and the plans that can matter at that cost."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from math import inf

import numpy as np

from prepaid.i18n import Refusal
from prepaid.schedule.bound import Bound, Limit
from prepaid.schedule.buying import Bought, Shop
from prepaid.schedule.layers import Layers
from prepaid.schedule.limits import Limits
from prepaid.schedule.line import Line
from prepaid.schedule.market import Market
from prepaid.schedule.points import Stay
from prepaid.schedule.search import Search
from prepaid.schedule.steps import Prices, Steps
from prepaid.schedule.terms import ENDLESS, MONTHS, Plan, Terms
from prepaid.schedule.tolls import set_tolls
from prepaid.schedule.weights import cents_of

_FEW = 400  # plans that the search looks at without leaving out those that cost too much
_PATIENCE = 40  # states that a search without layers takes up
_TRIES = 8, 6, 5, 4, 3, 2, 1, 0  # by how many halvings the bound is exceeded in each search
_REMEMBERED = 16  # stays
_STATES = 20_000  # that one search with layers takes up: some ten seconds


class Finder:
    """The cheapest purchases by given terms; keeps what does not depend on the stay.

    Args:
        terms: of the plans that may be bought, in the order of ``plan_id``.
        running: the ``plan_id`` of a plan in use that is not among them.
    """

    def __init__(self, terms: Terms, prices: Prices, running: str | None = None):
        self.terms, self.prices = terms, prices
        self._bases = terms.bases(running)
        self._few = len(terms) <= _FEW
        self._known: dict[tuple, tuple[Bound, float]] = {}

    def plans(self, rows: Iterable[int]) -> list[Plan]:
        """Some plans as the rule sees them."""
        return self.terms.plans(rows, self._bases)

    def path(
        self, stay: Stay, line: Line | None = None, first: int | None = None
    ) -> list[Bought] | None:
        """The purchases of least weight; ``None`` where none serve the stay.

        What costs much more than is likely is not looked at, as long as that leaves something.

        Args:
            first: the number of the plan that has to be bought first.
        """
        if not stay.end:
            return []
        bound, likely = self._bound(stay, line)
        if likely < inf:
            most = likely + (likely >> 6)
            market = self._market if self._few else self._within(bound, stay, line, most, first)
            with suppress(TimeoutError):
                path = Search(Shop(market, stay, line), bound).cheapest(most, first, _PATIENCE)
                if path is not None:
                    return path
        layers = Layers(bound, Limits(Shop(self._market if self._few else self._edge, stay, line)))
        root = Search(Shop(self._edge, stay, line), bound, layers)
        root = root.least(root.shop.begin())
        for halvings in _TRIES if root < inf else ():
            most = root + (root >> halvings)
            market = self._within(bound, stay, line, most, first)
            path = self._in_time(Shop(market, stay, line), bound, layers, most, first)
            if path is not None:
                return path
        return self._in_time(Shop(self._market, stay, line), bound, layers, inf, first)

    @staticmethod
    def _in_time(shop: Shop, bound: Bound, layers: Layers, most: float,
                 first: int | None) -> list[Bought] | None:
        try:
            return Search(shop, bound, layers).cheapest(most, first, _STATES)
        except TimeoutError:
            raise Refusal("search_too_long") from None

    def least_purchases(self, stay: Stay, point: int = 0) -> int:
        """How many purchases it takes at least from a point on, by the most that any plan holds."""
        if not self._steps.kinds:
            return 0
        allowance, daily, unit, length, cycles = np.array(self._steps.kinds, np.int64).T
        days = np.minimum(length * np.where(unit == MONTHS, 31, 1) * cycles + cycles, stay.days)
        times = np.where(daily, days, cycles)
        most = int((np.minimum(allowance, ENDLESS // times) * times).max(initial=0))
        return -(-(stay.end - point) // most) if most else 0

    def firsts(self, stay: Stay) -> Iterator[tuple[int, int]]:
        """The plans that can be bought first, and cents below which no schedule is that does."""
        if stay.end:
            bound, _ = self._bound(stay, None)
            for number, weight in Search(Shop(self._market, stay), bound).firsts():
                yield number, cents_of(weight)

    def _bound(self, stay: Stay, line: Line | None) -> tuple[Bound, float]:
        """The bound of a stay, kept for those asked last, and about what the stay costs."""
        key = stay.start, stay.window(0), stay.window(stay.days - 1), tuple(stay.need)
        if line is None and key in self._known:
            return self._known[key]
        shop = Shop(self._market if self._few else self._edge, stay, line)
        limits, begin = Limits(shop), shop.begin()
        moving = limits.moving() if self._few else self._asked_once
        bound = Bound(stay, [step for step, _ in self._steps.edge], moving, limits.visited())
        guess = set_tolls(bound, begin.point, lambda limit: limits.times(limit, begin))
        firsts = (cost for _, cost in Search(shop, bound).firsts(2 * guess))
        found = bound, max(guess, min(firsts, default=0))
        if line is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _within(
        self, bound: Bound, stay: Stay, line: Line | None, most: int, first: int | None
    ) -> Market:
        """The plans that can be part of a schedule of at most so much weight, and the first."""
        shop, steps = Shop(self._edge, stay, line), self._steps
        if not steps.kinds:
            return self._market
        begin = shop.begin()
        spare = bound.spare(
            steps.kinds, begin.point if line is None else line.begins_at, most,
            Limits(shop).given_back(begin, bound.tolls))
        rows = set(steps.row[steps.cost <= spare[steps.kind]].tolist()) | {first} - {None}
        return Market(self.plans(sorted(rows)), self.prices)

    @cached_property
    def _steps(self) -> Steps:
        return Steps(self.terms, self.prices, self._bases)

    @cached_property
    def _market(self) -> Market:
        return Market(self.plans(range(len(self.terms))), self.prices)

    @cached_property
    def _edge(self) -> Market:
        """The plans of the steps that no other one beats."""
        return Market(self.plans(sorted({row for _, row in self._steps.edge})), self.prices)

    @cached_property
    def _asked_once(self) -> set[Limit]:
        """The new customers' prices that are asked once, and so with a move."""
        provider, terms = self.terms.provider_no, self.terms
        new = (terms.new_only | (terms.intro_uses > 0)) & ~terms.addon
        again = set(provider[new & (terms.intro_uses > 1)].tolist())
        return {("new", number) for number in set(provider[new].tolist()) - again}
