"""Where a plan stands, and how to go on."""


import datetime as dt
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import Uncovered

import prepaid
import renewal_oracle as oracle
from markets import MB, OPTIONS, addon, markets, needs, plan, tries, unlimited
from prepaid.i18n import LANGUAGES, Refusal, words

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
    assert (now.ends_day, now.ends_by) == (3, "validity")
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
    assert (now.ends_day, now.ends_by, now.last_safe_day) == (2, "data", 1)
    assert days_of(now.schedule) == [(2, "A1")]
    assert now.left_mb[:3] == (150, 50, 4900)


def test_data_that_is_used_up_with_the_last_day_is_not_short():
    now = step(mb_left=300)
    assert (now.data_out_day, now.ends_by) == (3, "validity")


def test_a_plan_that_lasts():
    now = step(days_left=30, mb_left=2000)
    assert now.nothing_to_buy
    assert now.data_out_day is now.unserved_day is now.last_safe_day is None
    assert (now.ends_day, now.total_cents, now.schedule.bought) == (30, 0, ())
    assert now.left_mb == tuple(range(1900, -1, -100))


def test_days_without_need_want_no_cover():
    now = step(need_mb=[100, 100, 100, 0, 0, 100])
    assert (now.ends_day, now.unserved_day, now.last_safe_day) == (3, 5, 4)
    assert days_of(now.schedule) == [(5, "A1")]
    assert now.left_mb == (300, 200, 100, None, None, 4900)
    assert step(need_mb=[100, 0, 0, 0, 0]).nothing_to_buy


@pytest.mark.parametrize("state", [{"days_left": 0}, {"mb_left": 99}])
def test_a_plan_that_has_ended_leaves_no_safe_day(state):
    now = step(**state)
    assert (now.ends_day, now.unserved_day, now.last_safe_day) == (0, 0, None)
    assert days_of(now.schedule) == [(0, "A1")]


def test_an_allowance_per_day_starts_afresh_tomorrow():
    daily = [plan("A1", 10, 30, 1, premium_data_period="day")]
    now = step(daily, mb_left=100, need_mb=[100, 1000, 1000, 1000])
    assert (now.data_out_day, now.ends_by) == (None, "validity")
    assert now.left_mb == (0, 0, 0, 0)
    assert step(daily, mb_left=99, need_mb=[100, 50]).data_out_day == 0


def test_later_cycles_start_afresh():
    packs = [plan("A1", 10, 30, 1, min_commitment_cycles=3)]
    now = step(packs, days_left=32, mb_left=200, need_mb=[100] * 2 + [25] * 30 + [100])
    assert (now.data_out_day, now.ends_day) == (None, 32)
    assert now.left_mb[:4] == (100, 0, 975, 950)
    assert step(packs, days_left=32, mb_left=199).data_out_day == 1


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
        step(need_mb=[100] * 6 + [6000, 100])
    assert raised.value.day == 6


def running_states(plans):
    """A plan that can run now, days and data left."""

    def state(row, left):
        paid = row["validity_days"] * row.get("min_commitment_cycles", 1)
        return st.tuples(st.just(row["plan_id"]), st.integers(0, paid), left)

    left = st.one_of(MB, st.integers(0, 3000))
    return st.sampled_from([row for row in plans if "kind" not in row]).flatmap(
        lambda row: state(row, st.none() if oracle.can_run_out(row) is None else left)
    )


IN_USE = markets(plans=6, addons=2).flatmap(
    lambda plans: st.tuples(st.just(plans), running_states(plans))
)


@pytest.mark.slow
@tries(150)
@given(IN_USE, needs(days=9), OPTIONS)
def test_the_next_step(in_use, need_mb, options):
    plans, (plan_id, days_left, mb_left) = in_use
    state = {"days_left": days_left, "mb_left": mb_left, "need_mb": need_mb}
    slow = {name: options[name] for name in options if name == "slow_ok_kbps"}
    left = oracle.stands(oracle.by_id(plans, plan_id), **state, **slow)
    expected = oracle.going_on(plans, plan_id, **state, **options)
    if isinstance(expected, Uncovered):
        with pytest.raises(prepaid.NoSchedule) as raised:
            step(plans, plan_id, **state, **options)
        assert raised.value.day == expected.day
        return

    now = step(plans, plan_id, **state, **options)
    bought = now.schedule.purchases.astype(object)
    bought = bought.where(now.schedule.purchases.notna(), None)
    assert (now.total_cents, bought.to_dict("records")) == expected

    assert now.data_out_day == (len(left) if len(left) < len(need_mb) else None)
    served = [day < min(len(left), days_left) for day in range(len(need_mb))]
    short = [day for day, need in enumerate(need_mb) if need and not served[day]]
    assert now.ends_day == min(len(left) if len(left) < len(need_mb) else days_left, days_left)
    assert now.unserved_day == (short[0] if short else None)
    safe = [day for day in range(len(need_mb)) if short and day < short[0]]
    assert now.last_safe_day == (safe[-1] if safe else None)
    assert now.nothing_to_buy == (not short)
    running = min(now.ends_day, len(need_mb))
    assert now.left_mb[:running] == tuple(left[:running])
    assert now.left_mb[running:] == now.schedule.left_mb[running:]


REFUSED = {
    "plan_unknown": lambda: step(plan_id="C1"),
    "plan_is_addon": lambda: step([*PLANS, addon("A+", 1, 9, 1, "A1")], "A+"),
    "days_left_not_whole": lambda: step(days_left=-1),
    "days_left_too_many": lambda: step(days_left=31),
    "mb_left_not_whole": lambda: step(mb_left=0.5),
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
    with pytest.raises(Refusal, match="cannot be the"):
        step(**{name: value})
