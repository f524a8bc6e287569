"""One plan as a card in the rows of the FCC's Broadband Facts label, and all plans as a table."""

from functools import partial

import ipywidgets as w

from prepaid.html.plans import card, full_name, listing, plan_names
from prepaid.steps.browse.model import BrowseModel, CardModel
from prepaid.steps.view import StepView, row


class CardView(StepView):
    """Any plan as a card, see :class:`prepaid.steps.browse.model.CardModel`."""

    model: CardModel

    def controls(self) -> list[w.Widget]:
        choice = self.select("plan_id", self._options())

        def offer(_change):
            chosen, choice.options = self.model.plan_id, self._options()  # chooses the first
            if chosen in self.model.plans["plan_id"].array:
                choice.value = chosen

        self.model.shelf.observe(offer, names="version")
        return [row(choice)]

    def _options(self) -> list[tuple[str, str]]:
        names = plan_names(self.model.plans, self.words)
        return [(name, plan_id) for plan_id, name in names.items()]

    def parts(self):
        return (card,)

    def summary(self) -> str:
        return self.words("card.summary", name=full_name(self.model.answer, self.words))


class BrowseView(StepView):
    """All plans to filter and sort, see :class:`prepaid.steps.browse.model.BrowseModel`."""

    model: BrowseModel

    def controls(self) -> list[w.Widget]:
        return [self.row("kind", "size", "sim", "sort")]

    def parts(self):
        return (partial(listing, announced=True),)

    def summary(self) -> str:
        return self.words("browse.caption", n=len(self.model.answer))


