"""What habits of comparison sites cost: one price per package instead of the cost of a stay.

Each habit picks one package by one number and buys it as often as the stay takes. What that costs
is worked out by the same rule and options as the optimum, see :func:`prepaid.cheapest_schedule`.
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pandas as pd

from prepaid.analysis.attempt import or_none
from prepaid.schedule import Offers, Schedule
from prepaid.schedule.terms import ENDLESS

DAYS = (3, 5, 7, 10, 14, 18, 21, 25, 30, 35, 45, 60, 75, 90)
MB_PER_DAY = (100, 200, 300, 500, 1000, 2000, 3000)

_WORST = ("days", "mb_per_day", "plan_id", "cents", "optimum_cents")


def habits(
    plans: pd.DataFrame,
    days: Sequence[int] = DAYS,
    mb_per_day: Sequence[int] = MB_PER_DAY,
    **options,
) -> pd.DataFrame:
    """What each habit costs on each stay of a grid, of ``days`` and of whole MB on each of them,
    and what the cheapest schedule costs; options as for :func:`prepaid.cheapest_schedule`.

    - ``single``: of the packages that cover the whole stay in one purchase, the cheapest
    - ``repeated``: of all packages, each bought as often as the stay takes, the cheapest
    - ``per_gb``: the package of the lowest price per GB, bought as often as the stay takes. The
      price per GB is the list price over the data that comes with it; packages that are called
      unlimited or charge by use have none. One that cannot serve the stay is passed over. Ties go
      to the lower price, then to ``plan_id`` order
    - ``per_gb_cycle``: the same, among packages that are paid for one cycle at a time

    Add-ons start no line, so no habit picks them; the cheapest schedule may hold them.

    Returns:
        one row per stay, use and habit: ``habit``, ``days``, ``mb_per_day``, ``plan_id``,
        ``purchases``, ``cents`` and ``optimum_cents``. What a habit has no answer to is missing,
        and so is the optimum where nothing covers the stay.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["week", "month"], "provider": ["A", "B"],
        ...     "price_usd": [4.0, 12.0], "validity_days": [7, 30], "data_gb": [1.0, 5.0]})
        >>> habits(plans, [7], [100])[["habit", "plan_id", "cents", "optimum_cents"]].values[2:]
        array([['per_gb', 'month', 1200, 400],
               ['per_gb_cycle', 'month', 1200, 400]], dtype=object)
    """
    offers = Offers(plans, **options)
    alone = {plan_id: offers.where(offers.plan_id == plan_id) for plan_id in offers.plan_id}
    terms = _terms(offers)
    rows = []
    for n_days, mb in product(days, mb_per_day):
        need = [mb] * n_days
        best = or_none(offers.cheapest, need)
        for habit, picked in _picks(alone, terms, need).items():
            rows.append({
                "habit": habit, "days": n_days, "mb_per_day": mb,
                "plan_id": picked.plan_ids[0] if picked and picked.bought else pd.NA,
                "purchases": len(picked.bought) if picked else pd.NA,
                "cents": picked.total_cents if picked else pd.NA,
                "optimum_cents": best.total_cents if best else pd.NA,
            })
    whole = dict.fromkeys(["purchases", "cents", "optimum_cents"], "Int64")
    return pd.DataFrame(rows).astype(whole)


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """How often and by how much each habit misses the optimum, see :func:`habits`.

    Returns:
        indexed by habit: ``cases`` that can be covered at all, ``answered`` (those that the habit
        has an answer to), ``optimal``; of the answered ones ``mean_excess`` and ``worst_excess``
        (0.1 is a tenth above the optimum) and the worst case itself: ``worst_days``,
        ``worst_mb_per_day``, ``worst_plan_id``, ``worst_cents`` and ``worst_optimum_cents``.
    """
    coverable = found.dropna(subset="optimum_cents")
    return pd.DataFrame.from_dict(
        {habit: _summed_up(coverable[coverable["habit"] == habit])
         for habit in found["habit"].drop_duplicates()},
        orient="index",
    )


def missed(found: pd.DataFrame) -> pd.DataFrame:
    """The rows of :func:`habits` in which the habit costs more than the optimum."""
    return found[(found["cents"] > found["optimum_cents"]).fillna(False).astype(bool)]


def _summed_up(cases: pd.DataFrame) -> dict:
    answered = cases.dropna(subset="cents")
    excess = answered["cents"].astype(float) / answered["optimum_cents"].astype(float) - 1
    excess = excess.fillna(0)  # a stay without need costs nothing either way
    worst = answered.loc[excess.idxmax()] if len(answered) else dict.fromkeys(_WORST, pd.NA)
    return {
        "cases": len(cases), "answered": len(answered),
        "optimal": int((answered["cents"] == answered["optimum_cents"]).sum()),
        "mean_excess": excess.mean(), "worst_excess": excess.max(),
        **{f"worst_{name}": worst[name] for name in _WORST},
    }


def _picks(
    alone: dict[str, Offers], terms: pd.DataFrame, need: Sequence[int]
) -> dict[str, Schedule | None]:
    """By habit, the package it picks for a need and how that is bought; ``None`` without one."""
    tried: dict[str, Schedule | None] = {}

    def repeated(plan_id: str) -> Schedule | None:
        if plan_id not in tried:
            tried[plan_id] = or_none(alone[plan_id].cheapest, need)
        return tried[plan_id]

    def single(plan_id: str) -> Schedule | None:
        found = repeated(plan_id)
        return found if found and len(found.bought) <= 1 else None

    times = -(-len(need) // terms["days"])
    at_least = terms["least_cents"] * times
    ranked = terms.dropna(subset="per_gb").sort_values(["per_gb", "upfront_cents", "plan_id"])
    by_cycle = ranked[ranked["cycles"] == 1]
    return {
        "single": _cheapest(at_least[times == 1], single),
        "repeated": _cheapest(at_least, repeated),
        "per_gb": next(filter(None, map(repeated, ranked.index)), None),
        "per_gb_cycle": next(filter(None, map(repeated, by_cycle.index)), None),
    }


def _cheapest(
    at_least: pd.Series, buy: Callable[[str], Schedule | None]
) -> Schedule | None:
    """The cheapest of what ``buy`` gives; what costs at least as much is not looked at."""
    best = None
    for plan_id, cents in at_least.sort_values(kind="stable").items():
        if best is not None and cents >= best.total_cents:
            break
        found = buy(plan_id)
        if found and (best is None or found.total_cents < best.total_cents):
            best = found
    return best


def _terms(offers: Offers) -> pd.DataFrame:
    """By plan on offer: days paid, cents paid at once, cycles, and the price per GB in cents."""
    terms = offers.terms
    sized = (terms.cycle_mb < ENDLESS) & (terms.cycle_mb > 0) & ~terms.unlimited & ~terms.by_use
    gb = np.where(sized, terms.cycle_mb, 1) * terms.cycles / 1000
    return pd.DataFrame({
        "days": terms.days_paid, "upfront_cents": terms.price, "cycles": terms.cycles,
        "least_cents": np.where(
            terms.intro_uses > 0, np.minimum(terms.price, terms.intro_price), terms.price),
        "per_gb": np.where(sized, terms.price / gb, np.nan),
    }, index=pd.Index(offers.plan_id, name="plan_id"))
