"""The cheapest sequence of purchases: the best way first, by what it costs and must still cost.

A state is a point of the stay and what the purchases before it leave behind: the provider of the
line, new customers' prices that are gone, providers that sell nothing yet, a plan on top of which
add-ons can be bought. From a state each plan that can be had leads to another. The states are
taken up in the order of cost so far plus the bound from :mod:`prepaid.schedule.bound`, so the
first that reaches the end is the cheapest; ties are settled by the rest of the order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

from prepaid.schedule.bound import Bound, Limit, Step, cycles_begun
from prepaid.schedule.points import Stay
from prepaid.schedule.steps import Prices
from prepaid.schedule.terms import DAYS, ENDLESS, HOURS, MONTHS, Plan, cents_of, weight


class Impatient(Exception):
    """The search was told to stop early."""


class State(NamedTuple):
    """Where a schedule has got to.

    Attributes:
        point: MB served so far.
        provider: of the line; -1 while there is none.
        gone: bits of the providers where the traveller is no longer new.
        blocked: providers that sell nothing until a point, with that point, in order.
        row: number of the plan whose new customer's price goes on, and how often it was paid.
        base: the plan that add-ons can top up: its number, the point at which it was bought (-1:
            it ran already) and its cycle; ``None`` where its data or no data is left to top up.
        paid: the cycle of the running line after which the next paid one begins; 0 for none.
    """

    point: int
    provider: int
    gone: int
    blocked: tuple[tuple[int, int], ...]
    row: tuple[int, int] | None
    base: tuple[int, int, int] | None
    paid: int


class Bought(NamedTuple):
    """One purchase of a path: the plan, its point, the end of what it serves itself, the price
    asked, whether it is a move, and from where to where a paid cycle serves after it."""

    plan: Plan
    point: int
    end: int
    price: int
    moves: bool
    resumed: tuple[int, int, int] | None

    def weight(self, prices: Prices) -> int:
        """What it adds to the weight of a schedule."""
        plan = self.plan
        amount = self.price + plan.charge(self.end - self.point)
        cents = amount + plan.fees(amount, self.moves) + plan.tax(amount, prices.tax_rate)
        cents += prices.per_purchase + (prices.per_move if self.moves else 0)
        return weight(cents, 1, self.moves, 0 if plan.taxed else amount)


@dataclass(frozen=True)
class Line:
    """A line that runs already, in numbers of the search.

    Attributes:
        plan: what it runs on.
        ends: the points at which the running cycle and the paid ones after it end by their days.
        left: MB left in the running cycle.
        state: where the running plan leaves the traveller.
    """

    plan: Plan
    ends: tuple[int, ...]
    left: int
    state: State


class Search:
    """One stay, the plans that may be bought, and what is known of the cost to come."""

    def __init__(
        self, stay: Stay, plans: Sequence[Plan], bound: Bound, prices: Prices,
        line: Line | None = None,
    ):
        self.stay, self.bound, self.prices, self.line = stay, bound, prices, line
        self._by_number = {plan.number: plan for plan in plans}
        if line is not None:
            self._by_number[line.plan.number] = line.plan
        self._main = [plan for plan in plans if not plan.addon]
        self._addons: dict[int, list[Plan]] = {}
        for plan in plans:
            for base in plan.bases:
                self._addons.setdefault(base, []).append(plan)
        news = sorted({plan.provider for plan in self._main if plan.new_only or plan.intro_uses})
        self._bit = {provider: 1 << place for place, provider in enumerate(news)}
        self._new_uses: dict[int, int] = {}
        self._spans: dict[int, tuple[int, int]] = {}
        for plan in self._main:
            if plan.new_only or plan.intro_uses:
                uses = max(plan.intro_uses, 1)
                if plan.blocks:  # what is bought while it sells nothing would end the row
                    uses = cycles_begun(stay, Step(
                        0, plan.allowance, plan.daily, plan.unit, plan.length * plan.cycles, uses))
                self._new_uses[plan.provider] = max(uses, self._new_uses.get(plan.provider, 1))
            if plan.blocks:
                days = plan.length * plan.cycles * (28 if plan.unit == MONTHS else 1)
                known = self._spans.get(plan.provider, (days, 0))
                self._spans[plan.provider] = min(days, known[0]), known[1] | (plan.unit == HOURS)

    def cheapest(
        self, most: int | None = None, first: int | None = None, patience: int | None = None
    ) -> list[Bought] | None:
        """The purchases of the best schedule; ``None`` where there is none.

        Args:
            most: a weight that it is known not to exceed.
            first: the number of the plan that has to be bought first.
            patience: how many states to take up.

        Raises:
            Impatient: the end is not reached after so many.
        """
        begin = self.begin()
        least = self._least(begin)
        if least is None:
            return None
        came: dict[State, tuple[State, Bought] | None] = {begin: None}
        best = {begin: (0, (), ())}
        heap, order = [(least, (), (), 0, begin)], 0
        while heap:
            _, ids, ends, _, state = heappop(heap)
            spent, *known = best[state]
            if known != [ids, ends]:
                continue
            if state.point >= self.stay.end:
                return _path(came, state)
            if patience is not None:
                if not patience:
                    raise Impatient
                patience -= 1
            for one, after in self._purchases(state):
                if first is not None and state is begin and one.plan.number != first:
                    continue
                due = spent + one.weight(self.prices)
                least = self._least(after)
                if least is None or (most is not None and due + least > most):
                    continue
                rank = due, (*ids, one.plan.number), (*ends, -one.end)
                if after in best and best[after] <= rank:
                    continue
                best[after], came[after] = rank, (state, one)
                order += 1
                heappush(heap, (due + least, *rank[1:], order, after))
        return None

    def dive(self, first: int | None = None) -> int | None:
        """The weight of some schedule, a good one; ``None`` where none is found at once."""
        state, spent = self.begin(), 0
        while state.point < self.stay.end:
            ways = []
            for one, after in self._purchases(state):
                least = self.bound.guess(self._counted_from(after))
                if least is not None and first in (None, one.plan.number):
                    due = one.weight(self.prices)
                    ways.append((due + least, -after.point, len(ways), due, after))
            if not ways:
                return None
            *_, due, state = min(ways)
            spent, first = spent + due, None
        return spent

    def firsts(self) -> Iterator[tuple[int, int]]:
        """The plans that can be bought first, and cents below which no schedule is that does."""
        for one, after in self._purchases(self.begin()):
            least = self._least(after)
            if least is not None:
                yield one.plan.number, cents_of(one.weight(self.prices) + least)

    def begin(self) -> State:
        """The state in which a schedule begins."""
        if self.line is None:
            return self._settled(State(0, -1, 0, (), None, None, 0))
        state = self.line.state
        return self._settled(state._replace(gone=self._bit.get(state.provider, 0)))

    # ------------------------------------------------------------------------- what can be bought

    def _purchases(self, state: State) -> Iterator[tuple[Bought, State]]:
        """Every purchase that the rule allows in a state, and the state after it."""
        stay, point, blocked = self.stay, state.point, dict(state.blocked)
        cum, last = stay.cum, stay.days
        day = stay.day(point)
        for plan in self._main:
            if plan.provider in blocked:
                continue
            fresh = not state.gone & self._bit.get(plan.provider, 0)
            price, new = plan.price, False
            if plan.intro_uses or plan.new_only:
                going_on = state.row is not None and state.row[0] == plan.number
                new = fresh or (going_on and not plan.new_only)
                if plan.new_only and not fresh:
                    continue
                if new and plan.intro_uses:
                    price = plan.intro_price
            if plan.unit == DAYS and plan.cycles == 1 and not plan.daily and not plan.by_use:
                end, out = cum[min(day + plan.length, last)], point + plan.allowance
                served = ((out, 1) if out < end else (end, 0),)
            else:
                served = self._served(plan, point)
            moves = plan.provider != state.provider
            for end, cycle in served:
                yield from self._bought(state, plan, end, cycle, price, moves, new)
        if state.base is not None:
            yield from self._addon_purchases(state)

    def _served(self, plan: Plan, point: int) -> Iterator[tuple[int, int]]:
        """Where a plan bought at a point stops, and the cycle whose data ran out there or 0."""
        end, cycle = self.stay.serve(plan, point)
        if end > point:
            yield end, cycle
        if plan.by_use:
            for early in self.stay.ends_of_days(point, end):
                yield early, 0

    def _bought(self, state: State, plan: Plan, end: int, cycle: int, price: int, moves: bool,
                new: bool) -> Iterator[tuple[Bought, State]]:
        point, blocked = state.point, state.blocked
        if end <= point:
            return
        if plan.blocks:
            until = self.stay.cycle_end(plan, point, plan.cycles)
            blocked = (*(one for one in blocked if one[0] != plan.provider), (plan.provider, until))
        row = None
        if new and plan.intro_uses > 1:
            times = state.row[1] + 1 if state.row and state.row[0] == plan.number else 1
            row = (plan.number, times) if times < plan.intro_uses else None
        base = (plan.number, point, cycle) if cycle and plan.number in self._addons else None
        gone = state.gone | self._bit.get(plan.provider, 0)
        after = State(end, plan.provider, gone, blocked, row, base, 0)
        if not state.paid:
            yield Bought(plan, point, end, price, moves, None), self._settled(after)
            return
        stop = self.line.ends[state.paid - 1]
        bridge = min(end, stop)
        yield self._come_back(
            Bought(plan, point, bridge, price, moves, None),
            after._replace(point=bridge, paid=state.paid))
        if end >= stop:  # or the paid rest is given up
            yield Bought(plan, point, end, price, moves, None), self._settled(after)

    def _addon_purchases(self, state: State) -> Iterator[tuple[Bought, State]]:
        number, begun, cycle = state.base
        base, point = self._by_number[number], state.point
        stop = (self.line.ends[cycle - 1] if begun < 0
                else self.stay.cycle_end(base, begun, cycle))
        if state.paid:
            stop = min(stop, self.line.ends[state.paid - 1])
        for plan in self._addons.get(number, ()):
            for served in {min(end, stop) for end, _ in self._served(plan, point)}:
                one = Bought(plan, point, served, plan.price, False, None)
                after = state._replace(point=served, row=None)
                if served < stop or state.paid:
                    yield self._come_back(one, after)
                    continue
                end, out = served, 0
                if begun >= 0 and cycle < base.cycles:
                    end, out = self.stay.serve(base, begun, cycle + 1, served)
                    if end > served:
                        one = one._replace(resumed=(begun, served, end))
                again = (number, begun, out) if out else None
                yield one, self._settled(after._replace(point=end, base=again))

    def _come_back(self, one: Bought, after: State) -> tuple[Bought, State]:
        """A purchase and the state after it; where a paid cycle begins, the line goes on by it."""
        if not after.paid or after.point < self.line.ends[after.paid - 1]:
            return one, self._settled(after)
        end, cycle = run_on(self.stay, self.line.plan, self.line.ends, after.paid + 1)
        base = (self.line.plan.number, -1, cycle) if cycle else None
        paid = cycle if cycle and cycle < len(self.line.ends) else 0
        return one._replace(resumed=(-1, after.point, end)), self._settled(
            after._replace(point=end, provider=self.line.state.provider, base=base, paid=paid,
                           row=None))

    def _settled(self, state: State) -> State:
        """The same state without what no longer matters."""
        if state.point >= self.stay.end:
            return State(self.stay.end, -1, 0, (), None, None, 0)
        if state.blocked:
            blocked = tuple(sorted(one for one in state.blocked if one[1] > state.point))
            state = state._replace(blocked=blocked)
        if state.base is not None and state.base[0] not in self._addons:
            state = state._replace(base=None)
        return state

    # -------------------------------------------------------------------------- what is to come

    def _least(self, state: State) -> int | None:
        """The weight below which the end is not reached from a state."""
        if state.point >= self.stay.end:
            return 0
        given_back = 0
        for limit, toll in self.bound.tolls.items():
            given_back += toll * self.times(limit, state)
        return self.bound.least(self._counted_from(state), given_back)

    def _counted_from(self, state: State) -> int:
        """The point from which the cost to come counts: the end of all that is paid."""
        if state.paid:
            return self.line.ends[-1]
        if state.base is not None and state.base[1] >= 0:
            base = self._by_number[state.base[0]]
            if base.cycles > state.base[2]:
                return self.stay.cycle_end(base, state.base[1], base.cycles)
        return state.point

    def moving(self) -> set[Limit]:
        """The limits whose steps can be had only by a move: a new customer's price that is asked
        once; and where nothing lasts as long as the provider sells nothing else."""
        here = None if self.line is None else self.line.state.provider
        found = {("new", provider) for provider, uses in self._new_uses.items() if uses == 1}
        for provider in self._spans:
            mine = [plan for plan in self._main if plan.provider == provider]
            if provider != here and all(plan.blocks and self._runs_out(plan) for plan in mine):
                found.add(("seller", provider))
        return found

    def _runs_out(self, plan: Plan) -> bool:
        """Whether what a plan serves always ends before its days do, or with the stay."""
        if plan.number in self._addons:  # they may last until nothing is blocked any more
            return False
        paid = min(plan.allowance * plan.cycles, ENDLESS)
        twice = Step(0, paid, plan.daily, plan.unit, plan.length * plan.cycles, 2)
        return not plan.daily and plan.unit != HOURS and cycles_begun(self.stay, twice) == 1

    def times(self, limit: Limit, state: State) -> int:
        """How often at most what is limited can still be had from a state."""
        name, provider = limit
        if name == "new":
            if not state.gone & self._bit.get(provider, 0):
                return self._new_uses.get(provider, 0)
            row = state.row and self._by_number[state.row[0]]
            return row.intro_uses - state.row[1] if row and row.provider == provider else 0
        until = max([point for one, point in state.blocked if one == provider] + [state.point])
        if until >= self.stay.end:
            return 0
        days, slack = self._spans.get(provider, (1, 0))
        return (self.stay.days - 1 - self.stay.day(until)) // days + 1 + slack


def run_on(stay: Stay, plan: Plan, ends: Sequence[int], cycle: int) -> tuple[int, int]:
    """How far the paid cycles of a running plan get from the beginning of ``cycle``, from 1; and
    the cycle whose data runs out there, or 0."""
    begin = ends[cycle - 2]
    for number in range(cycle, len(ends) + 1):
        out = stay.data_end(plan, begin) if begin < stay.end else begin
        if out < ends[number - 1]:
            return out, number
        begin = ends[number - 1]
    return begin, 0


def _path(came: dict[State, tuple[State, Bought] | None], state: State) -> list[Bought]:
    path = []
    while came[state] is not None:
        state, one = came[state]
        path.append(one)
    return path[::-1]
