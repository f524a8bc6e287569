"""What a top-up does, and when it loses nothing."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import renewal_oracle as oracle
from markets import needs, tries
from prepaid.analysis import top_up
from prepaid.i18n import LANGUAGES, Refusal, words


def simulate(meaning, renew_day, *, days=30, mb=5000, need=(), money_days=None):
    return top_up.simulate_top_up(
        meaning, validity_days=days, allowance_mb=mb, need_mb=need, renew_day=renew_day,
        money_days=money_days,
    )  # fmt: skip


def test_thirty_days_from_the_first_of_june_end_on_the_first_of_july():
    end = simulate("data_only", 0, need=[0]).end_day
    assert dt.date(2026, 6, 1) + dt.timedelta(end) == dt.date(2026, 7, 1)


def test_refilled_on_day_20_with_5_gb_left_and_kept():
    refilled = simulate("reset_keep", 20, need=[0] * 60)
    assert refilled.end_day - refilled.renew_day == 30
    assert refilled.left_mb[20] == 10_000
    assert (refilled.mb_lost, refilled.days_lost) == (0, 10)


@pytest.mark.parametrize(
    ("meaning", "renew_day", "data_from", "end", "left_on_24", "lost", "days_lost", "waiting"),
    [
        ("queue", 20, 30, 60, 2500, 2000, 0, 0),
        ("reset_keep", 20, 20, 50, 7500, 0, 10, 0),
        ("reset_lose", 20, 20, 50, 4500, 3000, 10, 0),
        ("data_only", 20, 20, 30, 7500, 7000, 0, 30),
        ("wallet", 20, 30, 60, 2500, 2000, 0, 0),
        ("queue", 35, 35, 65, 2500, 2000, 0, 5),
        ("reset_keep", 35, 35, 65, 2500, 2000, 0, 5),
        ("reset_lose", 35, 35, 65, 2500, 2000, 0, 5),
        ("wallet", 35, 35, 65, 2500, 2000, 0, 5),
        ("data_only", 35, None, 30, 2500, 2000, 0, 30),
        ("reset_lose", 30, 30, 60, 2500, 2000, 0, 0),
    ],
)
def test_early_and_late_with_data_to_spare(
    meaning, renew_day, data_from, end, left_on_24, lost, days_lost, waiting
):
    # 100 MB a day: 3 GB of 5 are used by the end of the first 30 days.
    seen = simulate(meaning, renew_day, need=[100] * 60)
    assert (seen.data_from, seen.end_day, seen.left_mb[24]) == (data_from, end, left_on_24)
    assert (seen.mb_lost, seen.days_lost) == (lost, days_lost)
    assert seen.served[:seen.data_from].count(False) == seen.waiting_days
    assert seen.waiting_days == (0 if meaning == "data_only" and renew_day == 20 else waiting)


@pytest.mark.parametrize(
    ("meaning", "data_from", "first_unserved"),
    [("queue", 10, 20), ("reset_keep", 5, 20), ("reset_lose", 5, 15), ("data_only", 5, 20),
     ("wallet", 30, 10)],
)  # fmt: skip
def test_early_where_data_is_short(meaning, data_from, first_unserved):
    # 500 MB a day: each 5 GB last ten days. Money that waits brings no data before its time.
    seen = simulate(meaning, 5, need=[500] * 40)
    assert (seen.data_from, seen.first_unserved_day) == (data_from, first_unserved)


def test_money_that_dies_before_it_can_pay():
    early = simulate("wallet", 0, need=[100] * 60, money_days=30)
    assert (early.outcome, early.data_from, early.end_day) == ("money_expired", None, 30)
    assert simulate("wallet", 1, need=[100] * 60, money_days=30).data_from == 30
    assert simulate("data_only", 30, need=[100] * 60).outcome == "too_late"


def test_what_is_lost_after_the_stay_does_not_count():
    seen = simulate("reset_lose", 10, need=[100] * 10)
    assert (seen.mb_lost, seen.days_lost) == (0, 0)
    assert simulate("queue", 5, need=[100] * 30).mb_lost == 0


def test_the_days_on_which_renewing_loses_least():
    stay = {"validity_days": 30, "allowance_mb": 5000, "need_mb": [100] * 60}
    days = {
        meaning: top_up.renew_window(meaning, **stay).days for meaning in top_up.MEANINGS
    }
    assert days == {
        "queue": (*range(31),),
        "reset_keep": (29,),
        "reset_lose": (30,),
        "data_only": (*range(30),),
        "wallet": (*range(31),),
    }
    lives_20 = top_up.renew_window("wallet", **stay, money_days=20)
    assert lives_20.days == (*range(11, 31),)
    all_used = top_up.renew_window("queue", **stay | {"allowance_mb": 3000})
    assert not any(top_up._losses(all_used.best))
    assert any(top_up._losses(top_up.renew_window("reset_keep", **stay).best))


STAYS = st.fixed_dictionaries({
    "validity_days": st.one_of(st.integers(1, 6), st.integers(1, 20)),
    "allowance_mb": st.one_of(st.none(), st.sampled_from([1000, 0, 500, 1700])),
    "need_mb": needs(days=14),
    "money_days": st.one_of(st.none(), st.integers(1, 8)),
})  # fmt: skip


@pytest.mark.parametrize("meaning", top_up.MEANINGS)
@tries(100)
@given(STAYS, st.integers(0, 16))
def test_a_top_up_day_by_day(meaning, stay, renew_day):
    seen = top_up.simulate_top_up(meaning, **stay, renew_day=renew_day)
    expected = oracle.top_up(meaning, **stay, renew_day=renew_day)
    assert {
        "left": seen.left_mb, "served": seen.served, "data_from": seen.data_from,
        "lost": seen.mb_lost, "days_lost": seen.days_lost, "end": seen.end_day,
    } == expected  # fmt: skip
    assert (seen.outcome == "counts") == (seen.data_from is not None)


@pytest.mark.parametrize("meaning", top_up.MEANINGS)
@tries(40)
@given(STAYS)
def test_no_other_day_loses_less(meaning, stay):
    def losses(renew_day):
        seen = oracle.top_up(meaning, **stay, renew_day=renew_day)
        never = seen["data_from"] is None
        waiting = seen["served"][: seen["data_from"]].count(False)
        return waiting, never and meaning == "wallet", seen["lost"], seen["days_lost"]

    window = top_up.renew_window(meaning, **stay)
    every = [losses(day) for day in range(len(stay["need_mb"]))]
    assert window.days == tuple(day for day, lost in enumerate(every) if lost == min(every))
    assert any(top_up._losses(window.best)) == any(min(every))


def test_renewing_later_never_brings_data_sooner():
    stay = {"validity_days": 30, "allowance_mb": 5000, "need_mb": [150] * 60}
    for meaning in ("queue", "reset_keep", "reset_lose", "wallet"):
        top_ups = top_up.renew_window(meaning, **stay).top_ups
        assert all(one.data_from <= other.data_from for one, other in pairwise(top_ups))


REFUSED = {
    "meaning_unknown": lambda: simulate("unknown", 0, need=[1]),
    "validity_not_whole": lambda: simulate("queue", 0, days=0, need=[1]),
    "allowance_not_whole": lambda: simulate("queue", 0, mb=-5, need=[1]),
    "renew_day_not_whole": lambda: simulate("queue", float("nan"), need=[1]),
    "money_days_not_whole": lambda: simulate("wallet", 0, need=[1], money_days=0),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_gets_a_sentence(code):
    with pytest.raises(Refusal) as raised:
        REFUSED[code]()
    assert raised.value.code == code
    assert len({raised.value.tell(words(language)) for language in LANGUAGES}) == 2
