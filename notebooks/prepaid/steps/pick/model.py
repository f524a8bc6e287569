"""Pick a package: a stay, its use and needs, and the cheapest way to cover it."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import pandas as pd
import traitlets as tl

from prepaid.analysis.firmness import firmness
from prepaid.analysis.kinds import left_out
from prepaid.analysis.number_line import number_line
from prepaid.analysis.sizes import runner_ups
from prepaid.catalogue.content import load
from prepaid.catalogue.plans import select
from prepaid.catalogue.usage import LEVELS, daily_need_mb, spread_mb
from prepaid.i18n import Refusal
from prepaid.schedule import NoSchedule, Offers, Schedule
from prepaid.steps.inputs import Choice, Clock, Day, Input, Needs, Number, time_of
from prepaid.steps.model import ShelfModel
from prepaid.steps.shelf import Shelf

MAX_DAYS = 365
MAX_GB = 10_000
MODES = ("activities", "gb")
GB_PER = {"day": 1, "month": 30, "stay": None}


def example() -> Mapping:
    """The stay every lesson starts from, inputs of :class:`PickModel`."""
    return load("example")


@dataclass(frozen=True)
class PickAnswer:
    """An answered stay.

    Attributes:
        start: date of day 0.
        offers: the plans that meet the needs, as they can be bought.
        schedule: the cheapest of them; where no data is wanted, what keeps a US number alive.
        plans: their catalogue rows.
        excluded: plans that do not meet a need, see :func:`prepaid.catalogue.plans.select`.
        options: those of :func:`prepaid.cheapest_schedule`.
    """

    start: dt.date
    offers: Offers
    schedule: Schedule
    plans: pd.DataFrame
    excluded: pd.DataFrame
    options: Mapping

    @property
    def days(self) -> int:
        return len(self.schedule.need_mb)

    @property
    def tax_rate(self) -> float:
        """As set by the reader; 0 where none is set."""
        return self.options["tax_rate"]

    @property
    def number_only(self) -> bool:
        """Whether no data is wanted, only a US number."""
        return not any(self.schedule.need_mb)

    @cached_property
    def runner_ups(self) -> pd.DataFrame | None:
        """See :func:`prepaid.analysis.sizes.runner_ups`; none where only a number is wanted."""
        return None if self.number_only else runner_ups(self.offers, self.schedule)

    @cached_property
    def firmness(self) -> pd.DataFrame | None:
        """See :func:`prepaid.firmness`; none where only a number is wanted."""
        return None if self.number_only else firmness(self.plans, self.schedule, **self.options)

    @cached_property
    def least_money(self) -> Schedule:
        """The schedule of least cost if bother had no price."""
        free = {"per_purchase_usd": 0, "per_move_usd": 0}
        if self.number_only or not any(self.options[name] for name in free):
            return self.schedule
        return Offers(self.plans, **self.options | free).cheapest(self.schedule.need_mb)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """Plans that meet the needs and can never be scheduled, with the reason."""
        return left_out(self.plans, **self.options)


class Hours(Input, tl.Dict):
    """Hours or times a day, by activity."""

    def checked(self, value) -> dict[str, float]:
        if not isinstance(value, dict) or value.keys() != example()["hours"].keys():
            raise ValueError(value)
        daily_need_mb(value, 1)
        return {activity: value[activity] for activity in example()["hours"]}


class PickModel(Needs, ShelfModel):
    """The inputs of the lesson; ``answer`` is a :class:`PickAnswer`."""

    start = Day(keep="stay")
    days = Number(1, MAX_DAYS, whole=True, keep="stay")
    arrive = Clock(keep="stay")
    leave = Clock(keep="stay")
    mode = Choice(MODES, buttons=True, keep="use")
    hours = Hours(keep="use")
    level = Choice(LEVELS, "typical", keep="use")
    gb = Number(0, MAX_GB, step=0.5, keep="use")
    gb_per = Choice(GB_PER, keep="use")

    def __init__(self, plans: Shelf | pd.DataFrame | None = None, **inputs):
        self._asked, self._found, self._dated = None, None, (None, None)
        super().__init__(plans, **example() | inputs)

    def use_mb(self) -> list[int]:
        """Whole MB wanted on each day, none at all included.

        Raises:
            Refusal: days or use that make no sense.
        """
        days = self.checked("days")
        if self.mode == "activities":
            return daily_need_mb(self.hours, days, self.level)
        return spread_gb(self.checked("gb"), GB_PER[self.gb_per], days)

    def need_mb(self) -> list[int]:
        """Whole MB wanted on each day.

        Raises:
            Refusal: days or use that make no sense, or no use.
        """
        need = self.use_mb()
        if not any(need):
            raise Refusal("no_use")
        return need

    def solve(self) -> PickAnswer:
        need = self.use_mb() if self.us_number else self.need_mb()
        offers, kept, excluded = self.on_offer()
        options = self.options() | self.dates()
        schedule = offers.cheapest(need) if any(need) else number_line(kept, len(need), **options)
        return PickAnswer(options["start"], offers, schedule, kept, excluded, options)

    def dates(self) -> dict:
        """The date of day 0, and the times of day on the first and the last day."""
        arrive, leave = (time_of(self.checked(name)) for name in ("arrive", "leave"))
        return {"start": self.checked("start"), "arrive": arrive, "leave": leave}

    def on_offer(self) -> tuple[Offers, pd.DataFrame, pd.DataFrame]:
        """The plans that meet the needs, as they can be bought, their rows, and the rest."""
        options, dates = self.options(), self.dates()
        asked = self.needs() | options | {"shelf": self.shelf.version}
        if asked != self._asked:  # most changes are of days and use: the offers stay
            kept, excluded = select(self.plans, **self.needs())
            self._asked, self._found = asked, (Offers(kept, **options), kept, excluded)
            self._dated = None, None
        offers, kept, excluded = self._found
        if dates != self._dated[0]:
            self._dated = dates, offers.at(**dates)
        return self._dated[1], kept, excluded

    def relaxations(self) -> dict[str, int]:
        """What the stay would cost with one need given up, in cents; needs that do not help are
        left out. Keys are the inputs' names."""
        need, found = self.use_mb(), {}
        for name, value in _RELAXED.items():
            if getattr(self, name) == value or not any(need):
                continue
            needs = self.needs() | ({name: value} if name in self.needs() else {})
            options = self.options() | ({name: value} if name in self.options() else {})
            kept, _ = select(self.plans, **needs)
            try:
                found[name] = Offers(kept, **options | self.dates()).cheapest(need).total_cents
            except NoSchedule:
                continue
        return found


def spread_gb(gb: float, per: int | None, days: int) -> list[int]:
    """GB as the reader says them as whole MB for each day: the sum is right to the MB, rounded up.

    Args:
        per: the days that ``gb`` are for; ``None``: the whole stay.
        days: length of the stay.

    Example:
        >>> sum(spread_gb(10, 30, 30)), sum(spread_gb(0.1, 1, 7))
        (10000, 700)
    """
    return spread_mb(math.ceil(Fraction(str(gb)) * 1000 * days / (per or days)), days)


_RELAXED = {"sim": "either", "us_number": False, "hotspot": False, "us_address": True,
            "us_card": True, "in_us": True, "port_in": True, "slow_ok_kbps": 128, "doubtful": True}
