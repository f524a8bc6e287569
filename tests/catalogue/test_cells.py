"""What a cell says: every way of writing that can mean one thing only, and no other.

The values were written down by hand; nothing is computed by the code under test.
"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepaid.catalogue import cells

USD = {"type": "number", "unit": "USD"}
GB = {"type": "number", "unit": "GB"}
DAYS = {"type": "integer", "unit": "days"}
KBPS = {"type": "integer", "unit": "kbit/s"}
PER_GB = {"type": "number", "unit": "USD per GB"}
PERCENT = {"type": "number", "unit": "percent"}
CYCLES = {"type": "integer", "unit": "cycles"}
YES_NO = {"type": "string", "constraints": {"enum": ["yes", "no"]}}
TAX = {"type": "string", "constraints": {"enum": ["yes", "no", "unknown"]}}
KIND = {"type": "string", "constraints": {"enum": ["carrier_prepaid", "travel_esim"]}}
CAP = {"type": "string", "constraints": {"enum": ["throttled", "none"]}}
DATE = {"type": "string", "form": "day_or_month"}
LINK = {"type": "string", "form": "link"}
TEXT = {"type": "string", "constraints": {"maxLength": 100}}


@pytest.mark.parametrize(("column", "cell", "value"), [
    *[(USD, cell, 15) for cell in (
        "15", "15.", "15.00", "$15", "$15.00", "$ 15", "US$15", "US $ 15", "usd 15", "USD15.00",
        "15 USD", "15USD", "15 $", "15 dollars", "15 US dollars", "15.00*", "1.5e1", '="15.00"',
        " 15\u00a0USD ", '="$15"', "１５", "＄15", "\u202a15\u202c", "\u200b15")],
    (USD, ".5", 0.5), (USD, "$0", 0),
    *[(GB, cell, 1.5) for cell in ("1.5", "1.5GB", "1.5 GB", "1.5 gb", "1500 MB", "1500MB",
                                   "0.0015 TB")],
    (GB, "500 MB", 0.5), (GB, "1 TB", 1000),
    *[(DAYS, cell, 30) for cell in ("30", "30 Days", "30 day", "30days", "30d", "30 天", "30天",
                                    "30 日")],
    *[(KBPS, cell, 512) for cell in ("512", "512 kbps", "512kbit/s", "0.512 Mbps")],
    *[(PER_GB, cell, 10) for cell in ("10", "$10", "$10/GB", "10 USD per GB", "$10 / 1 GB")],
    (PERCENT, "8.5%", 8.5), (PERCENT, "8.5", 8.5), (CYCLES, "3", 3),
])
def test_a_number_however_it_is_written(column, cell, value):
    assert float(cells.reading(column)(cell)) == value
    assert float(cells.reading(column, comma=True)(cell)) == value


@pytest.mark.parametrize("column", [USD, GB, DAYS, KBPS, PER_GB, PERCENT, CYCLES])
@pytest.mark.parametrize("cell", [
    "15 EUR", "€15", "15 €", "¥15", "15 yuan", "15 元", "£15", "C$15", "A$15", "10-15", "10 - 15",
    "10 to 15", "from 15", "15+", "~15", "1 month", "2 weeks", "24 hours", "1,000", "1.000,50",
    "15 USD EUR", "15 MBit", "5 GiB", "fifteen", "1 5", "15¹", "15/mo", "free", "x" * 300,
    "1" * 201, "$" + "0" * 199 + "1", "1..5", "$.", "=1+1",
])
def test_what_could_mean_something_else_stays_as_it_is(column, cell):
    assert cells.reading(column)(cell) == cell


@pytest.mark.parametrize(("column", "cell"), [
    (USD, "15 GB"), (USD, "30 days"), (GB, "$15"), (GB, "30 days"), (DAYS, "1.5 GB"),
    (DAYS, "1 month"), (CYCLES, "$3"), (GB, "5G"), (GB, "5 Gbit"), (KBPS, "5 GB"),
    (USD, "$10/GB"), (PERCENT, "$8"),
])
def test_a_unit_of_another_kind_is_not_taken(column, cell):
    assert cells.reading(column)(cell) == cell


@pytest.mark.parametrize(("cell", "value"), [
    ("15,5", 15.5), ("0,500", 0.5), ("15,50 USD", 15.5), ("$15,5", 15.5), ("15.5", 15.5),
    ("0.500", 0.5), ("1500", 1500), ("15,", 15),
])
def test_a_comma_is_a_decimal_sign_where_it_parts_no_cells(cell, value):
    assert float(cells.reading(USD, comma=True)(cell)) == value
    assert cells.unclear(USD, cell, comma=True) == ""


@pytest.mark.parametrize("cell", ["1,500", "1.500", "12,000 USD", "1.000,50", "1,000.50", "1,2,3"])
def test_a_sign_for_decimals_or_thousands_is_not_guessed_at(cell):
    assert cells.reading(USD, comma=True)(cell) == cell
    assert cells.unclear(USD, cell, comma=True) == "number_mark"


@pytest.mark.parametrize("column", [USD, GB, DAYS, YES_NO, KIND, DATE, LINK])
@pytest.mark.parametrize("cell", ["", " ", "N/A", "n/a", "NULL", "null", "-", "–", "—", "NA", "nan",
                                  "NaN", "None", "#N/A", "unknown", "未知"])
def test_nothing_however_it_is_said(column, cell):
    assert cells.reading(column)(cell) == ""
    assert cells.says_nothing(cell)


def test_a_name_may_be_a_word_that_says_nothing_elsewhere():
    read = cells.reading(TEXT)
    assert [read(cell) for cell in ("N/A", "NULL", "-")] == [""] * 3
    assert [read(cell) for cell in ("Unknown", "None", "Nan Mobile", "Yes", "=1+1", '="A1"')] == [
        "Unknown", "None", "Nan Mobile", "Yes", "=1+1", "A1"]


@pytest.mark.parametrize(("cell", "said"), [
    *[(cell, "yes") for cell in ("yes", "Yes", "YES", "y", "TRUE", "True", "1", "是")],
    *[(cell, "no") for cell in ("no", "No", "N", "FALSE", "false", "0", "否")],
])
def test_yes_and_no(cell, said):
    assert cells.reading(YES_NO)(cell) == cells.reading(TAX)(cell) == said
    assert cells.yes_or_no(cell) == said


@pytest.mark.parametrize(("column", "cell", "said"), [
    (TAX, "Unknown", "unknown"), (KIND, "Carrier Prepaid", "carrier_prepaid"),
    (KIND, "Travel eSIM", "travel_esim"), (KIND, "travel-esim", "travel_esim"),
    (CAP, "Throttled", "throttled"), (CAP, "none", "none"), (CAP, "None", "None"),
    (CAP, "NONE", "NONE"), (CAP, "", ""), (KIND, "prepaid", "prepaid"), (YES_NO, "maybe", "maybe"),
])
def test_a_choice(column, cell, said):
    assert cells.reading(column)(cell) == said


@pytest.mark.parametrize(("cell", "date"), [
    ("2026-09-14", "2026-09-14"), ("2026-09", "2026-09"), ("2026/9/14", "2026-09-14"),
    ("2026-9-4", "2026-09-04"), ("2026.9.14", "2026-09-14"), ("2026/09", "2026-09"),
    ("2026年9月14日", "2026-09-14"), ("2026年9月", "2026-09"), ("14-Sep-26", "2026-09-14"),
    ("14-Sep-2026", "2026-09-14"), ("14 September 2026", "2026-09-14"), ("1-May-26", "2026-05-01"),
    ("Sep 14, 2026", "2026-09-14"), ("September 14th, 2026", "2026-09-14"), ("Sep 2026", "2026-09"),
    ("Sept-2026", "2026-09"), ("9/14/2026", "2026-09-14"), ("14/9/2026", "2026-09-14"),
    ("14.09.2026", "2026-09-14"), ("9/9/2026", "2026-09-09"), ("9/14/26", "2026-09-14"),
    ("2026-09-14 00:00:00", "2026-09-14"), ("2026-09-14T00:00", "2026-09-14"),
    ("2026/9/14 0:00", "2026-09-14"), ("2024-02-29", "2024-02-29"),
])
def test_dates_as_people_and_programs_write_them(cell, date):
    assert cells.day_or_month(cell) == cells.reading(DATE)(cell) == date
    assert cells.unclear(DATE, cell) == ""


@pytest.mark.parametrize("cell", ["9/8/2026", "08.09.2026", "1/2/26", "Sep-26", "14/9/26"])
def test_a_date_that_could_be_two_days_is_told_of(cell):
    assert cells.day_or_month(cell) is None
    assert cells.reading(DATE)(cell) == cell
    assert cells.unclear(DATE, cell) == "date_order"


@pytest.mark.parametrize("cell", ["2026", "soon", "2026-13", "2026-02-30", "30/30/2026", "46279",
                                  "2026-09-14 10:30", "14-Foo-26", "September", "14-S-26"])
def test_what_is_no_date_is_none(cell):
    assert cells.day_or_month(cell) is None
    assert cells.unclear(DATE, cell) == ""


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_in_every_way_of_writing_it(day):
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
             "Dec")[day.month - 1]
    for cell in (f"{day.year}/{day.month}/{day.day}", f"{day.day}-{month}-{day.year % 100:02}",
                 f"{month} {day.day}, {day.year}", f"{day.year}年{day.month}月{day.day}日"):
        assert cells.day_or_month(cell) == day.isoformat()
    for cell in (f"{day.day}/{day.month}/{day.year}", f"{day.month}/{day.day}/{day.year}"):
        sure = day.day > 12 or day.day == day.month
        assert cells.day_or_month(cell) == (day.isoformat() if sure else None)


@pytest.mark.parametrize("cell", ["Unlimited", "unlimited GB", "UNLIMITED DATA", "no limit",
                                  "不限量"])
def test_unlimited(cell):
    assert cells.says_endless(cell)
    assert not cells.says_endless(f"not {cell}")


@given(st.text(max_size=30))
def test_any_cell_is_read_or_left_alone(cell):
    for column in (USD, GB, DAYS, KBPS, PER_GB, PERCENT, YES_NO, KIND, DATE, LINK, TEXT):
        for comma in (False, True):
            said = cells.reading(column, comma)(cell)
            assert isinstance(said, str)
            assert cells.reading(column)(said) == said
