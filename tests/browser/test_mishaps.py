"""What goes wrong at readers: cells out of order or twice, a kernel that dies, two tabs, no script.

Nothing of it may end in a traceback or a wrong number.
"""

import ast
import json

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

import prepaid
from build import NOTEBOOKS
from conftest import TOKEN, Lesson, kernels_today, wait_until_ready
from prepaid import i18n
from prepaid.html.page import Shown
from prepaid.steps.view import StepView
from static_pages import Text, previews

NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
KILL = """() => void jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute(
    { code: "import os, signal; os.kill(os.getpid(), signal.SIGKILL)" })"""
HIDDEN = """() => [...document.querySelectorAll(".jp-OutputArea-output *")]
    .filter(one => !one.closest("details:not([open]), style, svg") && one.innerText?.trim())
    .filter(one => !one.checkVisibility({ checkVisibilityCSS: true, opacityProperty: true }))
    .map(one => one.outerHTML.slice(0, 100))"""
# Where a cell builds on those before it, as a course of pandas does.
ONE_AFTER_ANOTHER = [name for name in NAMES if name.startswith("06-")]
NEVER_COMES = {"mathjax_url": "", "require_js_url": ""}


def code_of(name: str) -> dict[str, str]:
    """The code cells of a notebook by id."""
    cells = json.loads((NOTEBOOKS / name).read_text("utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}


def run(code: str, namespace: dict) -> str | None:
    """Run a cell; the HTML that it shows."""
    *statements, last = ast.parse(code).body
    exec(compile(ast.Module(statements, []), "cell", "exec"), namespace)
    if not isinstance(last, ast.Expr):
        return exec(compile(ast.Module([last], []), "cell", "exec"), namespace)
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
    if isinstance(value, Shown):
        return value.html
    return value.preview() if isinstance(value, StepView) else repr(value)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ONE_AFTER_ANOTHER])
def test_once_set_up_cells_run_in_any_order_and_twice(name):
    cells, namespace = code_of(name), {}
    setup = cells.pop("setup", "")
    exec(setup, namespace)
    in_order = {slug: run(code, namespace) for slug, code in cells.items()}
    namespace = {}
    exec(setup, namespace)
    for slug in [slug for slug in reversed(cells) for _ in range(2)]:
        assert run(cells[slug], namespace) == in_order[slug], slug


@pytest.mark.slow
@pytest.mark.parametrize("name", ONE_AFTER_ANOTHER)
def test_a_cell_that_builds_on_others_can_be_run_twice(name):
    namespace = {}
    for slug, code in code_of(name).items():
        assert run(code, namespace) == run(code, namespace), slug


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_kernel_that_dies_is_told_of_and_can_be_replaced(open_lesson, language):
    today = kernels_today()
    words, tutorial = i18n.words(language), prepaid.tutorial(language)
    lesson = open_lesson(f"02-pick.{language}.ipynb", alone=True)
    lesson.run_all()
    view = lesson.cell("pick")
    days, told = view.get_by_label(words("input.days"), exact=True), view.get_by_role("status").last
    example = tutorial.pick(start=today).summary()
    lesson.page.evaluate(KILL)
    dialogue = lesson.page.locator(".jp-Dialog")
    expect(dialogue).to_contain_text("Kernel Restarting", timeout=30_000)
    dialogue.get_by_role("button").click()
    expect(view.locator(".jupyter-widgets-disconnected").first).to_be_visible()
    days.fill("7")
    expect(told).to_have_text(example)

    wait_until_ready(lesson.page)
    lesson.run_all()
    expect(view.locator(".jupyter-widgets-disconnected")).to_have_count(0)
    expect(told).to_have_text(example)
    days.fill("7")
    expect(told).to_have_text(tutorial.pick(start=today, days=7).summary())


def test_two_tabs_on_one_notebook(open_lesson, lab_server):
    today = kernels_today()
    words, tutorial = i18n.words("en"), prepaid.tutorial("en")

    def shown(lesson: Lesson):
        view = lesson.cell("pick")
        return (view.get_by_label(words("input.days"), exact=True),
                view.get_by_role("status").last)

    one = open_lesson("02-pick.en.ipynb", alone=True)
    one.run_all()
    one.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page = one.page.context.new_page()
    page.goto(f"{lab_server.url}doc/tree/notebooks/02-pick.en.ipynb?reset&token={TOKEN}")
    wait_until_ready(page)
    other = Lesson(page, one.slugs)
    (days, told), (days_there, told_there) = shown(one), shown(other)
    days_there.fill("7")
    for each in (told, told_there):  # one kernel, one view of it
        expect(each).to_have_text(tutorial.pick(start=today, days=7).summary())

    expect(one.cell("pick").get_by_text(words("travel.where.server"))).to_be_visible()
    prompt = one.cell("pick").locator(".jp-InputPrompt")
    expect(prompt).to_have_text("[2]:")
    one.page.evaluate("jupyterapp.commands.execute('runmenu:run-all')")
    expect(prompt).to_have_text("[4]:")
    expect(days).to_have_value("7")  # what was chosen comes along to the new view
    expect(told).to_have_text(tutorial.pick(start=today, days=7).summary())
    days_there.fill("14")
    expect(told_there).to_have_text(tutorial.pick(start=today, days=14).summary())
    expect(told).to_have_text(tutorial.pick(start=today, days=7).summary())
    days.fill("5")
    expect(told).to_have_text(tutorial.pick(start=today, days=5).summary())
    expect(told_there).to_have_text(tutorial.pick(start=today, days=14).summary())
    page.close()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_everything_can_be_read_without_script(open_page, tmp_path, language):
    exporter = HTMLExporter(**NEVER_COMES)
    for name in (name for name in NAMES if f".{language}." in name):
        path = tmp_path / f"{name}.html"
        path.write_text(exporter.from_filename(str(NOTEBOOKS / name))[0], encoding="utf-8")
        page = open_page(path.as_uri(), java_script_enabled=False)
        text = Text(page.locator("main").inner_html()).text
        for slug, preview in previews(name).items():
            assert preview in text, f"{name}, {slug}"
        assert page.evaluate(HIDDEN) == [], name
        if (fold := page.locator("details").first).count():
            fold.locator("summary").first.click()
            expect(fold.locator("> :not(summary)").first).to_be_visible()
        page.close()
