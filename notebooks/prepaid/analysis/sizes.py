"""Sizes and providers side by side: what each would cost for the same stay, and where each wins."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from prepaid.analysis.attempt import attempt, or_none
from prepaid.analysis.kinds import SIZES, size_of
from prepaid.catalogue.frames import checked
from prepaid.schedule import NoSchedule, Offers, Schedule

ANY = "any"
FAR = 3  # times what any sizes cost: where a size costs more, it need not be known how much
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

    Raises:
        CatalogError, Refusal: as for :func:`prepaid.cheapest_schedule`.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["s", "l"], "provider": ["A", "B"],
        ...     "price_usd": [3.0, 8.0], "validity_days": [7, 7], "data_gb": [1.0, 5.0]})
        >>> compare_sizes(plans, [300] * 7)["total_cents"].dropna().to_dict()
        {'1 GB': 900, '5 GB': 800, 'any': 800}
    """
    plans = checked(plans)
    return sizes_on_offer(plans, Offers(plans, **options), need_mb)


def sizes_on_offer(
    plans: pd.DataFrame, offers: Offers, need_mb: Sequence[int], far: int | None = None
) -> pd.DataFrame:
    """See :func:`compare_sizes`, for who has made the plans' offers already.

    Of a size that costs more than ``far`` times what ``any`` does all is missing, the
    ``unserved_day`` too.
    """
    by_id = plans.set_index("plan_id")
    found = _schedules(_by_size(plans, offers), need_mb, far)
    rows = {size: {} if schedule is None else _row(by_id, schedule)
            for size, schedule in found.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    whole = ["total_cents", "purchases", "per_day_cents", "per_gb_cents", "unused_mb",
             "unserved_day"]
    return frame.reindex(columns=_COLUMNS).astype(dict.fromkeys(whole, "Int64"))


_COLUMNS = ["total_cents", "purchases", "renew_days", "per_day_cents", "per_gb_cents", "unused_mb",
            "plan_ids", "at_cap", "hotspot", "us_number", "tax_included", "as_of", "unserved_day"]


def _by_size(plans: pd.DataFrame, offers: Offers) -> dict[str, Offers]:
    size = pd.Series(size_of(plans).to_numpy(), plans["plan_id"]).reindex(offers.plan_id).to_numpy()
    return {name: offers.where(size == name) for name in SIZES} | {ANY: offers}


def _schedules(
    parts: Mapping[str, Offers], need_mb: Sequence[int], far: int | None
) -> dict[str, Schedule | NoSchedule | None]:
    """The cheapest schedule of each size; ``None`` where its total is more than ``far`` times that
    of any sizes."""
    best = attempt(parts[ANY].cheapest, need_mb)

    def found(part: Offers) -> Schedule | NoSchedule | None:
        if far is None or isinstance(best, NoSchedule):
            return attempt(part.cheapest, need_mb)
        cost = best.total_cents + parts[ANY].bother(best)
        near = part.cheapest_within(need_mb, far * cost)
        if near is None and not part.costs_more(need_mb, far * best.total_cents):
            return attempt(part.cheapest, need_mb)
        return near

    return {size: best if size == ANY else found(part) for size, part in parts.items()}


def _row(by_id: pd.DataFrame, schedule: Schedule | NoSchedule) -> dict:
    if isinstance(schedule, NoSchedule):
        return {"unserved_day": schedule.day}
    bought = list(dict.fromkeys(schedule.plan_ids))
    days, used = len(schedule.need_mb), sum(schedule.need_mb)
    total, times = schedule.total_cents, len(schedule.bought)
    known = [one.mb_unused for one in schedule.bought if one.mb_unused is not None]

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
        "unused_mb": sum(known) if known else pd.NA,
        "plan_ids": schedule.plan_ids,
        "at_cap": of_plans("after_cap"),
        "hotspot": of_plans("hotspot_allowed"),
        "us_number": of_plans("local_us_number"),
        "tax_included": of_plans("tax_included"),
        "as_of": min(filter(None, of_plans("as_of")), default=pd.NA),
    }


