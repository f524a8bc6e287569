"""What an answer says, whatever its shape: a number, names of plans, values by name, a picture.

Learners answer with a number, a column, a table, a list, a dictionary; in cents of a decimal type,
in any order. Each kind of exercise reads an answer into one plain form, so that the same answer in
another shape is the same. What cannot be read is ``None``; nothing here raises.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from numbers import Real
from typing import NamedTuple

import numpy as np
import pandas as pd

_MOST = 20_000  # items of an answer that are looked at
_MELTED = ["activity_id", "variable", "value"]  # as `melt` names them, whatever else is kept
_NEAR = 0.006  # an answer may be rounded to cents
_LISTS = (list, tuple, set, frozenset, pd.Index, np.ndarray, pd.api.extensions.ExtensionArray,
          type({}.keys()), type({}.values()))
_TRUE, _FALSE = "true", "false"
_SYNONYMS = {"yes": _TRUE, "true": _TRUE, "no": _FALSE, "false": _FALSE, "1": _TRUE, "0": _FALSE,
             "1.0": _TRUE, "0.0": _FALSE}
_NOTHING = {"", "nan", "none", "<na>", "nat", "not known", "unknown", "not_known", "na", "null"}


class Reader(NamedTuple):
    """How the answers to an exercise are read."""

    kind: str  # one of KINDS
    plans: pd.DataFrame  # the plans as the learner has them, for row labels and masks
    value: str = ""  # the column that holds what was asked for, where a table has several
    by: str = "plan_id"  # the column with the names that the values belong to

    def read(self, answer):
        """The answer in the plain form of this kind; ``None`` where it says no such thing."""
        try:
            return KINDS[self.kind](answer, self)
        except Exception:  # whatever a learner's object does
            return None

    def same(self, one, other) -> bool:
        """Whether two answers say the same; they are of one kind of thing if neither is read."""
        try:
            here, there = self.read(one), self.read(other)
            if here is None or there is None:
                return here is there and _likeness(one) == _likeness(other) is not None
            if self.kind == "order":
                here, there = (self._worth(names) for names in (here, there))
            return equal(here, there)
        except Exception:
            return False

    def _worth(self, names: tuple) -> tuple:
        """What an order is made by, since plans of the same worth may stand in either order."""
        by_name = self.plans.set_index("plan_id")[self.value]
        return tuple(float(by_name[name]) for name in names)


# ------------------------------------------------------------------------------ the kinds of answer


def _order(answer, reader: Reader) -> tuple | None:
    return None if isinstance(answer, set | frozenset) else tuple(_plan_ids(answer, reader.plans))


def _by_key(answer, reader: Reader) -> dict | None:
    return {_key(key): _value(value) for key, value in _pairs(answer, reader)} or None


def _long(answer) -> dict | None:
    read = ((_two(one, two), _value(value)) for one, two, value in _triples(answer) or ())
    return {keys: value for keys, value in read if value is not None} or None


def _bars(answer) -> dict | None:
    return next(filter(None, (dict(bars_of(axes)) for axes in _axes_of(answer))), None)


def _nothing(answer) -> str | None:
    empty = (list, tuple, set, frozenset, dict, pd.Series, pd.DataFrame, pd.Index, np.ndarray)
    return "nothing" if isinstance(answer, empty) and not len(answer) else None


KINDS: dict[str, Callable] = {
    "number": lambda answer, _: as_number(answer),
    "rows": lambda answer, reader: frozenset(_plan_ids(answer, reader.plans)),
    "order": _order,
    "by_key": _by_key,
    "by_two": lambda answer, _: _long(answer) or _wide(answer),
    "long": lambda answer, _: _long(answer),
    "bars": lambda answer, _: _bars(answer),
    "nothing": lambda answer, _: _nothing(answer),
}


# ------------------------------------------------------------------------------------- their parts


def as_number(value) -> float | None:
    """A number of any type, alone or as the only item of something; also as text."""
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, Real | Decimal | np.number):
        return float(value)
    if isinstance(value, str):
        text = re.sub(r"USD|MB|美元|[$¥,，\s]", "", value[:40])
        return float(text) if re.fullmatch(r"[-+]?\d+(\.\d*)?", text) else None
    if isinstance(value, pd.DataFrame | pd.Series):
        value = value.to_numpy().ravel()
    if isinstance(value, _LISTS):
        items = _items(value)
        return as_number(items[0]) if len(items) == 1 else None
    return None


def _items(value) -> list:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return [value.item()]
    return list(value) if len(value) <= _MOST else []


def _plan_ids(answer, plans: pd.DataFrame) -> list | None:
    """The names of the plans that an answer picks: by name, by row, by a mask."""
    known = plans["plan_id"]
    if isinstance(answer, pd.DataFrame):
        answer = answer.get("plan_id", answer.index)
    if isinstance(answer, pd.Series):
        texts = _plan_ids(answer.tolist(), plans)
        return _plan_ids(answer.index, plans) if texts is None else texts
    if isinstance(answer, Mapping | str):
        answer = list(answer) if isinstance(answer, Mapping) else [answer]
    if not isinstance(answer, _LISTS):
        return None
    items = _items(answer)
    if len(items) == len(plans) and all(isinstance(one, bool | np.bool_) or one is pd.NA
                                        for one in items):
        return [name for name, kept in zip(known, items, strict=True) if kept is not pd.NA and kept]
    if items and all(isinstance(one, str) for one in items):
        return items if set(items) <= set(known) else None
    if items and all(isinstance(one, int | np.integer) and not isinstance(one, bool)
                     for one in items):
        return list(known.loc[items])
    return [] if not items and isinstance(answer, pd.Index | list) else None


def _pairs(answer, reader: Reader) -> list | None:
    plans = reader.plans
    if isinstance(answer, pd.DataFrame):
        named = [name for name in answer if pd.api.types.is_numeric_dtype(answer[name])]
        value = reader.value if reader.value in answer else named[-1]
        others = [name for name in answer if name != value] if _by_number(answer) else []
        if reader.by in answer or others:
            names = answer[reader.by if reader.by in answer else others[0]]
            return list(zip(names, answer[value], strict=True))
        answer = answer[value]
    if isinstance(answer, pd.Series):
        names = plans["plan_id"] if answer.index.equals(plans.index) else answer.index
        return list(zip(names, answer.tolist(), strict=True))
    if isinstance(answer, Mapping):
        return list(answer.items())
    if isinstance(answer, _LISTS):
        items = _items(answer)
        if all(isinstance(one, tuple | list) and len(one) == 2 for one in items):
            return items
        if len(items) == len(plans):
            return list(zip(plans["plan_id"], items, strict=True))
    return None


def _by_number(answer: pd.DataFrame) -> bool:
    """Whether the rows of a table are just numbered, so that a column holds their names."""
    return pd.api.types.is_integer_dtype(answer.index)


def _triples(answer) -> list | None:
    if isinstance(answer, pd.DataFrame) and answer.index.nlevels == 2 and answer.shape[1] == 1:
        answer = answer.iloc[:, 0]
    if isinstance(answer, pd.DataFrame):
        if not _by_number(answer) and answer.shape[1] == 2:
            answer = answer.reset_index()
        if {*_MELTED} < {*answer}:
            answer = answer[_MELTED]
        if answer.shape[1] != 3:
            return None
        named = [name for name in answer if pd.api.types.is_numeric_dtype(answer[name])]
        value = named[-1] if len(named) == 1 else answer.columns[-1]
        keys = [name for name in answer if name != value]
        if {*keys} & {*named}:
            return None
        answer = list(answer[[*keys, value]].itertuples(index=False, name=None))
    if isinstance(answer, Mapping) and all(isinstance(one, Mapping) for one in answer.values()):
        answer = {(key, one): value for key, inner in answer.items()
                  for one, value in inner.items()}
    if isinstance(answer, pd.Series | Mapping):
        answer = [(*key, value) if isinstance(key, tuple) else () for key, value in answer.items()]
    if isinstance(answer, _LISTS):
        items = _items(answer)
        if items and all(isinstance(one, tuple | list) and len(one) == 3 for one in items):
            return items
    return None


def _wide(answer) -> dict | None:
    if not isinstance(answer, pd.DataFrame) or not answer.size:
        return None
    if _by_number(answer):
        answer = answer.set_index(answer.columns[0])
    found = {_two(row, column): _value(value)
             for column in answer for row, value in answer[column].items()}
    return {keys: value for keys, value in found.items() if value is not None}


def _two(one, two) -> tuple:
    return tuple(sorted((str(_key(one)), str(_key(two)))))


def _key(key) -> str | None:
    """A name as text; yes and no in any spelling, ``None`` for what is not known."""
    if isinstance(key, tuple):
        key = key[-1] if len(key) == 1 else str(key)
    text = str(key).strip()
    plain = text.lower()
    return None if plain in _NOTHING else _SYNONYMS.get(plain, text)


def _value(value) -> float | bool | str | None:
    """A value as a number, a truth or a text; ``None`` for what is not known."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, str):
        return value
    found = as_number(value)
    if found is None:
        raise ValueError("neither a number nor a text")
    return None if math.isnan(found) else found


