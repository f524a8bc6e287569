"""What comes out: the purchases of a stay, or why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from prepaid.i18n import Refusal
from prepaid.schedule.buying import Bought
from prepaid.schedule.line import Line
from prepaid.schedule.points import Stay
from prepaid.schedule.steps import Prices
from prepaid.schedule.terms import ENDLESS, FOREVER, MONTHS, Plan, Terms


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

    @property
    def paid_cents(self) -> int:
        """Price, fees and tax together."""
        return self.price_cents + self.fee_cents + self.tax_cents


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
        return sum(one.paid_cents for one in self.bought)

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """The plans in the order in which they are bought."""
        return tuple(one.plan_id for one in self.bought)


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


def schedule_of(
    terms: Terms, prices: Prices, stay: Stay, path: Sequence[Bought], line: Line | None
) -> Schedule:
    """What the search found, in the words of a reader."""
    served = [[(one.point, one.end)] for one in path]
    for one in path:
        for at, begin, end in one.resumed:
            if at >= 0:
                base = next(place for place, other in enumerate(path) if other.point == at)
                served[base].append((begin, end))
    rows = [one.plan.number for one in path]
    return Schedule(
        tuple(_purchase(terms, prices, stay, one, parts)
              for one, parts in zip(path, served, strict=True)),
        tuple(stay.need), tuple(_left(stay, path, line)),
        tuple(dict.fromkeys(terms.plan_id[row] for row in rows if terms.fee_unknown[row])),
        stay.start is None and bool((terms.unit[rows] == MONTHS).any()))


def _purchase(
    terms: Terms, prices: Prices, stay: Stay, one: Bought, served: list[tuple[int, int]]
) -> Purchase:
    """One purchase that serves from where to where."""
    plan, day = one.plan, stay.day(one.point)
    amount = one.price + plan.charge(one.end - one.point)
    used = sum(end - begin for begin, end in served)
    unused = None
    if plan.allowance < ENDLESS and not plan.by_use:
        times = stay.days_of(plan, one.point) if plan.daily else plan.cycles
        unused = plan.allowance * times - used if times < FOREVER else None
    return Purchase(
        day, one.point, terms.plan_id[plan.number], amount, plan.fees(amount, one.moves),
        plan.tax(amount, prices.tax_rate), stay.day(served[-1][1] - 1) - day + 1, used, unused)


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

    if line is not None and line.point:
        note(line.plan, 0, line.point, line.ends, line.left)
    for one in path:
        ends = [stay.cycle_end(one.plan, one.point, cycle + 1) for cycle in range(one.plan.cycles)]
        note(one.plan, one.point, one.end, ends, one.plan.allowance)
        day = stay.day(one.point)
        for quiet in range(day + 1, stay.last_day(one.plan, day, one.plan.cycles)):
            if not stay.need[quiet] and left[quiet] is None and stay.cum[quiet + 1] <= one.end:
                left[quiet] = left[quiet - 1]
        for at, begin, end in one.resumed:
            if at < 0:
                note(line.plan, begin, end, line.ends, line.plan.allowance)
            else:
                base = next(other.plan for other in path if other.point == at)
                ends = [stay.cycle_end(base, at, cycle + 1) for cycle in range(base.cycles)]
                note(base, begin, end, ends, base.allowance)
    return left
