"""What buying a plan again before its end does, by what topping up means at its provider.

All arithmetic is by whole days, as in :mod:`prepaid.schedule`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from prepaid.i18n import checked_choice, checked_whole
from prepaid.schedule import checked_need

MEANINGS = ("queue", "reset_keep", "reset_lose", "data_only", "wallet")


@dataclass(frozen=True)
class TopUp:
    """One plan bought on day 0 and once more on ``renew_day``, under one meaning of topping up."""

    meaning: str  # one of MEANINGS
    renew_day: int  # the day of the second purchase, before the first use of that day
    # the first day on which the second purchase's data can be used; `None`: no plan runs that could
    # be topped up, and nothing is sold
    data_from: int | None
    end_day: int  # the first day on which neither runs
    # for each day of the stay whether its need was covered in full; days without need are
    served: tuple[bool, ...]
    # data of the first plan (with `data_only`: of both) taken away when its days ended within the
    # stay or were cut off by the second purchase
    mb_lost: int
    days_lost: int  # paid days, with data left, that the second purchase cut off

    @property
    def first_unserved_day(self) -> int | None:
        """The first day whose need was not covered in full, if any."""
        return self.served.index(False) if False in self.served else None

    @property
    def losses(self) -> tuple[int, int, int]:
        """What it loses, the worst first: days with a need not covered before the second purchase's
        data came (all, if never), MB, paid days."""
        return self.served[:self.data_from].count(False), self.mb_lost, self.days_lost


@dataclass(frozen=True)
class RenewWindow:
    """On which days of the stay renewing loses the least."""

    days: tuple[int, ...]  # those days, in order; see TopUp.losses
    top_ups: tuple[TopUp, ...]  # what happens for each renew day of the stay, from 0


def renew_window(
    meaning: str, *, validity_days: int, allowance_mb: int | None, need_mb: Sequence[int]
) -> RenewWindow:
    """What happens if a plan bought on day 0 is bought again, for each day on which it could be.

    - ``queue``: the second waits until the days or the data of the first have run out.
    - ``reset_keep``: the days start anew on the renew day, what is left is added to the new data.
    - ``reset_lose``: the days start anew on the renew day, what is left is lost.
    - ``data_only``: more data at once, same end; nothing can be bought once the days have ended.
    - ``wallet``: the money waits and pays for the next cycle when the days of the first have ended.

    Once the days of the first have ended, what is left of it is gone and, but for ``data_only``,
    the second starts on the renew day. On a day that is not covered, what is left is used up.

    Args:
        meaning: one of :data:`MEANINGS`.
        validity_days: days one purchase lasts.
        allowance_mb: whole MB of one purchase; ``None`` where nothing can run out.
        need_mb: whole MB wanted on each day from the first purchase on.

    Raises:
        Refusal: another meaning (also ``none`` and ``unknown``), numbers that are negative or not
            whole, no days.

    Example:
        >>> renew_window("reset_keep", validity_days=30, allowance_mb=5000,
        ...              need_mb=[100] * 60).days
        (29,)
    """
    checked_choice(meaning, "meaning_unknown", MEANINGS)
    validity = checked_whole(validity_days, "validity_not_whole", 1)
    allowance = inf if allowance_mb is None else checked_whole(allowance_mb, "allowance_not_whole")
    need = checked_need(need_mb).tolist()
    top_ups = tuple(_top_up(meaning, validity, allowance, need, day) for day in range(len(need)))
    least = min(one.losses for one in top_ups)
    return RenewWindow(tuple(one.renew_day for one in top_ups if one.losses == least), top_ups)


def _top_up(
    meaning: str, validity: int, allowance: float, need: Sequence[int], renew_day: int
) -> TopUp:
    """What happens on each day; an endless allowance is infinite."""
    end, left = validity, allowance
    data_from, mb_lost, days_lost = None, 0, 0
    served = []
    for day in range(max(len(need), validity) + 1):
        mb = need[day] if day < len(need) else 0
        if day == end:
            if day < len(need) and (data_from is None or meaning == "data_only"):
                mb_lost += left
            left = 0
        starts = {"queue": day >= validity or mb > left, "wallet": day >= validity,
                  "data_only": day < validity}.get(meaning, True)
        if data_from is None and day >= renew_day and starts:
            data_from = day
            if meaning != "data_only":
                end = day + validity
            if meaning.startswith("reset") and left:
                days_lost = validity - day
            if meaning == "reset_lose":
                mb_lost, left = mb_lost + left, 0
            left += allowance
        served.append(mb <= left)
        left = max(left - mb, 0)
    return TopUp(meaning, renew_day, data_from, end, tuple(served[:len(need)]),
                 0 if allowance == inf else int(mb_lost), days_lost)
