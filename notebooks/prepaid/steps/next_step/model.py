"""Renew: where a running plan stands, how to go on, and what each kind of topping up does."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import pandas as pd
import traitlets as tl

from prepaid.analysis.attempt import or_none
from prepaid.analysis.next_step import NextStep, next_step
from prepaid.analysis.number_line import number_line
from prepaid.analysis.top_up import MEANINGS, RenewWindow, TopUp, renew_window
from prepaid.catalogue import providers
from prepaid.catalogue.plans import load_catalog, select
from prepaid.i18n import Refusal
from prepaid.steps.inputs import Choice, Day, Input, Needs, Number, among, not_past, number
from prepaid.steps.model import Model
from prepaid.steps.pick.model import GB_PER, MAX_DAYS, MAX_GB, example, spread_gb

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei",
    "Asia/Singapore", "Asia/Tokyo", "Europe/London", "Europe/Berlin", "UTC",
)

_WEEK = 7  # days; a running plan that is shorter is seldom renewed
_LEAST_GB = 0.1
NUMBER_BOTHER = 10  # USD that keeping a number where it is is worth, beside the move: our choice
_STILL_MET = ("us_number", "hotspot", "status")  # needs that a plan in use may not meet


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
        staying: the cheapest way without a change of provider; ``None`` where there is none.
        changing: the cheapest way that leaves the provider; ``None`` where there is none.
        unmet: the needs for which the running plan cannot be bought again.
        waiting: where nothing is sold on the line before the running plan ends: the cheapest way
            to stay from then on, without data in between; else ``None``.
        number_bother: USD counted against each change of provider, since a number would have to
            move with it.
        paid_cycles, next_paid_day: how many cycles are paid for after the running one, and the day
            on which the first of them begins.
    """

    start: dt.date
    step: NextStep
    plans: pd.DataFrame
    timezone: str
    tax_rate: float
    staying: NextStep | None
    changing: NextStep | None
    unmet: tuple[str, ...] = ()
    waiting: NextStep | None = None
    number_bother: float = 0
    paid_cycles: int = 0
    next_paid_day: int = 0

    @property
    def stays(self) -> bool:
        """Whether the cheapest way is one without a change of provider."""
        return all(self.providers[one] == self.provider for one in self.step.schedule.plan_ids)

    @property
    def runs(self) -> bool:
        """Whether the line still runs today, or a cycle that is paid for begins."""
        return self.step.plan_end_day > 0

    @property
    def only_kept(self) -> bool:
        """Whether the last day is one on which the number is only kept, without service."""
        step = self.step
        return not any(step.need_mb) and step.last_safe_day is not None \
            and step.last_safe_day >= step.plan_end_day

    @property
    def paid_comes_back(self) -> bool | None:
        """Whether a cycle that is paid for serves again after a purchase; ``None`` where there is
        none, where nothing is bought, or where the next one begins after the stay."""
        step, bought = self.step, self.step.schedule.bought
        if not self.paid_cycles or not bought or self.next_paid_day >= len(step.need_mb):
            return None
        return sum(one.mb_used for one in bought) < sum(step.need_mb) - bought[0].at_mb

    @property
    def has_number(self) -> bool:
        """Whether the running plan has a US number, which a change may lose."""
        return has_number(self.plans, self.step.plan_id)

    @property
    def provider(self) -> str:
        """The provider of the running plan."""
        return self.providers[self.step.plan_id]

    @cached_property
    def providers(self) -> dict[str, str]:
        """The provider of each plan."""
        return dict(zip(self.plans["plan_id"], self.plans["provider"], strict=True))


def has_number(plans: pd.DataFrame, plan_id: str) -> bool:
    """Whether a plan has a US number; one that is not there has none."""
    return bool(plans.loc[plans["plan_id"] == plan_id, "local_us_number"].eq("yes").any())


class PlanId(Input, tl.Unicode):
    """A plan of our catalogue."""

    def checked(self, value) -> str:
        return among(value, load_catalog()["plan_id"])


