"""The optimum: the purchases that cover a stay for the least money, by the rule."""

from prepaid.schedule.offers import (
    ENDLESS,
    Line,
    NoSchedule,
    Offers,
    Purchase,
    Schedule,
    cheapest_schedule,
    checked_need,
    read_terms,
)

__all__ = [
    "ENDLESS", "Line", "NoSchedule", "Offers", "Purchase", "Schedule", "cheapest_schedule",
    "checked_need", "read_terms",
]
