"""What to buy first when unsure, held against every sequence tried, and what is shown of it."""


import random

import pandas as pd
import pytest

import prepaid
from brute_force import Uncovered, brute_force
from markets import FOUR_STARTS, plan, unlimited
from prepaid import i18n
from prepaid.analysis.first_purchase import Start, starts
from prepaid.schedule import NoSchedule, Offers
from random_markets import frame, random_market

LEVELS = ("low", "typical", "high")


def starts_of(plans, needs, typical, **options):
    """The first purchases worth a thought, of rows of a plan file."""
    offers = Offers(pd.DataFrame(plans), **options)
    return starts(offers, needs, typical)


# --------------------------------------------------------------------------------------- by hand

TWO_DAYS, SIX_DAYS = [500] * 2, [500] * 6
CASES = {"short": TWO_DAYS, "long": SIX_DAYS}


def test_by_hand():
    found = starts_of(FOUR_STARTS, CASES, "long")
    assert found.known == {"short": 400, "long": 1000}
    assert [start.plan_ids for start in found.worth] == [("A1",), ("B1",)]
    small, large = found.worth
    assert small.cents == {"short": 400, "long": 1200}
    assert small.overpaid == {"short": 0, "long": 200}
    assert large.cents == {"short": 1000, "long": 1000}
    assert large.overpaid == {"short": 600, "long": 0}
    assert (small.worst, small.most_overpaid, small.range) == ("long", 200, (400, 1200))
    assert (found.safest, found.cheapest_typical, found.beaten) == (small, large, 2)
    unlimited_only = Offers(FOUR_STARTS.tail(1))
    never = Start((), {case: unlimited_only.least_cents(need) for case, need in CASES.items()},
                  found.known)
    assert (never.range, never.worst, never.most_overpaid) == ((1500, 1500), "short", 1100)


def test_the_same_as_a_frame():
    frame = prepaid.first_purchases(FOUR_STARTS, CASES, typical="long", tax_rate=0.1)
    expected = {
        "short_cents": [440, 1100],
        "long_cents": [1320, 1100],
        "most_overpaid_cents": [220, 660],
    }
    pd.testing.assert_frame_equal(
        frame, pd.DataFrame(expected, pd.Index(["A1", "B1"], name="plan_id"), dtype="Int64"))


@pytest.mark.parametrize(("typical", "order"), [
    ("short", [("B1", "B2"), ("A1",)]), ("long", [("A1",), ("B1", "B2")])])
def test_ties_go_to_the_cheaper_typical_then_to_the_names(typical, order):
    plans = pd.DataFrame([plan("B2", 3, 1, 1), plan("B1", 3, 1, 1), unlimited("A1", 6, 3)])
    # B: 3, and 3 + 6. A: 6 and 6. Each overpays 3 in the case that it fits worst.
    found = starts_of(plans, {"short": [1000], "long": [1000] * 3}, typical)
    assert [start.plan_ids for start in found.worth] == order
    assert [start.most_overpaid for start in found.worth] == [300, 300]


def test_a_start_that_some_case_does_not_allow():
    daily = plan("A1", 1, 9, 1, premium_data_period="day", renew_early="no")
    plans = pd.DataFrame([daily, unlimited("A9", 5, 9)])
    found = starts_of(plans, {"light": [500] * 3, "heavy": [1500] * 3}, "light")
    assert [start.plan_ids for start in found.worth] == [("A9",), ("A1",)]
    daily = found.worth[1]
    assert daily.cents == {"light": 100, "heavy": None}
    assert daily.overpaid == {"light": 0, "heavy": None}
    assert (daily.possible, daily.range, daily.worst, daily.most_overpaid) == (False, *[None] * 3)
    assert found.cheapest_typical is daily
    assert found.frame.loc["A1", ["heavy_cents", "most_overpaid_cents"]].isna().all()


@pytest.mark.parametrize(("needs", "typical", "options"), [
    ({"a": [100]}, "b", {}),
    ({}, "a", {}),
    ({"a": [100], "b": []}, "a", {}),
    ({"a": [100], "b": [0, 0]}, "a", {}),
    ({"a": [-1]}, "a", {}),
    ({"a": [100], "b": [9000]}, "a", {}),
    ({"a": [100]}, "a", {"tax_rate": 2}),
])
def test_cases_that_make_no_sense_are_refused(needs, typical, options):
    plans = FOUR_STARTS.head(2).assign(intro_new_customer_only="yes")
    with pytest.raises(prepaid.Refusal) as refusal:
        prepaid.first_purchases(plans, needs, typical=typical, **options)
    for language in i18n.LANGUAGES:
        assert refusal.value.tell(i18n.words(language))
    assert isinstance(refusal.value, NoSchedule) == (needs.get("b") == [9000])


