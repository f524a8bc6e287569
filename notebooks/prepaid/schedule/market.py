"""The plans on the days of one stay: how far each reaches and what it costs.

Plans are numbers here, days too; money is whole cents. Plans of one shape (validity, cycles, data
and charges by use) reach equally far, so what takes time is reckoned once per shape.
"""

from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd

ENDLESS = -1
NEVER = np.int64(2**60)
SHAPE = ("validity", "cycles", "allowance", "daily", "by_use", "per_gb", "charge_cap")


class Market:
    """The plans of one stay.

    A node is a day with a need, and one more for the end.

    Attributes:
        t: what the rule asks of each plan, see :func:`prepaid.schedule.read_terms`.
        addons: the add-ons that can be bought on top of each plan that takes some.
        need, cum: MB on each day, and before each day.
        day: the day of each node.
        node: for each day the first node from it on.
        end_node: the last node.
        line: provider, plan that takes add-ons and its last day, of the line as it is at first.
    """

    def __init__(
        self, terms: dict[str, np.ndarray], addons: dict[int, list[int]], tax_rate: Fraction,
        need: np.ndarray,
    ):
        self.t, self.addons, self.tax_rate, self.need = terms, addons, tax_rate, need
        self.n_days = len(need)
        self.cum = np.concatenate([[0], np.cumsum(need)])
        wanted = np.flatnonzero(need)
        self.day = np.append(wanted, self.n_days)
        self.end_node = len(wanted)
        self.node = np.searchsorted(wanted, np.arange(self.n_days + 1))
        self.line: tuple[int | None, int | None, int] = None, None, 0
        self._stops: dict[tuple[int, bool], np.ndarray] = {}

    # how far

    @cached_property
    def _reaches(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each plan the number of its reach; for each reach and node but the last: the day on
        which a plan bought there stops, and its charges by use."""
        present, plans, shape = np.unique(self.t["shape"], return_index=True, return_inverse=True)
        end, charge = self.serve(plans, self.day[:-1], self.n_days)
        number: dict[tuple[bytes, bytes], int] = {}
        reach = np.empty(len(present), np.int64)
        for row in range(len(present)):
            key = end[row].tobytes(), charge[row].tobytes()
            reach[row] = number.setdefault(key, len(number))
        _, first = np.unique(reach, return_index=True)
        return reach[shape], end[first], charge[first]

    @property
    def reach(self) -> np.ndarray:
        """The number of each plan's reach: plans of one number stop alike wherever bought."""
        return self._reaches[0]

    @property
    def end(self) -> np.ndarray:
        """For each reach and node but the last: the day on which a plan bought there stops."""
        return self._reaches[1]

    def serve(
        self, plans: np.ndarray, start: np.ndarray, until: np.ndarray | int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where each plan, bought on each of the days ``start``, stops; and its charges by use.

        Args:
            plans: k plan numbers.
            start: m days on which they are bought.
            until: the day, for all or each of ``start``, before which they have to stop.

        Returns:
            two arrays of k × m: days, and cents.
        """
        end = np.empty((len(plans), len(start)), np.int64)
        charge = np.zeros_like(end)
        for cycles in np.unique(self.t["cycles"][plans]).tolist():
            alike = np.flatnonzero(self.t["cycles"][plans] == cycles)
            end[alike], charge[alike] = self._serve(plans[alike], cycles, start, until)
        return end, charge

    def _serve(self, plans, cycles, start, until):
        validity = self.t["validity"][plans][:, None]
        stops = np.array([
            self._stop_days(int(self.t["allowance"][plan]), bool(self.t["daily"][plan]))
            for plan in plans
        ])
        row = np.arange(len(plans))[:, None]
        by_use = np.flatnonzero(self.t["by_use"][plans])
        begin = np.broadcast_to(start, (len(plans), len(start)))
        end, charge = begin.copy(), np.zeros(begin.shape, np.int64)
        runs = np.ones(begin.shape, bool)
        for _ in range(cycles):
            limit = np.minimum(begin + validity, until)
            here = np.minimum(stops[row, begin], limit)
            np.copyto(end, here, where=runs)
            if len(by_use):
                used = self.cum[np.maximum(here, begin)[by_use]] - self.cum[begin[by_use]]
                cents = -(-used * self.t["per_gb"][plans[by_use]][:, None] // 1000)
                cents = np.minimum(cents, self.t["charge_cap"][plans[by_use]][:, None])
                charge[by_use] += np.where(runs[by_use], cents, 0)
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

    def last_day(self, plan: int, day):
        """The day, not included, on which a plan bought on ``day`` ends for good."""
        length = self.t["validity"][plan] * self.t["cycles"][plan]
        return np.minimum(day + length, self.n_days)

    # how much

    def tax(self, plans, amount):
        """Tax on cents, rounded half up."""
        num, den = self.tax_rate.numerator, self.tax_rate.denominator
        return np.where(self.t["taxed"][plans], (2 * amount * num + den) // (2 * den), 0)

    def cost(self, plans: np.ndarray, nodes=slice(None)) -> np.ndarray:
        """For each node but the last, and each plan: price, charges by use and tax, in cents."""
        amount = self.t["price"][plans] + self._reaches[2][self.reach[plans], nodes].T
        return amount + self.tax(plans, amount)

    @cached_property
    def price(self) -> np.ndarray:
        """What each plan costs with tax and without charges by use."""
        plans = np.arange(len(self.t["price"]))
        return self.t["price"] + self.tax(plans, self.t["price"])

    def endless(self, plan: int) -> bool:
        """Whether nothing of the plan can run out."""
        return bool(self.t["allowance"][plan] == ENDLESS)

    # kinds of plans and of providers

    @cached_property
    def kind(self) -> np.ndarray:
        """A number for each plan: those of one number differ in provider, price and fee only."""
        t = self.t
        kind = self.reach * 2 + (t["by_use"] & t["taxed"])
        return (kind * 2 + t["intro"]) * 2 + t["addon"]

    @cached_property
    def n_kinds(self) -> int:
        """A number above that of every kind."""
        return int(self.kind.max(initial=0)) + 1

    @cached_property
    def sold(self) -> np.ndarray:
        """The plans without those add-ons that nothing takes."""
        sold = ~self.t["addon"]
        sold[[addon for addons in self.addons.values() for addon in addons]] = True
        return np.flatnonzero(sold)

    @cached_property
    def fee_class(self) -> tuple[np.ndarray, np.ndarray]:
        """Providers in a few classes by their lowest fee: the class of each, the fee of each class.

        No provider asks less than the fee of its class.
        """
        lowest = np.full(self.t["provider_no"].max(initial=-1) + 1, NEVER)
        main = ~self.t["addon"]
        np.minimum.at(lowest, self.t["provider_no"][main], self.t["fee"][main])
        fees = np.unique(lowest)
        if len(fees) > _FEE_CLASSES:
            fees = fees[np.linspace(0, len(fees), _FEE_CLASSES, endpoint=False).astype(int)]
        return np.searchsorted(fees, lowest, side="right") - 1, fees


_FEE_CLASSES = 8


class Rows:
    """Plans as the search sees them: rows by group, those that come to the same being one.

    Attributes:
        plan: a cheapest plan of each row.
        group: number of the group of providers that it belongs to, ascending.
        fee: what moving to the group costs for it.
        next, cost: for each node but the last, and each row: the node to which a purchase there
            leads, and what it costs without a fee; ``NEVER`` where it serves no day.
        n_groups: how many groups there are.
        loose: rows of add-ons sold at any time while the line is in their group.
        exact: rows of providers whose add-ons are sold as the rule says.
        group_of_provider: the group of each provider.
        row_of_plan: the row of each plan, -1 for none.
    """

    def __init__(self, market: Market, plans, group, fee, exact, row, group_of_provider):
        """``plans`` are in groups, ask fees and are in rows (any numbers), as the arrays say."""
        row, _ = pd.factorize(row)
        price = market.price[plans] + fee
        best = np.full(row.max(initial=-1) + 1, 2 * NEVER)
        np.minimum.at(best, row, price)
        cheapest = np.flatnonzero(price == best[row])[::-1]
        at = np.empty(len(best), np.int64)
        at[row[cheapest]] = cheapest
        order = np.argsort(group[at], kind="stable")
        at = at[order]
        self.plan, self.group, self.fee, self.exact = plans[at], group[at], fee[at], exact[at]
        self.loose = market.t["addon"][self.plan]
        end = market.end[market.reach[self.plan]].T
        cost = np.where(self.loose, market.price[self.plan], market.cost(self.plan))
        self.next = market.node[end]
        self.cost = np.where(end > market.day[:-1, None], cost, NEVER)
        self.row_of_plan = np.full(len(market.price), -1)
        self.row_of_plan[plans] = np.argsort(order)[row]
        self.group_of_provider = group_of_provider
        self.n_groups = group_of_provider.max(initial=-1) + 1

    @classmethod
    def alike(cls, market: Market, plans: np.ndarray, fee: np.ndarray) -> "Rows":
        """A row for each kind of plan, all in one group; the fees are as given."""
        none, providers = np.zeros(len(plans), np.int64), market.t["provider_no"]
        return cls(market, plans, none, fee, none, market.kind[plans],
                   np.zeros(providers.max(initial=-1) + 1, np.int64))

    @classmethod
    def apart(cls, market: Market, plans: np.ndarray) -> "Rows":
        """Each of the plans as a row, each provider as a group."""
        plans = plans[~market.t["addon"][plans]]
        providers, group = np.unique(market.t["provider_no"][plans], return_inverse=True)
        group_of_provider = np.full(market.t["provider_no"].max(initial=-1) + 1, -1)
        group_of_provider[providers] = np.arange(len(providers))
        return cls(market, plans, group, market.t["fee"][plans], np.ones(len(plans), bool),
                   np.arange(len(plans)), group_of_provider)

    @classmethod
    def merged(cls, market: Market, plans: np.ndarray, apart: dict[int, bool]) -> "Rows":
        """Plans in few rows, only the providers ``apart`` being told from one another.

        The others of one fee class are one group, within which the line moves freely and a
        new-customer price can be had again and again; and only where ``apart`` says yes do add-ons
        need a plan below them. So a path through the rows costs at most what the purchases that it
        stands for cost in truth.
        """
        t = {name: market.t[name][plans] for name in ("provider_no", "fee", "addon")}
        group_of_provider, class_fee = market.fee_class
        n_classes, n_groups = len(class_fee), len(class_fee) + len(apart)
        group_of_provider = group_of_provider.copy()
        group_of_provider[list(apart)] = n_classes + np.arange(len(apart))
        group = group_of_provider[t["provider_no"]]
        known = group >= n_classes
        exact = np.array([False] * n_classes + list(apart.values()), bool)[group]
        fee = np.where(known, t["fee"], np.append(class_fee, 0)[np.minimum(group, n_classes)])
        fee[t["addon"]] = NEVER

        detail = np.zeros(len(plans), np.int64)  # what keeps the plans of one group in rows
        detail[known] = 1 + np.unique(t["fee"][known], return_inverse=True)[1]
        bases = np.flatnonzero(exact & np.isin(plans, list(market.addons)))
        detail[bases] = len(plans) + 1 + np.arange(len(bases))
        row = (detail * n_groups + group) * market.n_kinds + market.kind[plans]

        sold = np.flatnonzero(~(exact & t["addon"]))
        return cls(market, plans[sold], group[sold], fee[sold], exact[sold], row[sold],
                   group_of_provider)
