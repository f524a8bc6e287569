"""What people type or paste into a box, read right or not at all."""

import math
import re
import unicodedata
from fractions import Fraction

_ONE = {"GB": 1000, "MB": 1}
_DATA = {"gb": 1000, "g": 1000, "mb": 1, "m": 1, "兆": 1}  # in MB
_DAYS = {"d": 1, "day": 1, "days": 1, "天": 1, "日": 1,
         "week": 7, "weeks": 7, "周": 7, "星期": 7, "礼拜": 7}
_UNITS = {  # of each kind of box what may follow a number, and how much of the box's unit it is
    **{box: {unit: Fraction(mb, one) for unit, mb in _DATA.items()} for box, one in _ONE.items()},
    "days": _DAYS,
    "stay": _DAYS | dict.fromkeys(("night", "nights", "晚", "夜"), 1),
    "hours": dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时", "钟头"), 1) | dict.fromkeys(
        ("m", "min", "mins", "minute", "minutes", "分", "分钟"), Fraction(1, 60)),
    "times": dict.fromkeys(("x", "time", "times", "次", "个", "条", "封"), 1),
    "USD": dict.fromkeys(("usd", "us$", "$", "dollar", "dollars", "美元", "美金", "刀"), 1),
    "%": {"%": 1},
}
_NIGHTS = ("night", "nights", "晚", "夜")
_BEFORE = ("usd", "us$", "$", "美元")

