"""The cheapest schedule of a stay: plans and a need in, purchases out."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, partial
from typing import Self

import numpy as np
import pandas as pd

from prepaid.catalogue.frames import checked
from prepaid.i18n import Refusal
from prepaid.schedule import terms as rule
from prepaid.schedule.checks import checked_cents, checked_need, checked_rate, is_number, minutes
from prepaid.schedule.finding import Finder
from prepaid.schedule.line import Line, Running
from prepaid.schedule.points import DAY, Stay
from prepaid.schedule.schedule import After, NoSchedule, Schedule, schedule_of
from prepaid.schedule.steps import Prices
from prepaid.schedule.terms import DAYS, FOREVER, MONTHS, Plan
from prepaid.schedule.weights import weight

_MOST_PURCHASES = 1000  # on one stay: almost three on each day of a year
_NO_DATA = ("", "unknown_allowance", "not_promised")  # reasons that do not matter without data


def cheapest_schedule(
    plans: pd.DataFrame, need_mb: Sequence[int], *, start: dt.date | None = None,
    slow_ok_kbps: float | None = None, trust_unlimited: bool = False, new_customer: bool = True,
    tax_rate: float | str | Fraction = 0, per_purchase_usd: float | str | Fraction = 0,
    per_move_usd: float | str | Fraction = 0, arrive: dt.time | None = None,
    leave: dt.time | None = None, doubtful: bool = False,
) -> Schedule:
    """The sequence of purchases of least cost that serves every MB of a stay.

    Ties go to fewer purchases, then fewer moves, then the one with more of its price including
    tax, then the order of ``plan_id``.

    Args:
        plans: catalogue rows, see ``content/datapackage.json``. Only ``plan_id``, ``provider``,
            ``price_usd``, ``validity_days`` and ``data_gb`` or ``unlimited`` are needed; rows whose
            price, validity or allowance is not known are never bought.
        need_mb: whole MB wanted on each day of the stay.
        start: the date of day 0. Without it a month has 30 days.
        slow_ok_kbps: slowed data of at least this speed counts as usable.
        trust_unlimited: take unlimited plans for endless where nobody says what slows them down.
        new_customer: whether new customers' prices can be had.
        tax_rate: on prices whose tax is extra or unknown, 0 to 1.
        per_purchase_usd, per_move_usd: the price of bother: what one purchase less, or one change
            of provider less, is worth. Both count in the choice, never in the total.
        arrive, leave: times of day on the first and the last day, to the whole minute.
        doubtful: whether to take plans that may no longer be sold, too.

    Raises:
        NoSchedule: naming the first day that no sequence can serve; or the most data that any
            plan holds would have to be bought more than 1,000 times.
        CatalogError: plans that cannot be used, see :func:`prepaid.catalogue.checked`.
        Refusal: a need or an option that makes no sense.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["week"], "provider": ["A"], "price_usd": [1.0],
        ...                       "validity_days": [7], "data_gb": [1.0]})
        >>> cheapest_schedule(plans, [700] * 10).total_cents
        700
    """
    return Offers(
        plans, start=start, slow_ok_kbps=slow_ok_kbps, trust_unlimited=trust_unlimited,
        new_customer=new_customer, tax_rate=tax_rate, per_purchase_usd=per_purchase_usd,
        per_move_usd=per_move_usd, arrive=arrive, leave=leave, doubtful=doubtful,
    ).cheapest(need_mb)


class Options:
    """Plans under given options, one entry per plan in ``plan_id`` order."""

    def __init__(
        self, plans: pd.DataFrame, *, start: dt.date | None = None,
        slow_ok_kbps: float | None = None, trust_unlimited: bool = False,
        new_customer: bool = True, tax_rate=0, per_purchase_usd=0, per_move_usd=0,
        arrive: dt.time | None = None, leave: dt.time | None = None, doubtful: bool = False,
        keeps_number: bool = False,
    ):
        """``keeps_number``: only what keeps a US number, whatever its data."""
        if slow_ok_kbps is not None and not (is_number(slow_ok_kbps) and slow_ok_kbps > 0):
            raise Refusal("slow_ok_kbps", value=slow_ok_kbps)
        self.prices = Prices(
            checked_rate(tax_rate), checked_cents("per_purchase_usd", per_purchase_usd),
            checked_cents("per_move_usd", per_move_usd))
        self._reading = {"slow_ok_kbps": slow_ok_kbps, "trust_unlimited": trust_unlimited,
                         "doubtful": doubtful}
        self._running: str | None = None  # a plan in use that is not on offer
        self._set_dates(start, arrive, leave)
        read = rule.read(checked(plans), **self._reading)
        sold = read.reason == ""
        if keeps_number:
            sold = read.has_number & ~read.addon & np.isin(read.reason, _NO_DATA)
        wanted = np.flatnonzero(sold & (new_customer | ~read.new_only))
        self.terms = read.take(wanted[np.argsort(read.plan_id[wanted], kind="stable")])
        if not new_customer:
            self.terms.intro_uses[:] = 0

    @property
    def plan_id(self) -> np.ndarray:
        return self.terms.plan_id

    @property
    def provider(self) -> np.ndarray:
        return self.terms.provider

    @property
    def days_paid(self) -> dict[str, int]:
        """Days each plan runs once bought, all its cycles together, a month being 30 days."""
        return dict(zip(self.plan_id.tolist(), self.terms.days_paid.tolist(), strict=True))

    def where(self, mask) -> Self:
        """Only the plans for which ``mask`` holds, one boolean per entry."""
        return self._like(terms=self.terms.take(np.asarray(mask, bool)))

    def at(self, start: dt.date | None, arrive: dt.time | None = None,
           leave: dt.time | None = None) -> Self:
        """The same offers for a stay at other dates."""
        part = self._like()
        if (start is None) == (self.start is None):
            part.__dict__["_finder"] = self._finder
        part._set_dates(start, arrive, leave)
        return part

    def plans(self) -> list[Plan]:
        """Every plan on offer as the rule sees it."""
        return self._finder.plans(range(len(self.terms)))

    def stay(self, need_mb: Sequence[int]) -> Stay:
        """The days of a stay with its points, for what is wanted on each."""
        need = checked_need(need_mb).tolist()
        if len(need) == 1 and self._arrive >= self._leave:
            raise Refusal("arrive_after_leave", input="leave")
        if self.start is not None and self.start.year + len(need) // 365 > 9000:
            raise Refusal("start_no_date", value=self.start)
        return Stay(need, self.start, self._arrive, self._leave)

    def with_terms(self, **changes: np.ndarray) -> Self:
        """The same offers with other terms, by name."""
        return self._like(terms=replace(self.terms, **changes))

    def with_bother(self, per_purchase: int = 0, per_move: int = 0) -> Self:
        """The same offers where bother costs so many cents."""
        return self._like(prices=replace(self.prices, per_purchase=per_purchase, per_move=per_move))

    def rather_regular(self) -> Self:
        """The same offers where, of equal costs, those with fewer new customers' prices win."""
        return self._like(prices=replace(self.prices, regular=True))

    def line_of(self, row: pd.DataFrame) -> tuple[int, int]:
        """The number of the provider of a plan that runs (-2: none on offer), and for how many days
        the number is kept there after the plan."""
        return self._provider_of(row), int(rule.read(row, **self._reading).grace[0])

    def running_plan(self, row: pd.DataFrame) -> Plan:
        """What the rule says of a plan that runs, which may be no longer sold: a frame's row. Its
        provider is as in :meth:`line_of`."""
        read = rule.read(row, **self._reading)
        plan, = read.plans([0], {})
        known = np.flatnonzero(self.plan_id == read.plan_id[0])
        number = int(known[0]) if len(known) else len(self.terms)
        return replace(plan, number=number, provider=self._provider_of(row))

    def _provider_of(self, row: pd.DataFrame) -> int:
        mine = np.flatnonzero(self.provider == row["provider"].iloc[0])
        return int(self.terms.provider_no[mine[0]]) if len(mine) else -2

    @cached_property
    def _finder(self) -> Finder:
        """The search; where no date is known with months as days."""
        terms = self.terms
        if self.start is None:
            months = terms.unit == MONTHS
            terms = replace(terms, unit=np.where(months, DAYS, terms.unit),
                            length=np.where(months, 30 * terms.length, terms.length))
        return Finder(terms, self.prices, self._running)

    def _like(self, **changes) -> Self:
        part = object.__new__(type(self))
        part.__dict__ |= {name: value for name, value in self.__dict__.items()
                          if name != "_finder"} | changes
        return part

    def _set_dates(self, start, arrive, leave) -> None:
        if not isinstance(start, dt.date | None) or isinstance(start, dt.datetime):
            raise Refusal("start_no_date", value=start)
        self.start = start
        self._arrive, self._leave = minutes(arrive, 0), minutes(leave, DAY)


