"""Hours of each activity to MB a day, against figures worked out by hand."""

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepaid import Refusal, daily_need_mb, i18n
from prepaid.catalogue import usage

CONTENT = Path(__file__).resolve().parents[2] / "content"
WORDS = [i18n.words(language) for language in i18n.LANGUAGES]
with (CONTENT / "usage_rates.csv").open(encoding="utf-8", newline="") as file:
    ROWS = {row["activity_id"]: row for row in csv.DictReader(file)}
USABLE = [name for name, row in ROWS.items()
          if row["per"] != "ceiling" and row["mb_per_hour_typical"]]


@pytest.mark.parametrize(("hours", "level", "mb"), [
    ({"netflix-low": 2}, "typical", 600),  # Netflix help: up to 0.3 GB an hour
    ({"Video - Netflix Low": 2}, "typical", 600),
    ({"netflix-medium": 0.1}, "typical", 70),  # binary floats would make it 71
    ({"spotify-low": 1}, "typical", 11),  # 24 kbit/s = 10.8 MB an hour
    ({"spotify-low": 5}, "typical", 54),
    ({"spotify-low": 0.5, "email": 2}, "typical", 6),  # 5.4 + 0.6, rounded once
    ({"email": 1}, "low", 1),  # 0.01 MB
    ({"email": 20, "ride-hailing": 2, "app-download": 1}, "high", 130),
    ({"voip-voice-call": 1}, "low", 54),  # Zoom: 60 kbit/s each way
    ({"voip-voice-call": Fraction(1, 3)}, "typical", 21),
    ({"web-browsing": 1, "Web browsing": 2}, "typical", 180),
    ({"web-browsing": np.float64(1.5), "instagram": np.int64(1)}, "typical", 810),
    ({"netflix-4k": 24}, "high", 168_000),
    ({"web-browsing": 0}, "high", 0),
])
def test_known_days(hours, level, mb):
    assert daily_need_mb(hours, 1, level) == [mb]
    assert 3 * mb - 2 <= sum(daily_need_mb(hours, 3, level)) <= 3 * mb


def test_typical_is_the_default():
    assert daily_need_mb({"web-browsing": 1}, 1) == [60]
    assert daily_need_mb({"web-browsing": 1}, 1, level="low") == [15]


@given(
    st.dictionaries(st.sampled_from(USABLE), st.integers(0, 240), min_size=1),
    st.integers(1, 400),
    st.sampled_from(usage.LEVELS),
)
@settings(max_examples=60, deadline=None)
def test_exact_sum_rounded_up_once(tenths, days, level):
    def hundredths(text: str) -> int:
        whole, _, part = text.partition(".")
        return int(whole) * 100 + int((part + "00")[:2])

    thousandths = sum(n * hundredths(ROWS[name][f"mb_per_hour_{level}"])
                      for name, n in tenths.items())
    need = daily_need_mb({name: n / 10 for name, n in tenths.items()}, days, level)
    assert len(need) == days
    assert sum(need) == -(-thousandths * days // 1000)
    assert max(need) - min(need) <= 1
    assert all(type(mb) is int for mb in need[:1])


@pytest.mark.parametrize(("arguments", "code", "told"), [
    (({}, 5), "activity_none", ""),
    (({"surfing": 1}, 5), "activity_unknown", "web-browsing"),
    (({"throttled-128kbps": 1}, 5), "activity_unknown", "web-browsing"),
    (({"wechat-facetime-video-call": 1}, 5), "activity_unmeasured", "video-call-standard"),
    (({"WeChat/FaceTime video call": 0}, 5), "activity_unmeasured", "video-call-standard"),
    (({"web-browsing": -1}, 5), "activity_hours", "web-browsing"),
    (({"web-browsing": 24.1}, 5), "activity_hours", "24"),
    (({"web-browsing": float("nan")}, 5), "activity_hours", "nan"),
    (({"web-browsing": float("inf")}, 5), "activity_hours", "inf"),
    (({"web-browsing": 1e300}, 5), "activity_hours", "web-browsing"),
    (({"web-browsing": "2"}, 5), "activity_hours", "2"),
    (({"web-browsing": None}, 5), "activity_hours", "None"),
    (({"web-browsing": True}, 5), "activity_hours", "True"),
    (({"email": 1001}, 5), "activity_times", "1000"),
    (({"web-browsing": 1}, 0), "days_not_whole", "0"),
    (({"web-browsing": 1}, -3), "days_not_whole", "-3"),
    (({"web-browsing": 1}, 2.5), "days_not_whole", "2.5"),
    (({"web-browsing": 1}, "5"), "days_not_whole", "5"),
    (({"web-browsing": 1}, None), "days_not_whole", "None"),
    (({"web-browsing": 1}, True), "days_not_whole", "True"),
    (({"web-browsing": 1}, 3661), "days_not_whole", "3660"),
    (({"web-browsing": 1}, 5, "extreme"), "level_unknown", "typical"),
])
def test_what_makes_no_sense_is_refused(arguments, code, told):
    with pytest.raises(Refusal) as caught:
        daily_need_mb(*arguments)
    assert caught.value.code == code
    for words in WORDS:
        sentence = caught.value.tell(words)
        assert told in sentence
        assert "{" not in sentence


def test_rates_rise_from_low_to_high():
    for name in USABLE:
        low, typical, high = (Fraction(ROWS[name][f"mb_per_hour_{level}"])
                              for level in usage.LEVELS)
        assert 0 < low <= typical <= high, name


def test_a_row_without_rates_names_another_in_its_place():
    for row in ROWS.values():
        if row["per"] == "ceiling":
            continue
        assert (row["activity_id"] in USABLE) != (row["instead"] in USABLE), row["activity"]


def test_the_choice_of_activities():
    offered = usage.activities()
    assert list(offered) == USABLE
    assert {rate.per for rate in offered.values()} == {"hour", "trip", "message", "item"}
    assert offered["web-browsing"].activity_zh == "浏览网页"
