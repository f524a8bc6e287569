"""Renewing a running plan: where it stands, what topping it up does, and how it is done.

All arithmetic is by whole days, as in :mod:`prepaid.schedule`: a day is served if the data left
when it begins covers its need, and what is bought on a day serves that whole day.
"""

import csv
import datetime as dt
import io
import tomllib
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import inf
from numbers import Real
from types import MappingProxyType
from uuid import NAMESPACE_URL, uuid5

import pandas as pd

from prepaid.catalog import harmless, load_catalog
from prepaid.i18n import CONTENT, Refusal, Words, words
from prepaid.schedule import (
    ENDLESS,
    Line,
    Offers,
    Purchase,
    Schedule,
    checked_need,
    read_terms,
)

MEANINGS = ("queue", "reset_keep", "reset_lose", "data_only", "wallet")
CHANNELS = ("web", "app", "phone", "dial", "shop", "autopay", "third_party")


# ----------------------------------------------------------------------------- where am I now?


@dataclass(frozen=True)
class NextStep:
    """Where a running plan stands, and how to go on for the least money. Days count from today, 0.

    Attributes:
        plan_id: the plan that runs now.
        need_mb: whole MB wanted on each day from today to the end of the stay.
        data_out_day: the first day whose need the data left does not cover, as if the days of the
            plan did not end; ``None`` where it lasts to the end of the stay. May come after
            ``plan_end_day``.
        plan_end_day: the first day that the validity does not cover; may lie after the stay.
        ends_day: the first of both: from this day on the plan serves nothing.
        ends_by: which: ``"data"`` (before its last paid day is over) or ``"validity"``.
        unserved_day: the first day with a need that the plan does not serve: ``ends_day``, or later
            where the days from then on need nothing; ``None`` where it lasts to the end of the
            stay. ``schedule`` begins here; buying on this very day, before the first use, still
            serves it.
        last_safe_day: the day before ``unserved_day``: who has renewed by its evening is never
            without data on a day that needs some, whatever the hour at which a plan ends. ``None``
            where nothing has to be bought, and where ``unserved_day`` is today: then at once.
        schedule: the cheapest continuation by the rule, from the line in use; purchases' ``day``
            counts from today; no purchases where ``nothing_to_buy``.
        left_mb: data left after each day, of the running plan and then of the schedule; ``None``
            where nothing can run out or no plan runs.
    """

    plan_id: str
    need_mb: tuple[int, ...]
    data_out_day: int | None
    plan_end_day: int
    ends_day: int
    ends_by: str
    unserved_day: int | None
    last_safe_day: int | None
    schedule: Schedule
    left_mb: tuple[int | None, ...]

    @property
    def nothing_to_buy(self) -> bool:
        """Whether the plan lasts to the end of the stay."""
        return self.unserved_day is None

    @property
    def total_cents(self) -> int:
        """What the continuation costs, in cents; 0 where nothing has to be bought."""
        return self.schedule.total_cents


