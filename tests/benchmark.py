"""How fast it is, as ratios to a floor or a peer measured in the same run.

    python -m pytest -n0 -s tests/benchmark.py

Prints ratios. In the browser, the floor is a notebook that only imports pandas and ipywidgets and
shows one slider with one table; for a change of an input, a bare slider bound to a label. How fast
a schedule is found is measured in ``benchmark_schedule.py``.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import psutil
import pytest
from jupyter_client import KernelManager
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

import prepaid
from browser import test_voila
from build import METADATA, NOTEBOOKS
from conftest import KERNEL_IS_READY, NOTEBOOK_IS_THERE, READY_SECONDS, TOKEN
from prepaid import i18n
from prepaid.steps.travel import LESSONS

RUNS, CHANGES = 5, 30
app = test_voila.app  # a fixture
FLOOR = [
    "import ipywidgets, pandas",
    "ipywidgets.IntSlider(description='days')",
    "pandas.DataFrame({'day': range(10), 'mb': range(10)})",
]
DRAWN = "import matplotlib; pandas.Series([1, 2]).plot.barh()"
BARE = """\
import ipywidgets
slider, label = ipywidgets.IntSlider(description='days'), ipywidgets.Label('0')
slider.observe(lambda change: setattr(label, 'value', str(change['new'])), 'value')
ipywidgets.VBox([slider, label])"""
ALL_NUMBERED = """() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    return prompts.length > 0 && prompts.every(prompt => /\\[\\d+\\]/.test(prompt.textContent));
}"""
WATCH = """([input, target]) => {
    window.milliseconds = new Promise((resolve, reject) => {
        let pressed;
        setTimeout(reject, 10000, new Error('nothing changed'));
        input.addEventListener(
            'keydown', () => { pressed = performance.now(); }, { once: true, capture: true });
        new MutationObserver((_, observer) => {
            observer.disconnect();
            resolve(performance.now() - pressed);
        }).observe(target, { childList: true, subtree: true, characterData: true });
    });
}"""


def report(what: str, ours: float, floor: float, unit: str, aim: str) -> None:
    print(f"\n{what}: {ours:.1f} {unit}, floor or peer {floor:.1f} {unit}, "
          f"ratio {ours / floor:.3g} (aim {aim})")


def open_source(lab, open_page, name: str, cells: list[str]) -> Page:
    """A notebook of some cells, open in JupyterLab."""
    notebook = new_notebook(cells=[new_code_cell(code) for code in cells], metadata=METADATA)
    nbformat.write(notebook, lab.tree / "notebooks" / name)
    page = open_page(f"{lab.url}lab/tree/notebooks/{name}?reset&token={TOKEN}")
    page.wait_for_function(NOTEBOOK_IS_THERE, timeout=READY_SECONDS * 1000)
    page.evaluate(KERNEL_IS_READY)
    return page


def run_all(page: Page) -> float:
    """Seconds from Run All Cells until every cell has run."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    entry = page.get_by_role("menuitem", name="Run All Cells", exact=True)
    expect(entry).to_be_visible()
    begun = time.perf_counter()
    entry.click()
    page.wait_for_function(ALL_NUMBERED, timeout=READY_SECONDS * 1000, polling=10)
    return time.perf_counter() - begun


def change_time(page: Page, box: Locator, target: Locator, key: str) -> float:
    """Milliseconds from a key in ``box`` to a change of ``target``, on a page left alone before."""
    page.bring_to_front()
    box.focus()
    page.wait_for_timeout(400)
    page.evaluate(WATCH, [box.element_handle(), target.element_handle()])
    page.keyboard.press(key)
    return page.evaluate("window.milliseconds")


@pytest.mark.parametrize("number", LESSONS)
def test_running_a_lesson(lab_server, open_lesson, open_page, number):
    floor, ours = [], []
    for run in range(RUNS):
        begun = time.perf_counter()
        page = open_source(lab_server, open_page, f"floor-{run}.ipynb", FLOOR)
        opened = time.perf_counter() - begun
        floor.append((run_all(page), opened))
        begun = time.perf_counter()
        lesson = open_lesson(f"{LESSONS[number]}.en.ipynb")
        opened = time.perf_counter() - begun
        ours.append((run_all(lesson.page), opened))
        page.close()
        lesson.page.close()
    report(f"run all of lesson {number}", statistics.median(run for run, _ in ours),
           statistics.median(run for run, _ in floor), "s", "not above 1.5 with opening")
    report(f"open lesson {number} and run all", statistics.median(map(sum, ours)),
           statistics.median(map(sum, floor)), "s", "1.5")


def test_lessons_as_an_app(app, open_page):
    taken = {2: [], 3: []}
    for _ in range(RUNS):
        for number, times in taken.items():
            page = open_page("about:blank")
            begun = time.perf_counter()
            page.goto(app.address(f"{LESSONS[number]}.en.ipynb"), wait_until="commit")
            expect(page.locator(".jupyter-widgets").get_by_role("status").first).to_be_visible(
                timeout=READY_SECONDS * 1000)
            times.append(time.perf_counter() - begun)
            page.close(run_before_unload=True)
    report("lesson 3 as an app until its answer", statistics.median(taken[3]),
           statistics.median(taken[2]), "s", "2")


