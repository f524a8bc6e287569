"""An input with what is wrong with it right below; boxes for numbers as people write them."""

from collections.abc import Callable

import ipywidgets as w

from prepaid.i18n import Refusal


class Told(w.HTML):
    """Something to tell, which takes no room while there is nothing."""

    def __init__(self):
        super().__init__(layout=w.Layout(display="none", width="auto"))

    def show(self, text: str) -> None:
        """Show the text, or nothing."""
        if text != self.value:
            self.value = text
            self.layout.display = None if text else "none"


class Field(w.VBox):
    """An input, and right below it what is wrong with it.

    Args:
        box: the input.
        check: raises a :class:`Refusal` if what it holds makes no sense by itself.
        draw: makes HTML of a refusal.
        note: says how what it holds was read, given what ``check`` returned; "" for nothing.
    """

    def __init__(self, box: w.Widget, check: Callable[[], object], draw: Callable[[Refusal], str],
                 note: Callable[[object], str] = lambda _: ""):
        self.box, self._check, self._draw, self._note = box, check, draw, note
        self.told = Told()
        super().__init__([box, self.told], layout=w.Layout(max_width="100%"))

    def check(self, problem: Refusal | None = None) -> bool:
        """Say what is wrong with it, by itself or by ``problem``; whether anything is. Where
        nothing is, say how it was read."""
        said = None
        try:
            said = self._check()
        except Refusal as refusal:
            problem = refusal
        self.told.show(self._draw(problem) if problem else self._note(said))
        return bool(problem)
