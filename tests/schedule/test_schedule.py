"""What goes into a schedule and what comes out: frames of any kind, options, bad input, data left.

The rule itself is put to the test in ``test_rule.py`` and ``test_against_brute_force.py``.
"""

import datetime as dt
import random
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import prepaid
from brute_force import Stay as SlowStay
from brute_force import Uncovered, brute_force, cycle_end_times, read_plan
from markets import addon, plan, unlimited
from package import FIELDS, by_package
from prepaid.i18n import Refusal
from prepaid.schedule import Offers, checked_need
from prepaid.schedule.weights import cents_of, purchases_of, weight
from random_markets import frame, random_market

ONE = pd.DataFrame([plan("A1", 10, 3, 2, unlimited="no")])


@pytest.mark.parametrize("price", [10, 10_000_000])
def test_a_tax_rate_of_many_digits(price):
    """Two packs of 24 weeks, taxed by 8.88 per cent, cost less than one of 48 for 2.2 times as
    much; exactly so, too, where the product takes more than 63 bits."""
    rows = pd.DataFrame([
        plan("A1", price, 7, 1, min_commitment_cycles=24),
        plan("B1", price * 1.1, 7, 1, min_commitment_cycles=48, tax_included="yes")])
    rate = Fraction(88_751_237, 999_999_937)
    found = prepaid.cheapest_schedule(rows, [1] * 336, tax_rate=rate, per_purchase_usd=0)
    cents = price * 100 * 24
    assert [one.price_cents for one in found.bought] == [cents] * 2
    assert found.total_cents == 2 * (cents + int(cents * rate + Fraction(1, 2)))


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
    assert by_package(PASSES, need_mb)[0] == total * 100


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
    assert by_package(PACKS, [333] * 30 * months, new_customer=new_customer)[0] == total * 100


# ---------------------------------------------------------------------------------- what comes out


def test_few_columns_are_enough():
    schedule = prepaid.cheapest_schedule(ONE, [1000, 500], tax_rate=0.1)
    assert schedule.total_cents == 1100
    assert schedule.purchases.to_dict("records") == [
        dict(zip(FIELDS, (0, 0, "A1", 1000, 0, 100, 2, 1500, 500), strict=True))]


def test_what_a_schedule_holds():
    plans = pd.DataFrame([
        plan("A1", 10, 3, 2, activation_fee_usd=5, tax_included="no", fee_unknown="yes"),
        unlimited("B1", 11, 3, tax_included="no", intro_new_customer_only="yes"),
        plan("B2", 70, 3, 9, fee_unknown="yes"),
    ])
    schedule = prepaid.cheapest_schedule(plans, [1000, 3000, 1000, 1000], tax_rate=0.0825)
    purchases = schedule.purchases
    assert schedule.plan_ids == ("A1", "B1") == tuple(purchases["plan_id"])
    assert type(schedule.total_cents) is int
    money = purchases[["price_cents", "fee_cents", "tax_cents"]]
    assert schedule.total_cents == money.to_numpy().sum()
    assert list(purchases.index) == [0, 1]
    assert purchases.dtypes.astype(str).to_dict() == {
        name: {"plan_id": "str", "mb_unused": "Int64"}.get(name, "int64") for name in FIELDS}
    assert purchases["mb_unused"].isna().tolist() == [False, True]
    assert schedule.unknown_fees == ("A1",)
    assert schedule.need_mb == (1000, 3000, 1000, 1000)


def test_no_need_no_purchase():
    schedule = prepaid.cheapest_schedule(ONE, [0, 0])
    assert (type(schedule.total_cents), schedule.total_cents) == (int, 0)
    assert list(schedule.purchases.columns) == list(FIELDS)
    assert schedule.purchases.empty
    assert schedule.purchases.dtypes.astype(str)["day"] == "int64"
    assert schedule.left_mb == (None, None)


@pytest.mark.parametrize(("cells", "start", "told"), [
    ({"cycle_unit": "month"}, None, True),
    ({"cycle_unit": "month"}, dt.date(2027, 2, 1), False),
    ({}, None, False),
])
def test_months_without_a_date_are_told(cells, start, told):
    month = plan("A2", 90, 30, 2, cycle_unit="month")
    plans = pd.DataFrame([plan("A1", 10, 30, 2, **cells), month])
    assert prepaid.cheapest_schedule(plans, [10], start=start).months_are_30_days is told


