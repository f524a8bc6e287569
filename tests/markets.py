"""Plans by hand, and what tests of random cases share."""

import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st


def plan(plan_id, price_usd, validity_days, data_gb=None, **cells):
    """A row of a plan file; the provider is the first letter of the name."""
    row = {
        "plan_id": plan_id,
        "provider": plan_id[0],
        "price_usd": price_usd,
        "validity_days": validity_days,
    }
    return row | ({} if data_gb is None else {"data_gb": data_gb}) | cells


def unlimited(plan_id, price_usd, validity_days, **cells):
    cells = {"unlimited": "yes", "after_cap": "none"} | cells
    return plan(plan_id, price_usd, validity_days, **cells)


def addon(plan_id, price_usd, validity_days, data_gb, addon_for, **cells):
    cells |= {"kind": "addon", "addon_for": addon_for}
    return plan(plan_id, price_usd, validity_days, data_gb, **cells)


MB = st.sampled_from([400, 0, 250, 333, 600, 1000])


def needs(days):
    return st.integers(3, days).flatmap(lambda n: st.lists(MB, min_size=n, max_size=n))


def tries(number):
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    return settings(max_examples=number, deadline=None, suppress_health_check=slow)


# Ways to begin a stay of two days or of six at 500 MB a day, and what each costs in USD.
FOUR_STARTS = pd.DataFrame([
    plan("A1", 4, 2, 1),  # short: 4. long: 4 + 4 + 4, or 4 + 10
    plan("B1", 10, 10, 5),  # 10 and 10
    plan("C1", 10, 30, 5, activation_fee_usd=1),  # 11 and 11: B1 beats it
    unlimited("D1", 15, 10),  # 15 and 15, beaten too
])
