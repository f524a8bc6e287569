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


def simulate(meaning, renew_day, *, days=30, mb=5000, need=()):
    return top_up.renew_window(
        meaning, validity_days=days, allowance_mb=mb, need_mb=need).top_ups[renew_day]


def test_thirty_days_from_the_first_of_june_end_on_the_first_of_july():
    end = simulate("data_only", 0, need=[0]).end_day
    assert dt.date(2026, 6, 1) + dt.timedelta(end) == dt.date(2026, 7, 1)


def test_refilled_on_day_20_with_5_gb_left_and_kept():
    refilled = simulate("reset_keep", 20, need=[0] * 60)
    assert refilled.end_day - refilled.renew_day == 30
    assert (refilled.mb_lost, refilled.days_lost) == (0, 10)
    heavy = [0] * 20 + [10_000, 1] + [0] * 38  # both packages hold so much, and no more
    assert simulate("reset_keep", 20, need=heavy).first_unserved_day == 21


@pytest.mark.parametrize(
    ("meaning", "renew_day", "data_from", "end", "lost", "days_lost", "waiting"),
    [
        ("queue", 20, 30, 60, 2000, 0, 0),
        ("reset_keep", 20, 20, 50, 0, 10, 0),
        ("reset_lose", 20, 20, 50, 3000, 10, 0),
        ("data_only", 20, 20, 30, 7000, 0, 0),
        ("wallet", 20, 30, 60, 2000, 0, 0),
        ("queue", 35, 35, 65, 2000, 0, 5),
        ("reset_keep", 35, 35, 65, 2000, 0, 5),
        ("reset_lose", 35, 35, 65, 2000, 0, 5),
        ("wallet", 35, 35, 65, 2000, 0, 5),
        ("data_only", 35, None, 30, 2000, 0, 30),
        ("reset_lose", 30, 30, 60, 2000, 0, 0),
    ],
)
def test_early_and_late_with_data_to_spare(
    meaning, renew_day, data_from, end, lost, days_lost, waiting
):
    # 100 MB a day: 3 GB of 5 are used by the end of the first 30 days.
    seen = simulate(meaning, renew_day, need=[100] * 60)
    assert (seen.data_from, seen.end_day) == (data_from, end)
    assert seen.losses == (waiting, lost, days_lost)


@pytest.mark.parametrize(
    ("meaning", "data_from", "first_unserved"),
    [("queue", 10, 20), ("reset_keep", 5, 20), ("reset_lose", 5, 15), ("data_only", 5, 20),
     ("wallet", 30, 10)],
)  # fmt: skip
def test_early_where_data_is_short(meaning, data_from, first_unserved):
    # 500 MB a day: each 5 GB last ten days. Money that waits brings no data before its time.
    seen = simulate(meaning, 5, need=[500] * 40)
    assert (seen.data_from, seen.first_unserved_day) == (data_from, first_unserved)


def test_the_first_day_that_is_not_served_in_full():
    assert simulate("queue", 5, mb=500, need=[100] * 6).first_unserved_day is None
    assert simulate("queue", 5, mb=500, need=[600] * 6).first_unserved_day == 0
    assert simulate("data_only", 0, days=1, mb=500, need=[0, 600]).first_unserved_day == 1


def test_nothing_is_sold_on_top_of_a_plan_that_has_ended():
    assert simulate("data_only", 30, need=[100] * 60).data_from is None
    assert simulate("data_only", 29, need=[100] * 60).data_from == 29


def test_what_is_lost_after_the_stay_does_not_count():
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
    assert not any(simulate("queue", 0, mb=3000, need=[100] * 60).losses)
    assert any(simulate("reset_keep", 29, need=[100] * 60).losses)


STAYS = st.fixed_dictionaries({
    "validity_days": st.one_of(st.integers(1, 6), st.integers(1, 20)),
    "allowance_mb": st.one_of(st.none(), st.sampled_from([1000, 0, 500, 1700])),
    "need_mb": needs(days=14),
})  # fmt: skip


@pytest.mark.parametrize("meaning", top_up.MEANINGS)
@tries(100)
@given(STAYS)
def test_a_top_up_on_any_day_and_the_days_on_which_it_loses_least(meaning, stay):
    window, every = top_up.renew_window(meaning, **stay), []
    for renew_day, seen in enumerate(window.top_ups):
        expected = oracle.top_up(meaning, **stay, renew_day=renew_day)
        assert {
            "served": seen.served, "data_from": seen.data_from,
            "lost": seen.mb_lost, "days_lost": seen.days_lost, "end": seen.end_day,
        } == expected  # fmt: skip
        waiting = expected["served"][: expected["data_from"]].count(False)
        every.append((waiting, expected["lost"], expected["days_lost"]))
    assert window.days == tuple(day for day, lost in enumerate(every) if lost == min(every))


def test_renewing_later_never_brings_data_sooner():
    stay = {"validity_days": 30, "allowance_mb": 5000, "need_mb": [150] * 60}
    for meaning in ("queue", "reset_keep", "reset_lose", "wallet"):
        top_ups = top_up.renew_window(meaning, **stay).top_ups
        assert all(one.data_from <= other.data_from for one, other in pairwise(top_ups))


REFUSED = {
    "meaning_unknown": lambda: simulate("unknown", 0, need=[1]),
    "validity_not_whole": lambda: simulate("queue", 0, days=0, need=[1]),
    "allowance_not_whole": lambda: simulate("queue", 0, mb=-5, need=[1]),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_gets_a_sentence(code):
    with pytest.raises(Refusal) as raised:
        REFUSED[code]()
    assert raised.value.code == code
    assert len({raised.value.tell(words(language)) for language in LANGUAGES}) == 2
