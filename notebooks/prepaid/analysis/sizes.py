"""Sizes and providers side by side: what each would cost for the same stay, and where each wins."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd

from prepaid.analysis.kinds import SIZES, size_of
from prepaid.catalogue.frames import checked
from prepaid.schedule import NoSchedule, Offers, Schedule

ANY = "any"
HEAVY_DAY_MB = 3000  # one evening of HD video: up to 3 GB an hour, see content/usage_rates.csv


def compare_sizes(plans: pd.DataFrame, need_mb: Sequence[int], **options) -> pd.DataFrame:
    """The cheapest schedule of each size for one stay.

    Args:
        plans: catalogue rows.
        need_mb: whole MB wanted on each day of the stay.
        options: as for :func:`prepaid.cheapest_schedule`.

    Returns:
        indexed ``1 GB``, ``5 GB``, ``unlimited`` and ``any``: ``total_cents``, ``purchases``,
        ``renew_days`` (days of stay per purchase), ``per_day_cents``, ``per_gb_cents`` (of data
        used), ``unused_mb``, and of the plans bought ``plan_ids``, ``at_cap``, ``hotspot``,
        ``us_number``, ``tax_included`` (a tuple each) and ``as_of`` (the oldest). Where a size
        cannot cover the stay all this is missing and ``unserved_day`` (from 0) says where it ends.
    """
    plans = checked(plans)
    return sizes_on_offer(plans, Offers(plans, **options), need_mb)


def sizes_on_offer(plans: pd.DataFrame, offers: Offers, need_mb: Sequence[int]) -> pd.DataFrame:
    """See :func:`compare_sizes`, for who has made the plans' offers already."""
    by_id = plans.set_index("plan_id")
    rows = {size: _row(by_id, attempt(part, need_mb))
            for size, part in _by_size(plans, offers).items()}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    whole = ["total_cents", "purchases", "per_day_cents", "per_gb_cents", "unused_mb",
             "unserved_day"]
    return frame.reindex(columns=_COLUMNS).astype(dict.fromkeys(whole, "Int64"))


_COLUMNS = ["total_cents", "purchases", "renew_days", "per_day_cents", "per_gb_cents", "unused_mb",
            "plan_ids", "at_cap", "hotspot", "us_number", "tax_included", "as_of", "unserved_day"]


def _by_size(plans: pd.DataFrame, offers: Offers) -> dict[str, Offers]:
    size = pd.Series(size_of(plans).to_numpy(), plans["plan_id"]).reindex(offers.plan_id).to_numpy()
    return {name: offers.where(size == name) for name in SIZES} | {ANY: offers}


def attempt(offers: Offers, need_mb: Sequence[int]) -> Schedule | NoSchedule:
    """The cheapest schedule, or why there is none."""
    try:
        return offers.cheapest(need_mb)
    except NoSchedule as refusal:
        return refusal


def _row(by_id: pd.DataFrame, schedule: Schedule | NoSchedule) -> dict:
    if isinstance(schedule, NoSchedule):
        return {"unserved_day": schedule.day}
    bought = list(dict.fromkeys(schedule.plan_ids))
    days, used = len(schedule.need_mb), sum(schedule.need_mb)
    total, times = schedule.total_cents, len(schedule.bought)

    def of_plans(column: str) -> tuple:
        if column not in by_id:
            return ()
        return tuple(dict.fromkeys(by_id.at[plan_id, column] for plan_id in bought))

    return {
        "total_cents": total,
        "purchases": times,
        "renew_days": days / times if times else math.nan,
        "per_day_cents": _half_up(total, days),
        "per_gb_cents": _half_up(total * 1000, used) if used else pd.NA,
        "unused_mb": sum(known) if (known := _known_unused(schedule)) else pd.NA,
        "plan_ids": schedule.plan_ids,
        "at_cap": of_plans("after_cap"),
        "hotspot": of_plans("hotspot_allowed"),
        "us_number": of_plans("local_us_number"),
        "tax_included": of_plans("tax_included"),
        "as_of": min(filter(None, of_plans("as_of")), default=pd.NA),
    }


def _known_unused(schedule: Schedule) -> list[int]:
    return [one.mb_unused for one in schedule.bought if one.mb_unused is not None]


