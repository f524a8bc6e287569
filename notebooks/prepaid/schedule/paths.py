"""The cheapest path through the days of a stay, and of several the one that the rule prefers.

The value of a day is the least that has to be paid from it on, reckoned backwards over the days for
each group of providers that the line may be in and each set of new-customer prices already forgone.
At first providers are told apart by little more than their fees, which is quick and can only be too
cheap. A cheapest path that is possible as it stands is then the answer; one that is not says which
provider to tell apart from the others. Integers throughout, so nothing is approximated.
"""

import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from prepaid.schedule.market import NEVER, Market, Rows


class Bought(NamedTuple):
    """A plan, the day it is bought on, the one before which it has to stop, if it is a move."""

    plan: int
    day: int
    until: int
    pays_fee: bool


class DeadEnd(Exception):
    """No sequence of purchases serves the stay."""


class TooIntricate(Exception):
    """New-customer prices at so many providers matter that no exact answer is found in time."""


_MOST_VALUES, _MOST_SUMS, _MOST_WAYS = 5 * 10**7, 3 * 10**8, 5 * 10**5


def cheapest_path(market: Market) -> list[Bought]:
    """Of all cheapest paths that with fewest purchases, then providers, then first plan numbers.

    Raises:
        DeadEnd: there is none.
        TooIntricate: it cannot be found in time.
    """
    if not market.end_node:
        return []
    values = _exact_values(market)
    plans = _without_doubles(market, values.plans_on_best_paths())
    if market.line[1] is not None:
        plans = np.union1d(plans, market.line[1])
    return _Values(market, Rows.apart(market, plans), values.tracked).best_path()


def least_cents(market: Market) -> int:
    """What :func:`cheapest_path` costs.

    Raises:
        DeadEnd: there is none.
        TooIntricate: it cannot be found in time.
    """
    return _exact_values(market).cents() if market.end_node else 0


def cents_by_first(market: Market) -> np.ndarray:
    """For each plan the least cost if it is the first purchase, -1 where it can not be."""
    t = market.t
    cents = np.full(len(t["price"]), -1)
    if not market.end_node:
        return cents
    special = np.unique(t["provider_no"][t["intro"] | t["addon"] | (t["fee"] > 0)]).tolist()
    rows = Rows.merged(market, market.sold, dict.fromkeys(special, True))
    tracked = [] if market.line[0] is None else [market.line[0]]
    while True:
        values = _Values(market, rows, tracked)
        stay = values.purchases_from(0)[:, values.first.seen]
        wrong = {
            provider for row in np.flatnonzero(stay < NEVER).tolist()
            for provider in values.wrong_after(row)
        }
        if not wrong:
            break
        tracked += wrong
    plans = np.flatnonzero(rows.row_of_plan >= 0)
    row = rows.row_of_plan[plans]
    rest = stay[row] // values.scale - market.cost(rows.plan, 0)[row]
    fee = np.where(t["provider_no"][plans] == market.line[0], 0, t["fee"][plans])
    possible = (stay[row] < NEVER) & ~t["addon"][plans]
    cents[plans] = np.where(possible, rest + market.cost(plans, 0) + fee, -1)
    return cents


def _exact_values(market: Market) -> "_Values":
    """The values of the stay, with as few providers told apart as make those of its start exact.

    What cannot be on a path as cheap as the cheapest known to be possible is dropped on the way.
    """
    provider, base, _ = market.line
    apart = {} if provider is None else {provider: base is not None}
    plans, bounds = market.sold, None
    while True:
        values = _Values(market, Rows.merged(market, plans, apart), list(apart))
        bounds = bounds or _Bounds(market)
        wrong = values.wrong_providers()
        if not wrong:
            return values
        plans = values.within(bounds)
        apart |= wrong


