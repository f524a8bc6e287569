"""What people type or paste into a box, read right or not at all."""

import math
import re
import unicodedata
from fractions import Fraction
from functools import cache

from prepaid.i18n import seen

_ONE = {"GB": 1000, "MB": 1}
_DATA = {  # in MB
    **dict.fromkeys(("gb", "g", "gig", "gigs", "gigabyte", "gigabytes"), 1000), "tb": 10**6,
    **dict.fromkeys(("mb", "m", "megs", "megabyte", "megabytes", "兆"), 1)}
_DAYS = dict.fromkeys(("d", "day", "days", "天", "日"), 1) | dict.fromkeys(
    ("week", "weeks", "wk", "wks", "周", "星期", "礼拜"), 7) | {"fortnight": 14}
_NIGHTS = ("night", "nights", "晚", "夜")
_UNITS = {  # of each kind of box what may follow a number, and how much of the box's unit it is
    **{box: {unit: Fraction(mb, one) for unit, mb in _DATA.items()} for box, one in _ONE.items()},
    "days": _DAYS,
    "stay": _DAYS | dict.fromkeys(_NIGHTS, 1),
    "hours": dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时", "钟头"), 1) | dict.fromkeys(
        ("m", "min", "mins", "minute", "minutes", "分", "分钟"), Fraction(1, 60)),
    "times": dict.fromkeys(("x", "time", "times", "次", "趟", "回", "个", "条", "封"), 1),
    "USD": dict.fromkeys(("usd", "us$", "$", "dollar", "dollars", "bucks", "美元", "美金", "刀"),
                         1) | dict.fromkeys(("cent", "cents", "¢", "美分"), Fraction(1, 100)),
    "%": dict.fromkeys(("%", "percent"), 1),
}
_BEFORE = {"USD": r"usd|us\$|\$|美元"}
_NONE = {"none", "no", "nothing", "free", "无", "没有", "不用", "免费"}

_FIGURES = "零一二三四五六七八九"
_AS_FIGURES = str.maketrans(_FIGURES + "〇两", "012345678902")
_SPOKEN = re.compile("(?:([1-9])千)?(?:0?([1-9])百)?(?:0?([1-9]?)(十))?"
                     "(?:(?:0|(?<![百千]))([0-9]))?")
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
         "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_MANY = {"百": 100, "千": 1000, "万": 10**4}