class NextStepModel(Needs, Model):
    """*Where am I now?* ``answer`` is a :class:`NextStepAnswer`."""

    takes = ("gb", "gb_per", "days")
    provider_id = tl.Unicode("tello").tag(input=True)
    plan_id = PlanId("tello-2gb", keep="plan")
    start = Day()
    days_left = Number(0, MAX_DAYS, 3, whole=True, unit="days")
    gb_left = Number(0, MAX_GB, 0.4, unit="GB")
    paid_cycles_left = Number(0, 24, 0, whole=True, unit="times")
    gb_per_day = Number(0, 1000, 0.15, unit="GB")
    stay_left = Number(1, MAX_DAYS, 21, whole=True, unit="stay")
    timezone = Choice(ZONES)

    def __init__(self, plans: pd.DataFrame | None = None, **inputs):
        self.plans = load_catalog() if plans is None else plans
        self._ready = False
        super().__init__(**{"start": example()["start"], "us_number": True} | inputs)
        self._of_plan({"old": self.plan_id})
        self._example["provider_id"] = self.provider_id
        self._ready = True

    @tl.observe("provider_id")
    def _of_provider(self, _change) -> None:
        """The running plan follows its provider."""
        if self._ready and self.provider_id != self._id_of(self.plan_id):
            own = self.offered()
            whole = own[own["validity_days"].ge(_WEEK) & own["status"].eq("")]
            found = (whole if len(whole) else own)["plan_id"]
            if len(found):
                self.plan_id = found.iloc[0]

    @tl.observe("plan_id")
    def _of_plan(self, change) -> None:
        """Whose line it is follows the running plan, and so does whether it has a number, unless
        the reader has said otherwise."""
        self.provider_id = self._id_of(self.plan_id) or self.provider_id
        if self._ready and self.us_number == has_number(self.plans, change["old"]):
            self.us_number = has_number(self.plans, self.plan_id)

    def offered(self) -> pd.DataFrame:
        """The plans that may run at the provider chosen, without add-ons."""
        own = providers.providers().get(self.provider_id)
        return self.plans[(self.plans["kind"] != "addon")
                          & (self.plans["provider"] == (own.provider if own else ""))]

    def line(self) -> dict[str, object]:
        """What the steps below follow, see :class:`prepaid.steps.line.Line`."""
        told: dict[str, object] = {"provider_id": self.provider_id}
        if self.problem is None:
            row = self._running().iloc[0]
            told |= {"cycle_end": self.answer.start + dt.timedelta(int(self.days_left)),
                     "gb_per_day": self.gb_per_day}
            if row["validity_days"] >= 1:
                told["validity_days"] = int(row["validity_days"])
            if row["data_gb"] >= _LEAST_GB:
                told["allowance_gb"] = float(row["data_gb"])
        return told

    def _id_of(self, plan_id: str) -> str:
        row = self.plans[self.plans["plan_id"] == plan_id]
        one = providers.of_catalogue(row["provider"].iloc[0]) if len(row) else None
        return one.id if one else ""

    def carried(self) -> Mapping[str, object]:
        """The kept inputs, and the use per day as the picker has it."""
        use = {"mode": "gb", "gb": self.gb_per_day, "gb_per": "day"}
        return {**super().carried(), **use}

    def solve(self) -> NextStepAnswer:
        start = self.checked("start")
        if start != example()["start"]:
            not_past(start, "start")
        options = self.options() | {"start": start}
        if self._id_of(self.plan_id) not in ("", self.provider_id):
            raise Refusal("provider_no_plan")
        if self._running().empty:
            raise Refusal("plan_unknown", plan_id=self.plan_id)
        plans, unmet = self._on_offer()
        moves_number = self.us_number and has_number(self.plans, self.plan_id)
        bother = NUMBER_BOTHER if moves_number else 0
        options["per_move_usd"] += bother
        mine = plans["provider"] == self._running()["provider"].iloc[0]
        step = self._next(plans, options, unmet)
        left = plans[~mine | (plans["plan_id"] == self.plan_id)]
        left = left.assign(price_usd=left["price_usd"].mask(left["plan_id"] == self.plan_id))
        staying = or_none(self._next, plans[mine], options, unmet)
        return NextStepAnswer(
            start, step, plans, self.timezone, options["tax_rate"], staying,
            or_none(self._next, left, options, unmet), unmet,
            None if staying else self._waiting(plans[mine], options, unmet, step), bother,
            int(self.paid_cycles_left), int(self.days_left))

    def _waiting(self, plans: pd.DataFrame, options: Mapping, unmet: Sequence[str],
                 step: NextStep) -> NextStep | None:
        """See :attr:`NextStepAnswer.waiting`; cycles that are paid for come back by themselves."""
        row = self._running().iloc[0]
        out, end = step.unserved_day, step.plan_end_day
        daily = "day" in (row["data_cap_per"], row["premium_data_period"])
        if daily or out is None or out >= end or self.paid_cycles_left:
            return None
        return or_none(self._next, plans, options, unmet, range(out, end))

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

    def _next(self, plans: pd.DataFrame, options: Mapping, unmet: Sequence[str],
              without: range = range(0)) -> NextStep:
        use = spread_gb(self.checked("gb_per_day"), 1, self.checked("stay_left"))
        use = [0 if day in without else mb for day, mb in enumerate(use)]
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
        plan = {"plan_id": inputs.pop("plan_id")} if "plan_id" in inputs else {}
        super().update(**plan | inputs)


class TopUpModel(Model):
    """*What does topping up do?* ``answer`` maps each meaning to what happens on the day chosen
    and to its best days, ``{meaning: (TopUp, RenewWindow)}``."""

    provider_id = tl.Unicode("tello").tag(input=True)
    validity_days = Number(1, 365, 30, whole=True, unit="days")
    allowance_gb = Number(0.1, 1000, 5.0, unit="GB")
    gb_per_day = Number(0, 1000, 0.15, unit="GB")
    renew_day = Number(1, 120, 21, whole=True, unit="days")
    days = Number(1, 120, 60, whole=True, unit="days")

    def solve(self) -> dict[str, tuple[TopUp, RenewWindow]]:
        days, gb, use = map(self.checked, ("days", "allowance_gb", "gb_per_day"))
        terms = {
            "validity_days": self.checked("validity_days"),
            "allowance_mb": math.floor(Fraction(str(gb)) * 1000),
            "need_mb": spread_gb(use, 1, days),
        }
        providers.provider(self.provider_id)
        day = number(self.renew_day, "renew_day", 1, days, whole=True) - 1
        windows = {meaning: renew_window(meaning, **terms) for meaning in MEANINGS}
        return {meaning: (window.top_ups[day], window) for meaning, window in windows.items()}
