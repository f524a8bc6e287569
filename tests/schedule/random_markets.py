"""Made-up markets for the comparison with `brute_force`, and one of any size for speed.

In `random_market` every column is drawn on its own, so that nothing is tied to anything else: an
add-on stands at any provider and names any plan, a plan charged by use is paid for several cycles,
a new customer's price costs more than the ordinary one. What no plan file may say is the only
exception: a plan without an expiry has no number of days.
"""

from datetime import date, time

import numpy as np
import pandas as pd

PROVIDERS = ("Acme", "Bolt", "Coco", "Dial")
STARTS = (
    None,
    date(2027, 1, 29), date(2027, 1, 30), date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 28),
    date(2028, 1, 31), date(2028, 2, 29), date(2026, 12, 31), date(2027, 3, 1), date(2026, 11, 30),
)  # fmt: skip
CLOCKS = (time(0, 1), time(6, 30), time(9), time(12), time(14), time(15), time(20, 7), time(23, 59))
SHORT = (1, 1, 2, 2, 3, 3, 4, 5, 7, 30)
LONG = (30, 30, 31, 59, 60, 90, 7)
DAY_MB = (0, 0, 1, 1, 100, 200, 250, 300, 333, 500, 700, 1000)


# what a column's cells are drawn from: one line is drawn for each market
PALETTES = {
    "provider": [PROVIDERS, PROVIDERS[:1], PROVIDERS[:2], PROVIDERS[:3]],
    "kind": [
        ("carrier_prepaid", "mvno", "travel_esim", "travel_esim", "addon", "addon"),
        ("travel_esim", "addon", "addon"),
        ("carrier_prepaid", "mvno", "addon"),
        ("travel_esim",),
    ],
    "price_usd": [
        (0, 0, 1, 1, 1.5, 2, 2, 3, 3, 4, 5, 6.99, 7, 9.99, 12),
        (1, 1, 2, 2, 3),
        (1.3333, 1.3333, 2, 2.6667, 4),
        (0.01, 0.02, 0.05, 0.1, 0.13),
        (1, 2.5, 4.99, 6, 11.37, 12),
    ],
    "cycle_unit": [
        (None, "days", "days", "hours", "month", "no_expiry"),
        (None, "days"),
        ("days", "hours", "hours"),
        ("month", "days"),
    ],
    "data_gb": [
        (0.1, 0.2, 0.3, 0.3, 0.5, 0.5, 0.7, 1, 1, 1.5, 2, 5),
        (0.1, 0.2, 0.3, 0.4),
        (0.15, 0.2, 0.5, 0.5, 1),
    ],
}
# how often a cell is filled, in a market that leans neither way
FILLED = {
    "data_gb": 0.85,
    "premium_data_gb": 0.25,
    "premium_data_period": 0.3,
    "data_cap_per": 0.3,
    "after_cap": 0.6,
    "after_cap_kbps": 0.4,
    "per_gb_usd": 0.2,
    "usage_charge_cap_usd": 0.3,
    "intro_price_usd": 0.25,
    "intro_cycles": 0.4,
    "intro_new_customer_only": 0.4,
    "min_commitment_cycles": 0.4,
    "renew_early": 0.6,
    "activation_fee_usd": 0.3,
    "fee_per_payment_usd": 0.2,
    "fee_per_cycle_usd": 0.2,
    "fee_percent": 0.2,
    "fee_unknown": 0.1,
    "addon_for": 0.8,
    "local_us_number": 0.8,
    "number_grace_days": 0.5,
}


def _maybe(rng, chance, values):
    return rng.choice(values) if rng.random() < chance else None


def _lean(rng, chance):
    return rng.choice([chance / 3, chance, chance, 1 - (1 - chance) ** 3])


