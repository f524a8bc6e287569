"""What to buy first when it is not known yet how long a stay will be, or how much it will use.

Each way in which it may turn out is a case: a need, day by day. A stay that begins with some plan
and goes on in the cheapest way costs at least what it would have cost, had one known the case; the
difference is overpaid. The safest start overpays least in the case that it fits worst.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from prepaid.i18n import Refusal, checked_choice
from prepaid.schedule import Offers

Case = Hashable


@dataclass(frozen=True)
class Start:
    """What a stay costs if it is begun in one way."""

    # the first purchase; several, in order, where it makes no difference in any case; none for a
    # habit, such as to buy unlimited plans only, whatever the case
    plan_ids: tuple[str, ...]
    cents: dict[Case, int | None]  # the whole stay in each case; `None` where it cannot be begun so
    known: dict[Case, int]  # the least cost of each case, had one known it

    @cached_property
    def overpaid(self) -> dict[Case, int | None]:
        """How much less each case would have cost, had one known it."""
        return {case: None if cents is None else max(cents - self.known[case], 0)
                for case, cents in self.cents.items()}  # less money may be more bother

    @property
    def possible(self) -> bool:
        """Whether the stay can be begun so in every case."""
        return None not in self.cents.values()

    @property
    def range(self) -> tuple[int, int] | None:
        """Cents in the cheapest and in the most expensive case, if all are possible."""
        return (min(self.cents.values()), max(self.cents.values())) if self.possible else None

    @property
    def worst(self) -> Case | None:
        """The first case in which most is overpaid, if all are possible."""
        return max(self.overpaid, key=self.overpaid.__getitem__) if self.possible else None

    @property
    def most_overpaid(self) -> int | None:
        return self.overpaid[self.worst] if self.possible else None


@dataclass(frozen=True)
class Starts:
    """The first purchases worth comparing."""

    typical: Case  # the case that is most likely
    known: dict[Case, int]  # the least cost of each case, had one known it
    # the starts that no other one beats: it would cost no more in any case and less in one. The
    # safest come first: those that overpay least at most, then the cheaper in the typical case,
    # then the order of `plan_id`.
    worth: tuple[Start, ...]
    beaten: int  # the number of plans that could be bought first and are beaten by one of these

    @property
    def safest(self) -> Start:
        return self.worth[0]

    @property
    def cheapest_typical(self) -> Start:
        """The cheapest in the typical case, the safest of those that are."""
        able = (start for start in self.worth if start.cents[self.typical] is not None)
        return min(able, key=lambda start: start.cents[self.typical])

    @property
    def frame(self) -> pd.DataFrame:
        """See :func:`first_purchases`."""
        rows = {
            plan_id: [*start.cents.values(), start.most_overpaid]
            for start in self.worth for plan_id in start.plan_ids
        }
        columns = [*(f"{case}_cents" for case in self.known), "most_overpaid_cents"]
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype="Int64")
        return frame.rename_axis("plan_id")


def first_purchases(
    plans: pd.DataFrame, needs: Mapping[str, Sequence[int]], *, typical: str, **options
) -> pd.DataFrame:
    """What a stay costs by its first purchase, if it may turn out in several ways.

    Args:
        plans: catalogue rows.
        needs: the cases by name: whole MB wanted on each day, of as many days as it may be.
        typical: the name of the likeliest case.
        options: as for :func:`prepaid.cheapest_schedule`.

    Returns:
        indexed by ``plan_id``, the safest start first (see :class:`Starts`), without those that
        another one beats: for each case a column ``<name>_cents``, the whole stay if it is begun
        so and gone on with in the cheapest way, missing where it cannot be; and
        ``most_overpaid_cents``, the most that this is above the least cost of a case.

    Raises:
        NoSchedule: a case that nothing covers.
        Refusal: a case without need, a typical one that is none of the cases, or an option that
            makes no sense.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["s", "l"], "provider": ["A", "B"],
        ...     "price_usd": [4.0, 7.0], "validity_days": [3, 9], "data_gb": [1.0, 3.0]})
        >>> cases = {"short": [300] * 3, "long": [300] * 9}
        >>> first_purchases(plans, cases, typical="short")["most_overpaid_cents"].to_dict()
        {'l': 300, 's': 400}
    """
    checked_choice(typical, "unsure.case", needs)
    return starts(Offers(plans, **options), needs, typical).frame


def starts(offers: Offers, needs: Mapping[Case, Sequence[int]], typical: Case) -> Starts:
    """The first purchases worth comparing, see :func:`first_purchases`.

    What can be had for less in every case than a start can cost at least is not looked at.
    """
    known = {case: offers.least_cents(need) for case, need in needs.items()}
    if not all(any(need) for need in needs.values()):
        raise Refusal("no_use")
    bounds = np.stack([offers.first_at_least(need) for need in needs.values()], axis=1)
    at_least = np.where(bounds < 0, np.inf, bounds)
    able = np.flatnonzero((bounds >= 0).any(axis=1))
    total: dict[int, np.ndarray] = {}
    weighed: dict[int, np.ndarray] = {}  # with the price of bother, which decides
    for row in able[np.argsort(at_least[able].sum(axis=1), kind="stable")].tolist():
        if any(_beats(cost, at_least[row]) for cost in weighed.values()):
            continue
        ways = [offers.with_first(need, row) if bound < np.inf else None
                for need, bound in zip(needs.values(), at_least[row], strict=True)]
        total[row] = np.array([np.inf if way is None else way.total_cents for way in ways])
        weighed[row] = total[row] + [0 if way is None else offers.bother(way) for way in ways]
    rows = [row for row, cost in weighed.items() if (cost < np.inf).any()
            and not any(_beats(other, cost) for other in weighed.values())]
    place = list(needs).index(typical)
    least = np.array(list(known.values()))
    rows.sort(key=lambda row: ((total[row] - least).max(), total[row][place], row))
    alike: dict[tuple[float, ...], list[str]] = {}
    for row in rows:
        alike.setdefault(tuple(total[row].tolist()), []).append(offers.plan_id[row])
    worth = tuple(
        Start(tuple(plan_ids), {case: int(cost) if cost < np.inf else None
                                for case, cost in zip(known, costs, strict=True)}, known)
        for costs, plan_ids in alike.items())
    return Starts(typical, known, worth, len(able) - len(rows))


def _beats(cost: np.ndarray, other: np.ndarray) -> bool:
    """Whether a start costs no more in any case than another one, and less in one."""
    return bool((cost <= other).all() and (cost < other).any())
