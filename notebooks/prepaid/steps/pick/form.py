"""The three questions of the picker, with what is wrong told right at the field."""

import datetime as dt
from collections.abc import Callable, Iterator

import ipywidgets as w

from prepaid.catalogue.usage import Rate, activities, daily_need_mb
from prepaid.html import page
from prepaid.html.plans import activity_name
from prepaid.i18n import Refusal, Words
from prepaid.steps.inputs import Clock, Number, declared
from prepaid.steps.pick.model import PickModel, PickUse
from prepaid.steps.typed import SpecialDays, read_number, written
from prepaid.steps.view import StepView

_SHOWN, _HIDDEN = "flex", "none"
_NARROW, _WIDE, _DATE = "12em", "100%", "190px"
_TICKS = ("us_number", "hotspot", "us_card", "us_address", "in_us", "port_in")
_NAMED = 3  # activities in the line on use
_FIELD_OF = {"date_missing": "start", "date_far": "start", "arrive_after_leave": "leave"}


class Field(w.VBox):
    """An input, and right below it what is wrong with it."""

    def __init__(self, box: w.Widget, tell: Callable[[], page.Cell], draw: Callable[..., str]):
        self.box, self._tell, self._draw = box, tell, draw
        self._told = w.HTML(layout=w.Layout(display=_HIDDEN, width="auto"))
        super().__init__([box, self._told], layout=w.Layout(max_width="100%"))

    def check(self, problem: Refusal | None = None) -> bool:
        """Say what is wrong with it, by itself or by ``problem``; whether anything is."""
        told = self._tell() or problem
        self.show(self._draw(told) if told else "")
        return bool(told)

    def show(self, text: str) -> None:
        """Show what is wrong, or nothing."""
        if text != self._told.value:
            self._told.value = text
            self._told.layout.display = None if text else _HIDDEN


