"""The search as a whole: a bound, the plans that can matter, and finer bounds where it takes long.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from math import inf
from weakref import proxy

import numpy as np

from prepaid.schedule.buying import Bought, Shop
from prepaid.schedule.line import Line
from prepaid.schedule.market import Market
from prepaid.schedule.outlook import Outlook
from prepaid.schedule.points import Stay
from prepaid.schedule.search import Search
from prepaid.schedule.steps import Prices, Steps
from prepaid.schedule.terms import ENDLESS, MONTHS, Plan, Terms
from prepaid.schedule.weights import cents_of

_FEW = 400  # plans of which the search looks at all at first
_LEVELS = (40, 300), (1000, 3000), (4000, inf)  # cells, and states that are taken up
_EACH = 5  # cells at least for each purchase
_HASTE, _PATIENCE = (5, 20, 60, 200), 100  # per cent, and states, for some schedule
_REMEMBERED, _GUESSED = 16, 2  # bounds; and providers whose offers were rare on the last stay


class _Sold:
    """Some plans: as the search sees them, and their steps."""

    def __init__(self, finder: "Finder", rows: Iterable[int]):
        self._finder, self._rows = proxy(finder), sorted(rows)  # which holds this

    @cached_property
    def market(self) -> Market:
        return Market(self._finder.plans(self._rows), self._finder.prices)

    @cached_property
    def steps(self) -> np.ndarray:
        """Which of the steps are theirs."""
        return np.isin(self._finder.steps.row, self._rows)

    def __len__(self) -> int:
        return len(self._rows)


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
        self._known: dict[tuple, Outlook] = {}
        self._rare: dict[int, list[int]] = {}  # of the last stay of so many days

    def plans(self, rows: Iterable[int]) -> list[Plan]:
        """Some plans as the rule sees them."""
        return self.terms.plans(rows, self._bases)

    def path(
        self, stay: Stay, line: Line | None = None, first: int | None = None,
        up_to: float = inf,
    ) -> list[Bought] | None:
        """The purchases of least weight; ``None`` where none serve the stay.

        Args:
            first: the number of the plan that has to be bought first.
            up_to: a weight; what weighs more is as good as nothing.
        """
        if not stay.end:
            return []
        sold, known = self._all, up_to
        for cells, patience in _LEVELS:
            outlook = self._outlook(sold, stay, line, cells)
            if len(sold) > _FEW and first is None:
                sold, known = self._that_matter(sold, stay, line, outlook, known)
                outlook = self._outlook(sold, stay, line, cells)
            if outlook.purchases * _EACH > len(outlook.starts):
                outlook = self._outlook(sold, stay, line, outlook.purchases * 2 * _EACH)
            search = Search(Shop(sold.market, stay, line), outlook)
            known = _known(search, first, known)
            try:
                path = search.cheapest(known, first, patience)
                break
            except TimeoutError:
                if first is None:
                    sold, known = self._that_matter(sold, stay, line, outlook, known)
        return path

    def _that_matter(
        self, sold: _Sold, stay: Stay, line: Line | None, outlook: Outlook, known: float
    ) -> tuple[_Sold, float]:
        """Those of some plans with which a schedule can weigh no more than a known one; and the
        weight of one, where at first none is known."""
        least = outlook.of_rows(len(self.terms), line is not None)
        order = np.argsort(least, kind="stable")
        order = order[least[order] >= 0]
        if len(sold) > _FEW:
            some = self._some(order[:_FEW], line)
            known = _known(Search(Shop(some.market, stay, line), outlook), None, known)
        matter = order if known == inf else order[least[order] <= cents_of(known)]
        return self._some(matter, line), known

    def _some(self, rows: np.ndarray, line: Line | None) -> _Sold:
        """Some plans, and all add-ons on top of them or of what runs."""
        found = {*rows.tolist()}
        if line is not None:
            found |= {*self._addons.get(line.plan.number, ())}
        return _Sold(self, found.union(*(self._addons.get(row, ()) for row in found)))

    def _outlook(self, sold: _Sold, stay: Stay, line: Line | None, cells: int) -> Outlook:
        """The bound of some plans on a stay; that of all is kept for the stays asked last."""
        key = stay.start, stay.window(0), stay.window(stay.days - 1), tuple(stay.need), cells
        keep = line is None and sold is self._all and len(sold) <= _FEW
        if keep and key in self._known:
            return self._known[key]
        begin = (0, -1) if line is None else (line.begins_at, line.provider)
        some = sold.steps
        if line is not None:  # where the traveller is not new
            some = some & ~(self.steps.new & (self.steps.provider == line.provider))
        outlook = Outlook(
            stay, self.steps, some, cells, *begin, self._rare.get(stay.days, ())[:_GUESSED])
        self._rare[stay.days] = outlook.rare
        if keep:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = outlook
        return outlook

    def least_purchases(self, stay: Stay, point: int = 0) -> int:
        """How many purchases it takes at least from a point on, by the most that any plan holds."""
        t = self.terms
        days = np.where(t.unit == MONTHS, 31, 1) * t.length * t.cycles + t.cycles
        times = np.where(t.daily, np.minimum(days, stay.days), t.cycles)
        most = int((np.minimum(t.allowance, ENDLESS // times) * times).max(initial=0))
        return -(-(stay.end - point) // most) if most else 0

    def serves(self, stay: Stay) -> bool:
        """Whether some schedule for the stay is found soon."""
        return _known(self._search(stay), None, inf) < inf

    def firsts(self, stay: Stay) -> Iterator[tuple[int, int]]:
        """The plans that can be bought first, and cents below which no schedule is that does."""
        if stay.end:
            for number, weight in self._search(stay).firsts():
                yield number, cents_of(weight)

    def _search(self, stay: Stay) -> Search:
        outlook = self._outlook(self._all, stay, None, _LEVELS[0][0])
        return Search(Shop(self._all.market, stay), outlook)

    @cached_property
    def steps(self) -> Steps:
        """The steps of all plans."""
        return Steps(self.terms, self.prices, self._bases)


def _known(search: Search, first: int | None, known: float) -> float:
    """The weight of some schedule, often about the least; ``known`` where none is found."""
    least = search.least(search.shop.begin())
    for haste in _HASTE if least < inf else ():
        most = least + least * haste // 100 if haste < _HASTE[-1] else inf
        try:
            path = search.cheapest(min(most, known), first, _PATIENCE, haste)
        except TimeoutError:
            continue
        if path:
            return sum(one.weight for one in path)
    return known
