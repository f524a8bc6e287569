"""The lessons in the Python of a browser, whose integers have 32 bits where nothing else is said.

Everything comes from PyPI and npm, see ``browser_python``. Where they do not give it, since others
may take their packages back, or without Node.js, these tests are skipped, and the reason is told.
"""

import json
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

import browser_python
import publish_site
from conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser]
LESSONS = ("02-pick.en.ipynb", "04-renew.zh-CN.ipynb")
SECONDS = 300
TYPES = ("text/html", "text/plain")
TESTS = ("test_rule.py", "test_outlook.py", "test_against_brute_force.py::test_stays[0]")
HEAD = """
import sys
sys.dont_write_bytecode = True
sys.path.append("/packages")
sys.path.insert(0, "/project/notebooks")
import numpy
assert numpy.array([1]).dtype == numpy.int32
"""
RULE = HEAD + f"""
import os, pytest
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
paths = "/project/notebooks /project/tests/schedule /project/tests"
int(pytest.main(["--noconftest", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir=/project",
                 "--import-mode=importlib", "-qsW", "ignore", "-o", "pythonpath=" + paths,
                 *("/project/tests/schedule/" + one for one in {TESTS})]))
"""
RUN_ALL = """async () => {
    const panel = jupyterapp.shell.currentWidget;
    await panel.revealed;
    await panel.sessionContext.ready;
    await jupyterapp.commands.execute("notebook:run-all-cells");
    const cells = panel.content.model.toJSON().cells.filter(one => one.cell_type == "code");
    return JSON.stringify(cells.map(one => [one.id, one.outputs]));
}"""

# Only the cells in the window are drawn: go to the first one with a widget until its box is there.
WIDGET_SEEN = """async () => {
    const lesson = jupyterapp.shell.currentWidget.content;
    const view = "application/vnd.jupyter.widget-view+json";
    const of_widget = cell => cell.outputs?.some(one => one.data && view in one.data);
    await lesson.scrollToItem(lesson.model.toJSON().cells.findIndex(of_widget), "center");
    return [...document.querySelectorAll(".jupyter-widgets input")].some(one => one.offsetParent);
}"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pyodide with all that the lessons import."""
    try:
        return browser_python.python(tmp_path_factory.mktemp("pyodide"))
    except browser_python.Missing as reason:
        give_up(reason)


def give_up(reason: Exception) -> None:
    pytest.skip(f"no Python of a browser: {reason}")


@pytest.fixture(scope="module")
def address(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server shows the lessons that run in the browser."""
    try:
        folder = browser_python.site(tmp_path_factory.mktemp("lite"), python)
    except browser_python.Missing as reason:
        give_up(reason)
    with publish_site.shown(folder) as at:
        yield at


def in_node(python: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in Pyodide."""
    return subprocess.run(
        ["node", ROOT / "tests" / "in_node.mjs", python, sysconfig.get_path("purelib"), ROOT, code],
        capture_output=True, text=True, timeout=900, check=False)


def test_every_module_is_imported(python):
    names = [".".join(path.relative_to(ROOT / "notebooks").with_suffix("").parts)
             for path in (ROOT / "notebooks" / "prepaid").rglob("*.py")]
    assert len(names) > 60
    code = HEAD + f"import importlib\nfor name in {sorted(names)}: importlib.import_module(name)\n0"
    done = in_node(python, code)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_the_rule_holds(python):
    done = in_node(python, RULE)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_shows_what_is_stored(open_page, address, name):
    page = open_page(f"{address}lab/index.html?path=notebooks/{name}")
    page.set_default_timeout(SECONDS * 1000)
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext")
    live = dict(json.loads(page.evaluate(RUN_ALL)))
    stored = json.loads((ROOT / "notebooks" / name).read_text("utf-8"))["cells"]
    stored = {one["id"]: one["outputs"] for one in stored if one["cell_type"] == "code"}
    assert {slug: texts(outputs) for slug, outputs in live.items()} == {
        slug: texts(outputs) for slug, outputs in stored.items()}
    assert sum(len(text) for outputs in live.values() for _, text in texts(outputs)) > 10_000
    page.wait_for_function(WIDGET_SEEN, polling=500)


def texts(outputs: list[dict]) -> list[tuple[str, str]]:
    """What a cell shows: type and text; an error tells itself."""
    found = []
    for one in outputs:
        data = one.get("data", {"error": json.dumps(one)})
        found += [(mime, "".join(text)) for mime, text in sorted(data.items())
                  if mime in (*TYPES, "error")]
    return found
