"""Break points: at which use a day the best answer changes, for readers without a kernel."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd

from prepaid.analysis.attempt import or_none
from prepaid.catalogue.plans import NUMBER_BOTHER, select
from prepaid.schedule import Offers

STAYS = (3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 18, 20, 21, 25,
         28, 30, 35, 40, 42, 45, 50, 56, 60, 70, 75, 80, 90, 120, 180)
MOST_MB = 4000
NEEDS: Mapping[str, Mapping] = {
    "esim": {"sim": "esim"},
    "card": {"sim": "physical"},
    "number": {"us_number": True},
    "number_hotspot": {"us_number": True, "hotspot": True},
}
# A reader who changes nothing in the forms, see `prepaid.steps.inputs.Needs`.
HAS = {"us_address": False, "us_card": False, "in_us": True, "port_in": False, "doubtful": False}
USUAL = {"per_purchase_usd": 1, "per_move_usd": 3}
STRIDE = 64  # MB between two looks


class Answer(NamedTuple):
    """What to buy for a stay, and what it costs; nothing where no sequence serves it."""

    plan_ids: tuple[str, ...]
    cents: int | None
    unknown_fees: bool = False


def offers_for(plans: pd.DataFrame, need: str, **options) -> Offers:
    """What a reader can buy who has one of :data:`NEEDS` and changes nothing else in the forms;
    ``options`` are those of :func:`prepaid.cheapest_schedule`, instead of the usual ones."""
    kept, _ = select(plans, **HAS, **NEEDS[need])
    move = USUAL["per_move_usd"] + (NUMBER_BOTHER if "us_number" in NEEDS[need] else 0)
    return Offers(kept, **(USUAL | {"per_move_usd": move} | options))


def break_points(
    plans: pd.DataFrame, days: int, need: str, *, most_mb: int = MOST_MB, **options
) -> pd.DataFrame:
    """Every use a day at which the best answer changes: what to buy, in order.

    The best answer is the schedule of least cost with the price of bother. The same amount is used
    on every day.

    Where no plan on offer has several cycles, counts hours, charges by use or must end before its
    provider sells another one, the ranges are proven: what serves more use serves less, at the same
    cost. So an answer that is the best at both ends of a range is the best all through it, ties
    included. Elsewhere an answer could change and change back within ``STRIDE`` MB unseen; how
    often it does is counted by ``tests/analysis/scan_break_points.py``, which asks at every MB.

    ``need`` is one of :data:`NEEDS`, ``most_mb`` the largest use looked at, MB per day.

    Returns:
        one row per range of use, in order: ``from_mb`` and ``to_mb`` per day, both included,
        ``plan_ids`` in the order of purchase (empty where nothing serves), the total at both ends,
        ``from_cents`` and ``to_cents`` (they differ only where something is charged by use), and
        ``unknown_fees``: whether a fee belongs to it that nobody knows.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["s", "l"], "provider": ["A", "A"], "esim": "yes",
        ...     "price_usd": [3.0, 8.0], "validity_days": [7, 7], "data_gb": [1.0, 5.0]})
        >>> break_points(plans, 7, "esim", most_mb=500).values.tolist()[:2]
        [[1, 142, ('s',), 300, 300, False], [143, 285, ('s', 's'), 600, 600, False]]
    """
    offers = offers_for(plans, need, **options)
    answer = cache(lambda mb: answer_for(offers, days, mb))
    rows = [
        (low, high, answer(low).plan_ids, answer(low).cents, answer(high).cents,
         answer(low).unknown_fees)
        for low, high in ranges(lambda mb: answer(mb).plan_ids, most_mb)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"from_cents": "Int64", "to_cents": "Int64"})


COLUMNS = ["from_mb", "to_mb", "plan_ids", "from_cents", "to_cents", "unknown_fees"]


def answer_for(offers: Offers, days: int, mb: int) -> Answer:
    """The best answer for so many MB on every day of a stay."""
    found = or_none(offers.cheapest, [mb] * days)
    if found is None:
        return Answer((), None)
    return Answer(found.plan_ids, found.total_cents, bool(found.unknown_fees))


def ranges(answer: Callable[[int], object], most: int) -> Iterator[tuple[int, int]]:
    """The ranges from 1 to ``most`` in which the answer stays the same, in order."""
    low = 1
    while low <= most:
        high, step = low, 1
        while high < most:
            looked = min(high + step, most)
            if answer(looked) != answer(low):
                while looked - high > 1:
                    middle = (high + looked) // 2
                    if answer(middle) == answer(low):
                        high = middle
                    else:
                        looked = middle
                break
            high, step = looked, min(2 * step, STRIDE)
        yield low, high
        low = high + 1
