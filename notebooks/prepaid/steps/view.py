"""What the views of all steps share: labelled inputs, a result, a preview without a kernel."""

import asyncio
import datetime as dt
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import htpy as h
import ipywidgets as w
from traitlets import TraitError

from prepaid.html import page
from prepaid.i18n import Refusal, Words, sendable
from prepaid.steps.field import Field, Told
from prepaid.steps.inputs import Choice, Clock, Day, Number, Tick, declared
from prepaid.steps.landing import after_run_all, land_on, landing_style
from prepaid.steps.model import Model, one_at_a_time
from prepaid.steps.travel import Traveller
from prepaid.steps.typed import read_number, read_otherwise, written

_LABEL = {"description_width": "initial"}
_ROW = {"display": "flex", "flex_flow": "row wrap", "align_items": "flex-end",
        "grid_gap": "2px 18px"}
_LINE = 34  # letters of a label and a choice that a line of a narrow window holds
_ALL, _FIRST, _LATER = slice(None), slice(1), slice(1, None)
_BOX, _DATE = "6.5em", "140px"  # the widths of boxes for a number and for a date
_PAUSE = 0.2  # seconds without a change
SOON = 0.01  # seconds that a kernel takes to send what it has
_DIM = '<div style="opacity:.45">'
AUTO = {"width": "auto", "max_width": "calc(100% - 4px)"}  # widgets have 2px around them


