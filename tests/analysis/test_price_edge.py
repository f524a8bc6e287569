"""Which packages of about a month none undercuts, by hand and by comparing each with each."""

import math

import pandas as pd

import prepaid
from prepaid.analysis.kinds import price_edge


def test_by_hand():
    rows = pd.DataFrame([
        {"plan_id": "small", "price_usd": 5, "data_gb": 1},
        {"plan_id": "dear", "price_usd": 9, "data_gb": 5},
        {"plan_id": "same-price-less", "price_usd": 8, "data_gb": 4},
        {"plan_id": "good", "price_usd": 8, "data_gb": 5},
        {"plan_id": "endless", "price_usd": 30, "unlimited": "yes", "after_cap": "none"},
        {"plan_id": "doubtful", "price_usd": 1, "data_gb": 9, "status": "doubtful"},
        {"plan_id": "week", "price_usd": 1, "data_gb": 9, "validity_days": 7},
        {"plan_id": "year", "price_usd": 1, "data_gb": 9, "min_commitment_cycles": 12},
        {"plan_id": "by-use", "price_usd": 1, "per_gb_usd": 2},
        {"plan_id": "more", "price_usd": 1, "data_gb": 9, "kind": "addon", "addon_for": "good"},
    ]).fillna({"validity_days": 30}).assign(provider="A")
    found = price_edge(rows)
    assert found.loc[found["edge"], "plan_id"].tolist() == ["small", "good", "endless"]
    assert set(found["plan_id"]) == {"small", "dear", "same-price-less", "good", "endless"}
    gb = found.set_index("plan_id")["gb"]
    assert (gb["small"], gb["good"], gb["endless"]) == (1, 5, math.inf)


def test_about_a_month_is_28_to_31_days():
    rows = pd.DataFrame([{"plan_id": f"{days}", "provider": "A", "price_usd": 5, "data_gb": 1,
                          "validity_days": days} for days in (27, 28, 30, 31, 32)])
    assert set(price_edge(rows)["plan_id"]) == {"28", "30", "31"}


def test_nothing_undercuts_the_edge_and_all_else_is_undercut():
    found = price_edge(prepaid.load_catalog())
    rows = [*found.itertuples(index=False)]
    assert found["edge"].sum() > 3
    for one in rows:
        beaten = [other for other in rows if other.plan_id != one.plan_id
                  and other.gb >= one.gb and other.cents <= one.cents
                  and (other.gb, -other.cents) != (one.gb, -one.cents)]
        alike = [other.plan_id for other in rows if (other.gb, other.cents) == (one.gb, one.cents)]
        assert one.edge == (not beaten and one.plan_id == min(alike))
