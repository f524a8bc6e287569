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

from prepaid.analysis.sizes import runner_ups
from prepaid.catalogue.plans import left_out, select
from prepaid.catalogue.usage import daily_need_mb
from prepaid.i18n import CONTENT, Refusal
from prepaid.schedule import NoSchedule, Offers, Schedule
from prepaid.steps.model import ShelfModel, number
from prepaid.steps.shelf import Shelf

MAX_DAYS = 365
MAX_GB = 10_000
SLOW_KBPS = (0, 128, 256, 512, 1000, 1500)  # 0: slow data does not count as usable
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


class PickModel(ShelfModel):
    """The inputs of the lesson; ``answer`` is a :class:`PickAnswer`."""

    start = tl.Any().tag(input=True)
    days = tl.Any().tag(input=True)
    mode = tl.Enum(["activities", "gb"], "activities").tag(input=True)
    hours = tl.Dict().tag(input=True)
    level = tl.Enum(["low", "typical", "high"], "typical").tag(input=True)
    gb = tl.Any().tag(input=True)
    gb_per = tl.Enum(list(GB_PER)).tag(input=True)
    sim = tl.Enum(["either", "esim", "physical"], "either").tag(input=True)
    us_number = tl.Bool(False).tag(input=True)
    hotspot = tl.Bool(False).tag(input=True)
    known_customer = tl.Bool(False).tag(input=True)
    slow_ok_kbps = tl.Enum(list(SLOW_KBPS), 0).tag(input=True)
    tax_percent = tl.Any(0.0).tag(input=True)

    def __init__(self, plans: Shelf | pd.DataFrame | None = None, **inputs):
        self._asked, self._found = None, None
        super().__init__(plans, **example() | inputs)

    def need_mb(self) -> list[int]:
        """Whole MB wanted on each day.

        Raises:
            Refusal: days or use that make no sense.
        """
        days = number(self.days, "days", 1, MAX_DAYS, whole=True)
        if self.mode == "activities":
            need = daily_need_mb(self.hours, days, self.level)
        else:
            gb = Fraction(str(number(self.gb, "gb", 0, MAX_GB)))
            need = [math.ceil(gb * 1000 / (GB_PER[self.gb_per] or days))] * days
        if not any(need):
            raise Refusal("no_use")
        return need

    def options(self) -> dict:
        """What :func:`prepaid.cheapest_schedule` is to be asked with."""
        return {
            "slow_ok_kbps": self.slow_ok_kbps or None,
            "new_customer": not self.known_customer,
            "tax_rate": number(self.tax_percent, "tax_percent", 0, 100) / 100,
        }

    def needs(self) -> dict:
        """What a plan has to offer."""
        return {"sim": self.sim, "us_number": self.us_number, "hotspot": self.hotspot}

    def solve(self) -> PickAnswer:
        if not isinstance(self.start, dt.date):
            raise Refusal("date_missing")
        need, options = self.need_mb(), self.options()
        offers, kept, excluded = self.on_offer()
        schedule = offers.cheapest(need)
        return PickAnswer(self.start, offers, schedule, kept, excluded, options["tax_rate"],
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
