"""Pictures as SVG. Text stays text, so Chinese is drawn with the reader's own fonts.

Each has its own ground, light or dark as the page that it is on (by ``prefers-color-scheme``
within the picture), and says nothing by colour alone: bars carry names, lines names and dashes.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

import htpy as h
from markupsafe import Markup

from prepaid.i18n import Words
from prepaid.schedule import Schedule

_FONTS = (
    "system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    "'Noto Sans SC',sans-serif"
)
_INK, _QUIET = "#222222", "#595959"
_COLOURS = ("#0072b2", "#b34700", "#00704f", "#8e3f74")  # 4.5 : 1 and more on white
_WIDTH = 620
GROUND = "#ffffff"
DARK = {GROUND: "#1c1c1c", _INK: "#f0f0f0", _QUIET: "#b8b8b8", "#cccccc": "#5a5a5a"} | dict(
    zip(_COLOURS, ("#62b6ea", "#f0a26c", "#54c49b", "#dc94c4"), strict=True))
_STYLE = "@media (prefers-color-scheme:dark){" + "".join(
    f'[{what}="{light}"]{{{what}:{dark}}}' for light, dark in DARK.items()
    for what in ("fill", "stroke")) + "}"


def _svg(height: int, *parts: h.Node, lang: str, width: int = _WIDTH) -> h.Element:
    return h.svg(
        {"viewBox": f"0 0 {width} {height}", "font-family": _FONTS, "lang": lang},
        xmlns="http://www.w3.org/2000/svg", width=width, height=height, font_size=13,
    )[
        h.rect(width="100%", height="100%", rx=6, fill=GROUND),
        parts,
        h.style[Markup(_STYLE)],
    ]


def _text(x: float, y: float, text: str, anchor: str = "start", fill: str = _INK) -> h.Element:
    return h.text(x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, fill=fill)[text]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#cccccc") -> h.Element:
    return h.line(
        x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", stroke=colour)


def _ticks(top: float, wanted: int = 4) -> list[float]:
    """Round values from 0 up to ``top``, about ``wanted`` of them."""
    step = next(
        (m * 10**e for e in range(-3, 9) for m in (1, 2, 5) if m * 10**e * wanted >= top), top)
    return [i * step for i in range(int(top / step) + 1)]


class Bar(NamedTuple):
    """What one plan serves, in days and parts of days from the start of day 0, and what to call
    it."""

    begin: float
    end: float
    label: str


def stay(
    schedule: Schedule, start: dt.date, names: Mapping[str, str], words: Words, width: int = 560
) -> h.Element:
    """A stay: bars over the days that each purchase serves, under them the data left, running down.

    Args:
        schedule: what is bought.
        start: date of day 0.
        names: what to call each ``plan_id``.
        width: in pixels, as it is shown, so that text keeps its size in narrow windows.
    """
    bars, need = bought_bars(schedule, names, words), schedule.need_mb
    n_days = len(need)
    steps = [list(_steps(one, need, schedule.left_mb)) for one in bars]
    top = max((left for one in steps for _, _, left, _ in one if left is not None), default=0)
    ticks = _ticks(top, 3) if top else []
    left_edge, right_edge, bars_top = (66 if ticks else 12), width - 14, 50
    area, area_top = (96 if any(need) else 0), 92
    bottom = area_top + area if area else bars_top + 26
    unit = (right_edge - left_edge) / n_days

    def x(day: float) -> float:
        return left_edge + day * unit

    def height(mb: float) -> float:
        return bottom - area * mb / top

    def bar_of(place: int, one: Bar) -> h.Node:
        length = (one.end - one.begin) * unit
        room, number = length - 4, str(place + 1)
        label = one.label if text_width(one.label) <= room else (
            number if text_width(number) <= room else "")
        return (
            h.rect(x=f"{x(one.begin):.1f}", y=bars_top, width=f"{max(length - 2, 1):.1f}", height=8,
                   rx=2, fill=_COLOURS[place % 2]),
            _text(x(one.begin), bars_top - 7, label, fill=_INK if label != number else _QUIET)
            if label else None,
        )

    def area_of(place: int, one: Bar) -> h.Node:
        if not area:
            return None
        if None in (left for _, _, left, _ in steps[place]):
            label, middle = words("chart.no_limit"), x((one.begin + one.end) / 2)
            if text_width(label) > (one.end - one.begin) * unit:
                return None
            return _text(middle, area_top + area / 2, label, "middle", _QUIET)
        points = " ".join(
            f"{x(begin):.1f},{height(before):.1f} {x(end):.1f},{height(after):.1f}"
            for begin, end, before, after in steps[place])
        outline = f"{x(one.begin):.1f},{bottom} {points} {x(one.end):.1f},{bottom}"
        return h.polygon(points=outline, fill=_COLOURS[place % 2], fill_opacity=".25",
                         stroke=_COLOURS[place % 2])

    return _svg(
        bottom + 28,
        _text(12, 20, words("chart.stay_title"), fill=_QUIET),
        _text(12, area_top - 12, words("chart.data_left"), fill=_QUIET) if area else None,
        ((_line(left_edge, height(mb), right_edge, height(mb)),
          _text(left_edge - 8, height(mb) + 4, words.data(int(mb)), "end", _QUIET))
         for mb in ticks),
        (area_of(place, one) for place, one in enumerate(bars)),
        (bar_of(place, one) for place, one in enumerate(bars)),
        _line(left_edge, bottom, right_edge, bottom, _QUIET),
        (_day_tick(x(day), bottom, words.day_month(start + dt.timedelta(day)), right_edge)
         for day in day_ticks(start, n_days, int(70 / unit) + 1)),
        lang=words.language, width=width,
    )


def _day_tick(x: float, y: float, label: str, right_edge: float) -> h.Node:
    """A tick with its day; a label that would pass the edge ends there."""
    half = text_width(label) / 2
    at, anchor = (right_edge + 10, "end") if x + half > right_edge + 10 else (
        (6, "start") if x < half + 6 else (x, "middle"))
    return _line(x, y, x, y + 5, _QUIET), _text(at, y + 20, label, anchor, _QUIET)


def day_ticks(start: dt.date, days: int, least: int) -> list[int]:
    """Days of a stay for an axis, at least ``least`` days apart: each day, each second one, weeks
    from the first day, or first days of months.

    >>> day_ticks(dt.date(2027, 1, 10), 33, 5), day_ticks(dt.date(2027, 1, 10), 120, 30)
    ([0, 7, 14, 21, 28], [22, 50, 81, 111])
    """
    step = next((step for step in (1, 2, 7, 14, 28) if step >= least), None)
    if step:
        return list(range(0, days, step))
    months = [day for day in range(days) if (start + dt.timedelta(day)).day == 1]
    return months[::-(-least // 31)] if months else [0]


def text_width(text: str) -> float:
    """About how many pixels wide a text is at the size of the pictures' type."""
    return sum(13 if east_asian_width(letter) in "WF" else 7.2 for letter in text)


