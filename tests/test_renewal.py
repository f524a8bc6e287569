"""Where a plan stands, how to go on, what a top-up does, and the files one takes along."""

import csv
import datetime as dt
import io
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

import build
import prepaid
import renewal_oracle as oracle
from oracle import Uncovered
from prepaid import renewal
from prepaid.i18n import LANGUAGES, Refusal, words
from prepaid.schedule import Purchase, Schedule
from test_schedule import MB, OPTIONS, addon, markets, needs, plan, tries, unlimited

PLANS = [plan("A1", 10, 30, 5, tax_included="yes"), plan("B1", 8, 7, 1, activation_fee_usd=3)]
START = dt.date(2027, 3, 1)
ZONES = ["America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Asia/Shanghai"]
CLOCK_CHANGES = [dt.date(2027, 3, 14), dt.date(2027, 11, 7)]


def step(plans=PLANS, plan_id="A1", **state):
    """`next_step` on plans that are dicts, in a state that differs from an ordinary one."""
    ordinary = {"days_left": 3, "mb_left": 400, "need_mb": [100] * 20}
    return prepaid.next_step(pd.DataFrame(plans), plan_id, **ordinary | state)


def days_of(schedule):
    return [(one.day, one.plan_id) for one in schedule.bought]


# ------------------------------------------------------------------------------- where am I now?


def test_the_days_end_first():
    now = step()
    assert (now.data_out_day, now.plan_end_day) == (4, 3)
    assert (now.ends_day, now.ends_by) == (3, "validity")
    assert (now.unserved_day, now.last_safe_day) == (3, 2)
    assert days_of(now.schedule) == [(3, "A1")]
    assert now.total_cents == 1000
    assert not now.nothing_to_buy
    assert now.left_mb == (300, 200, 100, *range(4900, 3200, -100))


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


# ----------------------------------------------------------------------- what does topping up do?


def simulate(meaning, renew_day, *, days=30, mb=5000, need=(), money_days=None):
    return renewal.simulate_top_up(
        meaning, validity_days=days, allowance_mb=mb, need_mb=need, renew_day=renew_day,
        money_days=money_days,
    )  # fmt: skip


def test_thirty_days_from_the_first_of_june_end_on_the_first_of_july():
    end = simulate("data_only", 0, need=[0]).end_day
    assert dt.date(2026, 6, 1) + dt.timedelta(end) == dt.date(2026, 7, 1)
    now = step(days_left=30, mb_left=5000)
    assert dt.date(2026, 6, 1) + dt.timedelta(now.plan_end_day) == dt.date(2026, 7, 1)


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
        meaning: renewal.renew_window(meaning, **stay).days for meaning in renewal.MEANINGS
    }
    assert days == {
        "queue": (*range(31),),
        "reset_keep": (29,),
        "reset_lose": (30,),
        "data_only": (*range(30),),
        "wallet": (*range(31),),
    }
    lives_20 = renewal.renew_window("wallet", **stay, money_days=20)
    assert lives_20.days == (*range(11, 31),)
    all_used = renewal.renew_window("queue", **stay | {"allowance_mb": 3000})
    assert all_used.loses_nothing
    assert not renewal.renew_window("reset_keep", **stay).loses_nothing


STAYS = st.fixed_dictionaries({
    "validity_days": st.one_of(st.integers(1, 6), st.integers(1, 20)),
    "allowance_mb": st.one_of(st.none(), st.sampled_from([1000, 0, 500, 1700])),
    "need_mb": needs(days=14),
    "money_days": st.one_of(st.none(), st.integers(1, 8)),
})  # fmt: skip


@pytest.mark.parametrize("meaning", renewal.MEANINGS)
@tries(100)
@given(STAYS, st.integers(0, 16))
def test_a_top_up_day_by_day(meaning, stay, renew_day):
    seen = renewal.simulate_top_up(meaning, **stay, renew_day=renew_day)
    expected = oracle.top_up(meaning, **stay, renew_day=renew_day)
    assert {
        "left": seen.left_mb, "served": seen.served, "data_from": seen.data_from,
        "lost": seen.mb_lost, "days_lost": seen.days_lost, "end": seen.end_day,
    } == expected  # fmt: skip
    assert (seen.outcome == "counts") == (seen.data_from is not None)