class _Bounds:
    """What getting to a node costs at least, and what going on from it costs at most.

    Both count purchases besides cents, as :class:`_Values` does.

    Attributes:
        before: the least cost of getting to each node, of all plans as if they asked no fees.
        after: the cost of going on from each node in a way that is always possible: without
            new-customer prices and add-ons, with a fee at each purchase.
    """

    def __init__(self, market: Market):
        t, plans, end = market.t, market.sold, market.end_node
        rows = Rows.alike(market, plans, np.where(t["intro"], t["fee"], 0)[plans])
        cost = _scaled(rows.cost + rows.fee, end + 1)
        self.before = np.full(end + 1, NEVER)
        self.before[0] = 0
        for node in range(end):
            reached = np.full(end + 1, NEVER)
            np.minimum.at(reached, rows.next[node], self.before[node] + cost[node])
            sooner = np.minimum.accumulate(reached[::-1])[::-1]  # an add-on may be cut short
            np.minimum(self.before[node + 1:], sooner[node + 1:], out=self.before[node + 1:])

        plans = np.flatnonzero(~t["intro"] & ~t["addon"])
        rows = Rows.alike(market, plans, t["fee"][plans])
        cost = _scaled(rows.cost + rows.fee, end + 1)
        self.after = np.full(end + 1, NEVER)
        self.after[-1] = 0
        for node in reversed(range(end)):
            on = self.after[rows.next[node]] + cost[node]
            self.after[node] = on.min(initial=NEVER)


def _scaled(cost: np.ndarray, scale: int) -> np.ndarray:
    """Cents of one purchase each, with the count of purchases; see :class:`_Values`."""
    return np.where(cost < NEVER, cost * scale + 1, NEVER)


def _without_doubles(market: Market, plans: np.ndarray) -> np.ndarray:
    """Of plans on cheapest paths those that a preferred one may need.

    A provider is a double if another offers everything that it does, of the same kind for the same
    price and fee but with lower plan numbers: then its purchases can be made there, at no more
    providers. That holds without new-customer prices and plans that take add-ons.
    """
    t, offers = market.t, {}
    special = {market.line[0]} | {
        int(t["provider_no"][plan]) for plan in plans if t["intro"][plan] or plan in market.addons}
    for plan in plans.tolist():
        offer = int(market.kind[plan]), int(market.price[plan]), int(t["fee"][plan])
        offers.setdefault(int(t["provider_no"][plan]), {}).setdefault(offer, plan)
    doubles = {
        provider for provider, mine in offers.items() if provider not in special and any(
            all(offer in other and other[offer] < plan for offer, plan in mine.items())
            for rival, other in offers.items() if rival not in special
        )
    }
    kept = [plan for provider, mine in offers.items() if provider in special - doubles
            for plan in plans[t["provider_no"][plans] == provider].tolist()]
    kept += [plan for provider, mine in offers.items() if provider not in special | doubles
             for plan in mine.values()]
    return np.array(sorted(kept), np.int64)


