"""What the rule asks of each plan: read once from its row, in whole cents, MB, days and flags.

Nobody else asks what "unlimited" means or turns dollars into cents. :class:`Terms` holds all rows
as arrays; :class:`Plan` is one row of them, for the search.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd

ENDLESS = 2**50  # MB that no stay uses up
FOREVER = 10**7  # days that no stay lasts
PERCENT = 10**8  # ``percent`` of a plan is in units of 1 / PERCENT

DAYS, HOURS, MONTHS = range(3)  # what ``unit`` says of ``length``


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as the rule sees it.

    Attributes:
        number: its place among the plans on offer, in the order of ``plan_id``.
        provider: the number of its provider.
        price: cents due at once, all cycles together, without charges by use.
        intro_price: the same for a new customer; only where ``intro_uses`` is above 0.
        intro_uses: how many purchases in a row have that price.
        new_only: can be had once, as a new customer's first purchase at the provider.
        unit: ``DAYS``, ``HOURS`` (``length`` is days of 24 hours) or ``MONTHS``.
        length: how long one cycle lasts, in ``unit``.
        cycles: cycles paid at once.
        allowance: MB a cycle, or a day where ``daily``; ``ENDLESS`` where nothing can run out.
        daily: whether the allowance is one of each day.
        by_use: whether data is charged by use: ``per_gb`` cents a GB, at most ``charge_cap`` cents.
        move_fee: cents for a move to the provider with this plan.
        fee: cents for each purchase.
        percent: of price and charges, due as a fee, in units of 1 / ``PERCENT``.
        taxed: whether tax comes on top of price and charges.
        blocks: whether nothing else can be bought at the provider until its last cycle has ended.
        bases: for an add-on the numbers of the plans on top of which it can be bought.
    """

    number: int
    provider: int
    price: int
    intro_price: int
    intro_uses: int
    new_only: bool
    unit: int
    length: int
    cycles: int
    allowance: int
    daily: bool
    by_use: bool
    per_gb: int
    charge_cap: int
    move_fee: int
    fee: int
    percent: int
    taxed: bool
    blocks: bool
    addon: bool
    bases: tuple[int, ...] = ()

    def charge(self, mb: int) -> int:
        """Cents for ``mb`` used in a cycle, where data is charged by use."""
        return min(-(-mb * self.per_gb // 1000), self.charge_cap) if self.by_use else 0

    def fees(self, amount: int, moves: bool) -> int:
        """Cents of fees on ``amount``, the price with charges by use."""
        fee = self.fee + (self.move_fee if moves else 0)
        return fee + half_up(amount * self.percent, PERCENT) if self.percent else fee

    def tax(self, amount: int, rate: Fraction) -> int:
        """Cents of tax on ``amount``, the price with charges by use."""
        return half_up(amount * rate.numerator, rate.denominator) if self.taxed else 0


def half_up(numerator: int, denominator: int) -> int:
    """A quotient of integers to the next whole number, a half upwards.

    >>> half_up(5, 2), half_up(7, 3)
    (3, 2)
    """
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True, eq=False)
class Terms:
    """All plans of a frame: arrays of one length, in the frame's order; names as in :class:`Plan`.

    Besides: ``reason``, why a plan can never be scheduled (``""`` where it can): ``status``,
    ``unknown_validity``, ``unknown_price``, ``unknown_allowance``, ``not_promised`` (unlimited, and
    nobody says up to where at full speed), ``by_use_cycles``, ``addon_terms`` or ``addon_price``;
    ``fee_unknown``; ``tax_included``; ``has_number``; ``grace``, days for which the number is kept
    after the plan has ended; ``unlimited``, as the row calls itself; ``addon_for`` as written.
    """

    plan_id: np.ndarray
    provider: np.ndarray
    price: np.ndarray
    intro_price: np.ndarray
    intro_uses: np.ndarray
    new_only: np.ndarray
    unit: np.ndarray
    length: np.ndarray
    cycles: np.ndarray
    allowance: np.ndarray
    daily: np.ndarray
    by_use: np.ndarray
    per_gb: np.ndarray
    charge_cap: np.ndarray
    move_fee: np.ndarray
    fee: np.ndarray
    percent: np.ndarray
    taxed: np.ndarray
    blocks: np.ndarray
    addon: np.ndarray
    addon_for: np.ndarray
    reason: np.ndarray
    fee_unknown: np.ndarray
    tax_included: np.ndarray
    has_number: np.ndarray
    grace: np.ndarray
    unlimited: np.ndarray

    def __len__(self) -> int:
        return len(self.plan_id)

    def take(self, rows: np.ndarray) -> "Terms":
        """Only some rows: their numbers in the order wanted, or a mask."""
        return Terms(*(getattr(self, field.name)[rows] for field in fields(self)))

    @cached_property
    def provider_no(self) -> np.ndarray:
        """A number for each plan's provider, from 0."""
        return pd.factorize(self.provider, use_na_sentinel=False)[0].astype(np.int64)

    @cached_property
    def days_paid(self) -> np.ndarray:
        """Days that each purchase lasts, all cycles together, a month being 30 days."""
        return self.length * self.cycles * np.where(self.unit == MONTHS, 30, 1)

    @cached_property
    def cycle_mb(self) -> np.ndarray:
        """MB of one cycle, the allowances of its days together; ``ENDLESS`` where nothing ends."""
        days = np.where(self.daily, self.days_paid // self.cycles, 1)
        return np.where(self.allowance >= ENDLESS, ENDLESS,
                        np.minimum(self.allowance * np.minimum(days, FOREVER), ENDLESS))

    def bases(self, running: str | None = None) -> dict[int, tuple[int, ...]]:
        """For each add-on the rows of the plans on top of which it can be bought.

        ``running`` names a plan that runs already: if it is none of the rows, it counts as the row
        after the last.
        """
        found = {}
        main = {} if running is None else {running: len(self)}
        main |= {name: row for row, name in enumerate(self.plan_id.tolist()) if not self.addon[row]}
        for row in np.flatnonzero(self.addon).tolist():
            names = {part.strip() for part in str(self.addon_for[row]).split(";")}
            found[row] = tuple(sorted(main[name] for name in names & main.keys()))
        return found

    def plans(self, rows: Iterable[int], bases: dict[int, tuple[int, ...]]) -> list[Plan]:
        """Some rows as :class:`Plan`, ``bases`` being those of :meth:`bases`."""
        rows = list(rows)
        names = [field.name for field in fields(Plan)[2:-1]]
        columns = [getattr(self, name)[rows].tolist() for name in names]
        return [
            Plan(row, provider, *values, bases.get(row, ()))
            for row, provider, *values in zip(
                rows, self.provider_no[rows].tolist(), *columns, strict=True)
        ]


def read(
    plans: pd.DataFrame, *, slow_ok_kbps: float | None = None, trust_unlimited: bool = False,
    doubtful: bool = False,
) -> Terms:
    """The terms of every row of a frame that was checked, see :func:`prepaid.catalogue.checked`.

    Args:
        slow_ok_kbps: slowed data of at least this speed counts as usable.
        trust_unlimited: take unlimited plans for endless where nobody says what slows them down.
        doubtful: take plans that may no longer be sold, too.
    """
    row = _Columns(plans)
    price, data, premium = map(row.number, ("price_usd", "data_gb", "premium_data_gb"))
    intro, per_gb = row.number("intro_price_usd"), row.number("per_gb_usd")
    addon, unlimited = row.says("kind", "addon"), row.says("unlimited", "yes", True)
    unit, length = _lengths(row)
    by_use = ~np.isnan(per_gb)
    cycles = np.nan_to_num(row.number("min_commitment_cycles"), nan=1)

    fast = np.where(np.isnan(premium), data, premium)
    allowance = np.where(by_use | unlimited, fast, data)
    endless = unlimited & row.says("after_cap", "none") & ~by_use
    endless = endless | (by_use & np.isnan(allowance))
    if slow_ok_kbps is not None:
        slowed = row.says("after_cap", "throttled") | by_use
        endless |= slowed & (row.number("after_cap_kbps") >= slow_ok_kbps)
    if trust_unlimited:
        endless |= unlimited & np.isnan(allowance)

    blocks = row.says("renew_early", "no", False) | (
        ~row.says("renew_early", "yes", True) & row.says("kind", "carrier_prepaid", "mvno"))
    new_only = row.says("intro_new_customer_only", "yes", True)
    new_only = new_only | ((price == 0) & ~row.says("renew_early", "no", False))
    uses = np.nan_to_num(row.number("intro_cycles"), nan=1)
    uses = np.where(np.isnan(intro) | addon, 0, np.where(new_only, 1, uses))
    bases = row.text("addon_for").to_numpy(object)
    reason = np.select(
        [
            row.says("status", "doubtful", "gone") & ~row.says("status", *["doubtful"] * doubtful),
            np.isnan(length),
            np.isnan(price),
            ~endless & np.isnan(allowance) & unlimited,
            ~endless & np.isnan(allowance),
            by_use & (cycles > 1),
            addon & ((bases == "") | (cycles > 1)),
            addon & (new_only | (price == 0)),
        ],
        ["status", "unknown_validity", "unknown_price", "not_promised", "unknown_allowance",
         "by_use_cycles", "addon_terms", "addon_price"],
        "")
    taxed = ~row.says("tax_included", "yes", True)
    return Terms(
        plan_id=plans["plan_id"].to_numpy(object),
        provider=plans["provider"].to_numpy(object),
        price=_whole(price * 100 * cycles),
        intro_price=_whole(intro * 100 * cycles),
        intro_uses=_whole(uses),
        new_only=new_only,
        unit=unit,
        length=_whole(length),
        cycles=_whole(cycles),
        allowance=np.where(endless, np.int64(ENDLESS), _whole(allowance * 1000)),
        daily=(row.says("premium_data_period", "day") | row.says("data_cap_per", "day")) & ~endless,
        by_use=by_use,
        per_gb=_whole(per_gb * 100),
        charge_cap=_whole(np.nan_to_num(row.number("usage_charge_cap_usd"), nan=2**40) * 100),
        move_fee=np.where(addon, np.int64(0), _whole(row.number("activation_fee_usd") * 100)),
        fee=_whole(row.number("fee_per_payment_usd") * 100)
        + _whole(row.number("fee_per_cycle_usd") * 100 * cycles),
        percent=_whole(row.number("fee_percent") * (PERCENT // 100)),
        taxed=taxed,
        blocks=blocks & ~addon,
        addon=addon,
        addon_for=bases,
        reason=reason,
        fee_unknown=row.says("fee_unknown", "yes", True),
        tax_included=~taxed,
        has_number=row.says("local_us_number", "yes", True),
        grace=_whole(row.number("number_grace_days")),
        unlimited=unlimited,
    )


def _lengths(row: "_Columns") -> tuple[np.ndarray, np.ndarray]:
    """Unit and length of a cycle; ``NaN`` where it is not known."""
    days = row.number("validity_days")
    month, hours = row.says("cycle_unit", "month"), row.says("cycle_unit", "hours")
    length = np.where(month, np.maximum(days // 30, np.where(np.isnan(days), np.nan, 1)), days)
    length = np.where(row.says("cycle_unit", "no_expiry"), FOREVER, length)
    unit = np.select([month, hours], [np.int64(MONTHS), np.int64(HOURS)], np.int64(DAYS))
    return unit, length


class _Columns:
    """The columns of a frame; one that it lacks says nothing."""

    def __init__(self, plans: pd.DataFrame):
        self.plans = pd.DataFrame(plans)  # without attrs, which each column would copy

    def number(self, name: str) -> np.ndarray:
        if name not in self.plans:
            return np.full(len(self.plans), np.nan)
        return pd.to_numeric(self.plans[name]).to_numpy(float, na_value=np.nan)

    def text(self, name: str) -> pd.Series:
        if name not in self.plans:
            return pd.Series("", self.plans.index, dtype=object)
        return self.plans[name].fillna("")

    def says(self, name: str, *values) -> np.ndarray:
        if name not in self.plans:
            return np.zeros(len(self.plans), bool)
        return self.plans[name].isin(values).to_numpy(bool)


def _whole(numbers: np.ndarray) -> np.ndarray:
    return np.rint(np.nan_to_num(numbers)).astype(np.int64)