def next_step(
    plans: pd.DataFrame, plan_id: str, *, days_left: int, mb_left: int | None,
    need_mb: Sequence[int], **options,
) -> NextStep:
    """Where the running plan stands and the cheapest way to go on, see :class:`NextStep`.

    Staying with the provider costs no activation fee, its new-customer price is gone, and add-ons
    can be bought on top of the running plan. Where a plan has several cycles, the running one ends
    so that whole cycles are left after it, each with its allowance afresh; data that runs out in
    one ends the plan, as in the rule. What the running plan still charges by use is not counted.

    Args:
        plans: catalogue rows, among them the running plan.
        plan_id: the plan that runs now.
        days_left: whole days that its validity still covers, today included; 0: it has ended.
        mb_left: whole MB left in the running cycle, or today where the allowance is per day (every
            later day has its whole allowance). ``None`` where nothing can run out. Not read where
            the rule says so: plans without an allowance, slow data that is good enough.
        need_mb: whole MB wanted on each day from today to the end of the stay.
        options: as for :func:`prepaid.cheapest_schedule`.

    Raises:
        NoSchedule: the continuation cannot be covered; its ``day`` counts from today.
        Refusal: no such plan, an add-on, days or MB that are negative, not whole, missing, or more
            days than the plan lasts; a need or an option that makes no sense.
    """
    row, new_customer = _running_row(plans, plan_id), options.pop("new_customer", True)
    running = _Running.read(row, options.get("slow_ok_kbps"))
    need = checked_need(need_mb).tolist()
    days_left = _whole(days_left, "days_left_not_whole")
    if running.validity and days_left > running.validity * running.cycles:
        raise Refusal("days_left_too_many", plan_id=plan_id, value=days_left,
                      maximum=running.validity * running.cycles)
    if mb_left is not None:
        mb_left = _whole(mb_left, "mb_left_not_whole")
    elif running.can_run_out:
        raise Refusal("mb_left_missing", plan_id=plan_id)
    if not running.buyable:
        row = _as_base_only(row, days_left)
    offers = Offers(_on_offer(plans, row, new_customer), **options)

    left = [None] * len(need) if running.endless or mb_left is None else running.left_after(
        need, days_left, mb_left)
    data_out_day = len(left) if len(left) < len(need) else None
    by_data = data_out_day is not None and data_out_day < days_left
    ends_day = data_out_day if by_data else days_left
    unserved_day = next((day for day in range(ends_day, len(need)) if need[day]), None)
    served = len(need) if unserved_day is None else unserved_day
    schedule = offers.cheapest(
        [0] * served + need[served:], Line(row["provider"].iloc[0], plan_id, days_left))
    return NextStep(
        plan_id, tuple(need), data_out_day, days_left, ends_day,
        "data" if by_data else "validity", unserved_day,
        unserved_day - 1 if unserved_day else None, schedule,
        (*left[:ends_day], *schedule.left_mb[ends_day:]),
    )


@dataclass(frozen=True)
class _Running:
    """What the rule says of a running plan; ``validity`` is 0 where it is not known."""

    buyable: bool
    validity: int
    cycles: int
    allowance: int
    daily: bool
    endless: bool
    can_run_out: bool

    @classmethod
    def read(cls, row: pd.DataFrame, slow_ok_kbps: int | None) -> "_Running":
        terms, buyable = read_terms(row, slow_ok_kbps)
        _, allowance_known = read_terms(row.assign(price_usd=0, validity_days=1), slow_ok_kbps)
        endless = terms["allowance"][0] == ENDLESS
        return cls(
            buyable=bool(buyable[0]),
            validity=int(terms["validity"][0]),
            cycles=int(terms["cycles"][0]),
            allowance=int(terms["allowance"][0]),
            daily=bool(terms["daily"][0]),
            endless=bool(endless),
            can_run_out=bool(allowance_known[0] and not endless),
        )

    def left_after(self, need: Sequence[int], days_left: int, mb_left: int) -> list[int]:
        """Data left after each day, up to the first whose need is not covered."""
        found = []
        for day, mb in enumerate(need):
            if day and (self.daily or self._cycle_starts(days_left - day)):
                mb_left = self.allowance
            if mb > mb_left:
                break
            mb_left -= mb
            found.append(mb_left)
        return found

    def _cycle_starts(self, days_left: int) -> bool:
        return days_left > 0 and self.validity > 0 and days_left % self.validity == 0


def _running_row(plans: pd.DataFrame, plan_id: str) -> pd.DataFrame:
    row = plans[plans["plan_id"] == plan_id]
    if row.empty:
        raise Refusal("plan_unknown", plan_id=plan_id)
    if "kind" in row and row["kind"].iloc[0] == "addon":
        raise Refusal("plan_is_addon", plan_id=plan_id)
    return row


def _on_offer(plans: pd.DataFrame, row: pd.DataFrame, new_customer: bool) -> pd.DataFrame:
    """The plans that may be bought and the running one, which add-ons may need as their base.

    Its own new-customer price may stay: on its own line nobody can have it.
    """
    others = plans[plans["plan_id"] != row["plan_id"].iloc[0]]
    if not new_customer and "intro_new_customer_only" in plans:
        others = others[~others["intro_new_customer_only"].isin(["yes", True])]
    return pd.concat([others, row], ignore_index=True)


