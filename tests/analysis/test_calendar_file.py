"""The files that a reader takes along."""

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from dateutil.tz import tzical

import prepaid
from markets import plan
from prepaid.analysis.calendar_file import number_calendar, schedule_csv
from prepaid.i18n import LANGUAGES, Refusal, words
from prepaid.schedule import Purchase, Schedule

PLANS = [plan("A1", 10, 30, 5, tax_included="yes"), plan("B1", 8, 7, 1, activation_fee_usd=3)]
START = dt.date(2027, 3, 1)
ZONES = ["America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Asia/Shanghai"]
CLOCK_CHANGES = [dt.date(2027, 3, 14), dt.date(2027, 11, 7)]


def buying_on(dates, first):
    """A schedule that buys something on each of those dates."""
    days = [(day - first).days for day in dates]
    bought = tuple(Purchase(day, 100 * day, "A1", 1500, 0, 0, 1, 100, 0) for day in days)
    length = (max(dates) - first).days + 1
    return Schedule(bought, (100,) * length, (0,) * length)


def read(calendar):
    """The events as another library reads them."""
    from ical.calendar_stream import IcsCalendarStream  # takes seconds, not in every worker

    return IcsCalendarStream.calendar_from_ics(calendar.decode("utf-8")).events


ONE = Schedule((Purchase(3, 60, "A1", 1000, 250, 0, 30, 600, 4400),), (20,) * 33, (None,) * 33)
FRAME = pd.DataFrame(PLANS)
FIRST = dt.date(2026, 12, 1)
EVERY_TENTH = {FIRST + dt.timedelta(day) for day in range(0, 400, 10)}
AROUND_CHANGES = {day + dt.timedelta(n) for day in CLOCK_CHANGES for n in (-1, 0, 1)}
DATES = sorted(EVERY_TENTH | AROUND_CHANGES)
EVENINGS = [max(day - dt.timedelta(1), FIRST) for day in DATES]
YEAR = prepaid.renewal_calendar(buying_on(DATES, FIRST), FIRST, "America/New_York")


@pytest.mark.parametrize("zone", ZONES)
def test_events_fall_on_the_right_local_day(zone):
    calendar = prepaid.renewal_calendar(buying_on(DATES, FIRST), FIRST, zone)
    local = [event.dtstart.astimezone(ZoneInfo(zone)) for event in read(calendar)]
    assert [at.date() for at in local] == EVENINGS
    assert [at.time() for at in local] == [dt.time(9)] + [dt.time(19)] * (len(DATES) - 1)


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
def test_an_evening_in_new_york_is_the_same_time_on_a_phone_elsewhere(elsewhere):
    seen = [event.dtstart.astimezone(ZoneInfo(elsewhere)).date() for event in read(YEAR)]
    # seven in the evening in New York is the next morning in China
    late = [elsewhere == "Asia/Shanghai" and number > 0 for number in range(len(DATES))]
    assert seen == [
        day + dt.timedelta(later) for day, later in zip(EVENINGS, late, strict=True)]


def test_someone_in_utc_plus_8_is_called_before_the_us_day_begins():
    (event,) = read(prepaid.renewal_calendar(ONE, START, "Asia/Shanghai"))
    us_day = dt.datetime(2027, 3, 4, tzinfo=ZoneInfo("Pacific/Honolulu"))
    assert event.dtstart.utcoffset() == dt.timedelta(hours=8)
    assert event.dtstart.date() == dt.date(2027, 3, 3)
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
    assert texts("renewal.calendar.fee", fee=250, total=1250) in lines
    assert any("https://example.org/a" in line and texts.as_of("2026-10-03") in line
               for line in lines)
    assert any(texts.date(dt.date(2027, 4, 2)) in line for line in lines)
    assert lines[-3:] == [texts("renewal.calendar.steps"), "1. Open the app.", "2. Pay."]
    assert [alarm.trigger for alarm in event.alarm] == [dt.timedelta(-2), dt.timedelta(0)]
    assert all(event.summary in alarm.description for alarm in event.alarm)
    assert texts.days(2) in event.alarm[0].description


@pytest.mark.parametrize(("day", "at", "alarms"), [
    (0, dt.datetime(2027, 3, 1, 9), [0]),
    (1, dt.datetime(2027, 3, 1, 19), [0]),  # used up on day 1: the evening of day 0
    (2, dt.datetime(2027, 3, 2, 19), [0]),
    (3, dt.datetime(2027, 3, 3, 19), [2, 0]),
    (10, dt.datetime(2027, 3, 10, 19), [2, 0]),
    (11, dt.datetime(2027, 3, 11, 19), [10, 2, 0]),
])
def test_an_event_is_on_the_last_safe_evening_and_no_alarm_before_today(day, at, alarms):
    bought = Purchase(day, 70, "A1", 1000, 0, 0, 5, 600, 4400)
    (event,) = read(prepaid.renewal_calendar(
        Schedule((bought,), (20,) * 33), START, "America/New_York"))
    assert event.dtstart.replace(tzinfo=None) == at
    assert [alarm.trigger for alarm in event.alarm] == [dt.timedelta(-days) for days in alarms]