def _plan(rng, names, months, leaning, palette):
    def maybe(column, values):
        return rng.choice(values) if rng.random() < leaning[column] else None

    unit = rng.choice(palette["cycle_unit"])
    if months:
        unit = rng.choice(["month", "month", "month", unit])
    validity = rng.choice(LONG if months else SHORT)
    bases = rng.sample(names, rng.randint(1, min(3, len(names))))
    return {
        "plan_id": None,
        "provider": rng.choice(palette["provider"]),
        "kind": rng.choice(palette["kind"]),
        "price_usd": rng.choice(palette["price_usd"]),
        "tax_included": rng.choice(["yes", "no", "unknown"]),
        "validity_days": None if unit == "no_expiry" else validity,
        "cycle_unit": unit,
        "data_gb": maybe("data_gb", palette["data_gb"]),
        "unlimited": rng.choice(["no", "no", "no", "yes"]),
        "premium_data_gb": maybe("premium_data_gb", [0, 0.1, 0.3, 0.4, 1, 2]),
        "premium_data_period": maybe("premium_data_period", ["cycle", "day"]),
        "data_cap_per": maybe("data_cap_per", ["cycle", "day"]),
        "after_cap": maybe("after_cap", ["throttled", "cut_off", "pay_per_mb", "none"]),
        "after_cap_kbps": maybe("after_cap_kbps", [64, 128, 512]),
        "per_gb_usd": maybe("per_gb_usd", [0, 1, 2, 3.33, 10]),
        "usage_charge_cap_usd": maybe("usage_charge_cap_usd", [0, 0.5, 1, 3]),
        "intro_price_usd": maybe("intro_price_usd", palette["price_usd"]),
        "intro_cycles": maybe("intro_cycles", [1, 2, 3]),
        "intro_new_customer_only": maybe("intro_new_customer_only", ["yes", "no", "no"]),
        "min_commitment_cycles": maybe("min_commitment_cycles", [1, 2, 2, 3]),
        "renew_early": maybe("renew_early", ["yes", "no"]),
        "activation_fee_usd": maybe("activation_fee_usd", [cents / 4 for cents in range(16)]),
        "fee_per_payment_usd": maybe("fee_per_payment_usd", [cents / 5 for cents in range(12)]),
        "fee_per_cycle_usd": maybe("fee_per_cycle_usd", [cents / 10 for cents in range(10)]),
        "fee_percent": maybe("fee_percent", [0, 2.5, 3, 10, 12.75, 50]),
        "fee_unknown": maybe("fee_unknown", ["yes"]),
        "addon_for": maybe("addon_for", [";".join(bases)]),
        "local_us_number": maybe("local_us_number", ["yes", "yes", "no"]),
        "number_grace_days": maybe("number_grace_days", [0, 1, 2, 3, 30]),
    }  # fmt: skip


def _options(rng, days):
    options = {}
    drawn = {
        "start": rng.choice(STARTS),
        "arrive": _maybe(rng, 0.4, CLOCKS),
        "leave": _maybe(rng, 0.4, CLOCKS),
        "tax_rate": _maybe(rng, 0.4, [0.05, 0.08875, 0.2]),
        "per_purchase_usd": _maybe(rng, 0.25, [0.5, 1, 3]),
        "per_move_usd": _maybe(rng, 0.25, [0.25, 1, 5]),
        "slow_ok_kbps": _maybe(rng, 0.25, [64, 128, 256]),
        "trust_unlimited": _maybe(rng, 0.25, [True]),
        "new_customer": _maybe(rng, 0.25, [False]),
    }
    options = {name: value for name, value in drawn.items() if value is not None}
    if days == 1 and {"arrive", "leave"} <= set(options) and options["arrive"] >= options["leave"]:
        del options["leave"]
    return options


def random_market(rng, plans=None, days=None, months=False):
    """(plans as dicts, need_mb, options) drawn from ``rng``, a `random.Random`.

    ``plans`` and ``days`` are drawn where they are not given; with ``months``, most plans are
    billed by the month and the stay is of weeks.
    """
    plans = rng.randint(2, 5) if plans is None else plans
    if days is None:
        days = rng.randint(20, 70) if months else rng.randint(1, 9)
    names = [f"p{number}" for number in range(plans)]
    leaning = {column: _lean(rng, chance) for column, chance in FILLED.items()}
    palette = {column: rng.choice(lines) for column, lines in PALETTES.items()}
    rows = [_plan(rng, names, months, leaning, palette) for _ in names]
    rng.shuffle(names)
    for row, name in zip(rows, names, strict=True):
        row["plan_id"] = name
    absent = rng.random() * 0.15  # columns that the whole file lacks
    kept = [name for name in rows[0] if name in NEEDED or rng.random() >= absent]
    rows = [{name: row[name] for name in kept if row[name] is not None} for row in rows]
    if months:
        need = [rng.choice([0, 0, 1, 10, 20, 40, 70]) for _ in range(days)]
    elif rng.random() < 0.3:
        need = [rng.choice(DAY_MB)] * days
    else:
        need = [rng.choice(DAY_MB) for _ in range(days)]
    return rows, need, _options(rng, days)


NEEDED = ("plan_id", "provider", "kind", "price_usd", "validity_days", "data_gb", "unlimited")


