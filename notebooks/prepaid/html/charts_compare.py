"""Pictures of lesson 3: where each size is the cheapest, and price against data."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import htpy as h
import pandas as pd

from prepaid.html.drawing import (
    COLOURS,
    GROUND,
    INK,
    QUIET,
    apart,
    line,
    number,
    svg,
    text,
    text_width,
    ticks,
)
from prepaid.i18n import Words

_LEFT, _EDGE, _TOP, _BOTTOM = 62, 14, 56, 232
_DASHES = ("", "8 4", "2 3")


class Zone(NamedTuple):
    """A range of use, in MB a day, and the number of the size that is the cheapest there."""

    low: int
    high: int
    size: int | None


label = partial(text, fill=QUIET)


def _drawn(width: int, title: str, *parts: h.Node, lang: str) -> h.Element:
    return svg(width, _BOTTOM + 52, text(8, 18, title, font_weight="bold"), parts, lang=lang)


def _axes(y, right: int, levels: Sequence[float], x_name: str, words: Words) -> h.Node:
    """Lines across for the money, and what the axes mean."""
    return (
        ((line(_LEFT, y(cents), right, y(cents)),
          label(_LEFT - 6, y(cents) + 5, words.money(int(cents)), "end"))
         for cents in levels),
        line(_LEFT, _BOTTOM, right, _BOTTOM, QUIET),
        label((_LEFT + right) / 2, _BOTTOM + 40, x_name, "middle"),
    )


def break_even(
    curves: pd.DataFrame, zones: Sequence[Zone], names: Mapping[str, str], words: Words,
    width: int,
) -> h.Element:
    """The total of each size against use, with the uses marked at which the best size changes.

    Args:
        curves: cents, indexed by MB per day, see :func:`prepaid.analysis.sizes.cost_curve`; what is
            dearer than the dearest best size by half is cut off.
        zones: where which size is the cheapest, from 1 MB to the last use of ``curves``.
        names: what to call each column; only these are drawn.
        width: in pixels, as it is shown.
    """
    right = width - _EDGE
    most_mb = curves.index[-1]
    best = curves[list(names)].min(axis=1).dropna()
    most = max(best.max() * 1.5, 100) if len(best) else 100

    def x(mb: float) -> float:
        return _LEFT + (right - _LEFT) * mb / most_mb

    def y(cents: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * cents / most

    def curve(size: int, column: str) -> h.Node:
        known = curves[column].dropna()
        known = known[known <= most]
        if known.empty:
            return None
        steps, last = [f"M{number(x(0))} {number(y(known.iloc[0]))}"], known.iloc[0]
        for mb, cents in known.items():  # a total holds for all uses since the one before
            if cents != last:
                steps.append(f"V{number(y(cents))}")
                last = cents
            elif len(steps) > 1 and steps[-1].startswith("H"):
                steps.pop()
            steps.append(f"H{number(x(mb))}")
        return h.path(d="".join(steps), fill="none", stroke=COLOURS[size], stroke_width="2.5",
                      stroke_dasharray=_DASHES[size] or None)

    def zone(one: Zone) -> h.Node:
        if one.size is None:
            return None
        low, high = x(one.low - 1), x(min(one.high, most_mb))
        return h.rect(x=f"{low:.1f}", y=_TOP, width=f"{max(high - low, 0):.1f}",
                      height=_BOTTOM - _TOP, fill=COLOURS[one.size], fill_opacity=".14")

    def legend() -> Iterator[h.Node]:
        at = 8.0
        for size, column in enumerate(names):
            yield line(at, 36, at + 24, 36, COLOURS[size], stroke_width="2.5",
                       stroke_dasharray=_DASHES[size] or None)
            yield label(at + 28, 41, names[column])
            at += 28 + text_width(names[column]) + 12

    crossings = [one.low for one in zones[1:] if one.low <= most_mb]
    labels = list(apart([(x(mb), words.data(mb)) for mb in crossings], width, 16))
    natural = [(x(mb), words.data(int(mb))) for mb in ticks(most_mb)]
    return _drawn(
        width, words("break_even.title"),
        map(zone, zones),
        _axes(y, right, ticks(most, 4), words("chart.use_per_day"), words),
        (line(x(mb), _TOP, x(mb), _BOTTOM + 5, INK, stroke_dasharray="3 3") for mb in crossings),
        (text(at, _BOTTOM + 20, said, "middle") for at, said in labels),
        (label(at, _BOTTOM + 20, said, "middle") for at, said in apart(natural, width)
         if all(abs(at - other) > (text_width(said) + text_width(marked)) / 2 + 8
                for other, marked in labels)),
        (curve(size, column) for size, column in enumerate(names)),
        legend(),
        lang=words.language,
    )


def price_edge(found: pd.DataFrame, words: Words, width: int) -> h.Element:
    """Packages as dots, price against data, and the edge that none undercuts, its dots numbered.

    Args:
        found: see :func:`prepaid.analysis.kinds.price_edge`.
        width: in pixels, as it is shown.
    """
    right = width - _EDGE
    limited = found[found["gb"] < math.inf]
    least, top_gb = min(limited["gb"].min(), 1), max(limited["gb"].max(), 2)
    end = right - 46  # behind it is what has no limit
    most = found["cents"].max()

    def x(gb: float) -> float:
        if gb == math.inf:
            return right - 14
        return _LEFT + 8 + (end - _LEFT - 8) * math.log(gb / least) / math.log(top_gb / least)

    def y(cents: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * cents / (most * 1.05)

    edge = found[found["edge"]].sort_values("gb")
    spots = [(x(gb), y(cents)) for gb, cents in zip(edge["gb"], edge["cents"], strict=True)]
    steps = " ".join(
        f"{left:.1f},{high:.1f} {right:.1f},{high:.1f}"
        for (left, high), (right, _) in pairwise([*spots, (right, 0)])) if spots else ""

    def numbers() -> Iterator[h.Node]:
        last = (-99.0, -99.0)
        for place, (across, down) in enumerate(spots, 1):
            if across - last[0] > 12 or last[1] - down > 14:
                last = across, down
                yield h.text(
                    x=f"{across:.1f}", y=f"{down - 7:.1f}", text_anchor="middle",
                    stroke=GROUND, stroke_width="4", paint_order="stroke", fill=INK)[
                        str(place)]

    others = dict.fromkeys((f"{x(one.gb):.0f}", f"{y(one.cents):.0f}")
                           for one in found.itertuples() if not one.edge)
    marks = [gb for gb in (.1, .3, 1, 3, 10, 30, 100, 300) if least <= gb <= top_gb]
    labels = [*apart([(x(gb), words.data(int(gb * 1000))) for gb in marks if x(gb) < end - 20],
                    width)]
    return _drawn(
        width, words("edge.title"),
        _axes(y, right, ticks(most, 4), words("edge.data"), words),
        line(end, _TOP, end, _BOTTOM, QUIET, stroke_dasharray="2 3"),
        label(right + 8, _BOTTOM + 20, words("size.unlimited"), "end"),
        (label(at, _BOTTOM + 20, said, "middle") for at, said in labels),
        h.path(d="".join(f"M{across} {down}h0" for across, down in others), stroke=QUIET,
               stroke_width="5", stroke_linecap="round"),
        h.polyline(points=steps, fill="none", stroke=COLOURS[0], stroke_width="2"),
        (h.circle(cx=f"{across:.1f}", cy=f"{down:.1f}", r="4", fill=COLOURS[0])
         for across, down in spots),
        numbers(),
        line(8, 36, 34, 36, COLOURS[0], stroke_width="2"),
        label(40, 41, words("edge.line")),
        lang=words.language,
    )
