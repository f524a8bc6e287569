"""What can be bought where a schedule has got to, and where each purchase leads.

A state is a point of the stay and what the purchases before it leave behind: the provider of the
line, new customers' prices that are gone, providers that sell nothing yet, a plan on top of which
add-ons can be bought, cycles that are paid for.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prepaid.schedule.line import Line, run_on
from prepaid.schedule.market import Market
from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS, Plan


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
    provider: int = -1
    gone: int = 0
    blocked: tuple[tuple[int, int], ...] = ()
    row: tuple[int, int] | None = None
    base: tuple[int, int, int] | None = None
    paid: int = 0


class Bought(NamedTuple):
    """One purchase of a path.

    Attributes:
        plan, point: what is bought, and where.
        end: where what it serves itself ends.
        price: cents asked, without charges by use.
        moves: whether it is a move.
        weight: what it adds to the weight of a schedule.
        resumed: paid cycles that serve after it: for each the point at which that plan was bought
            (-1: it ran already), and from where to where it serves.
    """

    plan: Plan
    point: int
    end: int
    price: int
    moves: bool
    weight: int
    resumed: tuple[tuple[int, int, int], ...] = ()


class _Course:
    """How a line goes on in a stay, apart from what is bought."""

    def __init__(self, market: Market, stay: Stay, line: Line | None = None):
        self.market, self.stay, self.line = market, stay, line

    def plan(self, number: int) -> Plan:
        """A plan that may be bought, or runs already."""
        line = self.line
        if line is not None and line.plan.number == number:
            return line.plan
        return self.market.plans[number]

    def begin(self) -> State:
        """The state in which a schedule begins."""
        line = self.line
        if line is None:
            return self._settled(State(0))
        return self._settled(State(
            line.point, line.provider, self.market.bit.get(line.provider, 0), line.blocked, None,
            line.topped_up(line.cycle), line.followed(line.cycle)))

    def counted_from(self, state: State) -> int:
        """The point from which the cost to come counts: the end of all that is paid."""
        return self.line.ends[-1] if state.paid else state.point

    def topped_up(self, state: State) -> Iterator[tuple[int, int]]:
        """Weights of ever more add-ons on top of the base, and how far at most they get."""
        if state.base is None:
            return
        number, begun, cycle = state.base
        base = self.plan(number)
        cycles = len(self.line.ends) if begun < 0 else base.cycles
        end = (self.line.ends[-1] if begun < 0
               else self.stay.cycle_end(base, begun, base.cycles))
        more = ENDLESS if base.daily else base.allowance
        for due, mb, days in self.market.on_top.get(number, ()):
            served = min(mb, self.stay.most_in(days)) + more * (cycles - cycle)
            yield due, min(state.point + served, end)

    def _served(self, plan: Plan, point: int) -> Iterator[tuple[int, int]]:
        """Where a plan bought at a point stops, and the cycle whose data ran out there or 0."""
        end, cycle = self.stay.serve(plan, point)
        if end > point:
            yield end, cycle
        if plan.by_use:
            for early in self.stay.ends_of_days(point, end):
                yield early, 0

    def _one(self, plan: Plan, point: int, end: int, price: int, moves: bool) -> Bought:
        """A purchase with its weight."""
        amount = price + plan.charge(end - point) if plan.by_use else price
        weight = self.market.weight(plan, amount, moves)
        if not plan.addon and (plan.new_only or price < plan.price):
            weight += self.market.offer
        return Bought(plan, point, end, price, moves, weight)

    def _come_back(self, one: Bought, after: State) -> tuple[Bought, State]:
        """A purchase and the state after it; where a paid cycle begins, the line goes on by it."""
        line = self.line
        if after.point < line.ends[after.paid - 1]:
            return one, self._settled(after)
        end, cycle = run_on(self.stay, line.plan, line.ends, after.paid + 1)
        resumed = (*one.resumed, (-1, after.point, end))
        return one._replace(resumed=resumed), self._settled(after._replace(
            point=end, provider=line.provider, base=line.topped_up(cycle),
            paid=line.followed(cycle)))

    def _settled(self, state: State) -> State:
        """The same state without what no longer matters."""
        if state.point >= self.stay.end:
            return State(self.stay.end)
        if state.blocked:
            blocked = tuple(sorted(one for one in state.blocked if one[1] > state.point))
            state = state._replace(blocked=blocked)
        if state.base is not None and state.base[0] not in self.market.addons:
            state = state._replace(base=None)
        return state


class Shop(_Course):
    """What can be bought on a stay."""

    def purchases(
        self, state: State, rows: Iterable[int] | None = None
    ) -> Iterator[tuple[Bought, State]]:
        """Every purchase that the rule allows in a state, and the state after it.

        Args:
            rows: the numbers of the plans to look at, all by default; add-ons always are.
        """
        blocked, bit, main = dict(state.blocked), self.market.bit, self.market.main
        for plan in main.values() if rows is None else map(main.__getitem__, rows):
            if plan.provider in blocked:
                continue
            price, new = plan.price, False
            if plan.intro_uses or plan.new_only:
                fresh = not state.gone & bit[plan.provider]
                if plan.new_only and not fresh:
                    continue
                new = fresh or (state.row is not None and state.row[0] == plan.number)
                if new and plan.intro_uses:
                    price = plan.intro_price
            for end, cycle in self._served(plan, state.point):
                one = self._one(plan, state.point, end, price, plan.provider != state.provider)
                yield from self._bought(state, one, cycle, new)
        if state.base is not None:
            yield from self._addon_purchases(state)

    def _bought(
        self, state: State, one: Bought, cycle: int, new: bool
    ) -> Iterator[tuple[Bought, State]]:
        """What follows a purchase of a plan whose data runs out in ``cycle``, 0 for none."""
        plan, point, blocked, row, base = one.plan, state.point, state.blocked, None, None
        if plan.blocks:
            until = self.stay.cycle_end(plan, point, plan.cycles)
            blocked = (*blocked, (plan.provider, until))
        if new and plan.intro_uses > 1:
            times = state.row[1] + 1 if state.row and state.row[0] == plan.number else 1
            row = (plan.number, times) if times < plan.intro_uses else None
        if cycle and plan.number in self.market.addons:
            base = plan.number, point, cycle
        gone = state.gone | self.market.bit.get(plan.provider, 0)
        after = State(one.end, plan.provider, gone, blocked, row, base)
        if not state.paid:
            yield one, self._settled(after)
            return
        stop = self.line.ends[state.paid - 1]
        if one.end >= stop:  # the paid rest is given up
            yield one, self._settled(after)
        bridge = self._one(plan, point, min(one.end, stop), one.price, one.moves)
        yield self._come_back(bridge, after._replace(point=bridge.end, paid=state.paid))

    def _addon_purchases(self, state: State) -> Iterator[tuple[Bought, State]]:
        """The add-ons on top of the base, which last until its cycle ends at most."""
        (number, begun, cycle), point = state.base, state.point
        base = self.plan(number)
        stop = (self.line.ends[cycle - 1] if begun < 0
                else self.stay.cycle_end(base, begun, cycle))
        for plan in self.market.addons.get(number, ()):
            for served in {min(end, stop) for end, _ in self._served(plan, point)}:
                one = self._one(plan, point, served, plan.price, False)
                end, again = served, state.base
                if served == stop:
                    end, again = self._next_cycle(base, begun, cycle, stop)
                    if end > served:
                        one = one._replace(resumed=((begun, served, end),))
                after = state._replace(point=end, row=None, base=again)
                if not state.paid:
                    yield one, self._settled(after)
                    continue
                line_stop = self.line.ends[state.paid - 1]
                if end >= line_stop and begun >= 0:  # the paid rest is given up
                    yield one, self._settled(after._replace(paid=0))
                if end > line_stop:
                    one = self._one(plan, point, min(served, line_stop), plan.price, False)
                    if served < line_stop:
                        one = one._replace(resumed=((begun, served, line_stop),))
                    after = after._replace(point=line_stop)
                yield self._come_back(one, after)

    def _next_cycle(
        self, base: Plan, begun: int, cycle: int, point: int
    ) -> tuple[int, tuple[int, int, int] | None]:
        """Where the cycles after one that ends at a point stop, and the base that they are there.
        """
        if begun < 0 or cycle == base.cycles:
            return point, None
        end, out = self.stay.serve(base, begun, cycle + 1, point)
        return end, (base.number, begun, out) if out else None
