"""Renew: where a running plan stands, how to go on, and what each kind of topping up does."""

import datetime as dt
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import pandas as pd
import traitlets as tl

from prepaid.analysis.next_step import NextStep, next_step
from prepaid.analysis.top_up import MEANINGS, RenewWindow, TopUp, renew_window
from prepaid.catalogue.plans import load_catalog, select
from prepaid.i18n import Refusal
from prepaid.schedule import NoSchedule
from prepaid.steps.inputs import Choice, Day, Input, Needs, Number, among, number
from prepaid.steps.model import Model
from prepaid.steps.pick.model import GB_PER, MAX_DAYS, MAX_GB, example

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei",
    "Asia/Singapore", "Asia/Tokyo", "Europe/London", "Europe/Berlin", "UTC",
)


@dataclass(frozen=True)
class NextStepAnswer:
    """Where the traveller stands.

    Attributes:
        start: today's date, day 0 of ``step``.
        step: see :class:`prepaid.analysis.next_step.NextStep`.
        plans: the catalogue rows that may be bought, and the running plan's.
        timezone: of the calendar file.
        tax_rate: 0 to 1.
        staying_cents: what the rest costs without a change of provider; ``None`` where that
            cannot be done.
    """

    start: dt.date
    step: NextStep
    plans: pd.DataFrame
    timezone: str
    tax_rate: float
    staying_cents: int | None

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

    plan_id = PlanId("tello-2gb", keep="plan")
    start = Day()
    days_left = Number(0, MAX_DAYS, 3, whole=True)
    gb_left = Number(0, MAX_GB, 0.4, step=0.1)
    gb_per_day = Number(0, 1000, 0.15, step=0.05)
    stay_left = Number(1, MAX_DAYS, 21, whole=True)
    timezone = Choice(ZONES)

    def __init__(self, plans: pd.DataFrame | None = None, **inputs):
        self.plans = load_catalog() if plans is None else plans
        super().__init__(**{"start": example()["start"], "us_number": True} | inputs)

    def solve(self) -> NextStepAnswer:
        start, options = self.checked("start"), self.options()
        if start < dt.date.today() and start != example()["start"]:
            raise Refusal("date_past", date=start)
        kept, _ = select(self.plans, **self.needs())
        running = self.plans[self.plans["plan_id"] == self.plan_id]
        unmet = running[~running["plan_id"].isin(kept["plan_id"])]
        on_offer = pd.concat([kept, unmet.assign(price_usd=math.nan)])  # runs, but is not bought
        terms = options | {
            "days_left": self.checked("days_left"), "mb_left": math.floor(self._mb("gb_left")),
            "need_mb": [math.ceil(self._mb("gb_per_day"))] * self.checked("stay_left"),
        }
        step = next_step(on_offer, self.plan_id, **terms)
        own = on_offer[on_offer["provider"].isin(running["provider"])]
        try:
            staying = next_step(own, self.plan_id, **terms).total_cents
        except NoSchedule:
            staying = None
        return NextStepAnswer(start, step, pd.concat([kept, unmet]), self.timezone,
                              options["tax_rate"], staying)

    def _mb(self, name: str) -> Fraction:
        return Fraction(str(self.checked(name))) * 1000

    def update(self, **inputs) -> None:
        """Set several inputs and answer once; ``gb``, ``gb_per`` and ``days`` as the picker has
        them become use per day."""
        gb, per = inputs.pop("gb", None), GB_PER[inputs.pop("gb_per", "day")]
        per = inputs.pop("days", None) if per is None else per
        if gb is not None and per:
            inputs["gb_per_day"] = math.ceil(Fraction(str(gb)) * 1000 / per) / 1000
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
            "need_mb": [math.ceil(Fraction(str(use)) * 1000)] * days,
        }
        day = number(self.renew_day, "renew_day", 1, days, whole=True) - 1
        windows = {meaning: renew_window(meaning, **terms) for meaning in MEANINGS}
        return {meaning: (window.top_ups[day], window) for meaning, window in windows.items()}
