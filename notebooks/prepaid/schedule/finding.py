"""The search as a whole: bound, likely cost, and the plans that can matter at that cost."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from math import inf

import numpy as np

from prepaid.schedule.bound import Bound
from prepaid.schedule.buying import Bought, Shop
from prepaid.schedule.layers import Layers
from prepaid.schedule.line import Line
from prepaid.schedule.market import Market
from prepaid.schedule.news import News
from prepaid.schedule.points import Stay
from prepaid.schedule.search import Search
from prepaid.schedule.steps import Prices, Steps
from prepaid.schedule.terms import ENDLESS, MONTHS, Plan, Terms
from prepaid.schedule.weights import cents_of

_FEW = 400  # plans that the search looks at without leaving out those that cost too much
_PATIENCE = 30  # states that a search without layers takes up
_TRIES = 1, 3, 6, 12, 25, 50, 100, 300, 1500, inf  # per cent above the bound in each search
_FIRST_TRIES = 2, 50  # the same without layers
# cells for each 1,200 MB of a day, layers, and states that a search takes up
_LEVELS = (1, 150, 1500), (4, 150, 3000), (1, 600, 10_000), (4, 600, inf)
_REMEMBERED = 16  # stays
_KEPT = 3_000_000  # cells times lines times layers of their bounds: 24 MB of costs


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
        self._made: dict[tuple, Layers] = {}

    def plans(self, rows: Iterable[int]) -> list[Plan]:
        """Some plans as the rule sees them."""
        return self.terms.plans(rows, self._bases)

    def path(
        self, stay: Stay, line: Line | None = None, first: int | None = None,
        up_to: float = inf,
    ) -> list[Bought] | None:
        """The purchases of least weight; ``None`` where none serve the stay.

        What costs much more than is likely is not looked at, as long as that leaves something.

        Args:
            first: the number of the plan that has to be bought first.
            up_to: a weight; what weighs more is as good as nothing.
        """
        if not stay.end:
            return []
        bound, likely = self._bound(stay, line)
        highest = refuted = -1
        for layers, least, patience in self._bounds(bound, likely, stay, line):
            if least < highest and patience < inf:
                continue  # finer in one way and coarser in another, this one knows less
            highest = least
            for more in _TRIES if layers else _FIRST_TRIES:
                most = least + least * more // 100 if inf not in (more, least) else inf
                most = min(most, up_to)
                if most <= refuted:
                    continue
                market = self._within(bound, stay, line, most, first)
                search = Search(Shop(market, stay, line), bound, layers)
                try:
                    path = search.cheapest(most, first, patience)
                except TimeoutError:
                    break
                if path is not None or most == up_to:
                    return path
                refuted = most
        return None

    def _bounds(
        self, bound: Bound, likely: float, stay: Stay, line: Line | None
    ) -> Iterator[tuple[Layers | None, float, float]]:
        """Ever higher bounds that take ever longer to make, about what the stay costs at least, and
        how many states a search by each may take up: for about as long as the next one takes."""
        yield None, likely, _PATIENCE
        shop = Shop(self._edge, stay, line)
        begin = shop.begin()
        for parts, most, patience in _LEVELS:
            layers = self._layers(bound, shop, parts, most)
            yield layers, layers.least(begin, shop.counted_from(begin)), patience

    def _layers(self, bound: Bound, shop: Shop, parts: int, most: int) -> Layers:
        """A bound of a stay in layers, kept where there is room for it."""
        key = bound, parts, most
        if key not in self._made:
            layers = Layers(shop.stay, News(shop), bound.steps, self._steps.move, bound.broken,
                            parts, most)
            room = _KEPT - layers.cost.size
            if shop.line is not None or room < 0:
                return layers
            if sum(one.cost.size for one in self._made.values()) > room:
                self._made.clear()
            self._made[key] = layers
        return self._made[key]

    def least_purchases(self, stay: Stay, point: int = 0) -> int:
        """How many purchases it takes at least from a point on, by the most that any plan holds."""
        t = self.terms
        days = np.where(t.unit == MONTHS, 31, 1) * t.length * t.cycles + t.cycles
        times = np.where(t.daily, np.minimum(days, stay.days), t.cycles)
        most = int((np.minimum(t.allowance, ENDLESS // times) * times).max(initial=0))
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
        shop = Shop(self._edge, stay, line)
        news, begin = News(shop), shop.begin()
        bound = Bound(stay, [step for step, _ in self._steps.edge], begin.point,
                      lambda provider: news.times(provider, begin))
        firsts = [cost for _, cost in Search(shop, bound).firsts()]
        found = bound, min(firsts, default=inf)
        if line is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
                self._made.clear()
            self._known[key] = found
        return found

    def _within(
        self, bound: Bound, stay: Stay, line: Line | None, most: float, first: int | None
    ) -> Market:
        """The plans that can be part of a schedule of at most so much weight, and the first."""
        steps = self._steps
        if self._few or most == inf or not steps.kinds:
            return self._market
        search = Search(Shop(self._edge, stay, line), bound)
        begin = search.shop.begin()
        spare = bound.spare(
            steps.kinds, begin.point if line is None else line.begins_at, most,
            search.given_back(begin))
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
