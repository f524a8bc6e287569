"""The plans that may be bought, whatever the stay."""

from collections.abc import Sequence

from prepaid.schedule.steps import Prices
from prepaid.schedule.terms import Plan
from prepaid.schedule.topping import TopUp, at_most, top_ups
from prepaid.schedule.weights import weight


class Market:
    """The plans that may be bought, whatever the stay.

    Attributes:
        prices: what the traveller says of money.
        plans: by their numbers.
        main: those that serve something and are no add-ons, by their numbers.
        addons: for each base the add-ons on top of it.
        on_top: for each base the least weights of ever more on top of it, with the MB that it holds
            and the days on which it serves, at most.
        bit: for each provider with prices for new customers a bit.
        worst_move: for each provider the most that a move there can weigh.
        dearer_new: bits of the providers where a new customer may pay more than others.
        offer: the weight of a purchase at a price that only new customers have.
    """

    def __init__(self, plans: Sequence[Plan], prices: Prices):
        self.prices, self._weights = prices, {}
        self.offer = weight(0, offers=int(prices.regular))
        self.plans = {plan.number: plan for plan in plans}
        main = [plan for plan in plans if plan.allowance and not plan.addon]
        news = sorted({plan.provider for plan in main if plan.new_only or plan.intro_uses})
        self.bit = {provider: 1 << place for place, provider in enumerate(news)}
        self.main = {plan.number: plan for plan in main}
        self.addons: dict[int, list[Plan]] = {}
        for plan in plans:
            for base in plan.bases:
                self.addons.setdefault(base, []).append(plan)
        self.on_top = {base: self._on_top(addons) for base, addons in self.addons.items()}
        self.worst_move: dict[int, int] = {}
        self.dearer_new = 0
        for plan in main:
            move = self.weight(plan, plan.price, True) - self.weight(plan, plan.price, False)
            self.worst_move[plan.provider] = max(move, self.worst_move.get(plan.provider, 0))
            if plan.intro_uses and plan.intro_price > plan.price:
                self.dearer_new |= self.bit[plan.provider]

    def weight(self, plan: Plan, amount: int, moves: bool) -> int:
        """The same as :func:`weight_of`, kept."""
        key = plan.number, amount, moves
        if key in self._weights:
            return self._weights[key]
        found = weight_of(plan, amount, moves, self.prices)
        if not plan.by_use:
            self._weights[key] = found
        return found

    def _on_top(self, addons: Sequence[Plan]) -> list[tuple[int, int, int]]:
        return [(weight(one.cents, one.purchases, 0, -one.tax), one.mb, one.days)
                for one in top_ups(
            TopUp(_cents(plan, plan.price, False, self.prices), 1, 0 if plan.taxed else -plan.price,
                  *map(int, at_most(plan.allowance, plan.daily, plan.unit, plan.length)))
            for plan in addons)]


def weight_of(plan: Plan, amount: int, moves: bool, prices: Prices) -> int:
    """What a purchase adds to the weight of a schedule; ``amount``: price and charges, in cents."""
    cents = _cents(plan, amount, moves, prices)
    return weight(cents, 1, moves, 0 if plan.taxed else amount)


def _cents(plan: Plan, amount: int, moves: bool, prices: Prices) -> int:
    cents = amount + plan.fees(amount, moves) + plan.tax(amount, prices.tax_rate)
    return cents + prices.per_purchase + (prices.per_move if moves else 0)
