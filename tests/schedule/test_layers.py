"""The bound in layers: used for every stay here, however quick it would be without."""

import datetime as dt
import random

import pandas as pd
import pytest

import prepaid
from brute_force import search_next_step, search_stay
from package import agrees, by_package, next_step_by_package
from prepaid.schedule import Offers, finding
from random_markets import random_market, random_running


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(finding, "_PATIENCE", 0)


@pytest.mark.parametrize("seed", range(60))
def test_stays(seed):
    plans, need_mb, options = random_market(random.Random(f"layers {seed}"), months=seed % 4 == 0)
    agrees(by_package(plans, need_mb, **options), search_stay, plans, need_mb, **options)


@pytest.mark.parametrize("seed", range(40))
def test_lines_in_use(seed):
    rng = random.Random(f"layers of a line {seed}")
    plans, need_mb, options, running = random_running(rng, months=seed % 4 == 0)
    asked = options | running | {"plans": plans, "need_mb": need_mb}
    agrees(next_step_by_package(**asked), search_next_step, **asked)


@pytest.mark.parametrize("seed", range(60))
def test_the_most_promising_of_many_plans_first(monkeypatch, seed):
    """One plan is much for a market here, and one, two, four of them are looked at first."""
    for name, value in {"_FEW": 1, "_PROMISING": 1, "_MORE": 2, "_MANY": 1}.items():
        monkeypatch.setattr(finding, name, value)
    rng = random.Random(f"many plans {seed}")
    if seed % 3:
        plans, need_mb, options = random_market(rng, months=seed % 4 == 0)
        agrees(by_package(plans, need_mb, **options), search_stay, plans, need_mb, **options)
    else:
        plans, need_mb, options, running = random_running(rng, months=seed % 4 == 0)
        asked = options | running | {"plans": plans, "need_mb": need_mb}
        agrees(next_step_by_package(**asked), search_next_step, **asked)


def test_only_the_last_of_a_row_is_topped_up():
    """Two GB at a new customer's price, an add-on on top of the second, then the ordinary price."""
    plans = pd.DataFrame({
        "plan_id": ["base", "more"], "provider": ["A", "A"], "kind": ["travel_esim", "addon"],
        "price_usd": [9.99, 3], "tax_included": "yes", "intro_price_usd": [7.0, None],
        "intro_cycles": [2, None], "validity_days": 2, "data_gb": [1, 0.4],
        "addon_for": [None, "base"]})
    found = prepaid.cheapest_schedule(plans, [333, 1, 1000, 100, 300, 700], per_purchase_usd=3)
    assert found.plan_ids == ("base", "base", "more", "base")


def test_new_customers_prices_where_a_dear_provider_is_left_out():
    """B still counts as new after C, though A, which comes before both, is not searched."""
    plans = pd.DataFrame({
        "plan_id": ["a", "b", "c", "d"], "provider": ["A", "B", "C", "D"],
        "price_usd": [90.0, 10, 6, 8], "intro_price_usd": [80.0, 2, 3, 3],
        "validity_days": [5, 1, 5, 2], "data_gb": [1.0, 5, 1, 1]})
    # three GB of C for 3 + 6 + 6, the first 5 GB of B for 2, the first of D for 3
    found = prepaid.cheapest_schedule(plans, [100, 2500, 300, 2500, 300, 100])
    assert found.total_cents == 2000


def test_layers_are_made_once_for_all_first_purchases_of_a_stay(monkeypatch):
    plans, need_mb, made = pd.DataFrame({
        "plan_id": [*"abcdef"], "provider": [*"ABCABC"], "price_usd": [1.0, 2, 3, 4, 5, 6],
        "validity_days": [1, 2, 3, 4, 5, 6], "data_gb": 1.0}), [900] * 9, []
    fresh = [Offers(plans).with_first(need_mb, number) for number in range(len(plans))]

    class Counted(finding.Layers):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(given)

    monkeypatch.setattr(finding, "Layers", Counted)
    offers = Offers(plans)
    assert [offers.with_first(need_mb, number) for number in range(len(plans))] == fresh
    assert len(plans) > len(finding._LEVELS) >= len(made) > 0


def test_more_purchases_than_anyone_can_make():
    plans = pd.DataFrame({"plan_id": ["day"], "provider": ["A"], "price_usd": [1.0],
                          "validity_days": [1], "data_gb": [1.0]})
    with pytest.raises(prepaid.NoSchedule) as refusal:
        prepaid.cheapest_schedule(plans, [1_000_000, 1])
    assert refusal.value.code == "too_many_purchases"
    assert refusal.value.values["least"] == 1001
    assert prepaid.cheapest_schedule(plans, [999_000]).total_cents == 99_900


def test_a_search_that_takes_long_goes_on_with_more_layers(monkeypatch):
    monkeypatch.setattr(finding, "_LEVELS", ((1, 4, 1), (1, 1, float("inf"))))
    plans = pd.DataFrame({"plan_id": ["A1", "A2"], "provider": ["A", "A"],
                          "price_usd": [1.0, 1.5], "validity_days": [1, 2], "data_gb": [1, 2]})
    assert prepaid.cheapest_schedule(plans, [900] * 9).total_cents == 700


def test_an_add_on_gives_up_what_is_paid():
    """It reaches beyond the paid cycle of a running line, which then serves no more."""
    plans, need_mb, options, running = random_running(random.Random("paid 1297"))
    asked = options | running | {"plans": plans, "need_mb": need_mb}
    agrees(next_step_by_package(**asked), search_next_step, **asked)


def test_add_ons_on_top_of_the_last_cycle_that_was_paid():
    """Its 1,000 MB last for five days of nine: two times 400 MB on top cost less than B."""
    plans = pd.DataFrame({
        "plan_id": ["a", "more", "b"], "provider": ["A", "A", "B"],
        "kind": ["travel_esim", "addon", "travel_esim"], "price_usd": [20.0, 3, 7],
        "validity_days": [10, 5, 5], "data_gb": [1, 0.4, 1], "addon_for": [None, "a", None]})
    found = prepaid.next_step(plans, "a", days_left=1, mb_left=100, paid_cycles_left=1,
                              need_mb=[100] + [200] * 9, per_purchase_usd=0, per_move_usd=0)
    assert found.schedule.plan_ids == ("more", "more")


def test_coming_back_is_a_move_where_nothing_more_is_paid():
    """B, once, until A sells again."""
    plans = pd.DataFrame({
        "plan_id": ["a", "b"], "provider": ["A", "B"], "price_usd": [10.0, 2],
        "validity_days": [10, 3], "data_gb": 1.0, "renew_early": ["no", "yes"],
        "intro_new_customer_only": [None, "yes"], "activation_fee_usd": [5.0, 0]})
    found = prepaid.next_step(plans, "a", days_left=3, mb_left=0, need_mb=[100] * 8)
    assert found.schedule.plan_ids == ("b", "a")
    assert found.total_cents == 200 + 1000 + 500


def test_a_provider_that_sells_again_later_on_the_same_day():
    """B's 200 MB last for day 0; it sells again at noon on day 1, when A serves, and on day 3."""
    plans = pd.DataFrame({
        "plan_id": ["a", "b"], "provider": ["A", "B"], "price_usd": [4.0, 3], "data_gb": 0.2,
        "validity_days": [2, 1], "cycle_unit": [None, "hours"], "renew_early": ["yes", "no"]})
    found = prepaid.cheapest_schedule(plans, [200, 100, 100, 100], arrive=dt.time(12))
    assert (found.plan_ids, found.total_cents) == (("b", "a", "b"), 1000)
