"""The cheapest sequence of purchases that covers a stay, by the rule of ``README.md`` beside this.

Read in this order: ``terms`` (what the rule asks of each plan), ``points`` (how far a plan gets),
``bound`` and ``steps`` (what the rest must still cost), ``search`` (the best way first), ``offers``
(plans and a need in, a schedule out).
"""

from prepaid.schedule.offers import (
    NoSchedule,
    Offers,
    Purchase,
    Running,
    Schedule,
    cheapest_schedule,
    checked_need,
)

__all__ = [
    "NoSchedule", "Offers", "Purchase", "Running", "Schedule", "cheapest_schedule", "checked_need",
]