class StepView(w.VBox):
    """Inputs linked to a model, and what follows from them.

    A subclass gives the input widgets and :meth:`render`. Where no kernel runs, viewers show
    :meth:`preview`, which is the answer to the example and depends on nothing but the content.

    Args:
        lesson: where the form stands, if its choices are to travel from lesson to lesson, see
            :mod:`prepaid.steps.travel`.

    Attributes:
        model: the step's model.
        words: the language it speaks.
        once_stored: what is done when the view is shown, after what is stored of it was made: the
            example on its date is stored, and the reader's day and choices are on screen.
        entry: what has the focus once Run All is done, if the form is the first one that ran: a
            control by the answer that takes no key that scrolls for a change.
        fields: inputs that tell themselves what is wrong with them, by name.
    """

    entry: w.Widget | None = None

    def __init__(self, model: Model, words: Words, lesson: int | None = None, **kwargs):
        self.model, self.words = model, words
        self.once_stored: list[Callable[[], object]] = []
        self._traveller = Traveller(model, words, lesson) if lesson else None
        if self._traveller:
            self.once_stored.append(self._traveller.begin)
        self.inputs: list[w.Widget] = []
        self._labels: dict[str, str] = {}  # what each linked input asks for, by model_id
        self.fields: dict[str, Field] = {}
        self._problem, self._helps = Told(), Told()
        self._results = [w.HTML() for _ in self.parts()]
        laid_out = self.laid_out(self.controls())
        super().__init__([*laid_out, landing_style()] if self.entry else laid_out, **kwargs)
        self._waiting: asyncio.TimerHandle | None = None
        self._show_problem()
        self._show_helps()
        self._show(_ALL)
        model.observe(self._on_version, names="version")

    def controls(self) -> list[w.Widget]:
        """The inputs, in the order in which they are shown."""
        raise NotImplementedError

    def laid_out(self, controls: Sequence[w.Widget]) -> list[w.Widget]:
        """Inputs, what is wrong with them, and results, as they are shown."""
        head = [self._traveller] if self._traveller else []
        return [*head, *controls, self._problem, self._helps, *self._results, *self.foot()]

    def foot(self) -> Sequence[w.Widget]:
        """What stands below the answer."""
        return ()

    def parts(self) -> Sequence[Callable[[object, Words], page.Cell]]:
        """What makes the result out of an answer, the most wanted first: it is on screen before
        the rest is made."""
        raise NotImplementedError

    def result(self, today: dt.date | None, which: slice = _ALL) -> list[page.Cell]:
        """The result on the reader's date, or on none for what is stored in a notebook."""
        words = self.words.on(today)
        return [part(self.model.answer, words) for part in self.parts()[which]]

    def problem(self) -> page.Cell:
        """What is wrong with the inputs, and how to go on."""
        return page.alert(self.model.problem.tell(self.words))

    def helps(self) -> page.Cell:
        """What would help where nothing fits the inputs; it is on screen after what is wrong."""
        return None

    def summary(self) -> str:
        """The view in one line of plain text."""
        raise NotImplementedError

    def preview(self) -> str:
        """The view as it opens, as HTML for where no kernel runs."""
        if self.model.answer is None:
            return self._page(self.problem(), self.helps())
        return self._page(
            page.note(self.words("view.run_to_change")),
            page.details(self.words("view.chosen"), self.chosen()),
            (self.problem(), self.helps()) if self.model.problem else None,
            *self.result(None),
        )

    def chosen(self) -> page.Cell:
        """The inputs and their values, for the preview; those that are empty are left out."""
        return page.facts(
            (self.words("view.input", name=widget.description or self._labels[widget.model_id]),
             said)
            for widget in self.inputs
            if self.asked(widget) and (said := _value_label(widget, self.words)))

    def asked(self, widget: w.Widget) -> bool:
        """Whether an input counts, the others being as they are."""
        return True

    def _page(self, *parts: page.Cell) -> str:
        return page.render(*parts, lang=self.words.language)

    def _on_version(self, _change) -> None:
        """The first part of the answer is sent alone, since a kernel that goes on working keeps
        waiting what it has sent."""
        if self.model.problem:
            self._dim(_ALL)
            self._show_problem()
            self._helps.show("")
            self._in_a_pause(self._show_helps)
        else:
            self._show(_FIRST)
            self._in_a_pause(self._follow_up, SOON)

    def _follow_up(self) -> None:
        """What is out of date is dimmed until it is made."""
        self._show_problem()
        self._helps.show("")
        self._dim(_LATER)
        self._in_a_pause(lambda: self._show_from(_LATER.start))

    def _show_from(self, place: int) -> None:
        """Show a part and those after it; a change that comes in between is not kept waiting."""
        if place < len(self._results):
            self._show(slice(place, place + 1))
            self._in_a_pause(lambda: self._show_from(place + 1), 0)

    def _show_problem(self) -> None:
        at_fields = self._told_at_fields()
        told = self.model.problem and not at_fields
        self._problem.show(self._page(self.problem()) if told else "")

    def _show_helps(self) -> None:
        helps = self.helps() if self.model.problem else None
        self._helps.show(self._page(helps) if helps else "")

    def _told_at_fields(self) -> bool:
        """Tell at the fields what is wrong; whether the model's problem is among it."""
        problem = self.model.problem
        name = problem and problem.values.get("input")
        told = [field.check(problem if key == name else None) if self.asked(field.box)
                else field.told.show("") for key, field in self.fields.items()]
        return any(told)

    def _dim(self, which: slice) -> None:
        for box in self._results[which]:
            if box.value and not box.value.startswith(_DIM):
                box.value = _dimmed(box.value)

    def _show(self, which: slice) -> None:
        if self.model.answer is None:
            return
        texts = [*map(self._page, self.result(dt.date.today(), which))]
        # from below: who sees the first may go on to the next, which is not replaced any more
        for widget, text in reversed([*zip(self._results[which], texts, strict=True)]):
            widget.value = text

    def _in_a_pause(self, work: Callable[[], None], seconds: float = _PAUSE) -> None:
        """Do it once the reader pauses, so that the first part is not kept waiting for the rest.

        Without a running event loop, as outside of a kernel, it is done at once.
        """
        def alone() -> None:
            with one_at_a_time:
                if not waiting.cancelled():  # by a change that another thread answered meanwhile
                    work()

        if self._waiting:
            self._waiting.cancel()
        try:
            self._waiting = waiting = asyncio.get_running_loop().call_later(seconds, alone)
        except RuntimeError:
            work()

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        line = self.summary() if self.model.answer is not None else str(self.model.problem)
        bundle |= {"text/html": self.preview(), "text/plain": sendable(line)}
        while self.once_stored:
            self.once_stored.pop(0)()
        shown = self.model.version
        if self.entry:
            after_run_all(lambda: self.model.version == shown and land_on(self.entry))
        return bundle

    # inputs

    def linked(self, name: str, widget: w.Widget) -> w.Widget:
        """``widget`` as the input of the model's trait ``name``."""
        widget.description = self._labels[widget.model_id] = self.words(f"input.{name}")
        widget.style = _LABEL
        selects = hasattr(widget, "options")
        if isinstance(widget, w.Dropdown):
            _make_room(widget)
        if isinstance(widget, w.ToggleButtons):
            widget.style.button_width = "auto"  # that of its text, which would be cut off

        def to_model(change):
            if change["new"] is not None or not selects:
                setattr(self.model, name, change["new"])

        def to_widget(_change=None):
            value = getattr(self.model, name)
            if selects and value not in _on_offer(widget):
                value = None
            if widget.value is not value:  # "not a number" never equals itself
                with suppress(TraitError):  # what a widget cannot hold is told as a problem
                    widget.value = value

        to_widget()

        widget.observe(to_model, names="value")
        self.model.observe(to_widget, names=name)
        self.inputs.append(widget)
        return widget

    def tied(self, box: w.Widget, name: str, read: Callable, write: Callable) -> w.Widget:
        """``box`` as an input that shows and sets a part of the model's trait ``name``."""
        def to_model(change):
            write(change["new"])

        def to_widget(_change):
            box.unobserve(to_model, names="value")
            box.value = read()
            box.observe(to_model, names="value")

        box.style, box.layout, box.value = _LABEL, w.Layout(**AUTO), read()
        box.observe(to_model, names="value")
        self.model.observe(to_widget, names=name)
        self.inputs.append(box)
        return box

    def select(self, name: str, options: Iterable[tuple[str, object]]) -> w.Dropdown:
        """The input of the model's trait ``name`` as a choice among what the content offers."""
        return self.linked(name, w.Dropdown(options=options, layout=w.Layout(**AUTO)))

    def widget(self, name: str) -> w.Widget:
        """The widget of an input, by its declaration."""
        one, layout = self.model.traits()[name], w.Layout(**AUTO)
        match one:
            case Number():
                return self.typed(name)
            case Choice():
                options = [(self.words(f"choice.{name}.{value}"), value) for value in one.values]
                box = (w.ToggleButtons if one.buttons else w.Dropdown)(
                    options=options, layout=layout)
            case Tick():
                box = w.Checkbox(indent=False, layout=layout)
            case Day():
                box = w.DatePicker(layout=_as_wide_as(self.words(f"input.{name}"), _DATE))
            case Clock():
                box = w.Text(placeholder="HH:MM", layout=w.Layout(width="16em"))
        return self.linked(name, box)

    def typed(self, name: str, label: str = "") -> w.Text:
        """A box for a number, read as people write it."""
        label = label or self.words(f"input.{name}")
        box = w.Text(description=label, style=_LABEL, layout=_as_wide_as(label, _BOX))
        if page.letters(label) > _LINE:
            _put_below(box)
        return self.typed_into(
            box, name, lambda: getattr(self.model, name),
            lambda value: setattr(self.model, name, value), self.model.traits()[name].unit)

    def typed_into(self, box: w.Text, name: str, read: Callable, write: Callable,
                   unit: str) -> w.Text:
        """``box`` for a number of some unit that is a part of the model's trait ``name``; it keeps
        what was typed as long as that says what the model has. What is no number is written as it
        was typed."""
        def to_model(change) -> None:
            value, before = read_number(change["new"], unit), read()
            write(change["new"] if value is None else value)
            if value == before:  # the model does not change, but how it was typed does
                self._told_at_fields()

        def to_widget(_change=None) -> None:
            value = read()
            if not (isinstance(value, int | float) and read_number(box.value, unit) == value):
                box.value = written(value)

        to_widget()
        box.observe(to_model, names="value")
        self.model.observe(to_widget, names=name)
        self.inputs.append(box)
        return box

    def field(self, name: str, box: w.Widget | None = None) -> w.Widget:
        """The widget of an input; below what is typed stands what is wrong with it."""
        box = box or self.widget(name)
        if isinstance(self.model.traits()[name], Choice | Tick):
            return box
        return self.field_of(name, box, lambda: self.model.checked(name),
                             figures=isinstance(self.model.traits()[name], Number | Clock))

    def field_of(self, name: str, box: w.Widget, check: Callable[[], object], *,
                 figures: bool = False) -> Field:
        """``box`` as the field ``name``, see :class:`prepaid.steps.field.Field`; whether ``check``
        returns the number or the time that was read."""
        self.fields[name] = field = Field(
            box, check, lambda problem: self._page(page.field_alert(problem.tell(self.words))),
            lambda said: self._read_as(box, said) if figures else "")
        return field

    def _read_as(self, box: w.Widget, said: object) -> str:
        """How a number or a time was read that was typed in other figures."""
        if not read_otherwise(box.value, said):
            return ""
        said = said if isinstance(said, str) else self.words.number(said, 4)
        return self._page(page.note(self.words("view.read_as", said=said)))

    def row(self, *names: str) -> w.Box:
        """The widgets of some inputs, side by side."""
        return row(*map(self.field, names))

    def needs_row(self) -> w.Box:
        """The inputs for what a plan has to offer, those that are rare in a fold, and the button
        that resets all."""
        asked = declared(type(self.model))["needs"]
        often = [self.widget(name) for name, one in asked.items() if not one.rare]
        rare = [self.field(name) for name, one in asked.items() if one.rare]
        more, fold = self.fold("pick.rare", row(*rare))
        self.entry = more
        return w.VBox([row(*often), row(more), fold, row(self.reset_button())])

    def fold(self, key: str, *parts: w.Widget) -> tuple[w.ToggleButton, w.VBox]:
        """A button and what it shows; no Accordion, whose grey title is too light to read."""
        fold = w.VBox(parts, layout=w.Layout(display="none"))
        more = w.ToggleButton(description=self.words(key), icon="angle-down",
                              layout=w.Layout(**AUTO))
        more.observe(lambda change: setattr(
            fold.layout, "display", "flex" if change["new"] else "none"), "value")
        return more, fold

    def heading(self, key: str) -> w.HTML:
        """The heading of a group of inputs."""
        return w.HTML(self._page(page.heading(self.words(key))))

    def reset_button(self) -> w.Button:
        """Back to the example."""
        return button(self.words("view.reset"), "undo", self.model.reset)


