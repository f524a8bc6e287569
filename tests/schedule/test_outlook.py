"""The bound: it never exceeds the truth, and the search is right however coarse or fine it is."""

import datetime as dt
import random

import numpy as np
import pandas as pd
import pytest

import prepaid
from brute_force import brute_force, search_next_step, search_stay
from package import agrees, by_package, next_step_by_package
from prepaid.schedule import NoSchedule, Offers, finding, outlook
from prepaid.schedule.ends import Ends
from random_markets import frame, random_market, random_running

LATE = ((1, 0), (3, 1), (50, 2), (200, float("inf")))


@pytest.fixture(autouse=True)
def every_level(monkeypatch):
    """Each search but the last takes too long, so plans are left out and cells get finer."""
    monkeypatch.setattr(finding, "_LEVELS", LATE)


@pytest.fixture
def all_rare(monkeypatch):
    """Every provider with a price for new customers makes a layer."""

    def every(self):
        ways = self._ways
        return [int(ways.providers[line - 1]) for line in sorted({*ways.line[ways.new].tolist()})
                if int(ways.providers[line - 1]) not in self.rare]

    monkeypatch.setattr(outlook.Outlook, "_broken", every)


def with_bother(answer, rows, options):
    """Cents with bother of what `brute_force` answers."""
    cents, purchases = answer
    providers = {row["plan_id"]: row["provider"] for row in rows}
    addons = {row["plan_id"] for row in rows if row["kind"] == "addon"}
    line = [providers[one["plan_id"]] for one in purchases if one["plan_id"] not in addons]
    moves = sum(one != before for one, before in zip(line, [None, *line], strict=False))
    return cents + round(100 * (options.get("per_purchase_usd", 0) * len(purchases)
                                + options.get("per_move_usd", 0) * moves))


@pytest.mark.parametrize("cells", [1, 12, 300])
@pytest.mark.parametrize("seeds", [range(0, 60), range(60, 120)], ids=str)
def test_the_bound_never_exceeds_the_truth(cells, seeds, all_rare):
    """Neither for the whole stay nor for any plan that the best schedule has."""
    tried = 0
    for seed in seeds:
        rng = random.Random(f"never above {seed}")
        rows, need_mb, options = random_market(rng, months=seed % 4 == 0)
        truth = brute_force(rows, need_mb, **options)
        if not sum(need_mb) or not isinstance(truth[0], int) or len(truth) != 2:
            continue
        offers = Offers(frame(rows), **options)
        finder, stay = offers._finder, offers.stay(need_mb)
        bound = outlook.Outlook(stay, finder.steps, np.ones(len(finder.steps.row), bool), cells)
        cents, least = with_bother(truth, rows, options), bound.of_rows(len(offers.plan_id))
        assert bound.least(0, -1) >> 116 <= cents, (seed, cells)
        assert finder.least_purchases(stay) <= len(truth[1]), seed
        for one in truth[1]:
            row = offers.plan_id.tolist().index(one["plan_id"])
            assert 0 <= least[row] <= cents or offers.terms.addon[row], (seed, cells, one)
        tried += 1
    assert tried > len(seeds) // 2


@pytest.mark.parametrize("seed", range(60))
def test_stays_with_a_layer_for_every_offer(seed, all_rare):
    rows, need_mb, options = random_market(random.Random(f"layers {seed}"), months=seed % 4 == 0)
    agrees(by_package(rows, need_mb, **options), search_stay, rows, need_mb, **options)


@pytest.mark.parametrize("seed", range(40))
def test_ends_at_many_points_are_those_at_each(seed):
    rng = random.Random(f"ends {seed}")
    rows, need_mb, options = random_market(rng, months=seed % 2 == 0)
    if not sum(need_mb):
        need_mb = [*need_mb, 1]
    offers = Offers(frame(rows), **options)
    stay = offers.stay([mb * rng.choice([1, 1, 10**6]) for mb in need_mb])
    points = sorted({0, stay.end - 1, *(rng.randrange(stay.end) for _ in range(30))})
    ends = Ends(stay, np.array(points, np.int64))
    for plan in offers.plans():
        by_days = [stay.cycle_end(plan, point, 1) for point in points]
        assert ends.by_days(plan.unit, plan.length).tolist() == by_days
        by_data = [stay.data_end(plan, point) for point in points]
        assert ends.by_data(plan.allowance, plan.daily).tolist() == by_data


@pytest.mark.parametrize("seed", range(30))
def test_who_leaves_at_midnight_uses_the_last_day_at_once(seed):
    rng = random.Random(f"midnight {seed}")
    rows, need_mb, options = random_market(rng, days=rng.randint(2, 7))
    rows = [row | {"cycle_unit": "hours"} if "validity_days" in row else row for row in rows]
    need_mb[-1], options["leave"] = 300, dt.time(0)
    agrees(by_package(rows, need_mb, **options), search_stay, rows, need_mb, **options)


def test_a_line_that_sells_nothing_has_to_move():
    """Ten days of 1 GB by 4 GB of A, which sells one cycle at a time, cost B's dearer ones, too."""
    plans = pd.DataFrame({
        "plan_id": ["a", "b"], "provider": ["A", "B"], "kind": ["mvno", "travel_esim"],
        "price_usd": [4.0, 20.0], "validity_days": 30, "data_gb": [4.0, 6.0]})
    offers = Offers(plans, per_move_usd=2)
    stay = offers.stay([1000] * 10)
    bound = outlook.Outlook(stay, offers._finder.steps, np.ones(2, bool), 10)
    assert bound.least(0, -1) >> 116 == offers.least_cents([1000] * 10) + 400 == 2800


