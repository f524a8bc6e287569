"""Sizes and providers side by side, held against brute force and against one schedule at a time."""

import itertools
import math
import random
from itertools import accumulate, pairwise

import pandas as pd
import pytest

import prepaid
from brute_force import Uncovered, brute_force, search_stay
from package import by_package
from prepaid.analysis.sizes import _ranges, cost_curve, runner_ups, sizes_on_offer, what_if
from prepaid.i18n import Refusal
from prepaid.schedule import NoSchedule, Offers
from random_markets import frame, random_market

SIZES = ("1 GB", "5 GB", "unlimited")


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    return prepaid.load_catalog()


def of_size(rows: list[dict], size: str) -> list[dict]:
    """The rows of a size, by the words of the definition."""
    def is_it(row):
        if row.get("unlimited") == "yes":
            return size == "unlimited"
        if row.get("per_gb_usd") is not None or row.get("data_gb") is None:
            return False
        daily = "day" in (row.get("data_cap_per"), row.get("premium_data_period"))
        days = row.get("validity_days", math.nan)
        if row.get("cycle_unit") == "month":
            days = max(days // 30, 1) * 30
        data = row["data_gb"] * (days if daily else 1)
        return {"1 GB": data <= 2, "5 GB": 3 <= data <= 8}.get(size, False)

    return [row for row in rows if is_it(row)]


def sized(rng, rows: list[dict]) -> list[dict]:
    """The same plans, many of them of a size: with data of 1 GB, 5 GB or without limit."""
    for row in rows:
        if rng.random() < 0.5:
            row["data_gb"] = rng.choice([0.1, 0.3, 1, 2, 3, 5, 8])
        if row.get("unlimited") == "yes" and rng.random() < 0.7:
            row["after_cap"] = "none"
    return rows


def drawn(name, seed, **asked):
    rng = random.Random(f"{name} {seed}")
    rows, need, options = random_market(rng, **asked)
    return rng, sized(rng, rows), need, options


def missing(value):
    return None if value is pd.NA else value


# -------------------------------------------------------------------------------- compare_sizes


@pytest.mark.parametrize("seeds", [range(at, at + 50) for at in range(0, 100, 50)])
def test_each_size_is_the_brute_force_of_its_rows(seeds):
    for seed in seeds:
        _, rows, need, options = drawn("sizes", seed, plans=6)
        if not any(need):
            continue
        found = prepaid.compare_sizes(frame(rows), need, **options)
        assert list(found.index) == [*SIZES, "any"]
        for size in found.index:
            mine = rows if size == "any" else of_size(rows, size)
            answer = brute_force(mine, need, **options)
            told = found.loc[size]
            if isinstance(answer, Uncovered):
                assert (missing(told["total_cents"]), told["unserved_day"]) == (None, answer.day)
            else:
                assert (told["total_cents"], missing(told["unserved_day"])) == (answer[0], None)
                assert told["purchases"] == len(answer[1])


def test_what_a_size_says_of_its_packages():
    rows = pd.DataFrame([
        {"plan_id": "a", "provider": "A", "price_usd": 10.0, "validity_days": 30, "data_gb": 3.0,
         "intro_new_customer_only": "yes", "hotspot_allowed": "yes", "local_us_number": "no",
         "tax_included": "yes", "as_of": "2026-09-30", "after_cap": "cut_off"},
        {"plan_id": "b", "provider": "A", "price_usd": 12.5, "validity_days": 30, "data_gb": 5.0,
         "hotspot_allowed": "no", "local_us_number": "no", "tax_included": "no",
         "as_of": "2026-10-01", "after_cap": "throttled"},
    ])
    # 7 days of 1000 MB: a first, 3000 MB, then b, of which 1000 MB are left
    row = prepaid.compare_sizes(rows, [1000] * 7, tax_rate=0.1).loc["5 GB"]
    assert row["plan_ids"] == ("a", "b")
    assert row["total_cents"] == 1000 + 1250 + 125
    assert (row["purchases"], row["renew_days"]) == (2, 3.5)
    assert row["per_day_cents"] == 339  # 2375 / 7 = 339.3
    assert row["per_gb_cents"] == 339
    assert row["unused_mb"] == 1000
    assert row["at_cap"] == ("cut_off", "throttled")
    assert row["hotspot"] == ("yes", "no")
    assert row["us_number"] == ("no",)
    assert row["tax_included"] == ("yes", "no")
    assert row["as_of"] == "2026-09-30"


def test_needed_columns_are_enough():
    rows = pd.DataFrame([{"plan_id": "a", "provider": "A", "price_usd": 10.0, "validity_days": 30,
                          "data_gb": 3.0}])
    row = prepaid.compare_sizes(rows, [100] * 3).loc["5 GB"]
    assert (row["total_cents"], row["at_cap"], missing(row["as_of"])) == (1000, (), None)


@pytest.mark.parametrize(("cents", "days", "per_day"), [(5, 2, 3), (4, 3, 1), (5, 3, 2)])
def test_cents_a_day_are_rounded_half_up(cents, days, per_day):
    rows = pd.DataFrame([{"plan_id": "a", "provider": "A", "price_usd": cents / 100,
                          "validity_days": 30, "data_gb": 3.0}])
    assert prepaid.compare_sizes(rows, [100] * days).at["5 GB", "per_day_cents"] == per_day


def test_a_stay_without_need_has_no_price_per_gb():
    rows = pd.DataFrame([{"plan_id": "a", "provider": "A", "price_usd": 10.0, "validity_days": 30,
                          "data_gb": 3.0}])
    row = prepaid.compare_sizes(rows, [0, 0]).loc["any"]
    assert (row["total_cents"], row["purchases"], missing(row["per_gb_cents"])) == (0, 0, None)
    assert math.isnan(row["renew_days"])


# ----------------------------------------------------------------------------------- break_even


def costs_of_sizes(rows, mb, days, options):
    """By size, (what decides, the total) of an even use, by brute force."""
    found = {}
    for size in SIZES:
        search = search_stay(of_size(rows, size), [mb] * days, **options)
        found[size] = (math.inf, None) if search.best is None else (
            search.best[0].cost, search.answer()[0])
    return found


def ranges_are_right(rows, days, most, options, every=False):
    """The ranges are those of brute force, at every use or where they change; says whether no size
    costs less for more use, without which nothing is promised."""
    found = prepaid.break_even(frame(rows), days, up_to_mb=most, **options)
    assert found["from_mb"].tolist() == [1, *(found["to_mb"][:-1] + 1)]
    assert found["to_mb"].iloc[-1] == most
    looked_at = range(1, most + 1) if every else sorted(
        {mb + step for mb in (*found["from_mb"], *found["to_mb"]) for step in (-1, 0, 1)}
        & set(range(1, most + 1)))
    costs = {mb: costs_of_sizes(rows, mb, days, options) for mb in looked_at}
    for before, after in pairwise(looked_at):
        if any(costs[after][size][0] < costs[before][size][0] for size in SIZES):
            return False
    for mb in looked_at:
        (_, row), = found[(found["from_mb"] <= mb) & (mb <= found["to_mb"])].iterrows()
        best = min(SIZES, key=lambda size: costs[mb][size][0])
        cost, cents = costs[mb][best]
        assert missing(row["size"]) == (None if cost == math.inf else best), (mb, found)
        for end in ("from", "to"):
            if mb == row[f"{end}_mb"]:
                assert missing(row[f"{end}_cents"]) == cents, (mb, found)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(at, at + 10) for at in range(0, 80, 10)])