def test_a_free_trial_that_saves_nothing_is_not_worth_its_bother():
    plans = pd.DataFrame([
        {"plan_id": "month", "provider": "A", "price_usd": 10.0, "validity_days": 30, "data_gb": 9},
        {"plan_id": "trial", "provider": "B", "price_usd": 0.0, "validity_days": 7, "data_gb": 0.1},
    ])
    needs = {"short": [100] * 9, "long": [100] * 20}
    found = prepaid.first_purchases(plans, needs, typical="short", per_purchase_usd=1)
    assert found.index.tolist() == ["month"]  # either way the stay costs 10
    assert found.loc["month", "short_cents"] == 1000
    either = prepaid.first_purchases(plans, needs, typical="short")
    assert sorted(either.index) == ["month", "trial"]


# ---------------------------------------------------------------------------------------- random


def cases(rng, need):
    """A short and a long stay of like days, each with one use and with half and double of it."""
    short = rng.randint(1, len(need))
    return {
        (days, level): [mb * times // 2 for mb in need[:days]]
        for days in dict.fromkeys((short, len(need)))
        for level, times in zip(LEVELS, (1, 2, 4), strict=True)
    }


@pytest.mark.parametrize("seeds", [range(at, at + 20) for at in range(0, 80, 20)])
def test_the_safest_of_all_first_purchases(seeds):
    for seed in seeds:
        rng = random.Random(f"first {seed}")
        plans, need, options = random_market(rng, days=rng.randint(2, 6))
        options = {name: options[name] for name in options if name not in (
            "arrive", "leave", "per_purchase_usd", "per_move_usd")}
        if need[0] > 1:
            safest(plans, cases(rng, need), options, rng)


def safest(plans, needs, options, rng):
    typical = rng.choice(list(needs))
    tried = {
        row["plan_id"]: {case: _cents(plans, need, options, row["plan_id"])
                         for case, need in needs.items()}
        for row in plans
    }
    known = {case: _cents(plans, need, options) for case, need in needs.items()}
    if None in known.values():
        with pytest.raises(NoSchedule):
            starts_of(frame(plans), needs, typical, **options)
        return
    found = starts_of(frame(plans), needs, typical, **options)
    assert found.known == known
    costs = {plan_id: start.cents for start in found.worth for plan_id in start.plan_ids}
    assert costs == {plan_id: tried[plan_id] for plan_id in costs}

    able = {plan_id: row for plan_id, row in tried.items() if set(row.values()) != {None}}
    beaten = {one for one in able if any(_beats(other, able[one]) for other in able.values())}
    assert set(costs) == set(able) - beaten
    assert found.beaten >= len(beaten)
    most = {
        plan_id: max(cents - known[case] for case, cents in row.items())
        for plan_id, row in able.items() if None not in row.values()
    }
    in_order = sorted(set(most) - beaten, key=lambda one: (most[one], able[one][typical], one))
    # minimax over everything that can be bought first, beaten or not
    if most:
        safest = min(most, key=lambda one: (most[one], able[one][typical], one))
        assert found.safest.most_overpaid == most[safest]
        assert found.safest.cents[typical] == able[safest][typical]
        assert found.safest.plan_ids[0] == in_order[0]
    assert [start.most_overpaid for start in found.worth if start.possible] == list(
        {tuple(able[one].values()): most[one] for one in in_order}.values())
    if not {"per_purchase_usd", "per_move_usd"} & set(options):
        assert found.cheapest_typical.cents[typical] == known[typical]


def _cents(plans, need, options, first=None) -> int | None:
    found = brute_force(plans, need, first=first, **options)
    return None if isinstance(found, Uncovered) else found[0]


def _beats(other: dict, one: dict) -> bool:
    pairs = [(_dear(other[case]), _dear(one[case])) for case in one]
    return all(his <= mine for his, mine in pairs) and any(his < mine for his, mine in pairs)


def _dear(cents: int | None) -> float:
    return float("inf") if cents is None else cents
