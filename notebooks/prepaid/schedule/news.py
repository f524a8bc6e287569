"""How often new customers' prices can be had."""

from functools import cached_property

from prepaid.schedule.buying import Shop, State
from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS, HOURS, MONTHS, Plan


class News:
    """The prices for new customers on a stay."""

    def __init__(self, shop: Shop):
        self.shop = shop
        self._plans: dict[int, list[Plan]] = {}
        for _, plan in shop.market.main:
            if plan.new_only or plan.intro_uses:
                self._plans.setdefault(plan.provider, []).append(plan)

    def times(self, provider: int, state: State) -> int:
        """How often at most the new customers' price of a provider can still be had from a state;
        no purchase adds to it."""
        if not state.gone & self.shop.market.bit.get(provider, 0):
            return max((self._uses[plan.number] for plan in self._plans.get(provider, ())),
                       default=0)
        row = state.row and self.shop.plan(state.row[0])
        if not row or row.provider != provider:
            return 0
        return self._uses[row.number] - state.row[1]

    @cached_property
    def _uses(self) -> dict[int, int]:
        """How often the new customer's price of a plan can be had at most, by its number."""
        found = {}
        for plan in (plan for plans in self._plans.values() for plan in plans):
            found[plan.number] = max(plan.intro_uses, 1)
            if plan.blocks:  # what is bought while it sells nothing would end the row
                found[plan.number] = _in_a_row(self.shop.stay, plan, found[plan.number])
        return found


def _in_a_row(stay: Stay, plan: Plan, most: int) -> int:
    """How often a plan can be bought in a row at most, each time when the former one has ended and
    has not run out before."""
    if plan.daily or plan.unit == HOURS:
        return most
    cum, days = stay.cum, plan.length * plan.cycles * (28 if plan.unit == MONTHS else 1)
    allowance, times = min(plan.allowance * plan.cycles, ENDLESS), 1
    while times < most:  # the first may have little to serve on its first day
        span, enough = times * days, times * allowance
        if not any(cum[day + span] - cum[day + 1] < enough for day in range(stay.days - span)):
            break
        times += 1
    return times
