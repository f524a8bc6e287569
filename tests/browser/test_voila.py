"""The lessons as an app: no code, live widgets, and nothing of one visitor that another can see.

One Voilà, started by the README's own command on a copy of the tutorial, serves all tests here. A
screenshot of each page stays in `.artefacts/`.
"""

import contextlib
import datetime as dt
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import ipywidgets as w
import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

import build
import prepaid
from conftest import READY_SECONDS, ROOT
from prepaid import i18n
from prepaid.steps import travel
from prepaid.steps.exercises.model import exercises
from prepaid.steps.help.model import questions
from prepaid.steps.keep import file as choices
from prepaid.steps.keep.view import KeepRow
from view_helpers import of_few

README_COMMAND = re.compile(r"^python3 -m venv .* && \.venv/bin/python (\S+)$", re.MULTILINE)
MOST = 21
ICONS = "https://cdn.jsdelivr.net/"  # Voilà's page asks for them, our settings refuse
SCREENSHOTS = ROOT / ".artefacts" / "voila"
LESSONS = {path.name[:2]: path.stem for path in build.lesson_paths() if path.stem[:2] != "00"}
BROKEN = "secret_name = 1\nsecret_name / 0"


@dataclass(frozen=True)
class App:
    """A running Voilà: its address, the copied tree it serves, its log, its process."""

    url: str
    tree: Path
    log: Path
    process: psutil.Process

    def address(self, name: str) -> str:
        """The address of a notebook's page."""
        return f"{self.url}voila/render/{name}"

    def kernels(self) -> int:
        """How many kernels run now."""
        return len(self.process.children())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A Voilà that the tests share."""
    with running(tmp_path_factory.mktemp("voila")) as shared:
        yield shared


@contextlib.contextmanager
def running(home: Path) -> Iterator[App]:
    """A Voilà on a copy of the tutorial, one notebook of which is broken."""
    tree = home / "tree"
    for part in ("notebooks", "content"):
        unwanted = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", choices.FILE.name)
        shutil.copytree(ROOT / part, tree / part, ignore=unwanted)
    shutil.copy(ROOT / "voila.json", tree)
    broken = build.new_notebook(cells=[build.new_code_cell(BROKEN)], metadata=build.METADATA)
    build.nbformat.write(broken, tree / "notebooks" / "broken.ipynb")
    own = {"JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data",
           "JUPYTER_RUNTIME_DIR": home / "runtime", "IPYTHONDIR": home / "ipython"}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (english, _) = README_COMMAND.findall((ROOT / "notebooks" / "README.md").read_text("utf-8"))
    command = [sys.executable, english, f"--Visitors.most={MOST}",
               "--no-browser", "--Voila.ip=127.0.0.1", f"--port={port}"]
    with (home / "voila.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=tree, env=os.environ | {name: str(path) for name, path in own.items()},
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        url = _address(server, home / "voila.log")
        yield App(url, tree, home / "voila.log", psutil.Process(server.pid))
    finally:
        server.terminate()
        server.wait(READY_SECONDS)


def _address(server: subprocess.Popen, log: Path) -> str:
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        if told := re.search(r"http://127\.0\.0\.1:\d+/$", log.read_text(), re.MULTILINE):
            return told[0]
        time.sleep(0.1)
    pytest.fail(f"Voilà did not start:\n{log.read_text()}")


@pytest.fixture
def visit(app: App, open_page: Callable[..., Page]) -> Iterator[Callable[..., list[Page]]]:
    """`visit(*names)`: the pages of some notebooks, loading all at once in the browser of one
    visitor. The visitor leaves at the end, and with them all kernels; what a page wrote to the
    console as an error fails the test."""
    pages, wrong = [], []

    def note(message) -> None:
        if message.type == "error" and ICONS not in message.text + message.location["url"]:
            wrong.append(message.text)

    def open_them(*names: str) -> list[Page]:
        first = open_page("about:blank")
        opened = [first, *(first.context.new_page() for _ in names[1:])]
        for page, name in zip(opened, names, strict=True):
            page.on("console", note)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(app.address(name), wait_until="commit")
        pages.extend(opened)
        return opened

    yield open_them
    for page in pages:
        page.close(run_before_unload=True)
    assert wrong == []
    give_up = time.monotonic() + READY_SECONDS
    while app.kernels() and time.monotonic() < give_up:
        time.sleep(0.1)
    assert app.kernels() == 0


def cell(page: Page, slug: str) -> Locator:
    """What a cell of the lesson shows, once it is there."""
    name = page.url.rsplit("/", 1)[1].partition("?")[0]
    slugs = [one["id"] for one in notebook(name)["cells"]]
    found = page.locator(f"[cell-index='{slugs.index(slug) + 1}']")
    expect(found.locator(".jupyter-widgets").first).to_be_visible(timeout=READY_SECONDS * 1000)
    return found


def notebook(name: str) -> dict:
    """A committed notebook."""
    return json.loads((build.NOTEBOOKS / name).read_text("utf-8"))


def code_lines(name: str) -> set[str]:
    """The lines of a notebook's code cells that no prose would hold."""
    return {line.strip() for one in notebook(name)["cells"] if one["cell_type"] == "code"
            for line in "".join(one["source"]).splitlines() if re.search("[=(]|import", line)}


