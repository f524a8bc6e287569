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
from prepaid.steps.model import Model, number
from prepaid.steps.pick.model import GB_PER, MAX_DAYS, MAX_GB, SLOW_KBPS, example

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


class NextStepModel(Model):
    """*Where am I now?* ``answer`` is a :class:`NextStepAnswer`."""

    plan_id = tl.Unicode("tello-2gb").tag(input=True)
    start = tl.Any().tag(input=True)
    days_left = tl.Any(3).tag(input=True)
    gb_left = tl.Any(0.4).tag(input=True)
    gb_per_day = tl.Any(0.15).tag(input=True)
    stay_left = tl.Any(21).tag(input=True)
    sim = tl.Enum(["either", "esim", "physical"], "either").tag(input=True)
    us_number = tl.Bool(True).tag(input=True)
    hotspot = tl.Bool(False).tag(input=True)
    known_customer = tl.Bool(False).tag(input=True)
    slow_ok_kbps = tl.Enum(list(SLOW_KBPS), 0).tag(input=True)
    tax_percent = tl.Any(0.0).tag(input=True)
    timezone = tl.Enum(list(ZONES), ZONES[0]).tag(input=True)

    def __init__(self, plans: pd.DataFrame | None = None, **inputs):
        self.plans = load_catalog() if plans is None else plans
        super().__init__(**{"start": example()["start"]} | inputs)

    def solve(self) -> NextStepAnswer:
        if not isinstance(self.start, dt.date):
            raise Refusal("date_missing")
        if self.start < dt.date.today() and self.start != example()["start"]:
            raise Refusal("date_past", date=self.start)
        days = number(self.stay_left, "stay_left", 1, MAX_DAYS, whole=True)
        use = Fraction(str(number(self.gb_per_day, "gb_per_day", 0, 1000)))
        tax_rate = number(self.tax_percent, "tax_percent", 0, 100) / 100
        left = Fraction(str(number(self.gb_left, "gb_left", 0, MAX_GB)))
        kept, _ = select(
            self.plans, sim=self.sim, us_number=self.us_number, hotspot=self.hotspot)
        running = self.plans[self.plans["plan_id"] == self.plan_id]
        unmet = running[~running["plan_id"].isin(kept["plan_id"])]
        on_offer = pd.concat([kept, unmet.assign(price_usd=math.nan)])  # runs, but is not bought
        terms = {
            "days_left": number(self.days_left, "days_left", 0, MAX_DAYS, whole=True),
            "mb_left": math.floor(left * 1000), "need_mb": [math.ceil(use * 1000)] * days,
            "slow_ok_kbps": self.slow_ok_kbps or None, "tax_rate": tax_rate,
            "new_customer": not self.known_customer,
        }
        step = next_step(on_offer, self.plan_id, **terms)
        own = on_offer[on_offer["provider"].isin(running["provider"])]
        try:
            staying = next_step(own, self.plan_id, **terms).total_cents
        except NoSchedule:
            staying = None
        return NextStepAnswer(
            self.start, step, pd.concat([kept, unmet]), self.timezone, tax_rate, staying)

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

    validity_days = tl.Any(30).tag(input=True)
    allowance_gb = tl.Any(5.0).tag(input=True)
    gb_per_day = tl.Any(0.15).tag(input=True)
    renew_day = tl.Any(21).tag(input=True)
    days = tl.Any(60).tag(input=True)

    def solve(self) -> dict[str, tuple[TopUp, RenewWindow]]:
        days = number(self.days, "days", 1, 120, whole=True)
        gb = Fraction(str(number(self.allowance_gb, "allowance_gb", 0.1, 1000)))
        use = Fraction(str(number(self.gb_per_day, "gb_per_day", 0, 1000)))
        terms = {
            "validity_days": number(self.validity_days, "validity_days", 1, 365, whole=True),
            "allowance_mb": math.floor(gb * 1000), "need_mb": [math.ceil(use * 1000)] * days,
        }
        day = number(self.renew_day, "renew_day", 1, days, whole=True) - 1
        windows = {meaning: renew_window(meaning, **terms) for meaning in MEANINGS}
        return {meaning: (window.top_ups[day], window) for meaning, window in windows.items()}
