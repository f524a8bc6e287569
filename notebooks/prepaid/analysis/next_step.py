"""Where a running plan stands, and how to go on for the least money.

All arithmetic is by whole days, as in :mod:`prepaid.schedule`: a day is served if the data left
when it begins covers its need, and what is bought on a day serves that whole day.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from prepaid.i18n import Refusal, checked_whole
from prepaid.schedule import ENDLESS, Line, Offers, Schedule, checked_need, read_terms


@dataclass(frozen=True)
class NextStep:
    """Where a running plan stands, and how to go on for the least money. Days count from today, 0.

    Attributes:
        plan_id: the plan that runs now.
        need_mb: whole MB wanted on each day from today to the end of the stay.
        data_out_day: the first day whose need the data left does not cover, as if the days of the
            plan did not end; ``None`` where it lasts to the end of the stay. May come after
            ``plan_end_day``.
        plan_end_day: the first day that the validity does not cover; may lie after the stay.
        ends_day: the first of both: from this day on the plan serves nothing.
        ends_by: which: ``"data"`` (before its last paid day is over) or ``"validity"``.
        unserved_day: the first day with a need that the plan does not serve: ``ends_day``, or later
            where the days from then on need nothing; ``None`` where it lasts to the end of the
            stay. ``schedule`` begins here; buying on this very day, before the first use, still
            serves it.
        last_safe_day: the day before ``unserved_day``: who has renewed by its evening is never
            without data on a day that needs some, whatever the hour at which a plan ends. ``None``
            where nothing has to be bought, and where ``unserved_day`` is today: then at once.
        schedule: the cheapest continuation by the rule, from the line in use; purchases' ``day``
            counts from today; no purchases where ``nothing_to_buy``.
        left_mb: data left after each day, of the running plan and then of the schedule; ``None``
            where nothing can run out or no plan runs.
    """

    plan_id: str
    need_mb: tuple[int, ...]
    data_out_day: int | None
    plan_end_day: int
    ends_day: int
    ends_by: str
    unserved_day: int | None
    last_safe_day: int | None
    schedule: Schedule
    left_mb: tuple[int | None, ...]

    @property
    def nothing_to_buy(self) -> bool:
        """Whether the plan lasts to the end of the stay."""
        return self.unserved_day is None

    @property
    def total_cents(self) -> int:
        """What the continuation costs, in cents; 0 where nothing has to be bought."""
        return self.schedule.total_cents


def next_step(
    plans: pd.DataFrame, plan_id: str, *, days_left: int, mb_left: int | None,
    need_mb: Sequence[int], **options,
) -> NextStep:
    """Where the running plan stands and the cheapest way to go on, see :class:`NextStep`.

    Staying with the provider costs no activation fee, its new-customer price is gone, and add-ons
    can be bought on top of the running plan. Where a plan has several cycles, the running one ends
    so that whole cycles are left after it, each with its allowance afresh; data that runs out in
    one ends the plan, as in the rule. What the running plan still charges by use is not counted.

    Args:
        plans: catalogue rows, among them the running plan.
        plan_id: the plan that runs now.
        days_left: whole days that its validity still covers, today included; 0: it has ended.
        mb_left: whole MB left in the running cycle, or today where the allowance is per day (every
            later day has its whole allowance). ``None`` where nothing can run out. Not read where
            the rule says so: plans without an allowance, slow data that is good enough.
        need_mb: whole MB wanted on each day from today to the end of the stay.
        options: as for :func:`prepaid.cheapest_schedule`.

    Raises:
        NoSchedule: the continuation cannot be covered; its ``day`` counts from today.
        Refusal: no such plan, an add-on, days or MB that are negative, not whole, missing, or more
            days than the plan lasts; a need or an option that makes no sense.
    """
    row, new_customer = _running_row(plans, plan_id), options.pop("new_customer", True)
    running = _Running.read(row, options.get("slow_ok_kbps"))
    need = checked_need(need_mb).tolist()
    days_left = checked_whole(days_left, "days_left_not_whole")
    if running.validity and days_left > running.validity * running.cycles:
        raise Refusal("days_left_too_many", plan_id=plan_id, value=days_left,
                      maximum=running.validity * running.cycles)
    if mb_left is not None:
        mb_left = checked_whole(mb_left, "mb_left_not_whole")
    elif running.can_run_out:
        raise Refusal("mb_left_missing", plan_id=plan_id)
    if not running.buyable:
        row = _as_base_only(row, days_left)
    offers = Offers(_on_offer(plans, row, new_customer), **options)

    left = [None] * len(need) if running.endless or mb_left is None else running.left_after(
        need, days_left, mb_left)
    data_out_day = len(left) if len(left) < len(need) else None
    by_data = data_out_day is not None and data_out_day < days_left
    ends_day = data_out_day if by_data else days_left
    unserved_day = next((day for day in range(ends_day, len(need)) if need[day]), None)
    served = len(need) if unserved_day is None else unserved_day
    schedule = offers.cheapest(
        [0] * served + need[served:], Line(row["provider"].iloc[0], plan_id, days_left))
    return NextStep(
        plan_id, tuple(need), data_out_day, days_left, ends_day,
        "data" if by_data else "validity", unserved_day,
        unserved_day - 1 if unserved_day else None, schedule,
        (*left[:ends_day], *schedule.left_mb[ends_day:]),
    )


@dataclass(frozen=True)
class _Running:
    """What the rule says of a running plan; ``validity`` is 0 where it is not known."""

    buyable: bool
    validity: int
    cycles: int
    allowance: int
    daily: bool
    endless: bool
    can_run_out: bool

    @classmethod
    def read(cls, row: pd.DataFrame, slow_ok_kbps: int | None) -> "_Running":
        terms, buyable = read_terms(row, slow_ok_kbps)
        _, allowance_known = read_terms(row.assign(price_usd=0, validity_days=1), slow_ok_kbps)
        endless = terms["allowance"][0] == ENDLESS
        return cls(
            buyable=bool(buyable[0]),
            validity=int(terms["validity"][0]),
            cycles=int(terms["cycles"][0]),
            allowance=int(terms["allowance"][0]),
            daily=bool(terms["daily"][0]),
            endless=bool(endless),
            can_run_out=bool(allowance_known[0] and not endless),
        )

    def left_after(self, need: Sequence[int], days_left: int, mb_left: int) -> list[int]:
        """Data left after each day, up to the first whose need is not covered."""
        found = []
        for day, mb in enumerate(need):
            if day and (self.daily or self._cycle_starts(days_left - day)):
                mb_left = self.allowance
            if mb > mb_left:
                break
            mb_left -= mb
            found.append(mb_left)
        return found

    def _cycle_starts(self, days_left: int) -> bool:
        return days_left > 0 and self.validity > 0 and days_left % self.validity == 0


def _running_row(plans: pd.DataFrame, plan_id: str) -> pd.DataFrame:
    row = plans[plans["plan_id"] == plan_id]
    if row.empty:
        raise Refusal("plan_unknown", plan_id=plan_id)
    if "kind" in row and row["kind"].iloc[0] == "addon":
        raise Refusal("plan_is_addon", plan_id=plan_id)
    return row


def _on_offer(plans: pd.DataFrame, row: pd.DataFrame, new_customer: bool) -> pd.DataFrame:
    """The plans that may be bought and the running one, which add-ons may need as their base.

    Its own new-customer price may stay: on its own line nobody can have it.
    """
    others = plans[plans["plan_id"] != row["plan_id"].iloc[0]]
    if not new_customer and "intro_new_customer_only" in plans:
        others = others[~others["intro_new_customer_only"].isin(["yes", True])]
    return pd.concat([others, row], ignore_index=True)


def _as_base_only(row: pd.DataFrame, days_left: int) -> pd.DataFrame:
    """A plan that cannot be bought, as one that add-ons can top up and that still cannot be."""
    return row.assign(
        price_usd=0.0, validity_days=float(max(days_left, 1)), min_commitment_cycles=1.0,
        data_gb=0.0, unlimited="no", per_gb_usd=float("nan"), intro_new_customer_only="yes")
