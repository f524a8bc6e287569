"""Appointments as an iCalendar file (RFC 5545), in UTF-8, with their time zone in it.

Written here, since a library for all of iCalendar takes 2 MB in each kernel for this small part.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

_LENGTH = dt.timedelta(minutes=30)
_AROUND, _DAY, _SECOND = dt.timedelta(366), dt.timedelta(1), dt.timedelta(seconds=1)
_LINE = 75  # bytes


class Appointment(NamedTuple):
    """Half an hour in a calendar.

    Attributes:
        uid: the same where it replaces what was read in before.
        at: when it begins, in the time zone of all in the file.
        stamp: when it was written down, in UTC.
        alarms: days before ``at``, and what is told then.
    """

    uid: str
    at: dt.datetime
    stamp: dt.datetime
    summary: str
    description: str
    alarms: Sequence[tuple[int, str]]


def calendar_text(prodid: str, uid: str, name: str, appointments: Sequence[Appointment]) -> bytes:
    """The file; there is at least one appointment, and all are in one time zone.

    Example:
        >>> at = dt.datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
        >>> one = Appointment("1", at, at, "Buy; pay", "", [(2, "soon")])
        >>> calendar_text("-//a//EN", "0", "Mine", [one]).decode().splitlines()[-10]
        'SUMMARY:Buy\\\\; pay'
    """
    zone: ZoneInfo = appointments[0].at.tzinfo
    times = [one.at for one in appointments]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_text(prodid)}", f"NAME:{_text(name)}",
             f"X-WR-CALNAME:{_text(name)}", f"UID:{_text(uid)}",
             *_timezone(zone, min(times) - _AROUND, max(times) + _AROUND)]
    for one in appointments:
        lines += _event(one, zone)
    return b"".join(_folded([*lines, "END:VCALENDAR"]))


def _event(one: Appointment, zone: ZoneInfo) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(one.uid)}"
    yield f"DTSTAMP:{one.stamp:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID={zone.key}:{_local(one.at)}"
    yield f"DTEND;TZID={zone.key}:{_local(one.at + _LENGTH)}"
    yield f"SUMMARY:{_text(one.summary)}"
    yield f"DESCRIPTION:{_text(one.description)}"
    yield "TRANSP:TRANSPARENT"
    for days, told in one.alarms:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"TRIGGER:{'-' * (days > 0)}P{days}D"
        yield f"DESCRIPTION:{_text(told)}"
        yield "END:VALARM"
    yield "END:VEVENT"


def _timezone(zone: ZoneInfo, first: dt.datetime, last: dt.datetime) -> Iterator[str]:
    """What the clock shows from the first moment to the last: a part for each of its changes."""
    moment = first.astimezone(dt.UTC).replace(second=0, microsecond=0)
    before = moment.astimezone(zone)
    yield from ("BEGIN:VTIMEZONE", f"TZID:{zone.key}", *_from_then_on(before, before))
    while moment < last:
        later = moment + _DAY
        if later.astimezone(zone).utcoffset() != moment.astimezone(zone).utcoffset():
            early, late = moment, later
            while late - early > _SECOND:
                middle = early + (late - early) // 2 // _SECOND * _SECOND
                same = middle.astimezone(zone).utcoffset() == moment.astimezone(zone).utcoffset()
                early, late = (middle, late) if same else (early, middle)
            yield from _from_then_on(early.astimezone(zone), late.astimezone(zone))
        moment = later
    yield "END:VTIMEZONE"


def _from_then_on(before: dt.datetime, after: dt.datetime) -> Iterator[str]:
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    change = before.utcoffset() - after.utcoffset()
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{_local(after.replace(tzinfo=None) + change)}"  # by the clock before
    yield f"TZNAME:{after.tzname()}"
    yield f"TZOFFSETFROM:{before:%z}"
    yield f"TZOFFSETTO:{after:%z}"
    yield f"END:{kind}"


def _local(at: dt.datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S}"


def _text(text: str) -> str:
    escaped = re.sub(r"([\\;,])", r"\\\1", text)
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", re.sub(r"\r\n?|\n", r"\\n", escaped))


def _folded(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines of at most 75 bytes; no character is cut in two."""
    for line in lines:
        rest = line.encode("utf-8", "replace")
        while len(rest) > _LINE:
            cut = _LINE
            while rest[cut] & 0xC0 == 0x80:
                cut -= 1
            yield rest[:cut] + b"\r\n"
            rest = b" " + rest[cut:]
        yield rest + b"\r\n"
