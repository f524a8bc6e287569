"""The cheapest sequence of purchases that covers a stay.

A shortest path over the days on which data is wanted, walked backwards: the value of a day is the
least that has to be paid from it on, for each provider the line may be on and each set of
new-customer prices already forgone. Integers throughout, so nothing is approximated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from prepaid.i18n import Refusal

ENDLESS = -1
_NEVER = np.int64(2**60)
_SETS_AT_ONCE = 6  # providers whose new-customer price is tracked before it proves necessary


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
        Refusal: a need or an option that makes no sense.
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
        if slow_ok_kbps is not None and not slow_ok_kbps > 0:
            raise Refusal("slow_ok_kbps", value=slow_ok_kbps)
        terms, known = _terms(plans, slow_ok_kbps)
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

    def where(self, mask) -> "Offers":
        """Only the plans for which ``mask`` holds, one boolean per entry."""
        part = object.__new__(Offers)
        part.tax_rate = self.tax_rate
        part._terms = {name: values[np.asarray(mask, bool)] for name, values in self._terms.items()}
        return part

    def cheapest(self, need_mb: Sequence[int], line: Line | None = None) -> Schedule:
        """The schedule of least cost, see :func:`cheapest_schedule`; from a new or a used line."""
        market = _Market(self._terms, self.tax_rate, _checked_need(need_mb), line)
        return market.schedule(_values(market).best_path() if market.end_node else [])

    def least_cents(self, need_mb: Sequence[int], line: Line | None = None) -> int:
        """What :meth:`cheapest` costs, without saying how."""
        market = _Market(self._terms, self.tax_rate, _checked_need(need_mb), line)
        return _values(market).total_cents() if market.end_node else 0


def _checked_rate(tax_rate) -> Fraction:
    try:
        rate = Fraction(str(tax_rate)).limit_denominator(10**9)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(-1)
    if not 0 <= rate <= 1:
        raise Refusal("tax_rate", value=tax_rate)
    return rate


def _checked_need(need_mb: Sequence[int]) -> np.ndarray:
    need = list(need_mb)
    if not need:
        raise Refusal("stay_empty")
    for day, mb in enumerate(need):
        if not (isinstance(mb, (int, float, np.number)) and mb >= 0 and mb == mb // 1):
            raise Refusal("need_not_whole", day=day + 1, value=mb)
    return np.array(need, np.int64)


def _terms(
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
    terms = {
        "plan_id": plans["plan_id"].to_numpy(object),
        "provider": plans["provider"].to_numpy(object),
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
    return terms, known


def _whole(numbers: np.ndarray) -> np.ndarray:
    return np.rint(np.nan_to_num(numbers)).astype(np.int64)


_SHAPE = ("validity", "cycles", "allowance", "daily", "by_use", "per_gb", "charge_cap")


class _Market:
    """The offers on the days of one stay: how far each reaches and what it costs.

    A node is a day with a need, and one more for the end; ``main`` are the plans that can start
    a line, ordered by provider, so that a provider's plans lie side by side.
    """

    def __init__(
        self, terms: dict[str, np.ndarray], tax_rate: Fraction, need: np.ndarray,
        line: Line | None,
    ):
        self.t, self.tax_rate, self.need = terms, tax_rate, need
        self.n_days = len(need)
        self.cum = np.concatenate([[0], np.cumsum(need)])
        wanted = np.flatnonzero(need)
        self.day = np.append(wanted, self.n_days)  # day of each node
        self.end_node = len(wanted)
        self.node = np.searchsorted(wanted, np.arange(self.n_days + 1))  # first node from a day on
        providers, self.provider = np.unique(self.t["provider"].astype(str), return_inverse=True)
        self.n_providers = len(providers)
        main = np.flatnonzero(~self.t["addon"])
        self.main = main[np.argsort(self.provider[main], kind="stable")]
        self.line = self._running(line, providers)
        self._shapes = list(zip(*(self.t[name].tolist() for name in _SHAPE), strict=True))
        self._served: dict[tuple, tuple[np.ndarray, np.ndarray]] = {}
        self._stops: dict[tuple, np.ndarray] = {}

    def _running(self, line: Line | None, providers: np.ndarray) -> tuple:
        """Provider, plan that takes add-ons and its last day, of the line as it is at first."""
        if line is None or line.provider not in providers:
            return None, None, 0
        plans = np.flatnonzero(self.t["plan_id"] == line.plan_id)
        base = int(plans[0]) if len(plans) and plans[0] in self.addons else None
        provider = int(np.searchsorted(providers, line.provider))
        return provider, base, min(line.last_day, self.n_days)

    def serve(self, plan: int, start: np.ndarray, until: np.ndarray | int):
        """Where a plan bought on the days ``start`` stops, and its charges by use, in cents.

        Args:
            start: days on which it is bought.
            until: the day, for each, before which it has to stop.
        """
        validity, cycles = int(self.t["validity"][plan]), int(self.t["cycles"][plan])
        allowance, daily = int(self.t["allowance"][plan]), bool(self.t["daily"][plan])
        if allowance == ENDLESS and not self.t["by_use"][plan]:
            return np.minimum(start + validity * cycles, until), np.zeros_like(start)
        stops = self._stop_days(allowance, daily)
        end, charge, begin = start.copy(), np.zeros_like(start), start
        runs = np.ones(start.shape, bool)
        for _ in range(cycles):
            limit = np.minimum(begin + validity, until)
            here = np.minimum(stops[np.minimum(begin, self.n_days)], limit)
            end = np.where(runs, here, end)
            if self.t["by_use"][plan]:
                used = self.cum[np.maximum(here, begin)] - self.cum[begin]
                by_use = -(-used * self.t["per_gb"][plan] // 1000)
                charge += np.where(runs, np.minimum(by_use, self.t["charge_cap"][plan]), 0)
            runs &= (here == limit) & (limit < until)
            if not runs.any():
                break
            begin = limit
        return end, charge

    def _stop_days(self, allowance: int, daily: bool) -> np.ndarray:
        """For a cycle begun on each day: the first day whose need exceeds the allowance."""
        key = allowance, daily
        if key not in self._stops:
            if allowance == ENDLESS:
                stops = np.full(self.n_days + 1, self.n_days)
            elif daily:
                heavy = np.append(np.flatnonzero(self.need > allowance), self.n_days)
                stops = heavy[np.searchsorted(heavy, np.arange(self.n_days + 1))]
            else:
                stops = np.searchsorted(self.cum, self.cum + allowance, side="right") - 1
            self._stops[key] = stops
        return self._stops[key]

    def tax(self, plan: int, amount):
        """Tax on cents, rounded half up."""
        if not self.t["taxed"][plan] or not self.tax_rate:
            return amount * 0
        num, den = self.tax_rate.numerator, self.tax_rate.denominator
        return (2 * amount * num + den) // (2 * den)

    def reach(self, plan: int) -> tuple[np.ndarray, np.ndarray]:
        """For each node but the last: the day on which a plan bought there stops, and its cost."""
        shape = self._shapes[plan]
        if shape not in self._served:
            self._served[shape] = self.serve(plan, self.day[:-1], self.n_days)
        end, charge = self._served[shape]
        amount = self.t["price"][plan] + charge
        return end, amount + self.tax(plan, amount)

    def last_day(self, plan: int, day):
        """The day, not included, on which a plan bought on ``day`` ends for good."""
        length = self.t["validity"][plan] * self.t["cycles"][plan]
        return np.minimum(day + length, self.n_days)

    @cached_property
    def addons(self) -> dict[int, list[int]]:
        """The add-ons that can be bought on top of each plan."""
        found: dict[int, list[int]] = {}
        position = {plan_id: plan for plan, plan_id in enumerate(self.t["plan_id"])}
        for addon in np.flatnonzero(self.t["addon"]):
            for base in {part.strip() for part in self.t["bases"][addon].split(";")}:
                plan = position.get(base)
                if plan is not None and not self.t["addon"][plan] and not self._endless(plan):
                    found.setdefault(plan, []).append(int(addon))
        return found

    def _endless(self, plan: int) -> bool:
        return self.t["allowance"][plan] == ENDLESS

    def schedule(self, path: Sequence[tuple[int, int, int, bool]]) -> Schedule:
        """The purchases along a path of (plan, day, day before which it stops, pays the fee)."""
        bought, left = [], [None] * self.n_days
        for plan, day, until, pays_fee in path:
            end, charge = self.serve(plan, np.array([day]), until)
            amount, end = int(self.t["price"][plan] + charge[0]), int(end[0])
            used = int(self.cum[end] - self.cum[day])
            bought.append(Purchase(
                day, self.t["plan_id"][plan], amount,
                int(self.t["fee"][plan]) if pays_fee else 0, int(self.tax(plan, amount)),
                end - day, used, self._unused(plan, used),
            ))
            left[day:end] = self._left(plan, day, end)
        return Schedule(tuple(bought), tuple(self.need.tolist()), tuple(left))

    def _unused(self, plan: int, used: int) -> int | None:
        if self._endless(plan) or self.t["by_use"][plan]:
            return None
        times = self.t["validity"][plan] if self.t["daily"][plan] else 1
        return int(self.t["allowance"][plan] * self.t["cycles"][plan] * times) - used

    def _left(self, plan: int, day: int, end: int) -> list[int | None]:
        """Data left after each day from ``day`` to ``end``."""
        days = np.arange(day, end)
        if self._endless(plan):
            return [None] * len(days)
        if self.t["daily"][plan]:
            return (self.t["allowance"][plan] - self.need[days]).tolist()
        cycle_start = days - (days - day) % self.t["validity"][plan]
        used = self.cum[days + 1] - self.cum[cycle_start]
        return (self.t["allowance"][plan] - used).tolist()


def _values(market: _Market) -> "_Values":
    """Least costs, with new-customer prices tracked for as many providers as it takes.

    Not tracking a provider only widens what is allowed; so a best path that breaks no rule of an
    untracked provider is the best of all, and one that does says which provider to track.
    """
    offering = np.unique(market.provider[market.t["intro"]]).tolist()
    tracked = offering if len(offering) <= _SETS_AT_ONCE else []
    while True:
        values = _Values(market, tracked)
        if len(tracked) == len(offering):
            return values
        wrong = next(_provider_of_wrong_intro(market, values.best_path()), None)
        if wrong is None:
            return values
        tracked = [*tracked, wrong]


def _provider_of_wrong_intro(market: _Market, path) -> Iterator[int]:
    seen = {market.line[0]}
    for plan, *_ in path:
        provider = int(market.provider[plan])
        if market.t["intro"][plan] and provider in seen:
            yield provider
        seen.add(provider)


class _Values:
    """The least cost from each node on, and the best path along it.

    Costs and the number of purchases are one integer, ``cents * scale + purchases``, so that their
    minimum respects both. ``value[node, provider, seen]`` is for a line on a provider, where bit
    ``k`` of ``seen`` says that something has been bought at ``tracked[k]``.
    """

    def __init__(self, market: _Market, tracked: Sequence[int]):
        self.market = market
        self.scale = market.end_node + 1
        self.n_seen = 1 << len(tracked)
        bit = np.zeros(market.n_providers, np.int64)
        bit[list(tracked)] = 1 << np.arange(len(tracked))
        self.main, self.end, cost = _worth_considering(market)
        self.provider = market.provider[self.main]
        mine = bit[self.provider][:, None]
        seen = np.arange(self.n_seen)
        self.seen_after = seen | mine
        self.barred = market.t["intro"][self.main][:, None] & ((seen & mine) > 0)
        self.fee = market.t["fee"][self.main] * self.scale
        self.cost = np.where(self.end > market.day[:-1, None], cost * self.scale + 1, _NEVER)
        self.next = market.node[self.end]
        provider, base, last_day = market.line
        self.top_ups = [
            _TopUps(self, row, plan) for row, plan in enumerate(self.main.tolist())
            if plan in market.addons and (plan == base or self.days_without(row).any())
        ]
        self.first = _State(
            provider, 0 if provider is None else int(bit[provider]), base, last_day)
        self._fill()

    def days_without(self, row: int) -> np.ndarray:
        """For each node: days that a plan bought there still runs when its data has run out."""
        market = self.market
        last_day = market.last_day(self.main[row], market.day[:-1])
        return np.maximum(last_day - market.day[self.next[:, row]], 0)

    def _fill(self) -> None:
        market = self.market
        shape = (market.end_node + 1, market.n_providers, self.n_seen)
        self.value = np.full(shape, _NEVER)
        self.value[-1] = 0
        self.start = _NEVER
        if not len(self.main):
            return
        first = np.flatnonzero(np.diff(self.provider, prepend=-1))
        present = self.provider[first]
        for node in reversed(range(market.end_node)):
            for top_ups in self.top_ups:
                top_ups.fill(node)
            stay = self.purchases_from(node)
            leave = (stay + self.fee[:, None]).min(axis=0)
            self.value[node] = leave
            self.value[node, present] = np.minimum(np.minimum.reduceat(stay, first), leave)
        self.start = self._start(leave)

    def _start(self, leave: np.ndarray) -> np.int64:
        """The least cost from the line as it is at first."""
        provider, seen, base, last_day = self.first
        if provider is None:
            return leave[0]
        left = last_day - int(self.market.day[0])
        topped_up = [top_ups.value[0, left, seen] for top_ups in self.top_ups
                     if top_ups.base == base and left > 0]
        return min([self.value[0, provider, seen], *topped_up])

    def purchases_from(self, node: int) -> np.ndarray:
        """Cost of buying each plan at ``node`` and going on from there, without its fee."""
        line = self.next[node] * self.value[0].size + self.provider * self.n_seen
        total = self.value.take(line[:, None] + self.seen_after)
        for top_ups in self.top_ups:
            total[top_ups.row] = np.minimum(total[top_ups.row], top_ups.after(node))
        total += self.cost[node][:, None]
        total[self.barred] = _NEVER
        return np.minimum(total, _NEVER, out=total)

    def total_cents(self) -> int:
        """The least cost of the whole stay."""
        if self.start >= _NEVER:
            raise _no_schedule(self.market)
        return int(self.start // self.scale)

    def best_path(self) -> list[tuple[int, int, int, bool]]:
        """Of all cheapest paths that with fewest providers, then first in ``plan_id`` order.

        Walks forward over the purchases that keep the least cost. Where paths meet, one is dropped
        if another has bought at no other providers and comes first.
        """
        market = self.market
        if self.start >= _NEVER:
            raise _no_schedule(market)
        seen = frozenset(() if market.line[0] is None else [market.line[0]])
        waiting: dict[int, dict[_State, list[_Label]]] = {0: {self.first: [_Label((), seen)]}}
        for node in range(market.end_node):
            for state, labels in waiting.pop(node, {}).items():
                for step in self._best_steps(node, state):
                    at = waiting.setdefault(step.node, {}).setdefault(step.state, [])
                    for label in labels:
                        _keep(at, label.then(step))
        ended = [label for labels in waiting[market.end_node].values() for label in labels]
        best = min(ended, key=lambda label: (len(label.providers), label.order))
        return [step.purchase for step in best.steps]

    def _best_steps(self, node: int, state: "_State") -> list["_Step"]:
        """The purchases at ``node`` that keep the least cost; one per place where they lead."""
        market, (line, seen, base, last_day) = self.market, state
        stay = self.purchases_from(node)[:, seen]
        total = np.where(self.provider == line, stay, stay + self.fee)
        options = [option for top_ups in self.top_ups if top_ups.base == base
                   for option in top_ups.steps(node, seen, last_day)]
        target = min([total.min(), *(cost for cost, _ in options)])
        steps = [step for cost, step in options if cost == target]
        day = int(market.day[node])
        for row in np.flatnonzero(total == target):
            plan, provider = int(self.main[row]), int(self.provider[row])
            to, last_day = int(self.next[node, row]), int(market.last_day(plan, day))
            on_top = plan in market.addons and last_day > market.day[to]
            after = _State(
                provider, int(self.seen_after[row, seen]),
                plan if on_top else None, last_day if on_top else None,
            )
            purchase = (plan, day, market.n_days, provider != line)
            steps.append(_Step(to, after, purchase, provider))
        led: dict[tuple, _Step] = {}
        for step in sorted(steps, key=lambda step: step.purchase[0]):
            led.setdefault((step.node, step.state), step)
        return list(led.values())


def _worth_considering(market: _Market) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The plans that can start a line, without those that another one makes pointless.

    A plan is pointless if one of the same provider, as open to known customers, stops on the same
    day wherever both are bought, costs no more and asks no higher fee; and, so that no tie is
    decided otherwise, is either always cheaper or earlier in ``plan_id`` order.

    Returns:
        plan numbers by provider, and for each node and plan the day it stops and its cost.
    """
    kept: dict[tuple, list[tuple[int, np.ndarray, np.ndarray]]] = {}
    for plan in market.main.tolist():
        end, cost = market.reach(plan)
        group = kept.setdefault(
            (market.provider[plan], market.t["intro"][plan], end.tobytes()), [])
        if plan in market.addons or not any(
            market.t["fee"][other] <= market.t["fee"][plan] and (other_cost <= cost).all()
            for other, _, other_cost in group
        ):
            group[:] = [
                (other, *rest, other_cost) for other, *rest, other_cost in group
                if other in market.addons or market.t["fee"][plan] > market.t["fee"][other]
                or not (cost < other_cost).all()
            ] + [(plan, end, cost)]
    found = [entry for group in kept.values() for entry in group]
    found.sort(key=lambda entry: (market.provider[entry[0]], entry[0]))
    shape = (len(found), market.end_node)
    plans = np.array([plan for plan, _, _ in found], np.int64)
    ends = np.array([end for _, end, _ in found], np.int64).reshape(shape).T
    costs = np.array([cost for _, _, cost in found], np.int64).reshape(shape).T
    return plans, ends, costs


