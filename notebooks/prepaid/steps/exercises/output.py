"""How a notebook shows a learner's own tables and pictures: so that every reader gets them.

pandas' own HTML has no scopes on its headings and brings a style sheet, which viewers drop;
matplotlib's pictures have no words. IPython asks these functions instead.
"""

import datetime as dt
import io

import pandas as pd
from IPython import get_ipython

from prepaid.html import page
from prepaid.i18n import Refusal, Words

ROWS = 6  # of a table
_AXES = ("matplotlib.axes._axes", "Axes")
_SETTINGS = {"svg.hashsalt": "prepaid", "svg.fonttype": "none"}


def install(words: Words) -> None:
    """From now on tables and pictures are shown so, in this notebook and in this language.

    What is refused is told in this language, too.
    """
    shell = get_ipython()
    if shell is not None:
        Refusal.spoken = words.language
        html = shell.display_formatter.formatters["text/html"]
        html.for_type(pd.DataFrame, lambda frame: table(frame, words))
        html.for_type_by_name(*_AXES, lambda axes: picture(axes, words))


def table(frame: pd.DataFrame, words: Words) -> str:
    """The first rows of any frame, as HTML, with names of rows and columns as they are."""
    named = frame.index.name is not None or frame.index.nlevels > 1
    shown = frame.head(ROWS).reset_index() if named else frame.head(ROWS)
    head = list(map(_name, shown.columns))
    rows = [list(map(_text, row)) for row in shown.itertuples(index=False, name=None)]
    if not named:
        head = [words("task.row"), *head]
        rows = [[_text(label), *row] for label, row in zip(shown.index, rows, strict=True)]
    numbers = [place for place, name in enumerate(shown.columns, 0 if named else 1)
               if place and pd.api.types.is_numeric_dtype(shown.iloc[:, place - (not named)])]
    caption = words("task.table", rows=len(frame), columns=frame.shape[1])
    return page.render(page.table(caption, head, rows, numbers=numbers), lang=words.language)


def _name(name) -> str:
    return " ".join(map(str, name)).strip() if isinstance(name, tuple) else str(name)


def _text(value) -> str:
    if isinstance(value, float):
        return f"{value:.6g}" if value == value else "NaN"
    if isinstance(value, pd.Timestamp | dt.datetime) and not pd.isna(value):
        return value.date().isoformat()
    return str(value)


def picture(axes, words: Words) -> str:
    """A picture of matplotlib with its figures in words; it is not shown a second time."""
    import matplotlib.pyplot as plt

    file = io.StringIO()
    with plt.rc_context(_SETTINGS):
        axes.figure.savefig(file, format="svg", bbox_inches="tight",
                            metadata={"Date": None, "Creator": None})
    plt.close(axes.figure)
    svg = file.getvalue()
    drawn = page.picture(svg[svg.index("<svg"):], described(axes, words))
    return page.render(drawn, lang=words.language)


def described(axes, words: Words) -> str:
    """The bars of a picture in words."""
    from prepaid.steps.exercises.reading import bars_of

    bars = [words("task.bar", name=name, value=length) for name, length in bars_of(axes)]
    if not bars:
        return words("task.drawing", n=len(axes.lines))
    return words("task.bars", bars=words.list(bars))
