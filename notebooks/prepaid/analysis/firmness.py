"""How firm an answer is: up to which price of a plan it stays the cheapest."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from prepaid.analysis.attempt import or_none
from prepaid.schedule import Offers, Schedule
from prepaid.schedule.terms import Plan

_HIGH = 10**8  # cents a cycle: a price that nobody pays


def firmness(plans: pd.DataFrame, schedule: Schedule, **options) -> pd.DataFrame:
    """For each purchase of an answer: the highest price at which it stays the cheapest.

    One price is changed at a time: the list price of the plan, or for purchases at a new
    customer's price that price; all purchases at it change together. The answer counts as the
    cheapest as long as nothing costs less, bother included.

    Args:
        plans: catalogue rows.
        schedule: an answer of :func:`prepaid.cheapest_schedule` for them.
        options: those with which it was found.

    Returns:
        one row for each purchase, in order: ``plan_id``, ``at_mb``, ``cycle_cents`` (the price of
        one cycle now, rounded down to the cent), ``up_to_cents`` (the highest whole cents a cycle)
        and of what takes its place above that ``instead`` (a tuple of ``plan_id``) and
        ``instead_cents`` (its total).
        Where nothing can take its place these three are missing. A plan that can be had once
        because it is free can be had again as soon as it has a price; that is taken into account.

    Raises:
        CatalogError, Refusal: as for :func:`prepaid.cheapest_schedule`.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["a", "b"], "provider": ["A", "B"],
        ...     "price_usd": [3.0, 4.0], "validity_days": [7, 7], "data_gb": [1.0, 1.0]})
        >>> answer = prepaid.cheapest_schedule(plans, [100] * 7)
        >>> firmness(plans, answer)["up_to_cents"].tolist()
        [400]
    """
    offers = Offers(plans, **options)
    by_id = {offers.plan_id[plan.number]: plan for plan in offers.plans()}
    found, rows = {}, []
    for one, new in zip(schedule.bought, _new_prices(schedule, by_id), strict=True):
        plan = by_id[one.plan_id]
        sold, again = offers, not plan.price and not new and plan.new_only
        if again:  # with a price it may be sold again
            cells = plans["price_usd"].mask(plans["plan_id"] == one.plan_id, 0.01)
            sold = Offers(plans.assign(price_usd=cells), **options)
        price = _Price(sold, schedule, plan, new, again, by_id)
        if (one.plan_id, new) not in found:
            found[one.plan_id, new] = price.highest()
        rows.append((one.plan_id, one.at_mb, price.cycle_cents, *found[one.plan_id, new]))
    columns = ["plan_id", "at_mb", "cycle_cents", "up_to_cents", "instead", "instead_cents"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"up_to_cents": "Int64", "instead_cents": "Int64"})


def _new_prices(schedule: Schedule, by_id: Mapping[str, Plan]) -> list[bool]:
    """For each purchase, whether it is at a new customer's price."""
    known, row, before, found = set(), 0, None, []
    for one in schedule.bought:
        plan = by_id[one.plan_id]
        if plan.addon:
            row = 0
        elif plan.provider not in known:
            row = 1
        else:
            row = row + 1 if row and one.plan_id == before else 0
        found.append(0 < row <= plan.intro_uses)
        if not plan.addon:
            known.add(plan.provider)
        before = one.plan_id
    return found


@dataclass
class _Price:
    """One price of one plan, and what schedules cost if it changes."""

    offers: Offers
    schedule: Schedule
    plan: Plan
    new: bool  # whether it is that for new customers
    again: bool  # whether the plan can be had again as soon as it has a price
    by_id: Mapping[str, Plan]

    @property
    def cycle_cents(self) -> int:
        return (self.plan.intro_price if self.new else self.plan.price) // self.plan.cycles

    def highest(self) -> tuple:
        """``up_to_cents``, ``instead`` and ``instead_cents``; see :func:`firmness`."""
        if self.again:  # as soon as it has a price, what was not allowed may be cheaper
            other = self._cheapest(1)
            if self._cost(other, 1) < self._cost(self.schedule, 1):
                return 0, other.plan_ids, other.total_cents
        other = self._cheapest(_HIGH)
        if other is None or self._cost(other, _HIGH) >= self._cost(self.schedule, _HIGH):
            return pd.NA, pd.NA, pd.NA
        while True:
            # the answer costs more by the cycle than what takes its place, so the last price at
            # which it costs no more is found by halving; the cheapest there takes its place sooner
            low, high = self.cycle_cents, _HIGH
            while low < high:
                middle = (low + high + 1) // 2
                if self._cost(self.schedule, middle) <= self._cost(other, middle):
                    low = middle
                else:
                    high = middle - 1
            rival = (None if low == self.cycle_cents
                     else self._cheapest(low, self._cost(self.schedule, low) - 1))
            if rival is None:
                break
            other = rival
        instead = self._cheapest(low + 1, self._cost(other, low + 1))
        return low, instead.plan_ids, instead.total_cents

    def _cheapest(self, cents: int, most: int | None = None) -> Schedule | None:
        """The cheapest schedule if a cycle costs so many cents; ``None`` where it costs more than
        ``most``, with bother."""
        name = "intro_price" if self.new else "price"
        prices = getattr(self.offers.terms, name).copy()
        prices[self.plan.number] = cents * self.plan.cycles
        changed = self.offers.with_terms(**{name: prices})
        if most is None:
            return or_none(changed.cheapest, self.schedule.need_mb)
        return changed.cheapest_within(self.schedule.need_mb, most)

    def _cost(self, schedule: Schedule, cents: int) -> int:
        """What a schedule costs, with bother, if a cycle costs so many cents."""
        total, now = self.offers.bother(schedule) + schedule.total_cents, cents * self.plan.cycles
        plan, rate = self.plan, self.offers.prices.tax_rate
        for one, new in zip(schedule.bought, _new_prices(schedule, self.by_id), strict=True):
            if one.plan_id != self.offers.plan_id[plan.number] or new != self.new:
                continue
            charge = plan.charge(one.mb_used)
            for amount, sign in ((now + charge, 1), (one.price_cents, -1)):
                total += sign * (amount + plan.fees(amount, False) + plan.tax(amount, rate))
        return total
