"""What a reader asks for, checked: a refusal where it makes no sense."""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from prepaid.i18n import Refusal

_MOST_MB = 10**9  # a day: a thousand TB


def checked_rate(tax_rate) -> Fraction:
    """A tax rate from 0 to 1 as a fraction.

    >>> checked_rate("0.07")
    Fraction(7, 100)
    """
    rate = _fraction(tax_rate)
    if rate is None or not 0 <= rate <= 1:
        raise Refusal("tax_rate", value=tax_rate)
    return rate.limit_denominator(10**9)


def checked_cents(name: str, usd) -> int:
    """Dollars of bother as whole cents; ``name`` is that of the option.

    >>> checked_cents("per_move_usd", 2.5)
    250
    """
    cents = _fraction(usd)
    if cents is None or not 0 <= cents <= 10**6 or (cents * 100).denominator != 1:
        raise Refusal("bother", name=name, value=usd)
    return int(cents * 100)


def _fraction(value) -> Fraction | None:
    try:
        return None if isinstance(value, bool) else Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


def minutes(time: dt.time | None, otherwise: int) -> int:
    """The whole minutes of a day before a time.

    >>> minutes(dt.time(6, 30), 0)
    390
    """
    if time is None:
        return otherwise
    if not isinstance(time, dt.time):
        raise Refusal("time_of_day", value=time)
    return time.hour * 60 + time.minute


def checked_need(need_mb: Sequence[int]) -> np.ndarray:
    """MB a day as integers of 64 bits; a refusal where they are no whole numbers from 0 up.

    >>> checked_need([500, 0, 250.0]).tolist()
    [500, 0, 250]
    """
    try:
        need = list(need_mb)
    except TypeError:
        raise Refusal("need_not_whole", day=1, value=need_mb, most=_MOST_MB) from None
    if not need:
        raise Refusal("stay_empty")
    for day, mb in enumerate(need):
        if not (is_number(mb) and 0 <= mb <= _MOST_MB and mb == mb // 1):
            raise Refusal("need_not_whole", day=day + 1, value=mb, most=_MOST_MB)
    return np.array(need, np.int64)


def is_number(value) -> bool:
    """Whether something is a number; truth values are none.

    >>> is_number(2), is_number(True)
    (True, False)
    """
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