def _half_up(cents: int, parts: int) -> int:
    return (2 * cents + parts) // (2 * parts)


def runner_ups(offers: Offers, schedule: Schedule) -> pd.DataFrame:
    """What the same stay costs with one provider only, and why that lost.

    Returns:
        one row per provider whose cheapest schedule is not ``schedule`` itself, cheapest first:
        ``provider``, ``total_cents``, ``extra_cents``, ``purchases``, ``plan_ids``, ``why`` (a
        code) and ``n`` (the number that belongs to it):

        - ``tie``: it costs the same and stands after by the rule for ties
        - ``runs_out``: data runs out before the validity does, in ``n`` purchases
        - ``fee``: without activation fees of ``n`` cents it would not cost more
        - ``too_long``: ``n`` days paid for lie after the stay
        - ``unused``: ``n`` MB paid for stay unused
        - ``dearer``: it costs more for the same cover, ``n`` cents a day
        - ``unserved``: nothing serves day ``n`` (from 0); the money columns are missing
    """
    rows = []
    for provider in dict.fromkeys(offers.provider):
        other = attempt(offers.where(offers.provider == provider), schedule.need_mb)
        if isinstance(other, NoSchedule):
            rows.append({"provider": provider, "why": "unserved", "n": other.day})
        elif other.plan_ids != schedule.plan_ids:
            why, n = _why_lost(offers, other, schedule)
            rows.append({
                "provider": provider, "total_cents": other.total_cents,
                "extra_cents": other.total_cents - schedule.total_cents,
                "purchases": len(other.bought), "plan_ids": other.plan_ids, "why": why, "n": n,
            })
    columns = ["provider", "total_cents", "extra_cents", "purchases", "plan_ids", "why", "n"]
    frame = pd.DataFrame(rows, columns=columns)
    whole = ["total_cents", "extra_cents", "purchases", "n"]
    frame = frame.astype(dict.fromkeys(whole, "Int64"))
    return frame.sort_values(["total_cents", "purchases", "provider"], ignore_index=True)


def _why_lost(offers: Offers, other: Schedule, winner: Schedule) -> tuple[str, int]:
    days, last = len(other.need_mb), other.bought[-1]
    extra = other.total_cents - winner.total_cents
    if not extra:
        return "tie", 0
    fees = sum(one.fee_cents for one in other.bought)
    if extra <= fees:
        return "fee", fees
    out = sum(
        one.serves_days < offers.days_paid[one.plan_id] and one.day + one.serves_days < days
        for one in other.bought
    )
    if out:
        return "runs_out", out
    paid = offers.days_paid[last.plan_id]
    beyond = last.day + paid - days
    if beyond > 0 and last.price_cents * beyond >= extra * paid:
        return "too_long", beyond
    unused = sum(one.mb_unused or 0 for one in other.bought)
    if unused >= sum(other.need_mb):
        return "unused", unused
    return "dearer", _half_up(other.total_cents, days)


def what_if(plans: pd.DataFrame, need_mb: Sequence[int], **options) -> pd.DataFrame:
    """Least cost of each size if the stay turns out otherwise, in cents; missing if uncovered.

    Returns:
        indexed ``as_planned``, ``more_use`` (+30 %, rounded up), ``longer`` (three more days like
        the last) and ``heavy_day`` (3 GB more on the middle day); one column per size and ``any``.
    """
    parts = _by_size(plans, Offers(plans, **options))
    frame = pd.DataFrame.from_dict(
        {name: {size: _cents(part, need) for size, part in parts.items()}
         for name, need in variants(need_mb).items()},
        orient="index",
    )
    return frame.astype("Int64")