class _Values:
    """The least cost from each node on, and the paths that keep it.

    ``value[node, group, seen]`` is for a line in a group of providers, where bit ``k`` of ``seen``
    says that something has been bought at the ``k``-th of the providers ``tracked``. Costs and the
    number of purchases are one integer, ``cents * scale + purchases``, so that their minimum
    respects both; three of them added still fit, so what is impossible may cost ``NEVER`` several
    times over.
    """

    def __init__(self, market: Market, rows: Rows, tracked: Sequence[int]):
        self.market, self.rows = market, rows
        self.scale = market.end_node + 1
        self.provider = market.t["provider_no"][rows.plan]
        offering = set(self.provider[market.t["intro"][rows.plan]].tolist())
        self.tracked = [provider for provider in tracked if provider in offering]
        self.n_seen = 1 << len(self.tracked)
        if (max(rows.cost.size, 2**10) * self.n_seen > _MOST_SUMS
                or self.scale * rows.n_groups * self.n_seen > _MOST_VALUES):
            raise TooIntricate
        bit = np.zeros(len(rows.group_of_provider), np.int64)
        bit[self.tracked] = 1 << np.arange(len(self.tracked))
        mine = bit[self.provider][:, None]
        seen = np.arange(self.n_seen)
        self.seen_after = seen | mine
        self.barred = market.t["intro"][rows.plan][:, None] & ((seen & mine) > 0)
        self.fee = rows.fee * np.where(rows.loose, 1, self.scale)
        self.cost, self.next = _scaled(rows.cost, self.scale), rows.next
        self.leads = self.next * rows.n_groups * self.n_seen + rows.group * self.n_seen
        provider, base, last_day = market.line
        group = -1 if provider is None else int(rows.group_of_provider[provider])
        self.top_ups = [
            _TopUps(self, row, plan) for row, plan in enumerate(rows.plan.tolist())
            if self._takes_addons(row) and (plan == base or self.days_without(row).any())
        ]
        self.first = _State(
            group if group >= 0 else None, int(bit[provider]) if group >= 0 else 0, base, last_day)
        self._fill()

    def _takes_addons(self, row: int) -> bool:
        """Whether add-ons can be bought on top of the row's plan, and are not loose."""
        return self.rows.plan[row] in self.market.addons and bool(self.rows.exact[row])

    def days_without(self, row: int) -> np.ndarray:
        """For each node: days that a plan bought there still runs when its data has run out."""
        market = self.market
        last_day = market.last_day(self.rows.plan[row], market.day[:-1])
        return np.maximum(last_day - market.day[self.next[:, row]], 0)

    def _fill(self) -> None:
        market, group = self.market, self.rows.group
        shape = (market.end_node + 1, self.rows.n_groups, self.n_seen)
        self.value = np.full(shape, NEVER)
        self.value[-1] = 0
        self.start, self.after_loose = NEVER, None
        if not len(group):
            return
        if self.rows.loose.any():
            soonest = self.value.copy()
            self.after_loose = np.empty((market.end_node, self.rows.loose.sum(), self.n_seen), int)
        self.total = np.empty((market.end_node, len(group)), np.int64)
        first = np.flatnonzero(np.diff(group, prepend=-1))
        present = group[first]
        for node in reversed(range(market.end_node)):
            for top_ups in self.top_ups:
                top_ups.fill(node)
            if self.after_loose is not None:
                self.after_loose[node] = self._after(soonest, node, self.rows.loose)
            stay = self.purchases_from(node)
            self.total[node] = stay[:, 0]
            leave = np.minimum((stay + self.fee[:, None]).min(axis=0), NEVER)
            self.value[node] = leave
            self.value[node, present] = np.minimum(np.minimum.reduceat(stay, first), leave)
            if self.after_loose is not None:
                soonest[node] = self.value[node]
                np.minimum(soonest[node:], self.value[node], out=soonest[node:])
        self.start = self._start(leave)

    def _start(self, leave: np.ndarray) -> np.int64:
        """The least cost from the line as it is at first."""
        group, seen, base, last_day = self.first
        if group is None:
            return leave[0]
        left = last_day - int(self.market.day[0])
        topped_up = [top_ups.value[0, left, seen] for top_ups in self.top_ups
                     if top_ups.base == base and left > 0]
        return min([self.value[0, group, seen], *topped_up])

    def _after(self, value: np.ndarray, node: int, rows) -> np.ndarray:
        """``value`` of where plans bought at ``node`` lead, for some rows and each set seen."""
        return value.take(self.leads[node, rows, None] + self.seen_after[rows])

    def purchases_from(self, node: int) -> np.ndarray:
        """Cost of buying each plan at ``node`` and going on from there, without its fee."""
        total = self._after(self.value, node, slice(None))
        if self.after_loose is not None:
            total[self.rows.loose] = self.after_loose[node]
        for top_ups in self.top_ups:
            total[top_ups.row] = np.minimum(total[top_ups.row], top_ups.after(node))
        total += self.cost[node][:, None]
        if self.tracked:
            total[self.barred] = NEVER
        return total

    def cents(self) -> int:
        """The least cost of the whole stay."""
        if self.start >= NEVER:
            raise DeadEnd
        return int(self.start // self.scale)

    # paths

    def best_path(self) -> list[Bought]:
        """Of all cheapest paths that with fewest providers, then first plan numbers.

        Walks forward over the purchases that keep the least cost, and takes new-customer prices
        only where nothing has been bought. Where paths meet, one is dropped if another has bought
        at no other providers and comes first.
        """
        intro = self.market.t["intro"]
        provider, end = self.market.line[0], self.market.end_node
        on_line = 0 if provider is None else 1 << provider
        n_ways = 0
        waiting: dict[int, dict[_State, _Ways]] = {0: {self.first: {on_line: ((), ())}}}
        for node in range(end):
            for state, ways in waiting.pop(node, {}).items():
                ways = _worth_going_on(ways)
                for step in self._best_steps(node, state):
                    n_ways += len(ways)
                    if n_ways > _MOST_WAYS:
                        raise TooIntricate
                    at = waiting.setdefault(step.node, {}).setdefault(step.state, {})
                    here, new_only = 1 << step.provider, intro[step.bought.plan]
                    for providers, (plans, path) in ways.items():
                        if new_only and providers & here:
                            continue
                        providers |= here
                        way = (*plans, step.bought.plan), (*path, step.bought)
                        at[providers] = min(at.get(providers, way), way)
        ended = [(providers.bit_count(), way) for ways in waiting[end].values()
                 for providers, way in ways.items()]
        return list(min(ended)[1][1])

    def plans_on_best_paths(self) -> np.ndarray:
        """Every plan that may be on a cheapest path, add-ons left out: their plans bring them."""
        waiting: dict[int, set[_State]] = {0: {self.first}}
        rows: set[int] = set()
        for node in range(self.market.end_node):
            for state in waiting.pop(node, ()):
                for step in self._best_steps(node, state, every=True):
                    rows.add(self.rows.row_of_plan[step.bought.plan])
                    waiting.setdefault(step.node, set()).add(step.state)
        row, price = self.rows.row_of_plan, self.market.price
        rows.discard(-1)
        on_path = np.isin(row, list(rows)) & (price == price[self.rows.plan[row]])
        return np.flatnonzero(on_path)

    def wrong_providers(self) -> dict[int, bool]:
        """The providers at which a cheapest path is not possible, or costs more in truth.

        Returns:
            for each whether it is for its add-ons.

        Raises:
            DeadEnd: there is no path at all.
        """
        if self.start >= NEVER:
            raise DeadEnd
        return self._wrong(self._walk(0, self.first))

    def within(self, bounds: _Bounds) -> np.ndarray:
        """The plans that may be on a path as cheap as one that is known to be possible.

        Known to be possible is a cheapest path up to its first wrong purchase, and what is always
        possible from there.
        """
        rows, t = self.rows, self.market.t
        at_most = NEVER
        for node, spent, _, wrong in self._walk(0, self.first):
            at_most = min(at_most, spent + bounds.after[node])
            if wrong:
                break
        plans = np.flatnonzero(rows.row_of_plan >= 0)
        if at_most >= NEVER:
            return plans
        fee = np.where(t["intro"][rows.plan], self.fee, 0)
        least = (bounds.before[:-1, None] + self.total + fee).min(axis=0)
        row = rows.row_of_plan[plans]
        price = np.where(t["by_use"], t["price"], self.market.price)
        above = price[plans] - price[rows.plan[row]]
        return plans[above <= (at_most - least[row]) // self.scale]

    def wrong_after(self, row: int) -> dict[int, bool]:
        """As :meth:`wrong_providers`, if the first purchase is that of a row."""
        return self._wrong(self._walk(0, self.first, self._step(0, row, self.first)))

    def _wrong(self, walk: Iterable[tuple[int, int, "_Step", bool]]) -> dict[int, bool]:
        found: dict[int, bool] = {}
        for _, _, step, wrong in walk:
            if wrong:
                found[step.provider] = step.loose or found.get(step.provider, False)
        return found

    def _walk(
        self, node: int, state: "_State", step: "_Step | None" = None
    ) -> Iterator[tuple[int, int, "_Step", bool]]:
        """Along a best path: node, what was spent before it, purchase, and whether that is wrong.

        Args:
            step: the first purchase; else the best one.
        """
        on = self.market.line[0]
        seen = {on}
        spent = 0
        while node < self.market.end_node:
            steps = [step] if step else self._best_steps(node, state)
            step = next((step for step in steps if not self._is_wrong(step, on, seen)), steps[0])
            yield node, spent, step, self._is_wrong(step, on, seen)
            spent += step.cost
            on, node, state = step.provider, step.node, step.state
            seen.add(on)
            step = None

    def _is_wrong(self, step: "_Step", on: int | None, seen: set[int]) -> bool:
        """Whether a line on a provider, with some seen, can not take the step at its cost."""
        t, plan = self.market.t, step.bought.plan
        return bool(
            step.loose
            or (t["intro"][plan] and step.provider in seen)
            or (step.provider != on and t["fee"][plan] * self.scale > step.fee)
        )

    def _best_steps(self, node: int, state: "_State", *, every: bool = False) -> list["_Step"]:
        """The purchases at ``node`` that keep the least cost; one per place where they lead.

        Args:
            every: also those that lead to the same place, and wherever loose add-ons may stop.
        """
        line, seen, base, last_day = state
        stay = self.purchases_from(node)[:, seen]
        total = stay + np.where(self.rows.group == line, 0, self.fee)
        options = [option for top_ups in self.top_ups if top_ups.base == base
                   for option in top_ups.steps(node, seen, last_day)]
        target = min([total.min(), *(cost for cost, _ in options)])
        steps = [step for cost, step in options if cost == target]
        for row in np.flatnonzero(total == target).tolist():
            step = self._step(node, row, state)
            steps += self._stops(step, node, target) if step.loose else [step]
        if every:
            return steps
        led: dict[tuple, _Step] = {}
        for step in sorted(steps, key=lambda step: step.bought.plan):
            led.setdefault((step.node, step.state), step)
        return list(led.values())

    def _step(self, node: int, row: int, state: "_State") -> "_Step":
        """Buying the plan of a row at ``node``."""
        market, rows, day = self.market, self.rows, int(self.market.day[node])
        plan, to, group = int(rows.plan[row]), int(self.next[node, row]), int(rows.group[row])
        last_day = int(market.last_day(plan, day))
        on_top = self._takes_addons(row) and last_day > market.day[to]
        moves = group != state.group
        return _Step(
            to,
            _State(group, int(self.seen_after[row, state.seen]),
                   plan if on_top else None, last_day if on_top else None),
            Bought(plan, day, market.n_days, moves),
            int(self.provider[row]),
            int(self.cost[node, row]) + (int(self.fee[row]) if moves else 0),
            int(self.fee[row]) if moves else 0,
            bool(rows.loose[row]),
        )

    def _stops(self, step: "_Step", node: int, target: int) -> Iterator["_Step"]:
        """A loose add-on may stop earlier: the steps to wherever that keeps the least cost."""
        row = self.rows.row_of_plan[step.bought.plan]
        values = self.value[node + 1:step.node + 1, step.state.group, step.state.seen]
        for to in np.flatnonzero(values + self.cost[node, row] == target).tolist():
            yield step._replace(node=node + 1 + to)


class _TopUps:
    """The least cost of going on with add-ons on top of one plan that has run out of data.

    ``value[node, left, seen]`` where ``left`` is the number of days to the plan's last.
    """

    def __init__(self, values: _Values, row: int, base: int):
        market = values.market
        # a proxy, since a cycle would keep the tables in memory for a while
        self.values, self.base, self.row = weakref.proxy(values), base, row
        self.provider, self.group = int(values.provider[row]), int(values.rows.group[row])
        length = int(market.t["validity"][base] * market.t["cycles"][base])
        self.length = min(length, market.n_days)
        self.value = np.full((market.end_node + 1, self.length + 1, values.n_seen), NEVER)
        self.days_left = np.arange(1, self.length + 1)
        self.left = values.days_without(row)
        self.reach = {addon: self._reach(addon) for addon in market.addons[base]}

    def _reach(self, addon: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each node and number of days left: next node, days left there, cost."""
        market, scale = self.values.market, self.values.scale
        start = market.day[:-1, None] + 0 * self.days_left
        last = np.minimum(start + self.days_left, market.n_days)
        end, charge = (
            found.reshape(start.shape)
            for found in market.serve(np.array([addon]), start.ravel(), last.ravel())
        )
        amount = market.t["price"][addon] + charge
        cost = (amount + market.tax(addon, amount)) * scale + 1
        cost = np.where(end > start, cost, NEVER)
        node = market.node[end]
        return node, np.maximum(last - market.day[node], 0), cost

    def fill(self, node: int) -> None:
        """Values of one node, once those of later nodes are there."""
        best = self.value[node, 1:]
        for nodes, left, cost in self.reach.values():
            after = np.minimum(
                self.values.value[nodes[node], self.group], self.value[nodes[node], left[node]])
            np.minimum(best, after + cost[node][:, None], out=best)

    def after(self, node: int) -> np.ndarray:
        """Cost of add-ons after the base plan, bought at ``node``, has run out."""
        after = self.values.next[node, self.row]
        return self.value[after, self.left[node], self.values.seen_after[self.row]]

    def steps(self, node: int, seen: int, last_day: int) -> list[tuple[int, "_Step"]]:
        """The add-ons that can be bought at ``node``: cost from there on, and where they lead."""
        market, values, day = self.values.market, self.values, int(self.values.market.day[node])
        left = last_day - day
        if left <= 0:
            return []
        found = []
        for addon, (nodes, lefts, costs) in self.reach.items():
            at = node, left - 1
            to = int(nodes[at])
            after = min(values.value[to, self.group, seen], self.value[to, lefts[at], seen])
            state = _State(self.group, seen, self.base, last_day)
            bought = Bought(addon, day, min(last_day, market.n_days), False)
            step = _Step(to, state, bought, self.provider, int(costs[at]), 0, False)
            found.append((int(costs[at] + after), step))
        return found


class _State(NamedTuple):
    """A line: its group of providers, the tracked ones seen, and the plan that takes add-ons."""

    group: int | None
    seen: int
    base: int | None
    last_day: int | None


class _Step(NamedTuple):
    """A purchase, where it leads, what it costs and how much of that is for the move."""

    node: int
    state: _State
    bought: Bought
    provider: int
    cost: int
    fee: int
    loose: bool


# The preferred way to a state for each set of providers bought at (as bits): plans and purchases.
# All ways to one state cost the same and have as many purchases.
_Ways = dict[int, tuple[tuple[int, ...], tuple[Bought, ...]]]


def _worth_going_on(ways: _Ways) -> _Ways:
    """The ways without those to which another is preferred that is at no other providers."""
    kept: _Ways = {}
    for providers in sorted(ways, key=int.bit_count):
        if not any(fewer & ~providers == 0 and way[0] <= ways[providers][0]
                   for fewer, way in kept.items()):
            kept[providers] = ways[providers]
    return kept


def furthest_node(market: Market) -> int:
    """The last node that any sequence of purchases gets to, where none gets to the end."""
    t = market.t
    offering = frozenset(t["provider_no"][t["intro"]].tolist())
    matters = np.isin(t["provider_no"], list(offering)) | np.isin(
        np.arange(len(t["price"])), list(market.addons))
    rows = np.where(matters, len(t["price"]) + np.arange(len(t["price"])), market.kind)
    main = np.flatnonzero(~t["addon"])
    main = main[np.unique(rows[main], return_index=True)[1]].tolist()
    line, *running = market.line
    waiting: dict[int, set[tuple]] = {0: {(offering & {line}, *running)}}
    node = 0
    while waiting:
        node = min(waiting)
        day, found = int(market.day[node]), set()
        ends = market.end[:, node]
        states = waiting.pop(node)
        if len(states) > _MOST_WAYS:
            raise TooIntricate
        for seen, base, last_day in states:
            for plan in main:
                mine = int(t["provider_no"][plan])
                if not (t["intro"][plan] and mine in seen):
                    on_top = (plan, int(market.last_day(plan, day)))
                    found.add((int(ends[market.reach[plan]]), seen | {mine} & offering,
                               *(on_top if plan in market.addons else (None, 0))))
            for addon in market.addons.get(base, ()) if last_day > day else ():
                end, _ = market.serve(np.array([addon]), np.array([day]), last_day)
                found.add((int(end[0, 0]), seen, base, last_day))
        for end, *state in found:
            if end > day:
                waiting.setdefault(int(market.node[end]), set()).add(tuple(state))
    return node
