"""Where a plan stands, and how to go on."""

import datetime as dt
import random
from itertools import product

import pandas as pd
import pytest

import prepaid
from brute_force import DAY, FOREVER, Stay, cycle_end_times, read_plan
from markets import addon, plan, unlimited
from prepaid.i18n import LANGUAGES, Refusal, words
from random_markets import frame, random_running

PLANS = [plan("A1", 10, 30, 5, tax_included="yes"), plan("B1", 8, 7, 1, activation_fee_usd=3)]


def step(plans=PLANS, plan_id="A1", **state):
    """`next_step` on plans that are dicts, in a state that differs from an ordinary one."""
    ordinary = {"days_left": 3, "mb_left": 400, "need_mb": [100] * 20}
    return prepaid.next_step(pd.DataFrame(plans), plan_id, **ordinary | state)


def days_of(schedule):
    return [(one.day, one.plan_id) for one in schedule.bought]


def test_the_days_end_first():
    now = step()
    assert (now.data_out_day, now.plan_end_day) == (4, 3)
    assert now.ends_by == "validity"
    assert (now.unserved_day, now.last_safe_day) == (3, 2)
    assert days_of(now.schedule) == [(3, "A1")]
    assert now.total_cents == 1000
    assert not now.nothing_to_buy
    assert now.left_mb == (300, 200, 100, *range(4900, 3200, -100))


def test_thirty_days_from_the_first_of_june_end_on_the_first_of_july():
    now = step(days_left=30, mb_left=5000)
    assert dt.date(2026, 6, 1) + dt.timedelta(now.plan_end_day) == dt.date(2026, 7, 1)


def test_the_data_ends_first():
    now = step(mb_left=250)
    assert (now.data_out_day, now.plan_end_day) == (2, 3)
    assert (now.ends_by, now.unserved_day, now.last_safe_day) == ("data", 2, 1)
    assert days_of(now.schedule) == [(2, "A1")]
    assert now.left_mb[:3] == (150, 50, 4950)  # A1 begins within day 2


def test_data_that_is_used_up_with_the_last_day_is_not_short():
    now = step(mb_left=300)
    assert (now.data_out_day, now.ends_by) == (3, "validity")


def test_a_plan_that_lasts():
    now = step(days_left=30, mb_left=2000)
    assert now.nothing_to_buy
    assert now.data_out_day is now.unserved_day is now.last_safe_day is None
    assert (now.plan_end_day, now.total_cents, now.schedule.bought) == (30, 0, ())
    assert now.left_mb == tuple(range(1900, -1, -100))


def test_days_without_need_want_no_cover():
    now = step(need_mb=[100, 100, 100, 0, 0, 100])
    assert (now.plan_end_day, now.unserved_day, now.last_safe_day) == (3, 5, 4)
    assert days_of(now.schedule) == [(5, "A1")]
    assert now.left_mb == (300, 200, 100, None, None, 4900)
    assert step(need_mb=[100, 0, 0, 0, 0]).nothing_to_buy


@pytest.mark.parametrize("state", [{"days_left": 0}, {"mb_left": 99}])
def test_a_plan_that_has_ended_leaves_no_safe_day(state):
    now = step(**state)
    assert (now.unserved_day, now.last_safe_day) == (0, None)
    assert days_of(now.schedule) == [(0, "A1")]


def test_an_allowance_per_day_starts_afresh_tomorrow():
    daily = [plan("A1", 10, 30, 1, premium_data_period="day")]
    now = step(daily, mb_left=100, need_mb=[100, 1000, 1000, 1000])
    assert (now.data_out_day, now.ends_by) == (None, "validity")
    assert now.left_mb == (0, 0, 0, 0)
    assert step(daily, mb_left=99, need_mb=[100, 50]).data_out_day == 0