def test_changing_an_input(lab_server, open_lesson, open_page):
    page = open_source(lab_server, open_page, "bare.ipynb", [BARE])
    run_all(page)
    bare = page, page.locator(".noUi-handle"), page.locator(".widget-label").last
    lesson, words = open_lesson("02-pick.en.ipynb"), i18n.words("en")
    lesson.run_all()
    view = lesson.cell("pick")
    table = view.locator(".widget-html-content", has=lesson.page.get_by_role("status"))
    stay = lesson.page, view.get_by_label(words("input.days"), exact=True), table
    keys = ["Backspace", "0"] * (CHANGES // 2)  # 3 days, 30, 3 ...
    floor, ours = zip(*((change_time(*bare, "ArrowRight"), change_time(*stay, key))
                        for key in keys), strict=True)
    report("key to changed headline in lesson 02", statistics.median(ours),
           statistics.median(floor), "ms", "1.5")


def milliseconds(work: Callable[[], object], times: int = 7) -> float:
    """Median time of ``work``, run ``times`` times."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    return prepaid.load_catalog()


def test_checking_a_foreign_catalogue(plans, tmp_path):
    rng = np.random.default_rng(0)
    many = pd.concat([plans] * (100_000 // len(plans) + 1), ignore_index=True)[:100_000]
    many["plan_id"] = [f"p-{number}" for number in range(len(many))]
    text = many.astype(object).where(many.notna(), "")
    bad = rng.random(text.shape) < 0.01
    text = text.mask(bad, "?")
    text.to_csv(tmp_path / "many.csv", index=False)
    begun = time.process_time()
    with pytest.raises(prepaid.CatalogError) as refused:
        prepaid.load_catalog(tmp_path / "many.csv")
    taken = time.process_time() - begun
    print(f"\n100,000 foreign rows, {len(refused.value.problems):,} of {bad.sum():,} "
          f"altered cells not allowed: {taken:.1f} s of processor time (aim 4)")


def test_a_change_in_our_code(plans):
    """What one move of an input takes in the kernel, until the first part is sent."""
    for name, view, change in (
        ("pick", prepaid.tutorial("en").pick(), {"days": (30, 45)}),
        ("compare", prepaid.tutorial("en").compare(), {"days": (30, 45)}),
        ("unsure", prepaid.tutorial("en").unsure(), {"shortest": (10, 14)}),
    ):
        view._in_a_pause = lambda *_: None
        (trait, values), = change.items()
        moves = iter(range(1, 1000))

        def move(view=view, trait=trait, values=values, moves=moves):
            setattr(view.model, trait, values[0] + next(moves) % (values[1] - values[0]))

        print(f"\na change of {name}: {milliseconds(move, 15):.1f} ms in our code (aim 20)")


# ------------------------------------------------------------------------------ memory per reader

MACHINE_MB, RESERVED_MB = 24_000, 1_000  # a hub, its proxy and the system take the second


def own_mb(pid: int) -> float:
    """What a process adds to the memory in use, in MB (its unique set size)."""
    return psutil.Process(pid).memory_full_info().uss / 1e6


def kernel_mb(cells: list[str], folder: Path) -> float:
    """Memory of a kernel that has run some cells."""
    manager = KernelManager()
    manager.start_kernel(cwd=str(folder))
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(READY_SECONDS)
        for cell in cells:
            said = client.execute_interactive(cell, output_hook=lambda _message: None)
            assert said["content"]["status"] == "ok", cell
        return own_mb(manager.provisioner.pid)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_memory_of_a_reader(lab_server, open_lesson):
    folder, lessons = lab_server.tree / "notebooks", {}
    floor, drawing = kernel_mb(FLOOR[:1], folder), kernel_mb([FLOOR[0], DRAWN], folder)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells = [cell.source for cell in nbformat.read(path, as_version=4).cells
                 if cell.cell_type == "code"]
        lessons[path.name] = kernel_mb(cells, folder)
        draws = any("import matplotlib" in cell for cell in cells)
        report(f"memory of a kernel after {path.stem}{', which draws' if draws else ''}",
               lessons[path.name], drawing if draws else floor, "MB", "1.2")
    open_lesson("02-pick.en.ipynb").run_all()
    (told,) = lab_server.settings.parent.glob("runtime/jpserver-*.json")
    server, kernel = own_mb(json.loads(told.read_text())["pid"]), max(lessons.values())
    readers = int((MACHINE_MB - RESERVED_MB) / (server + kernel))
    print(f"a reader's server: {server:.0f} MB; with one lesson {server + kernel:.0f} MB: "
          f"{MACHINE_MB / 1000:.0f} GB hold {readers} readers")


# ------------------------------------------------------------------- first paint of a static page

FIRST_PAINT = """() => new Promise(resolve => new PerformanceObserver(list => {
    const [paint] = list.getEntriesByName("first-contentful-paint");
    if (paint) resolve(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""


def as_plain_text(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with each HTML output replaced by as many bytes of plain text, in lines."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            html = output.data.pop("text/html", "")
            lines, rest = divmod(len(html.encode()), 100)
            output.data["text/plain"] = ("plain text " * 9 + "\n") * lines + "." * rest
    return notebook


def test_first_paint_of_a_static_page(open_page, tmp_path):
    exporter = HTMLExporter(mathjax_url="", require_js_url="")
    for lesson in sorted(NOTEBOOKS.glob("0[1-9]*.ipynb")):
        notebook, pages = nbformat.read(lesson, as_version=4), {}
        for kind in ("ours", "plain"):
            path = tmp_path / f"{kind}.html"
            path.write_text(exporter.from_notebook_node(notebook)[0], encoding="utf-8")
            pages[kind], notebook = open_page(path.as_uri()), as_plain_text(notebook)
        taken = {"ours": [], "plain": []}
        for _ in range(2 * RUNS):
            for kind, page in pages.items():
                page.bring_to_front()
                page.reload()
                taken[kind].append(page.evaluate(FIRST_PAINT))
        report(f"first paint of {lesson.name} without a kernel", statistics.median(taken["ours"]),
               statistics.median(taken["plain"]), "ms", "1.2")