def bought_bars(schedule: Schedule, names: Mapping[str, str], words: Words) -> list[Bar]:
    """A bar for each purchase, named with its price. It ends where the data was used up, or the
    next purchase follows, be it in the middle of a day."""
    bars = []
    for one in schedule.bought:
        last, end = one.day + one.serves_days - 1, one.at_mb + one.mb_used
        before = sum(schedule.need_mb[:last])
        within = before < end < before + schedule.need_mb[last]
        bars.append(Bar(
            part_of_stay(schedule.need_mb, one.day, one.at_mb),
            part_of_stay(schedule.need_mb, last, end) if within else last + 1,
            words("chart.bar", name=names[one.plan_id], cents=one.price_cents)))
    return bars


def part_of_stay(need_mb: Sequence[int], day: int, at_mb: int) -> float:
    """Where in a stay, in days from its start, so many MB of it are used on a day."""
    need = need_mb[day]
    return day + min(max(at_mb - sum(need_mb[:day]), 0) / need, 1) if need else day


def time_line(
    bars: Sequence[Bar], need_mb: Sequence[int], left_mb: Sequence[int | None], start: dt.date,
    words: Words,
) -> h.Element:
    """Bars over days, under them the data left.

    Args:
        bars: what serves which days.
        need_mb: whole MB wanted on each day.
        left_mb: data left after each day; ``None`` where nothing can run out.
        start: date of day 0.
    """
    left_edge, right_edge, n_days = 70, _WIDTH - 20, len(need_mb)
    bars_top, bar, area = 34, 30, 120
    if not any(need_mb):
        area = 0
    area_top = bars_top + bar * len(bars) + (34 if area else 8)
    bottom = area_top + area
    unit = (right_edge - left_edge) / n_days
    top = max((left for one in bars for _, _, left, _ in _steps(one, need_mb, left_mb)
               if left is not None), default=0)

    def x(day: float) -> float:
        return left_edge + day * unit

    def height(mb: float) -> float:
        return bottom - area * mb / top

    def bar_of(place: int, one: Bar) -> h.Node:
        y, length = bars_top + place * bar, (one.end - one.begin) * unit
        late = x(one.begin) > (left_edge + right_edge) / 2
        return (
            h.rect(x=f"{x(one.begin):.1f}", y=y + 5, width=f"{max(length - 1, 2):.1f}", height=8,
                   rx=2, fill=_COLOURS[place % 2]),
            _text(x(one.end) if late else x(one.begin), y, one.label, "end" if late else "start"),
        )

    def area_of(place: int, one: Bar) -> h.Node:
        steps = list(_steps(one, need_mb, left_mb))
        if not any(need_mb):
            return None
        if None in (left for _, _, left, _ in steps):
            middle = x((one.begin + one.end) / 2)
            return _text(middle, area_top + area / 2, words("chart.no_limit"), "middle", _QUIET)
        points = [
            f"{x(begin):.1f},{height(before):.1f} {x(end):.1f},{height(after):.1f}"
            for begin, end, before, after in steps
        ]
        outline = f"{x(one.begin):.1f},{bottom} " + " ".join(points) + f" {x(one.end):.1f},{bottom}"
        return h.polygon(points=outline, fill=_COLOURS[place % 2], fill_opacity=".25",
                         stroke=_COLOURS[place % 2])

    every = max(1, -(-n_days // 6))
    return _svg(
        bottom + 30,
        (bar_of(place, one) for place, one in enumerate(bars)),
        _text(left_edge, area_top - 10, words("chart.data_left"), fill=_QUIET)
        if any(need_mb) else None,
        ((_line(left_edge, height(mb), right_edge, height(mb)),
          _text(left_edge - 8, height(mb) + 4, words.data(int(mb)), "end", _QUIET))
         for mb in (_ticks(top) if top else [])),
        (area_of(place, one) for place, one in enumerate(bars)),
        _line(left_edge, bottom, right_edge, bottom, _QUIET),
        ((_line(x(day), bottom, x(day), bottom + 5, _QUIET),
          _text(x(day), bottom + 20, words.day_month(start + dt.timedelta(day)), "middle", _QUIET))
         for day in range(0, n_days, every)),
        lang=words.language,
    )


def _steps(
    one: Bar, need_mb: Sequence[int], left_mb: Sequence[int | None]
) -> Iterator[tuple[float, float, float | None, float | None]]:
    """For each day on which a plan serves: from when to when, and the data left at either time.

    What ends within a day has what was left the evening before, less that day's use; what begins
    and ends within one day has used all."""
    evening = None
    for day in range(int(one.begin), math.ceil(one.end)):
        begin, end = max(one.begin, day), min(one.end, day + 1)
        used, before = (end - begin) * need_mb[day], evening
        if need_mb[day]:  # a day without use leaves what there was
            evening = left_mb[day]
        if end < day + 1:
            known = before if begin == day and day > one.begin else used
            evening = None if known is None else max(known - used, 0)
        yield begin, end, None if evening is None else evening + used, evening


class CostRange(NamedTuple):
    """From what to what something costs, what to call it, and a short remark on it."""

    low: int
    high: int
    label: str
    remark: str


def cost_ranges(ranges: Sequence[CostRange], words: Words) -> h.Element:
    """Costs of one stay that may turn out in several ways: a bar each, over one scale of cents.

    Args:
        ranges: the first is what the others are held against: its bar is hollow, and its ends are
            marked on each of the others.
    """
    left_edge, right_edge, top_edge, row = 30, _WIDTH - 190, 24, 44
    bottom = top_edge + row * len(ranges)
    most = max(one.high for one in ranges)
    known = ranges[0]

    def x(cents: float) -> float:
        return left_edge + (right_edge - left_edge) * cents / most

    def bar(place: int, one: CostRange) -> h.Node:
        y, length = top_edge + row * place, max(x(one.high) - x(one.low), 4)
        look = {"fill": _COLOURS[0]} if place else {
            "fill": "#ffffff", "stroke": _INK, "stroke_width": 2}
        return (
            _text(left_edge, y, one.label),
            h.rect(x=f"{x(one.low):.1f}", y=y + 9, width=f"{length:.1f}", height=10, rx=2, **look),
            _text(right_edge + 16, y + 18, one.remark, fill=_QUIET),
            (h.line(x1=f"{x(cents):.1f}", x2=f"{x(cents):.1f}", y1=y + 6, y2=y + 22, stroke=_INK,
                    stroke_width=2) for cents in (known.low, known.high)) if place else None,
        )

    return _svg(
        bottom + 30,
        ((_line(x(cents), top_edge + 6, x(cents), bottom),
          _text(x(cents), bottom + 18, words.money(int(cents)), "middle", _QUIET))
         for cents in _ticks(most)),
        (bar(place, one) for place, one in enumerate(ranges)),
        lang=words.language,
    )