_FIGURES = "零一二三四五六七八九"
_MANY = {"百": 100, "千": 1000, "万": 10**4}
_NUMBER = re.compile(  # what repeats is bounded, else a long run would take long
    r"(?P<before>[a-z$美元]{1,3})?\s{0,9}(?:(?P<digits>[-+]?[0-9][0-9.,'’ ]{0,30})"
    rf"|(?P<spoken>[{_FIGURES}两十半]{{1,3}}))\s{{0,9}}(?P<many>[百千万])?\s{{0,9}}"
    r"(?:个(?P<half>半)?\s{0,9}(?=[^\s半]))?(?P<unit>[a-z$%一-鿿]{0,7})", re.IGNORECASE)
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}([,'’ ])[0-9]{3}(\1[0-9]{3})*")
_WHOLE = re.compile(r"[-+]?([0-9]+|[1-9][0-9]{0,2}([,.'’ ])[0-9]{3}(\2[0-9]{3})*)")


def plain(text: str) -> str:
    """Text with full-width characters and Chinese stops as a keyboard of the US has them."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").replace("、", ",").strip()


def read_number(text: str, unit: str = "") -> float | None:
    """The number that a text says, in the unit of its box; ``None`` where it says none.

    A comma alone is a decimal comma, unless just three digits follow it, as in ``1,000``. A unit
    may be written; one that cannot be turned into that of the box makes it no number.

    Args:
        text: as typed.
        unit: of the box: ``GB``, ``MB``, ``days``, ``stay`` (days, of which nights are one less),
            ``hours``, ``times``, ``USD``, ``%``; "" for a box that has none.

    >>> [read_number(text) for text in ("12,5", "１５", "3。5", "1,000.50", "1万", "", "ten")]
    [12.5, 15, 3.5, 1000.5, 10000, None, None]
    >>> [read_number(text, "GB") for text in ("500MB", "3个G", "两百兆", "30 天")]
    [0.5, 3, 0.2, None]
    >>> [read_number(text, "stay") for text in ("2 weeks", "两周", "14晚", "14 GB")]
    [14, 14, 15, None]
    """
    found = _NUMBER.fullmatch(plain(text).lower())
    if not found:
        return None
    number, said, units = _figures(found), found["unit"], _UNITS.get(unit, {})
    before = found["before"]
    if number is None or (before and (unit != "USD" or before not in _BEFORE)):
        return None
    if found["half"]:
        number += Fraction(1, 2)
    number *= _MANY.get(found["many"] or "", 1)
    if said:
        if said not in units:
            return None
        number = number * units[said] + (said in _NIGHTS)
    if abs(number) >= 10**300:
        return None
    return int(number) if number == int(number) and abs(number) < 2**53 else float(number)


def _figures(found: re.Match) -> Fraction | None:
    if found["spoken"]:
        return _spoken(found["spoken"])
    digits = found["digits"].rstrip(" ,")
    whole, point, part = digits, "", ""
    if not _THOUSANDS.fullmatch(digits):
        at = max(digits.rfind(","), digits.rfind("."))
        whole, point, part = (digits[:at], ".", digits[at + 1:]) if at >= 0 else (digits, "", "")
        if not _WHOLE.fullmatch(whole):
            return None
    try:
        return Fraction(re.sub(r"[,.'’ ]", "", whole) + point + part)
    except ValueError:
        return None


def _spoken(text: str) -> Fraction | None:
    """Half, or a number up to 99, as Chinese says it."""
    if text == "半":
        return Fraction(1, 2)
    text = text.replace("两", "二")
    found = re.fullmatch(
        rf"(?:(?P<tens>[{_FIGURES[1:]}])?(?P<ten>十))?(?P<one>[{_FIGURES}])?", text)
    if not found:
        return None
    tens = _FIGURES.index(found["tens"] or "一") if found["ten"] else 0
    return Fraction(10 * tens + _FIGURES.index(found["one"] or "零"))


_EARLY, _LATE = r"am|a\.m\.?|上午|早上|早晨|清晨|凌晨", r"pm|p\.m\.?|下午|傍晚|晚上|中午"
_HAN = f"{_FIGURES}两十"
_CLOCK = re.compile(
    rf"(?P<part>{_EARLY}|{_LATE})?(?P<hour>[0-9]{{1,2}}|[{_HAN}]{{1,3}})"
    rf"(?:(?P<mark>[:点时])(?P<minute>[0-9]{{2}}|[{_HAN}]{{1,3}}|半|[一三]刻|整)?分?)?(?P<after>{_EARLY}|{_LATE})?")
_ODD_MINUTES = {None: 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}


def read_clock(text: str) -> str | None:
    """The time of day that a text says, as ``HH:MM``; ``None`` where it says none.

    An hour up to eleven that is only spoken, as in ``3点``, may be of either half of the day.

    >>> [read_clock(text) for text in ("15:30", "１５：３０", "1530", "3:30pm", "下午3点半", "3点")]
    ['15:30', '15:30', '15:30', '15:30', '15:30', None]
    """
    said = re.sub(r"\s", "", plain(text).lower())
    if re.fullmatch(r"[0-9]{3,4}", said):
        said = f"{said[:-2]}:{said[-2:]}"
    found = _CLOCK.fullmatch(said)
    if not found or (found["part"] and found["after"]):
        return None
    part, mark, minute = found["part"] or found["after"], found["mark"], found["minute"]
    if (mark is None and part is None) or (mark == ":" and not (minute or "").isdigit()):
        return None
    hour, minutes = _count(found["hour"]), _ODD_MINUTES.get(minute)
    hour = _of_day(hour, part, spoken=mark != ":")
    minutes = _count(minute) if minutes is None else minutes
    return f"{hour:02}:{minutes:02}" if hour in range(24) and minutes in range(60) else None


def _count(text: str) -> int | None:
    number = Fraction(text) if text.isdigit() else _spoken(text)
    return None if number is None else int(number)


def _of_day(hour: int | None, part: str | None, *, spoken: bool) -> int | None:
    """The hour of 24; ``None`` where it may be another one."""
    if hour is None or (part is None and spoken and 1 <= hour <= 11):
        return None
    if part is None:
        return hour
    if part in ("凌晨", "am", "a.m", "a.m."):
        return hour % 12 if hour <= 12 else None
    if re.fullmatch(_EARLY, part):
        return hour if hour < 12 else None
    if part == "中午":
        return {11: 11, 12: 12, 1: 13, 2: 14}.get(hour)
    if part in ("晚上", "傍晚") and hour % 12 < 5:
        return None  # of the night before, or after
    return hour + 12 if 1 <= hour <= 11 else hour or None


def written(value: object) -> str:
    """A number as it stands in a box; what could not be read as it was typed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    if isinstance(value, float) and math.isfinite(value) and abs(value) < 2**53:
        value = int(value) if value == int(value) else value
    return str(value)