def _axes_of(answer) -> list:
    """The axes of a picture of matplotlib, without importing it: those of a figure, of bars, of
    several of either, or axes themselves, which call themselves their axes."""
    parts = [answer]
    if isinstance(answer, list | tuple | np.ndarray):
        parts = np.ravel(np.asarray(answer, dtype=object)).tolist()[:20]
    found = [getattr(part, "axes", None) for part in parts]
    return [one for axes in found for one in (axes if isinstance(axes, list) else [axes])
            if hasattr(one, "containers")]


def bars_of(axes) -> list[tuple[str, float]]:
    """The bars of a picture: what stands below each, and how long it is."""
    found = []
    for container in axes.containers:
        lying = getattr(container, "orientation", "vertical") == "horizontal"
        axis = axes.yaxis if lying else axes.xaxis
        names = {round(float(place), 3): text.get_text()
                 for place, text in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)}
        patches = [patch for patch in container if hasattr(patch, "get_height")]
        for place, patch in enumerate(patches):
            if lying:
                middle, length = patch.get_y() + patch.get_height() / 2, patch.get_width()
            else:
                middle, length = patch.get_x() + patch.get_width() / 2, patch.get_height()
            found.append((names.get(round(float(middle), 3)) or str(place), float(length)))
    return found


# -------------------------------------------------------------------------------------- comparing


