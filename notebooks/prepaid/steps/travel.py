"""Choices travel by themselves: what a reader says in one lesson is there in the next one.

A view takes part by the number of its lesson, ``PickView(model, words, lesson=2)``. What travels
is what its model declares with ``keep=`` (see :mod:`prepaid.steps.inputs`): choices from lists,
ticks, numbers and dates, all checked on the way in; no free text, no plan of the reader's own. A
model that says something by other inputs, as a phone says what SIM it takes, overrides
:meth:`prepaid.steps.model.Model.carried`; one that understands inputs of another step names them
in ``takes``. What a form shows first is the example; choices come in after it has been stored, so
that no notebook holds a reader's choices by this.

Where the luggage is:

- With a Jupyter server: a small file in its runtime folder, readable for its owner only. It names
  the server that runs; that of another one, which has stopped, is ignored and deleted.
- In JupyterLite: the same file beside the notebook, in the reader's own browser.
- In an app: the address of the page (``?days=12&sim=esim``), which all links to other lessons carry
  on, also those within texts. Nothing is stored, since visitors share the server.
- Elsewhere, as while the notebooks are built or tested: nowhere. A server tells its kernels the
  name of their session, an app its own; neither does where no reader sits.
"""

import asyncio
import contextlib
import datetime as dt
import json
import os
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import htpy as h
import ipywidgets as w
import traitlets as tl

from prepaid.html import page
from prepaid.i18n import Refusal, Words
from prepaid.steps.inputs import Choice, Day, Tick
from prepaid.steps.keep import file as kept_file
from prepaid.steps.model import Model
from prepaid.steps.shelf import OWN
from prepaid.steps.storage import write_whole

LESSONS = {1: "01-ready", 2: "02-pick", 3: "03-compare", 4: "04-renew"}
NAME = "us-prepaid-choices"
# In an app, links within texts lead on with what the line of a form carries now; those of the line
# itself stay as they are, also the one that forgets.
CARRY_ON = """<script>
for (const kind of ["pointerdown", "focusin", "click"]) addEventListener(kind, event => {
  const carrying = "a[href*='.ipynb?']:not([data-plain])";
  const link = event.target.closest?.("a[href*='.ipynb']");
  if (!link || link.parentElement.querySelector(carrying)) return;
  link.dataset.plain ??= link.getAttribute("href");
  link.href = link.dataset.plain.replace(
    /(?=#|$)/, document.querySelector(carrying)?.search ?? "");
}, true);
</script>"""
_MAX_QUERY = 4000  # characters of an address that are looked at
_PAUSE = 0.3  # seconds without a change
_DAMAGED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_TOLD = 5  # choices that the line names


class Luggage(tl.HasTraits):
    """Choices on their way, by name; here they go nowhere else.

    Attributes:
        choices: values of inputs, see :data:`prepaid.steps.keep.file.INPUTS`.
        origin: the number of the lesson where each was chosen.
        where: the string that says where they are, below ``travel.where``.
        version: counts the changes.
    """

    where = "address"
    version = tl.Int(0)

    def __init__(self):
        super().__init__()
        self.choices: dict[str, object] = {}
        self.origin: dict[str, int] = {}

    def look(self) -> None:
        """Take in what another lesson has put there."""

    def put(self, choices: Mapping[str, object], gone: Iterable[str], lesson: int) -> None:
        """Add choices of a lesson, and leave out those of that name that are no choice any more."""
        self.look()
        for name in {*gone} - choices.keys():
            self.choices.pop(name, None)
            self.origin.pop(name, None)
        new = {name: value for name, value in choices.items()
               if _fits(name, value) and self.choices.get(name) != value}
        self.choices |= new
        self.origin |= dict.fromkeys(new, lesson)
        self._changed()

    def forget(self) -> None:
        """Drop all of it."""
        self.choices, self.origin = {}, {}
        self._changed()

    def _changed(self) -> None:
        self.version += 1