class _TopUps:
    """The least cost of going on with add-ons on top of one plan that has run out of data.

    ``value[node, left, seen]`` where ``left`` is the number of days to the plan's last.
    """

    def __init__(self, values: _Values, row: int, base: int):
        market = values.market
        self.values, self.base, self.row = values, base, row
        self.provider = int(market.provider[base])
        length = int(market.t["validity"][base] * market.t["cycles"][base])
        self.length = min(length, market.n_days)
        self.value = np.full((market.end_node + 1, self.length + 1, values.n_seen), _NEVER)
        self.days_left = np.arange(1, self.length + 1)
        self.left = values.days_without(row)
        self.reach = {addon: self._reach(addon) for addon in market.addons[base]}

    def _reach(self, addon: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each node and number of days left: next node, days left there, cost."""
        market, scale = self.values.market, self.values.scale
        start = market.day[:-1, None] + 0 * self.days_left
        last = np.minimum(start + self.days_left, market.n_days)
        end, charge = market.serve(addon, start, last)
        amount = market.t["price"][addon] + charge
        cost = (amount + market.tax(addon, amount)) * scale + 1
        cost = np.where(end > start, cost, _NEVER)
        node = market.node[end]
        return node, np.maximum(last - market.day[node], 0), cost

    def fill(self, node: int) -> None:
        """Values of one node, once those of later nodes are there."""
        best = self.value[node, 1:]
        for nodes, left, cost in self.reach.values():
            after = np.minimum(
                self.values.value[nodes[node], self.provider], self.value[nodes[node], left[node]])
            np.minimum(best, after + cost[node][:, None], out=best)

    def after(self, node: int) -> np.ndarray:
        """Cost of add-ons after the base plan, bought at ``node``, has run out."""
        after = self.values.next[node, self.row]
        return self.value[after, self.left[node], self.values.seen_after[self.row]]

    def steps(self, node: int, seen: int, last_day: int) -> list[tuple[int, "_Step"]]:
        """The add-ons that can be bought at ``node``: cost from there on, and where they lead."""
        market, day = self.values.market, int(self.values.market.day[node])
        left = last_day - day
        if left <= 0:
            return []
        found = []
        for addon, (nodes, lefts, costs) in self.reach.items():
            at = node, left - 1
            to = int(nodes[at])
            after = min(
                self.values.value[to, self.provider, seen], self.value[to, lefts[at], seen])
            state = _State(self.provider, seen, self.base, last_day)
            purchase = (addon, day, min(last_day, market.n_days), False)
            found.append((int(costs[at] + after), _Step(to, state, purchase, None)))
        return found


@dataclass(frozen=True)
class _State:
    """A line: its provider, the tracked providers seen, and the plan that takes add-ons."""

    provider: int | None
    seen: int
    base: int | None
    last_day: int | None

    def __iter__(self):
        return iter((self.provider, self.seen, self.base, self.last_day))


@dataclass(frozen=True)
class _Step:
    node: int
    state: _State
    purchase: tuple[int, int, int, bool]
    provider: int | None


@dataclass(frozen=True)
class _Label:
    """A way to get to a state. Ways to one state cost the same and have as many purchases."""

    steps: tuple[_Step, ...]
    providers: frozenset[int]

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(step.purchase[0] for step in self.steps)

    def then(self, step: _Step) -> "_Label":
        new = self.providers if step.provider is None else self.providers | {step.provider}
        return _Label((*self.steps, step), new)

    def beats(self, other: "_Label") -> bool:
        return self.providers <= other.providers and self.order <= other.order


def _keep(labels: list[_Label], new: _Label) -> None:
    if not any(label.beats(new) for label in labels):
        labels[:] = [label for label in labels if not new.beats(label)] + [new]


def _no_schedule(market: _Market) -> NoSchedule:
    """Follows every sequence as far as it goes and says why none goes on from the furthest day."""
    node = _furthest_node(market)
    day, need = int(market.day[node]), int(market.need[market.day[node]])
    allowances = market.t["allowance"][market.main]
    if not len(allowances):
        return NoSchedule("no_plans", day)
    if (allowances == ENDLESS).any() or allowances.max() >= need:
        return NoSchedule("only_new_customers", day)
    return NoSchedule("need_too_large", day, need=need, largest=int(allowances.max()))


def _furthest_node(market: _Market) -> int:
    """The last node that any sequence of purchases gets to, where none gets to the end."""
    main, intro = market.main, market.t["intro"][market.main]
    provider = market.provider[main]
    offering = frozenset(provider[intro].tolist())
    reach = {int(plan): market.reach(int(plan))[0] for plan in main}
    line, *running = market.line
    waiting: dict[int, set[tuple]] = {0: {(offering & {line}, *running)}}
    node = 0
    while waiting:
        node = min(waiting)
        day, found = int(market.day[node]), set()
        for seen, base, last_day in waiting.pop(node):
            for plan, ends in reach.items():
                mine = int(market.provider[plan])
                if not (market.t["intro"][plan] and mine in seen):
                    after = seen | {mine} & offering
                    on_top = (plan, int(market.last_day(plan, day)))
                    found.add((int(ends[node]), after, *(on_top if plan in market.addons
                                                         else (None, 0))))
            for addon in market.addons.get(base, ()) if last_day > day else ():
                end, _ = market.serve(addon, np.array([day]), last_day)
                found.add((int(end[0]), seen, base, last_day))
        for end, *state in found:
            if end > day:
                waiting.setdefault(int(market.node[end]), set()).add(tuple(state))
    return node
