"""Where a running plan stands, and how to go on for the least money."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from prepaid.i18n import Refusal, checked_whole
from prepaid.schedule import Offers, Running, Schedule
from prepaid.schedule.terms import DAYS, ENDLESS, HOURS, MONTHS


@dataclass(frozen=True)
class NextStep:
    """Where a running plan stands, and how to go on for the least money. Days count from today, 0.

    Attributes:
        plan_id: the plan that runs now.
        need_mb: whole MB wanted on each day from today to the end of the stay.
        data_out_day: the day on which the data of the running cycle runs out, as if its days did
            not end; ``None`` where it lasts to the end of the stay. May come after
            ``plan_end_day``.
        plan_end_day: the first day that the days paid for do not cover; may lie after the stay.
        ends_by: what ends the plan for this traveller: ``"data"`` or ``"validity"``.
        unserved_day: the day of the first MB that the plan does not serve; ``None`` where it lasts
            to the end of the stay. ``schedule`` begins here.
        last_safe_day: the day before ``unserved_day``: who has renewed by its evening is never
            without data. ``None`` where nothing has to be bought, and where ``unserved_day`` is
            today: then now.
        data_counts: whether what is left of the data plays a part: not where nothing runs out.
        schedule: the cheapest continuation by the rule, from the line in use; purchases' ``day``
            and ``at_mb`` count from today; no purchases where ``nothing_to_buy``.
        left_mb: data left after each day, of the running plan and then of the schedule; ``None``
            where nothing can run out or no plan runs.
    """

    plan_id: str
    need_mb: tuple[int, ...]
    data_out_day: int | None
    plan_end_day: int
    ends_by: str
    unserved_day: int | None
    last_safe_day: int | None
    data_counts: bool
    schedule: Schedule

    @property
    def left_mb(self) -> tuple[int | None, ...]:
        return self.schedule.left_mb

    @property
    def nothing_to_buy(self) -> bool:
        """Whether the plan lasts to the end of the stay."""
        return not self.schedule.bought

    @property
    def total_cents(self) -> int:
        """What the continuation costs, in cents; 0 where nothing has to be bought."""
        return self.schedule.total_cents


def next_step(
    plans: pd.DataFrame, plan_id: str, *, days_left: int, mb_left: int | None,
    need_mb: Sequence[int], paid_cycles_left: int = 0, **options,
) -> NextStep:
    """Where the running plan stands and the cheapest way to go on, see :class:`NextStep`.

    Staying with the provider is no move, its new customers' prices are gone, and add-ons can be
    bought on top of the running plan. Cycles that are paid for come back: what bridges the time
    until the next of them ends when it begins. What the running plan still charges by use is not
    counted.

    Args:
        plans: catalogue rows, among them the running plan.
        plan_id: the plan that runs now.
        days_left: whole days that its running cycle still covers, today included; 0: it has ended.
        mb_left: whole MB left in the running cycle, or today where the allowance is one of each
            day (every later day has its whole allowance). ``None`` where nothing can run out.
        need_mb: whole MB wanted on each day from today to the end of the stay.
        paid_cycles_left: cycles that are paid for already and follow the running one.
        options: as for :func:`prepaid.cheapest_schedule`; ``start`` is today's date.

    Raises:
        NoSchedule: the continuation cannot be covered; its ``day`` counts from today.
        Refusal: no such plan, an add-on, days, cycles or MB that are negative, not whole, missing,
            or more than the plan has; a need or an option that makes no sense.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["week"], "provider": ["A"], "price_usd": [3.0],
        ...                       "validity_days": [7], "data_gb": [1.0]})
        >>> step = next_step(plans, "week", days_left=2, mb_left=500, need_mb=[100] * 5)
        >>> step.unserved_day, step.total_cents
        (2, 300)
    """
    row = _running_row(plans, plan_id)
    offers = Offers(plans, **options)
    plan = offers.running_plan(row)
    days_left = checked_whole(days_left, "days_left_not_whole")
    paid = checked_whole(paid_cycles_left, "paid_cycles_not_whole")
    most = {DAYS: plan.length, HOURS: plan.length + 1, MONTHS: 31 * plan.length}[plan.unit]
    if plan.length and days_left > most:
        raise Refusal("days_left_too_many", plan_id=plan_id, value=days_left, maximum=most)
    if paid and not plan.length:
        raise Refusal("paid_cycles_unknown", plan_id=plan_id)
    if mb_left is not None:
        mb_left = checked_whole(mb_left, "mb_left_not_whole")
    elif 0 < plan.allowance < ENDLESS:
        raise Refusal("mb_left_missing", plan_id=plan_id)
    running = Running(row, days_left, mb_left, paid)
    found = offers.after(need_mb, running)
    return NextStep(
        plan_id, found.schedule.need_mb, found.data_out_day, found.plan_end_day,
        "data" if found.by_data else "validity", found.unserved_day,
        found.unserved_day - 1 if found.unserved_day else None,
        plan.allowance < ENDLESS, found.schedule)


def _running_row(plans: pd.DataFrame, plan_id: str) -> pd.DataFrame:
    row = plans[plans["plan_id"] == plan_id]
    if row.empty:
        raise Refusal("plan_unknown", plan_id=plan_id)
    if "kind" in row and row["kind"].iloc[0] == "addon":
        raise Refusal("plan_is_addon", plan_id=plan_id)
    return row
