"""Pick a package: a stay, its use and needs, and three answers: cheapest, least bother, safest."""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import pandas as pd
import traitlets as tl

from prepaid.analysis.firmness import firmness
from prepaid.analysis.kinds import left_out
from prepaid.analysis.number_line import number_line
from prepaid.analysis.sizes import runner_ups
from prepaid.catalogue.content import load
from prepaid.catalogue.plans import HAVES, select
from prepaid.catalogue.usage import LEVELS, daily_need_mb, spread_mb
from prepaid.i18n import Refusal
from prepaid.schedule import Offers, Schedule
from prepaid.steps.inputs import Choice, Clock, Day, Input, Needs, Number, not_past, time_of
from prepaid.steps.model import ShelfModel
from prepaid.steps.pick.answers import Advice, Market, safest
from prepaid.steps.pick.special_days import SpecialDays, special_days, told_days
from prepaid.steps.shelf import Shelf

MAX_DAYS = 365
MAX_GB = 10_000
PRESETS = ("light", "normal", "heavy")
MODES = (*PRESETS, "activities", "gb")
NETWORKS = ("any", "AT&T", "T-Mobile", "Verizon")
GB_PER = {"day": 1, "month": 30, "stay": None}


def example() -> Mapping:
    """The stay every lesson starts from, inputs of :class:`PickModel`."""
    return load("example")


def presets() -> Mapping[str, Mapping[str, float]]:
    """Hours a day by activity of light, normal and heavy use; the example is normal use."""
    return load("presets") | {"normal": example()["hours"]}


@dataclass(frozen=True)
class PickAnswer:
    """An answered stay: three answers, see :mod:`prepaid.steps.pick.answers`.

    Attributes:
        start: date of day 0.
        offers: the plans that meet the needs, as they can be bought.
        schedule: the cheapest of them; where no data is wanted, what keeps a US number alive.
        plans: their catalogue rows.
        excluded: plans that do not meet a need, see :func:`prepaid.catalogue.plans.select`.
        options: those of :func:`prepaid.cheapest_schedule`.
        market: the plans as each of the answers may buy them; see there.
        special: MB of days that the reader set by date, by day of the stay.
        data_plans: where a number is asked for: gives the plans that would do without.
    """

    start: dt.date
    offers: Offers
    schedule: Schedule
    plans: pd.DataFrame
    excluded: pd.DataFrame
    options: Mapping
    market: Market | None = None
    special: Mapping[int, int] = field(default_factory=dict)
    data_plans: Callable[[], pd.DataFrame] | None = None

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
    def cheapest(self) -> Advice:
        """The answer of least total."""
        return self._advice("cheapest", self.schedule, {})

    @property
    def cheapest_so_far(self) -> Advice:
        """As :attr:`cheapest`; held against the least bother once that has been looked for, since
        the first card does not wait for it."""
        if "least" not in vars(self):
            return self.cheapest
        more = len(self.schedule.bought) - len(self.least.schedule.bought)
        return replace(self.cheapest, more_purchases=max(more, 0))

    @cached_property
    def least(self) -> Advice:
        """The answer with the least bother."""
        schedule = self.schedule
        if not self.number_only:
            schedule = self._of(self.market.least)
        return self._advice("least", schedule, {"cheapest": self.schedule})

    @cached_property
    def safest(self) -> Advice:
        """The safest answer."""
        found = None if self.number_only else safest(
            self.market, self._dates(), self.schedule.need_mb)
        return self._advice("safest", found or self.schedule, {
            "cheapest": self.schedule, "least": self.least.schedule})

    def _advice(self, kind: str, schedule: Schedule, before: Mapping[str, Schedule]) -> Advice:
        return self.market.adviser.advice(kind, schedule, self.schedule.need_mb, before)

    def _dates(self) -> dict:
        return {name: self.options[name] for name in ("start", "arrive", "leave")}

    @cached_property
    def two_lines(self) -> tuple[Schedule, Schedule, pd.DataFrame] | None:
        """Where a number and data are asked for: a line that only keeps a number, a line for data,
        and the rows of the plans of both; ``None`` where that cannot be had."""
        if self.data_plans is None or self.number_only:
            return None
        plans = self.data_plans()
        try:
            line = number_line(self.plans, self.days, **self.options)
            data = Offers(plans, **self.options).cheapest(self.schedule.need_mb)
        except Refusal:
            return None
        return line, data, plans

    @cached_property
    def without_offers(self) -> Schedule | None:
        """The cheapest answer if no new customer's price can be had; ``None`` where nothing is."""
        try:
            return self._of(self.market.regular)
        except Refusal:
            return None

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
        if self.number_only or self.market.cheapest.prices == self.market.least_money.prices:
            return self.schedule
        return self._of(self.market.least_money)

    def _of(self, offers: Offers) -> Schedule:
        """The cheapest of other offers for the same stay."""
        return offers.at(**self._dates()).cheapest(self.schedule.need_mb)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """Plans that meet the needs and can never be scheduled, with the reason."""
        return left_out(self.plans, **self.options)


