"""Views without a browser: what they show, and what a front end would send."""

import ipywidgets as w
import pandas as pd
import pytest

import prepaid
from prepaid.i18n import LANGUAGES
from prepaid.steps.keep.view import KeepRow
from prepaid.steps.shelf import Shelf

# of a test in which language plays no part, and which takes long enough to count
in_one_language = pytest.mark.parametrize("tutorial", LANGUAGES[-1:], indirect=True)
DIMMED = '<div style="opacity'


def of_few(tutorial):
    """The same tutorial with every tenth of the packages: for how a form behaves, and quick."""
    few = prepaid.tutorial(tutorial.words.language)
    few.shelf = Shelf(few.plans.iloc[::10])
    return few


def shown(view) -> str:
    """What stands on the page, in its order: texts, what is wrong, and the result."""
    return "".join(_texts(view))


def _texts(view):
    for child in getattr(view, "children", ()):
        if isinstance(child, w.HTML):
            yield child.value
        elif not isinstance(child, KeepRow):
            yield from _texts(child)


def wrong(view) -> str:
    """What is told to be wrong: at the fields, above the answer, and what would help."""
    fields = [field.told for field in view.fields.values()]
    return "".join(told.value for told in (*fields, view._problem, view._helps))


def out_of_date(view) -> bool:
    """Whether all of the result is dimmed."""
    return all(part.value.startswith(DIMMED) for part in view._results if part.value)


def within(view):
    """All widgets inside a view, in their order."""
    for child in getattr(view, "children", ()):
        yield child
        yield from within(child)


def widget(view, name: str) -> w.Widget:
    """The input for a trait of the model."""
    if name in getattr(view, "named", {}):
        return view.named[name]
    label = view.words(f"input.{name}")
    return next(one for one in view.inputs if one.description == label)


def from_browser(box: w.Widget, **state) -> None:
    """What the front end sends when a reader changes an input."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    box._handle_msg({"content": {"data": data}, "buffers": []})


def market(*rows: dict) -> pd.DataFrame:
    """A catalogue of these rows with all columns of ours, empty where nothing is said."""
    frame = pd.DataFrame(list(rows))
    for column, kind in prepaid.load_catalog().dtypes.items():
        if column not in frame:
            frame[column] = pd.Series([None] * len(frame), dtype=float) if kind.kind == "f" else ""
    return frame.assign(plan_name=frame["plan_id"])
