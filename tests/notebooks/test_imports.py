"""What a lesson loads: what its own cells show, and no more, since each kernel holds all of it."""

import json
import subprocess
import sys

import pytest

from conftest import ROOT

RUN = """
import io, json, os, sys
from contextlib import redirect_stdout
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
before = {*sys.modules}
import ipywidgets, pandas  # which every lesson loads; each then goes on by itself
for lesson in sys.argv[1:]:
    if pid := os.fork():
        if os.waitpid(pid, 0)[1]:
            sys.exit(f"{lesson} ended with an error")
        continue
    shell = InteractiveShell.instance()
    for cell in json.loads(Path(lesson).read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            with redirect_stdout(io.StringIO()):
                shown = shell.run_cell("".join(cell["source"]))
                shown.raise_error()
                shell.display_formatter.format(shown.result)
    from babel import core, localedata
    print(json.dumps([lesson, sorted({*sys.modules} - before), core._global_data is None,
                      {one: len(parts) for one, parts in localedata._cache.items()}]), flush=True)
    os._exit(0)
"""
# By the first two digits of the lessons that show it.
STEPS = {
    "ready": "01", "pick": "02", "compare": "03", "browse": "03", "own_plans": "03",
    "next_step": "04", "walk": "01 04 05", "rescue": "04 05", "two_lines": "05", "first_hour": "05",
    "help": "05", "seller_check": "05", "quiz": "01 03 04 05", "exercises": "06",
}
OTHERS = {"icalendar": "02 04 05", "matplotlib": "06", "stdnum": "",
          "jsonschema": "", "jupytext": "", "scipy": ""}
LESSONS = ("01-ready.en", "02-pick.en", "03-compare.en", "04-renew.zh-CN", "05-help.en",
           "06-pandas.en")


@pytest.fixture(scope="module")
def told():
    """What each lesson loads, told by a Python that has run it alone."""
    done = subprocess.run([sys.executable, "-c", RUN, *(f"{one}.ipynb" for one in LESSONS)],
                          cwd=ROOT / "notebooks", capture_output=True, text=True, check=False,
                          timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('["0')]
    return {lesson.removesuffix(".ipynb"): rest for lesson, *rest in lines}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_loads_what_it_shows(told, lesson):
    loaded, no_world, locales = told[lesson]
    views = {f"prepaid.steps.{step}.view": where for step, where in STEPS.items()}
    rooms = {name: where for name, where in (views | OTHERS).items() if name in loaded}
    assert rooms
    assert {name for name, where in rooms.items() if lesson[:2] not in where.split()} == set()
    assert no_world
    assert max(locales.values()) < 10
    if lesson[:2] != "03":  # it notes in both languages what a label says
        assert {one[:2] for one in locales} - {"ro"} == {lesson.partition(".")[2][:2]}  # and root
