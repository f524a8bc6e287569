"""Days with another use than the rest, as people write them."""

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import traitlets as tl

from prepaid.i18n import Refusal
from prepaid.steps.inputs import Input
from prepaid.steps.typed import plain, read_number, spoken

MAX_DAY_GB = 1000
MAX_TEXT = 500
_SHOWN = 30  # characters of what was typed that a message repeats

_MONTHS = ["jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?",
           "aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?"]
_WORD = rf"(?:{'|'.join(_MONTHS)})(?![a-z])\.?"
_S = r"\s{0,9}"
_DAY = "[0-9]{1,2}(?![0-9])"
_DATE = re.compile(  # of two figures either may be the month
    rf"(?P<year>[0-9]{{4}}){_S}[-/.年]{_S}(?P<month>{_DAY}){_S}[-/.月]{_S}(?P<day>{_DAY})(?:{_S}[日号])?"
    rf"|(?P<year1>[0-9]{{4}})(?P<month1>[0-9]{{2}})(?P<day1>[0-9]{{2}})"
    rf"|(?P<month2>{_DAY}){_S}月{_S}(?P<day2>{_DAY})(?:{_S}[日号])?"
    rf"|(?P<one>{_DAY})(?:[-/.](?P<other>{_DAY})(?:[-/.](?P<year3>[0-9]{{4}})|/(?P<short>[0-9]{{2}})|\.)?)"
    rf"|(?P<word>{_WORD}){_S}(?P<day4>{_DAY})(?:st|nd|rd|th)?(?:{_S},?{_S}(?P<year4>[0-9]{{4}}))?"
    rf"|(?P<day5>{_DAY})(?:st|nd|rd|th|\.)?{_S}(?:of\s)?{_S}(?P<word5>{_WORD})(?:{_S},?{_S}(?P<year5>[0-9]{{4}}))?"
    rf"|(?P<only>{_DAY})(?:st|nd|rd|th)?(?:{_S}[日号])?", re.IGNORECASE)
_D = re.sub(r"\?P<\w+>", "?:", _DATE.pattern)
_TO = rf"{_S}(?:\bto\b|until|till|through|至|到|–|—|~|\.\.+|-){_S}"
_AND = rf"{_S}(?:,|and|&|和|及){_S}"
_SPAN = re.compile(rf"(?P<first>{_D})(?:{_TO}(?P<last>{_D}))?(?:{_AND}|$)", re.IGNORECASE)
_ENTRY = re.compile(  # a comma before a figure is a decimal comma
    rf"(?:(?:from|on|the|从|自)\s?){{0,2}}(?P<spans>(?:{_D})(?:{_TO}(?:{_D}))?"
    rf"(?:{_AND}(?:{_D})(?:{_TO}(?:{_D}))?){{0,20}})"
    rf"(?:[\s:=,(]|[-–]\s|每天|各|用){{0,20}}+(?!{_WORD}|[gm]b?\b)"
    r"(?P<amount>(?:[^;,\n|]|(?<=[0-9]),(?=[0-9])){1,40}+)"
    r"(?:$|[;,\n|]\s{0,9})", re.IGNORECASE)
_A_DAY = re.compile(r"\s?(?:/\s?day|a day|per day|each|/天|每天|一天)$", re.IGNORECASE)
_STOP = re.compile("(?<![0-9])。|。(?![0-9])")
_HAN = re.compile("[零一二三四五六七八九十]{1,3}(?=[月日号])")


class Said(NamedTuple):
    """A date as it was written."""

    text: str
    year: int | None
    ways: tuple[tuple[int | None, int], ...]  # month, where it is said, and day


class SpecialDays(Input, tl.Any):
    """Days with another use than the rest, as text: ``15 Jan: 3 GB; 20 Jan to 22 Jan: 200 MB``.

    A date may be written as ``2027-01-15``, ``1/15``, ``15 Jan``, ``Jan 15``, ``1月15日`` and in
    similar ways; the year follows from the stay. Without a unit GB are meant. What is said last
    about a day counts.
    """

    def __init__(self, *, keep: str = "", rare: bool = True):
        super().__init__("", keep=keep, rare=rare)

    def checked(self, value) -> str:
        text = str(value or "").strip()
        if len(text) > MAX_TEXT:
            raise Refusal("special_days_long", input=self.name, most=MAX_TEXT)
        for _ in entries(text, self.name):
            pass
        return text