def variants(need_mb: Sequence[int]) -> dict[str, list[int]]:
    """The need as planned, and as it may turn out; see :func:`what_if`."""
    need = list(need_mb)
    heavy = [*need]
    heavy[len(need) // 2] += HEAVY_DAY_MB
    return {
        "as_planned": need,
        "more_use": [-(-mb * 13 // 10) for mb in need],
        "longer": need + [need[-1]] * 3,
        "heavy_day": heavy,
    }


def _cents(offers: Offers, need_mb: Sequence[int]) -> int | None:
    try:
        return offers.least_cents(need_mb)
    except NoSchedule:
        return None


def cost_curve(
    plans: pd.DataFrame, days: int, mb_per_day: Sequence[int], **options
) -> pd.DataFrame:
    """Least cost in cents of each size, for the same use on every day of the stay.

    Returns:
        indexed by MB per day; one column per size; missing where nothing covers.
    """
    parts = _by_size(plans, Offers(plans, **options))
    rows = [{size: _cents(parts[size], [mb] * days) for size in SIZES} for mb in mb_per_day]
    return pd.DataFrame(rows, index=pd.Index(mb_per_day, name="mb_per_day")).astype("Int64")


def break_even(
    plans: pd.DataFrame, days: int, *, up_to_mb: int = 10_000, **options
) -> pd.DataFrame:
    """From how many MB per day on each size is the cheapest, exact to the MB.

    The cost of a size never falls with an even use: what served the larger use serves the
    smaller. So a size that costs no more at the upper end of a range than the others at its lower
    end is the cheapest all through it, and only ranges without such a size are halved. Sizes that
    cost the same rank in the order 1 GB, 5 GB, unlimited.

    Args:
        plans: catalogue rows.
        days: length of the stay.
        up_to_mb: the largest use looked at, MB per day.
        options: as for :func:`prepaid.cheapest_schedule`.

    Returns:
        one row per range of use, in order: ``from_mb`` and ``to_mb`` per day, both included,
        ``size`` (missing where no size covers), and its cost at both ends, ``from_cents`` and
        ``to_cents``.
    """
    parts = _by_size(plans, Offers(plans, **options))

    @cache
    def costs(mb: int) -> tuple[float, ...]:
        found = (_cents(parts[size], [mb] * days) for size in SIZES)
        return tuple(math.inf if cents is None else cents for cents in found)

    rows: list[dict] = []
    for low, high, size in _ranges(costs, 1, up_to_mb):
        if rows and rows[-1]["size"] == size:
            rows[-1] |= {"to_mb": high}
        else:
            rows.append({"from_mb": low, "to_mb": high, "size": size})
    for row in rows:
        for end in ("from", "to"):
            cents = min(costs(row[f"{end}_mb"]))
            row[f"{end}_cents"] = pd.NA if cents == math.inf else cents
    whole = dict.fromkeys(["from_mb", "to_mb"], "int64")
    return pd.DataFrame(rows).astype(whole | dict.fromkeys(["from_cents", "to_cents"], "Int64"))


def _ranges(costs, low: int, high: int) -> Iterator[tuple[int, int, str | None]]:
    at_low, at_high = costs(low), costs(high)
    best = int(np.argmin(at_low))
    sure = at_low == at_high or (at_high[best] < math.inf and all(
        at_high[best] < cents or (at_high[best] == cents and best < other)
        for other, cents in enumerate(at_low) if other != best
    ))
    if sure or low == high:
        yield low, high, SIZES[best] if at_low[best] < math.inf else None
    elif high == low + 1:
        yield from _ranges(costs, low, low)
        yield from _ranges(costs, high, high)
    else:
        middle = (low + high) // 2
        yield from _ranges(costs, low, middle)
        yield from _ranges(costs, middle + 1, high)


def decision_table(
    plans: pd.DataFrame, days: Sequence[int], mb_per_day: Sequence[int], **options
) -> Mapping[tuple[int, int], Schedule | NoSchedule]:
    """The cheapest schedule for each length of stay and even use, ``{(days, mb): schedule}``."""
    offers = Offers(plans, **options)
    return {(n, mb): attempt(offers, [mb] * n) for n in days for mb in mb_per_day}


def size_table(
    plans: pd.DataFrame, days: Sequence[int], mb_per_day: Sequence[int], **options
) -> Mapping[tuple[int, int], Mapping[str, Schedule | NoSchedule]]:
    """The same, with the cheapest schedule of each size, ``{(days, mb): {size: schedule}}``."""
    parts = _by_size(plans, Offers(plans, **options))
    return {
        (n, mb): {size: attempt(parts[size], [mb] * n) for size in SIZES}
        for n in days for mb in mb_per_day
    }