def test_later_cycles_start_afresh():
    packs = [plan("A1", 10, 30, 1, min_commitment_cycles=3)]
    now = step(packs, days_left=2, paid_cycles_left=1, mb_left=200,
               need_mb=[100] * 2 + [25] * 30 + [100])
    assert (now.data_out_day, now.plan_end_day, now.unserved_day) == (2, 32, 32)
    assert now.left_mb[:4] == (100, 0, 975, 950)
    assert step(packs, days_left=2, paid_cycles_left=1, mb_left=199).data_out_day == 1


@pytest.mark.parametrize(("cells", "most"), [
    ({}, 30), ({"cycle_unit": "hours"}, 31), ({"cycle_unit": "month"}, 31),
    ({"validity_days": 60, "cycle_unit": "month"}, 62)])
def test_no_cycle_has_more_days_left_than_it_can_have(cells, most):
    """720 hours touch 31 dates, and a month has 31 days at most."""
    plans = [plan("A1", 10, 30, 5) | cells]
    assert step(plans, days_left=most, mb_left=5000).plan_end_day is not None
    with pytest.raises(Refusal) as told:
        step(plans, days_left=most + 1)
    assert told.value.values["maximum"] == most


def test_where_nothing_can_run_out_no_data_is_asked_for():
    now = step([unlimited("A1", 10, 30)], mb_left=None)
    assert (now.data_out_day, now.ends_by) == (None, "validity")
    slowed = [plan("A1", 10, 30, 1, after_cap="throttled", after_cap_kbps=128)]
    assert step(slowed, mb_left=0).ends_by == "data"
    assert step(slowed, mb_left=0, slow_ok_kbps=128).ends_by == "validity"


def test_staying_costs_no_fee_and_no_price_is_new():
    plans = [
        plan("A1", 10, 30, 5, activation_fee_usd=7),
        plan("A-new", 1, 30, 5, intro_new_customer_only="yes"),
        plan("B1", 9, 30, 5, activation_fee_usd=2),
    ]
    (bought,) = step(plans).schedule.bought
    assert (bought.plan_id, bought.fee_cents) == ("A1", 0)


@pytest.mark.parametrize("base", [
    plan("A1", 90, 30, 5),
    plan("A1", 90, 30, 5, intro_new_customer_only="yes"),
    plan("A1", None, 30, 5),
])  # fmt: skip
def test_an_add_on_tops_up_the_running_plan(base):
    plans = [base, plan("B1", 9, 30, 5), addon("A+", 2, 30, 1, "A1")]
    now = step(plans, days_left=12, mb_left=200, need_mb=[100] * 10, new_customer=False)
    assert days_of(now.schedule) == [(2, "A+")]
    assert days_of(step(plans, days_left=2, mb_left=200).schedule) == [(2, "B1")]


def test_a_running_plan_without_known_terms():
    plans = [plan("A1", None, None), plan("B1", 9, 30, 5)]
    now = step(plans, days_left=999, mb_left=250)
    assert (now.data_out_day, days_of(now.schedule)) == (2, [(2, "B1")])
    assert step(plans, mb_left=None).ends_by == "validity"


def test_a_running_plan_that_slow_data_makes_known_can_be_bought_again():
    plans = [unlimited("A1", 3, 30, after_cap="throttled", after_cap_kbps=128)]
    now = step(plans, mb_left=None, slow_ok_kbps=128)
    assert days_of(now.schedule) == [(3, "A1")]


def test_no_continuation_names_the_day_counted_from_today():
    with pytest.raises(prepaid.NoSchedule) as raised:
        step([one | {"renew_early": "no"} for one in PLANS[:1]], need_mb=[100] * 6 + [6000, 100])
    assert raised.value.day == 6