def test_break_even_is_right_at_every_mb(seeds):
    sure = 0
    for seed in seeds:
        rng, rows, _, options = drawn("break even", seed, plans=5)
        sure += ranges_are_right(rows, rng.randint(2, 6), 60, options, every=True)
    assert sure >= 8


@pytest.mark.parametrize("seed", range(12))
def test_break_even_is_right_where_it_changes(seed):
    rng, rows, _, options = drawn("break even at its ends", seed, plans=5)
    ranges_are_right(rows, rng.randint(2, 9), 900, options)


def test_more_use_may_cost_less():
    """Why no more is promised. Of c's 0.3 GB 101 MB a day last until late on day 2; of a, bought
    then, cycle 1 serves the rest of day 2 and day 3, 104 MB of its 150, and cycle 2 day 4. With 100
    MB a day a begins on day 3, and days 3 and 4 together are too much for its cycle 1."""
    rows = [package("c", 1, 30, 0.3, intro_new_customer_only="yes"),
            package("a", 2.5, 2, 0.15, min_commitment_cycles=2)]
    for answer in (brute_force, by_package):
        assert answer(rows, [101] * 5)[0] == 100 + 500
        assert answer(rows, [100] * 5)[0] == 100 + 500 + 500


@pytest.mark.parametrize("dear", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_ranges_are_those_of_the_cheapest_at_every_use(seed, dear):
    """Costs that rise by a cent or two at a time, so that sizes are often level."""
    rng, most = random.Random(f"ranges {seed}"), 40
    slack, first = dict.fromkeys(SIZES, rng.choice([0, 1, 5, 99])), range(1, 10)
    if dear:  # about as much as is looked at first where nothing is known
        slack, first = {size: rng.choice([1, 999]) for size in SIZES}, range(100, 103)
    costs = {}
    for size in SIZES:
        rises = rng.choices([0, 1, 2], [5, 2, 1], k=most)
        ends = rng.choice([most, most, rng.randint(1, most)])
        costs[size] = [
            cost if mb <= ends else math.inf
            for mb, cost in enumerate(accumulate(rises, initial=rng.choice(first)))]

    def cents(size, mb, limit):
        return costs[size][mb] if costs[size][mb] <= limit else math.inf

    def at_least(size, mb):
        return max(costs[size][mb] - slack[size], 0)

    found = [size for low, high, size in _ranges(cents, at_least, most)
             for _ in range(low, high + 1)]
    best = [min(SIZES, key=lambda size, mb=mb: costs[size][mb]) for mb in range(1, most + 1)]
    assert found == [
        size if costs[size][mb] < math.inf else None for mb, size in enumerate(best, 1)]


def test_what_costs_nothing_is_the_cheapest():
    rows = pd.DataFrame([package("s", 0, 7, 1, renew_early="no"), package("l", 8, 7, 5)])
    found = prepaid.break_even(rows, 7, up_to_mb=200, per_purchase_usd=0, per_move_usd=0)
    assert found[["to_mb", "size", "to_cents"]].values.tolist() == [
        [142, "1 GB", 0], [200, "5 GB", 800]]


def test_a_use_that_no_size_covers_is_missing_not_wrong():
    few = pd.DataFrame([{"plan_id": "a", "provider": "A", "price_usd": 1.0, "validity_days": 7,
                         "data_gb": 1.0, "renew_early": "no"}])
    found = prepaid.break_even(few, 7, up_to_mb=1200)
    assert found["to_mb"].tolist() == [142, 1200]
    assert pd.isna(found["size"].iloc[-1])
    assert (found["from_mb"].iloc[-1], found["to_cents"].iloc[-1]) == (143, pd.NA)


# -------------------------------------------------------------------------------------- what_if


@pytest.mark.parametrize("seed", range(12))
def test_what_if_is_the_brute_force_of_each_case(seed):
    _, rows, need, options = drawn("what if", seed, plans=5)
    found = what_if(frame(rows), need, **options)
    heavy = list(need)
    heavy[len(need) // 2] += 3000
    cases = {"as_planned": need, "more_use": [math.ceil(mb * 13 / 10) for mb in need],
             "longer": [*need, need[-1], need[-1], need[-1]], "heavy_day": heavy}
    assert list(found.index) == list(cases)
    for case, wanted in cases.items():
        for size in (*SIZES, "any"):
            answer = brute_force(rows if size == "any" else of_size(rows, size), wanted, **options)
            expected = None if isinstance(answer, Uncovered) else answer[0]
            assert missing(found.at[case, size]) == expected, (case, size)


@pytest.mark.parametrize("seed", range(24))
def test_what_is_far_dearer_is_only_said_to_be(seed):
    """As dear as it is without ``far``, where it is not more than that; and missing, not far, where
    nothing covers."""
    rng, rows, need, options = drawn("far", seed, plans=6)
    plans, far = frame(rows), rng.choice([1, 2])
    exact, found = what_if(plans, need, **options), what_if(plans, need, far=far, **options)
    limits = far * exact["any"]
    assert found["any"].equals(exact["any"])
    for case, size in itertools.product(exact.index, SIZES):
        cents = exact.at[case, size]
        if not pd.isna(cents) and cents > limits[case]:
            assert found.at[case, size] in (cents, limits[case] + 1), (case, size)
        else:
            assert missing(found.at[case, size]) == missing(cents), (case, size)


def test_a_far_dearer_size_is_told_from_one_that_does_not_serve():
    rows = frame([
        {"plan_id": "s", "provider": "A", "price_usd": 3, "validity_days": 7, "data_gb": 1},
        {"plan_id": "l", "provider": "B", "price_usd": 8, "validity_days": 7, "data_gb": 50},
        {"plan_id": "m", "provider": "C", "price_usd": 8, "validity_days": 7, "data_gb": 5,
         "renew_early": "no"},
    ])
    found = sizes_on_offer(rows, Offers(rows), [5000] * 7, 3)
    assert found["total_cents"].map(missing).to_dict() == {
        "1 GB": None, "5 GB": None, "unlimited": None, "any": 800}
    assert found["unserved_day"].map(missing).to_dict() == {
        "1 GB": None, "5 GB": 1, "unlimited": 0, "any": None}
    assert what_if(rows, [5000] * 7, far=3).loc["as_planned"].map(missing).to_dict() == {
        "1 GB": 2401, "5 GB": None, "unlimited": None, "any": 800}


def test_curves_are_schedules_of_even_use():
    rows = frame([
        {"plan_id": "s", "provider": "A", "price_usd": 3, "validity_days": 7, "data_gb": 1},
        {"plan_id": "l", "provider": "B", "price_usd": 8, "validity_days": 7, "data_gb": 5},
    ])
    curve = cost_curve(rows, 7, [100, 300])
    assert curve["1 GB"].tolist() == [300, 900]
    assert curve["5 GB"].tolist() == [800, 800]
    assert curve["unlimited"].isna().all()
    assert curve.index.tolist() == [100, 300]
    cheap = cost_curve(rows, 7, [100, 300, 400], up_to_cents=800)
    assert cheap["1 GB"].tolist() == [300, pd.NA, pd.NA]
    assert cheap["5 GB"].tolist() == [800, 800, 800]


# ----------------------------------------------------------------------------------- runner_ups


def package(plan_id, price, days, gb, **cells):
    return {"plan_id": plan_id, "provider": plan_id[0].upper(), "price_usd": price,
            "validity_days": days, "data_gb": gb} | cells


WHY = {
    # rows, of which b's provider loses; need; options; why; n
    "tie": ([package("a", 5, 2, 9), package("b", 5, 2, 9)], [1] * 2, {}, 0),
    "price": ([package("a", 5, 2, 1), package("b", 8, 2, 1)], [500] * 2, {}, 300),
    "fee": ([package("a", 5, 2, 9), package("b", 4, 2, 9, activation_fee_usd=3)], [1] * 2, {}, 300),
    "tax": ([package("a", 10, 2, 9, tax_included="yes"), package("b", 9.9, 2, 9)], [1] * 2,
            {"tax_rate": 0.1}, 99),
    # 1 GB more for 1.00 more, at 0.60 a GB (6 for 10) that would not do; at 3.00 a GB it does
    "waste": ([package("a", 5, 2, 1), package("b", 6, 2, 2)], [500] * 2, {}, 1000),
    "unserved": ([package("a", 5, 2, 9), package("b", 1, 2, 1, renew_early="no")], [500, 2000], {},
                 1),
    "purchases": ([package("a", 5, 2, 9), package("b", 2, 1, 9)], [1] * 2,
                  {"per_purchase_usd": 1.5}, 1),
}


@pytest.mark.parametrize("why", WHY)
def test_why_a_provider_lost(why):
    rows, need, options, n = WHY[why]
    offers = Offers(pd.DataFrame(rows), **options)
    best = offers.cheapest(need)
    assert set(best.plan_ids) == {"a"}
    found = runner_ups(offers, best).set_index("provider").loc["B"]
    assert (found["why"], found["n"]) == (why, n)


def test_waste_is_no_reason_where_it_does_not_make_the_difference():
    rows = pd.DataFrame([package("a", 5, 2, 1), package("b", 50, 2, 1.01)])
    offers = Offers(rows)
    found = runner_ups(offers, offers.cheapest([500] * 2)).iloc[0]
    assert (found["why"], found["n"], found["waste_extra_mb"]) == ("price", 4500, 10)
    rows = pd.DataFrame([package("a", 5, 2, 1), package("b", 6, 2, 1.2)])  # exactly
    offers = Offers(rows)
    assert runner_ups(offers, offers.cheapest([500] * 2)).iloc[0]["why"] == "waste"


def test_runner_ups_are_in_order_of_their_cost():
    rows = pd.DataFrame([package("a", 5, 2, 9), package("c", 8, 2, 9), package("b", 8, 2, 9),
                         package("d", 1, 2, 1, renew_early="no"), package("e", 4, 1, 9)])
    offers = Offers(rows)
    found = runner_ups(offers, offers.cheapest([600] * 2))
    assert found["provider"].to_dict() == dict(enumerate(["B", "C", "E", "D"]))
    assert found["extra_cents"].tolist()[:3] == [300, 300, 300]


@pytest.mark.parametrize("seeds", [range(at, at + 50) for at in range(0, 150, 50)])
def test_a_reason_never_holds_for_the_winner(seeds):
    for seed in seeds:
        _, rows, need, options = drawn("why", seed)
        offers = Offers(frame(rows), **options)
        try:
            best = offers.cheapest(need)
        except NoSchedule:
            continue
        found = runner_ups(offers, best)
        assert not found["provider"].duplicated().any()
        for row in found.itertuples():
            answer = brute_force(
                [one for one in rows if one["provider"] == row.provider], need, **options)
            if row.why == "unserved":
                assert answer == Uncovered(row.n)
                continue
            total, bought = answer
            mine, his = measures(best.purchases), measures(pd.DataFrame(bought))
            worse = {name: his[name] - mine[name] for name in mine}
            assert (row.total_cents, row.extra_cents) == (total, total - best.total_cents)
            assert row.price_extra_cents == worse["price"]
            assert row.fee_extra_cents == worse["fee"]
            assert row.tax_extra_cents == worse["tax"]
            assert row.extra_cents == worse["price"] + worse["fee"] + worse["tax"]
            if row.why == "tie":
                assert row.extra_cents <= 0 or worse["purchases"] <= 0
                assert row.n == 0
            else:
                assert row.n == worse[row.why] > 0
            if row.why in ("price", "fee", "tax"):
                assert row.n == max(worse[part] for part in ("price", "fee", "tax"))


def measures(bought: pd.DataFrame) -> dict[str, int]:
    sums = {name: int(pd.to_numeric(bought[column]).sum()) for name, column in {
        "price": "price_cents", "fee": "fee_cents", "tax": "tax_cents", "waste": "mb_unused",
    }.items()}
    return sums | {"purchases": len(bought)}


def test_options_that_make_no_sense_are_refused(plans):
    with pytest.raises(Refusal):
        prepaid.compare_sizes(plans, [])
    with pytest.raises(Refusal):
        prepaid.break_even(plans, 5, tax_rate=2)
