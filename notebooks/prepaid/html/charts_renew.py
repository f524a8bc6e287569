"""Time lines of a renewal as SVG: what a top-up does, and what happens to who is late.

Drawn 340 px wide, so that no text is below 12 px on a phone. Colours follow the theme; nothing is
said by colour alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import htpy as h
from markupsafe import Markup

from prepaid.analysis.top_up import TopUp
from prepaid.html.charts import _FONTS, _INK, _QUIET
from prepaid.i18n import Words

_WIDTH = 340
_FIRST, _SECOND, _GAP = "#0072b2", "#00704f", "#b34700"  # 4.5 : 1 and more on white
_STYLE = Markup(
    "@media (prefers-color-scheme: dark) {"
    " .ground {fill:#111111} .ink {fill:#eeeeee} .quiet {fill:#bdbdbd} .axis {stroke:#bdbdbd}"
    " .first {fill:#56b4e9} .second {fill:#2fc794} .gap {stroke:#ff9d5c}"
    " .open {fill:#111111;stroke:#bdbdbd} }")
_DAYS = (1, 2, 5, 10, 15, 30, 60, 90)  # between two ticks


def _svg(height: int, title: str, *parts: h.Node, lang: str) -> h.Element:
    return h.svg(
        {"viewBox": f"0 0 {_WIDTH} {height}", "font-family": _FONTS, "lang": lang},
        xmlns="http://www.w3.org/2000/svg", width=_WIDTH, height=height, font_size=13,
    )[
        h.title[title], h.style[_STYLE],
        h.rect(".ground", width="100%", height="100%", rx=6, fill="#ffffff"), parts,
    ]


def _text(x: float, y: float, text: str, anchor: str = "start", quiet: bool = False) -> h.Element:
    return h.text(x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor,
                  class_="quiet" if quiet else "ink", fill=_QUIET if quiet else _INK)[text]


def first_ends(top_up: TopUp, validity_days: int) -> int:
    """The day on which the first of two purchases makes room for the second, or ends."""
    if top_up.data_from is None or top_up.meaning == "data_only":
        return validity_days
    return min(validity_days, top_up.data_from)


def top_up_line(top_up: TopUp, validity_days: int, words: Words) -> h.Element:
    """Two purchases of one plan over the days of a stay, a bar each, and the days without data."""
    days, left, right = len(top_up.served), 12, _WIDTH - 14
    unit, bottom = (right - left) / days, 86

    def x(day: float) -> float:
        return left + min(day, days) * unit

    def bar(y: int, begin: int, end: int, name: str, label: str) -> h.Node:
        late = x(begin) > _WIDTH / 2
        return (
            _text(x(end) if late else x(begin), y, label, "end" if late else "start"),
            h.rect(f".{name}", x=f"{x(begin):.1f}", y=y + 5, height=9, rx=2,
                   width=f"{max(x(end) - x(begin), 3):.1f}",
                   fill={"first": _FIRST, "second": _SECOND}[name]),
        )

    gaps = [(day, day + 1) for day, served in enumerate(top_up.served) if not served]
    every = next((one for one in _DAYS if days / one <= 6), _DAYS[-1])
    ticks = [0, *range(every, days + 1, every)] if every > 1 else range(days)
    begin = top_up.data_from
    return _svg(
        bottom + 24, words("top_up.picture"),
        bar(16, 0, first_ends(top_up, validity_days), "first", words("top_up.first")),
        bar(48, begin, top_up.end_day, "second", words("top_up.second", n=begin + 1))
        if begin is not None and begin < days
        else _text(left, 48, words("top_up.no_second")),
        (h.line(".gap", x1=f"{x(one):.1f}", x2=f"{x(end):.1f}", y1=72, y2=72, stroke=_GAP,
                stroke_width=4, stroke_dasharray="3 2") for one, end in gaps),
        h.line(".axis", x1=left, x2=right, y1=bottom - 4, y2=bottom - 4, stroke=_QUIET),
        ((h.line(".axis", x1=f"{x(day):.1f}", x2=f"{x(day):.1f}", y1=bottom - 4, y2=bottom,
                 stroke=_QUIET),
          _text(x(day), bottom + 15, words.number(day + 1 if every == 1 else max(day, 1)),
                "middle" if day else "start", quiet=True)) for day in ticks),
        lang=words.language,
    )


class Station(NamedTuple):
    """What happens, and when; ``known`` is whether that day is known."""

    state: str
    when: str
    known: bool


def late_line(stations: Sequence[Station], words: Words) -> h.Element:
    """What happens after a cycle has ended, from top to bottom; not to scale."""
    row, at = 42, 14
    return _svg(
        row * len(stations) + 8, words("late.picture"),
        h.line(".axis", x1=at, x2=at, y1=22, y2=22 + row * (len(stations) - 1), stroke=_QUIET,
               stroke_width=2),
        ((h.circle(class_="first" if one.known else "open", cx=at, cy=22 + row * place, r=6,
                   fill=_FIRST if one.known else "#ffffff",
                   stroke=_FIRST if one.known else _QUIET, stroke_width=2),
          _text(at + 18, 20 + row * place, one.state),
          _text(at + 18, 36 + row * place, one.when, quiet=True))
         for place, one in enumerate(stations)),
        lang=words.language,
    )


def phone_with_eid(words: Words) -> h.Element:
    """A phone on which *#06# was dialled, and its line EID."""
    lines = [("EID", "• • •", "ready.eid.digits_eid"), ("IMEI", "• • •", "ready.eid.digits_imei")]
    return _svg(
        176, words("ready.eid.picture"),
        h.rect(".axis", x=10, y=8, width=150, height=160, rx=16, fill="none", stroke=_QUIET,
               stroke_width=2),
        _text(85, 40, "*#06#", "middle"),
        ((_text(28, 80 + 44 * place, f"{name} {shown}"),
          h.line(".axis", x1=118, x2=180, y1=76 + 44 * place, y2=76 + 44 * place, stroke=_QUIET),
          _text(186, 80 + 44 * place, words(key)))
         for place, (name, shown, key) in enumerate(lines)),
        lang=words.language,
    )