def _as_base_only(row: pd.DataFrame, days_left: int) -> pd.DataFrame:
    """A plan that cannot be bought, as one that add-ons can top up and that still cannot be."""
    return row.assign(
        price_usd=0.0, validity_days=float(max(days_left, 1)), min_commitment_cycles=1.0,
        data_gb=0.0, unlimited="no", per_gb_usd=float("nan"), intro_new_customer_only="yes")


def _whole(value, code: str, least: int = 0) -> int:
    """``value`` if it is a whole number of at least ``least``; else a refusal."""
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not fits or not value >= least or value != value // 1:
        raise Refusal(code, value=value)
    return int(value)


# --------------------------------------------------------------------- what does topping up do?


@dataclass(frozen=True)
class TopUp:
    """One plan bought on day 0 and once more on ``renew_day``, under one meaning of topping up.

    Attributes:
        meaning: one of :data:`MEANINGS`.
        renew_day: the day of the second purchase, before the first use of that day.
        outcome: ``"counts"``; ``"too_late"``: no plan runs that could be topped up, nothing is
            sold; ``"money_expired"``: the balance was gone before it could pay.
        data_from: the first day on which the second purchase's data can be used; ``None``: never.
        end_day: the first day on which neither runs.
        left_mb: data left after each day of the stay; ``None`` where nothing can run out or no
            plan runs.
        served: for each day whether its need was covered in full; days without need are.
        mb_lost: data of the first plan (with ``data_only``: of both) taken away when its days
            ended within the stay or were cut off by the second purchase.
        days_lost: paid days, with data left, that the second purchase cut off.
    """

    meaning: str
    renew_day: int
    outcome: str
    data_from: int | None
    end_day: int
    left_mb: tuple[int | None, ...]
    served: tuple[bool, ...]
    mb_lost: int
    days_lost: int

    @property
    def first_unserved_day(self) -> int | None:
        """The first day whose need was not covered in full, if any."""
        return next((day for day, served in enumerate(self.served) if not served), None)

    @property
    def waiting_days(self) -> int:
        """Days with a need not covered before the second purchase's data came; all, if never."""
        return self.served[:self.data_from].count(False)


@dataclass(frozen=True)
class RenewWindow:
    """On which days of the stay renewing loses the least.

    Attributes:
        days: those days, in order. Not one of them has fewer days waiting for data, then less
            money lost, then fewer MB lost, then fewer days lost than another.
        best: what happens on the first of them. What it loses no renew day would have saved.
        top_ups: what happens for each renew day of the stay, from 0.
    """

    days: tuple[int, ...]
    top_ups: tuple[TopUp, ...]

    @property
    def best(self) -> TopUp:
        return self.top_ups[self.days[0]]

    @property
    def loses_nothing(self) -> bool:
        """Whether renewing on these days loses no day, no money and no data."""
        return not any(_losses(self.best))


def _losses(top_up: TopUp) -> tuple[int, ...]:
    """What a renewal loses, the worst first."""
    wasted = top_up.outcome == "money_expired"
    return top_up.waiting_days, int(wasted), top_up.mb_lost, top_up.days_lost


def simulate_top_up(
    meaning: str, *, validity_days: int, allowance_mb: int | None, need_mb: Sequence[int],
    renew_day: int, money_days: int | None = None,
) -> TopUp:
    """What happens if a plan bought on day 0 is bought again on ``renew_day``.

    - ``queue``: the second waits until the days or the data of the first have run out.
    - ``reset_keep``: the days start anew on ``renew_day``, what is left is added to the new data.
    - ``reset_lose``: the days start anew on ``renew_day``, what is left is lost.
    - ``data_only``: more data at once, same end; nothing can be bought once the days have ended.
    - ``wallet``: the money waits and pays for the next cycle when the days of the first have ended.

    Once the days of the first have ended, what is left of it is gone and, but for ``data_only``,
    the second starts on ``renew_day``. On a day that is not covered, what is left is used up.

    Args:
        meaning: one of :data:`MEANINGS`.
        validity_days: days one purchase lasts.
        allowance_mb: whole MB of one purchase; ``None`` where nothing can run out.
        need_mb: whole MB wanted on each day from the first purchase on.
        renew_day: 0 or later; may lie after the stay.
        money_days: days a balance lives from the day of the payment on, see
            :func:`money_lives_days`; on the day after the last it can pay for nothing. ``None``: no
            limit. Only read for ``wallet``.

    Raises:
        Refusal: another meaning (also ``none`` and ``unknown``), numbers that are negative or not
            whole, no days.
    """
    stay = _Stay.checked(meaning, validity_days, allowance_mb, need_mb, money_days)
    return _simulate(stay, _whole(renew_day, "renew_day_not_whole"))


