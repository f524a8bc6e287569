"""The cheapest sequence of purchases: the best way first, by what it costs and must still cost.

States (see :mod:`prepaid.schedule.buying`) are taken up in the order of cost so far plus the bound
from :mod:`prepaid.schedule.bound`, so the first that reaches the end is the cheapest; ties are
settled by the rest of the order.
"""

from collections.abc import Iterator
from functools import cached_property
from heapq import heappop, heappush
from itertools import chain
from math import inf

from prepaid.schedule.bound import Bound, Limit, Step, cycles_begun
from prepaid.schedule.buying import Bought, Market, Shop, State
from prepaid.schedule.terms import ENDLESS, HOURS, Plan, weight


class Search:
    """One stay, the plans that may be bought, and what is known of the cost to come."""

    def __init__(self, shop: Shop, bound: Bound):
        self.shop, self.stay, self.bound = shop, shop.stay, bound
        self._new: dict[int, list[Plan]] = {}  # plans of a provider with new customers' prices
        self._blocking: dict[int, list[Plan]] = {}  # plans of a provider that sells one at a time
        self._in_a_row: dict[tuple[int, int], int] = {}
        for _, plan in shop.market.main:
            if plan.new_only or plan.intro_uses:
                self._new.setdefault(plan.provider, []).append(plan)
            if plan.blocks:
                self._blocking.setdefault(plan.provider, []).append(plan)

    def cheapest(self, most: float = inf, first: int | None = None) -> list[Bought] | None:
        """The purchases of the best schedule; ``None`` where there is none.

        Args:
            most: a weight that it must not exceed.
            first: the number of the plan that has to be bought first.
        """
        begin = self.shop.begin()
        least = self.least(begin)
        if least == inf:
            return None
        came: dict[State, tuple[State, Bought] | None] = {begin: None}
        best = {begin: (0, (), ())}
        heap, order, beaten = [(least, (), (), 0, begin)], 0, TakenUp(self.shop.market)
        while heap:
            _, ids, ends, _, state = heappop(heap)
            spent, *known = best[state]
            if known != [ids, ends]:
                continue
            if state.point >= self.stay.end:
                return _path(came, state)
            if beaten.is_no_better(state, spent):
                continue
            for one, after in self._purchases(state, spent, most):
                if first is not None and state is begin and one.plan.number != first:
                    continue
                due = spent + one.weight
                least = self.least(after)
                if due + least > most or least == inf:
                    continue
                rank = due, (*ids, one.plan.number), (*ends, -one.end)
                if after in best and best[after] <= rank:
                    continue
                best[after], came[after] = rank, (state, one)
                order += 1
                heappush(heap, (due + least, *rank[1:], order, after))
        return None

    def firsts(self) -> Iterator[tuple[int, int]]:
        """The plans that can be bought first, and the weight below which no schedule is that does.
        """
        for one, after in self._purchases(self.shop.begin(), 0, inf):
            least = self.least(after)
            if least < inf:
                yield one.plan.number, one.weight + least

    def _purchases(self, state: State, spent: int, most: float) -> Iterator[tuple[Bought, State]]:
        """The purchases that can be part of a schedule of at most so much weight."""
        back, least = self.given_back(state), self.bound.least
        return self.shop.purchases(state, most - spent, lambda end: least(end, back))

    def least(self, state: State) -> float:
        """The weight below which the end is not reached from a state."""
        if state.point >= self.stay.end:
            return 0
        return self.bound.least(self.shop.counted_from(state), self.given_back(state))

    def given_back(self, state: State) -> int:
        """The tolls of all that can still be had from a state, as a weight."""
        return weight(sum(
            toll * self.times(limit, state) for limit, toll in self.bound.tolls.items()))

    def moving(self) -> set[Limit]:
        """The limits whose steps can be had only by a move: a new customer's price that is asked
        once; and where nothing lasts as long as the provider sells nothing else."""
        found = {("new", provider) for provider, plans in self._new.items()
                 if all(self._uses[plan.number] == 1 for plan in plans)}
        others = {plan.provider for _, plan in self.shop.market.main
                  if not plan.blocks or not self._runs_out(plan)}
        if self.shop.line is not None:
            others.add(self.shop.line.provider)
        return found | {("seller", provider) for provider in self._blocking.keys() - others}

    def _runs_out(self, plan: Plan) -> bool:
        """Whether what a plan serves always ends before its days do, or with the stay."""
        if plan.number in self.shop.market.addons:  # they may last until nothing is blocked
            return False
        paid = min(plan.allowance * plan.cycles, ENDLESS)
        twice = Step(0, paid, plan.daily, plan.unit, plan.length * plan.cycles, 2)
        return not plan.daily and plan.unit != HOURS and cycles_begun(self.stay, twice) == 1

    def times(self, limit: Limit, state: State) -> int:
        """How often at most what is limited can still be had from a state; no purchase adds to it.
        """
        name, provider = limit
        if name == "new":
            if not state.gone & self.shop.market.bit.get(provider, 0):
                return max((self._uses[plan.number] for plan in self._new.get(provider, ())),
                           default=0)
            row = state.row and self.shop.plan(state.row[0])
            if not row or row.provider != provider:
                return 0
            return self._uses[row.number] - state.row[1]
        until = max([point for one, point in state.blocked if one == provider] + [state.point])
        return self._blocks(provider, self.stay.day(until))

    @cached_property
    def _uses(self) -> dict[int, int]:
        """How often the new customer's price of a plan can be had at most, by its number."""
        found = {}
        for plan in chain.from_iterable(self._new.values()):
            found[plan.number] = max(plan.intro_uses, 1)
            if plan.blocks:  # what is bought while it sells nothing would end the row
                found[plan.number] = cycles_begun(self.stay, Step(
                    0, min(plan.allowance * plan.cycles, ENDLESS), plan.daily, plan.unit,
                    plan.length * plan.cycles, found[plan.number]))
        return found

    def _blocks(self, provider: int, day: int) -> int:
        """How many plans of a provider that sells one at a time can be bought from a day on."""
        if day >= self.stay.days:
            return 0
        if (provider, day) not in self._in_a_row:
            ends = [self.stay.last_day(plan, day, plan.cycles)
                    for plan in self._blocking.get(provider, ())]
            self._in_a_row[provider, day] = 1 + self._blocks(provider, min(ends)) if ends else 0
        return self._in_a_row[provider, day]


