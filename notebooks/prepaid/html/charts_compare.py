"""Pictures of lesson 3: where each size is the cheapest, and price against data.

Drawn for the width of a phone, in letters that stay readable there; in a dark page they are dark.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import htpy as h
import pandas as pd
from markupsafe import Markup

from prepaid.html.charts import _FONTS, _INK, _QUIET, _ticks
from prepaid.i18n import Words

_WIDTH, _SIZE = 360, 13.5
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, _WIDTH - 14, 56, 232
_COLOURS = ("#0072b2", "#b34700", "#00704f")
_DASHES = ("", "8 4", "2 3")
# The colours of a dark page, by those of a light one.
_DARK = {"#ffffff": "#1b1b1b", _INK: "#f0f0f0", _QUIET: "#c4c4c4", "#cccccc": "#555555",
         "#0072b2": "#63b8ee", "#b34700": "#ff9a57", "#00704f": "#4fd0a4"}
_STYLE = Markup("@media (prefers-color-scheme: dark){{{}}}").format(Markup("").join(
    Markup('[fill="{0}"]{{fill:{1}}}[stroke="{0}"]{{stroke:{1}}}').format(light, dark)
    for light, dark in _DARK.items()))


class Zone(NamedTuple):
    """A range of use, in MB a day, and the number of the size that is the cheapest there."""

    low: int
    high: int
    size: int | None


def _svg(height: int, title: str, *parts: h.Node, lang: str) -> h.Element:
    return h.svg(
        {"viewBox": f"0 0 {_WIDTH} {height}", "font-family": _FONTS, "lang": lang},
        xmlns="http://www.w3.org/2000/svg", width=_WIDTH, height=height, font_size=f"{_SIZE}",
    )[
        h.style[_STYLE],
        h.rect(width="100%", height="100%", rx=6, fill="#ffffff"),
        h.text(x=8, y=18, fill=_INK, font_weight="bold")[title],
        parts,
    ]


def _text(x: float, y: float, text: str, anchor: str = "start", fill: str = _QUIET) -> h.Element:
    return h.text(x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, fill=fill)[text]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#cccccc", **more) -> h.Element:
    return h.line(x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", stroke=colour,
                  **more)


def _letters(text: str) -> float:
    """About how wide a text is drawn."""
    return _SIZE * sum(1 if ord(letter) > 0x2e80 else .58 for letter in text)


def _apart(places: Sequence[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """Labels around their places from the left, without those that would run into another one or
    over the edge of the picture."""
    free = 0.0
    for x, text in places:
        half = _letters(text) / 2
        middle = min(x, _WIDTH - 4 - half)
        if middle - half >= free:
            free = middle + half + 8
            yield middle, text


def _axes(y, ticks: Sequence[float], x_name: str, words: Words) -> h.Node:
    """Lines across for the money, and what the axes mean."""
    return (
        ((_line(_LEFT, y(cents), _RIGHT, y(cents)),
          _text(_LEFT - 6, y(cents) + 5, words.money(int(cents)), "end"))
         for cents in ticks),
        _line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, _QUIET),
        _text((_LEFT + _RIGHT) / 2, _BOTTOM + 40, x_name, "middle"),
    )


def break_even(
    curves: pd.DataFrame, zones: Sequence[Zone], names: Mapping[str, str], words: Words
) -> h.Element:
    """The total of each size against use, with the uses marked at which the best size changes.

    Args:
        curves: cents, indexed by MB per day, see :func:`prepaid.analysis.sizes.cost_curve`; what is
            dearer than the dearest best size by half is cut off.
        zones: where which size is the cheapest, from 1 MB to the last use of ``curves``.
        names: what to call each column; only these are drawn.
    """
    most_mb = curves.index[-1]
    best = curves[list(names)].min(axis=1).dropna()
    most = max(best.max() * 1.5, 100) if len(best) else 100

    def x(mb: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * mb / most_mb

    def y(cents: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * cents / most

    def curve(number: int, column: str) -> h.Node:
        known = curves[column].dropna()
        known = known[known <= most]
        if known.empty:
            return None
        points = [(0, known.iloc[0])]
        for mb, cents in known.items():  # a total holds for all uses since the one before
            points += [(points[-1][0], cents), (mb, cents)]
        return h.polyline(
            points=" ".join(f"{x(mb):.1f},{y(cents):.1f}" for mb, cents in points), fill="none",
            stroke=_COLOURS[number], stroke_width="2.5", stroke_dasharray=_DASHES[number] or None)

    def zone(one: Zone) -> h.Node:
        if one.size is None:
            return None
        low, high = x(one.low - 1), x(min(one.high, most_mb))
        return h.rect(x=f"{low:.1f}", y=_TOP, width=f"{max(high - low, 0):.1f}",
                      height=_BOTTOM - _TOP, fill=_COLOURS[one.size], fill_opacity=".14")

    def legend() -> Iterator[h.Node]:
        at = 8.0
        for number, column in enumerate(names):
            yield _line(at, 36, at + 26, 36, _COLOURS[number], stroke_width="2.5",
                        stroke_dasharray=_DASHES[number] or None)
            yield _text(at + 32, 41, names[column])
            at += 32 + _letters(names[column]) + 16

    crossings = [one.low for one in zones[1:] if one.low <= most_mb]
    labels = list(_apart([(x(mb), words.data(mb)) for mb in crossings]))
    natural = [(x(mb), words.data(int(mb))) for mb in _ticks(most_mb, 4)]
    return _svg(
        _BOTTOM + 52, words("break_even.title"),
        map(zone, zones),
        _axes(y, _ticks(most, 4), words("chart.use_per_day"), words),
        (_line(x(mb), _TOP, x(mb), _BOTTOM + 5, _INK, stroke_dasharray="3 3") for mb in crossings),
        (_text(at, _BOTTOM + 20, text, "middle", _INK) for at, text in labels),
        (_text(at, _BOTTOM + 20, text, "middle") for at, text in _apart(natural)
         if all(abs(at - other) > (_letters(text) + _letters(label)) / 2 + 8
                for other, label in labels)),
        (curve(number, column) for number, column in enumerate(names)),
        legend(),
        lang=words.language,
    )


def price_edge(found: pd.DataFrame, words: Words) -> h.Element:
    """Packages as dots, price against data, and the edge that none undercuts, its dots numbered.

    Args:
        found: see :func:`prepaid.analysis.price_edge.price_edge`.
    """
    limited = found[found["gb"] < math.inf]
    least, top_gb = min(limited["gb"].min(), 1), max(limited["gb"].max(), 2)
    end = _RIGHT - 46  # behind it is what has no limit
    most = found["cents"].max()

    def x(gb: float) -> float:
        if gb == math.inf:
            return _RIGHT - 14
        return _LEFT + 8 + (end - _LEFT - 8) * math.log(gb / least) / math.log(top_gb / least)

    def y(cents: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * cents / (most * 1.05)

    edge = found[found["edge"]].sort_values("gb")
    spots = [(x(gb), y(cents)) for gb, cents in zip(edge["gb"], edge["cents"], strict=True)]
    steps = " ".join(
        f"{left:.1f},{high:.1f} {right:.1f},{high:.1f}"
        for (left, high), (right, _) in pairwise([*spots, (_RIGHT, 0)])) if spots else ""

    def numbers() -> Iterator[h.Node]:
        last = (-99.0, -99.0)
        for number, (across, down) in enumerate(spots, 1):
            if across - last[0] > 12 or last[1] - down > 14:
                last = across, down
                yield h.text(
                    x=f"{across:.1f}", y=f"{down - 7:.1f}", text_anchor="middle",
                    stroke="#ffffff", stroke_width="4", paint_order="stroke", fill=_INK)[
                        str(number)]

    ticks = [gb for gb in (.1, .3, 1, 3, 10, 30, 100, 300) if least <= gb <= top_gb]
    labels = [*_apart([(x(gb), words.data(int(gb * 1000))) for gb in ticks if x(gb) < end - 20])]
    return _svg(
        _BOTTOM + 52, words("edge.title"),
        _axes(y, _ticks(most, 4), words("edge.data"), words),
        _line(end, _TOP, end, _BOTTOM, _QUIET, stroke_dasharray="2 3"),
        _text(_RIGHT + 8, _BOTTOM + 20, words("size.unlimited"), "end"),
        (_text(at, _BOTTOM + 20, text, "middle") for at, text in labels),
        (h.circle(cx=f"{x(one.gb):.1f}", cy=f"{y(one.cents):.1f}", r="3", fill="none",
                  stroke=_QUIET) for one in found.itertuples() if not one.edge),
        h.polyline(points=steps, fill="none", stroke=_COLOURS[0], stroke_width="2"),
        (h.circle(cx=f"{across:.1f}", cy=f"{down:.1f}", r="4", fill=_COLOURS[0])
         for across, down in spots),
        numbers(),
        _line(8, 36, 34, 36, _COLOURS[0], stroke_width="2"),
        _text(40, 41, words("edge.line")),
        lang=words.language,
    )