class InAddress(Luggage):
    """What the address of an app's page says, given by the part behind its question mark."""

    def __init__(self, query: str = ""):
        super().__init__()
        pairs = dict(parse_qsl(query[:_MAX_QUERY], keep_blank_values=True))
        lessons = {name: lesson for lesson in LESSONS
                   for name in pairs.get(f"lesson{lesson}", "").split(".")}
        for name, text in pairs.items():
            value = _plain(text)
            value = value if _fits(name, value) else text
            if _fits(name, value):
                self.choices[name] = kept_file.INPUTS[name].checked(value)
                self.origin[name] = lessons.get(name, 0)

    def query(self) -> str:
        """The part of an address that carries all of it on, with its question mark."""
        if not self.choices:
            return ""
        texts = {name: value if isinstance(value, str) else _as_json(value)
                 for name, value in self.choices.items()}
        named = {f"lesson{lesson}": ".".join(
            name for name, one in self.origin.items() if one == lesson)
            for lesson in LESSONS if lesson in self.origin.values()}
        return "?" + urlencode(texts | named)


class InFile(Luggage):
    """What a small file says.

    Args:
        path: of the file.
        server: names the server that runs; a file of another one is ignored.
    """

    def __init__(self, path: Path, server: str, where: str = "server"):
        super().__init__()
        self.path, self.server, self.where = path, server, where
        self.look()

    def look(self) -> None:
        found, origin = {}, {}
        with contextlib.suppress(OSError, *_DAMAGED):
            with self.path.open("rb") as file:
                told = json.loads(file.read(kept_file.MAX_BYTES))
            if told["server"] == self.server:
                found = kept_file.read(_as_json(told["choices"]).encode(), self.path.name)
                origin = {name: lesson for name, lesson in told["from"].items()
                          if name in found and lesson in LESSONS}
        self.choices, self.origin = found, origin

    def _changed(self) -> None:
        with contextlib.suppress(OSError, Refusal):  # a full disk must not stop a lesson
            if self.choices:
                told = {"server": self.server, "from": self.origin,
                        "choices": json.loads(kept_file.as_text(self.choices))}
                write_whole(self.path, _as_json(told).encode(), "choices_not_saved")
            else:
                self.path.unlink(missing_ok=True)
        super()._changed()


@cache
def luggage() -> Luggage | None:
    """Where choices travel in this kernel; ``None`` where they do not."""
    from prepaid.steps.view import is_app  # views import this module

    if is_app():
        return InAddress(os.environ.get("QUERY_STRING", ""))
    if sys.platform == "emscripten":  # JupyterLite: the folder is in the reader's browser
        return InFile(Path.cwd() / f"{NAME}.json", "browser", "browser")
    if "JPY_SESSION_NAME" not in os.environ:
        return None
    from jupyter_core.paths import jupyter_runtime_dir

    return of_server(Path(jupyter_runtime_dir()), os.environ.get("JPY_PARENT_PID", ""))


def of_server(folder: Path, process: str) -> Luggage | None:
    """The luggage of a running server; files of servers that have stopped are deleted.

    Args:
        folder: where servers say that they run, each in ``jpserver-<process>.json``.
        process: the server's; where none of that number runs, the one started last is taken.
    """
    with contextlib.suppress(OSError):
        running = {path.stem.removeprefix("jpserver-"): path.stat().st_mtime_ns
                   for path in folder.glob("jpserver-*.json")}
        for old in folder.glob(f"{NAME}-*.json"):
            if old.stem.removeprefix(f"{NAME}-") not in running:
                old.unlink(missing_ok=True)
        if running:
            own = process if process in running else max(running, key=running.get)
            return InFile(folder / f"{NAME}-{own}.json", str(running[own]))
    return None