@dataclass(frozen=True)
class _Stay:
    """Checked arguments of :func:`simulate_top_up`; an endless allowance is infinite."""

    meaning: str
    validity: int
    allowance: float
    need: tuple[int, ...]
    money_days: float

    @classmethod
    def checked(cls, meaning, validity_days, allowance_mb, need_mb, money_days) -> "_Stay":
        if meaning not in MEANINGS:
            raise Refusal("meaning_unknown", value=meaning, choices=MEANINGS)
        return cls(
            meaning,
            _whole(validity_days, "validity_not_whole", 1),
            inf if allowance_mb is None else _whole(allowance_mb, "allowance_not_whole"),
            tuple(checked_need(need_mb).tolist()),
            inf if money_days is None else _whole(money_days, "money_days_not_whole", 1),
        )

    def second_starts(self, day: int, waits: int, mb: int, left: float) -> bool:
        """Whether the second purchase, paid ``waits`` days ago, starts on this day."""
        ended = day >= self.validity
        match self.meaning:
            case "queue":
                return ended or mb > left
            case "wallet":
                return ended and waits < self.money_days
            case "data_only":
                return not ended
        return True


def _simulate(stay: _Stay, renew_day: int) -> TopUp:
    n_days, end, left = len(stay.need), stay.validity, stay.allowance
    data_from, mb_lost, days_lost = None, 0, 0
    left_mb, served = [], []
    for day in range(max(n_days, stay.validity, renew_day) + 1):
        mb = stay.need[day] if day < n_days else 0
        if day == end:
            if day < n_days and (data_from is None or stay.meaning == "data_only"):
                mb_lost += left
            left = 0
        waits = day - renew_day
        if data_from is None and waits >= 0 and stay.second_starts(day, waits, mb, left):
            data_from = day
            if stay.meaning != "data_only":
                end = day + stay.validity
            if stay.meaning.startswith("reset") and left and day < n_days:
                days_lost = stay.validity - day
            if stay.meaning == "reset_lose":
                mb_lost, left = mb_lost + (left if day < n_days else 0), 0
            left += stay.allowance
        served.append(mb <= left)
        left = max(left - mb, 0)
        left_mb.append(left if day < end and left < inf else None)
    outcome = "counts"
    if data_from is None:
        outcome = "money_expired" if stay.meaning == "wallet" else "too_late"
    return TopUp(
        stay.meaning, renew_day, outcome, data_from, end, tuple(left_mb[:n_days]),
        tuple(served[:n_days]), 0 if stay.allowance == inf else int(mb_lost), days_lost,
    )


def renew_window(
    meaning: str, *, validity_days: int, allowance_mb: int | None, need_mb: Sequence[int],
    money_days: int | None = None,
) -> RenewWindow:
    """The renew days of a stay that lose the least, see :func:`simulate_top_up`."""
    stay = _Stay.checked(meaning, validity_days, allowance_mb, need_mb, money_days)
    top_ups = tuple(_simulate(stay, day) for day in range(len(stay.need)))
    least = min(map(_losses, top_ups))
    days = tuple(top_up.renew_day for top_up in top_ups if _losses(top_up) == least)
    return RenewWindow(days, top_ups)


def wallet_shortfall_cents(balance_cents: int, price_cents: int, tax_cents: int) -> int:
    """Cents that a balance lacks to pay for the next cycle, price and tax; 0 if it renews.

    Raises:
        Refusal: an amount that is negative or not whole.
    """
    balance, price, tax = (
        _whole(cents, "cents_not_whole") for cents in (balance_cents, price_cents, tax_cents))
    return max(price + tax - balance, 0)


