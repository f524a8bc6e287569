"""One purchase as the rule reads it, for :func:`prepaid.check_schedule` and apart from the search.

A point is the MB of the stay used so far; a time is in days since midnight before day 0.
"""

from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil, floor, inf

import pandas as pd


class CheckedStay:
    """The points of a stay and their times."""

    def __init__(self, need_mb, start, arrive, leave):
        self.points = [0, *accumulate(map(int, need_mb))]  # as each day begins, and at the end
        self.mb, self.start = self.points[-1], start
        self.times = [Fraction(day) for day in range(len(self.points))]  # of these points
        if arrive is not None:
            self.times[0] += Fraction(60 * arrive.hour + arrive.minute, 1440)
        if leave is not None:
            self.times[-1] += Fraction(60 * leave.hour + leave.minute, 1440) - 1

    def day(self, point):
        """The day on which the next MB is used."""
        return bisect_right(self.points, point) - 1

    def time(self, point):
        """When a point is reached; use is even over each day."""
        return self._between(self.points, self.times, point)

    def point(self, time):
        """Which point has been reached by then, in whole MB."""
        return self.mb if time >= self.times[-1] else floor(
            self._between(self.times, self.points, time))

    def _between(self, given, wanted, value):
        left = bisect_right(given, value) - 1
        share = Fraction(value - given[left]) / (given[left + 1] - given[left])
        return wanted[left] + share * (wanted[left + 1] - wanted[left])


class CheckedPurchase:
    """A row of the catalogue, and what one purchase of it serves and costs."""

    def __init__(self, row, slow_ok_kbps, trust_unlimited):
        self.row, self.name, self.provider = row, row.get("plan_id"), row.get("provider")
        self.addon, early = row.get("kind") == "addon", row.get("renew_early")
        bases = str(row.get("addon_for")).split(";") if self.addon else []
        self.bases = [name.strip() for name in bases]
        self.cycles = int(self.number("min_commitment_cycles", 1))
        self.days = inf if row.get("cycle_unit") == "no_expiry" else self.number("validity_days")
        self.daily = "day" in (row.get("data_cap_per"), row.get("premium_data_period"))
        self.by_use, price = self.number("per_gb_usd") is not None, self.number("price_usd")
        self.mb = self.allowance(slow_ok_kbps, trust_unlimited)
        self.one_at_a_time = early == "no" or (
            early != "yes" and row.get("kind") in ("carrier_prepaid", "mvno"))
        self.only_new = row.get("intro_new_customer_only") == "yes" or (
            price == 0 and (self.addon or early != "no"))
        self.left_out = None in (price, self.days, self.mb) or self.mb == 0 or (
            self.cycles > 1 and (self.addon or self.by_use)) or (self.addon and self.only_new)

    def number(self, column, otherwise=None):
        """A number exactly as the row has it."""
        cell = self.row.get(column)
        return otherwise if pd.isna(cell) or cell == "" else Fraction(str(cell))

    def cents(self, column, times=1):
        """So many times an amount of money, half up to the cent."""
        return floor(100 * self.number(column, 0) * times + Fraction(1, 2))

    def allowance(self, slow_ok_kbps, trust_unlimited):
        """MB of a cycle or a day; ``inf``: nothing runs out; ``None``: it is not known."""
        unlimited, after_cap = self.row.get("unlimited") == "yes", self.row.get("after_cap")
        slow_ok = slow_ok_kbps is not None and self.number("after_cap_kbps", -1) >= slow_ok_kbps
        if (slow_ok and (self.by_use or after_cap == "throttled")) or (
                unlimited and not self.by_use and after_cap == "none"):
            return inf
        gb = self.number("data_gb")
        if self.by_use or unlimited:
            gb = self.number("premium_data_gb", gb)
        if gb is None:
            return inf if self.by_use or (unlimited and trust_unlimited) else None
        return round(1000 * gb)

    def begin(self, stay, at, limit):
        """Be bought at a point; the limit is where it ends that it tops up."""
        self.stay, self.at, self.used, self.cycle = stay, at, 0, -1
        self.times = [stay.time(at)]
        self.times += [self.cycle_end(cycle + 1) for cycle in range(self.cycles)]
        self.ends = [min(stay.point(time), limit) for time in self.times[1:]]

    def cycle_end(self, cycle):
        """When a cycle ends, the first being 1."""
        today, unit = floor(self.times[0]), self.row.get("cycle_unit")
        if unit != "month":
            return cycle * self.days + (self.times[0] if unit == "hours" else today)
        months = cycle * int(max(1, self.days // 30))
        if self.stay.start is None:
            return today + 30 * months
        date = pd.Timestamp(self.stay.start) + pd.Timedelta(days=today)
        return today + (date + pd.DateOffset(months=months) - date).days

    def serve(self, at):
        """Serve from where a cycle begins to where the data or the last cycle ends."""
        while self.cycle + 1 < self.cycles:
            self.cycle += 1
            while at < self.ends[self.cycle]:
                midnight = self.stay.points[self.stay.day(at) + 1] if self.daily else inf
                until = min(self.ends[self.cycle], midnight)
                self.out = self.last = min(at + self.mb, until)
                self.used, at = self.used + self.last - at, self.last
                if at < until:
                    return at
        return at

    def has_run_out(self, at):
        """Whether its data has run out while the days of its cycle go on."""
        return self.out <= at < self.ends[self.cycle]

    def leave(self, at, sooner):
        """Where it ends: at a point, or sooner if it is charged by use and a day ends there."""
        if self.by_use and sooner in self.stay.points and self.at < sooner < at:
            at = self.last = int(sooner)
            self.used = at - self.at
        return at

    def due(self, tax_rate):
        """What a schedule has to say of it, by column."""
        intro = self.new and not self.addon and self.turn <= self.number("intro_cycles", 1)
        intro = intro and self.number("intro_price_usd") is not None
        price = self.cents("intro_price_usd" if intro else "price_usd", self.cycles)
        if self.by_use:  # USD per 1000 MB are tenths of a cent per MB
            charge, cap = ceil(self.number("per_gb_usd") * self.used / 10), "usage_charge_cap_usd"
            price += charge if self.number(cap) is None else min(charge, self.cents(cap))
        fee = floor(price * self.number("fee_percent", 0) / 100 + Fraction(1, 2)) + (
            self.cents("activation_fee_usd", self.moves) + self.cents("fee_per_payment_usd")
            + self.cents("fee_per_cycle_usd", self.cycles))
        taxed = self.row.get("tax_included") != "yes"
        times, unused = self.cycles, None
        if self.daily and self.days < inf:
            times = sum(ceil(end) - floor(begin) for begin, end in pairwise(self.times))
        if not self.by_use and self.mb < inf and not (self.daily and self.days == inf):
            unused = self.mb * times - self.used
        day = self.stay.day(self.at)
        return {"day": day, "at_mb": self.at, "price_cents": price, "fee_cents": fee,
                "tax_cents": floor(price * tax_rate * taxed + Fraction(1, 2)),
                "serves_days": self.stay.day(self.last - 1) - day + 1, "mb_used": self.used,
                "mb_unused": unused}