def test_an_offer_needs_a_move_or_the_same_offer_just_before():
    """Two GB at A's price for new customers, one of B's, then no such price of A's again."""
    plans = pd.DataFrame({
        "plan_id": ["a", "b"], "provider": ["A", "B"], "price_usd": [9.0, 7.0],
        "intro_price_usd": [1.0, None], "intro_cycles": [2, None],
        "validity_days": 1, "data_gb": 1.0})
    offers = Offers(plans)
    stay = offers.stay([1000] * 5)
    bound = outlook.Outlook(stay, offers._finder.steps, np.ones(3, bool), 5)
    assert bound.rare == [0]  # A's: without a layer the bound would have it twice
    assert bound.least(0, -1) >> 116 == 2 * 100 + 3 * 700 == offers.least_cents([1000] * 5)


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


def test_purchases_in_a_row_that_are_charged_by_use():
    """Left after 21 MB for 0.07, then used for two months for 0.50: both at the first price."""
    plans = pd.DataFrame({
        "plan_id": ["use"], "provider": ["A"], "price_usd": [3.0], "intro_price_usd": [2.0],
        "intro_cycles": [2], "validity_days": [60], "cycle_unit": ["month"], "per_gb_usd": [3.33],
        "usage_charge_cap_usd": [0.5]})
    need_mb = [0, 1, 20, *[21] * 60]
    found = prepaid.cheapest_schedule(plans, need_mb, start=dt.date(2028, 1, 31))
    assert found.total_cents == 207 + 250


@pytest.mark.parametrize("seed", range(60))
def test_the_most_promising_of_many_plans_first(monkeypatch, seed):
    """One plan is much for a market here, and one is looked at first."""
    monkeypatch.setattr(finding, "_FEW", 1)
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


def test_a_bound_is_made_once_for_all_first_purchases_of_a_stay(monkeypatch):
    plans, need_mb, made = pd.DataFrame({
        "plan_id": [*"abcdef"], "provider": [*"ABCABC"], "price_usd": [1.0, 2, 3, 4, 5, 6],
        "validity_days": [1, 2, 3, 4, 5, 6], "data_gb": 1.0}), [900] * 9, []
    fresh = [Offers(plans).with_first(need_mb, number) for number in range(len(plans))]

    class Counted(finding.Outlook):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(given)

    monkeypatch.setattr(finding, "Outlook", Counted)
    offers = Offers(plans)
    assert [offers.with_first(need_mb, number) for number in range(len(plans))] == fresh
    assert len(plans) * len(LATE) > 2 * len(LATE) >= len(made) > 0


def test_more_purchases_than_anyone_can_make():
    plans = pd.DataFrame({"plan_id": ["day"], "provider": ["A"], "price_usd": [1.0],
                          "validity_days": [1], "data_gb": [1.0]})
    with pytest.raises(prepaid.NoSchedule) as refusal:
        prepaid.cheapest_schedule(plans, [1_000_000, 1])
    assert refusal.value.code == "too_many_purchases"
    assert refusal.value.values["least"] == 1001
    assert prepaid.cheapest_schedule(plans, [999_000]).total_cents == 99_900


def test_what_cycles_hold_each_day_counts_together():
    """One purchase of two cycles of ten days, 100 MB a day, is enough for twenty days."""
    plans = pd.DataFrame({
        "plan_id": ["daily"], "provider": ["A"], "price_usd": [1.0], "validity_days": [10],
        "data_gb": [0.1], "data_cap_per": ["day"], "min_commitment_cycles": [2]})
    offers = Offers(plans)
    assert offers._finder.least_purchases(offers.stay([100] * 20)) == 1
    assert offers.cheapest([100] * 20).plan_ids == ("daily",)


def test_no_schedule_is_told_at_every_level():
    plans = pd.DataFrame({"plan_id": ["once"], "provider": ["A"], "price_usd": [0.0],
                          "validity_days": [1], "data_gb": [1.0]})
    with pytest.raises(NoSchedule):
        prepaid.cheapest_schedule(plans, [900] * 3, start=dt.date(2027, 1, 1))


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


def test_what_is_known_of_a_stay_is_not_taken_for_one_that_ends_earlier(monkeypatch):
    """150 MB last until noon on day 1, and 24 hours from then to noon on day 2: enough for who
    leaves by then, not for who stays the day."""
    monkeypatch.setattr(finding, "_LEVELS", ((200, float("inf")),))
    plans = pd.DataFrame({
        "plan_id": ["a", "b", "h"], "provider": ["A", "B", "C"], "price_usd": [2, 5.5, 3],
        "validity_days": [3, 3, 1], "data_gb": [0.15, 9, 9], "cycle_unit": [None, None, "hours"],
        "intro_new_customer_only": ["yes", None, None]})
    offers, need_mb = Offers(plans), [100] * 3
    assert offers.cheapest(need_mb).plan_ids == ("b",)
    found = offers.at(None, None, dt.time(12)).cheapest(need_mb)
    assert (found.plan_ids, found.total_cents) == (("a", "h"), 500)
