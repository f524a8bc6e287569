"""Which plans the rule can never buy, and why."""

from collections.abc import Mapping

import pandas as pd

from prepaid.catalogue.plans import checked
from prepaid.schedule import terms

_READING = ("slow_ok_kbps", "trust_unlimited", "doubtful")


def never_bought(plans: pd.DataFrame, options: Mapping) -> pd.DataFrame:
    """The plans that no schedule can have.

    Args:
        plans: catalogue rows.
        options: those of :func:`prepaid.cheapest_schedule`; only what changes the reading of a plan
            plays a part.

    Returns:
        ``plan_id`` and ``reason``, a code of :class:`prepaid.schedule.terms.Terms`.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["a"], "provider": ["A"], "price_usd": [3.0],
        ...                       "validity_days": [7], "unlimited": ["yes"]})
        >>> never_bought(plans, {})["reason"].tolist()
        ['not_promised']
    """
    read = terms.read(checked(plans), **{
        name: options[name] for name in _READING if name in options})
    out = read.reason != ""
    return pd.DataFrame({"plan_id": read.plan_id[out], "reason": read.reason[out]})
