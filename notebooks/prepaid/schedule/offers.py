"""The cheapest sequence of purchases that covers a stay: plans and a need in, a schedule out.

The stay with its plans is a :class:`prepaid.schedule.market.Market`, the search is in
:mod:`prepaid.schedule.paths`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from prepaid.catalogue.plans import checked
from prepaid.i18n import Refusal
from prepaid.schedule import paths
from prepaid.schedule.market import ENDLESS, SHAPE, Market

_MOST_MB = 10**9  # a day: a thousand TB


class NoSchedule(Refusal):
    """No sequence of the plans covers the stay.

    Attributes:
        day: the first day, from 0, that cannot be served by any sequence.
    """

    def __init__(self, code: str, day: int, **values):
        super().__init__(code, day=day + 1, **values)
        self.day = day


class Purchase(NamedTuple):
    """One plan bought on one day, counted from 0; see :class:`Schedule`."""

    day: int
    plan_id: str
    price_cents: int
    fee_cents: int
    tax_cents: int
    serves_days: int
    mb_used: int
    mb_unused: int | None


@dataclass(frozen=True)
class Schedule:
    """The purchases of a stay, in order.

    Attributes:
        bought: each :class:`Purchase`. Its price has the charges by use in it; ``mb_unused`` is
            what is paid for and not used, ``None`` where nothing can run out.
        need_mb: whole MB wanted on each day of the stay.
        left_mb: data left after each day; ``None`` where nothing can run out or no plan runs.
    """

    bought: tuple[Purchase, ...]
    need_mb: tuple[int, ...]
    left_mb: tuple[int | None, ...]

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """``bought`` as a frame, one row each; integers, ``mb_unused`` ``<NA>`` for ``None``."""
        columns = dict(zip(Purchase._fields, zip(*self.bought, strict=True), strict=False))
        return pd.DataFrame({
            name: pd.array(
                columns.get(name, ()),
                {"plan_id": "str", "mb_unused": "Int64"}.get(name, "int64"))
            for name in Purchase._fields
        })

    @property
    def total_cents(self) -> int:
        """Prices, fees and tax together, in cents."""
        return sum(one.price_cents + one.fee_cents + one.tax_cents for one in self.bought)

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """The plans in the order in which they are bought."""
        return tuple(one.plan_id for one in self.bought)


@dataclass(frozen=True)
class Line:
    """A line that is in use already when the days of a need begin.

    Attributes:
        provider: where it is: staying costs no activation fee, and its new-customer price is gone.
        plan_id: the plan that runs on it and can be topped up, if any.
        last_day: the day, not included, on which that plan ends.
    """

    provider: str
    plan_id: str | None = None
    last_day: int = 0


def cheapest_schedule(
    plans: pd.DataFrame,
    need_mb: Sequence[int],
    *,
    slow_ok_kbps: int | None = None,
    new_customer: bool = True,
    tax_rate: float | str | Fraction = 0,
) -> Schedule:
    """The sequence of purchases of least total cost that serves every day's need.

    Ties go to fewer purchases, then fewer providers, then the order of ``plan_id``.

    Args:
        plans: catalogue rows, see ``content/datapackage.json``. Only ``plan_id``, ``provider``,
            ``price_usd``, ``validity_days`` and ``data_gb`` or ``unlimited`` are needed; rows whose
            price, validity or allowance is unknown are never bought.
        need_mb: whole MB wanted on each day of the stay.
        slow_ok_kbps: throttled data of at least this speed counts as usable.
        new_customer: whether new-customer prices can be had, once per provider.
        tax_rate: on prices whose tax is extra or unknown, 0 to 1.

    Raises:
        NoSchedule: naming the first day that no sequence can serve.
        CatalogError: plans that cannot be reckoned with, see
            :func:`prepaid.catalogue.plans.checked`.
        Refusal: a need or an option that makes no sense, or new-customer prices that matter at so
            many providers that no exact answer is found in time.
    """
    return Offers(
        plans, slow_ok_kbps=slow_ok_kbps, new_customer=new_customer, tax_rate=tax_rate
    ).cheapest(need_mb)


class Offers:
    """What can be bought under given options, as arrays, one entry per plan in ``plan_id`` order.

    Reading a frame takes longer than scheduling a month, so whoever schedules several times
    makes one ``Offers`` and narrows it with :meth:`where`.
    """

    def __init__(
        self,
        plans: pd.DataFrame,
        *,
        slow_ok_kbps: int | None = None,
        new_customer: bool = True,
        tax_rate: float | str | Fraction = 0,
    ):
        self.tax_rate = _checked_rate(tax_rate)
        if slow_ok_kbps is not None and not (_is_number(slow_ok_kbps) and slow_ok_kbps > 0):
            raise Refusal("slow_ok_kbps", value=slow_ok_kbps)
        terms, known = read_terms(checked(plans), slow_ok_kbps)
        wanted = np.flatnonzero(known if new_customer else known & ~terms["intro"])
        order = wanted[np.argsort(terms["plan_id"][wanted], kind="stable")]
        self._terms = {name: values[order] for name, values in terms.items()}

    @property
    def plan_id(self) -> np.ndarray:
        return self._terms["plan_id"]

    @property
    def provider(self) -> np.ndarray:
        return self._terms["provider"]

    @property
    def days_paid(self) -> dict[str, int]:
        """Days each plan runs once bought, all its cycles together."""
        days = self._terms["validity"] * self._terms["cycles"]
        return dict(zip(self.plan_id, days.tolist(), strict=True))

    @cached_property
    def _addons(self) -> dict[int, list[int]]:
        """The numbers of the add-ons that can be bought on top of each plan that takes some."""
        found: dict[int, list[int]] = {}
        bases = {
            addon: {part.strip() for part in self._terms["bases"][addon].split(";")}
            for addon in np.flatnonzero(self._terms["addon"]).tolist()
        }
        takes = ~self._terms["addon"] & (self._terms["allowance"] != ENDLESS)
        takes &= np.isin(self.plan_id.astype(str), list(set().union(*bases.values())))
        plans = dict(zip(self.plan_id[takes].tolist(), np.flatnonzero(takes).tolist(), strict=True))
        for addon, names in bases.items():
            for plan in names & plans.keys():
                found.setdefault(plans[plan], []).append(addon)
        return found

    def where(self, mask) -> "Offers":
        """Only the plans for which ``mask`` holds, one boolean per entry."""
        part = object.__new__(Offers)
        part.tax_rate = self.tax_rate
        part._terms = {name: values[np.asarray(mask, bool)] for name, values in self._terms.items()}
        return part

    def cheapest(self, need_mb: Sequence[int], line: Line | None = None) -> Schedule:
        """The schedule of least cost, see :func:`cheapest_schedule`; from a new or a used line."""
        market = self._market(need_mb, line)
        return _schedule(market, _found(paths.cheapest_path, market))

    def least_cents(self, need_mb: Sequence[int], line: Line | None = None) -> int:
        """What :meth:`cheapest` costs, without saying how."""
        return _found(paths.least_cents, self._market(need_mb, line))

    def cents_by_first(self, need_mb: Sequence[int], line: Line | None = None) -> np.ndarray:
        """What the stay costs at least if a given plan is the first to be bought.

        Returns:
            cents for each entry, in the order of ``plan_id``; -1 where the plan can not be the
            first, or nothing serves the stay after it.
        """
        return _found(paths.cents_by_first, self._market(need_mb, line))

    def _market(self, need_mb: Sequence[int], line: Line | None) -> Market:
        market = Market(self._terms, self._addons, self.tax_rate, checked_need(need_mb))
        if line is not None:
            market.line = self._running(market, line)
        return market

    def _running(self, market: Market, line: Line) -> tuple[int | None, int | None, int]:
        """The line in the market's numbers."""
        mine = np.flatnonzero(self.provider == line.provider)
        if not len(mine):
            return None, None, 0
        plans = np.flatnonzero(self.plan_id == line.plan_id)
        base = int(plans[0]) if len(plans) and plans[0] in market.addons else None
        provider = int(self._terms["provider_no"][mine[0]])
        return provider, base, min(line.last_day, market.n_days)


