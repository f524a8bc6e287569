"""Buttons to keep what was chosen and to pick it up in another lesson.

In a notebook of the reader's own, a file beside it keeps the choices. In an app, whose visitors
share that folder, nothing is written: the reader saves the file and uploads it again.
"""

from collections.abc import Callable, Iterable, Mapping

import ipywidgets as w

from prepaid.html import page
from prepaid.i18n import Refusal, Words, sendable
from prepaid.steps.keep import file as kept_file
from prepaid.steps.model import Model
from prepaid.steps.shelf import OWN
from prepaid.steps.view import button, is_app, outcome, row, upload

_ICONS = {"keep": "save", "pick_up": "folder-open", "forget": "trash"}
_SHOWN = 60  # characters of a file name that a message repeats


class KeepRow(w.VBox):
    """The buttons of a step, and what the last of them did.

    Args:
        model: the step's model.
        names: its inputs that the step shows, of ``kept_file.FIELDS``.
        also: gives what else is to be kept, by name.
    """

    def __init__(
        self, model: Model, names: Iterable[str], words: Words,
        also: Callable[[], Mapping[str, object]] = dict,
    ):
        self.model, self.names, self.words, self._also = model, list(names), words, also
        self._wanted = [*names, *model.takes]
        self._told, self._uploaded = w.HTML(), {}
        if is_app():
            about, buttons = "about_app", [self._button("keep", self.hand_over), upload(
                words("choices.pick_up"), _ICONS["pick_up"], ".json", self.take)]
        else:
            about, buttons = "about", [self._button(name, getattr(self, name)) for name in _ICONS]
        text = page.render(
            page.heading(words("choices.heading")),
            page.note(words(f"choices.{about}", name=kept_file.FILE.name)), lang=words.language)
        super().__init__([w.HTML(text), row(*buttons), self._told])

    def keep(self) -> None:
        """Write the inputs to the file."""
        kept = self._inputs()
        self._tell(lambda: kept_file.save(kept) or self._of("kept", kept))

    def pick_up(self) -> None:
        """Set the inputs to what the file holds."""
        self._tell(lambda: self._of("picked", kept_file.pick_up(self.model, self._wanted)))

    def forget(self) -> None:
        """Delete the file."""
        self._tell(lambda: self.words(
            "choices.forgotten" if kept_file.forget() else "choices.was_none",
            name=kept_file.FILE.name))

    def hand_over(self) -> None:
        """Offer the inputs as a file to save, with those that were picked up and not asked here."""
        kept = self._uploaded | self._inputs()
        self._tell(lambda: [self._of("to_save", kept), " ", self._file(kept_file.as_text(kept))])

    def take(self, name: str, data: bytes) -> None:
        """Set the inputs to what an uploaded file holds, as :meth:`pick_up`."""
        def put_in() -> str:
            try:
                self._uploaded = kept_file.read(data, name)
            except Refusal as refusal:
                raise Refusal("choices_upload", name=sendable(name)[:_SHOWN]) from refusal
            return self._of("picked", kept_file.put_in(self.model, self._wanted, self._uploaded))

        self._tell(put_in)

    def _inputs(self) -> dict[str, object]:
        """What is to be kept; a plan of the reader's own is not, since no other lesson has it."""
        kept = {name: getattr(self.model, name) for name in self.names} | dict(self._also())
        own = str(kept.get("plan_id", "")).startswith(OWN)
        return {name: value for name, value in kept.items() if not (own and name == "plan_id")}

    def _button(self, name: str, do: Callable[[], None]) -> w.Button:
        return button(self.words(f"choices.{name}"), _ICONS[name], do)

    def _file(self, text: str) -> page.Cell:
        name = kept_file.FILE.name
        return page.download(
            self.words("choices.save", name=name), name, "application/json", text.encode())

    def _of(self, done: str, inputs: Mapping[str, object]) -> str:
        what = [self.words(f"choices.section.{section}")
                for section, fields in kept_file.FIELDS.items() if inputs.keys() & fields.keys()]
        key = f"choices.{done}" if what else "choices.nothing"
        return self.words(key, name=kept_file.FILE.name, what=what)

    def _tell(self, do: Callable[[], page.Cell]) -> None:
        cell = outcome(do, lambda refusal: page.alert(refusal.tell(self.words)))
        self._told.value = page.render(cell, lang=self.words.language)
