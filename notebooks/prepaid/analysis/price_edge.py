"""Price against data: which packages of about a month none undercuts."""

import numpy as np
import pandas as pd

from prepaid.schedule import terms as rule
from prepaid.schedule.terms import ENDLESS

MONTH = (28, 31)  # days


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
