"""A higher bound, for stays on which providers and what they sell how often matter.

Here the simpler problem of :mod:`prepaid.schedule.bound` knows the **provider** of the line, so
that moves count, and has a **layer** for each way in which the rarest things can still be had: a
new customer's price or not; a plan of a provider that sells nothing else, in so many marks. The
stay is cut into **cells**; a step counts from the end of the cell in which it is taken, so it
never gets less far than it would.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import inf
from operator import itemgetter

import numpy as np

from prepaid.schedule.bound import Limit, Step, pooled, topped_up
from prepaid.schedule.buying import State
from prepaid.schedule.cells import MOST_LEFT, Places, rounded
from prepaid.schedule.market import Market
from prepaid.schedule.news import News
from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS
from prepaid.schedule.weights import LEAST_TAX, cents_of, purchases_of, weight

_PLACES = 12_000_000  # cells times lines times layers, at most: 96 MB of costs
_STEPS = 100  # for which a bound has as many layers as are wanted, more where there are fewer
_PURCHASES = 16  # bits below the cents
_WIDE = 15_000
_NEVER = np.int64(2**60)


class _Costs(Places):
    """What the rest costs in each cell, line and layer.

    The lines are: 0 for none, or any that no step leads to; then one for each provider.
    """

    def _ways(self, steps: list[Step], moves: np.ndarray) -> list[tuple]:
        """What each step costs in each layer, and where it leads from each cell."""
        layers, self._line, ways = len(self._later[0]), {}, []
        for step in steps:
            self._line.setdefault(step.provider, len(self._line) + 1)
        self._moves = moves[[*self._line]] << _PURCHASES
        nowhere, day = len(self._day), np.append(self._day, self.stay.days)
        for step in steps:
            times = self.news.times(step.provider, self._begin) if step.new else 1
            reach, packed = np.append(self._reach(step), nowhere), _packed(step.weight)
            top = _packed(step.top)  # only the last of a row is topped up
            line, cost = self._line[step.provider], np.zeros(layers, np.int64)
            places = {new: place for place, (provider, new) in enumerate(self.rare)
                      if provider == step.provider}
            if step.new and True in places:
                cost[self._left[places[True]] == 0] = _NEVER
            if False in places:
                cost[self._left[places[False]] > 0] = _NEVER
            until = np.array([*self.stay.last_days(step), self.stay.days])
            cell = soon = np.arange(nowhere + 1)
            for number in range(1, times + 1):
                left = until[day[cell]]
                cell, soon = reach[cell], reach[np.maximum(soon - 1, 0)] if step.whole else soon
                left = left - day[cell]
                taken = -self._strides[places[True]] if step.new and True in places else 0
                stride = self._strides[places[False]] if step.blocks and False in places else 0
                ways.append((line, number, step,
                             np.minimum(cost + number * packed - (number - 1) * top, _NEVER), cell,
                             np.clip(day[cell] - day, 0, MOST_LEFT),
                             taken + stride * rounded(left), taken, stride, left, soon))
                if step.blocks:  # what is bought until it sells again ends the row
                    cell = np.where(left > 0, nowhere, cell)
                if (cell >= nowhere - 1).all():
                    break
        return sorted(ways, key=itemgetter(0))

    def _climb(self, ways: list[tuple]) -> None:
        """What the rest costs, from the last cell to the first, several at once where no step
        ends among them."""
        cells, lines, layers = len(self._starts), len(self._line) + 1, len(self._later[0])
        self.cost = np.full((cells + 1, lines, layers), _NEVER)
        self.cost[cells - 1] = 0
        if not ways:
            return
        line, _, _, *columns = zip(*ways, strict=True)
        line, cost, reach, days, add = map(np.array, (line, *columns[:4]))
        first = np.flatnonzero(np.append(True, line[1:] != line[:-1]))  # of each line from 1 on
        base = np.ascontiguousarray(((reach * lines + line[:, None]) * layers + add).T)
        days, flat = np.ascontiguousarray(days.T), self.cost.reshape(-1)
        nearest = np.minimum.accumulate(reach.min(axis=0)[::-1])[::-1]
        end = cells - 1
        while end > 0:
            begin = min(int(np.searchsorted(nearest, end)), end - 1)  # a step may lead nowhere
            begin = max(begin, end - max(400_000 // (len(line) * layers), 1))
            to = self._later[days[begin:end]]
            to += base[begin:end, :, None]
            found = flat[to]
            found += cost
            found = np.minimum(np.minimum.reduceat(found, first, axis=1), _NEVER)
            here = self.cost[begin:end]
            here[:, 0] = (found + self._moves[:, None]).min(axis=1)
            here[:, 1:] = np.minimum(found, here[:, :1])
            end = begin

    def _fitting(self, ways: list[tuple], most: float) -> list[Step]:
        """The steps that can be part of a way of at most so much weight from the beginning.

        Here a step may end in any cell between those in which it ends at least and at most, so
        that each state of a schedule is in its cell, line and layer.
        """
        least = self.least(self._begin, self._begin.point)
        if most == inf or (most / least - 1) * len(self._starts)**2 > _WIDE:  # it takes too long
            return [*dict.fromkeys(way[2] for way in ways)]
        top, (lines, layers) = (cents_of(most) + 1) << _PURCHASES, self.cost.shape[1:]
        line, _, steps, *columns = zip(*ways, strict=True)
        line, cost, reach, _, _, taken, stride, left, soon = map(np.array, (line, *columns))
        came, fits = np.full_like(self.cost, _NEVER), np.zeros(len(ways), bool)
        first = bisect_right(self._starts, self._begin.point) - 1
        came[first, 0, self._layer(self._begin, self._begin.point)] = 0
        flat, rest, day = came.reshape(-1), self.cost.reshape(-1), np.append(self._day, self.stay.days)
        for cell in range(first, len(self._starts) - 1):
            again = True
            while again:
                again, spent = False, came[cell].min(axis=0)
                live = np.flatnonzero(spent + self.cost[cell].min(axis=0) <= top)
                if not len(live):
                    break
                spent = np.minimum(came[cell, 1:][:, live], spent[live] + self._moves[:, None])
                spent = spent[line - 1] + cost[:, live]
                way, place = np.nonzero(spent <= top)
                to, spent, layer = reach[way, cell], spent[way, place], live[place]
                fits_in = to < len(self._starts)
                while True:
                    far = np.clip(day[to] - day[cell], 0, MOST_LEFT)
                    later = self._later[far, layer] + taken[way] + stride[way] * rounded(
                        left[way, cell] + day[reach[way, cell]] - day[to])
                    at = (to * lines + line[way]) * layers + later
                    fits_in = np.flatnonzero(fits_in & (spent + rest[at] <= top) & (to >= soon[way, cell]))
                    if not len(fits_in):
                        break
                    way, to, spent, layer, at = (
                        column[fits_in] for column in (way, to, spent, layer, at))
                    fits[way] = True
                    again |= bool((spent < flat[at])[to == cell].any())
                    np.minimum.at(flat, at, spent)
                    to, fits_in = to - 1, True
        return [*dict.fromkeys(steps[place] for place in np.flatnonzero(fits).tolist())]

    def _broken(self, ways: list[tuple]) -> list[Limit]:
        """The limits without layers that the cheapest way breaks."""
        taken, until, broken = Counter(), {}, {}
        point = self.news.shop.counted_from(self._begin)
        layer, cell = self._layer(self._begin, point), bisect_right(self._starts, point) - 1
        line = self._line.get(self._begin.provider, 0)
        while cell < len(self._starts) - 1 and self.cost[cell, line, layer] < _NEVER:
            best, found = _NEVER, None
            for number, times, step, cost, reach, days, add, *_ in ways:
                to = int(self._later[days[cell], layer] + add[cell])
                if cost[layer] >= _NEVER:
                    continue
                due = cost[layer] + self.cost[reach[cell], number, to]
                if number != line:
                    due += self._moves[number - 1]
                if due < best:
                    best, found = due, (step, times, int(reach[cell]), number, to)
            if found is None:
                break
            step, times, after, line, layer = found
            provider = step.provider
            if step.new and taken[provider]:
                broken[provider, True] = None
            taken[provider] += step.new
            if self._day[cell] < until.get(provider, 0):
                broken[provider, False] = None
            if step.blocks:
                day = int(self._day[cell if times == 1 else max(after - 1, 0)])
                until[provider] = self.stay.last_days(step)[day]
            if after == cell:
                break
            cell = after
        return [one for one in broken if one not in self.rare]


class Layers(_Costs):
    """The bound of one stay in layers.

    Attributes:
        rare: the limits that make layers, the most important first.
        cost: for each cell, line and layer what the rest costs at least, packed cents and
            purchases.
    """

    def __init__(self, stay: Stay, news: News, steps: list[Step], moves: np.ndarray,
                 broken: Iterable[Limit], parts: int, most: int,
                 least_known: Callable[["Layers"], float] | None = None):
        """``moves``: for each provider the least cents of a move there; ``broken``: what is known
        to be rare; ``parts``: cells for each 1,200 MB of a day; ``most``: layers;
        ``least_known``: the weight of a schedule, above which the bound need not be right."""
        self.stay, self.news = stay, news
        self._begin, wanted = news.shop.begin(), list(broken)
        able = [step for step in steps
                if not step.new or news.times(step.provider, self._begin)]
        self._cut(parts)
        self._drops = least_known is not None and news.shop.line is None
        before, many = None, inf
        while True:
            lines = len({step.provider for step in able}) + 1
            room = most * max(_STEPS // max(len(able), 1), 1)  # as long as it takes for so many
            self._choose(wanted, min(room, _PLACES // (len(self._starts) * lines)))
            if self.rare == before and 2 * len(able) >= many:
                break
            many = len(able)
            ways = self._ways(able, moves)
            self._climb(ways)
            before, wanted = self.rare, [*self.rare, *self._broken(ways)]
            if self._drops and ways:
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
        plans = [plan for _, plan in market.main]
        self._plans = np.array([plan.number for plan in plans])
        self._least = np.array([_packed(least) for least, _ in market.main], np.int64)
        self._at = np.array([self._line.get(plan.provider, 0) for plan in plans], np.int64)
        self._always = np.array(
            [plan.number in market.addons for plan in plans], bool)
        reaches: dict[tuple, np.ndarray] = {}
        for plan in plans:
            kind = plan.allowance, plan.daily, plan.unit, plan.length, plan.cycles
            if kind not in reaches:
                reaches[kind] = self._reach(pooled(self.stay, Step(0, *kind)))
        self._to = np.array([reaches[plan.allowance, plan.daily, plan.unit, plan.length,
                                     plan.cycles] for plan in plans]).T

    def fitting(self, state: State, most: float) -> Sequence[int]:
        """Places of the plans that may be bought in a state and be part of a schedule of at most
        so much weight from there."""
        if most == inf or state.paid or not len(self._plans):
            return range(len(self._plans))
        line, layer = self._line.get(state.provider, 0), self._layer(state, state.point)
        cell = bisect_right(self._starts, state.point) - 1
        to = self._to[cell]
        later = self._later[np.minimum(self._day[to] - self._day[cell], MOST_LEFT), layer]
        due = self.cost[to, self._at, later] + self._least
        due += np.where(self._at == line, 0, np.append(0, self._moves)[self._at])
        fits = (due <= (cents_of(most) + 1 << _PURCHASES)) | self._always
        if self._drops:  # other providers have no part in what is no dearer
            fits &= self._at > 0
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
            lasts.append((_packed(due), self._reach(step._replace(
                allowance=held, daily=False, length=plan.length * plan.cycles, cycles=1))))
        found, line = _NEVER, self._line.get(plan.provider, 0)
        for times in range(1, plan.intro_uses - paid + 1):
            for due, reach in lasts:
                end = int(reach[cell])
                later = self._layer(state, self._starts[end])
                found = min(found, times * _packed(cost) + due + self.cost.item(end, line, later))
            cell = int(lasts[0][1][cell])
        return int(found)


def _packed(weight: int) -> int:
    """The cents and purchases of a weight as one smaller number."""
    return min((cents_of(weight) << _PURCHASES) + purchases_of(weight), int(_NEVER))


def _weight(packed: int) -> float:
    """The least weight of what is packed; ``inf`` where it is too much."""
    if packed >= _NEVER:
        return inf
    cents, purchases = packed >> _PURCHASES, packed & (1 << _PURCHASES) - 1
    return weight(cents, purchases) - (LEAST_TAX if purchases else 0)