class Offers(Options):
    """What can be bought under given options, one entry per plan in ``plan_id`` order.

    Reading a frame takes longer than scheduling a month, so whoever schedules several times
    makes one ``Offers`` and narrows it with :meth:`where`; options as for
    :func:`cheapest_schedule`.
    """

    def bother(self, schedule: Schedule) -> int:
        """Cents of bother of a schedule that begins with a new line."""
        providers = dict(zip(self.plan_id.tolist(), self.provider.tolist(), strict=True))
        addons = set(self.plan_id[self.terms.addon].tolist())
        moves, line = 0, None
        for one in schedule.bought:
            if one.plan_id not in addons and providers[one.plan_id] != line:
                moves, line = moves + 1, providers[one.plan_id]
        return self.prices.per_purchase * len(schedule.bought) + self.prices.per_move * moves

    def fees_unknown(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """Those of some plans that have a fee nobody knows, each once."""
        return tuple(dict.fromkeys(
            self.plan_id[number] for number in numbers if self.terms.fee_unknown[number]))

    def cheapest(self, need_mb: Sequence[int]) -> Schedule:
        """The schedule of least cost, see :func:`cheapest_schedule`."""
        return self._found(self.stay(need_mb))

    def after(self, need_mb: Sequence[int], running: Running) -> After:
        """The schedule of least cost that goes on from a line in use."""
        if running.plan["plan_id"].iloc[0] not in self.plan_id:
            self = self._like(_running=running.plan["plan_id"].iloc[0])  # as a base of add-ons
        stay = self.stay(need_mb)
        plan = self.running_plan(running.plan)
        line_on = partial(Line.of, running=running, plan=plan)
        line = line_on(stay)
        out = stay.data_end(plan, 0, line.left)
        return After(
            schedule=self._found(stay, line_on),
            data_out_day=stay.day(out) if out < stay.end else None,
            plan_end_day=stay.last_day(plan, running.days_left, running.paid_cycles, FOREVER),
            by_data=line.point < line.ends[-1],
            unserved_day=stay.day(line.point) if line.point < stay.end else None)

    def _found(
        self, stay: Stay, line_on: Callable[[Stay], Line | None] = lambda stay: None
    ) -> Schedule:
        """``line_on``: the line in use on the days of a stay."""
        line = line_on(stay)
        served = 0 if line is None else line.begins_at
        least = self._finder.least_purchases(stay, served)
        if least > _MOST_PURCHASES:
            raise NoSchedule("too_many_purchases", stay.day(served), least=least,
                             most=_MOST_PURCHASES)
        path = self._finder.path(stay, line)
        if path is None:
            raise self._no_schedule(stay, line_on)
        return schedule_of(self.terms, self.prices, stay, path, line)

    def cheapest_within(self, need_mb: Sequence[int], cents: int) -> Schedule | None:
        """The same if it costs at most so many cents with bother; else ``None``, often soon."""
        stay = self.stay(need_mb)
        path = self._finder.path(stay, up_to=weight(cents + 1) - 1)
        return None if path is None else schedule_of(self.terms, self.prices, stay, path, None)

    def costs_more(self, need_mb: Sequence[int], cents: int) -> bool:
        """Whether all that serves the stay costs more than so many cents, bother not included;
        ``False`` where nothing serves it, or that is hard to tell."""
        return self._finder.serves(self.stay(need_mb)) and (
            self.with_bother().cheapest_within(need_mb, cents) is None)

    def least_cents(self, need_mb: Sequence[int]) -> int:
        """What :meth:`cheapest` costs."""
        return self.cheapest(need_mb).total_cents

    def first_at_least(self, need_mb: Sequence[int]) -> np.ndarray:
        """For each plan, in the order of ``plan_id``, the cents, bother included, below which no
        schedule is that begins with it; -1 where none does."""
        stay = self.stay(need_mb)
        found = np.full(len(self.terms), -1, np.int64)
        for plan, cents in sorted(self._finder.firsts(stay), reverse=True):
            found[plan] = cents  # the least comes last
        return found

    def with_first(self, need_mb: Sequence[int], number: int) -> Schedule | None:
        """The schedule of least cost that begins with the plan at a place in ``plan_id``; ``None``
        where it cannot be the first, or nothing serves the stay after it."""
        stay = self.stay(need_mb)
        path = self._finder.path(stay, None, first=number)
        return None if path is None else schedule_of(self.terms, self.prices, stay, path, None)

    def _no_schedule(self, stay: Stay, line_on: Callable[[Stay], Line | None]) -> NoSchedule:
        """Why nothing covers the stay, and from which day on."""

        def found(offers: Offers, day: int) -> bool:
            """Whether something covers the stay up to a day."""
            part = stay.until(day + 1)
            return offers._finder.path(part, line_on(part)) is not None

        days = [day for day in range(stay.days) if stay.need[day]]
        day = days[bisect_left(days, True, key=lambda day: not found(self, day))]
        if self.terms.addon.all():
            return NoSchedule("no_plans", day)
        early = self._like(terms=replace(self.terms, blocks=np.zeros(len(self.terms), bool)))
        return NoSchedule("one_at_a_time" if found(early, day) else "only_new_customers", day)