def wallet_renews(balance_cents: int, price_cents: int, tax_cents: int) -> bool:
    """Whether a balance pays for the next cycle: it has to cover price and tax."""
    return wallet_shortfall_cents(balance_cents, price_cents, tax_cents) == 0


def money_lives_days(provider_id: str, cents: int) -> int | None:
    """How many days a payment of that size lives as balance, by the provider's ``money_life``.

    A payment between two listed sizes lives as long as the smaller. Rows that hold for older lines
    only (``applies``) do not count.

    Returns:
        ``None`` where nothing is established for a payment of that size.

    Raises:
        Refusal: no such provider; an amount that is negative or not whole.
    """
    cents = _whole(cents, "cents_not_whole")
    lives = [row for row in provider(provider_id).money_life if "applies" not in row]
    reached = [row for row in lives if cents >= row.get("min_usd", 0) * 100]
    if not reached:
        return None
    row = max(reached, key=lambda row: row.get("min_usd", 0))
    beyond = len(reached) == len(lives) and cents > row.get("max_usd", inf) * 100
    return None if beyond else row["days"]


# ------------------------------------------------------------------------------ how is it done?


@dataclass(frozen=True)
class Provider:
    """One file of ``content/renewal``; ``schema.json`` there says what each entry holds.

    Everything below the first level is a read-only mapping or a tuple, as in the file: a sentence
    has ``entry["en"]`` and ``entry["zh-CN"]``, a claim also ``source`` (addresses), ``as_of`` and
    ``confidence``, a gap ``known = False`` instead.

    Attributes:
        id: the name of the file.
        provider: the name in the catalogue; ``any`` for files that are not about one provider.
        kind: ``carrier``, ``mvno``, ``travel_esim`` or ``generic``.
        checked: the day the facts were gathered.
        name: by language.
        top_up: what buying by hand before the end does; its ``meaning`` is one of
            :data:`MEANINGS`, ``none`` or ``unknown``.
        auto_renewal: the same for automatic renewal, if anything is said of it.
        walk: numbered steps, each for one channel and those in its ``also``.
        unknown_channel: channels without a walk, and why.
        timeline: what happens after the last paid day, in order.
        money_life: how long a payment lives as balance.
        balance: how to see what is left, by channel.
        payment: documented ways to pay.
        data_used_up: what happens at the end of the data.
    """

    id: str
    provider: str
    kind: str
    checked: dt.date
    name: Mapping[str, str]
    top_up: Mapping
    unknown_channel: tuple[Mapping, ...]
    auto_renewal: Mapping | None = None
    walk: tuple[Mapping, ...] = ()
    timeline: tuple[Mapping, ...] = ()
    money_life: tuple[Mapping, ...] = ()
    balance: tuple[Mapping, ...] = ()
    payment: tuple[Mapping, ...] = ()
    data_used_up: tuple[Mapping, ...] = ()


@cache
def providers() -> Mapping[str, Provider]:
    """Every provider by id, in the order of the ids; read when first asked for."""
    files = sorted((CONTENT / "renewal").glob("*.toml"))
    found = (_provider(tomllib.loads(path.read_text("utf-8"))) for path in files)
    return MappingProxyType({one.id: one for one in found})


def _provider(table: dict) -> Provider:
    entries = {name: _read_only(value) for name, value in table.items()}
    return Provider(**entries | {"checked": dt.date.fromisoformat(table["checked"])})


