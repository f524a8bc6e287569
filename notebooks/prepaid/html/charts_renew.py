"""Time lines of a renewal: what a top-up does, and what happens to who is late; and a phone."""

from collections.abc import Sequence
from typing import NamedTuple

import htpy as h

from prepaid.analysis.top_up import TopUp
from prepaid.html.drawing import COLOURS, GROUND, PHONE, QUIET, bar, line, svg, text
from prepaid.i18n import Words

_FIRST, _GAP, _SECOND = COLOURS
_DAYS = (1, 2, 5, 10, 15, 30, 60, 90)  # between two ticks


def first_ends(top_up: TopUp, validity_days: int) -> int:
    """The day on which the first of two purchases makes room for the second, or ends."""
    if top_up.data_from is None or top_up.meaning == "data_only":
        return validity_days
    return min(validity_days, top_up.data_from)


def top_up_line(top_up: TopUp, validity_days: int, words: Words) -> h.Element:
    """Two purchases of one plan over the days of a stay, a bar each, and the days without data."""
    days, left, right = len(top_up.served), 12, PHONE - 14
    unit, bottom = (right - left) / days, 86

    def x(day: float) -> float:
        return left + min(day, days) * unit

    def named(y: int, begin: int, end: int, colour: str, label: str) -> h.Node:
        late = x(begin) > PHONE / 2
        return (text(x(end) if late else x(begin), y, label, "end" if late else "start"),
                bar(x(begin), x(end), y + 5, colour, 9))

    gaps = [(day, day + 1) for day, served in enumerate(top_up.served) if not served]
    every = next((one for one in _DAYS if days / one <= 6), _DAYS[-1])
    ticks = [0, *range(every, days + 1, every)] if every > 1 else range(days)
    begin = top_up.data_from
    return svg(
        PHONE, bottom + 24,
        named(16, 0, first_ends(top_up, validity_days), _FIRST, words("top_up.first")),
        named(48, begin, top_up.end_day, _SECOND, words("top_up.second", n=begin + 1))
        if begin is not None and begin < days
        else text(left, 48, words("top_up.no_second")),
        (line(x(one), 72, x(end), 72, _GAP, stroke_width=4, stroke_dasharray="3 2")
         for one, end in gaps),
        line(left, bottom - 4, right, bottom - 4, QUIET),
        ((line(x(day), bottom - 4, x(day), bottom, QUIET),
          text(x(day), bottom + 15, words.number(day + 1 if every == 1 else max(day, 1)),
               "middle" if day else "start", QUIET)) for day in ticks),
        lang=words.language, title=words("top_up.picture"),
    )


class Station(NamedTuple):
    """What happens, and when; ``known`` is whether that day is known."""

    state: str
    when: str
    known: bool


def late_line(stations: Sequence[Station], words: Words) -> h.Element:
    """What happens after a cycle has ended, from top to bottom; not to scale."""
    row, at = 42, 14
    return svg(
        PHONE, row * len(stations) + 8,
        line(at, 22, at, 22 + row * (len(stations) - 1), QUIET, stroke_width=2),
        ((h.circle(cx=at, cy=22 + row * place, r=6, fill=_FIRST if one.known else GROUND,
                   stroke=_FIRST if one.known else QUIET, stroke_width=2),
          text(at + 18, 20 + row * place, one.state),
          text(at + 18, 36 + row * place, one.when, fill=QUIET))
         for place, one in enumerate(stations)),
        lang=words.language, title=words("late.picture"),
    )


def phone_with_eid(words: Words) -> h.Element:
    """A phone on which *#06# was dialled, and its line EID."""
    lines = [("EID", "• • •", "ready.eid.digits_eid"), ("IMEI", "• • •", "ready.eid.digits_imei")]
    return svg(
        PHONE, 176,
        h.rect(x=6, y=8, width=112, height=160, rx=16, fill="none", stroke=QUIET, stroke_width=2),
        text(62, 40, "*#06#", "middle"),
        ((text(16, 80 + 44 * place, f"{name} {shown}"),
          line(96, 76 + 44 * place, 128, 76 + 44 * place, QUIET),
          text(132, 80 + 44 * place, words(key)))
         for place, (name, shown, key) in enumerate(lines)),
        lang=words.language, title=words("ready.eid.picture"),
    )