# ------------------------------------------------------------------------ one key in each lesson


def look_up_a_phone(page: Page, words: i18n.Words) -> None:
    """A phone sold in Japan takes both kinds of SIM."""
    view = cell(page, "device")
    expect(view.get_by_role("status")).to_have_text(words("ready.verdict.physical"))
    view.get_by_label(words("input.place")).select_option(
        {"en": "Japan", "zh-CN": "日本"}[words.language])
    expect(view.get_by_role("status")).to_have_text(words("ready.verdict.both"))


def change_the_stay(page: Page, words: i18n.Words) -> None:
    """Another number of days changes what to buy."""
    view = cell(page, "pick")
    table = view.get_by_role("table", name=words("purchase.caption"))
    expect(table).to_have_count(1)
    before = table.inner_text()
    days = view.get_by_label(words("input.days"), exact=True)
    days.fill("34")
    expect(view.get_by_role("status").first).to_contain_text(words.days(34))
    expect(table).not_to_have_text(before, use_inner_text=True)
    days.fill("400")
    expect(view.get_by_role("alert")).to_contain_text("400")


def ask_for_a_number(page: Page, words: i18n.Words) -> None:
    """Asking for a US number changes the comparison."""
    view = cell(page, "compare")
    view.get_by_label(words("input.us_number")).press("Space")
    expect(view.get_by_role("table", name=words("compare.caption", days=33))).to_contain_text(
        words("value.us_number.yes"))


def have_more_left(page: Page, words: i18n.Words) -> None:
    """With 5 GB left the days end first."""
    view = cell(page, "now")
    first = view.get_by_role("listitem").filter(has_text=words("renew.first"))
    expect(first).to_contain_text(words("renew.first_data"))
    view.get_by_label(words("input.gb_left")).fill("5")
    expect(first).to_contain_text(words("renew.first_days"))


def search_a_question(page: Page, words: i18n.Words) -> None:
    """A typed question is found."""
    view = cell(page, "faq")
    view.get_by_label(words("input.query")).fill(
        {"en": "how do I get a refund", "zh-CN": "怎么退款"}[words.language])
    expect(view.get_by_role("status")).to_contain_text(
        questions()["refunds"].entry["ask"][words.language])


def leave_code_to_jupyterlab(page: Page, words: i18n.Words) -> None:
    """Exercises are done in code; each says where."""
    expect(page.get_by_text(words("app.task"))).to_have_count(len(exercises()))


KEYS = {"01": look_up_a_phone, "02": change_the_stay, "03": ask_for_a_number,
        "04": have_more_left, "05": search_a_question,
        "06": leave_code_to_jupyterlab}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_lesson_runs_without_code(visit, language):
    words = i18n.words(language)
    names = [f"{stem}.{language}.ipynb" for stem in LESSONS.values()]
    for number, name, page in zip(LESSONS, names, visit(*names), strict=True):
        KEYS[number](page, words)
        note = words("app.code" if number == "06" else "app.note")
        expect(page.get_by_text(note)).to_be_visible()
        text = page.locator("body").inner_text()
        assert page.locator("html").get_attribute("lang") == language.partition("-")[0]
        assert page.title() == notebook(name)["metadata"]["title"]
        assert not re.search("JupyterLab|Run All Cells", text)
        assert [line for line in code_lines(name) if line in text] == []
        assert words("view.run_to_change") not in text, "the preview shows beside the widget"
        assert "Traceback" not in text
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.set_viewport_size({"width": 1280, "height": 3000})  # the page scrolls within itself
        page.screenshot(path=SCREENSHOTS / f"{Path(name).stem}.png")


def test_choices_travel_in_the_address_and_nowhere_else(app, visit):
    language = "zh-CN"
    words, files = i18n.words(language), {*app.tree.parent.rglob("*")}
    (page,) = visit(f"02-pick.{language}.ipynb")
    view = cell(page, "pick")
    view.get_by_label(words("input.days"), exact=True).fill("12")
    view.get_by_role("link", name=words("travel.lesson", n=3)).click()
    page.wait_for_url("**/03-compare.*days=12*")
    view = cell(page, "compare")
    expect(view).to_contain_text(words("travel.from", lesson=words("travel.lesson", n=2)))
    expect(view.get_by_label(words("input.days"), exact=True)).to_have_value("12")
    page.locator(".jp-RenderedMarkdown a[href^='02-pick']").last.click()
    page.wait_for_url("**/02-pick.*days=12*")
    view = cell(page, "pick")
    expect(view.get_by_label(words("input.days"), exact=True)).to_have_value("12")
    view.get_by_role("link", name=words("travel.forget")).click()
    page.wait_for_url(lambda url: "?" not in url)
    expect(cell(page, "pick").get_by_label(words("input.days"), exact=True)
           ).to_have_value("33")
    made = {path for path in {*app.tree.parent.rglob("*")} - files if path.is_file()}
    assert [path for path in made if travel.NAME in path.name] == []


