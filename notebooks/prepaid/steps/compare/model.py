"""Compare packages: 1 GB, 5 GB, unlimited and any, for one stay."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from prepaid.analysis.firmness import firmness
from prepaid.analysis.sizes import ANY, attempt, break_even, cost_curve, sizes_on_offer, what_if
from prepaid.schedule import NoSchedule, Offers, Schedule
from prepaid.steps.inputs import Choice
from prepaid.steps.pick.model import MODES, PickModel

CURVE_POINTS = 40


@dataclass(frozen=True)
class Comparison:
    """One stay, all sizes.

    Attributes:
        plans: the catalogue rows that meet the needs.
        need_mb: whole MB wanted on each day.
        options: as for :func:`prepaid.cheapest_schedule`.
        sizes: see :func:`prepaid.compare_sizes`.
        offers: the plans as they can be bought.
    """

    plans: pd.DataFrame
    need_mb: list[int]
    options: dict
    sizes: pd.DataFrame
    offers: Offers

    @property
    def days(self) -> int:
        return len(self.need_mb)

    @property
    def peace_of_mind_cents(self) -> int | None:
        """What not having to think about use costs: unlimited less the cheapest."""
        total = self.sizes["total_cents"]
        gap = total["unlimited"] - total[ANY]
        return None if gap is pd.NA else int(gap)

    @cached_property
    def any(self) -> Schedule | NoSchedule:
        """The cheapest schedule of all, or why there is none."""
        return attempt(self.offers, self.need_mb)

    @cached_property
    def firmness(self) -> pd.DataFrame | None:
        """See :func:`prepaid.firmness`; none where nothing covers the stay."""
        if isinstance(self.any, NoSchedule):
            return None
        return firmness(self.plans, self.any, **self.options)

    @cached_property
    def what_if(self) -> pd.DataFrame:
        return what_if(self.plans, self.need_mb, **self.options)

    @cached_property
    def break_even(self) -> pd.DataFrame:
        return break_even(self.plans, self.days, **self.options)

    @cached_property
    def curve(self) -> pd.DataFrame:
        """Cost against use, up to a bit more than where the last size starts to win."""
        most = max(2 * max(self.need_mb), int(self.break_even["from_mb"].iloc[-1] * 1.5), 500)
        step = -(-most // CURVE_POINTS // 10) * 10
        return cost_curve(
            self.plans, self.days, range(step, step * CURVE_POINTS + 1, step), **self.options)


class CompareModel(PickModel):
    """The picker's inputs, with the use as GB; ``answer`` is a :class:`Comparison`."""

    mode = Choice(MODES, "gb", keep="use")

    def solve(self) -> Comparison:
        need, options = self.need_mb(), self.options() | self.dates()
        offers, plans, _ = self.on_offer()
        sizes = sizes_on_offer(plans, offers, need)
        return Comparison(plans, need, options, sizes, offers)