class PickUse(NamedTuple):
    """What a stay takes.

    Attributes:
        days: its length.
        usual_mb: MB on a day that was not set by date, rounded up.
        total_mb: MB of the whole stay.
        shares: what each activity takes of such a day, as a part of 1, the largest first; only
            those of 1 % and more. Empty where the reader said GB.
        special: days set by date: first and last day of the stay, from 0, and MB a day.
    """

    days: int
    usual_mb: int
    total_mb: int
    shares: Mapping[str, float]
    special: Sequence[tuple[int, int, int]]


class Hours(Input, tl.Dict):
    """Hours or times a day, by activity."""

    def checked(self, value) -> dict[str, float]:
        if not isinstance(value, dict) or value.keys() != example()["hours"].keys():
            raise ValueError(value)
        daily_need_mb(value, 1)
        return {activity: value[activity] for activity in example()["hours"]}


class PickModel(Needs, ShelfModel):
    """The inputs of the lesson; ``answer`` is a :class:`PickAnswer`.

    Attributes:
        refused: what is wrong with a last day set by date, until the first day or the number of
            days is set.
    """

    refused: Refusal | None = None

    start = Day(keep="stay")
    days = Number(1, MAX_DAYS, whole=True, unit="stay", keep="stay")
    arrive = Clock(keep="stay", rare=True)
    leave = Clock(keep="stay", rare=True)
    special_days = SpecialDays(keep="stay")
    mode = Choice(MODES, "normal", buttons=True, keep="use")
    hours = Hours(keep="use")
    level = Choice(LEVELS, "typical", keep="use", rare=True)
    gb = Number(0, MAX_GB, unit="GB", keep="use")
    gb_per = Choice(GB_PER, keep="use")
    network = Choice(NETWORKS, keep="stay", rare=True)

    def __init__(self, plans: Shelf | pd.DataFrame | None = None, **inputs):
        self._asked, self._found, self._dated = None, None, (None, None)
        self._market: Market | None = None
        if "hours" not in inputs:
            inputs["hours"] = dict(presets().get(inputs.get("mode"), example()["hours"]))
        elif "mode" not in inputs:
            inputs["mode"] = "activities"
        super().__init__(plans, **example() | inputs)
        self.observe(self._on_stay, names=["start", "days"])
        self.observe(self._on_mode, names="mode")
        self.observe(self._on_hours, names="hours")

    def refuse(self, refusal: Refusal) -> None:
        """No answer because of a last day."""
        with self.one_answer():
            self.refused = refusal

    def update(self, **inputs) -> None:
        """As for all models; a first day or a number of days mends also as it was before."""
        with self.one_answer():
            if {"start", "days"} & inputs.keys():
                self.refused = None
            super().update(**inputs)

    def _on_stay(self, _change) -> None:
        self.refused = None

    def hours_now(self) -> Mapping[str, float]:
        """The hours a day that count: those of the kind of use, or the reader's own."""
        return presets()[self.mode] if self.mode in PRESETS else self.hours

    def _on_mode(self, _change) -> None:
        if self.mode in PRESETS:
            self.hours = dict(presets()[self.mode])

    def _on_hours(self, _change) -> None:
        if self.mode in PRESETS and self.hours != presets()[self.mode]:
            self.mode = "activities"

    def use_mb(self) -> list[int]:
        """Whole MB wanted on each day, none at all included: the same on every day but those that
        the reader set by date.

        Raises:
            Refusal: days or use that make no sense.
        """
        use = self.usual_mb()
        for day, mb in self.special().items():
            use[day] = mb
        return use

    def use(self) -> PickUse:
        """What the stay takes, and what takes it.

        Raises:
            Refusal: days or use that make no sense.
        """
        use, usual = self.use_mb(), max(self.usual_mb())
        mb = {} if self.mode == "gb" else {
            name: sum(daily_need_mb({name: value}, 100, self.level))
            for name, value in self.hours_now().items()}
        whole = sum(mb.values()) or 1
        shares = {name: part / whole for name, part in sorted(mb.items(), key=lambda one: -one[1])
                  if 100 * part >= whole}
        return PickUse(len(use), usual, sum(use), shares, told_days(self.special()))

    def usual_mb(self) -> list[int]:
        """Whole MB on each day, those that were set by date like all others."""
        days = self.checked("days")
        if self.mode == "gb":
            return spread_gb(self.checked("gb"), GB_PER[self.gb_per], days)
        return daily_need_mb(self.hours_now(), days, self.level)

    def special(self) -> dict[int, int]:
        """MB of the days that were set by date, by day of the stay from 0."""
        text = self.checked("special_days")
        if not text:
            return {}
        return special_days(text, "special_days", self.checked("start"), self.checked("days"))

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
        if self.refused:
            raise self.refused
        if self.start != example()["start"]:
            not_past(self.checked("start"), "start")
        need = self.use_mb() if self.us_number else self.need_mb()
        offers, kept, excluded = self.on_offer()
        options = self.options() | self.dates()
        schedule = (offers.cheapest(need) if any(need)
                    else number_line(kept, len(need), **options))
        return PickAnswer(
            options["start"], offers, schedule, kept, excluded, options, self._market,
            self.special(), self._data_plans if self.us_number else None)

    def carried(self) -> Mapping[str, object]:
        """As for all steps; a first day that was not chosen stays behind, since days pass."""
        said = dict(super().carried())
        if self.start == self._example["start"]:
            del said["start"]
        return said

    def haves(self) -> dict[str, bool]:
        """What the reader has, by name."""
        return {name: getattr(self, name) for name in HAVES}

    def _data_plans(self) -> pd.DataFrame:
        return select(self.on_network(), **self.needs() | {"us_number": False, "sim": "either"})[0]

    def dates(self) -> dict:
        """The date of day 0, and the times of day on the first and the last day."""
        arrive, leave = (time_of(self.checked(name)) for name in ("arrive", "leave"))
        return {"start": self.checked("start"), "arrive": arrive, "leave": leave}

    def on_offer(self) -> tuple[Offers, pd.DataFrame, pd.DataFrame]:
        """The plans that meet the needs, as they can be bought, their rows, and the rest."""
        options, dates = self.options(), self.dates()
        asked = self.needs() | options | {"shelf": self.shelf.version, "network": self.network}
        if asked != self._asked:  # most changes are of days and use: the offers stay
            kept, excluded = select(self.on_network(), **self.needs())
            self._market = Market(kept, self.haves(), self.sim, options | dates)
            self._asked, self._found = asked, (self._market.cheapest, kept, excluded)
            self._dated = None, None
        offers, kept, excluded = self._found
        if dates != self._dated[0]:
            self._dated = dates, offers.at(**dates)
        return self._dated[1], kept, excluded

    def on_network(self) -> pd.DataFrame:
        """The plans of which we know that they use the network wanted; all if any will do."""
        if self.network == "any":
            return self.plans
        return self.plans[self.plans["host_network"].str.contains(self.network, regex=False)]

    def relaxations(self) -> dict[str, int]:
        """What the stay would cost with one need given up, in cents; needs that do not help are
        left out. Keys are the inputs' names."""
        need, found = self.use_mb(), {}
        for name, value in _RELAXED.items():
            if getattr(self, name) == value or not any(need):
                continue
            needs = self.needs() | ({name: value} if name in self.needs() else {})
            options = self.options() | ({name: value} if name in self.options() else {})
            kept, _ = select(self.on_network(), **needs)
            try:
                found[name] = Offers(kept, **options | self.dates()).cheapest(need).total_cents
            except Refusal:
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
