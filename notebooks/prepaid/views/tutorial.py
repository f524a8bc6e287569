"""What a lesson calls: the views in its language, and pandas frames made readable."""

from functools import cached_property

import pandas as pd

from prepaid import i18n, tables
from prepaid.catalog import load_catalog
from prepaid.compare import decision_table, size_table
from prepaid.i18n import Refusal, Words
from prepaid.models.catalogue import BrowseModel, CardModel
from prepaid.models.compare import CompareModel
from prepaid.models.pick import PickModel
from prepaid.tables import Shown
from prepaid.views import exercises, statics
from prepaid.views.catalogue import BrowseView, CardView
from prepaid.views.compare import CompareView
from prepaid.views.pick import PickView, plan_names

DAYS = (3, 7, 14, 30, 60, 90)
MB_PER_DAY = (100, 300, 500, 1000, 2000, 3000)


def tutorial(language: str) -> "Tutorial":
    """The tutorial in ``"en"`` or ``"zh-CN"``."""
    return Tutorial(i18n.words(language))


class Tutorial:
    """The views of all lessons in one language.

    Attributes:
        words: the language.
        plans: our catalogue, see :func:`prepaid.load_catalog`.
    """

    def __init__(self, words: Words):
        self.words = words

    @cached_property
    def plans(self) -> pd.DataFrame:
        return load_catalog()

    def pick(self, **inputs) -> PickView:
        """The picker; ``inputs`` are those of :class:`prepaid.models.pick.PickModel`."""
        return PickView(PickModel(self.plans, **inputs), self.words)

    def compare(self, **inputs) -> CompareView:
        """The sizes side by side, for any stay."""
        return CompareView(CompareModel(self.plans, **inputs), self.words)

    def card(self, plan_id: str) -> CardView:
        """One plan in the rows of the Broadband Facts label, and any other on request."""
        return CardView(CardModel(self.plans, plan_id=plan_id), self.words)

    def catalogue(self, **inputs) -> BrowseView:
        """All plans, to filter and sort."""
        return BrowseView(BrowseModel(self.plans, **inputs), self.words)

    def show(self, frame: pd.DataFrame, caption: str = "") -> Shown:
        """A frame of ours with headings, money, data and codes in the reader's language."""
        caption = caption or self.words("table.frame")
        return self._shown(caption, statics.frame(frame, caption, self.words))

    def kinds(self) -> Shown:
        """The kinds of product, counted from the catalogue."""
        return self._shown(self.words("kinds.caption"), statics.kinds(self.plans, self.words))

    def decisions(self, **options) -> Shown:
        """The cheapest schedule for common stays and uses, for readers without a kernel."""
        found = decision_table(self.plans, DAYS, MB_PER_DAY, **options)
        cell = statics.decisions(found, plan_names(self.plans), self.words)
        return self._shown(self.words("decision.caption"), cell)

    def sizes(self, **options) -> Shown:
        """The cheapest size for common stays and uses, for readers without a kernel."""
        found = size_table(self.plans, DAYS, MB_PER_DAY, **options)
        return self._shown(self.words("decision.size_caption"), statics.sizes(found, self.words))

    def unlimited(self) -> Shown:
        """What plans called unlimited slow down to, and what still works then."""
        cell = statics.unlimited(self.plans, self.words)
        return self._shown(self.words("unlimited.caption"), cell)

    def price_ages(self) -> Shown:
        """Where the prices come from and as of when."""
        caption = self.words("dates.caption", n=len(self.plans))
        return self._shown(caption, statics.price_ages(self.plans, self.words))

    def check(self, task: str, answer) -> Shown:
        """Whether ``answer`` solves an exercise, see :func:`prepaid.views.exercises.check`."""
        try:
            cell = exercises.check(self.plans, task, answer, self.words)
        except Refusal as refusal:
            cell = tables.alert(refusal.tell(self.words))
        return self._shown(task, cell)

    def _shown(self, text: str, *cells: tables.Cell) -> Shown:
        return Shown(tables.page(*cells, lang=self.words.language), text)
