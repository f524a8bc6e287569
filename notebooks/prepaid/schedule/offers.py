"""The cheapest schedule of a stay: plans and a need in, purchases out."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from prepaid.catalogue.frames import checked
from prepaid.i18n import Refusal
from prepaid.schedule import terms as rule
from prepaid.schedule.bound import Bound
from prepaid.schedule.points import DAY, Stay
from prepaid.schedule.search import Bought, Impatient, Line, Search, State, run_on
from prepaid.schedule.steps import Prices, Steps
from prepaid.schedule.terms import DAYS, ENDLESS, FOREVER, MONTHS, Plan, Terms, cents_of, weight

_READ = {"_bases", "_bounds", "_dated", "_steps"}  # what is worked out once from the terms
_MOST_MB = 10**9  # a day: a thousand TB
_NO_DATA = ("", "unknown_allowance", "not_promised")  # reasons that do not matter without data
_FEW = 400  # plans that the search looks at without leaving out those that cost too much
_REMEMBERED = 16  # stays
_PATIENCE = 20  # states after which leaving them out is worth it


class NoSchedule(Refusal):
    """No sequence of the plans covers the stay.

    Attributes:
        day: the first day, from 0, that cannot be served by any sequence.
    """

    def __init__(self, code: str, day: int, **values):
        super().__init__(code, day=day + 1, **values)
        self.day = day


class Purchase(NamedTuple):
    """One plan bought at one point of the stay; see :class:`Schedule`."""

    day: int
    at_mb: int
    plan_id: str
    price_cents: int
    fee_cents: int
    tax_cents: int
    serves_days: int
    mb_used: int
    mb_unused: int | None


@dataclass(frozen=True)
class Schedule:
    """The purchases of a stay, in order.

    Attributes:
        bought: each :class:`Purchase`. ``day`` counts from 0, ``at_mb`` is the MB used before it.
            The price has the charges by use in it. ``serves_days`` are the days from ``day`` to the
            last on which it is used, both included. ``mb_unused`` is what is paid for and not used,
            ``None`` where nothing can run out.
        need_mb: whole MB wanted on each day of the stay.
        left_mb: data left after each day; ``None`` where nothing can run out or no plan runs.
        unknown_fees: the plans bought that have a fee nobody knows: the total is "from".
        months_are_30_days: whether a plan bought counts months and no start date is known.
    """

    bought: tuple[Purchase, ...]
    need_mb: tuple[int, ...]
    left_mb: tuple[int | None, ...] = ()
    unknown_fees: tuple[str, ...] = ()
    months_are_30_days: bool = False

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """``bought`` as a frame, one row each; integers, ``mb_unused`` ``<NA>`` for ``None``."""
        columns = dict(zip(Purchase._fields, zip(*self.bought, strict=True), strict=False))
        return pd.DataFrame({
            name: pd.array(
                columns.get(name, ()),
                {"plan_id": "str", "mb_unused": "Int64"}.get(name, "int64"))
            for name in Purchase._fields
        })

    @property
    def total_cents(self) -> int:
        """Prices, charges by use, fees and tax together, in cents; never the bother."""
        return sum(one.price_cents + one.fee_cents + one.tax_cents for one in self.bought)

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """The plans in the order in which they are bought."""
        return tuple(one.plan_id for one in self.bought)


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
        NoSchedule: naming the first day that no sequence can serve.
        CatalogError: plans that cannot be reckoned with, see :func:`prepaid.catalogue.checked`.
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


@dataclass(frozen=True)
class Running:
    """A line that is in use when the days of a need begin.

    Attributes:
        plan: what runs on it, as a frame of one row. Staying at its provider is no move, and new
            customers' prices are gone there.
        days_left: days of its running cycle, the first of the need included.
        mb_left: MB left in it; ``None`` where nothing can run out.
        paid_cycles: cycles that are paid for already and follow the running one.
    """

    plan: pd.DataFrame
    days_left: int
    mb_left: int | None = None
    paid_cycles: int = 0


class After(NamedTuple):
    """How a line in use goes on.

    Attributes:
        schedule: the cheapest continuation.
        data_out_day: the day on which the running cycle's data runs out, as if its days did not
            end; ``None`` where it lasts to the end of the stay.
        plan_end_day: the day before whose midnight the last paid cycle has ended.
        by_data: whether data, not days, ends what the line has.
        unserved_day: the day of the first MB that it does not serve, ``None`` where there is none.
    """

    schedule: Schedule
    data_out_day: int | None
    plan_end_day: int
    by_data: bool
    unserved_day: int | None


class Offers:
    """What can be bought under given options, one entry per plan in ``plan_id`` order.

    Reading a frame takes longer than scheduling a month, so whoever schedules several times
    makes one ``Offers`` and narrows it with :meth:`where`; options as for
    :func:`cheapest_schedule`.
    """

    def __init__(
        self, plans: pd.DataFrame, *, start: dt.date | None = None,
        slow_ok_kbps: float | None = None, trust_unlimited: bool = False,
        new_customer: bool = True, tax_rate=0, per_purchase_usd=0, per_move_usd=0,
        arrive: dt.time | None = None, leave: dt.time | None = None, doubtful: bool = False,
        keeps_number: bool = False,
    ):
        """``keeps_number``: only what keeps a US number, whatever its data."""
        if slow_ok_kbps is not None and not (_is_number(slow_ok_kbps) and slow_ok_kbps > 0):
            raise Refusal("slow_ok_kbps", value=slow_ok_kbps)
        self.prices = Prices(
            _checked_rate(tax_rate), _checked_cents("per_purchase_usd", per_purchase_usd),
            _checked_cents("per_move_usd", per_move_usd))
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

    def where(self, mask) -> "Offers":
        """Only the plans for which ``mask`` holds, one boolean per entry."""
        return self._like(terms=self.terms.take(np.asarray(mask, bool)))

    def at(self, start: dt.date | None, arrive: dt.time | None = None,
           leave: dt.time | None = None) -> "Offers":
        """The same offers for a stay at other dates."""
        part = self._like()
        if (start is None) == (self.start is None):
            part.__dict__ |= {name: self.__dict__[name]
                              for name in (_READ - {"_bounds"}) & self.__dict__.keys()}
        part._set_dates(start, arrive, leave)
        return part

    def plans(self) -> list[Plan]:
        """Every plan on offer as the rule sees it."""
        return self._plans(range(len(self.terms)))

    def stay(self, need_mb: Sequence[int]) -> Stay:
        """The days of a stay with its points, for what is wanted on each."""
        need = checked_need(need_mb).tolist()
        if len(need) == 1 and self._arrive >= self._leave:
            raise Refusal("arrive_after_leave")
        if self.start is not None and self.start.year + len(need) // 365 > 9000:
            raise Refusal("start_no_date", value=self.start)
        return Stay(need, self.start, self._arrive, self._leave)

    def weight(self, plan: Plan, price: int, moves: bool) -> int:
        """What a purchase adds to the weight of a schedule, at a price and without data."""
        return Bought(plan, 0, 0, price, moves, None).weight(self.prices)

    def with_terms(self, **changes: np.ndarray) -> "Offers":
        """The same offers with other terms, by name."""
        return self._like(terms=replace(self.terms, **changes))

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
        return self._found(self.stay(need_mb), None)

    def after(self, need_mb: Sequence[int], running: Running) -> After:
        """The schedule of least cost that goes on from a line in use."""
        if running.plan["plan_id"].iloc[0] not in self.plan_id:
            self = self._like(_running=running.plan["plan_id"].iloc[0])  # as a base of add-ons
        stay = self.stay(need_mb)
        line = self._line(stay, running)
        plan, point = line.plan, line.state.point
        out = stay.data_end(plan, 0, line.left)
        return After(
            schedule=self._found(stay, running),
            data_out_day=stay.day(out) if out < stay.end else None,
            plan_end_day=stay.last_day(plan, running.days_left, running.paid_cycles, FOREVER),
            by_data=point < line.ends[-1],
            unserved_day=stay.day(point) if point < stay.end else None)

    def _found(self, stay: Stay, running: Running | None) -> Schedule:
        line = None if running is None else self._line(stay, running)
        path = self._path(stay, line)
        if path is None:
            raise self._no_schedule(stay, running)
        return self._schedule(stay, path, line)

    def least_cents(self, need_mb: Sequence[int]) -> int:
        """What :meth:`cheapest` costs."""
        stay = self.stay(need_mb)
        if not stay.end or self.prices.per_purchase or self.prices.per_move:
            return self._found(stay, None).total_cents
        bound = self._bound(stay, None)
        most = self._search(stay, self._edge, bound, None).dive()
        if most is None:
            return self._found(stay, None).total_cents
        cents = cents_of(most)  # without bother the weight tells; what costs less is looked for
        near = self._within(bound, None, cents - 1)
        path = self._search(stay, sorted(near), bound, None).cheapest(weight(cents) - 1)
        return cents if path is None else self._schedule(stay, path, None).total_cents

    def first_at_least(self, need_mb: Sequence[int]) -> np.ndarray:
        """Cents, bother included, below which no schedule is that begins with a given plan.

        Returns:
            an entry for each plan, in the order of ``plan_id``; -1 where none begins with it.
        """
        stay = self.stay(need_mb)
        search = self._search(stay, range(len(self.terms)), self._bound(stay, None), None)
        found = np.full(len(self.terms), -1, np.int64)
        for plan, cents in search.firsts():
            if found[plan] < 0 or cents < found[plan]:
                found[plan] = cents
        return found

    def cents_with_first(self, need_mb: Sequence[int], number: int) -> int | None:
        """What the stay costs at least if a given plan is the first to be bought, in cents;
        ``None`` where it cannot be the first, or nothing serves the stay after it.

        ``number`` is the plan's place in ``plan_id``.
        """
        stay = self.stay(need_mb)
        path = self._path(stay, None, first=number)
        return None if path is None else self._schedule(stay, path, None).total_cents

    # ------------------------------------------------------------------------------- the search

    def _path(self, stay: Stay, line: Line | None, first: int | None = None):
        if not stay.end:
            return []
        bound = self._bound(stay, line)
        edge = sorted({*self._edge, first} - {None})
        most = self._search(stay, edge, bound, line).dive(first)
        try:
            if most is None or len(self.terms) <= _FEW:
                every = self._search(stay, range(len(self.terms)), bound, line)
                return every.cheapest(most, first, None if most is None else _PATIENCE)
        except Impatient:
            pass
        near = self._within(bound, line, cents_of(most)) | ({first} - {None})
        return self._search(stay, sorted(near), bound, line).cheapest(most, first)

    def _bound(self, stay: Stay, line: Line | None) -> Bound:
        """What the rest of a stay costs at least; kept for the stays asked last."""
        key = tuple(stay.need)
        if line is not None or key not in self._bounds:
            search = self._search(stay, range(len(self.terms)), None, line)
            bound = search.bound = Bound(
                stay, [step for step, _ in self._steps.edge], search.moving())
            begin = search.begin()
            if bound.guess(begin.point) is not None:
                bound.set_tolls(begin.point, lambda limit: search.times(limit, begin), search.dive)
            if line is not None:
                return bound
            if len(self._bounds) >= _REMEMBERED:
                self._bounds.clear()
            self._bounds[key] = bound
        return self._bounds[key]

    def _within(self, bound: Bound, line: Line | None, most: int) -> set[int]:
        """The plans that can be part of a schedule of at most so many cents."""
        steps = self._steps
        begin = 0 if line is None else max(line.state.point, *line.ends, 0)
        spare = bound.spare(steps.kinds, begin, most)
        near = steps.cost <= np.array([spare[kind] for kind in steps.kinds], np.int64)[steps.kind]
        return set(steps.row[near].tolist())

    def _search(self, stay: Stay, rows, bound: Bound, line: Line | None) -> Search:
        return Search(stay, self._plans(rows), bound, self.prices, line)

    def _plans(self, rows) -> list[Plan]:
        return self._dated.plans(rows, self._bases)

    @cached_property
    def _dated(self) -> Terms:
        """The terms; where no date is known with months as days."""
        if self.start is not None:
            return self.terms
        months = self.terms.unit == MONTHS
        return replace(self.terms, unit=np.where(months, DAYS, self.terms.unit),
                       length=np.where(months, 30 * self.terms.length, self.terms.length))

    @property
    def _edge(self) -> list[int]:
        """The plans of the steps that no other one beats."""
        return sorted({row for _, row in self._steps.edge})

    @cached_property
    def _bounds(self) -> dict[tuple[int, ...], Bound]:
        return {}

    @cached_property
    def _bases(self) -> dict[int, tuple[int, ...]]:
        return self.terms.bases(self._running)

    @cached_property
    def _steps(self) -> Steps:
        return Steps(self._dated, self.prices, self._bases)

    def _line(self, stay: Stay, running: Running) -> Line:
        """A line in use in the numbers of the search, and where its plan leaves the traveller."""
        provider, _ = self.line_of(running.plan)
        plan = replace(self.running_plan(running.plan), provider=provider)
        ends = tuple(stay.cum[stay.last_day(plan, running.days_left, cycle)]
                     for cycle in range(running.paid_cycles + 1))
        known = running.mb_left is not None and plan.allowance < ENDLESS
        left = running.mb_left if known else ENDLESS
        if known and plan.daily and not stay.need[0]:
            left = plan.allowance  # what is left today is of no use
        out = stay.data_end(plan, 0, left)
        point, cycle = (out, 1) if out < ends[0] else (ends[0], 0)
        if not cycle and len(ends) > 1:
            point, cycle = run_on(stay, plan, ends, 2)
        return Line(plan, ends, left, State(
            point, provider, 0, ((provider, ends[-1]),) if plan.blocks else (), None,
            (plan.number, -1, cycle) if cycle else None,
            cycle if cycle < len(ends) else 0))

    def line_of(self, row: pd.DataFrame) -> tuple[int, int]:
        """The number of the provider of a plan that runs (-2: none on offer), and for how many days
        the number is kept there after the plan."""
        mine = np.flatnonzero(self.provider == row["provider"].iloc[0])
        provider = int(self.terms.provider_no[mine[0]]) if len(mine) else -2
        return provider, int(rule.read(row, **self._reading).grace[0])

    def running_plan(self, row: pd.DataFrame) -> Plan:
        """What the rule says of a plan that runs, which may be no longer sold: a frame's row."""
        read = rule.read(row, **self._reading)
        plan, = read.plans([0], {})
        known = np.flatnonzero(self.plan_id == read.plan_id[0])
        number = int(known[0]) if len(known) else len(self.terms)
        return replace(plan, number=number)

    # ------------------------------------------------------------------------------ the schedule

    def _schedule(self, stay: Stay, path: Sequence[Bought], line: Line | None) -> Schedule:
        served = [[(one.point, one.end)] for one in path]
        for one in path:
            if one.resumed is not None and one.resumed[0] >= 0:
                at, begin, end = one.resumed
                base = next(place for place, other in enumerate(path) if other.point == at)
                served[base].append((begin, end))
        bought = tuple(map(self._purchase, [stay] * len(path), path, served))
        rows = [one.plan.number for one in path]
        return Schedule(
            bought, tuple(stay.need), tuple(_left(stay, path, line)),
            self.fees_unknown(rows),
            stay.start is None and bool((self.terms.unit[rows] == MONTHS).any()))

    def _purchase(self, stay: Stay, one: Bought, served: list[tuple[int, int]]) -> Purchase:
        plan, day = one.plan, stay.day(one.point)
        amount = one.price + plan.charge(one.end - one.point)
        used = sum(end - begin for begin, end in served)
        unused = None
        if plan.allowance < ENDLESS and not plan.by_use:
            times = stay.days_of(plan, one.point) if plan.daily else plan.cycles
            unused = plan.allowance * times - used if times < FOREVER else None
        return Purchase(
            day, one.point, self.plan_id[plan.number], amount, plan.fees(amount, one.moves),
            plan.tax(amount, self.prices.tax_rate), stay.day(served[-1][1] - 1) - day + 1, used,
            unused)

    def _no_schedule(self, stay: Stay, running: Running | None) -> NoSchedule:
        """Why nothing covers the stay, and from which day on."""

        def found(offers: Offers, day: int) -> bool:
            """Whether something covers the stay up to a day."""
            part = stay.until(day + 1)
            line = None if running is None else offers._line(part, running)
            return offers._path(part, line) is not None

        days = [day for day in range(stay.days) if stay.need[day]]
        day = days[bisect_left(days, True, key=lambda day: not found(self, day))]
        if not len(self.terms):
            return NoSchedule("no_plans", day)
        early = self._like(terms=replace(self.terms, blocks=np.zeros(len(self.terms), bool)))
        code = "one_at_a_time" if found(early, day) else "only_new_customers"
        return NoSchedule(code, day)

    # ---------------------------------------------------------------------------------- options

    def _like(self, **changes) -> "Offers":
        part = object.__new__(Offers)
        part.__dict__ |= {name: value for name, value in self.__dict__.items()
                          if name not in _READ} | changes
        return part

    def _set_dates(self, start, arrive, leave) -> None:
        if not isinstance(start, dt.date | None) or isinstance(start, dt.datetime):
            raise Refusal("start_no_date", value=start)
        self.start = start
        self._arrive, self._leave = _minutes(arrive, 0), _minutes(leave, DAY)