class Traveller(w.HBox):
    """The line at the head of a form: what has come along, from which lesson; and what takes the
    form's own choices on.

    Args:
        model: of the form.
        lesson: its number, a key of :data:`LESSONS`.
    """

    def __init__(self, model: Model, words: Words, lesson: int):
        self.model, self.words, self.lesson = model, words, lesson
        self._bag, self._begun, self._waiting = luggage(), False, None
        self._taken: dict[str, object] = {}
        self._line = w.HTML(layout=w.Layout(flex="1 1 20em", min_width="0"))
        self._forget = w.Button(description=words("travel.forget"), icon="trash",
                                layout=w.Layout(width="auto", display="none"))
        self._forget.on_click(lambda _: self.forget())
        super().__init__([self._line, self._forget], layout=w.Layout(
            flex_flow="row wrap", align_items="center", grid_gap="2px 12px"))
        self._example = model.carried()
        self._last = self._example

    def begin(self) -> None:
        """Take what has come along, and follow the form from now on; done once."""
        if self._bag is None or self._begun:
            return
        self._begun = True
        self._example = self.model.carried()  # which begins today by now
        self._bag.look()
        wanted = [*self.model.kept(), *self.model.takes]
        before = {name: getattr(self.model, name, None) for name in wanted}
        if not self._bag.choices.keys().isdisjoint(wanted):
            found = kept_file.put_in(self.model, wanted, self._bag.choices)
            self._taken = {name: value for name, value in found.items() if before[name] != value}
        self._last = self.model.carried()
        self._tell()
        self.model.observe(self._on_version, names="version")
        self._bag.observe(self._tell, names="version")

    def forget(self) -> None:
        """Forget what travels, and go back to the example."""
        self._taken = {}
        self.model.reset()
        self._last = self.model.carried()
        self._bag.forget()

    def _on_version(self, _change) -> None:
        if self._waiting:
            self._waiting.cancel()
        try:
            self._waiting = asyncio.get_running_loop().call_later(_PAUSE, self._put)
        except RuntimeError:
            self._put()

    def _put(self) -> None:
        """Pack what the reader has changed; what is as in the example again is left out."""
        if self.model.problem:
            return
        now = self.model.carried()
        gone, new = [], {}
        for fields in kept_file.FIELDS.values():
            said, before, first = ({name: one[name] for name in fields if name in one}
                                   for one in (now, self._last, self._example))
            if said != before:
                gone += [*said, *before]
                new |= said if said != first else {}
        self._last = now
        if gone or new:
            own = any(str(value).startswith(OWN) for value in new.values())
            new = {name: value for name, value in new.items()
                   if not (own and str(value).startswith(OWN))}
            self._taken = {name: value for name, value in self._taken.items()
                           if now.get(name, value) == value}
            self._bag.put(new, gone, self.lesson)

    def _tell(self, _change=None) -> None:
        there = bool(self._bag.choices)
        address = isinstance(self._bag, InAddress)
        self._forget.layout.display = "none" if address or not there else ""
        cell = (self._from(), self._on(address)) if there else None
        self._line.value = page.render(cell, lang=self.words.language) if cell else ""

    def _from(self) -> page.Cell:
        """Which choices came from which lesson, each with the way back to it."""
        words, lines = self.words, []
        for lesson in sorted({self._bag.origin.get(name, 0) for name in self._taken}):
            told = [*dict.fromkeys(
                choice_told(name, value, words) for name, value in self._taken.items()
                if self._bag.origin.get(name, 0) == lesson and not (
                    name == "hours" and "mode" in self._taken))]  # which says it
            more = len(told) > _TOLD
            what = words("travel.and_more", what=told[:_TOLD]) if more else words.list(told)
            named = words("travel.lesson", n=lesson) if lesson else words("travel.before")
            line = [page.named(words("travel.from", lesson=named)), what]
            if lesson and lesson != self.lesson:
                line += [" · ", self._link(lesson, words("travel.change"))]
            lines.append(h.p(style="margin:.2em 0")[line])
        return lines

    def _on(self, address: bool) -> page.Cell:
        words = self.words
        if not address:
            return page.note(words(f"travel.where.{self._bag.where}"))
        links = [link for number in LESSONS if number != self.lesson
                 for link in (" · ", self._link(number, words("travel.lesson", n=number)))]
        return page.note([
            words("travel.where.address"), links[1:], " · ",
            page.lesson(LESSONS[self.lesson], words("travel.forget"), words.language)])

    def _link(self, lesson: int, text: str) -> page.Cell:
        query = self._bag.query() if isinstance(self._bag, InAddress) else ""
        return page.lesson(LESSONS[lesson], text, self.words.language, query)


def choice_told(name: str, value, words: Words) -> str:
    """A choice in a few words: ``eSIM``, ``Days of stay: 12``, ``Hotspot: no``."""
    one, label = kept_file.INPUTS[name], words(f"input.{name}") if f"input.{name}" in words else ""
    match one:
        case Choice() if f"choice.{name}.{value}" in words:
            return words(f"choice.{name}.{value}")
        case Tick():
            return label if value else words("travel.not", input=label)
        case Day():
            return words("travel.value", input=label, value=words.date(value))
    if isinstance(value, int | float) and label:
        return words("travel.value", input=label, value=words.number(value))
    return words(f"choices.section.{one.keep}")


def _fits(name: str, value) -> bool:
    try:
        kept_file.INPUTS[name].checked(value)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return False
    return True


def _plain(text: str):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _as_json(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"),
                      default=lambda one: one.isoformat() if isinstance(one, dt.date) else str(one))
