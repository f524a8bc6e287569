"""Pictures of a stay and of what it may cost: bars carry their names."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import htpy as h

from prepaid.html.drawing import (
    COLOURS,
    GROUND,
    INK,
    QUIET,
    bar,
    line,
    svg,
    text,
    text_width,
    ticks,
)
from prepaid.i18n import Words
from prepaid.schedule import Schedule

WIDTHS = (560, 240)  # of a stay, in a wide window and a narrow one


class Bar(NamedTuple):
    """What one plan serves, in days and parts of days from the start of day 0, and what to call
    it; ``short`` where there is no room for that."""

    begin: float
    end: float
    label: str
    short: str = ""


def stay(
    bars: Sequence[Bar], need_mb: Sequence[int], left_mb: Sequence[int | None], start: dt.date,
    words: Words, width: int,
) -> h.Element:
    """A stay: bars over the days that each plan serves, under them the data left, running down.

    Args:
        bars: what serves which days; one without room for its name has its number.
        need_mb: whole MB wanted on each day.
        left_mb: data left after each day; ``None`` where nothing can run out.
        start: date of day 0.
        width: in pixels, as it is shown, so that text keeps its size in narrow windows.
    """
    n_days = len(need_mb)
    steps = [list(_steps(one, need_mb, left_mb)) for one in bars]
    top = max((left for one in steps for _, _, left, _ in one if left is not None), default=0)
    levels = ticks(top, 3) if top else []
    left_edge, right_edge, bars_top = (66 if levels else 12), width - 14, 50
    area, area_top = (96 if any(need_mb) else 0), 92
    bottom = area_top + area if area else bars_top + 26
    unit = (right_edge - left_edge) / n_days

    def x(day: float) -> float:
        return left_edge + day * unit

    def height(mb: float) -> float:
        return bottom - area * mb / top

    def bar_of(place: int, one: Bar) -> h.Node:
        room, number = (one.end - one.begin) * unit - 4, str(place + 1)
        label = next((said for said in (one.label, one.short, number)
                      if said and text_width(said) <= room), None)
        return (
            bar(x(one.begin), x(one.end) - 2, bars_top, COLOURS[place % 2]),
            text(x(one.begin), bars_top - 7, label, fill=QUIET if label == number else INK)
            if label else None,
        )

    def area_of(place: int, one: Bar) -> h.Node:
        if not area:
            return None
        if None in (left for _, _, left, _ in steps[place]):
            label, middle = words("chart.no_limit"), x((one.begin + one.end) / 2)
            if text_width(label) > (one.end - one.begin) * unit:
                return None
            return text(middle, area_top + area / 2, label, "middle", QUIET)
        points = " ".join(
            f"{x(begin):.1f},{height(before):.1f} {x(end):.1f},{height(after):.1f}"
            for begin, end, before, after in steps[place])
        outline = f"{x(one.begin):.1f},{bottom} {points} {x(one.end):.1f},{bottom}"
        return h.polygon(points=outline, fill=COLOURS[place % 2], fill_opacity=".25",
                         stroke=COLOURS[place % 2])

    return svg(
        width, bottom + 28,
        text(12, 20, words("chart.stay_title"), fill=QUIET),
        text(12, area_top - 12, words("chart.data_left"), fill=QUIET) if area else None,
        ((line(left_edge, height(mb), right_edge, height(mb)),
          text(left_edge - 8, height(mb) + 4, words.data(int(mb)), "end", QUIET))
         for mb in levels),
        (area_of(place, one) for place, one in enumerate(bars)),
        (bar_of(place, one) for place, one in enumerate(bars)),
        line(left_edge, bottom, right_edge, bottom, QUIET),
        (_day_tick(x(day), bottom, words.day_month(start + dt.timedelta(day)), right_edge)
         for day in day_ticks(start, n_days, int(70 / unit) + 1)),
        lang=words.language,
    )


def _day_tick(x: float, y: float, label: str, right_edge: float) -> h.Node:
    """A tick with its day; a label that would pass the edge ends there."""
    half = text_width(label) / 2
    at, anchor = (right_edge + 10, "end") if x + half > right_edge + 10 else (
        (6, "start") if x < half + 6 else (x, "middle"))
    return line(x, y, x, y + 5, QUIET), text(at, y + 20, label, anchor, QUIET)


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
            words("chart.bar", name=names[one.plan_id], cents=one.paid_cents)))
    return bars


def part_of_stay(need_mb: Sequence[int], day: int, at_mb: int) -> float:
    """Where in a stay, in days from its start, so many MB of it are used on a day."""
    need = need_mb[day]
    return day + min(max(at_mb - sum(need_mb[:day]), 0) / need, 1) if need else day


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


def cost_ranges(ranges: Sequence[CostRange], words: Words, width: int) -> h.Element:
    """Costs of one stay that may turn out in several ways: a bar each, over one scale of cents.

    Args:
        ranges: the first is what the others are held against: its bar is hollow, and its ends are
            marked on each of the others.
        width: in pixels, as it is shown.
    """
    left_edge, right_edge, top_edge, row = 14, width - 24, 24, 56
    bottom = top_edge + row * len(ranges)
    most = max(one.high for one in ranges)
    known = ranges[0]

    def x(cents: float) -> float:
        return left_edge + (right_edge - left_edge) * cents / most

    def range_of(place: int, one: CostRange) -> h.Node:
        y = top_edge + row * place
        look = {} if place else {"stroke": INK, "stroke_width": 2}
        return (
            text(left_edge, y, one.label),
            bar(x(one.low), max(x(one.high), x(one.low) + 4), y + 7,
                COLOURS[0] if place else GROUND, 10, **look),
            text(left_edge, y + 33, one.remark, fill=QUIET),
            (line(x(cents), y + 4, x(cents), y + 20, INK, stroke_width=2)
             for cents in (known.low, known.high)) if place else None,
        )

    return svg(
        width, bottom + 24,
        ((line(x(cents), bottom - 12, x(cents), bottom - 6, QUIET),
          text(x(cents), bottom + 10, words.money(int(cents)), "middle" if cents else "start",
               QUIET)) for cents in ticks(most, 3)),
        line(left_edge, bottom - 12, right_edge, bottom - 12, QUIET),
        (range_of(place, one) for place, one in enumerate(ranges)),
        lang=words.language,
    )