def _left(stay: Stay, path: Sequence[Bought], line: Line | None) -> list[int | None]:
    """Data left after each day."""
    left: list[int | None] = [None] * stay.days

    def note(plan: Plan, begin: int, end: int, marks: Sequence[int], amount: int) -> None:
        """A plan serves from one point to another; at the marks its next cycles begin."""
        for mark in (*(mark for mark in marks if begin < mark < end), end):
            for day in range(stay.day(begin), stay.day(mark - 1) + 1):
                since = max(begin, stay.cum[day]) if plan.daily else begin
                fresh = plan.allowance if since > begin else amount
                if (evening := stay.cum[day + 1]) <= mark:
                    left[day] = None if fresh >= ENDLESS else fresh - (evening - since)
            begin, amount = mark, plan.allowance

    if line is not None and line.state.point:
        note(line.plan, 0, line.state.point, line.ends, line.left)
    for one in path:
        ends = [stay.cycle_end(one.plan, one.point, cycle + 1) for cycle in range(one.plan.cycles)]
        note(one.plan, one.point, one.end, ends, one.plan.allowance)
        if one.resumed is not None:
            at, begin, end = one.resumed
            if at < 0:
                note(line.plan, begin, end, line.ends, line.plan.allowance)
            else:
                base = next(other.plan for other in path if other.point == at)
                ends = [stay.cycle_end(base, at, cycle + 1) for cycle in range(base.cycles)]
                note(base, begin, end, ends, base.allowance)
    return left


