"""Two lines in one phone: what each does when, and until when the US number has to be paid."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from prepaid.analysis.attempt import or_none
from prepaid.analysis.keep_number import last_day_to_pay
from prepaid.analysis.number_line import number_line
from prepaid.catalogue.plans import load_catalog
from prepaid.catalogue.providers import of_catalogue
from prepaid.i18n import Refusal
from prepaid.schedule import Schedule
from prepaid.steps.inputs import Choice, Day
from prepaid.steps.model import Model
from prepaid.steps.next_step.model import ZONES, PlanId
from prepaid.steps.pick.model import example

YEAR = 365


def number_plans(plans: pd.DataFrame) -> pd.DataFrame:
    """The plans that have a US number and are still sold, add-ons left out."""
    return plans[(plans["local_us_number"] == "yes") & (plans["kind"] != "addon")
                 & (plans["status"] != "gone")]


def a_year(plans: pd.DataFrame, provider: str, begin: dt.date) -> Schedule | None:
    """The cheapest way to keep a number that is there for a year from a day on at its provider,
    without a day unpaid."""
    own = number_plans(plans)
    own = own[own["provider"] == provider].assign(number_grace_days=0)
    running = own["plan_id"].iloc[0], 0
    return or_none(number_line, own, YEAR, running=running, new_customer=False, start=begin)


@dataclass(frozen=True)
class Kept:
    """How one provider keeps a number."""

    provider: str  # its name in the catalogue
    # for how many days it keeps the number of each plan, by `plan_id`, where somebody says so
    known: Mapping[str, int]
    year: Schedule | None  # see a_year

    @property
    def days(self) -> list[int | None]:
        """For how many days the number of the plans of the year is kept, ``None`` where nobody
        says so; of all plans where there is no year."""
        found = {self.known.get(one) for one in (self.year.plan_ids if self.year else self.known)}
        return sorted(found - {None}) + [None] * (None in found or not found)

    @property
    def others(self) -> dict[int, int]:
        """The days that hold for other plans alone, and for how many."""
        return Counter(days for days in self.known.values() if days not in self.days)

    @property
    def deadlines(self) -> list[Mapping]:
        """From when on the days count, and when the number is lost, or that nobody says so: in
        sentences with sources."""
        one = of_catalogue(self.provider)
        return one.deadlines(known=bool(self.known)) if one else []


def every_provider() -> list[Kept]:
    """All providers of plans with a US number, by name."""
    plans, begin = load_catalog(), example()["start"]
    by_name = number_plans(plans).set_index("plan_id").groupby("provider")["number_grace_days"]
    return [Kept(provider, days.dropna().astype("int64").to_dict(), a_year(plans, provider, begin))
            for provider, days in sorted(by_name, key=lambda pair: pair[0].casefold())]


@dataclass(frozen=True)
class KeepAnswer:
    """Until when the number of a plan has to be paid."""

    plan: pd.Series  # the catalogue row
    end: dt.date  # the first day without the plan
    # the last day on which a payment saves the number; `None` where nobody knows
    last: dt.date | None
    year: Schedule | None  # see a_year
    timezone: str  # of the calendar file
    deadlines: list[Mapping]  # see Kept


class KeepNumberModel(Model):
    """Which plan the US number is on, and when it ends; ``answer`` is a :class:`KeepAnswer`."""

    BEGINS = "cycle_end"
    plan_id = PlanId("tmobile-connect-5gb")
    cycle_end = Day("cycle_end_missing", "cycle_end_missing")
    timezone = Choice(ZONES, "Asia/Shanghai")

    def __init__(self, **inputs):
        super().__init__(**{"cycle_end": example()["start"]} | inputs)

    def solve(self) -> KeepAnswer:
        end, plans = self.checked("cycle_end"), load_catalog()
        if self.plan_id not in set(plans["plan_id"]):
            raise Refusal("plan_unknown", plan_id=self.plan_id)
        plan = plans.set_index("plan_id", drop=False).loc[self.plan_id]
        if plan["local_us_number"] != "yes":
            raise Refusal("plan_without_number", plan_id=self.plan_id)
        last, one = last_day_to_pay(plan, end), of_catalogue(plan["provider"])
        year = a_year(plans, plan["provider"], end)
        return KeepAnswer(plan, end, last, year, self.timezone,
                          one.deadlines(known=last is not None) if one else [])
