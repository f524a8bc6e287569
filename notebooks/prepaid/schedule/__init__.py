"""The cheapest sequence of purchases that covers a stay, by the rule of ``README.md`` beside this.

Read in this order: ``terms`` (what the rule asks of each plan), ``points`` (how far a plan gets),
``buying`` (what can be bought where), ``topping`` and ``steps`` (plans in a simpler problem),
``ends``, ``ways``, ``rest`` and ``outlook`` (what the rest must still cost), ``search`` and
``finding`` (the best way first), ``offers`` and ``schedule`` (plans and a need in, a schedule out).
"""

from prepaid.schedule.checks import checked_need
from prepaid.schedule.line import Running
from prepaid.schedule.offers import Offers, cheapest_schedule
from prepaid.schedule.schedule import NoSchedule, Purchase, Schedule

__all__ = [
    "NoSchedule", "Offers", "Purchase", "Running", "Schedule", "cheapest_schedule", "checked_need",
]