def _checked_rate(tax_rate) -> Fraction:
    rate = _fraction(tax_rate)
    if rate is None or not 0 <= rate <= 1:
        raise Refusal("tax_rate", value=tax_rate)
    return rate.limit_denominator(10**9)


def _checked_cents(name: str, usd) -> int:
    cents = _fraction(usd)
    if cents is None or not 0 <= cents <= 10**6 or (cents * 100).denominator != 1:
        raise Refusal("bother", name=name, value=usd)
    return int(cents * 100)


def _fraction(value) -> Fraction | None:
    try:
        return None if isinstance(value, bool) else Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


def _minutes(time: dt.time | None, otherwise: int) -> int:
    if time is None:
        return otherwise
    if not isinstance(time, dt.time):
        raise Refusal("time_of_day", value=time)
    return time.hour * 60 + time.minute


def checked_need(need_mb: Sequence[int]) -> np.ndarray:
    """MB a day as integers of 64 bits; a refusal where they are no whole numbers from 0 up."""
    try:
        need = list(need_mb)
    except TypeError:
        raise Refusal("need_not_whole", day=1, value=need_mb, most=_MOST_MB) from None
    if not need:
        raise Refusal("stay_empty")
    for day, mb in enumerate(need):
        if not (_is_number(mb) and 0 <= mb <= _MOST_MB and mb == mb // 1):
            raise Refusal("need_not_whole", day=day + 1, value=mb, most=_MOST_MB)
    return np.array(need, np.int64)


def _is_number(value) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