_WORD = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(_ONES)}"
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}([,'’ ])[0-9]{3}(\1[0-9]{3})*")
_WHOLE = re.compile(r"[-+]?(|[0-9]+|[1-9][0-9]{0,2}([,.'’ ])[0-9]{3}(\2[0-9]{3})*)")

_LONGEST = 60  # characters of a text that is a number or a time
_AS_TYPED = str.maketrans("。、−點時個兩週號鐘萬", ".,-点时个两周号钟万")
_PART_OF_ONE = re.compile(r"\s?([¼-¾⅐-⅞])")
_RAISED = re.compile("[²³¹⁰-₉]")  # or a mark of a footnote would become a digit
_ABOUT = re.compile(
    r"^(?:about|around|roughly|approx\.?|ca\.?|[~≈]|大约|大概|差不多|约)\s?|(?:左右|上下)$")


def plain(text: str) -> str:
    """Text as a keyboard of the US has it: no full-width characters, Chinese stops or traditional
    characters, and nothing that cannot be seen."""
    text = _PART_OF_ONE.sub(lambda found: str(unicodedata.numeric(found[1]))[1:], seen(text))
    return unicodedata.normalize("NFKC", _RAISED.sub("^", text)).translate(_AS_TYPED).strip()


def _bare(text: str) -> str:
    """The same in small letters, without quotation marks, a stop at the end, or "about"."""
    text = plain(text).lower().lstrip("='\"“‘ ").rstrip(".,;!\"”’ ")
    return _ABOUT.sub("", text).strip()


@cache
def _number(unit: str) -> re.Pattern:
    """A number in a box of that unit; what repeats is bounded, else a long run would take long."""
    units = "|".join(map(re.escape, sorted(_UNITS.get(unit, ()), key=len, reverse=True))) or "(?!)"
    return re.compile(
        rf"(?:{_BEFORE.get(unit, '')})?\s{{0,9}}(?:"
        r"(?P<digits>[-+]?(?:[0-9][0-9.,'’ ]{0,30}|\.[0-9]{1,20}))\s?(?P<many>[百千万])?"
        rf"|(?P<spoken>[{_FIGURES}〇两十百千]{{1,9}})(?P<many2>万)?"
        rf"|(?P<word>{_WORD})(?![a-z])|(?P<half>半|half(?:\san?)?(?![a-z]))|(?P<one>an?)(?=\s))"
        rf"\s{{0,9}}(?:个(?P<more>半)?\s{{0,9}}(?=[^\s半]))?(?P<unit>{units})?(?![a-z])"
        r"\s{0,9}(?:and|零|又)?\s{0,9}")


def read_number(text: str, unit: str = "") -> float | None:
    """The number that a text says, in the unit of its box; ``None`` where it says none.

    A comma alone is a decimal comma, unless just three digits follow it, as in ``1,000``. A unit
    may be written; one that cannot be turned into that of the box makes it no number. Parts of
    smaller and smaller units add up.

    Args:
        text: as typed.
        unit: of the box: ``GB``, ``MB``, ``days``, ``stay`` (days, of which nights are one less),
            ``hours``, ``times``, ``USD``, ``%``; "" for a box that has none.

    >>> [read_number(text) for text in ("12,5", "１５", "3。5", "1,000.50", "1万", "", "some")]
    [12.5, 15, 3.5, 1000.5, 10000, None, None]
    >>> [read_number(text, "GB") for text in ("500MB", "3个G", "两百兆", "about 2 gigs", "30 天")]
    [0.5, 3, 0.2, 2, None]
    >>> [read_number(text, "stay") for text in ("two weeks", "1周3天", "14晚", "14 GB")]
    [14, 10, 15, None]
    """
    if len(text) > _LONGEST or not (text := _bare(text)):
        return None
    if text in _NONE and unit in _UNITS.keys() - {"days", "stay"}:
        return 0
    if unit == "hours":
        text = re.sub(r"^([0-9]{1,2})[:h]([0-5][0-9])$", r"\1h\2m", text)
    number, at, units = Fraction(0), 0, []
    while at < len(text):
        found = _number(unit).match(text, at)
        part = found and _figures(found)
        if part is None:
            return None
        size = _UNITS[unit][found["unit"]] if found["unit"] else None
        units.append(size)
        number += part * (size or 1) + (found["unit"] in _NIGHTS)
        at = found.end()
    in_order = None not in units and units == sorted({*units}, reverse=True)
    if (len(units) > 1 and not in_order) or abs(number) >= 10**300:
        return None
    return int(number) if number == int(number) and abs(number) < 2**53 else float(number)


def _figures(found: re.Match) -> Fraction | None:
    if found["half"] or found["one"]:
        return Fraction(1, 2 if found["half"] else 1)
    if found["word"]:
        tens, _, ones = found["word"].replace("-", " ").partition(" ")
        if tens in _TENS:
            return Fraction(20 + 10 * _TENS.index(tens) + _ONES.index(ones or "zero"))
        return Fraction(_ONES.index(tens))
    number = spoken(found["spoken"]) if found["spoken"] else _written_figures(found["digits"])
    if number is None:
        return None
    return (number + Fraction(bool(found["more"]), 2)) * _MANY.get(
        found["many"] or found["many2"] or "", 1)


def _written_figures(digits: str) -> Fraction | None:
    digits = digits.rstrip(" ,")
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


def spoken(text: str) -> Fraction | None:
    """A number up to 9999 as Chinese says it; ``None`` where it is none, or may be another one.

    >>> [spoken(text) and int(spoken(text)) for text in ("十四", "两百零五", "一百五")]
    [14, 205, None]
    """
    found = _SPOKEN.fullmatch(text.translate(_AS_FIGURES))
    if not found or not text:
        return None
    thousands, hundreds, tens, ten, ones = found.groups()
    tens = (tens or "1") if ten else "0"
    return Fraction(int(f"{thousands or 0}{hundreds or 0}{tens}{ones or 0}"))


_EARLY = r"am|a\.m\.?|早[上晨]?|上午|清晨|凌晨"
_LATE = r"pm|p\.m\.?|下午|傍晚|晚[上间]?|夜[里晚]|中午"
_HAN = f"{_FIGURES}〇两十"
_CLOCK = re.compile(
    rf"(?P<part>{_EARLY}|{_LATE})?(?P<hour>[0-9]{{1,2}}|[{_HAN}]{{1,3}})"
    rf"(?:(?P<mark>[:.点时h])(?P<minute>[0-9]{{2}}(?::[0-5][0-9])?|[{_HAN}]{{1,3}}|半|[一三]刻|整)?分?)?"
    rf"(?:钟|o['’]?clock|uhr)?(?P<after>{_EARLY}|{_LATE})?")
_ODD_MINUTES = {None: 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}


def read_clock(text: str) -> str | None:
    """The time of day that a text says, as ``HH:MM``; ``None`` where it says none, or may be
    another one, as an hour up to six without anything else.

    >>> [read_clock(text) for text in ("15:30", "１５.３０", "下午3点半", "9", "3", "晚上12点")]
    ['15:30', '15:30', '15:30', '09:00', None, None]
    """
    said = re.sub(r"\s", "", _bare(text)) if len(text) <= _LONGEST else ""
    if said in ("noon", "正午", "中午"):
        return "12:00"
    if re.fullmatch(r"[0-9]{3,4}", said):
        said = f"{said[:-2]}:{said[-2:]}"
    found = _CLOCK.fullmatch(said)
    if not found or (found["part"] and found["after"]):
        return None
    part, mark, minute = found["part"] or found["after"], found["mark"], found["minute"]
    if mark in (":", ".") and not (minute or "")[:1].isdigit():
        return None
    hour = _of_day(_count(found["hour"]), part)
    if part is None and hour in range(1, 7) and found["hour"][0] != "0" and mark not in (":", "."):
        return None
    minutes = _ODD_MINUTES.get(minute)
    minutes = _count(minute[:2] if minute[0].isdigit() else minute) if minutes is None else minutes
    return f"{hour:02}:{minutes:02}" if hour in range(24) and minutes in range(60) else None


def _count(text: str) -> int | None:
    number = Fraction(text) if text.isdigit() else spoken(text)
    return None if number is None else int(number)


def _of_day(hour: int | None, part: str | None) -> int | None:
    """The hour of 24; ``None`` where it may be another one."""
    if hour is None or part is None:
        return hour
    if part in ("凌晨", "am", "a.m", "a.m."):
        return hour % 12 if hour <= 12 else None
    if re.fullmatch(_EARLY, part):
        return hour if hour < 12 else None
    if part == "中午":
        return {11: 11, 12: 12, 1: 13, 2: 14}.get(hour)
    if part[0] in "晚夜傍" and hour % 12 < 5:
        return None  # of the night before, or after
    return hour + 12 if 1 <= hour <= 11 else hour or None


def written(value: object) -> str:
    """A number as it stands in a box; what could not be read as it was typed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    if isinstance(value, float) and math.isfinite(value) and abs(value) < 2**53:
        value = int(value) if value == int(value) else value
    return str(value)


def read_otherwise(text: str, value: object) -> bool:
    """Whether a box says its number or its time in other figures than those that were read, or in
    such as may be read otherwise, as 1.000.

    >>> [read_otherwise(*pair) for pair in (("14 天", 14), ("500MB", 0.5), ("9", "09:00"))]
    [False, True, True]
    """
    if isinstance(value, str):
        return bool(value) and value != plain(text).zfill(5)
    figures = re.findall(r"[0-9]+(?:[.,][0-9]+)?", plain(text)[:_LONGEST])
    either = any(re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", one) for one in figures)
    return either or [float(one.replace(",", ".")) for one in figures] != [abs(value)]
