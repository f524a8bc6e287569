"""Which plans can never be scheduled, and which size and price per GB each has."""

import pandas as pd
import pytest

from prepaid import i18n, load_catalog
from prepaid.analysis.kinds import left_out, price_per_gb, size_of
from prepaid.schedule import Offers


def plan(plan_id="p", **given):
    return {"plan_id": plan_id, "provider": "P", "price_usd": 10.0, "validity_days": 30.0,
            "data_gb": 5.0} | given


NONE = float("nan")


def frame(*plans: dict) -> pd.DataFrame:
    return pd.DataFrame(plans)


@pytest.mark.parametrize("slow", [None, 100, 1000, 2000])
def test_left_out_and_schedulable_are_all_there_is(slow):
    plans = load_catalog()
    left = set(left_out(plans, slow_ok_kbps=slow)["plan_id"])
    offered = set(Offers(plans, slow_ok_kbps=slow).plan_id)
    assert not left & offered
    assert left | offered == set(plans["plan_id"])


THROTTLED = {"unlimited": "yes", "data_gb": NONE, "after_cap": "throttled"}


@pytest.mark.parametrize(("given", "reason"), [
    ({}, None),
    ({"status": "doubtful", "validity_days": NONE}, "status"),
    ({"status": "gone"}, "status"),
    ({"status": "current"}, None),
    ({"validity_days": NONE, "price_usd": NONE}, "unknown_validity"),
    ({"validity_days": NONE, "cycle_unit": "no_expiry"}, None),
    ({"price_usd": NONE}, "unknown_price"),
    ({"price_usd": 0.0}, None),
    ({"data_gb": NONE}, "unknown_allowance"),
    ({"data_gb": NONE, "unlimited": "yes"}, "not_promised"),
    ({"data_gb": NONE, "unlimited": "yes", "after_cap": "none"}, None),
    ({"data_gb": 5.0, "unlimited": "yes"}, None),
    ({"data_gb": NONE, "unlimited": "yes", "premium_data_gb": 5.0}, None),
    ({"data_gb": NONE, "per_gb_usd": 10.0}, None),
    ({"data_gb": NONE, "per_gb_usd": 10.0, "min_commitment_cycles": 2.0}, "by_use_cycles"),
    (THROTTLED, "not_promised"),
    (THROTTLED | {"premium_data_gb": 1.0}, None),
    ({"kind": "addon", "addon_for": ""}, "addon_terms"),
    ({"kind": "addon", "addon_for": "q", "min_commitment_cycles": 2.0}, "addon_terms"),
    ({"kind": "addon", "addon_for": "q", "price_usd": 0.0}, "addon_price"),
    ({"kind": "addon", "addon_for": "q"}, None),
])
def test_reasons_for_leaving_out(given, reason):
    found = left_out(frame(plan(**given)))
    assert found["reason"].tolist() == [reason] * bool(reason)
    for language in i18n.LANGUAGES:
        assert not reason or i18n.words(language)(f"aside.{reason}", n=2)


def test_what_a_traveller_trusts_is_not_left_out():
    plans = frame(plan(data_gb=NONE, unlimited="yes"), plan("q", status="doubtful"))
    assert left_out(plans)["reason"].tolist() == ["not_promised", "status"]
    assert left_out(plans, trust_unlimited=True, doubtful=True).empty


def test_slow_data_that_counts_needs_no_known_allowance():
    plans = frame(plan(**THROTTLED, after_cap_kbps=512.0))
    assert len(left_out(plans)) == 1
    assert len(left_out(plans, slow_ok_kbps=513)) == 1
    assert left_out(plans, slow_ok_kbps=512).empty


# -------------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize(("given", "size"), [
    ({"data_gb": 0.1}, "1 GB"), ({"data_gb": 1.0}, "1 GB"), ({"data_gb": 2.0}, "1 GB"),
    ({"data_gb": 2.5}, None), ({"data_gb": 3.0}, "5 GB"), ({"data_gb": 8.0}, "5 GB"),
    ({"data_gb": 8.5}, None), ({"data_gb": NONE}, None),
    ({"data_gb": NONE, "unlimited": "yes"}, "unlimited"),
    ({"data_gb": 5.0, "unlimited": "no"}, "5 GB"),
    ({"data_gb": 1.0, "premium_data_period": "day", "validity_days": 5.0}, "5 GB"),
    ({"data_gb": 1.0, "premium_data_period": "cycle", "validity_days": 5.0}, "1 GB"),
    ({"data_gb": 1.0, "data_cap_per": "day", "validity_days": 5.0}, "5 GB"),
    ({"data_gb": 1.0, "premium_data_period": "day", "validity_days": NONE}, None),
    ({"data_gb": 1.0, "per_gb_usd": 10.0}, None),
    (THROTTLED | {"premium_data_gb": 3.0, "premium_data_period": "day"}, "unlimited"),
])
def test_sizes(given, size):
    (found,) = size_of(frame(plan(**given)))
    assert (found if isinstance(found, str) else None) == size


# -------------------------------------------------------------------------------- price per GB


@pytest.mark.parametrize(("given", "usd"), [
    ({}, 2.0), ({"data_gb": 0.5}, 20.0), ({"price_usd": 0.0}, 0.0), ({"price_usd": NONE}, None),
    ({"data_gb": NONE}, None), ({"min_commitment_cycles": 3.0}, 2.0),
    ({"data_gb": 1.0, "data_cap_per": "day", "validity_days": 5.0}, 2.0),
    ({"data_gb": NONE, "unlimited": "yes", "premium_data_gb": 5.0}, None),
    ({"data_gb": NONE, "unlimited": "yes", "premium_data_gb": 5.0, "after_cap": "none"}, None),
    ({"per_gb_usd": 3.0}, None),
])
def test_price_per_gb(given, usd):
    (found,) = price_per_gb(frame(plan(**given)))
    assert pd.isna(found) if usd is None else found == usd
