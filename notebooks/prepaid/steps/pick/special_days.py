"""Days with another use than the rest, as people write them."""

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

import traitlets as tl

from prepaid.i18n import Refusal
from prepaid.steps.inputs import Input
from prepaid.steps.typed import plain, read_number

MAX_DAY_GB = 1000
MAX_TEXT = 500
_SHOWN = 30  # characters of what was typed that a message repeats

_MONTHS = {name: number for number, name in enumerate(
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_WORD = "|".join(_MONTHS)
_DATE = re.compile(
    rf"(?:(?P<year>[0-9]{{4}})\s{{0,9}}[-/.年]\s{{0,9}})?(?P<month>[0-9]{{1,2}})\s{{0,9}}[-/月]\s{{0,9}}(?P<day>[0-9]{{1,2}})(?:\s{{0,9}}[日号])?"
    rf"|(?P<word>{_WORD})[a-z]{{0,9}}\.?\s{{0,9}}(?P<day2>[0-9]{{1,2}})(?:\s{{0,9}},\s{{0,9}}(?P<year2>[0-9]{{4}}))?"
    rf"|(?P<day3>[0-9]{{1,2}})\.?\s{{0,9}}(?P<word3>{_WORD})[a-z]{{0,9}}\.?(?:\s{{0,9}}(?P<year3>[0-9]{{4}}))?"
    r"|(?P<only>[0-9]{1,2})(?:\s{0,9}[日号])?", re.IGNORECASE)
_TO = re.compile(r"\s{0,9}(?:\bto\b|至|到|–|—|~|\.\.+|-)\s{0,9}", re.IGNORECASE)
_AMOUNT = re.compile(  # a comma before a figure is a decimal comma
    r"(?:[\s:=]|每天|用){0,20}+"
    r"((?:[^;,\n]|(?<=[0-9]),(?=[0-9])){1,40}+)(?:$|[;,\n]\s{0,9})")


class SpecialDays(Input, tl.Any):
    """Days with another use than the rest, as text: ``15 Jan: 3 GB; 20 Jan to 22 Jan: 200 MB``.

    A date may be written as ``2027-01-15``, ``1/15``, ``15 Jan``, ``Jan 15``, ``1月15日`` or
    ``1月15号``; the year follows from the stay. Without a unit GB are meant. What is said last
    about a day counts.
    """

    def __init__(self, *, keep: str = "", rare: bool = True):
        super().__init__("", keep=keep, rare=rare)

    def checked(self, value) -> str:
        text = str(value or "").strip()
        if len(text) > MAX_TEXT:
            raise Refusal("special_days", input=self.name, value=text[:_SHOWN] + "…")
        for _ in entries(text, self.name):
            pass
        return text


def entries(text: str, name: str) -> Iterator[tuple[tuple, tuple, int, str]]:
    """What a text says of days: of each entry the first and the last day, each as year, month
    (``None`` where not said) and day, whole MB a day, and the entry as it was typed.

    Raises:
        Refusal: a part that cannot be read.
    """
    rest = plain(text).lstrip(" ;,\n")
    while rest:
        first = _DATE.match(rest)
        end = first.end() if first else 0
        last, to = first, _TO.match(rest, end) if first else None
        if to and (second := _DATE.match(rest, to.end())):
            last, end = second, second.end()
        amount = _AMOUNT.match(rest, end) if first else None
        gb = read_number(amount[1], "GB") if amount else None
        if gb is None or gb < 0:
            raise Refusal("special_days", input=name, value=rest[:_SHOWN])
        if gb > MAX_DAY_GB:
            raise Refusal("special_days_much", input=name, value=rest[:amount.end()].strip(" ;,"),
                          most=MAX_DAY_GB)
        days = _parts(first), _parts(last)
        if days[0][1] is None or (days[1][1] is None and last is first):
            raise Refusal("special_days", input=name, value=rest[:_SHOWN])
        if days[1][1] is None:  # "15 Jan to 17"
            days = days[0], (days[0][0], days[0][1], days[1][2])
        yield *days, math.ceil(Fraction(str(gb)) * 1000), rest[:amount.end()].strip(" ;,\n")
        rest = rest[amount.end():].lstrip(" ;,\n")


def _parts(found: re.Match) -> tuple[int | None, int | None, int]:
    year = found["year"] or found["year2"] or found["year3"]
    word = found["word"] or found["word3"]
    month = _MONTHS[word[:3].lower()] if word else found["month"] and int(found["month"])
    day = found["day"] or found["day2"] or found["day3"] or found["only"]
    return year and int(year), month, int(day)


def special_days(text: str, name: str, start: dt.date, days: int) -> dict[int, int]:
    """The MB of days that differ, by day of the stay from 0.

    Raises:
        Refusal: a part that cannot be read, or a day that is not in the stay.
    """
    found: dict[int, int] = {}
    stay = {start + dt.timedelta(day): day for day in range(days)} if text.strip() else {}
    for first, last, mb, said in entries(text, name):
        ends = [_in_stay(part, stay) for part in (first, last)]
        if None in ends or ends[0] > ends[1]:
            raise Refusal("special_days_outside", input=name, value=said[:_SHOWN], first=start,
                          last=start + dt.timedelta(days - 1))
        found |= dict.fromkeys(range(ends[0], ends[1] + 1), mb)
    return found


def _in_stay(said: tuple, stay: dict[dt.date, int]) -> int | None:
    """The day of the stay that a date means; of two figures the month comes first where both
    orders are in the stay."""
    year, month, day = said
    for one, other in ((month, day), (day, month)):
        for date, number in stay.items():
            if (date.month, date.day) == (one, other) and year in (None, date.year):
                return number
    return None


def told_days(special: dict[int, int]) -> Sequence[tuple[int, int, int]]:
    """Days in a row with the same MB: the first, the last and the MB of each run."""
    runs: list[tuple[int, int, int]] = []
    for day, mb in sorted(special.items()):
        if runs and runs[-1][1:] == (day - 1, mb):
            runs[-1] = (runs[-1][0], day, mb)
        else:
            runs.append((day, day, mb))
    return runs
