"""What buying a plan again before its end does, by what topping up means at its provider.

All arithmetic is by whole days, as in :mod:`prepaid.schedule`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from prepaid.i18n import Refusal, checked_whole
from prepaid.schedule import checked_need

MEANINGS = ("queue", "reset_keep", "reset_lose", "data_only", "wallet")


@dataclass(frozen=True)
class TopUp:
    """One plan bought on day 0 and once more on ``renew_day``, under one meaning of topping up.

    Attributes:
        meaning: one of :data:`MEANINGS`.
        renew_day: the day of the second purchase, before the first use of that day.
        outcome: ``"counts"``; ``"too_late"``: no plan runs that could be topped up, nothing is
            sold; ``"money_expired"``: the balance was gone before it could pay.
        data_from: the first day on which the second purchase's data can be used; ``None``: never.
        end_day: the first day on which neither runs.
        left_mb: data left after each day of the stay; ``None`` where nothing can run out or no
            plan runs.
        served: for each day whether its need was covered in full; days without need are.
        mb_lost: data of the first plan (with ``data_only``: of both) taken away when its days
            ended within the stay or were cut off by the second purchase.
        days_lost: paid days, with data left, that the second purchase cut off.
    """

    meaning: str
    renew_day: int
    outcome: str
    data_from: int | None
    end_day: int
    left_mb: tuple[int | None, ...]
    served: tuple[bool, ...]
    mb_lost: int
    days_lost: int

    @property
    def first_unserved_day(self) -> int | None:
        """The first day whose need was not covered in full, if any."""
        return next((day for day, served in enumerate(self.served) if not served), None)

    @property
    def waiting_days(self) -> int:
        """Days with a need not covered before the second purchase's data came; all, if never."""
        return self.served[:self.data_from].count(False)


@dataclass(frozen=True)
class RenewWindow:
    """On which days of the stay renewing loses the least.

    Attributes:
        days: those days, in order. Not one of them has fewer days waiting for data, then less
            money lost, then fewer MB lost, then fewer days lost than another.
        best: what happens on the first of them. What it loses no renew day would have saved.
        top_ups: what happens for each renew day of the stay, from 0.
    """

    days: tuple[int, ...]
    top_ups: tuple[TopUp, ...]

    @property
    def best(self) -> TopUp:
        return self.top_ups[self.days[0]]

def _losses(top_up: TopUp) -> tuple[int, ...]:
    """What a renewal loses, the worst first."""
    wasted = top_up.outcome == "money_expired"
    return top_up.waiting_days, int(wasted), top_up.mb_lost, top_up.days_lost


def simulate_top_up(
    meaning: str, *, validity_days: int, allowance_mb: int | None, need_mb: Sequence[int],
    renew_day: int, money_days: int | None = None,
) -> TopUp:
    """What happens if a plan bought on day 0 is bought again on ``renew_day``.

    - ``queue``: the second waits until the days or the data of the first have run out.
    - ``reset_keep``: the days start anew on ``renew_day``, what is left is added to the new data.
    - ``reset_lose``: the days start anew on ``renew_day``, what is left is lost.
    - ``data_only``: more data at once, same end; nothing can be bought once the days have ended.
    - ``wallet``: the money waits and pays for the next cycle when the days of the first have ended.

    Once the days of the first have ended, what is left of it is gone and, but for ``data_only``,
    the second starts on ``renew_day``. On a day that is not covered, what is left is used up.

    Args:
        meaning: one of :data:`MEANINGS`.
        validity_days: days one purchase lasts.
        allowance_mb: whole MB of one purchase; ``None`` where nothing can run out.
        need_mb: whole MB wanted on each day from the first purchase on.
        renew_day: 0 or later; may lie after the stay.
        money_days: days a balance lives from the day of the payment on; on the day after the last
            it can pay for nothing. ``None``: no limit. Only read for ``wallet``.

    Raises:
        Refusal: another meaning (also ``none`` and ``unknown``), numbers that are negative or not
            whole, no days.
    """
    stay = _Stay.checked(meaning, validity_days, allowance_mb, need_mb, money_days)
    return _simulate(stay, checked_whole(renew_day, "renew_day_not_whole"))


@dataclass(frozen=True)
class _Stay:
    """Checked arguments of :func:`simulate_top_up`; an endless allowance is infinite."""

    meaning: str
    validity: int
    allowance: float
    need: tuple[int, ...]
    money_days: float

    @classmethod
    def checked(cls, meaning, validity_days, allowance_mb, need_mb, money_days) -> "_Stay":
        if meaning not in MEANINGS:
            raise Refusal("meaning_unknown", value=meaning, choices=MEANINGS)
        return cls(
            meaning,
            checked_whole(validity_days, "validity_not_whole", 1),
            inf if allowance_mb is None else checked_whole(allowance_mb, "allowance_not_whole"),
            tuple(checked_need(need_mb).tolist()),
            inf if money_days is None else checked_whole(money_days, "money_days_not_whole", 1),
        )

    def second_starts(self, day: int, waits: int, mb: int, left: float) -> bool:
        """Whether the second purchase, paid ``waits`` days ago, starts on this day."""
        ended = day >= self.validity
        match self.meaning:
            case "queue":
                return ended or mb > left
            case "wallet":
                return ended and waits < self.money_days
            case "data_only":
                return not ended
        return True


def _simulate(stay: _Stay, renew_day: int) -> TopUp:
    n_days, end, left = len(stay.need), stay.validity, stay.allowance
    data_from, mb_lost, days_lost = None, 0, 0
    left_mb, served = [], []
    for day in range(max(n_days, stay.validity, renew_day) + 1):
        mb = stay.need[day] if day < n_days else 0
        if day == end:
            if day < n_days and (data_from is None or stay.meaning == "data_only"):
                mb_lost += left
            left = 0
        waits = day - renew_day
        if data_from is None and waits >= 0 and stay.second_starts(day, waits, mb, left):
            data_from = day
            if stay.meaning != "data_only":
                end = day + stay.validity
            if stay.meaning.startswith("reset") and left and day < n_days:
                days_lost = stay.validity - day
            if stay.meaning == "reset_lose":
                mb_lost, left = mb_lost + (left if day < n_days else 0), 0
            left += stay.allowance
        served.append(mb <= left)
        left = max(left - mb, 0)
        left_mb.append(left if day < end and left < inf else None)
    outcome = "counts"
    if data_from is None:
        outcome = "money_expired" if stay.meaning == "wallet" else "too_late"
    return TopUp(
        stay.meaning, renew_day, outcome, data_from, end, tuple(left_mb[:n_days]),
        tuple(served[:n_days]), 0 if stay.allowance == inf else int(mb_lost), days_lost,
    )


def renew_window(
    meaning: str, *, validity_days: int, allowance_mb: int | None, need_mb: Sequence[int],
    money_days: int | None = None,
) -> RenewWindow:
    """The renew days of a stay that lose the least, see :func:`simulate_top_up`."""
    stay = _Stay.checked(meaning, validity_days, allowance_mb, need_mb, money_days)
    top_ups = tuple(_simulate(stay, day) for day in range(len(stay.need)))
    least = min(map(_losses, top_ups))
    days = tuple(top_up.renew_day for top_up in top_ups if _losses(top_up) == least)
    return RenewWindow(days, top_ups)