def left_slowly(rows, need, options, bought):
    """MB left after each day with a need, by the purchases alone; None: nothing can run out, "?"
    where it is not one plan's own data (a cycle that goes on after an add-on)."""
    said = {name: options[name] for name in {"slow_ok_kbps", "trust_unlimited"} & set(options)}
    terms = {row["plan_id"]: read_plan(row, **said) for row in rows}
    stay = SlowStay(need, options.get("start"), options.get("arrive"), options.get("leave"))
    for day in range(len(need)):
        evening = stay.before[day + 1]
        one = [one for one in bought if one.at_mb < evening][-1] if evening else None
        if not need[day]:
            yield "?"
            continue
        one_terms = terms[one.plan_id]
        if one_terms.addon and one.at_mb + one.mb_used < evening:
            yield "?"
        elif one_terms.allowance is None:
            yield None
        else:
            ends = cycle_end_times(
                one_terms, stay.time_of(one.at_mb), stay.start, one_terms.cycles)
            points = [stay.point_at(end) for end in ends]
            since = max([one.at_mb, *(point for point in points if point < evening)])
            if one_terms.daily:
                since = max(since, stay.before[day])
            yield one_terms.allowance - (evening - since)


@pytest.mark.parametrize("seeds", [range(at, at + 50) for at in range(0, 200, 50)])
def test_what_is_left_after_each_day(seeds):
    for seed in seeds:
        rng = random.Random(f"left {seed}")
        rows, need, options = random_market(rng, months=rng.random() < 0.2)
        try:
            found = prepaid.cheapest_schedule(frame(rows), need, **options)
        except prepaid.NoSchedule:
            continue
        assert len(found.left_mb) == len(need)
        for day, left in enumerate(left_slowly(rows, need, options, found.bought)):
            assert left in ("?", found.left_mb[day]), (seed, day, found)


def test_as_much_is_left_after_a_last_day_without_need_as_before_it():
    found = prepaid.cheapest_schedule(pd.DataFrame([plan("a", 3, 9, 1)]), [300, 200, 0, 0])
    assert found.left_mb == (700, 500, 500, 500)


def test_what_is_left_where_cycles_begin_again():
    """After an add-on the base's next cycle, after a bridge the running line's, each in full."""
    base = plan("b", 3, 1, 0.1, min_commitment_cycles=2)
    more = addon("u", 1, 1, 1, "b")
    found = prepaid.cheapest_schedule(pd.DataFrame([base, more]), [120, 60])
    assert found.plan_ids == ("b", "u")
    assert found.left_mb == (1000 - 20, 100 - 60)

    line = plan("r", 10, 5, 0.1, renew_early="no")
    step = prepaid.next_step(
        pd.DataFrame([line, plan("b", 7, 9, 0.16, provider="B")]), "r", days_left=2, mb_left=50,
        paid_cycles_left=1, need_mb=[100, 100, 50, 40])
    assert step.schedule.plan_ids == ("b",)
    assert step.left_mb == (160 - 50, 160 - 150, 100 - 50, 100 - 90)

    step = prepaid.next_step(
        pd.DataFrame([line, base | {"price_usd": 1, "provider": "B"}, more]), "r", days_left=2,
        mb_left=50, paid_cycles_left=1, need_mb=[170, 90, 40])
    assert step.schedule.plan_ids == ("b", "u")
    assert step.left_mb == (1000 - 20, 100 - 90, 100 - 40)


@pytest.mark.parametrize("cents", [0, 1, 1200, 1201])
@pytest.mark.parametrize("purchases", [0, 1, 2, 3])
def test_a_weight_holds_its_parts(cents, purchases):
    assert weight(cents) == weight(cents, 0, 0, 0)
    for moves, taxed_in in ((0, 0), (1, 0), (1, 999), (2, 1)):
        one = weight(cents, purchases, moves, taxed_in)
        assert (cents_of(one), purchases_of(one)) == (cents, purchases)
        assert one == weight(cents) + weight(0, purchases) + moves * weight(0, 0, 1) - taxed_in


# ------------------------------------------------------------------------------------ what goes in