@pytest.mark.parametrize("meaning", renewal.MEANINGS)
@tries(40)
@given(STAYS)
def test_no_other_day_loses_less(meaning, stay):
    def losses(renew_day):
        seen = oracle.top_up(meaning, **stay, renew_day=renew_day)
        never = seen["data_from"] is None
        waiting = seen["served"][: seen["data_from"]].count(False)
        return waiting, never and meaning == "wallet", seen["lost"], seen["days_lost"]

    window = renewal.renew_window(meaning, **stay)
    every = [losses(day) for day in range(len(stay["need_mb"]))]
    assert window.days == tuple(day for day, lost in enumerate(every) if lost == min(every))
    assert window.loses_nothing == (not any(min(every)))


def test_a_balance_has_to_cover_price_and_tax():
    assert renewal.wallet_shortfall_cents(5000, 5000, 150) == 150
    assert not renewal.wallet_renews(5000, 5000, 150)
    assert renewal.wallet_renews(5150, 5000, 150)
    assert renewal.wallet_shortfall_cents(9000, 5000, 150) == 0


@pytest.mark.parametrize(
    ("dollars", "days"),
    [(9.99, None), (10, 30), (24, 30), (24.5, 30), (25, 90), (99, 90), (100, 365), (500, 365)],
)
def test_money_at_att_lives_as_published(dollars, days):
    assert renewal.money_lives_days("att-prepaid", round(dollars * 100)) == days


def test_the_life_of_money_is_not_made_up():
    assert renewal.money_lives_days("t-mobile-prepaid", 5000) is None
    assert renewal.money_lives_days("verizon-prepaid", 5000) is None  # only for older lines


# --------------------------------------------------------------------------------- how is it done?


def test_every_file_is_a_provider():
    files = sorted(path.stem for path in (build.ROOT / "content" / "renewal").glob("*.toml"))
    assert list(renewal.providers()) == files
    assert renewal.providers()["tello"].top_up["meaning"] == "reset_keep"
    assert renewal.providers()["tello"].checked >= dt.date(2026, 11, 1)


@pytest.mark.parametrize("provider_id", renewal.providers())
def test_every_channel_has_a_walk_or_a_reason(provider_id):
    for channel in renewal.CHANNELS:
        walks, gap = renewal.walk(provider_id, channel), renewal.gap(provider_id, channel)
        assert bool(walks) != bool(gap), channel
        for said in (gap and [gap]) or [step for walk in walks for step in walk["step"]]:
            assert all((said["en"], said["zh-CN"], said["as_of"]))
    states = [event["state"] for event in renewal.timeline(provider_id)]
    assert states or renewal.providers()[provider_id].kind == "generic"


def test_what_holds_for_all_carriers_holds_for_each():
    (shared,) = renewal.walk("any-carrier", "third_party")
    assert renewal.walk("att-prepaid", "third_party") == (shared,)
    for one in renewal.providers().values():
        if one.kind == "carrier":
            assert renewal.walk(one.id, "third_party") == (shared,)


def test_a_travel_esim_without_own_steps_in_the_app_takes_the_general_ones():
    (shared,) = renewal.walk("any-travel-esim", "app")
    silent = [
        one.id for one in renewal.providers().values()
        if one.kind == "travel_esim" and not renewal.gap(one.id, "app")
        and all("app" not in (walk["channel"], *walk.get("also", ())) for walk in one.walk)
    ]
    assert silent
    assert all(renewal.walk(name, "app") == (shared,) for name in silent)


def test_what_was_read_cannot_be_changed():
    tello = renewal.providers()["tello"]
    with pytest.raises(TypeError):
        tello.top_up["meaning"] = "queue"
    with pytest.raises(TypeError):
        renewal.providers()["other"] = tello
    assert isinstance(tello.walk[0]["step"], tuple)


# ----------------------------------------------------------------------------------- take it along


def buying_on(dates, first):
    """A schedule that buys something on each of those dates."""
    bought = tuple(Purchase((day - first).days, "A1", 1500, 0, 0, 1, 100, 0) for day in dates)
    length = (max(dates) - first).days + 1
    return Schedule(bought, (100,) * length, (0,) * length)


def read(calendar):
    """The events as another library reads them."""
    return IcsCalendarStream.calendar_from_ics(calendar.decode("utf-8")).events


