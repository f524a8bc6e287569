"""Where cycles end that are bought at many points at once, by the rule of
:mod:`prepaid.schedule.points`, for a bound."""

from functools import cached_property

import numpy as np

from prepaid.schedule.points import DAY, Stay, month
from prepaid.schedule.terms import DAYS, ENDLESS, MONTHS

_EXACT = 2**62


class Ends:
    """The ends of cycles that begin at some points of a stay.

    Args:
        points: in the stay, ascending.
    """

    def __init__(self, stay: Stay, points: np.ndarray):
        self.stay, self.points = stay, points
        self._cum, self._need = np.array(stay.cum, np.int64), np.array(stay.need, np.int64)
        self.days = np.searchsorted(self._cum, points, "right") - 1

    def by_days(self, unit: int, length: int) -> np.ndarray:
        """Where one cycle ends by its days."""
        if unit == MONTHS:
            return self._cum[self._month_ends(min(length, self.stay.days))]
        if unit == DAYS:
            return self._cum[np.minimum(self.days + length, self.stay.days)]
        if 2 * DAY * int(self._need.max())**2 >= _EXACT:
            ends = [self.stay.later(point, length) for point in self.points.tolist()]
            return np.array(ends, np.int64)
        need, (opens, closes) = self._need, self._windows
        now, then = self.days, np.minimum(self.days + length, self.stay.days - 1)
        span = closes - opens
        parts = need[now]  # of a minute
        minutes = opens[now] * parts + (self.points - self._cum[now]) * span[now]
        used = need[then] * minutes // (np.maximum(span[then], 1) * parts)  # by then it is open
        used = np.where(span[then], np.clip(used, 0, need[then]), need[then])
        ends = self._cum[then] + used
        return np.where(now + length < self.stay.days, ends, self.stay.end)

    def by_data(self, allowance: int, daily: bool) -> np.ndarray:
        """Where the data runs out."""
        if not daily:
            return self.points + allowance
        heavy = np.flatnonzero(self._need > allowance)
        later = np.append(self._cum[heavy] + allowance, ENDLESS)
        later = later[np.searchsorted(heavy, self.days, "right")]
        today = self._cum[self.days + 1] - self.points > allowance
        return np.where(today, self.points + allowance, later)

    def _month_ends(self, months: int) -> np.ndarray:
        """The day before whose midnight so many months end, that of the stay at most."""
        stay = self.stay
        if stay.start is None:
            return np.minimum(self.days + 30 * months, stay.days)
        firsts, lengths, number, date = self._months
        then = np.minimum(number + months, len(firsts) - 1)
        return np.minimum(firsts[then] + np.minimum(date, lengths[then]) - 1, stay.days)

    @cached_property
    def _months(self) -> tuple[np.ndarray, ...]:
        """The days of the stay on which months begin, from before it to after it, and their
        lengths; of each point the number of its month among them, and its date."""
        start = self.stay.start
        begin, months = start.year * 12 + start.month - 1, self.stay.days // 28 + 3
        firsts, lengths = np.array([month(begin + more) for more in range(months)], np.int64).T
        firsts -= start.toordinal()
        number = np.searchsorted(firsts, self.days, "right") - 1
        return firsts, lengths, number, self.days - firsts[number] + 1

    @cached_property
    def _windows(self) -> tuple[np.ndarray, np.ndarray]:
        """The minutes of each day from and until which data is used."""
        windows = [self.stay.window(day) for day in range(self.stay.days)]
        opens, closes = np.array(windows, np.int64).T
        return opens, closes
