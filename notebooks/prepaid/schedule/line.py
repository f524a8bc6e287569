"""A line that runs already: what it still serves, and the cycles that are paid for."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from prepaid.schedule.points import Stay
from prepaid.schedule.terms import ENDLESS, Plan


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
    mb_left: int | None
    paid_cycles: int


@dataclass(frozen=True)
class Line:
    """The same in numbers of the search.

    Attributes:
        plan: what it runs on; its provider is -2 where that one sells nothing.
        ends: the points at which the running cycle and the paid ones after it end by their days.
        left: MB left in the running cycle.
        point: how far the running cycle gets, and the paid ones after it.
        cycle: the cycle, from 1, whose data runs out there; 0 for none.
    """

    plan: Plan
    ends: tuple[int, ...]
    left: int
    point: int
    cycle: int

    @classmethod
    def of(cls, stay: Stay, running: Running, plan: Plan) -> "Line":
        """The line of a stay on which a plan runs."""
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
        return cls(plan, ends, left, point, cycle)

    @property
    def provider(self) -> int:
        """The number of its provider."""
        return self.plan.provider

    @property
    def blocked(self) -> tuple[tuple[int, int], ...]:
        """The provider, where it sells nothing until all that is paid has ended."""
        return ((self.provider, self.ends[-1]),) if self.plan.blocks else ()

    @property
    def begins_at(self) -> int:
        """The point from which the cost to come counts."""
        return max(self.point, *self.ends)

    def topped_up(self, cycle: int) -> tuple[int, int, int] | None:
        """The base for add-ons where the data of a cycle runs out; ``None`` where none does."""
        return (self.plan.number, -1, cycle) if cycle else None

    def followed(self, cycle: int) -> int:
        """The same cycle if another is paid for after it, else 0."""
        return cycle if cycle < len(self.ends) else 0


def run_on(stay: Stay, plan: Plan, ends: Sequence[int], cycle: int) -> tuple[int, int]:
    """How far the paid cycles of a running plan get from the beginning of ``cycle``, from 1; and
    the cycle whose data runs out there, or 0."""
    begin = ends[cycle - 2]
    for number in range(cycle, len(ends) + 1):
        out = stay.data_end(plan, begin) if begin < stay.end else begin
        if out < ends[number - 1]:
            return out, number
        begin = ends[number - 1]
    return begin, 0