def _half_up(cents: int, parts: int) -> int:
    return (2 * cents + parts) // (2 * parts)


def runner_ups(offers: Offers, schedule: Schedule) -> pd.DataFrame:
    """What the same stay costs with one provider only, and what is worse there.

    A reason is only given where it sets the two apart: whatever is named is worse than in
    ``schedule``, never the same or better.

    Returns:
        one row per provider whose cheapest schedule is not ``schedule`` itself, cheapest first:
        ``provider``, ``total_cents``, ``extra_cents`` (more than ``schedule``; negative where it
        lost by the price of bother) and its parts ``price_extra_cents``, ``fee_extra_cents`` and
        ``tax_extra_cents`` (negative where that part is lower), ``waste_extra_mb`` (MB paid for
        and not used, more than in ``schedule``), ``purchases``, ``plan_ids``, ``why`` (a code) and
        ``n`` (the number that belongs to it). Where it costs more, ``why`` is the largest part:

        - ``price``, ``fee``, ``tax``: ``n`` cents more of it
        - ``waste``: ``n`` MB more are paid for and not used; instead of ``price`` where these MB,
          at what a MB costs there, make up for the whole difference in price

        Where it does not:

        - ``purchases``: ``n`` purchases more
        - ``tie``: the rule for ties puts it second, ``n`` is 0

        And ``unserved``: nothing serves day ``n`` (from 0); the other numbers are missing.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["a", "b"], "provider": ["A", "B"],
        ...     "price_usd": [3.0, 4.0], "validity_days": [7, 7], "data_gb": [1.0, 1.0]})
        >>> offers = Offers(plans)
        >>> runner_ups(offers, offers.cheapest([100] * 7))[["provider", "why", "n"]].values.tolist()
        [['B', 'price', 100]]
    """
    rows = []
    for provider in dict.fromkeys(offers.provider):
        other = attempt(offers.where(offers.provider == provider).cheapest, schedule.need_mb)
        if isinstance(other, NoSchedule):
            rows.append({"provider": provider, "why": "unserved", "n": other.day})
        elif other.plan_ids != schedule.plan_ids:
            rows.append({"provider": provider, **_beside(other, schedule)})
    frame = pd.DataFrame(rows, columns=_RUNNER_UP)
    words = ("provider", "plan_ids", "why")
    frame = frame.astype({name: "Int64" for name in _RUNNER_UP if name not in words})
    return frame.sort_values(["total_cents", "purchases", "provider"], ignore_index=True)


_RUNNER_UP = ["provider", "total_cents", "extra_cents", "price_extra_cents", "fee_extra_cents",
              "tax_extra_cents", "waste_extra_mb", "purchases", "plan_ids", "why", "n"]


def _beside(other: Schedule, winner: Schedule) -> dict:
    """A schedule that lost beside the one that won."""
    money = {part: _sum(other, f"{part}_cents") - _sum(winner, f"{part}_cents")
             for part in ("price", "fee", "tax")}
    waste = _sum(other, "mb_unused") - _sum(winner, "mb_unused")
    purchases = len(other.bought) - len(winner.bought)
    extra = sum(money.values())
    if extra > 0:
        why = max(money, key=money.__getitem__)
        n = money[why]
        wasted_cents = waste * _sum(other, "price_cents")
        paid_mb = _sum(other, "mb_used") + _sum(other, "mb_unused")
        if why == "price" and waste > 0 and wasted_cents >= n * paid_mb:
            why, n = "waste", waste
    else:
        why, n = ("purchases", purchases) if purchases > 0 else ("tie", 0)
    return {
        "total_cents": other.total_cents, "extra_cents": extra,
        **{f"{part}_extra_cents": cents for part, cents in money.items()},
        "waste_extra_mb": waste, "purchases": len(other.bought), "plan_ids": other.plan_ids,
        "why": why, "n": n,
    }


