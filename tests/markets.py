"""Plans by hand and at random, for tests that hold an answer against an oracle."""

import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

THROTTLED = {"after_cap": "throttled", "after_cap_kbps": 128}
TEN_A_GB = {"per_gb_usd": 10}


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
    return plan(plan_id, price_usd, validity_days, unlimited="yes", **cells)


def addon(plan_id, price_usd, validity_days, data_gb, addon_for, **cells):
    cells |= {"kind": "addon", "addon_for": addon_for}
    return plan(plan_id, price_usd, validity_days, data_gb, **cells)


GB = st.sampled_from([1, 0.5, 0.75, 2, 0])
KBPS = st.sampled_from([128, 512])
MB = st.sampled_from([400, 0, 250, 333, 600, 1000])

EVERY_PLAN = {
    "price_usd": st.sampled_from([3, 2, 4, 5, 2.49, 6]),
    "validity_days": st.integers(1, 4),
}
PERHAPS = {
    "min_commitment_cycles": st.sampled_from([2, 1, 3]),
    "activation_fee_usd": st.sampled_from([1, 0, 2.5]),
    "intro_new_customer_only": st.sampled_from(["no", "yes"]),
    "tax_included": st.sampled_from(["unknown", "no", "yes"]),
}
PERIOD = st.sampled_from(["cycle", "day"])
YES, THROTTLING, PER_GB = st.just("yes"), st.just("throttled"), st.sampled_from([1, 3.07, 8])
USES = {
    "limited": st.fixed_dictionaries({"data_gb": GB}),
    "daily": st.fixed_dictionaries({"data_gb": GB, "premium_data_period": st.just("day")}),
    "slowed": st.fixed_dictionaries(
        {"data_gb": GB, "after_cap": THROTTLING, "after_cap_kbps": KBPS}
    ),
    "throttled": st.fixed_dictionaries(
        {"unlimited": YES, "after_cap": THROTTLING},
        optional={"premium_data_gb": GB, "premium_data_period": PERIOD, "after_cap_kbps": KBPS},
    ),
    "endless": st.fixed_dictionaries(
        {"unlimited": YES, "price_usd": st.sampled_from([9, 15])},
        optional={"after_cap": st.just("none"), "premium_data_gb": GB},
    ),
    "by use": st.fixed_dictionaries(
        {"per_gb_usd": PER_GB},
        optional={
            "usage_charge_cap_usd": st.sampled_from([0.5, 1]),
            "data_gb": GB,
            "premium_data_gb": GB,
            "premium_data_period": PERIOD,
            "after_cap": THROTTLING,
            "after_cap_kbps": KBPS,
        },
    ),
    "unknown": st.just({}),
}
# Most plans run out, and what does not is dear: a cheap endless plan makes all else idle.
KINDS = ["limited", "daily", "throttled", "slowed", "by use", "limited", "endless", "unknown"]
ADDON_PRICE = st.sampled_from([1, 0.5, 2])


@st.composite
def markets(draw, plans, addons, kinds=KINDS, providers="ABC"):
    """Rows of a plan file, at most so many plans and add-ons; names begin with the provider."""
    rows = []
    for number in range(draw(st.integers(2, plans))):
        provider = draw(st.sampled_from(providers))
        cells = draw(st.fixed_dictionaries(EVERY_PLAN, optional=PERHAPS))
        use = draw(USES[draw(st.sampled_from(kinds))])
        rows.append({"plan_id": f"{provider}{number}", "provider": provider} | cells | use)
    providers = sorted({row["provider"] for row in rows})
    for number in range(draw(st.integers(0, addons))):
        provider = draw(st.sampled_from(providers))
        bases = [row["plan_id"] for row in rows if row["provider"] == provider]
        names = draw(st.sets(st.sampled_from(bases), min_size=1))
        cells = draw(st.fixed_dictionaries(EVERY_PLAN, optional=PERHAPS))
        use = draw(USES[draw(st.sampled_from(kinds))])
        row = {"plan_id": f"{provider}+{number}", "provider": provider, "kind": "addon"}
        row |= {"addon_for": ";".join(sorted(names))} | cells | use
        rows.append(row | {"price_usd": draw(ADDON_PRICE)})
    return rows


def needs(days):
    return st.integers(3, days).flatmap(lambda n: st.lists(MB, min_size=n, max_size=n))


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "slow_ok_kbps": KBPS,
        "new_customer": st.booleans(),
        "tax_rate": st.sampled_from([0, 0.05, 0.0825, 0.5]),
    },
)


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
