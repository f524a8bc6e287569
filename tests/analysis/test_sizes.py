"""Sizes and providers side by side, held against one schedule at a time."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prepaid
from prepaid.analysis.kinds import size_of
from prepaid.analysis.sizes import runner_ups, what_if
from prepaid.schedule import NoSchedule, Offers

SIZES = ("1 GB", "5 GB", "unlimited")


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    return prepaid.load_catalog()


def of_size(plans: pd.DataFrame, size: str) -> pd.DataFrame:
    """The rows of a size, by the words of the definition."""
    data = plans["data_gb"]
    return plans[{
        "1 GB": (data <= 2) & (plans["unlimited"] != "yes"),
        "5 GB": (data >= 3) & (data <= 8) & (plans["unlimited"] != "yes"),
        "unlimited": plans["unlimited"] == "yes",
    }[size]]


def cents(plans: pd.DataFrame, need_mb, **options) -> float:
    return least(Offers(plans, **options), need_mb)


def least(offers: Offers, need_mb) -> float:
    try:
        return offers.cheapest(need_mb).total_cents
    except NoSchedule:
        return math.inf


@pytest.mark.parametrize("options", [
    {}, {"new_customer": False}, {"slow_ok_kbps": 128}, {"tax_rate": 0.0825},
], ids=str)
@pytest.mark.parametrize("need", [[425] * 33, [0, 2000] * 7, [50] * 90, [9000] * 5], ids=len)
def test_each_size_is_the_schedule_of_its_rows(plans, need, options):
    sizes = prepaid.compare_sizes(plans, need, **options)
    assert list(sizes.index) == [*SIZES, "any"]
    for size in SIZES:
        expected = cents(of_size(plans, size), need, **options)
        got = sizes.at[size, "total_cents"]
        assert (math.inf if got is pd.NA else got) == expected
        assert (got is pd.NA) == (sizes.at[size, "unserved_day"] is not pd.NA)
    assert sizes.at["any", "total_cents"] == cents(plans, need, **options)


def test_what_a_size_says_of_its_packages(plans):
    row = prepaid.compare_sizes(plans, [425] * 33).loc["5 GB"]
    bought = plans.set_index("plan_id").loc[list(row["plan_ids"])]
    assert row["purchases"] == len(row["plan_ids"])
    assert row["total_cents"] == round(bought["price_usd"].sum() * 100)
    assert row["per_day_cents"] == round(row["total_cents"] / 33)
    assert row["per_gb_cents"] == round(row["total_cents"] / (0.425 * 33))
    assert row["unused_mb"] == bought["data_gb"].sum() * 1000 - 425 * 33
    assert set(row["hotspot"]) == set(bought["hotspot_allowed"])
    assert row["as_of"] == bought["as_of"].min()


@st.composite
def catalogues(draw) -> pd.DataFrame:
    """Small catalogues with several sizes, cycles, daily caps, fees, offers and add-ons."""
    row = st.fixed_dictionaries({
        "provider": st.sampled_from("AB"),
        "price_usd": st.integers(1, 12),
        "validity_days": st.integers(1, 6),
        "data_gb": st.sampled_from([0.05, 0.1, 0.3, 1, 2, 3, 5, 8, None]),
        "premium_data_period": st.sampled_from(["", "day"]),
        "min_commitment_cycles": st.integers(1, 2),
        "activation_fee_usd": st.sampled_from([None, 1, 3]),
        "intro_new_customer_only": st.sampled_from(["no", "no", "yes"]),
    })
    rows = draw(st.lists(row, min_size=1, max_size=6))
    for number, cells in enumerate(rows):
        cells["plan_id"] = f"p{number}"
        cells["unlimited"] = "yes" if cells["data_gb"] is None else "no"
    frame = pd.DataFrame(rows)
    return frame.assign(data_gb=frame["data_gb"].astype(float))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(catalogues(), st.integers(1, 8))
def test_break_even_names_the_cheapest_size_at_every_use(plans, days):
    most = 130
    found = prepaid.break_even(plans, days, up_to_mb=most)
    assert found["from_mb"].tolist() == [1, *(found["to_mb"][:-1] + 1)]
    assert found["to_mb"].iloc[-1] == most
    offers = {size: Offers(plans[size_of(plans) == size]) for size in SIZES}
    for row in found.itertuples():
        for mb in range(row.from_mb, row.to_mb + 1):
            costs = {size: least(part, [mb] * days) for size, part in offers.items()}
            best = min(costs, key=costs.__getitem__)
            assert (None if costs[best] == math.inf else best) == (
                None if pd.isna(row.size) else row.size), (mb, costs)
            if mb in (row.from_mb, row.to_mb):
                told = row.from_cents if mb == row.from_mb else row.to_cents
                assert (math.inf if told is pd.NA else told) == costs[best]


def test_runner_ups_stay_with_one_provider(plans):
    offers = Offers(plans)
    best = offers.cheapest([425] * 33)
    found = runner_ups(offers, best)
    assert not found["provider"].duplicated().any()
    for row in found.itertuples():
        alone = cents(plans[plans["provider"] == row.provider], [425] * 33)
        assert (math.inf if row.total_cents is pd.NA else row.total_cents) == alone
        if row.total_cents is not pd.NA:
            assert row.extra_cents == alone - best.total_cents >= 0


WHY = {
    # rows (provider, price, days, GB, fee), need, loser, why, n
    "tie": ([("A", 5, 2, 9, 0), ("B", 5, 2, 9, 0)], [1] * 2, "B", 0),
    "fee": ([("A", 5, 2, 9, 0), ("B", 4, 2, 9, 3)], [1] * 2, "B", 300),
    "runs_out": ([("A", 9, 9, 9, 0), ("B", 5, 9, 1, 0)], [500] * 4, "B", 1),
    "too_long": ([("A", 5, 2, 9, 0), ("B", 10, 8, 9, 0)], [1] * 2, "B", 6),
    "unused": ([("A", 5, 2, 1, 0), ("B", 6, 2, 9, 0)], [500] * 2, "B", 8000),
    "dearer": ([("A", 5, 2, 1, 0), ("B", 8, 2, 1, 0)], [500] * 2, "B", 400),
    "unserved": ([("A", 5, 2, 9, 0), ("B", 1, 2, 1, 0)], [500, 2000], "B", 1),
}


@pytest.mark.parametrize("why", WHY)
def test_why_a_provider_lost(why):
    rows, need, loser, n = WHY[why]
    plans = pd.DataFrame(
        [(row[0].lower(), *row) for row in rows],
        columns=["plan_id", "provider", "price_usd", "validity_days", "data_gb",
                 "activation_fee_usd"])
    offers = Offers(plans)
    found = runner_ups(offers, offers.cheapest(need)).set_index("provider").loc[loser]
    assert (found["why"], found["n"]) == (why, n)


def test_what_if_reckons_each_case_afresh(plans):
    need = [301] * 10
    found = what_if(plans, need)
    assert found.at["more_use", "any"] == cents(plans, [392] * 10)
    assert found.at["longer", "any"] == cents(plans, [301] * 13)
    assert found.at["heavy_day", "any"] == cents(plans, [301] * 5 + [3301] + [301] * 4)
    assert found.at["heavy_day", "1 GB"] is pd.NA


def test_a_use_that_no_size_covers_is_missing_not_wrong(plans):
    few = plans[plans["plan_id"] == "saily-usa-1gb-7d"]
    found = prepaid.break_even(few, 7, up_to_mb=1200)
    assert pd.isna(found["size"].iloc[-1])
    assert (found["from_mb"].iloc[-1], found["to_cents"].iloc[-1]) == (1001, pd.NA)
