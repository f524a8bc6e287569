"""Up to which price an answer stays the cheapest, held against brute force at that price."""

import random

import pandas as pd
import pytest

import prepaid
from brute_force import search_stay
from random_markets import frame, random_market


def rows_of(*plans):
    return [
        {"plan_id": plan_id, "provider": provider, "price_usd": price, "validity_days": days,
         "data_gb": gb} | cells
        for plan_id, provider, price, days, gb, cells in plans
    ]


def firm(rows, need, **options):
    plans = pd.DataFrame(rows)
    return prepaid.firmness(plans, prepaid.cheapest_schedule(plans, need, **options), **options)


def told(found):
    columns = ["plan_id", "at_mb", "cycle_cents", "up_to_cents", "instead", "instead_cents"]
    return [tuple(None if value is pd.NA else value for value in row)
            for row in found[columns].itertuples(index=False)]


def test_one_purchase():
    rows = rows_of(("a", "A", 3, 7, 1, {}), ("b", "B", 4, 7, 1, {}))
    assert told(firm(rows, [100] * 7)) == [("a", 0, 300, 400, ("b",), 400)]


def test_a_price_is_that_of_all_purchases_at_it():
    rows = rows_of(("a", "A", 3, 7, 1, {}), ("b", "B", 9, 14, 2, {}))
    assert told(firm(rows, [100] * 14)) == [
        ("a", 0, 300, 450, ("b",), 900), ("a", 700, 300, 450, ("b",), 900)]


def test_fees_in_per_cent_and_tax_go_with_the_price():
    rows = rows_of(("a", "A", 3, 7, 1, {"fee_percent": 10, "tax_included": "no"}),
                   ("b", "B", 6, 7, 1, {"tax_included": "yes"}))
    # 1.3 times 461 is 461 + 46 + 92 = 599, of 462: 462 + 46 + 92 = 600, of 463: 463 + 46 + 93 = 602
    assert told(firm(rows, [100] * 7, tax_rate=0.2)) == [("a", 0, 300, 462, ("b",), 600)]


def test_several_cycles_are_priced_by_the_cycle():
    rows = rows_of(("a", "A", 3, 7, 1, {"min_commitment_cycles": 2}), ("b", "B", 7.01, 14, 2, {}))
    assert told(firm(rows, [100] * 14)) == [("a", 0, 300, 350, ("b",), 701)]


def test_a_new_customers_price_and_the_price_after_it():
    rows = rows_of(
        ("a", "A", 3, 7, 1, {"intro_price_usd": 1, "intro_cycles": 1}), ("b", "B", 4, 7, 1, {}))
    # 1.00 and 3.00. Instead: b twice for 8.00, from 5.01 for the first; a and b for 5.00, from
    # 4.01 for the second (b and a, 4.00 and 1.00, is a new customer's price as well)
    assert told(firm(rows, [100] * 14)) == [
        ("a", 0, 100, 500, ("b", "b"), 800), ("a", 700, 300, 400, ("a", "b"), 500)]


def test_nothing_can_take_its_place():
    rows = rows_of(("a", "A", 3, 7, 1, {}))
    assert told(firm(rows, [100] * 7)) == [("a", 0, 300, None, None, None)]


def test_a_free_plan_that_can_be_had_again_once_it_has_a_price():
    rows = rows_of(("a", "A", 0, 7, 1, {}), ("b", "B", 4, 7, 1, {}), ("c", "C", 9, 14, 2, {}))
    # free: a and b, 4.00. At 1 cent a can be had twice, for 2 cents
    assert told(firm(rows, [100] * 14)) == [
        ("a", 0, 0, 0, ("a", "a"), 2), ("b", 700, 400, 900, ("c",), 900)]
    # a once serves seven days, and having it again would save nothing
    assert told(firm(rows, [100] * 7)) == [("a", 0, 0, 400, ("b",), 400)]


def test_no_purchases_no_rows():
    assert firm(rows_of(("a", "A", 3, 7, 1, {})), [0, 0]).empty


def whole_cents(row):
    """Whether the plan's prices of a cycle are whole cents."""
    prices = [row[name] for name in ("price_usd", "intro_price_usd") if row.get(name) is not None]
    return all(round(price * 100, 6) % 1 == 0 for price in prices)


@pytest.mark.parametrize("seeds", [range(at, at + 25) for at in range(0, 125, 25)])
def test_the_price_is_the_last_at_which_the_answer_is_a_cheapest(seeds):
    for seed in seeds:
        rng = random.Random(f"firm {seed}")
        rows, need, options = random_market(rng, months=rng.random() < 0.1)
        if not all(map(whole_cents, rows)):
            continue
        try:
            answer = prepaid.cheapest_schedule(frame(rows), need, **options)
        except prepaid.NoSchedule:
            continue
        path = [(one.plan_id, one.at_mb) for one in answer.bought]
        now = search_stay(rows, need, path=path, **options).winners[0] if path else []
        found = prepaid.firmness(frame(rows), answer, **options)
        assert found["plan_id"].tolist() == [one["plan_id"] for one in now]
        assert found["at_mb"].tolist() == [one["at_mb"] for one in now]
        for row in found.itertuples():
            column = column_of(rows, need, options, path, row)
            costs = []
            for cents in (10**7,) if row.up_to_cents is pd.NA else (
                    row.up_to_cents, row.up_to_cents + 1):
                changed = [one | {column: cents / 100} if one["plan_id"] == row.plan_id else one
                           for one in rows]
                best = search_stay(changed, need, **options)
                same = search_stay(changed, need, path=path, **options)
                costs.append((same.best[0].cost - best.best[0].cost, best))
            assert costs[0][0] == 0, (seed, row)
            if row.up_to_cents is not pd.NA:
                assert costs[1][0] > 0, (seed, row)
                total, bought = costs[1][1].answer()
                assert row.instead_cents == total, (seed, row)
                assert row.instead == tuple(one["plan_id"] for one in bought), (seed, row)


def column_of(rows, need, options, path, row):
    """Which of the two prices of a plan a purchase is at: the one whose change it feels."""
    at = next(place for place, one in enumerate(path) if one == (row.plan_id, row.at_mb))
    plan = next(one for one in rows if one["plan_id"] == row.plan_id)
    if plan.get("intro_price_usd") is None or plan.get("kind") == "addon":
        return "price_usd"
    dearer = [one | {"intro_price_usd": 999} if one is plan else one for one in rows]
    changed = search_stay(dearer, need, path=path, **options).winners[0][at]
    before = search_stay(rows, need, path=path, **options).winners[0][at]
    return "intro_price_usd" if changed["price_cents"] != before["price_cents"] else "price_usd"