def random_running(rng, plans=None, days=None, months=False):
    """(plans, need_mb, options, running) for a line on which one of the plans runs.

    ``running`` has the arguments plan_id, days_left, mb_left and paid_cycles_left of
    `prepaid.next_step`. The running plan is no add-on, its days and data are known.
    """
    while True:
        rows, need, options = random_market(rng, plans, days, months)
        able = [row for row in rows if _can_run(row)]
        if able:
            break
    row = rng.choice(able)
    unit, validity = row.get("cycle_unit"), row.get("validity_days")
    if unit == "no_expiry":
        days_left = len(need) + rng.randint(0, 2)
    else:
        longest = max(validity // 30, 1) * 30 if unit == "month" else validity
        days_left = rng.randint(0, min(longest, len(need) + 1))
    allowance = row["data_gb"] if row.get("premium_data_gb") is None else row["premium_data_gb"]
    running = {
        "plan_id": row["plan_id"],
        "days_left": days_left,
        "mb_left": rng.choice([0, 0, 1, 50, 100, 250, round(allowance * 1000)]),
        "paid_cycles_left": 0 if unit == "no_expiry" else rng.choice([0, 0, 0, 1, 1, 2, 3]),
    }
    return rows, need, options, running


def _can_run(row):
    dated = row.get("cycle_unit") == "no_expiry" or row.get("validity_days")
    return row["kind"] != "addon" and dated and row.get("data_gb") is not None


def frame(rows):
    """The rows as a DataFrame, cells that are missing being None or NaN as pandas has it."""
    return pd.DataFrame(rows)


# --------------------------------------------------------------------------------------- for speed

VALIDITY = (1, 3, 5, 7, 10, 14, 15, 20, 28, 30, 60, 90, 180, 365)
DATA_GB = (0.5, 1, 2, 3, 5, 10, 15, 20, 30, 50, 100)
FEES = (0, 0, 0, 5, 10, 25, 35)


def big_market(n: int, seed: int = 0, providers: int = 500) -> pd.DataFrame:
    """``n`` rows with all columns, plausible on the whole.

    Prices grow with data and days, less than in proportion, with noise. A tenth each are
    unlimited, of data per day, new customers' prices of either kind, billed by the month, counted
    in hours; one in twenty each is an add-on, paid for several cycles at once, charged by use.
    Activation fees, the other fees and the rule of one cycle at a time are those of a provider.
    """
    rng = np.random.default_rng(seed)
    provider = rng.permutation(np.arange(n) % providers)
    validity = rng.choice(VALIDITY, n)
    data = rng.choice(DATA_GB, n)
    chance = rng.random((9, n))
    unlimited, daily, new_only, intro = chance[0] < 0.1, chance[1] < 0.1, *(chance[2:4] < 0.1)
    addon, upfront, by_use = (chance[4:7] < 0.05) & ~new_only & ~intro
    by_use &= ~unlimited & ~addon
    upfront &= ~by_use & ~addon & (validity <= 30)
    data = np.where(daily, np.minimum(data, 5), data)
    effective = np.where(daily, data * validity, np.where(unlimited, validity, data))
    price = 2 * effective**0.6 * validity**0.25 * rng.lognormal(0, 0.3, n)
    price = np.maximum(np.round(price * np.where(new_only, 0.7, 1)), 1) - 0.01
    monthly = (validity % 30 == 0) & (chance[7] < 0.4)
    hourly = (validity <= 30) & ~monthly & (chance[7] > 0.9)
    identity = np.array([f"plan-{number:06d}" for number in range(n)], object)
    names = np.array([f"provider-{number:03d}" for number in range(providers)], object)
    order = np.lexsort((addon, provider))
    first = order[np.searchsorted(provider[order], np.arange(providers)).clip(max=n - 1)]
    base = first[provider]
    has_base = addon & (provider[base] == provider) & ~addon[base]
    carrier = rng.choice(["travel_esim", "travel_esim", "mvno", "carrier_prepaid"], providers)
    of_provider = {
        "activation_fee_usd": rng.choice(FEES, providers),
        "fee_per_payment_usd": rng.choice([0, 0, 0, 0, 0.5, 1], providers),
        "fee_per_cycle_usd": rng.choice([0, 0, 0, 0, 1.25], providers),
        "fee_percent": rng.choice([0, 0, 0, 0, 3], providers),
        "renew_early": rng.choice(np.array(["yes", "no", None], object), providers),
        "number_grace_days": rng.choice([0, 7, 30, 60], providers),
    }
    capped = unlimited | daily
    return pd.DataFrame({
        "plan_id": identity,
        "provider": names[provider],
        "kind": np.where(addon, "addon", carrier[provider]),
        "price_usd": np.round(price, 2),
        "validity_days": validity,
        "cycle_unit": np.where(monthly, "month", np.where(hourly, "hours", "days")),
        "data_gb": np.where(unlimited, np.nan, data),
        "data_cap_per": np.where(daily, "day", "cycle"),
        "unlimited": np.where(unlimited, "yes", "no"),
        "premium_data_gb": np.where(capped & ~addon & (chance[0] < 0.09), data, np.nan),
        "premium_data_period": np.where(daily, "day", np.where(capped, "cycle", None)),
        "after_cap": np.where(
            unlimited, np.where(chance[0] < 0.06, "throttled", "none"), "cut_off"),
        "after_cap_kbps": np.where(unlimited, 128, np.nan),
        "per_gb_usd": np.where(by_use, 2, np.nan),
        "usage_charge_cap_usd": np.where(by_use, 30, np.nan),
        "min_commitment_cycles": np.where(upfront, 3, 1),
        "tax_included": np.where(chance[8] < 0.5, "yes", "no"),
        "intro_new_customer_only": np.where(new_only & ~addon, "yes", "no"),
        "intro_price_usd": np.where(intro & ~new_only, np.round(price * 0.6, 2), np.nan),
        "intro_cycles": np.where(intro & ~new_only, 3, np.nan),
        "local_us_number": np.where(carrier[provider] == "travel_esim", "no", "yes"),
        "addon_for": np.where(has_base, identity[base], None),
        **{name: values[provider] for name, values in of_provider.items()},
    })  # fmt: skip