ONE = Schedule((Purchase(3, "A1", 1000, 250, 0, 30, 600, 4400),), (20,) * 33, (None,) * 33)
FRAME = pd.DataFrame(PLANS)
FIRST = dt.date(2026, 12, 1)
EVERY_TENTH = {FIRST + dt.timedelta(day) for day in range(0, 400, 10)}
AROUND_CHANGES = {day + dt.timedelta(n) for day in CLOCK_CHANGES for n in (-1, 0, 1)}
DATES = sorted(EVERY_TENTH | AROUND_CHANGES)
YEAR = prepaid.renewal_calendar(buying_on(DATES, FIRST), FIRST, "America/New_York")


@pytest.mark.parametrize("zone", ZONES)
def test_events_fall_on_the_right_local_day(zone):
    calendar = prepaid.renewal_calendar(buying_on(DATES, FIRST), FIRST, zone)
    local = [event.dtstart.astimezone(ZoneInfo(zone)) for event in read(calendar)]
    assert [at.date() for at in local] == DATES
    assert {at.time() for at in local} == {dt.time(9)}


@pytest.mark.parametrize("zone", [*ZONES, "Europe/Dublin", "America/Havana", "Asia/Kolkata"])
@pytest.mark.parametrize("first", [FIRST, dt.date(2027, 1, 5), dt.date(2027, 3, 14)])
def test_the_time_zone_in_the_file_is_the_zone(zone, first):
    dates = [day for day in DATES if day >= first]
    calendar = prepaid.renewal_calendar(buying_on(dates, first), first, zone)
    written = tzical(io.StringIO(calendar.decode("utf-8"))).get(zone)
    for day in dates:
        at = dt.datetime.combine(day, dt.time(9))
        assert written.utcoffset(at) == at.replace(tzinfo=ZoneInfo(zone)).utcoffset()


@pytest.mark.parametrize("elsewhere", ZONES)
def test_a_day_in_new_york_is_the_same_day_on_a_phone_elsewhere(elsewhere):
    seen = [event.dtstart.astimezone(ZoneInfo(elsewhere)).date() for event in read(YEAR)]
    assert seen == DATES


def test_someone_in_utc_plus_8_is_called_before_the_us_day_begins():
    (event,) = read(prepaid.renewal_calendar(ONE, START, "Asia/Shanghai"))
    us_day = dt.datetime(2027, 3, 4, tzinfo=ZoneInfo("Pacific/Honolulu"))
    assert event.dtstart.utcoffset() == dt.timedelta(hours=8)
    assert event.dtstart.date() == dt.date(2027, 3, 4)
    assert event.dtstart < us_day


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_says_what_to_buy(language):
    rows = FRAME.assign(plan_name="First", source_url="https://example.org/a", as_of="2026-10-03")
    calendar = prepaid.renewal_calendar(
        ONE, START, "America/New_York", language=language, plans=rows,
        steps={"A1": ["Open the app.", "Pay."]},
    )  # fmt: skip
    (event,) = read(calendar)
    texts = words(language)
    assert "A · First" in event.summary
    lines = event.description.splitlines()
    assert texts("renewal.calendar.price_tax_included", price=1000) in lines
    assert texts("renewal.calendar.fee", fee=250) in lines
    assert any("https://example.org/a" in line and "2026-10-03" in line for line in lines)
    assert any(texts.date(dt.date(2027, 4, 2)) in line for line in lines)
    assert lines[-2:] == ["1. Open the app.", "2. Pay."]
    assert [alarm.trigger for alarm in event.alarm] == [
        dt.timedelta(-10), dt.timedelta(-2), dt.timedelta(0),
    ]  # fmt: skip
    assert all(event.summary in alarm.description for alarm in event.alarm)
    assert texts.days(10) in event.alarm[0].description


def test_prices_say_whether_tax_is_in_them():
    taxed = Schedule((ONE.bought[0]._replace(tax_cents=83),), ONE.need_mb, ONE.left_mb)
    ids = {"plans": FRAME.assign(tax_included="no")}
    (before,) = read(prepaid.renewal_calendar(ONE, START, "UTC", **ids))
    (after,) = read(prepaid.renewal_calendar(taxed, START, "UTC", **ids))
    assert "USD 10 before tax" in before.description
    assert "USD 10.83" in after.description


def test_names_are_escaped():
    name = 'a; b, c\\n "d"\nBEGIN:VEVENT\nEND:VCALENDAR 套餐 ' + "长" * 99
    rows = FRAME.assign(plan_name=name, source_url="https://x.org/\nBEGIN:VALARM")
    (event,) = read(prepaid.renewal_calendar(ONE, START, "Asia/Shanghai", plans=rows))
    assert name in event.summary
    assert len(event.alarm) == 3


