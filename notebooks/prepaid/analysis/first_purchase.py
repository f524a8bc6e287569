"""What to buy first when it is not known yet how long a stay will be, or how much it will use.

Each way in which it may turn out is a case: a need, day by day. A stay that begins with some plan
and goes on in the cheapest way costs at least what it would have cost, had one known the case; the
difference is overpaid. The safest start overpays least in the case that it fits worst.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prepaid.i18n import Refusal
from prepaid.schedule import NoSchedule, Offers

Case = Hashable
_NONE = -1  # cents, where a case cannot be begun so
_NEVER = np.int64(2**50)


@dataclass(frozen=True)
class Start:
    """What a stay costs if it is begun in one way.

    Attributes:
        plan_ids: the first purchase; several, in order, where it makes no difference in any case;
            none for a habit, see :func:`habit`.
        cents: the whole stay in each case; ``None`` where it cannot be begun so.
        overpaid: how much less the case would have cost, had one known it.
    """

    plan_ids: tuple[str, ...]
    cents: dict[Case, int | None]
    overpaid: dict[Case, int | None]

    @property
    def possible(self) -> bool:
        """Whether the stay can be begun so in every case."""
        return None not in self.cents.values()

    @property
    def range(self) -> tuple[int, int] | None:
        """Cents in the cheapest and in the dearest case, if all are possible."""
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
    """The first purchases worth a thought.

    Attributes:
        typical: the case that is most likely.
        known: the least cost of each case, had one known it.
        worth: the starts that no other one beats, being no dearer in any case and cheaper in one.
            The safest come first: those that overpay least at most, then the cheaper in the typical
            case, then the order of ``plan_id``.
        beaten: the number of plans that could be bought first and are beaten by one of these.
    """

    typical: Case
    known: dict[Case, int]
    worth: tuple[Start, ...]
    beaten: int

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
    """
    if typical not in needs:
        raise Refusal("unsure.case", value=typical, choices=list(needs))
    offers = Offers(plans, **options)
    cents = {case: cents_by_first(offers, need) for case, need in needs.items()}
    return starts(offers.plan_id, cents, typical).frame


def cents_by_first(offers: Offers, need_mb: Sequence[int]) -> np.ndarray:
    """What one case costs by its first purchase, see :meth:`Offers.cents_by_first`.

    Raises:
        NoSchedule: nothing covers it.
        Refusal: a need that makes no sense, or none.
    """
    cents = offers.cents_by_first(need_mb)
    if (cents < 0).all():
        offers.least_cents(need_mb)  # says why nothing covers it
        raise Refusal("no_use")
    return cents


def starts(plan_id: Sequence[str], cents: Mapping[Case, np.ndarray], typical: Case) -> Starts:
    """The first purchases worth a thought.

    Args:
        plan_id: the plans, in order.
        cents: for each case an entry per plan, see :func:`cents_by_first`.
        typical: the likeliest case.
    """
    begun = np.stack(list(cents.values()), axis=1)
    cost = np.where(begun < 0, _NEVER, begun)
    least = cost.min(axis=0)
    overpaid = (cost - least).max(axis=1)
    order = np.lexsort((cost[:, list(cents).index(typical)], overpaid))  # stable: then by plan_id
    unbeaten = _unbeaten(cost)
    alike: dict[tuple[int, ...], list[str]] = {}
    for row in order[unbeaten[order]]:
        alike.setdefault(tuple(begun[row].tolist()), []).append(plan_id[row])
    known = dict(zip(cents, least.tolist(), strict=True))
    worth = tuple(_start(plan_ids, costs, known) for costs, plan_ids in alike.items())
    return Starts(typical, known, worth, int(((begun >= 0).any(axis=1) & ~unbeaten).sum()))


def _start(plan_ids: Iterable[str], cents: Iterable[int], known: dict[Case, int]) -> Start:
    """A start from its cost in each case, negative where it is none."""
    costs = {case: None if at < 0 else at for case, at in zip(known, cents, strict=True)}
    return Start(tuple(plan_ids), costs, {
        case: None if cost is None else cost - known[case] for case, cost in costs.items()
    })


def _unbeaten(cost: np.ndarray) -> np.ndarray:
    """The rows that no other row beats, being no dearer anywhere and cheaper somewhere.

    What has the least sum of the rows left is beaten by none, and only what it neither beats nor
    equals is left after it.
    """
    kept = np.zeros(len(cost), bool)
    left = np.argsort(cost.sum(axis=1), kind="stable")
    while len(left):
        best = cost[left[0]]
        kept[left] |= (cost[left] == best).all(axis=1)
        left = left[(cost[left] < best).any(axis=1)]
    return kept


def least_cents(offers: Offers, need_mb: Sequence[int]) -> int:
    """The least cost of one case with these offers only, negative where they do not cover it."""
    try:
        return offers.least_cents(need_mb)
    except NoSchedule:
        return _NONE


def habit(cents: Mapping[Case, int], known: dict[Case, int]) -> Start:
    """What it costs to buy nothing but some offers, whatever the case.

    Args:
        cents: of each case, see :func:`least_cents`.
        known: the least cost of each case with all offers, see :class:`Starts`.
    """
    return _start((), cents.values(), known)