UNFIT = {
    "unknown price": plan("A2", None, 3, 9),
    "unknown validity": plan("A2", 1, None, 9),
    "unknown allowance": plan("A2", 1, 3),
    "unknown premium data": unlimited("A2", 1, 3, after_cap="throttled"),
    "not promised": unlimited("A2", 1, 3, after_cap=None),
    "add-on to nothing": plan("A2", 1, 3, 9, kind="addon"),
    "add-on to another plan": plan("A2", 1, 3, 9, kind="addon", addon_for="A9"),
    "several cycles by use": plan("A2", 1, 3, 9, per_gb_usd=1, min_commitment_cycles=2),
    "gone": plan("A2", 1, 3, 9, status="gone"),
    "doubtful": plan("A2", 1, 3, 9, status="doubtful"),
}


@pytest.mark.parametrize("row", UNFIT.values(), ids=UNFIT)
def test_rows_unfit_for_a_schedule_are_ignored(row):
    need_mb, mine = [1000, 1000, 1000], plan("A1", 10, 3, 2)
    alone = by_package([mine], need_mb)
    assert alone[0] == 2000
    assert by_package([mine, row], need_mb) == alone
    assert by_package([row], need_mb) == Uncovered(0)


def test_what_may_no_longer_be_sold_is_taken_where_wanted():
    plans = pd.DataFrame([plan("A1", 10, 3, 9), plan("A2", 1, 3, 9, status="doubtful"),
                          plan("A3", 0.5, 3, 9, status="gone")])
    assert prepaid.cheapest_schedule(plans, [100], doubtful=True).plan_ids == ("A2",)
    assert prepaid.cheapest_schedule(plans, [100]).plan_ids == ("A1",)


def test_unlimited_is_trusted_where_wanted():
    plans = pd.DataFrame([plan("A1", 10, 3, 9), unlimited("A2", 1, 3, after_cap=None)])
    assert prepaid.cheapest_schedule(plans, [100], trust_unlimited=True).plan_ids == ("A2",)


def test_need_may_be_of_any_kind():
    need_mb = [1000, 0, 1000, 500]
    lists = prepaid.cheapest_schedule(ONE, need_mb)
    series = pd.Series(need_mb)
    for other in (series, series.to_numpy(), series.to_numpy(np.int32), tuple(need_mb),
                  np.array(need_mb, float), series.astype("Int64"), iter(need_mb)):
        same = prepaid.cheapest_schedule(ONE, other)
        assert same == lists
        assert all(type(mb) is int for mb in same.need_mb)


@pytest.mark.parametrize("change", [
    lambda rows: rows.iloc[::-1],
    lambda rows: rows.set_index(pd.Index(["x"] * len(rows))),
    lambda rows: rows.astype(object),
    lambda rows: rows.convert_dtypes(),
    lambda rows: rows.assign(more=1),
    lambda rows: rows.astype({"plan_id": "category", "provider": "category"}),
    lambda rows: rows.assign(price_usd=rows["price_usd"].astype(str)),
])
def test_frames_of_any_kind(change):
    rows = pd.DataFrame([
        plan("A1", 10.0, 3, 2.0, tax_included="no"),
        plan("B1", 4.5, 1, 1.0, tax_included="yes"),
        unlimited("C1", 30.0, 9, tax_included=None)])
    expected = prepaid.cheapest_schedule(rows, [700] * 5, tax_rate=0.1)
    assert prepaid.cheapest_schedule(change(rows), [700] * 5, tax_rate=0.1) == expected


@pytest.mark.parametrize("seed", range(20))
def test_row_order_does_not_matter(seed):
    rng = random.Random(f"order {seed}")
    rows, need, options = random_market(rng)
    expected = by_package(rows, need, **options)
    rng.shuffle(rows)
    assert by_package(rows, need, **options) == expected


