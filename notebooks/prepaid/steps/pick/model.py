"""Pick a package: a stay, its use and needs, and the cheapest way to cover it."""

import datetime as dt
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

import pandas as pd
import traitlets as tl

from prepaid.analysis.kinds import left_out
from prepaid.analysis.sizes import runner_ups
from prepaid.catalogue.plans import select
from prepaid.catalogue.usage import LEVELS, daily_need_mb
from prepaid.i18n import CONTENT, Refusal
from prepaid.schedule import NoSchedule, Offers, Schedule
from prepaid.steps.inputs import Choice, Day, Input, Needs, Number
from prepaid.steps.model import ShelfModel
from prepaid.steps.shelf import Shelf

MAX_DAYS = 365
MAX_GB = 10_000
MODES = ("activities", "gb")
GB_PER = {"day": 1, "month": 30, "stay": None}


@cache
def example() -> Mapping:
    """The stay every lesson starts from, inputs of :class:`PickModel`."""
    return tomllib.loads((CONTENT / "example.toml").read_text("utf-8"))


@dataclass(frozen=True)
class PickAnswer:
    """An answered stay.

    Attributes:
        start: date of day 0.
        offers: the plans that meet the needs, as they can be bought.
        schedule: the cheapest of them.
        plans: their catalogue rows.
        excluded: plans that do not meet a need, see :func:`prepaid.catalogue.plans.select`.
        tax_rate: as set by the reader; 0 where none is set.
        slow_ok_kbps: the slowest speed that counts as usable, if any.
    """

    start: dt.date
    offers: Offers
    schedule: Schedule
    plans: pd.DataFrame
    excluded: pd.DataFrame
    tax_rate: float
    slow_ok_kbps: int | None

    @property
    def days(self) -> int:
        return len(self.schedule.need_mb)

    @cached_property
    def runner_ups(self) -> pd.DataFrame:
        return runner_ups(self.offers, self.schedule)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """Plans that meet the needs and can never be scheduled, with the reason."""
        return left_out(self.plans, slow_ok_kbps=self.slow_ok_kbps)


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
    mode = Choice(MODES, buttons=True, keep="use")
    hours = Hours(keep="use")
    level = Choice(LEVELS, "typical", keep="use")
    gb = Number(0, MAX_GB, step=0.5, keep="use")
    gb_per = Choice(GB_PER, keep="use")

    def __init__(self, plans: Shelf | pd.DataFrame | None = None, **inputs):
        self._asked, self._found = None, None
        super().__init__(plans, **example() | inputs)

    def need_mb(self) -> list[int]:
        """Whole MB wanted on each day.

        Raises:
            Refusal: days or use that make no sense.
        """
        days = self.checked("days")
        if self.mode == "activities":
            need = daily_need_mb(self.hours, days, self.level)
        else:
            gb = Fraction(str(self.checked("gb")))
            need = [math.ceil(gb * 1000 / (GB_PER[self.gb_per] or days))] * days
        if not any(need):
            raise Refusal("no_use")
        return need

    def solve(self) -> PickAnswer:
        start, need, options = self.checked("start"), self.need_mb(), self.options()
        offers, kept, excluded = self.on_offer()
        schedule = offers.cheapest(need)
        return PickAnswer(start, offers, schedule, kept, excluded, options["tax_rate"],
                          options["slow_ok_kbps"])

    def on_offer(self) -> tuple[Offers, pd.DataFrame, pd.DataFrame]:
        """The plans that meet the needs, as they can be bought, their rows, and the rest."""
        options = self.options()
        asked = self.needs() | options | {"shelf": self.shelf.version}
        if asked != self._asked:  # most changes are of days and use: the offers stay
            kept, excluded = select(self.plans, **self.needs())
            self._asked, self._found = asked, (Offers(kept, **options), kept, excluded)
        return self._found

    def relaxations(self) -> dict[str, int]:
        """What the stay would cost with one need given up, in cents; needs that do not help are
        left out. Keys are the inputs' names."""
        need, found = self.need_mb(), {}
        for name, value in _RELAXED.items():
            if getattr(self, name) == value:
                continue
            needs = self.needs() | ({name: value} if name in self.needs() else {})
            options = self.options() | ({name: value} if name in self.options() else {})
            kept, _ = select(self.plans, **needs)
            try:
                found[name] = Offers(kept, **options).cheapest(need).total_cents
            except NoSchedule:
                continue
        return found


_RELAXED = {"sim": "either", "us_number": False, "hotspot": False, "slow_ok_kbps": 128}