class TakenUp:
    """The states from which the search has gone on."""

    def __init__(self, market: Market):
        self._known: dict[tuple, list[tuple[int, State]]] = {}
        self._worst_move: dict[int, int] = {}
        self._dearer_new = 0  # where a new customer pays more
        for _, plan in market.main:
            move = market.weight(plan, plan.price, True) - market.weight(plan, plan.price, False)
            self._worst_move[plan.provider] = max(move, self._worst_move.get(plan.provider, 0))
            if plan.intro_uses and plan.intro_price > plan.price:
                self._dearer_new |= market.bit[plan.provider]

    def is_no_better(self, state: State, spent: int) -> bool:
        """Whether a state is one of a known one, at the same point, that has cost less, even with a
        move to the same provider, and from which all can be bought that can be from this one. Else
        it is known from now on.
        """
        known = self._known.setdefault((state.point, state.row, state.base, state.paid), [])
        until, move = dict(state.blocked), self._worst_move.get(state.provider, 0)
        for cost, other in known:
            if cost + (move if other.provider != state.provider else 0) < spent and (
                    not other.gone & ~state.gone) and (
                    not (other.gone ^ state.gone) & self._dearer_new) and all(
                    until.get(provider, 0) >= point for provider, point in other.blocked):
                return True
        known.append((spent, state))
        return False


def _path(came: dict[State, tuple[State, Bought] | None], state: State) -> list[Bought]:
    path = []
    while came[state] is not None:
        state, one = came[state]
        path.append(one)
    return path[::-1]
