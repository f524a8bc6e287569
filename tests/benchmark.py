"""How fast it is, as ratios to a floor or a peer measured in the same run.

    python -m pytest -n0 -s tests/benchmark.py

Prints ratios and fails nothing but wrong answers. In the browser, the floor is a notebook that
only imports pandas and ipywidgets and shows one slider with one table; for a change of an input, a
bare slider bound to a label.
"""

import statistics
import time
from collections.abc import Callable

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

import prepaid
from build import METADATA
from conftest import KERNEL_IS_READY, NOTEBOOK_IS_THERE, READY_SECONDS, TOKEN
from oracle import brute_force, milp
from prepaid import i18n
from prepaid.schedule import Offers

RUNS, CHANGES = 5, 30
FLOOR = [
    "import ipywidgets, pandas",
    "ipywidgets.IntSlider(description='days')",
    "pandas.DataFrame({'day': range(10), 'mb': range(10)})",
]
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


def test_running_lesson_02(lab_server, open_lesson, open_page):
    floor, ours = [], []
    for run in range(RUNS):
        begun = time.perf_counter()
        page = open_source(lab_server, open_page, f"floor-{run}.ipynb", FLOOR)
        opened = time.perf_counter() - begun
        floor.append((run_all(page), opened))
        begun = time.perf_counter()
        lesson = open_lesson("02-pick-a-package.en.ipynb")
        opened = time.perf_counter() - begun
        ours.append((run_all(lesson.page), opened))
        page.close()
        lesson.page.close()
    report("run all of lesson 02", statistics.median(run for run, _ in ours),
           statistics.median(run for run, _ in floor), "s", "not above 1.5 with opening")
    report("open lesson 02 and run all", statistics.median(map(sum, ours)),
           statistics.median(map(sum, floor)), "s", "1.5")


def test_changing_an_input(lab_server, open_lesson, open_page):
    page = open_source(lab_server, open_page, "bare.ipynb", [BARE])
    run_all(page)
    bare = page, page.locator(".noUi-handle"), page.locator(".widget-label").last, "ArrowRight"
    lesson, words = open_lesson("02-pick-a-package.en.ipynb"), i18n.words("en")
    lesson.run_all()
    view = lesson.cell("pick")
    table = view.locator(".widget-html-content", has=lesson.page.get_by_role("status"))
    stay = lesson.page, view.get_by_label(words("input.days")), table, "ArrowUp"
    floor, ours = zip(*((change_time(*bare), change_time(*stay)) for _ in range(CHANGES)),
                      strict=True)
    report("key to changed table in lesson 02", statistics.median(ours),
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


def test_scheduling_a_year(plans):
    offers = Offers(plans)
    print()
    for days in (30, 90, 365):
        for mb in (100, 425, 1000, 3000):
            taken = milliseconds(lambda days=days, mb=mb: offers.cheapest([mb] * days))
            print(f"full catalogue, {days} days at {mb} MB: {taken:.1f} ms"
                  + (" (aim 50)" if days == 365 else ""))
    print(f"reading the catalogue into offers: {milliseconds(lambda: Offers(plans)):.1f} ms")


@pytest.mark.parametrize(("days", "rows"), [(8, 12), (12, 12)])
def test_beside_brute_force(plans, days, rows):
    few = plans[plans["kind"] == "travel_esim"].head(rows)
    records, need = few.to_dict("records"), [700] * days
    ours = milliseconds(lambda: prepaid.cheapest_schedule(few, need))
    floor = milliseconds(lambda: brute_force(records, need), 1)
    assert brute_force(records, need)[0] == prepaid.cheapest_schedule(few, need).total_cents
    report(f"{rows} plans, {days} days, beside brute force", ours, floor, "ms", "as it comes")


@pytest.mark.parametrize("days", [30, 90])
def test_beside_a_mixed_integer_solver(plans, days):
    records, need = plans.to_dict("records"), [425] * days
    ours = milliseconds(lambda: prepaid.cheapest_schedule(plans, need))
    begun = time.perf_counter()
    cents = milp(records, need)
    solver = (time.perf_counter() - begun) * 1000
    assert cents == prepaid.cheapest_schedule(plans, need).total_cents
    report(f"full catalogue, {days} days, beside HiGHS", ours, solver, "ms", "as it comes")
