"""The picker: three questions in, three answers out; one of them at length, to take along."""

from collections.abc import Callable, Iterator, Sequence

import ipywidgets as w

from prepaid.html import page
from prepaid.i18n import Words
from prepaid.schedule import NoSchedule
from prepaid.steps import inputs
from prepaid.steps.inputs import declared
from prepaid.steps.keep.view import KeepRow
from prepaid.steps.landing import landing_style
from prepaid.steps.pick import cards
from prepaid.steps.pick.answers import ANSWERS
from prepaid.steps.pick.cards import headline
from prepaid.steps.pick.form import PickForm, close_row
from prepaid.steps.pick.model import PickAnswer, PickModel
from prepaid.steps.view import SOON, StepView

_CHEAPEST, _OTHERS, _REST = slice(1, 2), slice(2, 4), slice(4, None)
_LINE, _CHOSEN = "1px solid rgba(128,128,128,.6)", "3px double rgba(128,128,128,1)"
_FORM = {"flex": "1 1 320px", "max_width": "100%", "min_width": "0"}
_ANSWER = {"flex": "2.2 1 470px", "max_width": "100%", "min_width": "0"}


class PickView(PickForm):
    """Lesson 02's picker, see :class:`prepaid.steps.pick.model.PickModel`.

    Attributes:
        kind: which answer is shown at length, one of :data:`ANSWERS`.
        unsure: gives the view for who does not know how long, folded until it is asked for.
    """

    kind = ANSWERS[0]

    def __init__(self, *args, unsure: Callable[[], StepView] | None = None, **kwargs):
        self.unsure, self._told_unsure = unsure, {}
        super().__init__(*args, **kwargs)
        self._show(_CHEAPEST)
        self.once_stored.insert(0, lambda: self.model.begin(inputs.today()))

    def laid_out(self, controls: Sequence[w.Widget]) -> list[w.Widget]:
        told, *shown = self._results
        self._buttons = {kind: self._show_button(kind) for kind in ANSWERS}
        self._frames = {
            kind: w.VBox([box, self._buttons[kind]], layout=w.Layout(
                flex="1 1 148px", min_width="0", padding="2px 6px", border=_LINE,
                justify_content="space-between"))
            for kind, box in zip(ANSWERS, shown, strict=False)}
        self._mark_chosen()
        foot = [self._traveller] if self._traveller else []
        form = w.VBox([*controls, *foot], layout=w.Layout(**_FORM))
        three = w.Box([*self._frames.values()], layout=w.Layout(
            display="flex", flex_flow="row wrap", align_items="stretch", grid_gap="8px"))
        answer = w.VBox([self._problem, self._helps, told, three, *shown[len(ANSWERS):]],
                        layout=w.Layout(**_ANSWER))
        sides = w.Box([form, answer], layout=w.Layout(
            display="flex", flex_flow="row wrap", align_items="flex-start", grid_gap="4px 20px"))
        keep = KeepRow(self.model, self.model.inputs(), self.words, self._first_plan)
        return [sides, *self._if_unsure(), keep, landing_style()]

    def _if_unsure(self) -> Iterator[w.Widget]:
        if self.unsure:
            self._more, self._unsure = self.fold("pick.unsure")
            self._more.observe(lambda _: self._tell_unsure(), "value")
            yield from (close_row(self._more), self._unsure)

    def _tell_unsure(self) -> None:
        """Where the form for who is unsure is open: hand on what has changed since the last time
        of what holds for any stay, that is the first day, the phone and the reader."""
        if not (self.unsure and self._more.value):
            return
        names = ("start", "network", *declared(type(self.model))["needs"])
        said = {name: getattr(self.model, name) for name in names}
        new = {name: value for name, value in said.items()
               if name not in self._told_unsure or self._told_unsure[name] != value}
        self._told_unsure = said
        if not self._unsure.children:
            self._unsure.children = [self.unsure(**new)]
        elif new:
            self._unsure.children[0].model.update(**new)

    def _first_plan(self) -> dict[str, str]:
        if self.model.problem:
            return {}
        return {"plan_id": cards.advice(self.model.answer, self.kind).schedule.plan_ids[0]}

    def _show_button(self, kind: str) -> w.Button:
        button = w.Button(layout=w.Layout(width="auto"))
        button.on_click(lambda _: self.choose(kind))
        return button

    def choose(self, kind: str) -> None:
        """Show one of the answers at length."""
        self.kind = kind
        self._mark_chosen()
        if not self.model.problem:
            self._show(_REST)

    def _mark_chosen(self) -> None:
        for kind, button in self._buttons.items():
            here = kind == self.kind
            button.description = self.words("advice.shown" if here else "advice.show")
            button.tooltip = self.words("advice.show_tip", title=self.words(f"advice.title.{kind}"))
            button.icon = "check" if here else "angle-down"
            self._frames[kind].layout.border = _CHOSEN if here else _LINE

    def parts(self):
        def of(kind: str):
            return lambda pick, words: cards.card(pick, kind, words)

        def at_length(pick: PickAnswer, words: Words) -> page.Cell:
            return (cards.chosen(pick, self.kind, words),
                    cards.take_along(pick, self.kind, words))

        return (cards.told_headline, *map(of, ANSWERS), at_length, cards.beside, cards.why_not,
                cards.origins)

    def helps(self) -> page.Cell:
        return relaxed(self.model, self.words)

    def summary(self) -> str:
        return headline(self.model.answer, self.words)

    def preview(self) -> str:
        """The answer to the example first: headline, three answers, picture, table."""
        pick, words = self.model.answer, self.words.on(None)
        if pick is None:
            return super().preview()
        problem = self.model.problem
        return self._page(
            (self.problem(), self.helps()) if problem else None,
            cards.told_headline(pick, words),
            None if problem else page.note(self._asked_in_short()),  # the answer is older then
            cards.cards(pick, words), cards.chosen(pick, self.kind, words),
            cards.beside(pick, words), cards.why_not(pick, words), cards.origins(pick, words),
            page.details(self.words("view.chosen"), self.chosen()),
            page.note(self.words("view.run_to_change")),
        )

    def _asked_in_short(self) -> str:
        return self.words("pick.example", start=self.model.start,
                          day=self.model.use().usual_mb,
                          sim=self.words(f"choice.sim.{self.model.sim}"))

    def _on_version(self, change) -> None:
        super()._on_version(change)
        if self.model.problem:
            self._follow_form()

    def _follow_up(self) -> None:
        """The cheapest card first; it is held against the others as soon as these are made."""
        self._show_problem()
        self._helps.show("")
        self._show(_CHEAPEST)
        self._dim(slice(_OTHERS.start, None))
        self._follow_form()
        self._in_a_pause(self._show_cards, SOON)

    def _show_cards(self) -> None:
        self._show(_OTHERS)
        self._show(_CHEAPEST)
        self._in_a_pause(lambda: self._show_from(_REST.start))

    def _show_from(self, place: int) -> None:
        super()._show_from(place)
        if place >= len(self._results):
            self._tell_unsure()

    def _follow_form(self) -> None:
        self._set_last()
        self._show_use()


def relaxed(model: PickModel, words: Words) -> page.Cell:
    """Where nothing covers the stay, which need given up would help."""
    if not isinstance(model.problem, NoSchedule):
        return None
    helps = model.relaxations()
    return (
        page.paragraph(words("pick.relax" if helps else "pick.relax_nothing")),
        page.bullets(words(f"pick.relaxed.{name}", total=total) for name, total in helps.items()),
    )
