"""Compare packages: 1 GB, 5 GB, unlimited and any, for one stay."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from prepaid.analysis.kinds import price_edge
from prepaid.analysis.sizes import ANY, break_even, cost_curve, sizes_on_offer, what_if
from prepaid.steps.inputs import Choice
from prepaid.steps.pick.model import MODES, PickModel

CURVE_POINTS = 20
DEAR = 2  # times the dearest best size: dearer sizes are not drawn
USEFUL, LEAST_USEFUL_MB = 3, 1500  # uses that are looked at: so many times the reader's, this many


@dataclass(frozen=True)
class Comparison:
    """One stay, all sizes.

    Attributes:
        plans: the catalogue rows that meet the needs.
        need_mb: whole MB wanted on each day.
        options: as for :func:`prepaid.cheapest_schedule`.
        sizes: see :func:`prepaid.compare_sizes`.
    """

    plans: pd.DataFrame
    need_mb: list[int]
    options: dict
    sizes: pd.DataFrame

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
    def what_if(self) -> pd.DataFrame:
        return what_if(self.plans, self.need_mb, **self.options)

    @cached_property
    def break_even(self) -> pd.DataFrame:
        most = max(LEAST_USEFUL_MB, USEFUL * max(self.need_mb))
        return break_even(self.plans, self.days, up_to_mb=most, **self.options)

    @cached_property
    def curve(self) -> pd.DataFrame:
        """Cost against use, up to a bit more than where the last size starts to win, and at both
        sides of every use at which the best size changes."""
        starts = self.break_even["from_mb"].tolist()
        most = max(2 * max(self.need_mb), int(starts[-1] * 1.5), 500)
        step = -(-most // CURVE_POINTS // 10) * 10
        uses = {*range(step, step * CURVE_POINTS + 1, step), *starts, *(mb - 1 for mb in starts)}
        best = self.break_even["to_cents"].dropna().max()
        return cost_curve(self.plans, self.days, sorted(uses - {0}), **self.options,
                          up_to_cents=None if pd.isna(best) else DEAR * int(best))

    @cached_property
    def edge(self) -> pd.DataFrame:
        """Price against data, see :func:`prepaid.analysis.kinds.price_edge`."""
        return price_edge(self.plans)


class CompareModel(PickModel):
    """The picker's inputs, with the use as GB; ``answer`` is a :class:`Comparison`."""

    mode = Choice(MODES, "gb", keep="use")

    def solve(self) -> Comparison:
        need, options = self.need_mb(), self.options() | self.dates()
        offers, plans, _ = self.on_offer()
        sizes = sizes_on_offer(plans, offers, need)
        return Comparison(plans, need, options, sizes)
