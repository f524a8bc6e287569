"""An independent reading of the rule: does a schedule say what the plans and the need make of it?

Nothing here comes from the search, and nothing here asks whether the schedule is the cheapest.
A point is the MB of the stay used so far; a time is in minutes since midnight before day 0.
"""

from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil, floor, inf

import pandas as pd


def check_schedule(plans, need_mb, schedule, *, start=None, slow_ok_kbps=None,
                   trust_unlimited=False, new_customer=True, tax_rate=0, per_purchase_usd=0,
                   per_move_usd=0, arrive=None, leave=None) -> list[str]:
    """What is wrong with a schedule, one English sentence each; ``[]`` where all of it is right.

    Every number of every purchase is worked out again from the plans. Whether another schedule is
    cheaper is not asked, so ``per_purchase_usd`` and ``per_move_usd`` change nothing.

    Args:
        plans: rows of a catalogue, as :func:`prepaid.load_catalog` returns them.
        need_mb: whole MB wanted on each day of the stay, one number per day.
        schedule: a ``Schedule``, or a DataFrame with one row per purchase, in order: ``day`` (the
            first is 0), ``at_mb`` (MB of the stay used before), ``plan_id``, ``price_cents``,
            ``fee_cents``, ``tax_cents``, ``serves_days``, ``mb_used``, ``mb_unused`` (``None``
            where nothing can be left over).
        start, slow_ok_kbps, trust_unlimited, new_customer, tax_rate, arrive, leave: what the
            schedule was made with; see :func:`prepaid.cheapest_schedule`.

    Example:
        >>> plans, need_mb = prepaid.load_catalog(), [300] * 7
        >>> mine = prepaid.cheapest_schedule(plans, need_mb).purchases
        >>> prepaid.check_schedule(plans, need_mb, mine)
        []
        >>> prepaid.check_schedule(plans, need_mb, mine.assign(day=1))
        ['Purchase 1: day is 1, but should be 0.']
    """
    table = getattr(schedule, "purchases", schedule).to_dict("records")
    rows = plans[plans["plan_id"].isin([found["plan_id"] for found in table])].to_dict("records")
    rows, stay = {row["plan_id"]: row for row in rows}, _Stay(need_mb, start, arrive, leave)
    at, base, bought, lasting, wrong = 0, None, [], {}, []
    for number, found in enumerate(table, 1):
        one = _Purchase(rows.get(found["plan_id"], {}), slow_ok_kbps, trust_unlimited)
        if one.mb is None or at == stay.mb:
            why = "cannot be counted on" if one.mb is None else "has nothing left to serve"
            wrong.append((number, f"{found['plan_id']} {why}"))
            break
        first = new_customer and all(
            other.addon or other.provider != one.provider for other in bought)
        again = bool(bought) and bought[-1].name == one.name
        one.turn, one.new = (bought[-1].turn + 1, bought[-1].new) if again else (1, first)
        one.moves = not one.addon and (base is None or base.provider != one.provider)
        one.begin(stay, at)
        on_top = base and base.name in one.bases and base.out <= at < base.ends[base.cycle]
        owner, until = lasting.get(one.provider, ("", 0))
        wrong += [(number, f"{one.name} {why}") for why, broken in (
            ("is for new customers only", one.only_new and (one.addon or not first)),
            ("needs a base that has run out before its days have", one.addon and not on_top),
            (f"has to wait for {owner} to end at {until} MB", not one.addon and at < until),
        ) if broken]
        if on_top:
            one.ends = [min(one.ends[0], base.ends[base.cycle])]
        at = one.serve(stay, at)
        left_at = table[number]["at_mb"] if number < len(table) else None
        if one.per_gb is not None and left_at in stay.begins and one.at < left_at < at:
            at = one.last = int(left_at)  # at the end of a day, as one charged by use may be
            one.used = at - one.at
        if on_top and at == base.ends[base.cycle]:
            at = base.serve(stay, at)  # its next cycle, if another is paid for
        if not one.used:
            wrong.append((number, f"{one.name} serves nothing"))
        if not one.addon:
            base = one
            if one.one_at_a_time:
                lasting[one.provider] = one.name, one.ends[-1]
        bought.append(one)
    for number, (found, one) in enumerate(zip(table, bought, strict=False), 1):
        for column, value in one.due(stay, Fraction(str(tax_rate))).items():
            cell = found.get(column)
            if pd.isna(cell) != (value is None) or (value is not None and cell != value):
                wrong.append((number, f"{column} is {cell}, but should be {value}"))
    told = [f"Purchase {number}: {what}." for number, what in sorted(wrong, key=lambda one: one[0])]
    return told + [f"Nothing serves day {stay.day(at)} from {at} MB on."] * (at < stay.mb)


class _Stay:
    """Which day and time a point lies at, and which point has been reached by a time."""

    def __init__(self, need_mb, start, arrive, leave):
        self.need, self.start = [int(mb) for mb in need_mb], start
        self.begins = [0, *accumulate(self.need)]  # the point at which each day begins
        self.mb = self.begins[-1]
        self.hours = [[1440 * day, 1440 * day + 1440] for day in range(len(self.need))]
        if arrive is not None:
            self.hours[0][0] = 60 * arrive.hour + arrive.minute
        if leave is not None:
            self.hours[-1][1] += 60 * leave.hour + leave.minute - 1440

    def day(self, point):
        return bisect_right(self.begins, point) - 1

    def time(self, point):
        day = self.day(point)
        opens, closes = self.hours[day]
        return opens + (closes - opens) * Fraction(point - self.begins[day], self.need[day])

    def point(self, time):
        return floor(sum(
            mb if time >= closes else mb * max(0, Fraction(time - opens)) / (closes - opens)
            for mb, (opens, closes) in zip(self.need, self.hours, strict=True)))


