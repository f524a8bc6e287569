"""One plan as a card in the rows of the FCC's Broadband Facts label, and all plans as a table."""

from functools import partial

import ipywidgets as w

from prepaid.html import page
from prepaid.html.plans import cards, full_name, listing, plan_names
from prepaid.steps.browse.model import BrowseModel, CardModel
from prepaid.steps.view import StepView, row

STORED = 5  # rows of a catalogue that a notebook holds


class CardView(StepView):
    """Plans as cards, see :class:`prepaid.steps.browse.model.CardModel`."""

    model: CardModel

    def controls(self) -> list[w.Widget]:
        choices = {
            "plan_id": self.select("plan_id", self._options()),
            "beside": self.select("beside", self._options(none=True)),
        }

        def offer(_change):
            for name, choice in choices.items():
                chosen = getattr(self.model, name)
                choice.options = self._options(none=name == "beside")  # chooses the first
                if chosen in self.model.plans["plan_id"].array:
                    choice.value = chosen

        self.model.shelf.observe(offer, names="version")
        return [row(*choices.values())]

    def _options(self, *, none: bool = False) -> list[tuple[str, str]]:
        names = plan_names(self.model.plans, self.words)
        nothing = [(self.words("card.alone"), "")] if none else []
        return nothing + [(name, plan_id) for plan_id, name in names.items()]

    def parts(self):
        return (cards,)

    def summary(self) -> str:
        return self.words("card.summary", names=[
            full_name(plan, self.words) for _, plan in self.model.answer.iterrows()])


class BrowseView(StepView):
    """All plans to filter and sort, see :class:`prepaid.steps.browse.model.BrowseModel`."""

    model: BrowseModel

    def controls(self) -> list[w.Widget]:
        return [self.row("kind", "size", "sim", "sort")]

    def parts(self):
        return (partial(listing, announced=True),)

    def result(self, today, which=slice(None)):
        if today is None:  # a notebook holds the first few
            return [page.details(
                self.summary(), listing(self.model.answer, self.words, most=STORED))]
        return super().result(today, which)

    def summary(self) -> str:
        return self.words("browse.caption", n=len(self.model.answer))


