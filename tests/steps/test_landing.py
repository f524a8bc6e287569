"""Where the focus goes after Run All: asked by a shell that tells when each cell was asked for."""

import asyncio

import pytest
from IPython.core.events import EventManager, available_events

from prepaid.steps.landing import Landing


class Shell:
    """Runs cells, each asked for at a second of its own."""

    def __init__(self):
        self.events, self.now = EventManager(self, available_events), 0.0

    async def run(self, asked: list[float], shows: int) -> list[str]:
        """The calls of two forms, shown by the cell with the place ``shows`` and the next one."""
        landed = []
        for place, self.now in enumerate(asked):
            self.events.trigger("pre_run_cell", None)
            if place in (shows, shows + 1) and not Landing.waits:
                Landing(self, lambda place=place: landed.append(place), lambda: self.now)
            self.events.trigger("post_run_cell", None)
            await asyncio.sleep(0)
        await asyncio.sleep(0.4)
        return landed


@pytest.mark.parametrize(("asked", "landed"), [
    ([0, .01, .03, .05], [1]),  # Run All: the first form that ran
    ([0, 5, 5.02, 5.03], [1]),  # Run All Below
    ([0, .01], []),  # nothing after the form: JupyterLab shows it
    ([0, 1, 2, 3], []),  # one after the other
    ([0, .01, .02, 3], []),  # the reader has gone on
    ([0, .01, 3, 3.01], [2]),  # the rest in one go
])
def test_the_first_form_of_a_run_all_takes_the_focus_once(asked, landed):
    shell = Shell()
    assert asyncio.run(shell.run(asked, shows=1)) == landed
    assert Landing.waits is None or landed == []
    Landing.waits = None
