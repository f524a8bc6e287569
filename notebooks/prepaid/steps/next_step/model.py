"""Renew: where a running plan stands, how to go on, and what each kind of topping up does."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import pandas as pd
import traitlets as tl

from prepaid.analysis.next_step import NextStep, next_step
from prepaid.analysis.number_line import number_line
from prepaid.analysis.top_up import MEANINGS, RenewWindow, TopUp, renew_window
from prepaid.catalogue.plans import load_catalog, select
from prepaid.i18n import Refusal
from prepaid.schedule import NoSchedule
from prepaid.steps.inputs import Choice, Day, Input, Needs, Number, among, number
from prepaid.steps.model import Model
from prepaid.steps.pick.model import GB_PER, MAX_DAYS, MAX_GB, example, spread_gb

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei",
    "Asia/Singapore", "Asia/Tokyo", "Europe/London", "Europe/Berlin", "UTC",
)

_STILL_MET = ("sim", "us_number", "hotspot", "status")  # needs that a plan in use may not meet


@dataclass(frozen=True)
class NextStepAnswer:
    """Where the traveller stands.

    Attributes:
        start: today's date, day 0 of ``step``.
        step: see :class:`prepaid.analysis.next_step.NextStep`; where no data is used and a US
            number is needed, its schedule is what keeps the number alive.
        plans: the catalogue rows that may be bought, and the running plan's.
        timezone: of the calendar file.
        tax_rate: 0 to 1.
        staying_cents: what the rest costs without a change of provider; ``None`` where that
            cannot be done.
        unmet: the needs for which the running plan cannot be bought again.
    """

    start: dt.date
    step: NextStep
    plans: pd.DataFrame
    timezone: str
    tax_rate: float
    staying_cents: int | None
    unmet: tuple[str, ...] = ()

    @property
    def provider(self) -> str:
        """The provider of the running plan."""
        return self.providers[self.step.plan_id]

    @cached_property
    def providers(self) -> dict[str, str]:
        """The provider of each plan."""
        return dict(zip(self.plans["plan_id"], self.plans["provider"], strict=True))


class PlanId(Input, tl.Unicode):
    """A plan of our catalogue."""

    def checked(self, value) -> str:
        return among(value, load_catalog()["plan_id"])


class NextStepModel(Needs, Model):
    """*Where am I now?* ``answer`` is a :class:`NextStepAnswer`."""

    takes = ("gb", "gb_per", "days")
    plan_id = PlanId("tello-2gb", keep="plan")
    start = Day()
    days_left = Number(0, MAX_DAYS, 3, whole=True)
    gb_left = Number(0, MAX_GB, 0.4, step=0.1)
    paid_cycles_left = Number(0, 24, 0, whole=True)
    gb_per_day = Number(0, 1000, 0.15, step=0.05)
    stay_left = Number(1, MAX_DAYS, 21, whole=True)
    timezone = Choice(ZONES)

    def __init__(self, plans: pd.DataFrame | None = None, **inputs):
        self.plans = load_catalog() if plans is None else plans
        super().__init__(**{"start": example()["start"], "us_number": True} | inputs)

    def carried(self) -> Mapping[str, object]:
        """The kept inputs, and the use per day as the picker has it."""
        use = {"mode": "gb", "gb": self.gb_per_day, "gb_per": "day"}
        return {**super().carried(), **use}

    def begin(self, today: dt.date) -> None:
        """Begin today instead of on the example's date."""
        if self.start == self._example["start"] == example()["start"]:
            self._example["start"] = today
            self.start = today

    def solve(self) -> NextStepAnswer:
        start = self.checked("start")
        if start < dt.date.today() and start != example()["start"]:
            raise Refusal("date_past", date=start)
        options = self.options() | {"start": start}
        if self._running().empty:
            raise Refusal("plan_unknown", plan_id=self.plan_id)
        plans, unmet = self._on_offer()
        own = plans[plans["provider"] == self._running()["provider"].iloc[0]]
        step = self._next(plans, options, unmet)
        try:
            staying = self._next(own, options, unmet).total_cents
        except NoSchedule:
            staying = None
        return NextStepAnswer(start, step, plans, self.timezone, options["tax_rate"], staying,
                              unmet)

    def _running(self) -> pd.DataFrame:
        return self.plans[self.plans["plan_id"] == self.plan_id]

    def _on_offer(self) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """What may be bought, with the running plan, and the needs that this one does not meet.

        What the running plan asked for when it was bought does not rule it out now.
        """
        kept, excluded = select(self.plans, **self.needs())
        running = self._running()
        mine = excluded[excluded["plan_id"].isin(running["plan_id"])]
        unmet = tuple(need for need in _STILL_MET if mine[need].any())
        if len(mine):
            price = math.nan if unmet else running["price_usd"]  # runs, but is not bought
            kept = pd.concat([kept, running.assign(price_usd=price)])
        return kept, unmet

    def _next(self, plans: pd.DataFrame, options: Mapping, unmet: Sequence[str]) -> NextStep:
        use = spread_gb(self.checked("gb_per_day"), 1, self.checked("stay_left"))
        step = next_step(
            plans, self.plan_id, days_left=self.checked("days_left"),
            mb_left=math.floor(Fraction(str(self.checked("gb_left"))) * 1000), need_mb=use,
            paid_cycles_left=self.checked("paid_cycles_left"), **options)
        if any(use) or not self.us_number:
            return step
        running = None if "us_number" in unmet else (self.plan_id, step.plan_end_day)
        line = number_line(plans, len(use), running=running, **options)
        due = line.bought[0].day if line.bought else None
        return replace(step, schedule=line, unserved_day=due, data_counts=False,
                       last_safe_day=due - 1 if due else None)

    def update(self, **inputs) -> None:
        """Set several inputs and answer once; ``gb``, ``gb_per`` and ``days`` as the picker has
        them become use per day."""
        gb, per = inputs.pop("gb", None), GB_PER[inputs.pop("gb_per", "day")]
        per = inputs.pop("days", None) if per is None else per
        if gb is not None and per:
            millionths = Fraction(str(gb)) * 10**6 / per  # so small that no sum of MB changes
            inputs["gb_per_day"] = math.floor(millionths) / 10**6
        super().update(**inputs)


class TopUpModel(Model):
    """*What does topping up do?* ``answer`` maps each meaning to what happens on the day chosen
    and to its best days, ``{meaning: (TopUp, RenewWindow)}``."""

    validity_days = Number(1, 365, 30, whole=True)
    allowance_gb = Number(0.1, 1000, 5.0, step=0.5)
    gb_per_day = Number(0, 1000, 0.15, step=0.05)
    renew_day = Number(1, 120, 21, whole=True)
    days = Number(1, 120, 60, whole=True)

    def solve(self) -> dict[str, tuple[TopUp, RenewWindow]]:
        days, gb, use = map(self.checked, ("days", "allowance_gb", "gb_per_day"))
        terms = {
            "validity_days": self.checked("validity_days"),
            "allowance_mb": math.floor(Fraction(str(gb)) * 1000),
            "need_mb": spread_gb(use, 1, days),
        }
        day = number(self.renew_day, "renew_day", 1, days, whole=True) - 1
        windows = {meaning: renew_window(meaning, **terms) for meaning in MEANINGS}
        return {meaning: (window.top_ups[day], window) for meaning, window in windows.items()}
