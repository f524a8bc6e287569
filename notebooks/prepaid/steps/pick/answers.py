"""The three answers to a stay: cheapest, least bother, safest. What each is, exactly.

**Cheapest**: the schedule of least total with the reader's price of bother, USD 1 a purchase and
USD 3 a move unless the reader says otherwise. That is :func:`prepaid.cheapest_schedule`, but of
schedules that cost the same the one with the fewest new customers' prices, since they may have
ended. The same holds for the least bother.

**Least bother**: the schedule with the fewest purchases and moves together (each new line is a
move) that serves the need; of those the one that costs least.

**Safest**: the schedule for a need 30 % higher with the fewest changes of provider, of those
the one of least total with the reader's price of a purchase, from packages

- whose price is a regular one (no new customer's price), of the last 60 days before the newest
  price that we have, or the reader's own, and not marked as uncertain,
- without a fee of which nobody knows how high it is,
- that are on sale as far as we know, and
- of which we know that the reader can pay them: a card from abroad is taken, or a shop sells them,
  where cash pays; and where the reader is not in the US yet, that they can be activated elsewhere.

In one sentence: *30 % more data than you plan, at a regular and recent price, and we know that you
can pay for it.* Where no such packages serve the stay, the last point is dropped, then all but the
regular price, at last that, too; what is not known then stands in the answer.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from prepaid.catalogue.plans import OLD_PRICE_DAYS, unsaid
from prepaid.html.plans import plan_names
from prepaid.i18n import Refusal, Words
from prepaid.schedule import Offers, Schedule
from prepaid.steps.shelf import OWN

ANSWERS = ("cheapest", "least", "safest")
_WITH_ACCOUNT = ("carrier_prepaid", "mvno")  # they may ask for an address in the US
RESERVE = 30  # per cent more than is wanted
_BOTHER_ABOVE_ALL = 10**8  # cents that a purchase or move less is worth: more than any stay costs


class Market:
    """The plans that meet a reader's needs, as each of the three answers may buy them.

    Args:
        plans: catalogue rows.
        haves: what the reader has, see :func:`prepaid.catalogue.plans.unsaid`.
        sim: what the reader can use.
        options: of :func:`prepaid.cheapest_schedule`; the dates are those of the first stay.
    """

    def __init__(
        self, plans: pd.DataFrame, haves: Mapping[str, bool], sim: str, options: Mapping
    ):
        self.plans, self.haves, self.options = plans, haves, options
        self.cheapest = Offers(plans, **options).rather_regular()
        self.adviser = Adviser(plans, haves, sim, options["tax_rate"])
        self._names: dict[str, dict[str, str]] = {}

    def names(self, words: Words) -> dict[str, str]:
        """What to call each plan."""
        if words.language not in self._names:
            self._names[words.language] = plan_names(self.plans, words)
        return self._names[words.language]

    @cached_property
    def regular(self) -> Offers:
        """What is offered to somebody who is no new customer."""
        return Offers(self.plans, **self.options | {"new_customer": False})

    @cached_property
    def least(self) -> Offers:
        """What is offered where bother is above all."""
        return self.cheapest.with_bother(_BOTHER_ABOVE_ALL, _BOTHER_ABOVE_ALL)

    @cached_property
    def least_money(self) -> Offers:
        """What is offered where bother has no price."""
        return self.cheapest.with_bother()

    @cached_property
    def safest(self) -> tuple[Offers, ...]:
        """What is offered where safety counts, the safest first; each has all of the one before."""
        firm = is_firm(self.plans)
        sure = firm & ~asks_unknown(self.plans, self.haves)
        usual = self.cheapest.prices.per_purchase
        offers = self.regular.with_bother(usual, _BOTHER_ABOVE_ALL)
        parts = (self.plans.loc[rows, "plan_id"] for rows in (sure, firm, firm | True))
        return tuple(offers.where(np.isin(offers.plan_id, ids)) for ids in parts if len(ids))


def _column(plans: pd.DataFrame, name: str) -> pd.Series:
    return plans[name].fillna("") if name in plans else pd.Series("", plans.index, dtype="str")


def is_firm(plans: pd.DataFrame) -> pd.Series:
    """Whether the price of each plan is recent and sure, and all of its fees are known."""
    dates = _column(plans, "as_of").map(lambda date: f"{date}-01" if len(date) == 7 else date)
    newest = max(dates, default="")
    since = newest and str(dt.date.fromisoformat(newest) - dt.timedelta(OLD_PRICE_DAYS))
    recent = dates.ge(since or "9") | _column(plans, "plan_id").str.startswith(OWN)
    return (recent & _column(plans, "confidence").ne("low")
            & _column(plans, "fee_unknown").ne("yes") & ~_column(plans, "status").isin(
                ["doubtful", "gone"]))


def asks_unknown(plans: pd.DataFrame, haves: Mapping[str, bool]) -> pd.Series:
    """Whether it is not known if the reader can pay and activate a plan."""
    shop = _column(plans, "sold_shop").eq("yes") | _column(plans, "sold_airport").eq("yes")
    asks = unsaid(plans, **haves)
    return pd.Series(["in_us" in one or ("us_card" in one and not cash)
                      for one, cash in zip(asks, shop, strict=True)], plans.index, dtype=bool)


@dataclass(frozen=True)
class Advice:
    """One of the three answers.

    Attributes:
        kind: one of :data:`ANSWERS`.
        schedule: what to buy.
        same_as: the answer before it with the same purchases, or "".
        moves: new lines, one for each change of provider.
        extra_cents: what it costs more than the cheapest.
        more_purchases: purchases more than with the least bother.
        reserve_mb: what it holds more than is wanted; ``None`` where nothing can run out.
        sim: what has to be installed, ``esim``, ``physical`` or ``either``.
        unknown: what is not known for this reader: ``fee``, ``tax``, ``tax_extra``, ``partly``
            (some cards from abroad fail) and names of what the reader may lack.
        promo: plan bought at a new customer's price, and the regular price in cents; or ``None``.
        oldest: plan whose price is the oldest, and its date ("" where not known).
        number: whether it comes with a US number: ``with_number``, ``number_changes`` (with the
            provider), ``number_in_part`` (of the time) or ``data_only``.
    """

    kind: str
    schedule: Schedule
    same_as: str
    moves: int
    extra_cents: int
    more_purchases: int
    reserve_mb: int | None
    sim: str
    unknown: tuple[str, ...]
    promo: tuple[str, int] | None
    oldest: tuple[str, str]
    number: str

    @property
    def all_in(self) -> bool:
        """Whether the total holds all that is due."""
        return not {"fee", "tax", "tax_extra"} & {*self.unknown}


class Adviser:
    """Looks up what is worth knowing about schedules, quickly: plans are read once.

    Args:
        plans: catalogue rows, those bought among them.
        haves: see :class:`Market`.
        sim: what the reader can use.
        tax_rate: as set by the reader.
    """

    def __init__(self, plans: pd.DataFrame, haves: Mapping[str, bool], sim: str, tax_rate: float):
        self.sim, self.taxed = sim, bool(tax_rate)
        texts = {name: _column(plans, name) for name in _TEXTS}
        numbers = {name: plans[name] for name in _NUMBERS if name in plans}
        rows = pd.DataFrame({**texts, **numbers, "asks": unsaid(plans, **haves)})
        self._rows = dict(zip(plans["plan_id"], rows.to_dict("records"), strict=True))

    def advice(self, kind: str, schedule: Schedule, need_mb: Sequence[int],
               before: Mapping[str, Schedule]) -> Advice:
        """What is worth knowing about an answer; ``before``: the schedules of those before it."""
        rows = {plan_id: self._rows[plan_id] for plan_id in dict.fromkeys(schedule.plan_ids)}
        same = next((name for name, other in before.items()
                     if schedule.plan_ids == other.plan_ids), "")
        cheapest = before.get("cheapest", schedule)
        least = min(len(one.bought) for one in (schedule, *before.values()))
        unused = [one.mb_unused for one in schedule.bought]
        planned = sum(schedule.need_mb) - sum(need_mb)
        return Advice(
            kind, schedule, same, _moves(schedule, rows),
            schedule.total_cents - cheapest.total_cents, len(schedule.bought) - least,
            None if None in unused or not unused else unused[-1] + planned, self._sim(rows),
            tuple(self._unknown(schedule, rows)), _promo(schedule, self._rows),
            min(((plan_id, row["as_of"]) for plan_id, row in rows.items()),
                key=lambda one: one[1], default=("", "")),
            _number(schedule, rows))

    def _sim(self, rows: Mapping[str, Mapping]) -> str:
        if self.sim != "either":
            return self.sim
        known = [name for name, column in (("esim", "esim"), ("physical", "sim_card"))
                 if all(row[column] == "yes" for row in rows.values())]
        return known[0] if len(known) == 1 else "either"

    def _unknown(self, schedule: Schedule, rows: Mapping[str, Mapping]) -> Iterator[str]:
        if schedule.unknown_fees:
            yield "fee"
        taxes = {row["tax_included"] for row in rows.values()} if not self.taxed else set()
        if taxes - {"yes"}:
            yield "tax_extra" if "no" in taxes else "tax"
        asks = dict.fromkeys(
            name for row in rows.values() for name in row["asks"]
            if name in ("us_card", "in_us") or (
                name == "us_address" and row["kind"] in _WITH_ACCOUNT))
        partly = any(row["foreign_card"] == "partly" for row in rows.values())
        yield from ("partly" if name == "us_card" and partly else name for name in asks)


_TEXTS = ("as_of", "provider", "kind", "esim", "sim_card", "tax_included", "local_us_number",
          "foreign_card")
_NUMBERS = ("price_usd", "intro_price_usd", "min_commitment_cycles")


def _moves(schedule: Schedule, rows: Mapping[str, Mapping]) -> int:
    """New lines: changes of provider, the first included; add-ons are none."""
    moves, line = 0, None
    for one in schedule.bought:
        row = rows[one.plan_id]
        if row["kind"] != "addon" and row["provider"] != line:
            moves, line = moves + 1, row["provider"]
    return moves


def _number(schedule: Schedule, rows: Mapping[str, Mapping]) -> str:
    """See :class:`Advice`; an add-on is on a line that has a number or none."""
    lines = {row["local_us_number"] == "yes" for row in rows.values() if row["kind"] != "addon"}
    if True not in lines:
        return "data_only"
    if False in lines:
        return "number_in_part"
    return "with_number" if _moves(schedule, rows) == 1 else "number_changes"


def _promo(schedule: Schedule, rows: Mapping[str, Mapping]) -> tuple[str, int] | None:
    """The first purchase at a new customer's price, for which the regular one is higher."""
    for one in schedule.bought:
        row = rows[one.plan_id]
        cycles = row.get("min_commitment_cycles") or 1
        regular = round(row["price_usd"] * 100) * int(cycles if cycles > 0 else 1)
        if row.get("intro_price_usd", math.nan) >= 0 and one.price_cents < regular:
            return one.plan_id, regular
    return None


def safest(market: Market, dates: Mapping, need_mb: list[int]) -> Schedule | None:
    """The safest schedule, see the head of this module; ``None`` where not even that of the
    regular prices serves the stay."""
    more = [-(-mb * (100 + RESERVE) // 100) for mb in need_mb]
    for offers in market.safest:
        try:
            return offers.at(**dates).cheapest(more)
        except Refusal:
            continue
    return None
