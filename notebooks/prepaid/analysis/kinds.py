"""What kind of plan a row is: its size, what a GB of it costs, whether it can be bought at all, and
which packages of about a month none undercuts.

All of it follows from the rule's terms of a plan, see :mod:`prepaid.schedule.terms`.
"""

import numpy as np
import pandas as pd

from prepaid.schedule import terms as rule
from prepaid.schedule.terms import ENDLESS, Terms

SIZES = ("1 GB", "5 GB", "unlimited")
MONTH = (28, 31)  # days
_READING = {"slow_ok_kbps", "trust_unlimited", "doubtful"}


def left_out(plans: pd.DataFrame, **options) -> pd.DataFrame:
    """The plans that can never be scheduled: ``plan_id``, ``provider``, ``plan_name`` and
    ``reason``, the first that holds of those of :class:`prepaid.schedule.terms.Terms`.

    Of ``options``, those that do not change the reading of a plan play no part.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["a"], "provider": ["A"], "price_usd": [5.0],
        ...                       "validity_days": [30.0], "unlimited": ["yes"]})
        >>> left_out(plans)["reason"].tolist(), len(left_out(plans, trust_unlimited=True))
        (['not_promised'], 0)
    """
    terms = rule.read(plans, **{name: options[name] for name in _READING & options.keys()})
    names = {name: plans[name].fillna("") if name in plans else pd.Series("", plans.index)
             for name in ("plan_id", "provider", "plan_name")}
    out = pd.DataFrame(names).assign(reason=terms.reason)
    return out[terms.reason != ""].reset_index(drop=True)


def size_of(plans: pd.DataFrame) -> pd.Series:
    """The size that each plan is compared under: ``"1 GB"``, ``"5 GB"``, ``"unlimited"`` or none.

    By the data of one cycle: up to 2 GB, 3 to 8 GB, called unlimited. A daily allowance counts as
    what the days of a cycle add up to; data charged by use has no size.

    Example:
        >>> size_of(pd.DataFrame({"plan_id": ["a"], "provider": ["A"], "price_usd": [5.0],
        ...                       "validity_days": [30.0], "data_gb": [5.0]})).tolist()
        ['5 GB']
    """
    terms = rule.read(plans)
    mb = _mb(terms)
    size = np.select([terms.unlimited, mb <= 2000, (mb >= 3000) & (mb <= 8000)],
                     [*SIZES[2:], *SIZES[:2]], "")
    return pd.Series(size, plans.index, dtype="str", name="size").replace("", pd.NA)


def price_per_gb(plans: pd.DataFrame) -> pd.Series:
    """USD of one cycle's price for each GB of its allowance; ``NaN`` where the plan is called
    unlimited, where data is charged by use, and where the price or the allowance is not known.

    Example:
        >>> price_per_gb(pd.DataFrame({"plan_id": ["a"], "provider": ["A"], "price_usd": [15.0],
        ...                            "validity_days": [30.0], "data_gb": [5.0]})).tolist()
        [3.0]
    """
    return pd.to_numeric(plans["price_usd"]).astype(float) / (_mb(rule.read(plans)) / 1000)


def _mb(terms: Terms) -> np.ndarray:
    """MB of one cycle; ``NaN`` where nothing bounds it, nothing is known or use is charged."""
    mb = terms.cycle_mb
    bounded = (mb > 0) & (mb < ENDLESS) & ~terms.by_use & ~terms.unlimited
    return np.where(bounded, mb, np.nan)


def price_edge(plans: pd.DataFrame) -> pd.DataFrame:
    """Packages that last about a month: their data, their price, and whether one beats them.

    Args:
        plans: catalogue rows. Add-ons, packages of several cycles paid at once, those charged by
            use and those whose price or data is not known are left out.

    Returns:
        ordered by price, then by more data, then by ``plan_id``: ``plan_id``, ``gb`` (of a month,
        at full speed; ``inf`` where nothing runs out), ``cents`` of one cycle without fees and
        tax, and ``edge``: whether no other package has at least as much data for less, or more for
        the same.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["a", "b", "c"], "provider": "A",
        ...     "price_usd": [5.0, 9.0, 8.0], "validity_days": 30, "data_gb": [1.0, 3.0, 5.0]})
        >>> price_edge(plans)[["plan_id", "edge"]].values.tolist()
        [['a', True], ['c', True], ['b', False]]
    """
    terms = rule.read(plans)
    days = terms.days_paid
    wanted = ((terms.reason == "") & ~terms.addon & ~terms.by_use & (terms.cycles == 1)
              & (terms.cycle_mb > 0) & (days >= MONTH[0]) & (days <= MONTH[1]))
    gb = np.where(terms.cycle_mb >= ENDLESS, np.inf, terms.cycle_mb / 1000)
    found = pd.DataFrame({"plan_id": terms.plan_id, "gb": gb, "cents": terms.price})[wanted]
    found = found.sort_values(["cents", "gb", "plan_id"], ascending=[True, False, True],
                              ignore_index=True)
    return found.assign(edge=found["gb"] > found["gb"].cummax().shift(fill_value=0))
