"""Inputs, each declared once: what fits, how it is asked for, and where it is kept.

An input is a trait of a model. It holds whatever is put in, so that a view can show it and say what
is wrong; :meth:`Input.checked` tells what fits. By its declaration a view makes its widget, and the
file of kept choices knows its section::

    class PickModel(Needs, ShelfModel):
        days = Number(1, 365, whole=True, keep="stay")
"""

import datetime as dt
from collections.abc import Iterable
from itertools import count

import traitlets as tl

from prepaid.catalogue.plans import HAVES, SIMS
from prepaid.i18n import Refusal
from prepaid.steps.typed import read_clock

SLOW_KBPS = (0, 128, 256, 512, 1000, 1500)  # 0: slow data does not count as usable
SECTIONS = ("ready", "stay", "use", "needs", "plan")  # of the file of kept choices
YEARS = (2000, 2100)

_DECLARED = count()


class Input:
    """What all kinds of input have; another base is the trait that holds the value.

    Args:
        keep: one of ``SECTIONS``; by default it is not kept.
        rare: whether a form folds it away.

    Attributes:
        place: counts the declarations, since a class does not keep its traits in order.
    """

    def __init__(self, *args, keep: str = "", rare: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.keep, self.rare, self.place = keep, rare, next(_DECLARED)
        self.tag(input=True)

    def checked(self, value):
        """``value``, also as a file has it, as a model uses it; a ValueError if it does
        not fit, a Refusal where a reader can put it in."""
        raise NotImplementedError


class Number(Input, tl.Any):
    """A number within bounds, answered at every key; ``unit`` is that of
    :func:`prepaid.steps.typed.read_number`."""

    def __init__(self, low: float, high: float, default: float | None = None, *,
                 whole: bool = False, unit: str = "", **kept):
        super().__init__(default, **kept)
        self.low, self.high, self.whole, self.unit = low, high, whole, unit

    def checked(self, value) -> float:
        found = number(value, self.name, self.low, self.high, whole=self.whole)
        if self.unit == "%" and 0 < found < 1:  # 0.08 for 8 %
            raise Refusal("percent_small", input=self.name, value=found, hundred=100 * found)
        return found


class Choice(Input, tl.Enum):
    """One of some values, called by the strings ``choice.<name>.<value>``; as a list or buttons."""

    def __init__(self, values: Iterable, default: object = None, *, buttons: bool = False, **kept):
        values = list(values)
        super().__init__(values, values[0] if default is None else default, **kept)
        self.buttons = buttons

    def checked(self, value):
        return among(value, self.values)


class Tick(Input, tl.Bool):
    """Yes or no."""

    def checked(self, value) -> bool:
        return among(value, (True, False))


class Day(Input, tl.Any):
    """A date; ``missing`` is the refusal where there is none, ``far`` that of other centuries."""

    def __init__(self, missing: str = "date_missing", far: str = "date_far", **kept):
        super().__init__(**kept)
        self.missing, self.far = missing, far

    def checked(self, value) -> dt.date:
        date = dt.date.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(date, dt.date):
            raise Refusal(self.missing)
        if not YEARS[0] <= date.year <= YEARS[1]:
            raise Refusal(self.far, value=date, first=YEARS[0], last=YEARS[1])
        return date


class Clock(Input, tl.Any):
    """A time of day as the text ``HH:MM``; empty where the whole day counts."""

    def __init__(self, **kept):
        super().__init__("", **kept)

    def checked(self, value) -> str:
        text = str(value or "").strip()
        if not text:
            return ""
        if clock := read_clock(text):
            return clock
        one, other = (read_clock(half + text) for half in ("am", "pm"))
        if one and other:
            raise Refusal("clock_half", input=self.name, value=text, one=one, other=other)
        raise Refusal("clock", input=self.name, value=text)


class Needs(tl.HasTraits):
    """What a plan has to offer, what the reader has, and how costs are counted: the same in every
    step that asks."""

    sim = Choice(SIMS, buttons=True, keep="needs")
    us_number = Tick(False, keep="needs")
    hotspot = Tick(False, keep="needs")
    us_address = Tick(False, keep="needs")
    us_card = Tick(False, keep="needs")
    in_us = Tick(True, keep="needs")
    port_in = Tick(False, keep="needs")
    known_customer = Tick(False, keep="needs", rare=True)
    doubtful = Tick(False, keep="needs", rare=True)
    slow_ok_kbps = Choice(SLOW_KBPS, keep="needs", rare=True)
    tax_percent = Number(0, 100, 0.0, unit="%", keep="needs", rare=True)
    purchase_bother_usd = Number(0, 100, 1, unit="USD", keep="needs", rare=True)
    move_bother_usd = Number(0, 100, 3, unit="USD", keep="needs", rare=True)

    def needs(self) -> dict:
        """What a plan has to offer and may ask for, see :func:`prepaid.catalogue.plans.select`."""
        names = ("sim", "us_number", "hotspot", *HAVES, "doubtful")
        return {name: getattr(self, name) for name in names} | {
            "new_customer": not self.known_customer}

    def options(self) -> dict:
        """What :func:`prepaid.cheapest_schedule` is to be asked with."""
        return {
            "slow_ok_kbps": self.slow_ok_kbps or None,
            "new_customer": not self.known_customer,
            "tax_rate": self.checked("tax_percent") / 100,
            "per_purchase_usd": self.checked("purchase_bother_usd"),
            "per_move_usd": self.checked("move_bother_usd"),
            "doubtful": self.doubtful,
        }


def number(value, name: str, low: float, high: float, *, whole: bool = False) -> float:
    """``value`` if it is a number within bounds; else the refusal that names the input, a key of
    the strings' ``input`` table, and what is allowed."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not fits or (whole and value != int(value)):
        code = "whole_number_range" if whole else "number_range"
        said = {"input": name, "low": low, "high": high}
        if value is None or not str(value).strip():
            raise Refusal(f"{code}_empty", **said)
        raise Refusal(code, value=value, **said)
    return int(value) if whole else value


def today() -> dt.date:
    """The day on the clock of the computer that the lesson runs on."""
    return dt.date.today()


def not_past(date: dt.date, name: str) -> None:
    """Refuse a day that has passed, for the input of that name; yesterday is still today somewhere
    in the US where the lesson runs further east."""
    if date < today() - dt.timedelta(1):
        raise Refusal("date_past", input=name, date=date)


def among(value, values: Iterable):
    """``value`` if it is one of these, and of the same type; else a ValueError."""
    if not any(type(value) is type(one) and value == one for one in values):
        raise ValueError(value)
    return value


def time_of(text: str) -> dt.time | None:
    """The time that a :class:`Clock` holds, checked."""
    return dt.time.fromisoformat(text) if text else None


def declared(*models: type[tl.HasTraits]) -> dict[str, dict[str, Input]]:
    """The inputs of some models that are kept, by section and name, in order of declaration."""
    found: dict[str, dict[str, Input]] = {section: {} for section in SECTIONS}
    for model in models:
        kept = (trait for trait in model.class_traits(input=True).values()
                if getattr(trait, "keep", ""))
        for trait in sorted(kept, key=lambda trait: trait.place):
            found[trait.keep].setdefault(trait.name, trait)
    return found
