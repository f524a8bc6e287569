"""Three buttons: keep what was chosen in a file, pick it up in another lesson, delete the file."""

from collections.abc import Callable, Iterable, Mapping

import htpy as h
import ipywidgets as w

from prepaid import choices, tables
from prepaid.i18n import Refusal, Words
from prepaid.models.base import Model
from prepaid.views.base import AUTO, row

_ICONS = {"keep": "save", "pick_up": "folder-open", "forget": "trash"}


class KeepRow(w.VBox):
    """The buttons of a step, and what the last of them did.

    Args:
        model: the step's model.
        names: its inputs that the step shows, of ``choices.FIELDS``.
        also: gives what else is to be kept, by name.
    """

    def __init__(
        self, model: Model, names: Iterable[str], words: Words,
        also: Callable[[], Mapping[str, object]] = dict,
    ):
        self.model, self.names, self.words, self._also = model, list(names), words, also
        self._told = w.HTML()
        buttons = [self._button(name) for name in _ICONS]
        about = tables.page(
            tables.heading(words("choices.heading")),
            tables.note(words("choices.about", name=choices.FILE.name)), lang=words.language)
        super().__init__([w.HTML(about), row(*buttons), self._told])

    def keep(self) -> None:
        """Write the inputs to the file."""
        kept = {name: getattr(self.model, name) for name in self.names} | dict(self._also())
        self._tell(lambda: choices.save(kept) or self._of("kept", kept))

    def pick_up(self) -> None:
        """Set the inputs to what the file holds."""
        self._tell(lambda: self._of("picked", choices.pick_up(self.model, self.names)))

    def forget(self) -> None:
        """Delete the file."""
        self._tell(lambda: self.words(
            "choices.forgotten" if choices.forget() else "choices.was_none",
            name=choices.FILE.name))

    def _button(self, name: str) -> w.Button:
        button = w.Button(description=self.words(f"choices.{name}"), icon=_ICONS[name],
                          layout=w.Layout(**AUTO))
        button.on_click(lambda _: getattr(self, name)())
        return button

    def _of(self, done: str, inputs: Mapping[str, object]) -> str:
        what = [self.words(f"choices.section.{section}")
                for section, fields in choices.FIELDS.items() if inputs.keys() & fields.keys()]
        key = f"choices.{done}" if what else "choices.nothing"
        return self.words(key, name=choices.FILE.name, what=what)

    def _tell(self, do: Callable[[], str]) -> None:
        try:
            cell = h.p(role="status")[do()]
        except Refusal as refusal:
            cell = tables.alert(refusal.tell(self.words))
        self._told.value = tables.page(cell, lang=self.words.language)
