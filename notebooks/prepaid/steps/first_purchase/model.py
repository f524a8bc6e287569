"""What to buy first when unsure: a range of days and of use, and the needs of the picker."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd

from prepaid.analysis.attempt import or_none
from prepaid.analysis.first_purchase import Start, Starts, starts
from prepaid.analysis.kinds import size_of
from prepaid.catalogue.usage import LEVELS, daily_need_mb
from prepaid.i18n import Refusal
from prepaid.schedule import Offers
from prepaid.steps.inputs import Number
from prepaid.steps.pick.model import MAX_DAYS, MAX_GB, PickModel, example

LENGTHS = ("shortest", "likely", "longest")
TWO_TO_SIX_WEEKS = (14, 30, 42)  # days
TYPICAL = "typical"
_REMEMBERED = 32  # cases whose costs are kept: a change of one input leaves most as they are


@dataclass(frozen=True)
class FirstPurchaseAnswer:
    """An answered range of stays. A case is ``(days, level of use)``."""

    days: tuple[int, ...]  # the lengths of the stay, each once, in order
    likely: int  # the likeliest of them
    mb: dict[str, int]  # MB a day by level of use
    starts: Starts  # the first purchases worth a thought
    unlimited: Start  # what never thinking about it costs, that is unlimited plans only
    plans: pd.DataFrame  # the catalogue rows that meet the needs
    tax_rate: float  # as set by the reader; 0 where none is set

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


class FirstPurchaseModel(PickModel):
    """The range instead of the picker's stay and use.

    ``answer`` is a :class:`FirstPurchaseAnswer`.

    It opens with two to six weeks, at the example's hours and their three levels of use.
    """

    shortest, likely, longest = (Number(1, MAX_DAYS, whole=True, unit="stay") for _ in LENGTHS)
    mb_low, mb_typical, mb_high = (
        Number(1, MAX_GB * 1000, whole=True, unit="MB") for _ in LEVELS)

    def __init__(self, plans: pd.DataFrame | None = None, **inputs):
        days = dict(zip(LENGTHS, TWO_TO_SIX_WEEKS, strict=True))
        use = {f"mb_{level}": daily_need_mb(example()["hours"], 1, level)[0] for level in LEVELS}
        self._offers: Offers | None = None
        self._unlimited = None
        super().__init__(plans, **days | use | inputs)

    def solve(self) -> FirstPurchaseAnswer:
        days, mb = self.lengths(), self.uses()
        likely = days[1]
        cases = [(n, level) for n in dict.fromkeys(days) for level in LEVELS]
        offers, plans, _ = self.on_offer()
        if offers is not self._offers:
            ids = plans.loc[size_of(plans).eq("unlimited").fillna(False), "plan_id"]
            endless = offers.where(np.isin(offers.plan_id, ids))
            self._offers, self._unlimited = offers, lru_cache(_REMEMBERED)(
                lambda days, mb: or_none(endless.least_cents, [mb] * days))
        found = starts(offers, {(n, level): [mb[level]] * n for n, level in cases},
                       (likely, TYPICAL))
        unlimited = Start((), {(n, level): self._unlimited(n, mb[level]) for n, level in cases},
                          found.known)
        return FirstPurchaseAnswer(tuple(dict.fromkeys(days)), likely, mb, found, unlimited, plans,
                                   self.options()["tax_rate"])

    def lengths(self) -> list[int]:
        """Days of the shortest, the likeliest and the longest stay."""
        days = [self.checked(name) for name in LENGTHS]
        _in_order(LENGTHS, days)
        return days

    def uses(self) -> dict[str, int]:
        """MB a day by level."""
        names = [f"mb_{level}" for level in LEVELS]
        mb = [self.checked(name) for name in names]
        _in_order(names, mb)
        return dict(zip(LEVELS, mb, strict=True))

    def use_mb(self) -> list[int]:
        """Whole MB wanted on each day of the longest stay with high use."""
        return [self.uses()[LEVELS[-1]]] * self.lengths()[-1]


def _in_order(names: Sequence[str], values: Sequence[int]) -> None:
    """Refuses a value that is more than the next."""
    for (name, value), (next_name, next_value) in pairwise(zip(names, values, strict=True)):
        if value > next_value:
            raise Refusal("unsure.order", name=name, value=value, next_name=next_name,
                          next_value=next_value)
