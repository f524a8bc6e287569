"""The rule that all costs follow, held against an oracle that shares no code with it."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prepaid
from markets import (
    OPTIONS,
    TEN_A_GB,
    THROTTLED,
    addon,
    markets,
    needs,
    plan,
    tries,
    unlimited,
)
from oracle import Uncovered, brute_force, milp
from prepaid.i18n import Refusal
from prepaid.schedule import Offers
from prepaid.schedule.market import NEVER, Rows
from prepaid.schedule.paths import DeadEnd, _Values, cheapest_path
from synthetic import market

COLUMNS = [
    "day",
    "plan_id",
    "price_cents",
    "fee_cents",
    "tax_cents",
    "serves_days",
    "mb_used",
    "mb_unused",
]


def answer(plans, need_mb, **options):
    """What the package says, in the oracle's form."""
    try:
        schedule = prepaid.cheapest_schedule(pd.DataFrame(plans), need_mb, **options)
    except prepaid.NoSchedule as error:
        return Uncovered(error.day)
    purchases = schedule.purchases.astype(object)
    purchases = purchases.where(schedule.purchases.notna(), None)
    return schedule.total_cents, purchases.to_dict("records")


# --------------------------------------------------------------------------------------- by hand

GB_DAY = [1000]

# name: rows, need, options, purchases as (day, plan, price, fee, tax, days, used, unused) or the
# first day that cannot be served
BY_HAND = {
    "1: cycles are paid at once and each starts afresh": (
        [plan("A1", 10, 2, 2, min_commitment_cycles=3)],
        GB_DAY * 6,
        {},
        [(0, "A1", 3000, 0, 0, 6, 6000, 0)],
    ),
    "1: what one cycle leaves does not help the next": (
        [plan("A1", 10, 2, 2, min_commitment_cycles=2)],
        [500, 500, 1500, 1000],
        {},
        [(0, "A1", 2000, 0, 0, 3, 2500, 1500), (3, "A1", 2000, 0, 0, 1, 1000, 3000)],
    ),
    "1: use is charged per cycle, rounded up to the cent": (
        [plan("A1", 5, 2, **TEN_A_GB | {"min_commitment_cycles": 2, "per_gb_usd": 3})],
        [1, 0, 500, 1],
        {},
        [(0, "A1", 1000 + 1 + 151, 0, 0, 4, 502, None)],
    ),
    "1: the charge for use is capped per cycle": (
        [plan("A1", 5, 1, **TEN_A_GB, usage_charge_cap_usd=6, min_commitment_cycles=2)],
        [500, 900],
        {},
        [(0, "A1", 1000 + 500 + 600, 0, 0, 2, 1400, None)],
    ),
    "1: the allowance by use is the premium data": (
        [plan("A1", 5, 9, 9, **TEN_A_GB, premium_data_gb=1.5)],
        GB_DAY * 2,
        {},
        [(0, "A1", 1500, 0, 0, 1, 1000, None), (1, "A1", 1500, 0, 0, 1, 1000, None)],
    ),
    "1: or else the data": (
        [plan("A1", 5, 9, 1, **TEN_A_GB)],
        [1000, 0, 1000],
        {},
        [(0, "A1", 1500, 0, 0, 2, 1000, None), (2, "A1", 1500, 0, 0, 1, 1000, None)],
    ),
    "2: a daily cap starts afresh every day": (
        [plan("A1", 10, 5, 1, premium_data_period="day")],
        [1000, 0, 1000, 400],
        {},
        [(0, "A1", 1000, 0, 0, 4, 2400, 5000 - 2400)],
    ),
    "2: a daily cap ends the plan on the day that breaks it": (
        [plan("A1", 10, 5, 1, premium_data_period="day"), unlimited("B1", 30, 1)],
        [900, 1001, 1000],
        {},
        [
            (0, "A1", 1000, 0, 0, 1, 900, 4100),
            (1, "B1", 3000, 0, 0, 1, 1001, None),
            (2, "A1", 1000, 0, 0, 1, 1000, 4000),
        ],
    ),
    "2: throttled unlimited ends with its premium data": (
        [unlimited("A1", 10, 30, after_cap="throttled", premium_data_gb=2)],
        GB_DAY * 3,
        {},
        [(0, "A1", 1000, 0, 0, 2, 2000, 0), (2, "A1", 1000, 0, 0, 1, 1000, 1000)],
    ),
    "2: throttled unlimited with premium data per day": (
        [unlimited("A1", 10, 3, **THROTTLED, premium_data_gb=1, premium_data_period="day")],
        GB_DAY * 3,
        {},
        [(0, "A1", 1000, 0, 0, 3, 3000, 0)],
    ),
    "2: other unlimited never runs out, whatever its premium data": (
        [unlimited("A1", 10, 3, after_cap="none", premium_data_gb=1)],
        GB_DAY * 3,
        {},
        [(0, "A1", 1000, 0, 0, 3, 3000, None)],
    ),
    "3: slow data counts where the traveller says so": (
        [plan("A1", 10, 3, 1, **THROTTLED)],
        GB_DAY * 3,
        {"slow_ok_kbps": 128},
        [(0, "A1", 1000, 0, 0, 3, 3000, None)],
    ),
    "3: slower than said does not": (
        [plan("A1", 10, 3, 1, **THROTTLED)],
        GB_DAY * 2,
        {"slow_ok_kbps": 129},
        [(0, "A1", 1000, 0, 0, 1, 1000, 0), (1, "A1", 1000, 0, 0, 1, 1000, 0)],
    ),
    "3: an unknown speed does not": (
        [unlimited("A1", 10, 3, after_cap="throttled", premium_data_gb=1)],
        GB_DAY * 2,
        {"slow_ok_kbps": 1},
        [(0, "A1", 1000, 0, 0, 1, 1000, 0), (1, "A1", 1000, 0, 0, 1, 1000, 0)],
    ),
    "3: slow data makes an unknown premium harmless": (
        [unlimited("A1", 10, 3, **THROTTLED)],
        GB_DAY * 2,
        {"slow_ok_kbps": 64},
        [(0, "A1", 1000, 0, 0, 2, 2000, None)],
    ),
    "3: slow data is charged by use like any other": (
        [plan("A1", 5, 9, 1, **TEN_A_GB, **THROTTLED)],
        GB_DAY * 3,
        {"slow_ok_kbps": 128},
        [(0, "A1", 500 + 3000, 0, 0, 3, 3000, None)],
    ),
    "4: days of no need want no cover": (
        [plan("A1", 10, 2, 1)],
        [0, 400, 0, 0, 0, 600, 0, 0],
        {},
        [(1, "A1", 1000, 0, 0, 2, 400, 600), (5, "A1", 1000, 0, 0, 2, 600, 400)],
    ),
    "4: a plan too small for its first day is not bought": (
        [plan("A1", 1, 30, 0.5), plan("A2", 10, 30, 1)],
        [0, 600],
        {},
        [(1, "A2", 1000, 0, 0, 1, 600, 400)],
    ),
    "4: no half days, nothing carried over to the next purchase": (
        [plan("A1", 10, 30, 1)],
        [600, 600, 300],
        {},
        [(0, "A1", 1000, 0, 0, 1, 600, 400), (1, "A1", 1000, 0, 0, 2, 900, 100)],
    ),
    "4: a stay without need costs nothing": ([plan("A1", 10, 2, 1)], [0, 0, 0], {}, []),
    "5: the fee is paid once while the line stays": (
        [plan("A1", 10, 1, 1, activation_fee_usd=25), plan("A2", 9, 1, 0.5, activation_fee_usd=25)],
        [1000, 500],
        {},
        [(0, "A1", 1000, 2500, 0, 1, 1000, 0), (1, "A2", 900, 0, 0, 1, 500, 0)],
    ),
    "5: a fee too high to switch back and forth": (
        [plan("A1", 5, 1, 1, activation_fee_usd=3), plan("B1", 6, 1, 2, activation_fee_usd=1)],
        [1000, 2000, 1000],
        {},
        [
            (0, "B1", 600, 100, 0, 1, 1000, 1000),
            (1, "B1", 600, 0, 0, 1, 2000, 0),
            (2, "B1", 600, 0, 0, 1, 1000, 1000),
        ],
    ),
    "5: coming back to a provider pays its fee again": (
        [plan("A1", 5, 1, 1, activation_fee_usd=3), plan("B1", 20, 1, 2)],
        [1000, 2000, 1000],
        {},
        [
            (0, "A1", 500, 300, 0, 1, 1000, 0),
            (1, "B1", 2000, 0, 0, 1, 2000, 0),
            (2, "A1", 500, 300, 0, 1, 1000, 0),
        ],
    ),
    "5: the new customer's price comes once": (
        [plan("A1", 1, 1, 1, intro_new_customer_only="yes"), plan("A2", 5, 1, 1)],
        GB_DAY * 3,
        {},
        [
            (0, "A1", 100, 0, 0, 1, 1000, 0),
            (1, "A2", 500, 0, 0, 1, 1000, 0),
            (2, "A2", 500, 0, 0, 1, 1000, 0),
        ],
    ),
    "5: and not after another plan there, even by way of another provider": (
        [
            plan("A1", 1, 1, 1, intro_new_customer_only="yes"),
            plan("A2", 5, 1, 3),
            plan("B1", 5, 1, 2),
        ],
        [3000, 2000, 1000],
        {},
        [
            (0, "A2", 500, 0, 0, 1, 3000, 0),
            (1, "A2", 500, 0, 0, 1, 2000, 1000),
            (2, "A2", 500, 0, 0, 1, 1000, 2000),
        ],
    ),
    "5: each provider has its own new customer's price": (
        [
            plan("A1", 1, 1, 1, intro_new_customer_only="yes"),
            plan("B1", 2, 1, 1, intro_new_customer_only="yes"),
        ],
        GB_DAY * 2,
        {},
        [(0, "A1", 100, 0, 0, 1, 1000, 0), (1, "B1", 200, 0, 0, 1, 1000, 0)],
    ),
    "5: a returning customer has none": (
        [plan("A1", 1, 1, 1, intro_new_customer_only="yes"), plan("A2", 5, 1, 1)],
        GB_DAY,
        {"new_customer": False},
        [(0, "A2", 500, 0, 0, 1, 1000, 0)],
    ),
    "6: tax on price and use, not on the fee, rounded half up": (
        [plan("A1", 1.5, 1, **TEN_A_GB, activation_fee_usd=25, tax_included="no")],
        [100],
        {"tax_rate": 0.05},
        [(0, "A1", 250, 2500, 13, 1, 100, None)],
    ),
    "6: unknown tax is extra, included tax is not; it can decide": (
        [plan("A1", 10, 1, 1), plan("A2", 10.5, 1, 1, tax_included="yes")],
        GB_DAY,
        {"tax_rate": 0.1},
        [(0, "A2", 1050, 0, 0, 1, 1000, 0)],
    ),
    "6: tax is rounded for each purchase by itself": (
        [plan("A1", 0.1, 1, 1, tax_included="unknown")],
        GB_DAY * 2,
        {"tax_rate": "0.05"},
        [(0, "A1", 10, 0, 1, 1, 1000, 0), (1, "A1", 10, 0, 1, 1, 1000, 0)],
    ),
    "6: a rate means its decimals": (
        [plan("A1", 10, 1, 1)],
        GB_DAY,
        {"tax_rate": 0.0725},  # as a binary fraction a little below 72.5 cents
        [(0, "A1", 1000, 0, 73, 1, 1000, 0)],
    ),
    "7: add-ons follow one another on the day the plan cannot serve": (
        [
            plan("A1", 10, 30, 1, activation_fee_usd=5),
            addon("A2", 3, 9, 1, "A0;A1", activation_fee_usd=5),
        ],
        [1000, 1000, 0, 700, 300],
        {},
        [
            (0, "A1", 1000, 500, 0, 1, 1000, 0),
            (1, "A2", 300, 0, 0, 2, 1000, 0),
            (3, "A2", 300, 0, 0, 2, 1000, 0),
        ],
    ),
    "7: an add-on ends with the last day of its plan": (
        [plan("A1", 10, 2, 1), addon("A2", 1, 30, 30, "A1")],
        GB_DAY * 4,
        {},
        [
            (0, "A1", 1000, 0, 0, 1, 1000, 0),
            (1, "A2", 100, 0, 0, 1, 1000, 29000),
            (2, "A1", 1000, 0, 0, 1, 1000, 0),
            (3, "A2", 100, 0, 0, 1, 1000, 29000),
        ],
    ),
    "7: with the last day of the last cycle, that is": (
        [plan("A1", 4, 2, 1, min_commitment_cycles=2), addon("A2", 1, 30, 30, "A1")],
        GB_DAY * 4,
        {},
        [(0, "A1", 800, 0, 0, 1, 1000, 1000), (1, "A2", 100, 0, 0, 3, 3000, 27000)],
    ),
    "7: an add-on cannot start a line": ([addon("A1", 1, 9, 9, "A2")], GB_DAY, {}, 0),
    "7: nor stand on a plan that it is not for": (
        [plan("A1", 10, 9, 1), addon("A2", 1, 9, 9, "A3"), plan("A3", 90, 1, 0.1)],
        GB_DAY * 2,
        {},
        [(0, "A1", 1000, 0, 0, 1, 1000, 0), (1, "A1", 1000, 0, 0, 1, 1000, 0)],
    ),
    "7: nor on a plan that another has followed": (
        [plan("A1", 10, 9, 1), addon("A2", 1, 9, 1, "A1"), plan("A3", 20, 1, 2)],
        [1000, 2000, 1000],
        {},
        [
            (0, "A1", 1000, 0, 0, 1, 1000, 0),
            (1, "A3", 2000, 0, 0, 1, 2000, 0),
            (2, "A1", 1000, 0, 0, 1, 1000, 0),
        ],
    ),
    "7: an add-on needs a plan that has served a day": (
        [plan("A1", 1, 9, 0.5), addon("A2", 1, 9, 9, "A1"), plan("A3", 30, 1, 1)],
        GB_DAY,
        {},
        [(0, "A3", 3000, 0, 0, 1, 1000, 0)],
    ),
    "7: an add-on is never the first purchase at its provider": (
        [
            plan("A1", 10, 3, 1),
            addon("A2", 1, 3, 1, "A1", intro_new_customer_only="yes"),
            addon("A3", 2, 3, 1, "A1"),
        ],
        GB_DAY * 2,
        {},
        [(0, "A1", 1000, 0, 0, 1, 1000, 0), (1, "A3", 200, 0, 0, 1, 1000, 0)],
    ),
    "8: ties go to fewer purchases": (
        [plan("A1", 5, 1, 1), plan("B1", 10, 2, 2)],
        GB_DAY * 2,
        {},
        [(0, "B1", 1000, 0, 0, 2, 2000, 0)],
    ),
    "8: then to fewer providers": (
        [
            plan("A1", 5, 1, 1, intro_new_customer_only="yes"),
            plan("B1", 5, 1, 1, intro_new_customer_only="yes"),
            plan("C1", 5, 1, 1),
        ],
        GB_DAY * 2,
        {},
        [(0, "C1", 500, 0, 0, 1, 1000, 0), (1, "C1", 500, 0, 0, 1, 1000, 0)],
    ),
    "8: then to the names in order of purchase": (
        [plan("A2", 5, 1, 1), plan("A1", 5, 1, 1), plan("A3", 5, 1, 0.5)],
        [1000, 500],
        {},
        [(0, "A1", 500, 0, 0, 1, 1000, 0), (1, "A1", 500, 0, 0, 1, 500, 500)],
    ),
    "8: in that order, not sorted": (
        [
            plan("B1", 1, 1, 1, intro_new_customer_only="yes"),
            plan("A1", 1, 1, 1, intro_new_customer_only="yes"),
        ],
        GB_DAY * 2,
        {},
        [(0, "A1", 100, 0, 0, 1, 1000, 0), (1, "B1", 100, 0, 0, 1, 1000, 0)],
    ),
    "9: the first day that nothing can serve": ([plan("A1", 1, 9, 1)], [0, 1000, 1001, 1], {}, 2),
    "9: the furthest that any sequence comes": (
        [
            plan("A1", 1, 1, 1, intro_new_customer_only="yes"),
            unlimited("B1", 50, 2, intro_new_customer_only="yes"),
        ],
        GB_DAY * 5,
        {},
        3,
    ),
    "9: the first day with a need where nothing is on offer": ([plan("A1", 1, 9)], [0, 1], {}, 1),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_by_hand(case):
    plans, need_mb, options, expected = BY_HAND[case]
    if isinstance(expected, int):
        expected = Uncovered(expected)
    else:
        purchases = [dict(zip(COLUMNS, row, strict=True)) for row in expected]
        expected = sum(sum(row[2:5]) for row in expected), purchases
    assert brute_force(plans, need_mb, **options) == expected
    covered = not isinstance(expected, Uncovered)
    assert milp(plans, need_mb, **options) == (expected[0] if covered else None)
    assert answer(plans, need_mb, **options) == expected


# ------------------------------------------------------------------------------------- published

# LeetCode 983, "Minimum Cost For Tickets": passes of 1, 7 and 30 days for 2, 7 and 15.
PASSES = [unlimited("A1", 2, 1), unlimited("A7", 7, 7), unlimited("A30", 15, 30)]


@pytest.mark.parametrize(
    ("travel_days", "total"),
    [([1, 4, 6, 7, 8, 20], 11), ([*range(1, 11), 30, 31], 17)],
    ids=["example 1", "example 2"],
)
def test_leetcode_983(travel_days, total):
    need_mb = [int(day in travel_days) for day in range(max(travel_days) + 1)]
    assert answer(PASSES, need_mb)[0] == milp(PASSES, need_mb) == total * 100


# Mint Mobile's prices of 2018: 10 GB a month in packs of 3, 6 and 12 months at 114, 180 and 300;
# the 3-month pack at 75, once, for a new customer.
PACKS = [
    plan("M3", 38, 30, 10, min_commitment_cycles=3),
    plan("M6", 30, 30, 10, min_commitment_cycles=6),
    plan("M12", 25, 30, 10, min_commitment_cycles=12),
    plan("M3-new", 25, 30, 10, min_commitment_cycles=3, intro_new_customer_only="yes"),
]
MONTHS = [3, 6, 9, 12, 15, 18, 24]
RETURNING = [114, 180, 294, 300, 414, 480, 600]
NEW = [75, 180, 255, 300, 375, 480, 600]


@pytest.mark.parametrize(
    ("months", "new_customer", "total"),
    [(months, False, total) for months, total in zip(MONTHS, RETURNING, strict=True)]
    + [(months, True, total) for months, total in zip(MONTHS, NEW, strict=True)],
)
def test_mint_2018(months, new_customer, total):
    need_mb = [333] * 30 * months
    options = {"new_customer": new_customer}
    assert milp(PACKS, need_mb, **options) == total * 100
    assert answer(PACKS, need_mb, **options)[0] == total * 100


# ---------------------------------------------------------------------------------------- random

@pytest.mark.slow
@tries(400)
@given(markets(plans=6, addons=2), needs(days=9), OPTIONS)
def test_the_rule(plans, need_mb, options):
    assert answer(plans, need_mb, **options) == brute_force(plans, need_mb, **options)


@pytest.mark.slow
@tries(150)
@given(markets(plans=6, addons=0, kinds=["limited"]), needs(days=9))
def test_the_rule_on_plain_plans(plans, need_mb):
    assert answer(plans, need_mb) == brute_force(plans, need_mb)


@pytest.mark.slow
@tries(150)
@given(markets(plans=8, addons=2, providers="ABCDEFGH"), needs(days=8), OPTIONS)
def test_the_rule_on_many_providers(plans, need_mb, options):
    assert answer(plans, need_mb, **options) == brute_force(plans, need_mb, **options)


@pytest.mark.parametrize("seed", range(8))
def test_the_rule_on_a_larger_market(seed):
    plans = market(60, seed, providers=15)
    need_mb = np.random.default_rng(seed).choice([300, 900, 0, 2000], 25).tolist()
    found = prepaid.cheapest_schedule(plans, need_mb, tax_rate=0.07)
    assert found.total_cents == milp(plans.to_dict("records"), need_mb, tax_rate=0.07)


@pytest.mark.slow
@tries(100)
@given(markets(plans=8, addons=2, providers="ABCDE"), needs(days=12), OPTIONS)
def test_merging_plans_and_providers_changes_nothing(plans, need_mb, options):
    """The search merges what it need not tell apart; here it has to tell everything apart."""
    offers = Offers(pd.DataFrame(plans), **options)
    stay = offers._market([*need_mb, 400], None)
    everything = Rows.apart(stay, np.arange(len(offers.plan_id)))
    values = _Values(stay, everything, np.unique(offers._terms["provider_no"]).tolist())
    try:
        merged = cheapest_path(stay)
    except DeadEnd:
        assert values.start >= NEVER
    else:
        assert merged == values.best_path()


@tries(100)
@given(markets(plans=6, addons=2, providers="ABCD"), needs(days=8), OPTIONS)
def test_the_cost_of_each_first_purchase(plans, need_mb, options):
    offers = Offers(pd.DataFrame(plans), **options)
    cents = offers.cents_by_first(need_mb)
    for plan_id, found in zip(offers.plan_id, cents.tolist(), strict=True):
        expected = brute_force(plans, need_mb, first=plan_id, **options)
        covered = any(need_mb) and not isinstance(expected, Uncovered)
        assert found == (expected[0] if covered else -1)


@pytest.mark.slow
@tries(80)
@given(markets(plans=10, addons=3), needs(days=30), OPTIONS)
def test_the_rule_on_longer_stays(plans, need_mb, options):
    found = answer(plans, need_mb, **options)
    covered = not isinstance(found, Uncovered)
    assert (found[0] if covered else None) == milp(plans, need_mb, **options)


@tries(100)
@given(markets(plans=6, addons=2), needs(days=9), OPTIONS)
def test_the_two_oracles_agree(plans, need_mb, options):
    found = brute_force(plans, need_mb, **options)
    covered = not isinstance(found, Uncovered)
    assert (found[0] if covered else None) == milp(plans, need_mb, **options)


def rules_at_work(plans, need_mb, options):
    """The parts of the rule that a random instance puts to use, by name."""
    found = brute_force(plans, need_mb, **options)
    if isinstance(found, Uncovered):
        yield "uncovered"
        yield from ["uncovered after a purchase"] * (sum(need_mb[: found.day]) > 0)
        return
    rows = {row["plan_id"]: row for row in plans}
    bought = [rows[purchase["plan_id"]] | purchase for purchase in found[1]]
    addons = [row.get("kind") == "addon" for row in bought]
    switches = [row for before, row in pairwise(bought) if row["provider"] != before["provider"]]
    yield from ["add-on"] * any(addons)
    yield from ["add-ons in a chain"] * any(map(all, pairwise(addons)))
    yield from ["fee"] * any(row["fee_cents"] for row in bought)
    yield from ["fee of a switch"] * any(row["fee_cents"] for row in switches)
    intro = [row for row in bought if row.get("intro_new_customer_only") == "yes"]
    yield from ["new customer's price"] * bool(intro)
    yield from ["new customer's price of a switch"] * any(row in switches for row in intro)
    yield from ["tax"] * any(row["tax_cents"] for row in bought)
    yield from ["tax in the price"] * any(row.get("tax_included") == "yes" for row in bought)
    skipped = any(
        before["day"] + before["serves_days"] < row["day"] for before, row in pairwise(bought)
    )
    yield from ["no need, no cover"] * skipped
    for row in bought:
        cycles = row.get("min_commitment_cycles", 1)
        days = row["serves_days"]
        ran_out = row["day"] + days < len(need_mb) and days < row["validity_days"] * cycles
        yield from ["several cycles"] * (days > row["validity_days"])
        yield from ["ran out"] * ran_out
        daily = row.get("premium_data_period") == "day" and row["mb_unused"] is not None
        yield from ["daily cap"] * daily
        yield from ["daily cap ran out"] * (daily and ran_out)
        if "per_gb_usd" in row:
            by_use = row["price_cents"] - round(row["price_usd"] * 100) * cycles
            full = Fraction(round(row["per_gb_usd"] * 100) * row["mb_used"], 1000)
            yield "charge by use"
            yield from ["charge capped"] * (by_use < full)
            yield from ["by use ran out"] * ran_out
        throttled = row.get("after_cap") == "throttled"
        yield from ["throttled ran out"] * (throttled and ran_out)
        yield from ["slow accepted"] * (
            throttled and row["mb_unused"] is None and "per_gb_usd" not in row
        )


RULES_AT_WORK = {
    "uncovered", "uncovered after a purchase", "add-on", "add-ons in a chain", "fee",
    "fee of a switch", "new customer's price", "new customer's price of a switch", "tax",
    "tax in the price", "no need, no cover", "several cycles", "ran out", "daily cap",
    "daily cap ran out", "charge by use", "charge capped", "by use ran out", "throttled ran out",
    "slow accepted",
}  # fmt: skip


@pytest.mark.slow
def test_random_instances_put_every_rule_to_use():
    seen = Counter()

    @settings(tries(450), derandomize=True, database=None)
    @given(markets(plans=6, addons=2), needs(days=9), OPTIONS)
    def look(plans, need_mb, options):
        seen.update(set(rules_at_work(plans, need_mb, options)))

    look()
    assert not RULES_AT_WORK - set(seen), seen


@tries(50)
@given(st.data(), markets(plans=6, addons=3), needs(days=9), OPTIONS)
def test_row_order_does_not_matter(data, plans, need_mb, options):
    shuffled = data.draw(st.permutations(plans))
    assert answer(shuffled, need_mb, **options) == answer(plans, need_mb, **options)


# ------------------------------------------------------------------------------- input and output

ONE = pd.DataFrame([plan("A1", 10, 3, 2, unlimited="no")])


def test_five_columns_and_a_name_are_enough():
    columns = ["plan_id", "provider", "price_usd", "validity_days", "data_gb", "unlimited"]
    assert list(ONE.columns) == columns
    schedule = prepaid.cheapest_schedule(ONE, [1000, 500], tax_rate=0.1)
    assert schedule.total_cents == 1100
    assert schedule.purchases.to_dict("records") == [
        dict(zip(COLUMNS, (0, "A1", 1000, 0, 100, 2, 1500, 500), strict=True))
    ]


def test_what_a_schedule_holds():
    plans = pd.DataFrame(
        [
            plan("A1", 10, 3, 2, activation_fee_usd=5, tax_included="no"),
            unlimited("B1", 70, 3, tax_included="no"),
        ]
    )
    schedule = prepaid.cheapest_schedule(plans, [1000, 3000, 1000], tax_rate=0.0825)
    purchases = schedule.purchases
    assert type(schedule.total_cents) is int
    money = purchases[["price_cents", "fee_cents", "tax_cents"]]
    assert schedule.total_cents == money.to_numpy().sum()
    assert list(purchases.columns) == COLUMNS
    assert list(purchases.index) == list(range(len(purchases)))
    for column in COLUMNS:
        kind = pd.api.types.is_integer_dtype(purchases[column])
        assert kind == (column != "plan_id"), column
    assert purchases["mb_unused"].isna().any()


def test_no_need_no_purchase():
    schedule = prepaid.cheapest_schedule(ONE, [0, 0])
    assert type(schedule.total_cents) is int
    assert schedule.total_cents == 0
    assert list(schedule.purchases.columns) == COLUMNS
    assert schedule.purchases.empty


@pytest.mark.parametrize("need_mb", [[], [100, -1], [100, 0.5], [float("nan")]])
def test_need_refused(need_mb):
    with pytest.raises(Refusal):
        prepaid.cheapest_schedule(ONE, need_mb)


def test_no_plans():
    with pytest.raises(Refusal):
        prepaid.cheapest_schedule(ONE.iloc[:0], [0, 100])


def test_refusals_are_value_errors():
    assert issubclass(Refusal, ValueError)
    assert issubclass(prepaid.NoSchedule, Refusal)
    with pytest.raises(prepaid.NoSchedule) as refusal:
        prepaid.cheapest_schedule(ONE, [0, 2001])
    assert type(refusal.value.day) is int


def alike(providers, **cells):
    """One plan of a day, the same at many providers."""
    return pd.DataFrame([
        plan(f"P{number:02}", 3, 1, 1, **cells) | {"provider": f"provider {number}"}
        for number in range(providers)
    ])


@pytest.mark.parametrize("cells", [{}, {"activation_fee_usd": 5}])
def test_many_providers_that_offer_the_same(cells):
    found = prepaid.cheapest_schedule(alike(28, **cells), [300] * 90)
    assert set(found.plan_ids) == {"P00"}
    assert found.total_cents == 90 * 300 + round(cells.get("activation_fee_usd", 0) * 100)


def test_too_many_new_customer_prices_are_refused_not_guessed():
    plans = alike(28, intro_new_customer_only="yes")
    assert prepaid.cheapest_schedule(plans, [300] * 3).total_cents == 3 * 300
    with pytest.raises(Refusal, match="too many providers"):
        prepaid.cheapest_schedule(plans, [300] * 29)


def test_need_may_be_an_array():
    need_mb = [1000, 0, 1000, 500]
    frame = pd.Series(need_mb)
    lists = prepaid.cheapest_schedule(ONE, need_mb)
    for other in (frame, frame.to_numpy(), tuple(need_mb)):
        same = prepaid.cheapest_schedule(ONE, other)
        assert same.total_cents == lists.total_cents
        pd.testing.assert_frame_equal(same.purchases, lists.purchases)


UNFIT = {
    "unknown price": plan("A2", None, 3, 9),
    "unknown validity": plan("A2", 1, None, 9),
    "unknown allowance": plan("A2", 1, 3),
    "unknown premium data": unlimited("A2", 1, 3, after_cap="throttled"),
    "add-on to nothing": plan("A2", 1, 3, 9, kind="addon"),
    "add-on to another plan": plan("A2", 1, 3, 9, kind="addon", addon_for="A9"),
}


@pytest.mark.parametrize("row", UNFIT.values(), ids=UNFIT)
def test_rows_unfit_for_a_schedule_are_ignored(row):
    need_mb = [1000, 1000, 1000]
    alone = answer([plan("A1", 10, 3, 2)], need_mb)
    assert alone[0] == 2000
    assert answer([plan("A1", 10, 3, 2), row], need_mb) == alone
    assert answer([row], need_mb) == Uncovered(0)


# ----------------------------------------------------------------------------- the whole catalogue


@pytest.mark.parametrize(
    ("days", "mb_per_day", "options"),
    [
        (10, 300, {}),
        (25, 700, {"tax_rate": 0.1, "slow_ok_kbps": 512}),
        (45, 150, {"new_customer": False}),
        (40, 1200, {"tax_rate": 0.1}),
    ],
)
def test_our_own_plans(days, mb_per_day, options):
    plans = prepaid.load_catalog()
    need_mb = [mb_per_day + 97 * (day % 7) for day in range(days)]
    found = prepaid.cheapest_schedule(plans, need_mb, **options)
    assert found.total_cents == milp(plans.to_dict("records"), need_mb, **options)