def _dimmed(html: str) -> str:
    """What is out of date, to be seen as that and not read out again."""
    silent = html.replace(' role="status"', "").replace(' aria-live="polite"', "")
    return f"{_DIM}{silent}</div>"


def is_app() -> bool:
    """Whether Voilà shows this lesson: without code, from a folder that its visitors share."""
    return "VOILA_KERNEL_ID" in os.environ


def outcome(do: Callable[[], page.Cell], tell: Callable[[Refusal], page.Cell]) -> page.Cell:
    """What doing something led to, or why it was refused."""
    try:
        return h.p(role="status")[do()]
    except Refusal as refusal:
        return tell(refusal)


def button(text: str, icon: str, do: Callable[[], object]) -> w.Button:
    """A button that does something."""
    made = w.Button(description=text, icon=icon, layout=w.Layout(**AUTO))
    made.on_click(lambda _: do())
    return made


def upload(text: str, icon: str, accept: str, take: Callable[[str, bytes], object]) -> w.FileUpload:
    """A box for one file, which is taken by its name and content."""
    box = w.FileUpload(description=text, icon=icon, accept=accept, layout=w.Layout(**AUTO))

    def taken(change) -> None:
        if change["new"]:
            (file,) = change["new"]
            take(file["name"], bytes(file["content"]))
            box.value = ()  # so that the same file can be chosen again

    box.observe(taken, names="value")
    return box


