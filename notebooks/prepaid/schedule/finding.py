"""The search as a whole: the plans that can matter, a bound, and ever higher ones."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from math import inf
from weakref import proxy

import numpy as np

from prepaid.schedule.bound import Bound, Step
from prepaid.schedule.buying import Bought, Shop
from prepaid.schedule.layers import Layers
from prepaid.schedule.line import Line
from prepaid.schedule.market import Market
from prepaid.schedule.news import News
from prepaid.schedule.points import Stay
from prepaid.schedule.search import Search
from prepaid.schedule.steps import Prices, Steps
from prepaid.schedule.terms import ENDLESS, MONTHS, Plan, Terms
from prepaid.schedule.weights import cents_of, purchases_of, weight

_FEW = 400  # plans that the search looks at without leaving out those that cost too much
_PROMISING, _MORE = 200, 15  # plans that it looks at first where there are more; then times so many
_MANY = 4000  # plans of which it looks at all, if they can be part of a schedule that is no dearer
_PATIENCE, _LONG = 100, 3000  # states that a search without layers takes up, and times days
_TRIES = 1, 3, 6, 12, 25, 50, 100, 300, 1500, inf  # per cent above the bound in each search
_FIRST_TRIES = 2, 50, 120  # the same without layers
# parts of a cell of 1,200 MB or less, layers, and states that a search takes up
_LEVELS = (1, 150, 300), (4, 150, 1500), (1, 600, 5000), (4, 600, inf)
_REMEMBERED = 16  # stays
_KEPT = 3_000_000  # cells times lines times layers of their bounds: 24 MB of costs


class _Sold:
    """Some plans: as the search sees them, and as the steps of a bound."""

    def __init__(self, finder: "Finder", rows: Iterable[int]):
        self._finder, self._rows = proxy(finder), sorted(rows)  # which holds this

    @cached_property
    def market(self) -> Market:
        return Market(self._finder.plans(self._rows), self._finder.prices)

    @cached_property
    def steps(self) -> list[Step]:
        steps = self._finder.steps
        return steps.edge(np.isin(steps.row, self._rows))


class Finder:
    """The cheapest purchases by given terms; keeps what does not depend on the stay.

    Args:
        terms: of the plans that may be bought, in the order of ``plan_id``.
        running: the ``plan_id`` of a plan in use that is not among them.
    """

    def __init__(self, terms: Terms, prices: Prices, running: str | None = None):
        self.terms, self.prices = terms, prices
        self._bases = terms.bases(running)
        self._addons: dict[int, list[int]] = {}
        for addon, bases in self._bases.items():
            for base in bases:
                self._addons.setdefault(base, []).append(addon)
        self._all = _Sold(self, range(len(terms)))
        self._known: dict[tuple, Bound] = {}
        self._made: dict[tuple, Layers] = {}

    def plans(self, rows: Iterable[int]) -> list[Plan]:
        """Some plans as the rule sees them."""
        return self.terms.plans(rows, self._bases)

    def path(
        self, stay: Stay, line: Line | None = None, first: int | None = None,
        up_to: float = inf,
    ) -> list[Bought] | None:
        """The purchases of least weight; ``None`` where none serve the stay.

        Of many plans the most promising are looked at first, then all that can be part of a
        schedule that is no dearer than theirs.

        Args:
            first: the number of the plan that has to be bought first.
            up_to: a weight; what weighs more is as good as nothing.
        """
        if not stay.end:
            return []
        if len(self.terms) <= _FEW:
            return self._best(self._all, stay, line, first, up_to)
        least, many, known = self._at_least(stay, line), _PROMISING, up_to
        order = np.argsort(least, kind="stable")
        matter = order
        while many < len(order) and len(matter) > _MANY:
            sold = self._some(order[:many], line, first)
            known = self._promised(sold, stay, line, first, known)
            matter = np.flatnonzero(least <= cents_of(known)) if known < inf else order
            many *= _MORE
        return self._best(self._some(matter, line, first), stay, line, first, known)

    def _promised(self, sold: _Sold, stay: Stay, line: Line | None, first: int | None,
                  up_to: float) -> float:
        """The weight of a schedule of some plans, often about the least; at most ``up_to``."""
        bound, shop, known = self._bound(sold, stay, line), Shop(sold.market, stay, line), up_to
        if first is not None or line is not None:
            path = self._best(sold, stay, line, first, up_to)
            return up_to if path is None else sum(one.weight for one in path)
        for layers, likely, patience, known in self._bounds(bound, shop, first, up_to):
            if layers is not None:
                return Search(shop, bound, layers).some(known)
            try:
                path = Search(shop, bound).cheapest(min(2 * likely, up_to), None, patience)
            except TimeoutError:
                continue
            if path is not None:
                return sum(one.weight for one in path)
        return known

    def _some(self, rows: np.ndarray, line: Line | None, first: int | None) -> _Sold:
        """Some plans, the first, and all add-ons on top of them or of what runs."""
        found = {*rows.tolist(), first} - {None}
        if line is not None:
            found |= {*self._addons.get(line.plan.number, ())}
        return _Sold(self, found.union(*(self._addons.get(row, ()) for row in found)))

    def _at_least(self, stay: Stay, line: Line | None) -> np.ndarray:
        """For each plan cents below which no schedule is that has it; without any for add-ons."""
        steps, bound = self.steps, self._bound(self._all, stay, line)
        begin = 0 if line is None else line.begins_at
        back = weight(sum(cents * self._times(stay, line, provider)
                          for provider, cents in bound.saved.items()))
        move = steps.move.copy()
        if line is not None and line.provider >= 0:
            move[line.provider] = 0
        least = np.full(len(self.terms), 2**62, np.int64)
        np.minimum.at(least, steps.row, steps.cost + move[steps.provider] + bound.at_least(
            steps.kinds, begin, back)[steps.kind])
        return least

    def _times(self, stay: Stay, line: Line | None, provider: int) -> int:
        """How often a provider's price for new customers can be had on a stay, at most."""
        mine = np.flatnonzero(self.terms.provider_no == provider)
        shop = Shop(Market(self.plans(mine), self.prices), stay, line)
        return News(shop).times(provider, shop.begin())

    def _best(self, sold: _Sold, stay: Stay, line: Line | None, first: int | None,
              up_to: float) -> list[Bought] | None:
        """The same as :meth:`path`, of some plans."""
        bound, shop = self._bound(sold, stay, line), Shop(sold.market, stay, line)
        highest = refuted = -1
        for layers, least, patience, known in self._bounds(bound, shop, first, up_to):
            if least < highest and patience < inf:
                continue  # finer in one way and coarser in another, this one knows less
            highest = least
            search = Search(shop, bound, layers)
            for more in _TRIES if layers else _FIRST_TRIES:
                most = least + least * more // 100 if inf not in (more, least) else inf
                most = min(most, known)
                if most <= refuted:
                    continue
                try:
                    path = search.cheapest(most, first, patience)
                except TimeoutError:
                    break
                if path is not None or most == up_to:
                    return path
                refuted = most
        return None

    def _bounds(
        self, bound: Bound, shop: Shop, first: int | None, known: float
    ) -> Iterator[tuple[Layers | None, float, float, float]]:
        """Ever higher bounds that take ever longer to make, about what the stay costs at least, how
        many states a search by each may take up: for about as long as the next one takes; and a
        weight that the cheapest schedule does not exceed, at first ``known``."""
        begin = shop.begin()
        likely = min((cost for _, cost in Search(shop, bound).firsts(first)), default=inf)
        if first is None or (bound, *_LEVELS[0][:2]) not in self._made:
            patience = min(_PATIENCE, _LONG // shop.stay.days)
            if first is not None:
                patience //= 3  # layers serve other first purchases, too
            yield None, likely, patience * _FEW // max(len(shop.market.main), _FEW), known
        steps, rare = bound.steps, [*bound.broken]
        serves = shop.stay.end

        def least_known(layers: Layers) -> float:
            nonlocal known, serves
            found = Search(shop, bound, layers).some(known)
            if found < known:
                known, serves = found, shop.stay.end // max(purchases_of(found), 1)
            return known

        for parts, most, patience in _LEVELS:
            given = News(shop), steps, self.steps.move, rare, parts, serves, most
            if first is None:
                layers = Layers(shop.stay, *given, least_known)
                steps, rare = layers.steps, layers.rare
                least = layers.least(begin, shop.counted_from(begin))
            else:
                layers = self._kept((bound, parts, most), shop, given)
                firsts = Search(shop, bound, layers).firsts(first)
                least = min((cost for _, cost in firsts), default=inf)
            yield layers, least, patience, known

    def _kept(self, key: tuple, shop: Shop, given: tuple) -> Layers:
        """A bound of a stay in layers that is right for schedules of any weight, kept where there
        is room for it."""
        if key not in self._made:
            layers = Layers(shop.stay, *given)
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

    def serves(self, stay: Stay) -> bool:
        """Whether always buying what is most promising serves the stay."""
        search = Search(Shop(self._all.market, stay), self._bound(self._all, stay, None))
        return search.some() < inf

    def firsts(self, stay: Stay) -> Iterator[tuple[int, int]]:
        """The plans that can be bought first, and cents below which no schedule is that does."""
        if stay.end:
            bound = self._bound(self._all, stay, None)
            for number, weight in Search(Shop(self._all.market, stay), bound).firsts():
                yield number, cents_of(weight)

    def _bound(self, sold: _Sold, stay: Stay, line: Line | None) -> Bound:
        """The bound of some plans on a stay; that of all is kept for the stays asked last."""
        key = stay.start, stay.window(0), stay.window(stay.days - 1), tuple(stay.need)
        keep = line is None and sold is self._all
        if keep and key in self._known:
            return self._known[key]
        bound = Bound(stay, sold.steps, 0 if line is None else line.point,
                      lambda provider: self._times(stay, line, provider))
        if keep:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
                self._made.clear()
            self._known[key] = bound
        return bound

    @cached_property
    def steps(self) -> Steps:
        """The steps of all plans."""
        return Steps(self.terms, self.prices, self._bases)
