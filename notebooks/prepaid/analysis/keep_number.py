"""Until when a US number lives after its last paid day, as far as the catalogue knows."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd


def plan_end(row: Mapping, bought: dt.date) -> dt.date | None:
    """The first day without the plan of a catalogue row, if it was bought on a day and all its
    cycles are used; ``None`` where it does not end or its length is not known."""
    days, cycles = _whole(row, "validity_days"), _whole(row, "min_commitment_cycles") or 1
    if days is None:
        return None
    if row.get("cycle_unit") != "month":
        return bought + dt.timedelta(days * cycles)
    return (bought + pd.DateOffset(months=max(days // 30, 1) * cycles)).date()


def last_day_to_pay(row: Mapping, end: dt.date) -> dt.date | None:
    """The last day on which a payment still saves the number; ``end`` is the first without the
    plan.

    ``None`` where the plan of the row has no number, or nobody knows for how many days after the
    plan the provider keeps it (``number_grace_days``).

    Example:
        >>> row = {"local_us_number": "yes", "number_grace_days": 30}
        >>> last_day_to_pay(row, dt.date(2027, 3, 1))
        datetime.date(2027, 3, 30)
    """
    grace = _whole(row, "number_grace_days")
    if row.get("local_us_number") != "yes" or grace is None:
        return None
    return end + dt.timedelta(grace - 1)


def _whole(row: Mapping, column: str) -> int | None:
    value = row.get(column)
    return None if value is None or value == "" or pd.isna(value) else int(value)
