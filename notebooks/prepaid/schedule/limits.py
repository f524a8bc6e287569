"""How often at most what is limited can be had: new customers' prices, plans that block others."""

from functools import cached_property
from itertools import chain

from prepaid.schedule.bound import Limit, Step, cycles_begun, runs_out
from prepaid.schedule.buying import Shop, State
from prepaid.schedule.terms import ENDLESS, Plan
from prepaid.schedule.weights import weight


class Limits:
    """The limits of what can be bought on a stay."""

    def __init__(self, shop: Shop):
        self.shop = shop
        self._new: dict[int, list[Plan]] = {}  # plans of a provider with new customers' prices
        self._blocking: dict[int, list[Plan]] = {}  # plans of a provider that sells one at a time
        self._in_a_row: dict[tuple[int, int], int] = {}
        for _, plan in shop.market.main:
            if plan.new_only or plan.intro_uses:
                self._new.setdefault(plan.provider, []).append(plan)
            if plan.blocks:
                self._blocking.setdefault(plan.provider, []).append(plan)

    def given_back(self, state: State, tolls: dict[Limit, int]) -> int:
        """The tolls of all that can still be had from a state, as a weight."""
        return weight(sum(toll * self.times(limit, state) for limit, toll in tolls.items()))

    def moved(self, state: State, visited: dict[int, int]) -> int:
        """The weight of the move that has been made for the visit that goes on in a state."""
        move = visited.get(state.provider, 0)
        return 0 if move and any(one == state.provider for one, _ in state.blocked) else move

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

    def visited(self) -> set[int]:
        """The providers at which a plan that runs out while they sell nothing else ends a visit:
        not where add-ons may last until they do."""
        on_top = {plan.provider for _, plan in self.shop.market.main
                  if plan.number in self.shop.market.addons}
        if self.shop.line is not None:
            on_top.add(self.shop.line.provider)
        return self._blocking.keys() - on_top

    def _runs_out(self, plan: Plan) -> bool:
        """Whether what a plan serves always ends before its days do, or with the stay."""
        if plan.number in self.shop.market.addons:  # they may last until nothing is blocked
            return False
        return runs_out(self.shop.stay, Step(
            0, plan.allowance, plan.daily, plan.unit, plan.length, plan.cycles))

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
        return self._blocks(provider, self.shop.stay.day(until))

    @cached_property
    def _uses(self) -> dict[int, int]:
        """How often the new customer's price of a plan can be had at most, by its number."""
        found = {}
        for plan in chain.from_iterable(self._new.values()):
            found[plan.number] = max(plan.intro_uses, 1)
            if plan.blocks:  # what is bought while it sells nothing would end the row
                found[plan.number] = cycles_begun(self.shop.stay, Step(
                    0, min(plan.allowance * plan.cycles, ENDLESS), plan.daily, plan.unit,
                    plan.length * plan.cycles, found[plan.number]))
        return found

    def _blocks(self, provider: int, day: int) -> int:
        """How many plans of a provider that sells one at a time can be bought from a day on."""
        if day >= self.shop.stay.days:
            return 0
        if (provider, day) not in self._in_a_row:
            ends = [self.shop.stay.last_day(plan, day, plan.cycles)
                    for plan in self._blocking.get(provider, ())]
            self._in_a_row[provider, day] = 1 + self._blocks(provider, min(ends)) if ends else 0
        return self._in_a_row[provider, day]