REFUSED = {
    "stay_empty": ({}, []),
    "need_not_whole": ({}, [100, -1]),
    "tax_rate": ({"tax_rate": 1.01}, [100]),
    "slow_ok_kbps": ({"slow_ok_kbps": 0}, [100]),
    "start_no_date": ({"start": "2027-01-01"}, [100]),
    "time_of_day": ({"arrive": "12:00"}, [100]),
    "bother": ({"per_purchase_usd": -1}, [100]),
    "arrive_after_leave": ({"arrive": dt.time(9), "leave": dt.time(9)}, [100]),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_is_refused(code):
    options, need_mb = REFUSED[code]
    with pytest.raises(Refusal) as raised:
        prepaid.cheapest_schedule(ONE, need_mb, **options)
    assert raised.value.code == code


@pytest.mark.parametrize(("need_mb", "day"), [
    ([100, -1], 2), ([0.5], 1), ([1, 2, float("nan")], 3), ([float("inf")], 1), ([True], 1),
    (["5"], 1), ([None], 1), ([1, 10**9 + 1], 2), (7, 1)])
def test_a_need_that_is_no_need_names_its_day(need_mb, day):
    with pytest.raises(Refusal) as raised:
        checked_need(need_mb)
    assert raised.value.code == "need_not_whole"
    assert raised.value.values["day"] == day


def test_the_largest_need():
    assert checked_need([10**9, 0, 3.0]).tolist() == [10**9, 0, 3]
    assert checked_need([10**9]).dtype == np.int64


@pytest.mark.parametrize("options", [
    {"tax_rate": -0.01}, {"tax_rate": "x"}, {"tax_rate": True}, {"tax_rate": float("nan")},
    {"slow_ok_kbps": -1}, {"slow_ok_kbps": "128"}, {"slow_ok_kbps": True},
    {"per_move_usd": 0.001}, {"per_move_usd": 10**6 + 1}, {"per_move_usd": None},
    {"start": dt.datetime(2027, 1, 1)}, {"start": dt.date(9999, 1, 1)}, {"leave": 9},
    {"arrive": dt.time(10), "leave": dt.time(9)},
])
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(Refusal):
        prepaid.cheapest_schedule(ONE, [100], **options)


@pytest.mark.parametrize("rate", [0.0725, "0.0725", Decimal("0.0725"), Fraction(725, 10000)])
def test_a_rate_means_its_decimals(rate):
    # as a binary fraction 0.0725 is a little below 72.5 cents of 1000
    assert prepaid.cheapest_schedule(ONE, [100], tax_rate=rate).total_cents == 1073


def test_a_rate_of_nine_decimals_is_taken_as_it_is():
    # half a cent of five million dollars, which is a cent
    dear = pd.DataFrame([plan("A1", 5_000_000, 30, 9, tax_included="no")])
    assert prepaid.cheapest_schedule(dear, [100], tax_rate="0.000000001").total_cents == 500000001


@pytest.mark.parametrize("usd", [1.1, "1.1", Decimal("1.10"), np.float64(1.1)])
def test_bother_means_its_decimals(usd):
    offers = Offers(ONE, per_purchase_usd=usd, per_move_usd=usd)
    assert offers.bother(offers.cheapest([1000, 1000, 1])) == 3 * 110


def test_the_bounds_of_options_are_allowed():
    day = {"arrive": dt.time(9), "leave": dt.time(9, 1)}
    for options in ({"tax_rate": 0}, {"tax_rate": 1}, {"slow_ok_kbps": 1}, day,
                    {"per_purchase_usd": 0}, {"per_move_usd": 10**6}, {"start": dt.date(1, 1, 1)}):
        assert prepaid.cheapest_schedule(ONE, [100], **options).plan_ids == ("A1",)


def test_no_plans():
    with pytest.raises(prepaid.NoSchedule) as raised:
        prepaid.cheapest_schedule(ONE.iloc[:0], [0, 100])
    assert (raised.value.code, raised.value.day) == ("no_plans", 1)


def test_add_ons_alone_are_no_plans():
    """They need a plan under them: nothing of new customers' prices is to be told."""
    with pytest.raises(prepaid.NoSchedule) as raised:
        prepaid.cheapest_schedule(ONE.assign(kind="addon", addon_for="A1"), [100])
    assert (raised.value.code, raised.value.day) == ("no_plans", 0)


def test_the_first_day_not_served_is_told_as_people_count():
    with pytest.raises(prepaid.NoSchedule) as raised:
        prepaid.cheapest_schedule(pd.DataFrame([plan("A1", 1, 1, 1, renew_early="no")]), [0, 1001])
    assert raised.value.day == 1
    assert raised.value.values["day"] == 2


def test_refusals_are_value_errors():
    assert issubclass(Refusal, ValueError)
    assert issubclass(prepaid.NoSchedule, Refusal)
    with pytest.raises(prepaid.NoSchedule) as refusal:
        prepaid.cheapest_schedule(ONE.assign(renew_early="no"), [0, 2001])
    assert type(refusal.value.day) is int
    assert (refusal.value.code, refusal.value.day) == ("one_at_a_time", 1)
    once = ONE.assign(intro_new_customer_only="yes")
    with pytest.raises(prepaid.NoSchedule) as refusal:
        prepaid.cheapest_schedule(once, [100, 2001])
    assert (refusal.value.code, refusal.value.day) == ("only_new_customers", 1)


# ------------------------------------------------------------------------------------------- offers


@pytest.mark.parametrize("seed", range(20))
def test_narrowed_offers_are_those_of_fewer_rows(seed):
    rng = random.Random(f"where {seed}")
    rows, need, options = random_market(rng)
    offers = Offers(frame(rows), **options)
    wanted = [rng.random() < 0.6 for _ in offers.plan_id]
    part = offers.where(wanted)
    kept = [row for row in rows if row["plan_id"] in part.plan_id]
    expected = brute_force(kept, need, **options)
    try:
        found = part.cheapest(need).total_cents
    except prepaid.NoSchedule as error:
        found = Uncovered(error.day)
    assert found == (expected if isinstance(expected, Uncovered) else expected[0])
    assert offers.plan_id.tolist() == sorted(offers.plan_id)


@pytest.mark.parametrize("seed", range(30))
def test_offers_at_other_dates_are_offers_made_for_them(seed):
    rng = random.Random(f"at {seed}")
    rows, need, options = random_market(rng, months=rng.random() < 0.5)
    times = {name: options.pop(name, None) for name in ("start", "arrive", "leave")}
    before = {"start": rng.choice([None, dt.date(2027, 1, 30)])}
    offers = Offers(frame(rows), **options, **before)
    for _ in range(2):  # whatever was asked before
        moved, expected = offers.at(**times), by_package(rows, need, **options, **times)
        try:
            found = moved.cheapest(need)
            assert (found.total_cents, [one._asdict() for one in found.bought]) == expected
        except prepaid.NoSchedule as error:
            assert Uncovered(error.day) == expected  # noqa: PT017
        with suppress(prepaid.NoSchedule):
            offers.cheapest(need)


@pytest.mark.parametrize("seed", range(30))
def test_least_cents_and_costs_by_first_purchase(seed):
    rng = random.Random(f"least {seed}")
    rows, need, options = random_market(rng)
    options = {name: options[name] for name in options
               if name not in ("per_purchase_usd", "per_move_usd")}
    offers, best = Offers(frame(rows), **options), brute_force(rows, need, **options)
    if isinstance(best, Uncovered):
        with pytest.raises(prepaid.NoSchedule):
            offers.least_cents(need)
    else:
        assert offers.least_cents(need) == best[0]
        assert offers.cheapest_within(need, best[0]) == offers.cheapest(need)
        if any(need):
            assert offers.cheapest_within(need, best[0] - 1) is None
    if not any(need):
        return
    bounds = offers.first_at_least(need).tolist()
    for number, (plan_id, bound) in enumerate(zip(offers.plan_id, bounds, strict=True)):
        answer = brute_force(rows, need, first=plan_id, **options)
        cents = None if isinstance(answer, Uncovered) else answer[0]
        found = offers.with_first(need, number)
        assert (None if found is None else found.total_cents) == cents
        assert cents is None or 0 <= bound <= cents


def alike(providers, **cells):
    """One plan of a day, the same at many providers."""
    return pd.DataFrame([
        plan(f"P{number:02}", 3, 1, 1, **cells) | {"provider": f"provider {number}"}
        for number in range(providers)
    ])


@pytest.mark.parametrize("cells", [{}, {"activation_fee_usd": 5}])
def test_many_providers_that_offer_the_same(cells):
    found = prepaid.cheapest_schedule(alike(28, **cells), [300] * 60)
    # 3 days and a tenth a GB: a plan is used up or its day is over, whatever comes first
    assert set(found.plan_ids) == {"P00"}
    assert found.total_cents == 60 * 300 + round(cells.get("activation_fee_usd", 0) * 100)


def test_days_paid():
    offers = Offers(pd.DataFrame([
        plan("A1", 1, 7, 1, min_commitment_cycles=2), plan("A2", 1, 60, 1, cycle_unit="month"),
        plan("A3", 1, 5, 1, cycle_unit="hours")]))
    assert offers.days_paid == {"A1": 14, "A2": 60, "A3": 5}
