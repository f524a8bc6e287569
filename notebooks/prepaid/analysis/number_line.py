"""A line of its own for a US number: the cheapest way to keep one number alive, no data asked."""

from collections.abc import Sequence
from heapq import heappop, heappush

import pandas as pd

from prepaid.schedule import NoSchedule, Offers, Purchase, Schedule
from prepaid.schedule.market import weight_of
from prepaid.schedule.points import DAY, Stay
from prepaid.schedule.terms import FOREVER, HOURS, Plan


def number_line(
    plans: pd.DataFrame, days: int, *, running: tuple[str, int] | None = None, **options
) -> Schedule:
    """The cheapest purchases that keep one US number alive for some days.

    Each plan is bought as late as it can be: at the same provider while the number is still kept
    there (``number_grace_days`` after the plan has ended, 0 where that is not known), at another
    one, to which the number is moved, when the former plan ends.

    Args:
        plans: catalogue rows; those with ``local_us_number=yes`` are looked at.
        days: how many days the number has to live, today included.
        running: the plan that the number is on now, by ``plan_id``, and the days it still has.
        options: as for :func:`prepaid.cheapest_schedule`.

    Returns:
        a :class:`prepaid.Schedule` without data: ``at_mb``, ``mb_used`` are 0, ``need_mb`` is 0 on
        each day, and ``serves_days`` are the days until the plan ends.

    Raises:
        NoSchedule: no plan keeps it; ``day`` is the day on which it would be lost.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["p"], "provider": ["A"], "price_usd": [3.0],
        ...     "validity_days": [30], "data_gb": [0.1], "local_us_number": ["yes"]})
        >>> number_line(plans, 85).total_cents
        900
    """
    offers = Offers(plans, keeps_number=True, **options)
    stay = offers.stay([1] * days)  # refuses days that make no sense
    numbers = offers.plans()
    grace = (offers.terms.grace * DAY).tolist()
    end = (days - 1) * DAY + stay.window(days - 1)[1]
    begins = stay.window(0)[0]
    first = (begins, begins, -1, frozenset(), None)
    if running is not None:
        plan_id, days_left = running
        row = plans[plans["plan_id"] == plan_id]
        provider, kept = offers.line_of(row)
        first = (days_left * DAY, (days_left + kept) * DAY, provider, frozenset([provider]), None)

    heap, order, furthest, seen = [((0, ()), 0, first, ())], 0, 0, set()
    while heap:
        rank, _, state, bought = heappop(heap)
        ended, alive, line, known, row = state
        if alive >= end and (bought or running):
            return Schedule(_purchases(offers, stay, bought), (0,) * days, (None,) * days,
                            offers.fees_unknown([plan.number for plan, *_ in bought]))
        furthest = max(furthest, alive)
        if state in seen:
            continue
        seen.add(state)
        for plan in numbers:
            asked = _price(plan, known, row)
            if asked is None:
                continue
            price, now_row = asked
            moves = plan.provider != line
            at = ended if moves else alive
            over = _end(stay, plan, at)
            due = weight_of(plan, price, moves, offers.prices)
            after = (min(over, end), min(over + grace[plan.number], end), plan.provider,
                     known | {plan.provider}, now_row)
            order += 1
            heappush(heap, ((rank[0] + due, (*rank[1], plan.number)), order, after,
                            (*bought, (plan, price, moves, at, over))))
    raise NoSchedule("number_lost" if numbers else "no_plans", furthest // DAY)


def _price(plan: Plan, known: frozenset, row: tuple[int, int] | None):
    """Cents asked of a plan and the row of new customers' prices after it; ``None``: not sold."""
    if not plan.new_only and not plan.intro_uses:
        return plan.price, None
    going_on = row is not None and row[0] == plan.number
    new = plan.provider not in known or (going_on and not plan.new_only)
    if plan.new_only and plan.provider in known:
        return None
    if not new or not plan.intro_uses:
        return plan.price, None
    times = row[1] + 1 if going_on else 1
    return plan.intro_price, (plan.number, times) if times < plan.intro_uses else None


def _end(stay: Stay, plan: Plan, at: int) -> int:
    """The minute at which a plan bought at a minute of the stay ends."""
    if plan.unit == HOURS:
        return at + plan.length * plan.cycles * DAY
    return stay.last_day(plan, at // DAY, plan.cycles, FOREVER) * DAY


def _purchases(offers: Offers, stay: Stay, bought: Sequence[tuple]) -> tuple[Purchase, ...]:
    found = []
    for plan, price, moves, at, over in bought:
        day = at // DAY
        until = min(-(-over // DAY), stay.days)
        found.append(Purchase(
            day, 0, offers.plan_id[plan.number], price, plan.fees(price, moves),
            plan.tax(price, offers.prices.tax_rate), until - day, 0, None))
    return tuple(found)