def _read_only(value):
    if isinstance(value, dict):
        return MappingProxyType({key: _read_only(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(map(_read_only, value))
    return value


def provider(provider_id: str) -> Provider:
    """One provider.

    Raises:
        Refusal: no such provider.
    """
    if provider_id not in providers():
        raise Refusal("provider_unknown", value=provider_id, choices=tuple(providers()))
    return providers()[provider_id]


def walk(provider_id: str, channel: str) -> tuple[Mapping, ...]:
    """The walks of one provider on one of :data:`CHANNELS`: none, one or several.

    For a channel of which a provider's file says nothing, not even a gap, those of the generic
    files hold. Where there is none, :func:`gap` says why.

    Raises:
        Refusal: no such provider or channel.
    """
    own = _walks(provider(provider_id), _channel(channel))
    if own or gap(provider_id, channel):
        return own
    generic = (one for one in providers().values() if one.kind == "generic")
    return next(filter(None, (_walks(one, channel) for one in generic)), ())


def _walks(one: Provider, channel: str) -> tuple[Mapping, ...]:
    return tuple(
        walk for walk in one.walk if channel in (walk["channel"], *walk.get("also", ())))


def _channel(channel: str) -> str:
    if channel not in CHANNELS:
        raise Refusal("channel_unknown", value=channel, choices=CHANNELS)
    return channel


def gap(provider_id: str, channel: str) -> Mapping | None:
    """Why there is no walk of one provider on one channel; ``None`` where there is one.

    Raises:
        Refusal: no such provider or channel.
    """
    gaps = provider(provider_id).unknown_channel
    return next((gap for gap in gaps if _channel(channel) in gap["channels"]), None)


def timeline(provider_id: str) -> tuple[Mapping, ...]:
    """What happens after the last paid day, in order: entries with ``state`` and
    ``days_after_cycle_end``, ``months_after_purchase`` or ``known = False``. May be empty.

    Raises:
        Refusal: no such provider.
    """
    return provider(provider_id).timeline


# -------------------------------------------------------------------------------- take it along


def renewal_calendar(
    schedule: Schedule, start: dt.date, timezone: str, *, language: str = "en",
    plans: pd.DataFrame | None = None, steps: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """The purchases of a schedule as an iCalendar file with reminders.

    One event a purchase, at nine in the morning of its day in ``timezone``, with reminders ten
    days before, two days before and at the event. A time and not a whole day, since a whole day's
    reminders ring at midnight, and one in China begins half a day before the same in the US. Two
    files of the same schedule are the same.

    Args:
        schedule: what to buy; ``NextStep.schedule`` as well, with today as ``start``.
        start: the date of day 0.
        timezone: where the reader is, a name of the IANA time zone database such as
            ``America/New_York``.
        language: of the texts.
        plans: where names, prices' dates and sources stand; our catalogue by default.
        steps: by ``plan_id``, lines that are numbered and added to the event's description.

    Raises:
        Refusal: no such time zone or language, no date, nothing to buy.
    """
    from icalendar import Calendar  # here, since it costs more than all the rest of this module

    texts, zone, start = words(language), _zone(timezone), _first_day(start)
    if not schedule.bought:
        raise Refusal("nothing_to_buy")
    rows = _rows_by_id(load_catalog() if plans is None else plans)
    days = [start + dt.timedelta(one.day) for one in schedule.bought]
    calendar = Calendar.new(
        prodid=f"-//prepaid//renewal//{language.upper()}", uid=_uid(f"{start}"),
        name=texts("renewal.calendar.title"),
        subcomponents=[
            _event(texts, one, dt.datetime.combine(day, _EVENT_TIME, zone), start,
                   rows.get(one.plan_id, {}), steps.get(one.plan_id, ()))
            for one, day in zip(schedule.bought, days, strict=True)
        ],
    )
    calendar.add_missing_timezones(days[0] - _AROUND, days[-1] + _AROUND)
    return calendar.to_ical()


_EVENT_TIME, _EVENT_LENGTH = dt.time(9), dt.timedelta(minutes=30)
_REMINDER_DAYS = (10, 2, 0)
_AROUND = dt.timedelta(days=366)
_YEARS = range(2000, 2100)
_ZONES = ("America/New_York", "Asia/Shanghai")


def _zone(timezone: str) -> zoneinfo.ZoneInfo:
    """The zone of that name, where the IANA data base has one, whatever this machine has."""
    if timezone not in _zone_names():
        raise Refusal("timezone_unknown", value=timezone, examples=_ZONES)
    return zoneinfo.ZoneInfo(timezone)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


def _first_day(start: dt.date) -> dt.date:
    if not isinstance(start, dt.date):
        raise Refusal("date_missing")
    if start.year not in _YEARS:
        raise Refusal("date_far", value=start.isoformat(), first=_YEARS[0], last=_YEARS[-1])
    return start.date() if isinstance(start, dt.datetime) else start


def _uid(what: str) -> str:
    """The same for the same purchase: a file read in again replaces what it brought before."""
    return str(uuid5(NAMESPACE_URL, f"prepaid-renewal:{what}"))


def _rows_by_id(plans: pd.DataFrame) -> Mapping[str, Mapping]:
    wanted = ["provider", "plan_name", "tax_included", "source_url", "as_of"]
    rows = plans.set_index("plan_id").reindex(columns=wanted).astype(object)
    return rows.fillna("").to_dict("index")


def _event(
    texts: Words, one: Purchase, at: dt.datetime, start: dt.date, row: Mapping,
    steps: Sequence[str],
):
    from icalendar import TRANSP, Alarm, Event

    name = " · ".join(filter(None, (row.get("provider"), row.get("plan_name")))) or one.plan_id
    summary = texts("renewal.calendar.buy", name=name)
    event = Event.new(
        uid=_uid(f"{at:%Y-%m-%d}:{one.plan_id}"), summary=summary, start=at,
        end=at + _EVENT_LENGTH, stamp=dt.datetime.combine(start, dt.time(), dt.UTC),
        description="\n".join(_description(texts, one, at.date(), row, steps)),
        transparency=TRANSP.TRANSPARENT,
    )
    for days in _REMINDER_DAYS:
        when = "soon" if days else "today"
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -dt.timedelta(days))
        alarm.add("description", texts(f"renewal.calendar.{when}", days=days, event=summary))
        event.add_component(alarm)
    return event


def _description(
    texts: Words, one: Purchase, day: dt.date, row: Mapping, steps: Sequence[str]
) -> Iterator[str]:
    """The lines of an event: what is to be bought, for how much, and who says so."""

    def line(key: str, **values) -> str:
        return texts(f"renewal.calendar.{key}", **values)

    yield line("when")
    taxed = "price_tax_included" if row.get("tax_included") == "yes" else "price_before_tax"
    yield line("price_with_tax" if one.tax_cents else taxed, price=one.price_cents,
               tax=one.tax_cents, total=one.price_cents + one.tax_cents)
    if one.fee_cents:
        yield line("fee", fee=one.fee_cents)
    yield line("covers", first=day, last=day + dt.timedelta(one.serves_days - 1),
               days=one.serves_days, used=one.mb_used)
    url, as_of = row.get("source_url"), row.get("as_of")
    source = ("source" if as_of else "source_undated") if url else "source_none"
    yield line(source, as_of=as_of, url=url)
    yield line("check")
    if steps:
        yield line("steps")
    yield from (line("step", n=n, step=step) for n, step in enumerate(steps, 1))


def schedule_csv(
    schedule: Schedule, start: dt.date, names: Mapping[str, str], *, language: str = "en"
) -> bytes:
    """The purchases of a schedule as CSV that spreadsheets open rightly: UTF-8 with BOM.

    Cells that a spreadsheet would take for a formula get an apostrophe in front.

    Args:
        schedule: what was bought.
        start: the date of day 0.
        names: what to call each plan, by ``plan_id``; one without a name is called by its id.
        language: of the headings.

    Raises:
        Refusal: no such language, no date.
    """
    texts, start = words(language), _first_day(start)
    file = io.StringIO()
    table = csv.writer(file)
    columns = texts.keys("renewal.csv")
    table.writerow(texts(f"renewal.csv.{column}") for column in columns)
    for one in schedule.bought:
        cells = {
            "date": (start + dt.timedelta(one.day)).isoformat(),
            "name": harmless(names.get(one.plan_id, one.plan_id)),
            "plan_id": harmless(one.plan_id),
            "price": _dollars(one.price_cents),
            "fee": _dollars(one.fee_cents),
            "tax": _dollars(one.tax_cents),
            "days": one.serves_days,
            "used": one.mb_used,
            "unused": "" if one.mb_unused is None else one.mb_unused,
        }
        table.writerow(cells[column] for column in columns)
    return file.getvalue().encode("utf-8-sig")


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
