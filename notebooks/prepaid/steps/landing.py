"""Where Run All ends: at the lesson's first form and its answer, not at the notebook's end.

JupyterLab shows the last cell after Run All. Once everything has run, the first form that was run
with it takes the focus, as the target of a link would: the page scrolls there, a voice reads on
from there, and keys go on from there. Cells that a reader runs one after the other leave the focus
where it is, and so does a reader who has already gone to a field, a button, or code.
"""

import asyncio
import contextlib
from collections.abc import Callable

import ipywidgets as w
import pandas as pd
from IPython import get_ipython

_AT_ONCE = 0.1  # seconds between two requests of one Run All, at most
_IDLE = 0.3  # seconds without a cell to run
_GIVES_WAY = "prepaid-gives-way"
LAST = "prepaid-last"  # of an entry that stands below what is to be read
_IN_USE = ":is(input,textarea,select,[contenteditable=true],.jupyter-widgets):focus"
WRAPS = "prepaid-wraps"  # of a box to tick with a long label
_ARROW = ("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E"
          "%3Cpath fill='%23ddd' d='M5.2 5.9 9 9.7l3.8-3.8 1.2 1.2-4.9 5-4.9-5z'/%3E%3C/svg%3E")
_STYLE = (f"<style>body:has({_IN_USE}:not(.{_GIVES_WAY},.{_GIVES_WAY} *)) .{_GIVES_WAY}"
          "{visibility:hidden}"  # what has taken the focus does not give way to itself
          f".{LAST}{{scroll-margin-top:60vh}}"
          f".{WRAPS}{{height:auto}}.{WRAPS} label{{display:flex;align-items:flex-start;"
          "white-space:normal;overflow:visible;line-height:1.45;padding:3px 0}"
          f".{WRAPS} label input{{flex:none!important;align-self:flex-start!important;"
          "margin-top:3px!important}"
          # ipywidgets draws the arrow of a select in black, in any theme
          f'[data-jp-theme-light=false]{{--jp-widgets-dropdown-arrow:url("{_ARROW}")}}</style>')


class Landing:
    """Calls ``land`` once, when all cells that were asked for together with the running one have
    run; never if that one was asked for alone.

    Args:
        shell: whose cells are followed.
        asked: gives when the running cell was asked for, in seconds.
    """

    waits: "Landing | None" = None  # one lands for all cells of a Run All

    def __init__(self, shell, land: Callable[[], None], asked: Callable[[], float]):
        self._land, self._asked, self._last = land, asked, asked()
        self._events, self._timer = shell.events, None
        self._events.register("pre_run_cell", self._begins)
        self._events.register("post_run_cell", self._ends)
        self._alone = True
        Landing.waits = self

    def _begins(self, _info) -> None:
        last, self._last = self._last, self._asked()
        if self._timer:
            self._timer.cancel()
        if self._last - last > _AT_ONCE:
            self._stop()
        self._alone = False

    def _ends(self, _result) -> None:
        if not self._alone:
            self._timer = asyncio.get_running_loop().call_later(_IDLE, self._lands)

    def _lands(self) -> None:
        self._stop()
        self._land()

    def _stop(self) -> None:
        self._events.unregister("pre_run_cell", self._begins)
        self._events.unregister("post_run_cell", self._ends)
        Landing.waits = None


def landing_style() -> w.HTML:
    """What :func:`land_on` needs on the page, and what forms look like there; no room is taken."""
    return w.HTML(_STYLE, layout=w.Layout(display="none"))


def land_on(entry: w.DOMWidget) -> None:
    """Give ``entry`` the focus, unless the reader has it elsewhere. Only the page knows, so it
    decides: what is hidden cannot take the focus, and it is hidden for that moment if so."""
    entry.add_class(_GIVES_WAY)
    entry.focus()
    entry.remove_class(_GIVES_WAY)


def after_run_all(land: Callable[[], None]) -> None:
    """Call ``land`` after the Run All that shows something just now, if one does, unless it shows
    something before. Where no kernel tells when a cell was asked for nothing is done."""
    shell = get_ipython()
    if not Landing.waits and hasattr(shell, "kernel"):
        with contextlib.suppress(AttributeError, KeyError, TypeError, ValueError):
            Landing(shell, land, lambda: _asked_for(shell.kernel))


def _asked_for(kernel) -> float:
    return pd.Timestamp(kernel.get_parent("shell")["header"]["date"]).timestamp()
