"""How much data a day takes: hours of each activity, at the rates of ``usage_rates.csv``."""

import csv
import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from numbers import Integral, Real
from typing import NamedTuple

from prepaid.i18n import CONTENT, Refusal, checked_choice, checked_whole

LEVELS = ("low", "typical", "high")
MAX_DAYS = 3660
MAX_TIMES = 1000  # trips, messages or items a day


class Rate(NamedTuple):
    """What one activity takes, and where the figures come from."""

    activity_id: str  # the same in every language
    activity: str  # the activity in English; `activity_zh` in Chinese
    activity_zh: str
    # what `mb` is counted by, "hour", "trip", "message" or "item"; or "ceiling", the most
    # that a slowed line carries in an hour
    per: str
    # MB at each of LEVELS, exact; a level that is not established is missing
    mb: dict[str, Fraction]
    instead: str  # where none is: the activity to use in its place
    source_url: str
    as_of: str
    note: str
    note_zh: str


@cache
def rates() -> tuple[Rate, ...]:
    """Every row of the table, in its order, ceilings included."""
    with (CONTENT / "usage_rates.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_rate(row) for row in csv.DictReader(file))


def _rate(row: dict[str, str]) -> Rate:
    figures = {level: row[f"mb_per_hour_{level}"] for level in LEVELS}
    mb = {level: Fraction(figure) for level, figure in figures.items() if figure}
    return Rate(mb=mb, **{name: row[name] for name in Rate._fields if name != "mb"})


def activities() -> dict[str, Rate]:
    """What :func:`daily_need_mb` can be asked, by id: the rows with rates, without ceilings."""
    return {rate.activity_id: rate for rate in rates() if rate.per != "ceiling" and rate.mb}


def spread_mb(total_mb: int, days: int) -> list[int]:
    """Whole MB for each day of a stay that add up to exactly ``total_mb``.

    Days differ by 1 MB at most: up to the end of day i they are ``total_mb × i / days``, rounded
    down.

    Args:
        total_mb: whole MB of the whole stay, 0 or more.
        days: length of the stay, 1 to 3660.

    Raises:
        Refusal: no whole number of MB, or of days.

    Example:
        >>> spread_mb(10, 3)
        [3, 3, 4]
    """
    total = checked_whole(total_mb, "total_not_whole")
    _check_days(days)
    return [total * (day + 1) // days - total * day // days for day in range(int(days))]


def _check_days(days: int) -> None:
    if isinstance(days, bool) or not isinstance(days, Integral) or not 1 <= days <= MAX_DAYS:
        raise Refusal("days_not_whole", value=days, maximum=MAX_DAYS)


def daily_need_mb(hours: Mapping[str, float], days: int, level: str = "typical") -> list[int]:
    """Whole MB for each day of a stay, the same every day to 1 MB; the sum is rounded up.

    Args:
        hours: by activity (its id or its English name) the hours a day, 0 to 24; for what is
            counted by trip, message or item, the times a day, 0 to 1000. Decimals are taken as
            written: 0.1 is a tenth.
        days: length of the stay, 1 to 3660.
        level: ``"low"``, ``"typical"`` or ``"high"`` use.

    Raises:
        Refusal: no activity, one that is not in the table or has no established rate, hours that
            no day has, no whole number of days, another level.
    """
    checked_choice(level, "level_unknown", LEVELS)
    _check_days(days)
    if not hours:
        raise Refusal("activity_none")
    wanted = [(_wanted(activity, level), value) for activity, value in hours.items()]
    total = sum(_amount(rate, value) * rate.mb[level] for rate, value in wanted)
    return spread_mb(math.ceil(total * int(days)), days)


def _wanted(activity: str, level: str) -> Rate:
    for rate in rates():
        if activity in (rate.activity_id, rate.activity) and rate.per != "ceiling":
            if level not in rate.mb:
                raise Refusal("activity_unmeasured", value=rate.activity_id, instead=rate.instead)
            return rate
    raise Refusal("activity_unknown", value=activity, choices=tuple(activities()))


def _amount(rate: Rate, value: float) -> Fraction:
    code, maximum = ("activity_hours", 24) if rate.per == "hour" else ("activity_times", MAX_TIMES)
    number = isinstance(value, Real) and not isinstance(value, bool)
    try:
        amount = Fraction(str(value)) if number else Fraction(-1)
    except ValueError:
        amount = Fraction(-1)
    if not 0 <= amount <= maximum:
        raise Refusal(code, value=value, activity=rate.activity_id, maximum=maximum)
    return amount