def entries(text: str, name: str) -> Iterator[tuple[Said, Said, int, str]]:
    """What a text says of days: of days in a row the first and the last, whole MB a day, and the
    entry as it was typed.

    Raises:
        Refusal: a part that cannot be read.
    """
    rest = _HAN.sub(lambda found: str(spoken(found[0]) or found[0]), plain(_STOP.sub(";", text)))
    while rest := rest.lstrip(" ;,\n|"):
        entry = _ENTRY.match(rest)
        gb = read_number(_A_DAY.sub("", entry["amount"].rstrip(" )")), "GB") if entry else None
        typed = rest[:entry.end()].strip(" ;,\n|")[:_SHOWN] if entry else rest[:_SHOWN]
        if gb is None or gb < 0:
            raise Refusal("special_days", input=name, value=typed)
        if gb > MAX_DAY_GB:
            raise Refusal("special_days_much", input=name, value=typed, most=MAX_DAY_GB)
        before = None
        for span in _SPAN.finditer(entry["spans"]):
            first = _said(span["first"])
            last = _said(span["last"]) if span["last"] else first
            first = _filled(first, last if last is not first else before)
            last = _filled(last, first)
            if first.ways[0][0] is None:
                raise Refusal("special_days", input=name, value=typed)
            before = last
            yield first, last, math.ceil(Fraction(str(gb)) * 1000), typed
        rest = rest[entry.end():]


def _said(text: str) -> Said:
    found = {name.rstrip("12345"): part for name, part in _DATE.fullmatch(text).groupdict().items()
             if part}
    if short := found.get("short"):
        found["year"] = f"20{short}"
    if "one" in found:
        one, other = int(found["one"]), int(found["other"])
        ways = (one, other), (other, one)
    elif "only" in found:
        ways = (None, int(found["only"])),
    else:
        word = found.get("word", "").lower().rstrip(".")
        named = [month for month, name in enumerate(_MONTHS, 1) if re.fullmatch(name, word)]
        ways = (named[0] if named else int(found["month"]), int(found["day"])),
    return Said(text, int(found["year"]) if "year" in found else None, ways)


def _filled(said: Said, by: Said | None) -> Said:
    """A date with the month of another one, as in "15 to 17 Jan", where it has none."""
    if by is None or said.ways[0][0] is not None:
        return said
    (_, day), = said.ways
    return Said(said.text, by.year, tuple((month, day) for month, _ in by.ways))


def special_days(text: str, name: str, start: dt.date, days: int) -> dict[int, int]:
    """The MB of days that differ, by day of the stay from 0.

    Raises:
        Refusal: a part that cannot be read, a date that is none, or may be either of two, days in
            the wrong order, or one that is not in the stay.
    """
    found: dict[int, int] = {}
    end = start + dt.timedelta(days - 1)
    for first, last, mb, typed in entries(text, name):
        ends = [_date(said, name, start, end) for said in (first, last)]
        if ends[0] > ends[1]:
            raise Refusal("special_days_order", input=name, value=typed)
        if ends[0] < start or ends[1] > end:
            raise Refusal("special_days_outside", input=name, value=typed, first=start, last=end)
        one, other = ((date - start).days for date in ends)
        found |= dict.fromkeys(range(one, other + 1), mb)
    return found


def _date(said: Said, name: str, start: dt.date, end: dt.date) -> dt.date:
    """The date that is meant: in the stay if it can be, or else near to it."""
    dates = []
    for month, day in said.ways:
        for year in [said.year] if said.year else range(start.year - 1, end.year + 2):
            try:
                dates.append(dt.date(year, month, day))
            except ValueError:
                continue
    inside = sorted({date for date in dates if start <= date <= end})
    if len(inside) > 1:
        raise Refusal("special_days_either", input=name, value=said.text, one=inside[0],
                      other=inside[1])
    if not dates:
        raise Refusal("special_days_no_date", input=name, value=said.text)
    return inside[0] if inside else min(
        dates, key=lambda date: max(start - date, date - end))


def told_days(special: dict[int, int]) -> Sequence[tuple[int, int, int]]:
    """Days in a row with the same MB: the first, the last and the MB of each run."""
    runs: list[tuple[int, int, int]] = []
    for day, mb in sorted(special.items()):
        if runs and runs[-1][1:] == (day - 1, mb):
            runs[-1] = (runs[-1][0], day, mb)
        else:
            runs.append((day, day, mb))
    return runs
