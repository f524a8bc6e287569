"""The points of a stay: how much is used by when, and how far each plan gets from a point.

A point is a number of MB used so far. Days are numbers from 0, times of day are minutes.
"""

import calendar
import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple

from prepaid.schedule.terms import ENDLESS, HOURS, MONTHS, Plan

DAY = 24 * 60


class Served(NamedTuple):
    """How far a purchase gets.

    Attributes:
        end: the point at which it stops.
        cycle: the cycle, from 1, whose data ran out there; 0 where its days ended or the stay did.
    """

    end: int
    cycle: int


class Days:
    """The days of a stay, the MB wanted on each, and the time of each MB.

    Attributes:
        need: whole MB wanted on each day.
        cum: the point at which each day begins, and at last ``end``.
        days: how many days there are.
        end: the last point: all that is wanted.
    """

    def __init__(
        self, need: Sequence[int], start: dt.date | None = None, arrive: int = 0, leave: int = DAY
    ):
        self.need, self.start = list(need), start
        self.cum = [0, *accumulate(self.need)]
        self.days, self.end = len(self.need), self.cum[-1]
        self._opens, self._closes = {0: arrive}, {self.days - 1: leave}

    def day(self, point: int) -> int:
        """The day on which the next MB after a point is used."""
        return bisect_right(self.cum, point) - 1

    def window(self, day: int) -> tuple[int, int]:
        """The minutes of a day from and until which data is used."""
        return self._opens.get(day, 0), self._closes.get(day, DAY)

    def minutes(self, point: int, day: int | None = None) -> tuple[int, int]:
        """The time of day of a point, as minutes in parts: ``(minutes * parts, parts)``."""
        day = self.day(point) if day is None else day
        opens, closes = self.window(day)
        parts = self.need[day]
        return opens * parts + (point - self.cum[day]) * (closes - opens), parts

    def later(self, point: int, days: int) -> int:
        """MB used ``days`` times 24 hours after a point, rounded down."""
        day = self.day(point)
        if day + days >= self.days:
            return self.end
        return self._used(day + days, *self.minutes(point))

    def _used(self, day: int, minutes: int, parts: int) -> int:
        """The point at ``minutes / parts`` of a day, rounded down."""
        opens, closes = self.window(day)
        if opens == closes:  # whoever leaves at midnight uses all of the last day at once
            return self.cum[day + 1]
        used = self.need[day] * (minutes - opens * parts) // ((closes - opens) * parts)
        return self.cum[day] + min(max(used, 0), self.need[day])

    def _after_months(self, day: int, months: int, last: int) -> int:
        """The day before whose midnight so many months end that begin on ``day``; at most ``last``.
        """
        if self.start is None:
            return min(day + 30 * months, last)
        date = self.start + dt.timedelta(day)
        first, length = month(date.year * 12 + date.month - 1 + months)
        return min(first + min(date.day, length) - 1 - self.start.toordinal(), last)


class Stay(Days):
    """How far plans get on these days."""

    def __init__(self, *days):
        super().__init__(*days)
        self._heavy: dict[int, list[int]] = {}

    def cycle_end(self, plan: Plan, point: int, cycle: int) -> int:
        """The point at which a cycle (from 1) of a plan bought at ``point`` ends by its days."""
        length = plan.length * cycle
        if plan.unit == HOURS:
            return self.later(point, length)
        return self.cum[self.last_day(plan, self.day(point), cycle)]

    def last_day(self, plan: Plan, day: int, cycles: int, most: int | None = None) -> int:
        """The day before whose midnight so many cycles end that begin on a day; ``most`` at most,
        the end of the stay where none is given."""
        length = plan.length * cycles
        most = self.days if most is None else most
        if plan.unit == MONTHS:
            return self._after_months(min(day, most), min(length, most), most)
        return min(day + length, most)

    def data_end(self, plan: Plan, point: int, left: int | None = None) -> int:
        """The point at which data runs out, had it all the days: fresh at ``point``, or ``left``.
        """
        left = plan.allowance if left is None else left
        if not plan.daily:
            return point + left
        if point >= self.end:
            return ENDLESS
        day = self.day(point)
        if self.cum[day + 1] - point > left:
            return point + left
        heavy = self._heavy_days(plan.allowance)
        place = bisect_right(heavy, day)
        return self.cum[heavy[place]] + plan.allowance if place < len(heavy) else ENDLESS

    def most_in(self, days: int) -> int:
        """The MB that are wanted on so many days, at most."""
        return self.most[min(days, self.days)]

    @cached_property
    def most(self) -> list[int]:
        """The MB that are wanted on no days, on one, on two and so on, at most."""
        return [0, *accumulate(sorted(self.need, reverse=True))]

    def _heavy_days(self, mb: int) -> list[int]:
        if mb not in self._heavy:
            self._heavy[mb] = [day for day, need in enumerate(self.need) if need > mb]
        return self._heavy[mb]

    def serve(self, plan: Plan, point: int, cycle: int = 1, begin: int | None = None) -> Served:
        """How far a plan bought at ``point`` gets, from ``begin`` and a fresh ``cycle`` on."""
        begin = point if begin is None else begin
        for number in range(cycle, plan.cycles + 1):
            if begin >= self.end:
                break
            end, out = self.cycle_end(plan, point, number), self.data_end(plan, begin)
            if out < end:
                return Served(out, number)
            begin = end
        return Served(begin, 0)

    def days_of(self, plan: Plan, point: int) -> int:
        """The calendar days on which the cycles of a plan bought at ``point`` lie, each counted
        once in each cycle."""
        if plan.unit == MONTHS:
            day, months = self.day(point), plan.length * plan.cycles
            return self._after_months(day, months, 10**9) - day
        within = plan.unit == HOURS and self.minutes(point)[0] > 0
        return (plan.length + within) * plan.cycles

    def until(self, days: int) -> "Stay":
        """The first days of the stay."""
        closes = self._closes.get(days - 1, DAY)
        return Stay(self.need[:days], self.start, self._opens.get(0, 0), closes)

    def ends_of_days(self, point: int, end: int) -> list[int]:
        """The points between two at which a day with a need ends."""
        low, high = bisect_right(self.cum, point), bisect_left(self.cum, end)
        return sorted(set(self.cum[low:high]))


@cache
def month(number: int) -> tuple[int, int]:
    """The ordinal of the first day of a month, and its length; months count from year 0.

    >>> month(2027 * 12 + 1) == (dt.date(2027, 2, 1).toordinal(), 28)
    True
    """
    year, before = divmod(number, 12)
    return dt.date(year, before + 1, 1).toordinal(), calendar.monthrange(year, before + 1)[1]