def equal(one, other) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, float | bool) and isinstance(other, float | bool):
        both_unknown = one != one and other != other
        return both_unknown or math.isclose(one, other, rel_tol=1e-9, abs_tol=_NEAR)
    return type(one) is type(other) and one == other


def _likeness(answer):
    """What sort of thing an answer is that could not be read: enough to know a mistake by it."""
    sort, _ = sort_of(answer)
    if sort in ("number", "text") and (found := as_number(answer)) is not None:
        return "number", round(found, 2)
    match sort:
        case "picture":
            return sort, bool(_axes_of(answer)[0].lines)
        case "table":
            return sort, answer.shape, tuple(map(str, answer.columns))
        case "column":
            values = tuple(_value(value) for value in answer.tolist()[:_MOST])
            return sort, tuple(map(str, answer.index)), values
        case "text":
            return sort, answer[:_MOST]
        case "list" if isinstance(answer, _LISTS):
            return sort, tuple(str(one)[:_MOST] for one in _items(answer))
    return None


def sort_of(answer) -> tuple[str, dict]:
    """The sort of thing that an answer is, and its size, for a sentence about it."""
    try:
        if _axes_of(answer):
            return "picture", {}
        if isinstance(answer, pd.DataFrame):
            return "table", {"rows": len(answer), "columns": answer.shape[1]}
        if isinstance(answer, pd.Series):
            return "column", {"n": len(answer)}
        if isinstance(answer, bool | np.bool_):
            return "truth", {}
        if as_number(answer) is not None and not isinstance(answer, str):
            return "number", {}
        if isinstance(answer, str):
            return "text", {}
        if isinstance(answer, (*_LISTS, Mapping)):
            return "list", {"n": len(answer)}
    except Exception:  # whatever a learner's object does
        pass
    return "strange", {}
