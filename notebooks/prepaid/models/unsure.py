"""What to buy first when unsure: a range of days and of use, and the needs of the picker."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import traitlets as tl

from prepaid.catalog import size_of
from prepaid.i18n import Refusal
from prepaid.models.base import number
from prepaid.models.pick import MAX_DAYS, MAX_GB, PickModel, example
from prepaid.schedule import Offers
from prepaid.unsure import Start, Starts, habit, starts
from prepaid.usage import LEVELS, daily_need_mb

LENGTHS = ("shortest", "likely", "longest")
TWO_TO_SIX_WEEKS = (14, 30, 42)  # days
TYPICAL = "typical"


@dataclass(frozen=True)
class Unsure:
    """An answered range of stays. A case is ``(days, level of use)``.

    Attributes:
        days: the lengths of the stay, each once, in order.
        likely: the likeliest of them.
        mb: MB a day by level of use.
        starts: the first purchases worth a thought.
        unlimited: what never thinking about it costs, that is unlimited plans only.
        plans: the catalogue rows that meet the needs.
        tax_rate: as set by the reader; 0 where none is set.
    """

    days: tuple[int, ...]
    likely: int
    mb: dict[str, int]
    starts: Starts
    unlimited: Start
    plans: pd.DataFrame
    tax_rate: float

    @property
    def saved_if_typical(self) -> int | None:
        """By how much the cheapest start of the typical case is cheaper there than the safest."""
        best, safest = self.starts.cheapest_typical, self.starts.safest
        typical = self.starts.typical
        return None if best is safest else safest.cents[typical] - best.cents[typical]

    def shown(self, most: int = 6) -> tuple[Start, ...]:
        """The safest starts, ``most`` of them, the cheapest of the typical case among them."""
        best, worth = self.starts.cheapest_typical, self.starts.worth
        head = [start for start in worth if start is not best and start.possible][:most - 1]
        return tuple(start for start in worth if start in head or start is best)


class UnsureModel(PickModel):
    """The range instead of the picker's stay and use; ``answer`` is an :class:`Unsure`.

    It opens with two to six weeks, at the example's hours and their three levels of use.
    """

    shortest = tl.Any().tag(input=True)
    likely = tl.Any().tag(input=True)
    longest = tl.Any().tag(input=True)
    mb_low = tl.Any().tag(input=True)
    mb_typical = tl.Any().tag(input=True)
    mb_high = tl.Any().tag(input=True)

    def __init__(self, plans: pd.DataFrame | None = None, **inputs):
        days = dict(zip(LENGTHS, TWO_TO_SIX_WEEKS, strict=True))
        use = {f"mb_{level}": daily_need_mb(example()["hours"], 1, level)[0] for level in LEVELS}
        self._unlimited: tuple[Offers, Offers] | None = None
        super().__init__(plans, **days | use | inputs)

    def solve(self) -> Unsure:
        days, mb = self.lengths(), self.uses()
        likely = days[1]
        needs = {(n, level): [mb[level]] * n for n in dict.fromkeys(days) for level in LEVELS}
        offers, plans, _ = self.on_offer()
        found = starts(offers, needs, (likely, TYPICAL))
        unlimited = habit(self._unlimited_of(offers, plans), needs, found.known)
        return Unsure(tuple(dict.fromkeys(days)), likely, mb, found, unlimited, plans,
                      self.options()["tax_rate"])

    def lengths(self) -> list[int]:
        """Days of the shortest, the likeliest and the longest stay."""
        days = [number(getattr(self, name), name, 1, MAX_DAYS, whole=True) for name in LENGTHS]
        _in_order(LENGTHS, days)
        return days

    def uses(self) -> dict[str, int]:
        """MB a day by level."""
        names = [f"mb_{level}" for level in LEVELS]
        mb = [number(getattr(self, name), name, 1, MAX_GB * 1000, whole=True) for name in names]
        _in_order(names, mb)
        return dict(zip(LEVELS, mb, strict=True))

    def need_mb(self) -> list[int]:
        """Whole MB wanted on each day of the longest stay with high use."""
        return [self.uses()[LEVELS[-1]]] * self.lengths()[-1]

    def _unlimited_of(self, offers: Offers, plans: pd.DataFrame) -> Offers:
        if self._unlimited is None or self._unlimited[0] is not offers:
            ids = plans.loc[size_of(plans).eq("unlimited").fillna(False), "plan_id"]
            self._unlimited = offers, offers.where(np.isin(offers.plan_id, ids))
        return self._unlimited[1]


def _in_order(names: Sequence[str], values: Sequence[int]) -> None:
    """Refuses a value that is more than the next."""
    for (name, value), (next_name, next_value) in pairwise(zip(names, values, strict=True)):
        if value > next_value:
            raise Refusal("unsure.order", name=name, value=value, next_name=next_name,
                          next_value=next_value)
