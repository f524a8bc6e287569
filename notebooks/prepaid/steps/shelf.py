"""The plans that may be bought: ours, and those that the reader has added."""

from collections.abc import Callable

import pandas as pd
import traitlets as tl

from prepaid.catalogue.plans import load_catalog
from prepaid.i18n import Refusal

MOST_OWN = 10_000  # plans of the reader's; with more a view takes longer than 3 s, or 200 MB
OWN = "own:"  # starts the plan_id of the reader's plans, so that it is never one of ours


class Shelf(tl.HasTraits):
    """What models take plans from; they answer anew when ``version``, which counts changes, does.

    ``marked`` says how to call a plan of the reader's, given its name.
    """

    version = tl.Int(0)

    def __init__(
        self, ours: pd.DataFrame | None = None, marked: Callable[[str], str] = str, **kwargs
    ):
        super().__init__(**kwargs)
        self.ours = load_catalog() if ours is None else ours  # always the same
        self.own = self.ours.iloc[:0]  # the reader's plans as they were given
        # both; there the reader's plans have marked names, and ``plan_id`` starts with ``OWN``
        self.plans = self.ours
        self.marked = marked

    def add(self, plans: pd.DataFrame) -> None:
        """Take in the reader's plans; one with the ``plan_id`` of an earlier one replaces it.

        Raises:
            Refusal: there would be more than ``MOST_OWN``, and nothing changes.
        """
        kept = self.own[~self.own["plan_id"].isin(plans["plan_id"])]
        if len(kept) + len(plans) > MOST_OWN:
            raise Refusal("own_too_many", limit=MOST_OWN)
        self._become(pd.concat([kept, plans], ignore_index=True) if len(kept) else plans)

    def remove(self, plan_id: str | None = None) -> None:
        """Leave out one of the reader's plans, or all of them."""
        self._become(self.own[self.own["plan_id"].ne(plan_id) & (plan_id is not None)])

    def set_validity(self, plan_ids: list[str], days: int) -> None:
        """Say how many days a cycle of some of the reader's plans lasts."""
        asked = self.own["plan_id"].isin(plan_ids)
        self._become(self.own.assign(
            validity_days=self.own["validity_days"].mask(asked, float(days))))

    def _become(self, own: pd.DataFrame) -> None:
        self.own = own.reset_index(drop=True)
        self.plans = self.ours
        if len(own):
            self.plans = pd.concat([self.ours, self._as_offered()], ignore_index=True)
        self.version += 1

    def _as_offered(self) -> pd.DataFrame:
        own = self.own
        ids = set(own["plan_id"])
        names = own["plan_name"].where(own["plan_name"] != "", own["plan_id"])

        def renamed(listed: str) -> str:
            bases = [name.strip() for name in listed.split(";")] if listed else []
            return ";".join(OWN + name if name in ids else name for name in bases)

        return own.assign(
            plan_id=OWN + own["plan_id"], plan_name=names.map(self.marked),
            addon_for=own["addon_for"].map(renamed))