def _sum(schedule: Schedule, column: str) -> int:
    """A column's sum; what is left of plans that cannot run out counts 0."""
    return sum(getattr(one, column) or 0 for one in schedule.bought)


def what_if(
    plans: pd.DataFrame, need_mb: Sequence[int], *, far: int | None = None, **options
) -> pd.DataFrame:
    """Least cost of each size if the stay turns out otherwise, in cents; missing if uncovered.

    Args:
        far: for a size that costs more than so many times what ``any`` does, one cent more than
            that stands for its cost.

    Returns:
        indexed ``as_planned``, ``more_use`` (+30 %, rounded up), ``longer`` (three more days like
        the last) and ``heavy_day`` (3 GB more on the middle day); one column per size and ``any``.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["s", "l"], "provider": ["A", "B"],
        ...     "price_usd": [3.0, 8.0], "validity_days": [7, 7], "data_gb": [1.0, 5.0]})
        >>> what_if(plans, [100] * 7)["any"].to_dict()
        {'as_planned': 300, 'more_use': 300, 'longer': 600, 'heavy_day': 800}
    """
    parts = _by_size(plans, Offers(plans, **options))
    rows = {}
    for name, need in variants(need_mb).items():
        found = _schedules(parts, need, far)
        rows[name] = {
            size: far * found[ANY].total_cents + 1 if one is None
            else pd.NA if isinstance(one, NoSchedule) else one.total_cents
            for size, one in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index").astype("Int64")


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


def cost_curve(
    plans: pd.DataFrame, days: int, mb_per_day: Sequence[int], *,
    up_to_cents: int | None = None, **options,
) -> pd.DataFrame:
    """Least cost in cents of each size, for the same use on every day of the stay.

    Args:
        mb_per_day: rising.
        up_to_cents: what costs more, bother included, is left out.

    Returns:
        indexed by MB per day; one column per size; missing where nothing covers, or left out.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["s", "l"], "provider": ["A", "B"],
        ...     "price_usd": [3.0, 8.0], "validity_days": [7, 7], "data_gb": [1.0, 5.0]})
        >>> cost_curve(plans, 7, [100, 300])["1 GB"].tolist()
        [300, 900]
    """
    parts = _by_size(plans, Offers(plans, **options))

    def cents(part: Offers, need: list[int]) -> int | None:
        found = (or_none(part.cheapest, need) if up_to_cents is None
                 else part.cheapest_within(need, up_to_cents))
        return None if found is None else found.total_cents

    columns = {size: [cents(parts[size], [mb] * days) for mb in mb_per_day] for size in SIZES}
    return pd.DataFrame(columns, index=pd.Index(mb_per_day, name="mb_per_day")).astype("Int64")


def break_even(
    plans: pd.DataFrame, days: int, *, up_to_mb: int = 10_000, **options
) -> pd.DataFrame:
    """From how many MB per day on each size is the cheapest, to the MB.

    Sizes are compared by what decides between schedules, the total with the price of bother; those
    that are equal rank in the order 1 GB, 5 GB, unlimited.

    What is promised: the totals at both ends of a range are exact. The ranges are exact where no
    size costs less for more use. That holds for plans of one cycle of days or months that may be
    renewed at any time: what serves more use serves less. It can fail with other plans (several
    cycles paid at once, nothing else sold before the plan ends, hours): who uses less buys the next
    one later, and it may then end at a worse time. In one of 300 random markets it did.

    Args:
        plans: catalogue rows.
        days: length of the stay.
        up_to_mb: the largest use looked at, MB per day.
        options: as for :func:`prepaid.cheapest_schedule`.

    Returns:
        one row per range of use, in order: ``from_mb`` and ``to_mb`` per day, both included,
        ``size`` (missing where no size covers), and its total at both ends, ``from_cents`` and
        ``to_cents``.

    Raises:
        CatalogError, Refusal: as for :func:`prepaid.cheapest_schedule`.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["s", "l"], "provider": ["A", "B"],
        ...     "price_usd": [3.0, 8.0], "validity_days": [7, 7], "data_gb": [1.0, 5.0]})
        >>> break_even(plans, 7, up_to_mb=500)[["from_mb", "to_mb", "size"]].values.tolist()
        [[1, 285, '1 GB'], [286, 500, '5 GB']]
    """
    parts = _by_size(plans, Offers(plans, **options))
    found: dict[tuple[str, int], Schedule] = {}

    def cents(size: str, mb: int, most: float) -> float:
        """What a size costs; infinite where it costs more than ``most``."""
        part, need = parts[size], [mb] * days
        if (size, mb) not in found:
            schedule = (or_none(part.cheapest, need) if most == math.inf
                        else part.cheapest_within(need, int(most)))
            if schedule is None:
                return math.inf
            found[size, mb] = schedule
        cost = found[size, mb].total_cents + part.bother(found[size, mb])
        return cost if cost <= most else math.inf

    def at_least(size: str, mb: int) -> float:
        """What is soon known of the same."""
        firsts = parts[size].first_at_least([mb] * days)
        return min(firsts[firsts >= 0].tolist(), default=math.inf)

    rows: list[dict] = []
    for low, high, size in _ranges(cents, at_least, up_to_mb):
        if rows and rows[-1]["size"] == size:
            rows[-1] |= {"to_mb": high}
        else:
            rows.append({"from_mb": low, "to_mb": high, "size": size})
    for row in rows:
        for end in ("from", "to"):
            row[f"{end}_cents"] = (
                found[row["size"], row[f"{end}_mb"]].total_cents if row["size"] else pd.NA)
    whole = dict.fromkeys(["from_mb", "to_mb"], "int64")
    return pd.DataFrame(rows).astype(whole | dict.fromkeys(["from_cents", "to_cents"], "Int64"))


_DEAR = 10**8  # cents: what costs more may cost anything


def _ranges(
    cents: Callable[[str, int, float], float], bound: Callable[[str, int], float], most: int
) -> Iterator[tuple[int, int, str | None]]:
    """Ranges of use and the size that is the cheapest all through each, from 1 MB a day up.

    A size costs at least what it did for less use. What it costs to the cent is asked only where
    others are not known to cost less; ``bound`` is what it soon is known to cost at least.
    """
    at_least = dict.fromkeys(SIZES, -math.inf)
    low = 1
    while low <= most:
        at_least = {size: max(known, bound(size, low)) for size, known in at_least.items()}
        exact: set[str] = set()
        while (best := min(SIZES, key=at_least.__getitem__)) not in exact:
            if at_least[best] == math.inf:
                yield low, most, None
                return
            more = max(sorted(at_least.values())[1], at_least[best] * 5 // 4 + 100)
            more = more if more < _DEAR else math.inf
            cost = cents(best, low, more)
            at_least[best] = more + 1 if cost == math.inf else cost
            exact |= {best} if cost < math.inf else set()
        others = [size for size in SIZES if size != best]
        limit = min(at_least[one] for one in others)
        high, looked = low, most + 1  # the best at the one, not known to be at the other
        while looked - high > 1:
            mb = (high + looked) // 2 if looked <= most else most
            ends = at_least | {best: cents(best, mb, limit)}
            if ends[best] < math.inf and all(_before(best, size, ends) for size in others):
                high = mb
            else:
                looked = mb
        yield low, high, best
        low = high + 1


def _before(size: str, other: str, cents: Mapping[str, float]) -> bool:
    """Whether a size comes before another one: it costs less, or the same and is smaller."""
    return (cents[size], SIZES.index(size)) < (cents[other], SIZES.index(other))