class _Purchase:
    """A row of the catalogue as the rule reads it, and what one purchase of it serves."""

    def __init__(self, row, slow_ok_kbps, trust_unlimited):
        self.row, self.name, self.provider = row, row.get("plan_id"), row.get("provider")
        self.addon = row.get("kind") == "addon"
        self.bases = [name.strip() for name in str(row.get("addon_for")).split(";")] * self.addon
        self.daily = "day" in (row.get("data_cap_per"), row.get("premium_data_period"))
        early, self.per_gb = row.get("renew_early"), self.number("per_gb_usd")
        self.cycles = int(self.number("min_commitment_cycles", 1))
        self.one_at_a_time = early == "no" or (
            early != "yes" and row.get("kind") in ("carrier_prepaid", "mvno"))
        self.only_new = row.get("intro_new_customer_only") == "yes" or (
            self.number("price_usd") == 0 and (self.addon or early != "no"))
        self.mb = self.allowance(slow_ok_kbps, trust_unlimited)
        self.cycle, self.used = -1, 0

    def number(self, column, otherwise=None):
        """A number of the row, exactly as it is written."""
        value = self.row.get(column)
        return otherwise if pd.isna(value) or value == "" else Fraction(str(value))

    def cents(self, column):
        return round(100 * self.number(column, 0))

    def allowance(self, slow_ok_kbps, trust_unlimited):
        """MB of a cycle or a day, ``inf`` where nothing runs out, ``None`` for a plan left out."""
        by_use, unlimited = self.per_gb is not None, self.row.get("unlimited") == "yes"
        after_cap, data = self.row.get("after_cap"), self.number("data_gb")
        lasts = self.number("validity_days") or self.row.get("cycle_unit") == "no_expiry"
        if not lasts or self.number("price_usd") is None or (
                self.cycles > 1 and (by_use or self.addon)):
            return None
        if slow_ok_kbps is not None and (by_use or after_cap == "throttled") and (
                self.number("after_cap_kbps", -1) >= slow_ok_kbps):
            return inf
        if unlimited and not by_use and after_cap == "none":
            return inf
        if by_use or unlimited:
            data = self.number("premium_data_gb", data)
        if data is None:
            return inf if by_use or (unlimited and trust_unlimited) else None
        return round(1000 * data)

    def begin(self, stay, at):
        """When and at which points the cycles end."""
        now, unit, validity = stay.time(at), self.row.get("cycle_unit"), self.number("validity_days")
        self.at, self.times = at, [now]
        for cycle in range(1, self.cycles + 1):
            if unit == "no_expiry":
                end = inf
            elif unit == "hours":
                end = now + 1440 * cycle * validity
            elif unit == "month":
                months = cycle * max(1, validity // 30)
                days = 30 * months
                if stay.start is not None:
                    bought = pd.Timestamp(stay.start) + pd.Timedelta(days=stay.day(at))
                    days = (bought + pd.DateOffset(months=months) - bought).days
                end = 1440 * (stay.day(at) + days)
            else:
                end = 1440 * (stay.day(at) + cycle * validity)
            self.times.append(end)
        self.ends = [stay.point(time) for time in self.times[1:]]

    def serve(self, stay, at):
        """The point at which the data runs out or the last cycle ends."""
        for self.cycle in range(self.cycle + 1, len(self.ends)):
            while at < self.ends[self.cycle]:
                midnight = stay.begins[stay.day(at) + 1] if self.daily else inf
                limit = min(self.ends[self.cycle], midnight)
                self.out = self.last = min(at + self.mb, limit)
                self.used += self.out - at
                at = self.out
                if at < limit:
                    return at
        return at

    def due(self, stay, tax_rate):
        """What the purchase's line of the schedule has to say."""
        intro = not self.addon and self.new and self.turn <= self.number("intro_cycles", 1) and (
            self.number("intro_price_usd") is not None)
        price = self.cents("intro_price_usd" if intro else "price_usd") * self.cycles
        if self.per_gb is not None:
            cap = self.number("usage_charge_cap_usd", inf)
            price += min(ceil(self.per_gb * self.used / 10), round(100 * cap) if cap < inf else inf)
        percent = self.number("fee_percent", 0) * price / 100
        fee = (self.moves * self.cents("activation_fee_usd") + self.cents("fee_per_payment_usd")
               + self.cycles * self.cents("fee_per_cycle_usd") + floor(percent + Fraction(1, 2)))
        taxed = self.row.get("tax_included") != "yes"
        day, unused = stay.day(self.at), None
        if self.per_gb is None and self.mb < inf and not (self.daily and inf in self.times):
            times = self.cycles if not self.daily else sum(
                ceil(end / Fraction(1440)) - begin // 1440 for begin, end in pairwise(self.times))
            unused = self.mb * times - self.used
        return {
            "day": day, "at_mb": self.at, "price_cents": price, "fee_cents": fee,
            "tax_cents": floor(tax_rate * price + Fraction(1, 2)) if taxed else 0,
            "serves_days": stay.day(self.last - 1) - day + 1,
            "mb_used": self.used, "mb_unused": unused,
        }