def lived(plans, need_mb, options, plan_id, days_left, mb_left, paid_cycles_left):
    """What the running line sees, MB by MB: where it stops serving, why, and what ends when."""
    row = next(row for row in plans if row["plan_id"] == plan_id)
    names = {"slow_ok_kbps", "trust_unlimited"} & set(options)
    said = {name: options[name] for name in names}
    terms = read_plan(row, **said)
    stay = Stay(need_mb, options.get("start"), options.get("arrive"), options.get("leave"))
    endless = terms.known and terms.allowance is None
    midnight = FOREVER if terms.unit == "no_expiry" else days_left * DAY
    ends = [midnight, *cycle_end_times(terms, midnight, stay.start, paid_cycles_left)]
    points = [stay.point_at(end) for end in ends]

    def serve(point, until, left):
        """The point at which the data is gone, or `until`."""
        while point < until:
            if terms.daily and point in stay.before and point > 0:
                left = terms.allowance
            if not endless and left == 0:
                return point
            left, point = (left if endless else left - 1), point + 1
        return point

    first = mb_left
    if terms.daily and not need_mb[0]:
        first = terms.allowance
    out = serve(0, stay.end, first)
    point, by_data = serve(0, points[0], first), False
    if point < points[0]:
        by_data = True
    else:
        for end in points[1:]:
            point = serve(point, end, terms.allowance)
            if point < end:
                by_data = True
                break
    day = stay.day_of(point) if point < stay.end else None
    return {
        "data_out_day": stay.day_of(out) if out < stay.end else None,
        "plan_end_day": ends[-1] // DAY,
        "ends_by": "data" if by_data else "validity",
        "unserved_day": day,
        "last_safe_day": day - 1 if day else None,
        "data_counts": not endless,
    }


@pytest.mark.parametrize("seeds", [range(at, at + 50) for at in range(0, 200, 50)])
def test_where_a_line_stands(seeds):
    for seed in seeds:
        rng = random.Random(f"stands {seed}")
        plans, need_mb, options, running = random_running(rng, months=rng.random() < 0.25)
        try:
            now = prepaid.next_step(frame(plans), need_mb=need_mb, **running, **options)
        except prepaid.NoSchedule:
            continue
        expected = lived(plans, need_mb, options, **running)
        row = next(row for row in plans if row["plan_id"] == running["plan_id"])
        if row.get("cycle_unit") == "no_expiry":
            expected["plan_end_day"] = now.plan_end_day  # it has none
        assert {name: getattr(now, name) for name in expected} == expected, (seed, running)
        assert now.nothing_to_buy == (now.total_cents == 0 and not now.schedule.bought)
        assert now.nothing_to_buy or now.unserved_day == now.schedule.bought[0].day
        if now.unserved_day is None:
            assert now.nothing_to_buy


REFUSED = {
    "plan_unknown": lambda: step(plan_id="C1"),
    "plan_is_addon": lambda: step([*PLANS, addon("A+", 1, 9, 1, "A1")], "A+"),
    "days_left_not_whole": lambda: step(days_left=-1),
    "days_left_too_many": lambda: step(days_left=31),
    "mb_left_not_whole": lambda: step(mb_left=0.5),
    "paid_cycles_not_whole": lambda: step(paid_cycles_left=-1),
    "paid_cycles_unknown": lambda: step(
        [plan("A1", None, None), *PLANS[1:]], days_left=3, paid_cycles_left=1),
    "mb_left_missing": lambda: step(mb_left=None),
    "need_not_whole": lambda: step(need_mb=[-1]),
    "stay_empty": lambda: step(need_mb=[]),
    "tax_rate": lambda: step(tax_rate=2),
    "slow_ok_kbps": lambda: step(slow_ok_kbps=0),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_gets_a_sentence(code):
    with pytest.raises(Refusal) as raised:
        REFUSED[code]()
    assert raised.value.code == code
    assert len({raised.value.tell(words(language)) for language in LANGUAGES}) == 2


@pytest.mark.parametrize(
    ("value", "name"), [*product(["3", True, float("inf"), 2.5], ["days_left", "mb_left"])]
)
def test_numbers_of_another_kind_are_refused(value, name):
    with pytest.raises(Refusal, match=r"^Enter the .* as a whole number"):
        step(**{name: value})