def test_two_purchases_on_one_day_are_two_events():
    twice = prepaid.cheapest_schedule(FRAME.assign(data_gb=0.3), [100, 700])
    events = read(prepaid.renewal_calendar(twice, START, "America/New_York"))
    assert [one.day for one in twice.bought] == [0, 1, 1]
    assert len({event.uid for event in events}) == 3
    assert [event.dtstart.day for event in events] == [1, 1, 1]


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
    assert len(event.alarm) == 2


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
    now = prepaid.next_step(pd.DataFrame(PLANS), "A1", days_left=3, mb_left=400, need_mb=[100] * 20)
    (event,) = read(prepaid.renewal_calendar(now.schedule, START, "Pacific/Honolulu"))
    assert event.dtstart.date() == START + dt.timedelta(now.last_safe_day)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spreadsheet_reads_the_schedule(language):
    content = schedule_csv(ONE, START, {"A1": "A, “first”"}, language=language)
    assert content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head[0] == words(language)("renewal.csv.date")
    assert row == ["2027-03-04", "A, “first”", "A1", "10.00", "2.50", "0.00", "30", "600", "4400"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1+1"])
def test_no_cell_is_a_formula(name):
    content = schedule_csv(ONE, START, {"A1": name})
    _, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row[1] == "'" + name


def test_each_amount_is_in_its_column():
    bought = ONE.bought[0]._replace(price_cents=123456, fee_cents=7, tax_cents=10120)
    content = schedule_csv(Schedule((bought,), ONE.need_mb, ONE.left_mb), START, {})
    _, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row[3:6] == ["1234.56", "0.07", "101.20"]


def test_plans_without_limit_leave_the_cell_empty():
    endless = Schedule((ONE.bought[0]._replace(mb_unused=None),), ONE.need_mb, ONE.left_mb)
    assert schedule_csv(endless, START, {}).endswith(b",600,\r\n")


NOTHING = Schedule((), (0,), (None,))
REFUSED = {
    "timezone_unknown": lambda: prepaid.renewal_calendar(ONE, START, "America"),
    "date_missing": lambda: prepaid.renewal_calendar(ONE, None, "UTC"),
    "date_far": lambda: schedule_csv(ONE, dt.date(9999, 12, 31), {}),
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


@pytest.mark.parametrize(("start", "allowed"), [
    (dt.date(1999, 12, 31), False), (dt.date(2000, 1, 1), True),
    (dt.date(2099, 12, 31), True), (dt.date(2100, 1, 1), False)])
def test_the_years_of_a_calendar(start, allowed):
    if allowed:
        assert schedule_csv(ONE, start, {})
    else:
        with pytest.raises(Refusal, match="2000"):
            schedule_csv(ONE, start, {})


def test_a_date_may_have_a_time():
    assert schedule_csv(ONE, dt.datetime(2027, 3, 1, 12), {}) == schedule_csv(ONE, START, {})


NUMBER = {"local_us_number": "yes", "number_grace_days": 60}


@pytest.mark.parametrize(("more", "end", "day"), [
    # 3 April and 60 days are 2 June, the first day too late
    (NUMBER, dt.date(2027, 4, 3), dt.date(2027, 6, 1)),
    (NUMBER | {"number_grace_days": 0}, dt.date(2027, 4, 3), dt.date(2027, 4, 2)),
    (NUMBER | {"min_commitment_cycles": 3}, dt.date(2027, 6, 2), dt.date(2027, 7, 31)),
    (NUMBER | {"cycle_unit": "month"}, dt.date(2027, 4, 4), dt.date(2027, 6, 2)),
    (NUMBER | {"validity_days": None}, None, None),
    ({"local_us_number": "no", "number_grace_days": 60}, None, None),
    ({"local_us_number": "yes"}, None, None),
])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_evening_for_the_number_is_in_the_calendar(language, more, end, day):
    rows = pd.DataFrame([plan("A1", 10, 30, 5) | more])
    calendar = prepaid.renewal_calendar(ONE, START, "Asia/Shanghai", language=language, plans=rows)
    buy, *kept = read(calendar)
    assert buy.dtstart.date() == dt.date(2027, 3, 3)
    assert [event.dtstart.replace(tzinfo=None) for event in kept] == (
        [dt.datetime.combine(day, dt.time(19))] if day else [])
    for event in kept:
        texts = words(language)
        assert event.summary == texts("renewal.calendar.number", name="A")
        assert texts.date(end) in event.description
        assert [alarm.trigger.days for alarm in event.alarm] == [-10, -2, 0]
        assert event.uid != buy.uid


def test_a_number_is_kept_after_the_last_purchase():
    """Seven days of B1 from day 30, until 6 April, and its number until 9 April."""
    rows = pd.DataFrame([plan("A1", 10, 30, 5) | NUMBER,
                         plan("B1", 8, 7, 1, local_us_number="yes", number_grace_days=3)])
    both = Schedule((Purchase(0, 0, "A1", 1000, 0, 0, 30, 600, 4400),
                     Purchase(30, 600, "B1", 800, 0, 0, 7, 140, 860)), (20,) * 37, (None,) * 37)
    *_, kept = read(prepaid.renewal_calendar(both, START, "Asia/Shanghai", plans=rows))
    assert kept.dtstart.date() == dt.date(2027, 4, 9)
    assert kept.summary == words("en")("renewal.calendar.number", name="B")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_evening_for_a_number_has_a_file_of_its_own(language):
    """Kept for 30 days after the plan, whose last day is 9 January: until 8 February."""
    end, row = dt.date(2027, 1, 10), plan(
        "A1", 10, 30, 5, local_us_number="yes", number_grace_days=30)
    (event,) = read(number_calendar(row, end, "Asia/Shanghai", language=language))
    assert event.dtstart.replace(tzinfo=None) == dt.datetime(2027, 2, 8, 19)
    assert [alarm.trigger.days for alarm in event.alarm] == [-10, -2, 0]
    assert words(language).date(end) in event.description
    del row["number_grace_days"]
    (event,) = read(number_calendar(row, end, "Asia/Shanghai", language=language))
    assert event.dtstart.date() == end - dt.timedelta(1)
