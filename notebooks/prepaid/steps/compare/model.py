"""Compare packages: 1 GB, 5 GB, unlimited and any, for one stay."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from prepaid.analysis.kinds import SIZES, price_edge
from prepaid.analysis.sizes import ANY, FAR, break_even, cost_curve, sizes_on_offer, what_if
from prepaid.analysis.stored import CATALOGUE, Part, read
from prepaid.catalogue.plans import load_catalog
from prepaid.steps.inputs import Choice
from prepaid.steps.pick.model import MODES, PickModel

CURVE_POINTS = 20
DEAR = 1.5  # times the dearest best size: what costs more, bother included, is not drawn
USEFUL, LEAST_USEFUL_MB = 3, 1500  # uses that are looked at: so many times the reader's, this many


@dataclass(frozen=True)
class Comparison:
    """One stay, all sizes.

    Attributes:
        plans: the catalogue rows that meet the needs.
        need_mb: whole MB wanted on each day.
        options: as for :func:`prepaid.cheapest_schedule`.
        sizes: see :func:`prepaid.analysis.sizes.sizes_on_offer`.
        ours: whether the plans are from our catalogue as it is.
    """

    plans: pd.DataFrame
    need_mb: list[int]
    options: dict
    sizes: pd.DataFrame
    ours: bool = False

    @property
    def days(self) -> int:
        return len(self.need_mb)

    @property
    def peace_of_mind_cents(self) -> int | None:
        """What not having to think about use costs: unlimited less the cheapest."""
        total = self.sizes["total_cents"]
        gap = total["unlimited"] - total[ANY]
        return None if gap is pd.NA else int(gap)

    @property
    def best(self) -> str | None:
        """The size that costs least for this stay, the smallest of equals; ``None`` if none serves.
        """
        totals = self.sizes["total_cents"].reindex(SIZES).dropna()
        return min(totals.index, key=totals.__getitem__, default=None)

    @cached_property
    def what_if(self) -> pd.DataFrame:
        return self._found("what_if").set_index("case").rename_axis(None)

    @cached_property
    def break_even(self) -> pd.DataFrame:
        return self._found("break_even")

    @cached_property
    def curve(self) -> pd.DataFrame:
        """Cost against use, up to a bit more than where the last size starts to win, and at both
        sides of every use at which the best size changes."""
        return self._found("curve").set_index("mb_per_day")

    def parts(self) -> dict[str, Part]:
        """What takes long, as it can be stored, see :mod:`prepaid.analysis.stored`."""
        asked = {"plans": self.plans["plan_id"].tolist(), "need": self.need_mb, **self.options}
        limits = {"what_if": {"far": FAR}, "curve": {"dear": DEAR}}
        made = {"what_if": self._make_what_if, "break_even": self._make_break_even,
                "curve": self._make_curve}
        whole = {"what_if": [*SIZES, ANY], "break_even": ["from_cents", "to_cents"], "curve": SIZES}
        return {f"compare_{name}": Part(CATALOGUE, asked | limits.get(name, {}), make,
                                       dict.fromkeys(whole[name], "Int64"))
                for name, make in made.items()}

    def _found(self, name: str) -> pd.DataFrame:
        name = f"compare_{name}"
        part = self.parts()[name]
        return read(name, part) if self.ours else part.make()

    def _make_what_if(self) -> pd.DataFrame:
        frame = what_if(self.plans, self.need_mb, far=FAR, **self.options)
        return frame.rename_axis("case").reset_index()

    def _make_break_even(self) -> pd.DataFrame:
        most = max(LEAST_USEFUL_MB, USEFUL * max(self.need_mb))
        return break_even(self.plans, self.days, up_to_mb=most, **self.options)

    def _make_curve(self) -> pd.DataFrame:
        starts = self.break_even["from_mb"].tolist()
        most = max(2 * max(self.need_mb), int(starts[-1] * 1.5), 500)
        step = -(-most // CURVE_POINTS // 10) * 10
        uses = {*range(step, step * CURVE_POINTS + 1, step), *starts, *(mb - 1 for mb in starts)}
        best = self.break_even["to_cents"].dropna().max()
        dear = None if pd.isna(best) else int(DEAR * best)
        return cost_curve(self.plans, self.days, sorted(uses - {0}), **self.options,
                          up_to_cents=dear).reset_index()

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
        sizes = sizes_on_offer(plans, offers, need, FAR)
        return Comparison(plans, need, options, sizes, self.plans.equals(load_catalog()))