def test_a_plan_that_no_catalogue_has_is_called_by_its_id():
    (event,) = read(prepaid.renewal_calendar(ONE, START, "UTC"))
    assert event.summary == "Buy A1"


def test_the_same_schedule_gives_the_same_file():
    schedule = buying_on(DATES, FIRST)
    assert prepaid.renewal_calendar(schedule, FIRST, "America/New_York") == YEAR
    chinese = prepaid.renewal_calendar(schedule, FIRST, "Asia/Shanghai", language="zh-CN")
    uids = [event.uid for event in read(YEAR)]
    assert len(set(uids)) == len(DATES)
    assert [event.uid for event in read(chinese)] == uids


def test_lines_are_short_and_end_as_the_standard_says():
    assert YEAR.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in YEAR.split(b"\r\n"))
    assert b"\n" not in YEAR.replace(b"\r\n", b"")


def test_a_next_step_can_be_taken_along():
    now = step()
    (event,) = read(prepaid.renewal_calendar(now.schedule, START, "Pacific/Honolulu"))
    assert event.dtstart.date() == START + dt.timedelta(now.unserved_day)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spreadsheet_reads_the_schedule(language):
    content = renewal.schedule_csv(ONE, START, {"A1": "A, “first”"}, language=language)
    assert content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head[0] == words(language)("renewal.csv.date")
    assert row == ["2027-03-04", "A, “first”", "A1", "10.00", "2.50", "0.00", "30", "600", "4400"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1+1"])
def test_no_cell_is_a_formula(name):
    content = renewal.schedule_csv(ONE, START, {"A1": name})
    _, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row[1] == "'" + name


def test_plans_without_limit_leave_the_cell_empty():
    endless = Schedule((ONE.bought[0]._replace(mb_unused=None),), ONE.need_mb, ONE.left_mb)
    assert renewal.schedule_csv(endless, START, {}).endswith(b",600,\r\n")


# ------------------------------------------------------------------------------------- bad input

NOTHING = Schedule((), (0,), (None,))
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
    "meaning_unknown": lambda: simulate("unknown", 0, need=[1]),
    "validity_not_whole": lambda: simulate("queue", 0, days=0, need=[1]),
    "allowance_not_whole": lambda: simulate("queue", 0, mb=-5, need=[1]),
    "renew_day_not_whole": lambda: simulate("queue", float("nan"), need=[1]),
    "money_days_not_whole": lambda: simulate("wallet", 0, need=[1], money_days=0),
    "cents_not_whole": lambda: renewal.wallet_renews(50.5, 1, 1),
    "provider_unknown": lambda: renewal.timeline("nobody"),
    "channel_unknown": lambda: renewal.walk("tello", "pigeon"),
    "timezone_unknown": lambda: prepaid.renewal_calendar(ONE, START, "America"),
    "date_missing": lambda: prepaid.renewal_calendar(ONE, None, "UTC"),
    "date_far": lambda: renewal.schedule_csv(ONE, dt.date(9999, 12, 31), {}),
    "nothing_to_buy": lambda: prepaid.renewal_calendar(NOTHING, START, "UTC"),
    "language_unknown": lambda: prepaid.renewal_calendar(ONE, START, "UTC", language="de"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_bad_input_gets_a_sentence(code):
    with pytest.raises(Refusal) as raised:
        REFUSED[code]()
    assert raised.value.code == code
    assert len({raised.value.tell(words(language)) for language in LANGUAGES}) == 2


@pytest.mark.parametrize(
    "zone", ["", None, "localtime", "../UTC", "Mars/Base", "america/new_york", "/etc/localtime"]
)
def test_only_names_of_the_data_base_are_time_zones(zone):
    with pytest.raises(Refusal, match="time zone"):
        prepaid.renewal_calendar(ONE, START, zone)


@pytest.mark.parametrize(
    ("value", "name"), [*product(["3", True, float("inf"), 2.5], ["days_left", "mb_left"])]
)
def test_numbers_of_another_kind_are_refused(value, name):
    with pytest.raises(Refusal, match="cannot be the"):
        step(**{name: value})


def test_renewing_later_never_brings_data_sooner():
    stay = {"validity_days": 30, "allowance_mb": 5000, "need_mb": [150] * 60}
    for meaning in ("queue", "reset_keep", "reset_lose", "wallet"):
        top_ups = renewal.renew_window(meaning, **stay).top_ups
        assert all(one.data_from <= other.data_from for one, other in pairwise(top_ups))