def _found(search, market: Market):
    try:
        try:
            return search(market)
        except paths.DeadEnd:
            raise _no_schedule(market) from None
    except paths.TooIntricate:
        raise Refusal("too_intricate") from None


def _checked_rate(tax_rate) -> Fraction:
    try:
        rate = Fraction(str(tax_rate)).limit_denominator(10**9)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(-1)
    if not 0 <= rate <= 1:
        raise Refusal("tax_rate", value=tax_rate)
    return rate


def checked_need(need_mb: Sequence[int]) -> np.ndarray:
    try:
        need = list(need_mb)
    except TypeError:
        raise Refusal("need_not_whole", day=1, value=need_mb, most=_MOST_MB) from None
    if not need:
        raise Refusal("stay_empty")
    for day, mb in enumerate(need):
        if not (_is_number(mb) and 0 <= mb <= _MOST_MB and mb == mb // 1):
            raise Refusal("need_not_whole", day=day + 1, value=mb, most=_MOST_MB)
    return np.array(need, np.int64)


def _is_number(value) -> bool:
    return isinstance(value, (int, float, np.number))


def read_terms(
    plans: pd.DataFrame, slow_ok_kbps: int | None
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The plans as the rule reads them, in whole cents, MB and days; and which can be scheduled."""

    def numbers(column: str) -> np.ndarray:
        if column not in plans:
            return np.full(len(plans), np.nan)
        return pd.to_numeric(plans[column]).to_numpy(float, na_value=np.nan)

    def says(column: str, *values) -> np.ndarray:
        if column not in plans:
            return np.zeros(len(plans), bool)
        return plans[column].isin(values).to_numpy(bool)

    price, validity = numbers("price_usd"), numbers("validity_days")
    data_gb, premium_gb, per_gb = map(numbers, ("data_gb", "premium_data_gb", "per_gb_usd"))
    unlimited, throttled = says("unlimited", "yes", True), says("after_cap", "throttled")
    addon, by_use = says("kind", "addon"), ~np.isnan(per_gb)

    by_use_gb = np.where(np.isnan(premium_gb), data_gb, premium_gb)
    allowance_gb = np.where(unlimited & throttled, premium_gb, data_gb)
    allowance_gb = np.where(by_use, by_use_gb, allowance_gb)
    endless = (unlimited & ~throttled & ~by_use) | (by_use & np.isnan(allowance_gb))
    if slow_ok_kbps is not None:
        endless |= throttled & (numbers("after_cap_kbps") >= slow_ok_kbps)
    bases = plans["addon_for"].fillna("") if "addon_for" in plans else pd.Series("", plans.index)

    known = ~np.isnan(price) & ~np.isnan(validity) & (endless | ~np.isnan(allowance_gb))
    intro = says("intro_new_customer_only", "yes", True)
    known &= ~addon | ((bases != "").to_numpy(bool) & ~intro)  # its base was bought there before
    cycles = np.nan_to_num(numbers("min_commitment_cycles"), nan=1)
    charge_cap = np.nan_to_num(numbers("usage_charge_cap_usd"), nan=2**40)
    provider = plans["provider"].to_numpy(object)
    terms = {
        "plan_id": plans["plan_id"].to_numpy(object),
        "provider": provider,
        "provider_no": pd.factorize(provider, use_na_sentinel=False)[0],
        "price": _whole(np.rint(price * 100) * cycles),
        "validity": _whole(validity),
        "cycles": _whole(cycles),
        "allowance": np.where(endless, ENDLESS, _whole(allowance_gb * 1000)),
        "daily": says("premium_data_period", "day") & ~endless,
        "per_gb": _whole(per_gb * 100),
        "charge_cap": _whole(charge_cap * 100),
        "by_use": by_use,
        "fee": _whole(numbers("activation_fee_usd") * 100),
        "taxed": ~says("tax_included", "yes", True),
        "intro": intro,
        "addon": addon,
        "bases": bases.to_numpy(object),
    }
    terms["shape"] = _numbered(*(terms[name] for name in SHAPE))
    return terms, known


def _numbered(*columns: np.ndarray) -> np.ndarray:
    """One number for each combination of values."""
    found = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        number, values = pd.factorize(column)
        found, _ = pd.factorize(found * len(values) + number)
    return found


def _whole(numbers: np.ndarray) -> np.ndarray:
    return np.rint(np.nan_to_num(numbers)).astype(np.int64)


def _schedule(market: Market, path: Sequence[paths.Bought]) -> Schedule:
    """The purchases along a path."""
    terms, bought, left = market.t, [], [None] * market.n_days
    for plan, day, until, pays_fee in path:
        end, charge = (int(found[0, 0]) for found in
                       market.serve(np.array([plan]), np.array([day]), until))
        amount = int(terms["price"][plan]) + charge
        used = int(market.cum[end] - market.cum[day])
        bought.append(Purchase(
            day, terms["plan_id"][plan], amount, int(terms["fee"][plan]) if pays_fee else 0,
            int(market.tax(plan, amount)), end - day, used, _unused(market, plan, used),
        ))
        left[day:end] = _left(market, plan, day, end)
    return Schedule(tuple(bought), tuple(market.need.tolist()), tuple(left))


def _unused(market: Market, plan: int, used: int) -> int | None:
    terms = market.t
    if market.endless(plan) or terms["by_use"][plan]:
        return None
    times = terms["validity"][plan] if terms["daily"][plan] else 1
    return int(terms["allowance"][plan] * terms["cycles"][plan] * times) - used


def _left(market: Market, plan: int, day: int, end: int) -> list[int | None]:
    """Data left after each day from ``day`` to ``end``."""
    days = np.arange(day, end)
    allowance, validity = market.t["allowance"][plan], market.t["validity"][plan]
    if market.endless(plan):
        return [None] * len(days)
    if market.t["daily"][plan]:
        return (allowance - market.need[days]).tolist()
    cycle_start = days - (days - day) % validity
    return (allowance - market.cum[days + 1] + market.cum[cycle_start]).tolist()


def _no_schedule(market: Market) -> NoSchedule:
    """Follows every sequence as far as it goes and says why none goes on from the furthest day."""
    day = int(market.day[paths.furthest_node(market)])
    need, allowances = int(market.need[day]), market.t["allowance"][~market.t["addon"]]
    if not len(allowances):
        return NoSchedule("no_plans", day)
    if (allowances == ENDLESS).any() or allowances.max() >= need:
        return NoSchedule("only_new_customers", day)
    return NoSchedule("need_too_large", day, need=need, largest=int(allowances.max()))
