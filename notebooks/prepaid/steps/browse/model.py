"""The catalogue itself: one plan as a card, and all plans to filter and sort."""

import pandas as pd
import traitlets as tl

from prepaid.analysis.kinds import SIZES, price_per_gb, size_of
from prepaid.catalogue.plans import select
from prepaid.i18n import Refusal
from prepaid.steps.inputs import SIMS, Choice
from prepaid.steps.model import ShelfModel

KINDS = ("carrier_prepaid", "mvno", "travel_esim", "addon")
ORDERS = ("provider", "price", "price_per_gb", "validity", "as_of")


class CardModel(ShelfModel):
    """Which plan to show, and which one beside it; ``answer`` is their catalogue rows, in order.

    ``beside`` is empty where one is enough.
    """

    plan_id = tl.Unicode().tag(input=True)
    beside = tl.Unicode().tag(input=True)

    def solve(self) -> pd.DataFrame:
        by_id = self.plans.set_index("plan_id", drop=False)
        wanted = list(dict.fromkeys(filter(None, [self.plan_id, self.beside])))
        for plan_id in wanted or [self.plan_id]:
            if plan_id not in by_id.index:
                raise Refusal("plan_unknown", plan_id=plan_id)
        return by_id.loc[wanted].reset_index(drop=True)


class BrowseModel(ShelfModel):
    """Which plans to list, in which order; ``answer`` is their catalogue rows.

    ``price_per_gb`` (USD, of the data of one cycle; missing where unlimited) and
    ``size`` are added as columns.
    """

    kind = Choice(["all", *KINDS])
    size = Choice(["all", *SIZES])
    sim = Choice(SIMS)
    sort = Choice(ORDERS)

    def solve(self) -> pd.DataFrame:
        plans, _ = select(with_price_per_gb(self.plans), sim=self.sim)
        if self.kind != "all":
            plans = plans[plans["kind"] == self.kind]
        if self.size != "all":
            plans = plans[plans["size"] == self.size]
        by = {"price": "price_usd", "validity": "validity_days"}.get(self.sort, self.sort)
        newest_first = self.sort == "as_of"
        return plans.sort_values([by, "plan_id"], ascending=[not newest_first, True])


def with_price_per_gb(plans: pd.DataFrame) -> pd.DataFrame:
    """The plans with the columns ``price_per_gb`` and ``size``."""
    return plans.assign(price_per_gb=price_per_gb(plans), size=size_of(plans))