# ---------------------------------------------------------------------- visitors are kept apart


def test_a_visitor_takes_choices_along_and_leaves_none_behind(app, visit, tmp_path):
    language = "zh-CN"
    words, kept = i18n.words(language), app.tree / "notebooks" / choices.FILE.name
    choices.save({"days": 99}, kept)  # somebody's own, from JupyterLab
    files = {path: path.stat().st_mtime_ns for path in written(app.tree)}
    (first,) = visit(f"02-pick.{language}.ipynb")  # two visits: two visitors
    view = cell(first, "pick")
    view.get_by_label(words("input.days"), exact=True).fill("7")
    view.get_by_role("button", name=words("choices.keep")).click()
    with first.expect_download() as download:
        view.get_by_role("link", name=words("choices.save", name=kept.name)).click()
    taken = tmp_path / "taken.json"
    download.value.save_as(taken)
    assert download.value.suggested_filename == kept.name
    assert choices.load(taken)["days"] == 7
    expect(view.get_by_role("button", name=words("choices.forget"))).to_have_count(0)

    (other,) = visit(f"03-compare.{language}.ipynb")
    view = cell(other, "compare")
    days = view.get_by_label(words("input.days"), exact=True)
    expect(days).to_have_value("33")
    upload(view, words, taken)
    expect(days).to_have_value("7")
    expect(cell(first, "pick").get_by_label(words("input.days"), exact=True)).to_have_value("7")

    spoilt = tmp_path / "<b>spoilt.json"
    spoilt.write_text(taken.read_text("utf-8").replace('"days": 7', '"days": -7'), "utf-8")
    upload(view, words, spoilt)
    expect(view.get_by_role("alert")).to_contain_text(
        words("refusal.choices_upload", name=spoilt.name))
    expect(days).to_have_value("7")
    assert {path: path.stat().st_mtime_ns for path in written(app.tree)} == files
    assert choices.load(kept) == {"days": 99}
    for address in ("voila/files/", "voila/render/", "voila/api/contents/", "files/"):
        answer = first.context.request.get(app.url + address + kept.name)
        assert "99" not in answer.text()

    first.get_by_role("link", name="比较套餐").click()
    first.wait_for_url("**/voila/render/03-compare.zh-CN.ipynb?*days=7*")
    expect(cell(first, "compare").get_by_label(words("input.days"), exact=True)).to_have_value("7")
    first.goto(app.address("03-compare.zh-CN.ipynb"))  # carries nothing
    expect(cell(first, "compare").get_by_label(words("input.days"), exact=True)).to_have_value("33")
    assert app.kernels() == 2  # that of the page which was left has ended


def written(folder: Path) -> list[Path]:
    """The files in a folder but for what Python compiles."""
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]


def upload(view: Locator, words: i18n.Words, path: Path) -> None:
    """Choose a file at the button that picks choices up."""
    with view.page.expect_file_chooser() as chooser:
        view.get_by_role("button", name=words("choices.pick_up")).click()
    chooser.value.set_files(path)


def test_the_start_page_leads_to_every_lesson_without_starting_a_python(app, open_page):
    page = open_page(app.url)
    linked = page.get_by_role("link").evaluate_all("all => all.map(one => one.href)")
    assert linked == [app.address(f"{stem}.{language}.ipynb") for language in i18n.LANGUAGES
                      for stem in LESSONS.values()]
    for other in ("voila/tree", "voila/render/00-start.ipynb"):
        assert page.context.request.get(app.url + other).text() == page.context.request.get(
            app.url).text()
    for language in i18n.LANGUAGES:
        expect(page.locator(f"section[lang={language}]")).to_contain_text(
            i18n.words(language)("app.start"))
    assert Axe().run(page).response["violations"] == []
    assert app.kernels() == 0


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[App]:
    """A Voilà that nobody has been to: pages that tests closed elsewhere may still be counted."""
    with running(tmp_path) as own:
        yield own