def grid(*widgets: w.Widget) -> w.Box:
    """Widgets with labels of any length, in as many columns as the window takes."""
    for widget in widgets:
        widget.layout = w.Layout(width="auto", min_width="0")
        widget.style = {"description_width": "70%"}
    columns = "repeat(auto-fill, minmax(min(100%, 24em), 1fr))"
    return w.Box(widgets, layout=w.Layout(
        display="grid", grid_template_columns=columns, grid_gap="2px 18px", width="100%"))


def row(*widgets: w.Widget) -> w.Box:
    """Widgets side by side, on as many lines as the window needs."""
    return w.Box(widgets, layout=w.Layout(**_ROW))


def _on_offer(widget: w.Widget) -> set:
    return {option[1] if isinstance(option, tuple) else option for option in widget.options}


def _make_room(select: w.Dropdown) -> None:
    """Put choices below their label where a narrow window could not hold both on a line."""
    labels = (option[0] if isinstance(option, tuple) else option for option in select.options)
    if page.letters(select.description) + max(map(page.letters, labels), default=0) > _LINE:
        put_choices_below(select)


def put_choices_below(*selects: w.Dropdown) -> None:
    """Put the choices of selects below their labels, as of all in a row where one needs it."""
    for select in selects:
        _put_below(select)
        select.layout.height = "58px"


def _put_below(box: w.Widget) -> None:
    """Put what is chosen or typed below its label."""
    box.layout.flex_flow, box.layout.align_items = "column", "stretch"
    box.style = {"description_width": "fit-content"}


def _as_wide_as(label: str, box: str) -> w.Layout:
    """The layout of a box beside its label, no wider than it has to be."""
    return w.Layout(**AUTO | {"width": f"calc({page.letters(label)}ch + {box})"})


def _value_label(widget: w.Widget, words: Words) -> str:
    """What an input says; "" where nothing."""
    value = widget.value
    if isinstance(value, bool):
        return words("view.yes" if value else "view.no")
    if isinstance(widget, w.DatePicker):
        return words.date(value) if value else ""
    return str(getattr(widget, "label", value) or "")
