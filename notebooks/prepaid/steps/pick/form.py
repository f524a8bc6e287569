"""The three questions of the picker, with what is wrong told right at the field."""

import datetime as dt
from collections.abc import Iterator

import htpy as h
import ipywidgets as w

from prepaid.catalogue.usage import Rate, activities, daily_need_mb
from prepaid.html import page
from prepaid.html.plans import activity_name
from prepaid.i18n import Refusal, Words
from prepaid.steps.field import Field, Told
from prepaid.steps.inputs import Clock, declared, not_past, today
from prepaid.steps.pick.model import GB_PER, PRESETS, PickModel, PickUse, presets
from prepaid.steps.pick.special_days import SpecialDays
from prepaid.steps.view import StepView

_SHOWN, _HIDDEN = "flex", "none"
_NARROW, _WIDE, _DATE = "12em", "100%", "190px"
_TICKS = ("us_number", "hotspot", "us_card", "us_address", "in_us", "port_in")
_NAMED = 3  # activities in the line on use
MONTH = GB_PER["month"]


class PickForm(StepView):
    """What a reader is asked; :class:`prepaid.steps.pick.view.PickView` answers.

    Attributes:
        named: the widget of each input, by name.
    """

    model: PickModel

    def controls(self) -> list[w.Widget]:
        self.named: dict[str, w.Widget] = {}
        return [*self._how_long(), *self._how_used(), *self._who()]

    # 1

    def _how_long(self) -> Iterator[w.Widget]:
        first, days = self.field("start"), self.field("days")
        first.box.layout.width, days.box.layout.width = _DATE, "7em"
        self._last = w.DatePicker(
            description=self.words("input.last_day"), style=first.box.style,
            layout=w.Layout(width=_DATE))
        self._pinned: dt.date | None = None  # a last day that was set after the number of days
        self._following = False
        last = self.field_of("last_day", self._last, lambda: None)
        self._moved = Told()
        self._set_last()
        first.box.observe(self._on_first, names="value")
        self._last.observe(self._on_last, names="value")
        self.model.observe(self._on_days, names="days")
        special = self.field("special_days")
        special.layout.flex = "1 1 10em"
        more, fold = self.fold("pick.more_stay", close_row(
            self.field("arrive"), self.field("leave")), self._note("pick.special_days_note"))
        yield self._question("pick.how_long")
        yield close_row(first, days, last)
        yield self._moved
        yield close_row(special, more)
        yield fold

    def _set_last(self, _change=None) -> None:
        """Show the last day of the stay as it is, unless one was set that is refused."""
        if self.model.refused:
            return
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
            self._moved.show("")

    def _on_last(self, change) -> None:
        """The days follow; a first day after it moves, so that the days stay as far as no day is in
        the past, and that is told. A last day in the past is refused."""
        last, first = change["new"], self.model.start
        if self._following or last is None or not isinstance(first, dt.date):
            return
        try:
            not_past(last, "last_day")
        except Refusal as refusal:
            self.model.refuse(refusal)
            return
        moves = last < first
        if moves:
            try:
                first = last - dt.timedelta(self.model.checked("days") - 1)
            except Refusal:
                first = last
        first = min(max(first, today()), last)
        self._set(start=first, days=(last - first).days + 1)
        self._pinned = last
        told = page.note(h.span(role="status")[self.words("pick.first_moved", first=first)])
        self._moved.show(self._page(told) if moves else "")

    def _on_first(self, change) -> None:
        """Where the last day was set by date it stays, unless the first day is after it, or in the
        past, which is told."""
        first, last = change["new"], self._pinned
        if self._following:
            return
        self._moved.show("")
        if not (first and last):
            return
        if self.model.problem and self.model.problem.code == "date_past":
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
        mode.tooltips = [
            self.words(f"pick.mode_tip.{name}", mb=sum(daily_need_mb(presets()[name], MONTH))
                       if name in PRESETS else 0) for name in self.model.traits()["mode"].values]
        self._use = w.HTML(layout=w.Layout(width="auto"))
        level, hours = self.widget("level"), [self._hours_field(activities()[name])
                                              for name in self.model.hours]
        gb, gb_per = self.field("gb"), self.widget("gb_per")
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

        def write(value: float | str) -> None:
            self.model.hours = {**self.model.hours, name: value}

        def check() -> float:
            try:
                daily_need_mb({name: self.model.hours.get(name, 0)}, 1)
            except Refusal as refusal:
                empty = not str(self.model.hours.get(name)).strip()
                raise Refusal(refusal.code + "_empty" * empty,
                              **refusal.values | {"activity": shown}) from None
            return self.model.hours.get(name, 0)

        shown = activity_name(rate, self.words)
        label = self.words(f"pick.per_{rate.per}", activity=shown)
        box = w.Text(description=label, layout=w.Layout(width=_WIDE))
        unit = "hours" if rate.per == "hour" else "times"
        self.typed_into(box, "hours", lambda: self.model.hours.get(name, 0), write, unit)
        box.style = {"description_width": "70%"}
        return self.field_of(f"hours.{name}", box, check, figures=True)

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
        rare = [self.field(name) for name in asked if name not in ("sim", *_TICKS)]
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
        box.layout.width, box.layout.margin = "auto", "0 2px"
        return box

    def _check_device(self) -> w.HTML:
        link = page.lesson("01-ready", self.words("pick.not_sure"), self.words.language)
        return w.HTML(self._page(link), layout=w.Layout(width="5.5em"))

    # fields

    def widget(self, name: str) -> w.Widget:
        """As for all steps, and days of another use as text."""
        one = self.model.traits()[name]
        if isinstance(one, SpecialDays):
            box = w.Text(placeholder=self.words("pick.special_days_example"),
                         layout=w.Layout(width=_WIDE))
            self.named[name] = self.linked(name, box)
        else:
            self.named[name] = super().widget(name)
        if isinstance(one, Clock):
            self.named[name].layout.width = _NARROW
        return self.named[name]

    def _question(self, key: str) -> w.HTML:
        return w.HTML(self._page(page.question(self.words(key))), layout=w.Layout(width="auto"))

    def _note(self, key: str) -> w.HTML:
        return w.HTML(self._page(page.note(self.words(key))), layout=w.Layout(width="auto"))


def close_row(*widgets: w.Widget) -> w.Box:
    """Widgets side by side, close together, on as many lines as they need."""
    return w.Box(widgets, layout=w.Layout(
        display="flex", flex_flow="row wrap", align_items="center", grid_gap="0 6px"))


def use_told(use: PickUse, start: dt.date, words: Words) -> page.Cell:
    """What a day takes, what it adds up to, and what each activity takes of it."""
    shares = [words("pick.share", activity=activity_name(activities()[name], words), part=part)
              for name, part in [*use.shares.items()][:_NAMED]]
    lines = [words("pick.use_long" if use.days >= 2 * MONTH else "pick.use", day=use.usual_mb,
                   month=use.usual_mb * MONTH, total=use.total_mb)]
    if shares:
        lines.append(words("pick.use_shares", shares=shares))
    for first, last, mb in use.special:
        dates = {"first": start + dt.timedelta(first), "last": start + dt.timedelta(last)}
        lines.append(words("pick.use_day" if first == last else "pick.use_days", mb=mb, **dates))
    return page.note(words("text.space").join(lines))