@pytest.mark.slow
def test_twenty_visitors_at_once_get_complete_pages_and_the_next_is_told(empty_house):
    app = empty_house
    address = app.address("05-help.en.ipynb")

    kernels = []

    def visit_page(_=None) -> str:
        with urllib.request.urlopen(address, timeout=300) as answer:
            html = answer.read().decode()
        kernels.append(re.search(r'"kernelId": "([^"]+)"', html)[1])
        return html

    def leave(kernel: str) -> None:  # as a page does; a kernel that is killed is replaced
        urllib.request.urlopen(f"{app.url}voila/api/shutdown/{kernel}", b"", timeout=300).close()

    with ThreadPoolExecutor(20) as crowd:
        try:
            alone = visit_page()
            pages = [*crowd.map(visit_page, range(20))]
            assert [outputs_in(html) for html in pages] == [outputs_in(alone)] * len(pages)
            assert outputs_in(alone)[2] > 5000
            with pytest.raises(urllib.error.HTTPError) as full:
                visit_page()
            assert full.value.code == 503
            told = full.value.read().decode()
            assert all(i18n.words(one)("app.full") in told for one in i18n.LANGUAGES)
        finally:
            [*crowd.map(leave, kernels)]


def outputs_in(html: str) -> tuple[int, int, int]:
    """How much a page holds: its cells, its tables, its letters."""
    text = re.sub(r"<script.*?</script>|<[^>]*>|[\d\s]", "", html, flags=re.DOTALL)
    return html.count("cell-index="), html.count("<table"), len(text)


def test_a_lesson_that_breaks_shows_no_traceback(app, visit):
    (page,) = visit("broken.ipynb")
    expect(page.get_by_text("请重新载入本页")).to_be_visible(timeout=READY_SECONDS * 1000)
    assert "ZeroDivisionError" in app.log.read_text()
    text = page.locator("body").inner_text()
    assert "Reload the page" in text
    for word in ("ZeroDivisionError", "Traceback", "secret_name", "--debug"):
        assert word not in text


def test_kernels_of_visitors_who_vanish_are_ended_in_the_end(app, visit):
    (page,) = visit("broken.ipynb")
    expect(page.get_by_text("请重新载入本页")).to_be_visible(timeout=READY_SECONDS * 1000)
    settings = json.loads((ROOT / "voila.json").read_text("utf-8"))["MappingKernelManager"]
    assert 0 < settings["cull_idle_timeout"] <= 3600
    assert (f"Culling kernels with idle durations > {settings['cull_idle_timeout']} seconds"
            in app.log.read_text())


# ------------------------------------------------------------------------- without a server


@pytest.fixture(params=i18n.LANGUAGES)
def words(request, monkeypatch, tmp_path) -> i18n.Words:
    """A language, in a kernel of Voilà whose folder cannot tell."""
    monkeypatch.setenv("VOILA_KERNEL_ID", "1")
    monkeypatch.setattr(choices, "FILE", tmp_path / choices.FILE.name)
    return i18n.words(request.param)


def keep_row(view) -> KeepRow:
    """The buttons of a view."""
    return next(child for child in view.children if isinstance(child, KeepRow))


def test_choices_pass_through_a_lesson_that_does_not_ask_them(words, tmp_path):
    tutorial = of_few(prepaid.tutorial(words.language))
    first, second = tutorial.preparations(), tutorial.pick()
    first.model.done = ("eid", "pin")
    keep_row(first).hand_over()
    keep_row(second).take("any.json", choices.as_text({"done": ("eid",), "days": 9}).encode())
    assert second.model.days == 9
    keep_row(second).hand_over()
    told = keep_row(second).children[-1].value
    for section in ("ready", "stay", "plan"):
        assert words(f"choices.section.{section}") in told
    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_is_not_ours_is_refused_in_one_sentence(words):
    view = of_few(prepaid.tutorial(words.language)).pick()
    for data in (b"", b"{}", b"\xff", b"x" * (choices.MAX_BYTES + 1)):
        keep_row(view).children[-1].value = ""
        keep_row(view).take("n" * 5000, data)
        told = keep_row(view).children[-1].value
        assert 'role="alert"' in told
        assert len(told) < 1000
        assert view.model.days == 33


def test_an_upload_widget_takes_the_same_file_twice(words):
    view = of_few(prepaid.tutorial(words.language)).pick()
    (uploader,) = (one for box in keep_row(view).children if isinstance(box, w.Box)
                   for one in box.children if isinstance(one, w.FileUpload))
    for _ in range(2):
        view.model.days = 5
        uploader.value = [{
            "name": "a.json", "type": "", "size": 9, "last_modified": dt.datetime(2026, 11, 24),
            "content": memoryview(choices.as_text({"days": 12}).encode()),
        }]
        assert view.model.days == 12
        assert uploader.value == ()


def test_the_readme_gives_one_command_in_both_languages():
    commands = README_COMMAND.findall((ROOT / "notebooks" / "README.md").read_text("utf-8"))
    assert len(commands) == 2
    assert len(set(commands)) == 1
