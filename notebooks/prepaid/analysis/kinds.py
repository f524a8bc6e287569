"""What kind of plan a row is: its size, what a GB of it costs, and whether it can be bought at all.

All of it follows from the rule's terms of a plan, see :mod:`prepaid.schedule.terms`.
"""

import numpy as np
import pandas as pd

from prepaid.schedule import terms as rule
from prepaid.schedule.terms import ENDLESS, Terms

SIZES = ("1 GB", "5 GB", "unlimited")
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
    """USD of one cycle's price for each GB of its allowance at full speed; ``NaN`` where nothing
    ends, where data is charged by use, and where the price or the allowance is not known.

    Example:
        >>> price_per_gb(pd.DataFrame({"plan_id": ["a"], "provider": ["A"], "price_usd": [15.0],
        ...                            "validity_days": [30.0], "data_gb": [5.0]})).tolist()
        [3.0]
    """
    return pd.to_numeric(plans["price_usd"]).astype(float) / (_mb(rule.read(plans)) / 1000)


def _mb(terms: Terms) -> np.ndarray:
    """MB of one cycle; ``NaN`` where nothing ends, nothing is known or use is charged."""
    mb = terms.cycle_mb
    return np.where((mb > 0) & (mb < ENDLESS) & ~terms.by_use, mb, np.nan)
