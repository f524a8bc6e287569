"""A market of any size, made up: for speed and for random checks, never shown to a reader."""

import numpy as np
import pandas as pd

VALIDITY = (1, 3, 5, 7, 10, 14, 15, 20, 28, 30, 60, 90, 180, 365)
DATA_GB = (0.5, 1, 2, 3, 5, 10, 15, 20, 30, 50, 100)
FEES = (0, 0, 0, 5, 10, 25, 35)


def market(plans: int, seed: int = 0, providers: int = 500) -> pd.DataFrame:
    """Catalogue rows of made-up plans.

    Prices grow with data and days, less than in proportion, with noise. A tenth each are
    unlimited, capped daily, new-customer prices; one in twenty each is an add-on, paid for several
    cycles at once, charged by use. Activation fees are those of a provider.
    """
    rng = np.random.default_rng(seed)
    provider = rng.permutation(np.arange(plans) % providers)
    validity = rng.choice(VALIDITY, plans)
    data = rng.choice(DATA_GB, plans)
    chance = rng.random((6, plans))
    unlimited, daily, intro = chance[0] < 0.1, chance[1] < 0.1, chance[2] < 0.1
    addon, upfront, by_use = (chance[3:] < 0.05) & ~intro
    by_use &= ~unlimited & ~addon
    data = np.where(daily, np.minimum(data, 5), data)
    effective = np.where(daily, data * validity, np.where(unlimited, validity, data))
    price = 2 * effective**0.6 * validity**0.25 * rng.lognormal(0, 0.3, plans)
    price = np.maximum(np.round(price * np.where(intro, 0.7, 1)), 1) - 0.01
    fee = rng.choice(FEES, providers)[provider]
    identity = np.array([f"plan-{number:06d}" for number in range(plans)], object)
    names = np.array([f"provider-{number:03d}" for number in range(providers)], object)
    order = np.lexsort((addon, provider))
    first = order[np.searchsorted(provider[order], np.arange(providers)).clip(max=plans - 1)]
    base = first[provider]
    has_base = addon & (provider[base] == provider) & ~addon[base]
    capped = unlimited | daily
    return pd.DataFrame({
        "plan_id": identity,
        "provider": names[provider],
        "kind": np.where(addon, "addon", "travel_esim"),
        "price_usd": np.round(price, 2),
        "validity_days": validity,
        "data_gb": np.where(unlimited, np.nan, data),
        "unlimited": np.where(unlimited, "yes", "no"),
        "premium_data_gb": np.where(capped & ~addon, data, np.nan),
        "premium_data_period": np.where(daily, "day", np.where(capped, "cycle", None)),
        "after_cap": np.where(unlimited & (chance[0] < 0.08), "throttled", "stops"),
        "after_cap_kbps": np.where(unlimited, 128, np.nan),
        "per_gb_usd": np.where(by_use, 2, np.nan),
        "usage_charge_cap_usd": np.where(by_use, 30, np.nan),
        "activation_fee_usd": np.where(addon, 0, fee),
        "min_commitment_cycles": np.where(upfront & (validity <= 30), 3, 1),
        "tax_included": np.where(chance[5] < 0.5, "yes", "no"),
        "intro_new_customer_only": np.where(intro & ~addon, "yes", "no"),
        "addon_for": np.where(has_base, identity[base], None),
    })