class PickForm(StepView):
    """What a reader is asked; :class:`prepaid.steps.pick.view.PickView` answers.

    Attributes:
        fields: every input that can be wrong, by name; hours by activity as ``hours.<activity>``.
        named: the widget of each input, by name.
    """

    model: PickModel

    def controls(self) -> list[w.Widget]:
        self.fields: dict[str, Field] = {}
        self.named: dict[str, w.Widget] = {}
        return [*self._how_long(), *self._how_used(), *self._who()]

    # 1

    def _how_long(self) -> Iterator[w.Widget]:
        first, days = self._field("start", self.widget("start")), self._field("days")
        first.box.layout.width, days.box.layout.width = _DATE, "7em"
        self._last = w.DatePicker(
            description=self.words("input.last_day"), style=first.box.style,
            layout=w.Layout(width=_DATE))
        self._pinned: dt.date | None = None  # a last day that was set after the number of days
        self._following = False
        self._set_last()
        first.box.observe(self._on_first, names="value")
        self._last.observe(self._on_last, names="value")
        self.model.observe(self._on_days, names="days")
        more, fold = self.fold("pick.more_stay", close_row(
            self._field("arrive"), self._field("leave")), self._field("special_days"),
            self._note("pick.special_days_note"))
        yield self._question("pick.how_long")
        yield close_row(first, days, self._last, more)
        yield fold

    def _set_last(self, _change=None) -> None:
        """Show the last day of the stay as it is."""
        try:
            last = self.model.checked("start") + dt.timedelta(self.model.checked("days") - 1)
        except Refusal:
            return
        self._following = True
        self._last.value = last
        self._following = False

    def _on_days(self, _change) -> None:
        if not self._following:
            self._pinned = None

    def _on_last(self, change) -> None:
        """The days follow; a first day after it moves, so that the days stay."""
        last, first = change["new"], self.model.start
        if self._following or last is None or not isinstance(first, dt.date):
            return
        if last >= first:
            self._set(days=(last - first).days + 1)
        else:
            try:
                self._set(start=last - dt.timedelta(self.model.checked("days") - 1))
            except Refusal:
                self._set(start=last, days=1)
        self._pinned = last

    def _on_first(self, change) -> None:
        """Where the last day was set by date it stays, unless the first day is after it."""
        first, last = change["new"], self._pinned
        if self._following or not (first and last):
            return
        if first > last:
            self._pinned = None
        else:
            self._set(days=(last - first).days + 1)

    def _set(self, **inputs) -> None:
        self._following = True
        self.model.update(**inputs)
        self._following = False

    # 2

    def _how_used(self) -> Iterator[w.Widget]:
        self._mode = mode = self.widget("mode")
        mode.description = ""
        mode.tooltips = [self.words(f"pick.mode_tip.{name}") for name in self.model.traits()[
            "mode"].values]
        self._use = w.HTML(layout=w.Layout(width="auto"))
        level, hours = self.widget("level"), [self._hours_field(activities()[name])
                                              for name in self.model.hours]
        gb, gb_per = self._field("gb"), self.widget("gb_per")
        gb.box.layout.width = "7em"
        self._of_mode = {"activities": [level, *(one.box for one in hours)],
                         "gb": [gb.box, gb_per]}
        grid = w.Box(hours, layout=w.Layout(
            display="grid", grid_template_columns="repeat(auto-fill, minmax(min(100%, 18em), 1fr))",
            width="100%"))
        self._boxes = {"activities": w.VBox([grid, close_row(level)]), "gb": close_row(gb, gb_per)}
        self._show_mode()
        self.model.observe(self._show_mode, names="mode")
        self._show_use()
        yield self._question("pick.how_used")
        yield mode
        yield from self._boxes.values()
        yield self._use

    def _hours_field(self, rate: Rate) -> Field:
        name = rate.activity_id

        def write(text: str) -> None:
            value = read_number(text)
            self.model.hours = {**self.model.hours, name: text if value is None else value}

        def wrong() -> Refusal | None:
            return _refusal(lambda: daily_need_mb({name: self.model.hours.get(name, 0)}, 1))

        label = self.words(f"pick.per_{rate.per}", activity=activity_name(rate, self.words))
        box = w.Text(description=label, continuous_update=True)
        self._typed(box, "hours", lambda: self.model.hours.get(name, 0), write)
        box.style, box.layout.width = {"description_width": "70%"}, _WIDE
        self.fields[f"hours.{name}"] = field = Field(box, wrong, self._told_at)
        return field

    def _show_mode(self, _change=None) -> None:
        for mode, box in self._boxes.items():
            box.layout.display = _SHOWN if mode == self.model.mode else _HIDDEN

    def _show_use(self, _change=None) -> None:
        try:
            use = self.model.use()
        except Refusal:
            return
        self._use.value = self._page(use_told(use, self.model.start, self.words))

    def chosen(self) -> page.Cell:
        """As for all steps; what needs no label on screen has one here."""
        named = {id(self._mode): "mode", id(self._sim): "sim"}
        for box in (self._mode, self._sim):
            box.description = self.words(f"input.{named[id(box)]}")
        try:
            return super().chosen()
        finally:
            self._mode.description = self._sim.description = ""

    def asked(self, widget: w.Widget) -> bool:
        return not any(widget in inputs for mode, inputs in self._of_mode.items()
                       if mode != self.model.mode)

    # 3

    def _who(self) -> Iterator[w.Widget]:
        self._sim = sim = self.widget("sim")
        sim.description = ""
        asked = declared(type(self.model))["needs"]
        often = {name: self._tick(name) for name in _TICKS}
        rare = [self._field(name) if isinstance(one, Number) else self.widget(name)
                for name, one in asked.items() if name not in ("sim", *_TICKS)]
        rare.insert(0, self.widget("network"))
        more, fold = self.fold("pick.more_you", close_row(*rare))
        yield self._question("pick.you")
        yield close_row(sim, self._check_device())
        yield w.Box([*often.values()], layout=w.Layout(
            display="grid", grid_template_columns="repeat(auto-fill, minmax(160px, 1fr))",
            width="100%"))
        yield more
        yield fold
        yield close_row(self.reset_button())

    def _tick(self, name: str) -> w.Checkbox:
        box = self.widget(name)
        box.description = self.words(f"pick.tick.{name}")
        box.layout.width = "auto"
        return box

    def _check_device(self) -> w.HTML:
        link = page.lesson("01-ready", self.words("pick.not_sure"), self.words.language)
        return w.HTML(self._page(link), layout=w.Layout(width="5.5em"))

    # fields

    def widget(self, name: str) -> w.Widget:
        """As for all steps, but what is typed is read as people write it."""
        self.named[name] = box = self._widget(name)
        return box

    def _widget(self, name: str) -> w.Widget:
        one = self.model.traits()[name]
        if isinstance(one, SpecialDays):
            one_line = w.Text(placeholder=self.words("pick.special_days_example"))
            one_line.layout.width = _WIDE
            return self.linked(name, one_line)
        if not isinstance(one, Number):
            return super().widget(name)
        box = w.Text(description=self.words(f"input.{name}"), continuous_update=True)

        def write(text: str) -> None:
            value = read_number(text)
            setattr(self.model, name, text if value is None else value)

        return self._typed(box, name, lambda: getattr(self.model, name), write)

    def _typed(self, box: w.Text, name: str, read: Callable, write: Callable) -> w.Text:
        """A box for a number; it keeps what was typed as long as that says what the model has."""
        def to_widget(_change=None) -> None:
            value = read()
            if not (isinstance(value, int | float) and read_number(box.value) == value):
                box.value = written(value)

        box.style, box.layout = {"description_width": "initial"}, w.Layout(width="auto")
        to_widget()
        box.observe(lambda change: write(change["new"]), names="value")
        self.model.observe(to_widget, names=name)
        self.inputs.append(box)
        return box

    def _field(self, name: str, box: w.Widget | None = None) -> Field:
        box = box or self.widget(name)
        trait = self.model.traits()[name]
        if isinstance(trait, Clock):
            box.layout.width = _NARROW
        self.fields[name] = field = Field(
            box, lambda: _refusal(lambda: self.model.checked(name)), self._told_at)
        return field

    def _told_at(self, problem: Refusal) -> str:
        return self._page(page.field_alert(problem.tell(self.words)))

    def _question(self, key: str) -> w.HTML:
        return w.HTML(self._page(page.question(self.words(key))), layout=w.Layout(width="auto"))

    def _note(self, key: str) -> w.HTML:
        return w.HTML(self._page(page.note(self.words(key))), layout=w.Layout(width="auto"))

    def check_fields(self) -> bool:
        """Tell at the fields what is wrong; whether the model's problem is among it."""
        problem = self.model.problem
        name = problem and (problem.values.get("input") or _FIELD_OF.get(problem.code))
        wrong = {key: field.check(problem if key == name else None)
                 for key, field in self.fields.items() if self._is_asked(key)}
        return any(wrong.values())

    def _is_asked(self, key: str) -> bool:
        if self.asked(self.fields[key].box):
            return True
        self.fields[key].show("")
        return False


def close_row(*widgets: w.Widget) -> w.Box:
    """Widgets side by side, close together, on as many lines as they need."""
    return w.Box(widgets, layout=w.Layout(
        display="flex", flex_flow="row wrap", align_items="center", grid_gap="0 6px"))


def _refusal(check: Callable[[], object]) -> Refusal | None:
    try:
        check()
    except Refusal as refusal:
        return refusal
    return None


def use_told(use: PickUse, start: dt.date, words: Words) -> page.Cell:
    """What a day takes, what it adds up to, and what each activity takes of it."""
    shares = [words("pick.share", activity=activity_name(activities()[name], words), part=part)
              for name, part in [*use.shares.items()][:_NAMED]]
    lines = [words("pick.use", day=use.usual_mb, total=use.total_mb)]
    if shares:
        lines.append(words("pick.use_shares", shares=shares))
    for first, last, mb in use.special:
        dates = {"first": start + dt.timedelta(first), "last": start + dt.timedelta(last)}
        lines.append(words("pick.use_day" if first == last else "pick.use_days", mb=mb, **dates))
    return page.note(words("text.space").join(lines))
