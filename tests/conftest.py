"""What the tests share: a JupyterLab of their own, and a real browser to read it with.

A journey asks for `open_lesson` and gets lessons as a reader sees them:

    def test_days_change_the_table(open_lesson):
        lesson = open_lesson("02-pick.en.ipynb", dark=True, size=(480, 900))
        lesson.run_all()
        lesson.cell("pick").get_by_label("Days").fill("12")

The server works on a copy: the committed notebooks are never touched. Pages without a server
(nbconvert's) come from `open_page`, with the same options.
"""

import datetime as dt
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    sync_playwright,
)

from prepaid.steps import travel

ROOT = Path(__file__).resolve().parents[1]
ARTEFACTS = ROOT / ".artefacts"  # pictures of what was tested, to look at; not committed
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TOKEN = "journeys"
READY_SECONDS = 60
# The page's own indicator says "idle" before the cells are there and before the kernel is.
NOTEBOOK_IS_THERE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext"
KERNEL_IS_READY = """async () => {
    const panel = jupyterapp.shell.currentWidget;
    await panel.revealed;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
}"""
WRONG = ("[data-mime-type='application/vnd.jupyter.error'], "
         "[data-mime-type='application/vnd.jupyter.stderr']")
ALL_RAN = f"""() => {{
    const prompts = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')];
    return prompts.every(prompt => /^\\[\\d+\\]:$/.test(prompt.textContent)) ||
        document.querySelector("{WRONG}");
}}"""
# Every change of a widget was answered, and no part of an answer waits for a pause any more: on two
# looks, since what the second part of an answer replaces is dimmed after the first one is there.
SETTLED = """async () => {
    const cells = jupyterapp.shell.currentWidget.content.widgets;
    const outputs = cells.flatMap(cell => cell.outputArea?.widgets ?? []);
    const shown = outputs.flatMap(output => output.widgets ?? []).find(one => one._manager);
    const manager = await shown._manager.promise;
    const models = await Promise.all(Object.values(manager._models));
    const settled = () => models.every(model => !model._pending_msgs && !model._msg_buffer) &&
        !document.querySelector(".jp-OutputArea [style^='opacity:.45']");
    if (!settled()) return false;
    await new Promise(passed => setTimeout(passed, 300));
    return settled();
}"""
OPEN = "path => void jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' })"
CHOOSE_THEME = """async dark => {
    const theme = dark ? "JupyterLab Dark" : "JupyterLab Light";
    await jupyterapp.commands.execute("apputils:change-theme", { theme });
    while (document.body.dataset.jpThemeLight !== String(!dark)) {
        await new Promise(requestAnimationFrame);
    }
}"""
SAVE_AND_CLOSE = """async () => {
    const panel = jupyterapp.shell.currentWidget, path = panel.context.path;
    await jupyterapp.commands.execute('docmanager:save');
    await panel.sessionContext.shutdown();
    panel.context.dispose();
    panel.dispose();
    return path;
}"""
CLOSE_ALL = """() => {
    for (const panel of [...jupyterapp.shell.widgets('main')]) {
        panel.context?.dispose();
        panel.dispose();
    }
}"""

# What uses one of these fixtures is left out of a quick run.
MARK_OF = {"browser": "browser", "lab_server": "browser", "app": "browser",
           "fresh": "slow", "environment": "slow", "site": "slow"}

# Files of these folders come first, since a worker takes a file as a whole: what is long is best
# begun early. Those of other folders are short.
LONG = ("browser", "notebooks", "steps", "content", "analysis")

# Kernels under test live far from where the notebooks were built: stored outputs may not care.
os.environ |= {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8"}


def kernels_today() -> dt.date:
    """The day on which a form opens in a kernel under test."""
    return dt.datetime.now(ZoneInfo(os.environ["TZ"])).date()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by what they need the tests that a quick run leaves out; others are marked by hand.
    Put what takes long first."""
    for item in items:
        for fixture in MARK_OF.keys() & {*getattr(item, "fixturenames", ())}:
            item.add_marker(MARK_OF[fixture])
        if item.path.suffix == ".ipynb":
            item.add_marker("slow")
    order = dict(zip(LONG, range(-len(LONG), 0), strict=True))
    items.sort(key=lambda item: order.get(item.path.parent.name, 0))


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end, and widgets are never let go of:
    looking through all of it for garbage again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Nor is it looked through at the end."""
    gc.freeze()


@pytest.fixture(autouse=True)
def pictures_closed() -> Iterator[None]:
    """A picture that one test leaves open is none that the next one draws on."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address and the copied tree that it serves."""

    url: str
    tree: Path
    settings: Path
    runtime: Path

    def forget(self) -> None:
        """Delete the choices that travel from lesson to lesson."""
        for file in self.runtime.glob(f"{travel.NAME}-*.json"):
            file.unlink()

    def choose_theme(self, dark: bool) -> None:
        """Set the theme of pages opened from now on."""
        _write_json(
            self.settings / "@jupyterlab/apputils-extension/themes.jupyterlab-settings",
            {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"},
        )

    def lay_out(self, name: str) -> list[str]:
        """Put a fresh copy of a notebook in the tree, with its outputs but without its counts,
        so that a count on the page means that the cell ran here; its cell ids in order."""
        notebook = json.loads((ROOT / "notebooks" / name).read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = None
        _write_json(self.tree / "notebooks" / name, notebook)
        return [cell["id"] for cell in notebook["cells"]]


def wait_until_ready(page: Page) -> None:
    """Wait until JupyterLab shows a notebook and its kernel is ready."""
    page.wait_for_function(NOTEBOOK_IS_THERE, timeout=READY_SECONDS * 1000)
    page.evaluate(KERNEL_IS_READY)


@dataclass(frozen=True)
class Lesson:
    """A notebook open in JupyterLab."""

    page: Page
    slugs: list[str]

    def run_all(self) -> None:
        """Run ▸ Run All Cells; returns when every code cell has run, fails if one has not."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(ALL_RAN, timeout=READY_SECONDS * 1000)
        wrong = self.page.locator(WRONG)
        assert wrong.count() == 0, wrong.first.inner_text()

    def settle(self) -> None:
        """Wait until all that follows from the inputs as they are now is on the page."""
        self.page.wait_for_function(SETTLED, timeout=READY_SECONDS * 1000)

    def choose_theme(self, dark: bool) -> None:
        """Settings ▸ Theme."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.evaluate(CHOOSE_THEME, dark)

    def save_close_and_reopen(self) -> None:
        """Save, end the kernel, close, and open again: from one day to the next."""
        path = self.page.evaluate(SAVE_AND_CLOSE)
        self.page.evaluate(OPEN, path)
        wait_until_ready(self.page)

    def cell(self, slug: str) -> Locator:
        """The cell with that slug, scrolled into view."""
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(self.slugs.index(slug))
        cell.scroll_into_view_if_needed()
        return cell


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with settings, workspaces and kernels of its own, on a copy of the tutorial."""
    home = tmp_path_factory.mktemp("lab")
    tree = home / "tree"
    for part in ("notebooks", "content"):
        unwanted = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / part, tree / part, ignore=unwanted)
    own = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
    }
    _write_json(
        home / "config/labconfig/page_config.json",
        {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}},
    )
    _write_json(
        home / "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings",
        {"windowingMode": "none"},
    )
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={TOKEN}"),
        "--LabApp.expose_app_in_browser=True",
    ]
    with (home / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=tree,
            env=os.environ | {name: str(folder) for name, folder in own.items()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = _server_url(server, home)
        yield Lab(url, tree, home / "settings", home / "runtime")
    finally:
        server.terminate()
        server.wait(READY_SECONDS)


def _server_url(server: subprocess.Popen, home: Path) -> str:
    told = home / "runtime" / f"jpserver-{server.pid}.json"
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        if told.exists() and (text := told.read_text()):
            return json.loads(text)["url"]
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{(home / 'lab.log').read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium. Where there is none: a failure in CI, a skip elsewhere."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, BROWSERS)), playwright.chromium.executable_path)
        if not Path(found).exists():
            give_up = pytest.fail if os.environ.get("CI") else pytest.skip
            give_up("no Chromium: install your system's, or run playwright install chromium")
        chromium = playwright.chromium.launch(executable_path=found, args=BROWSER_FLAGS)
        yield chromium
        chromium.close()


class Visits:
    """Pages in browsers of their own that reach this machine only."""

    def __init__(self, browser: Browser):
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.outside: list[str] = []

    def open(self, url: str, *, dark=False, size=(1280, 900), **options) -> Page:
        """A page that shows the address."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            **options,
        )
        context.route(re.compile(r"^(?!https?://127\.0\.0\.1[:/]|data:|blob:|file:)"), self._refuse)
        self._contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    def _refuse(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def end(self) -> None:
        """Close the pages; fails if one asked for anything outside."""
        for context in self._contexts:
            context.close()
        self.check()

    def check(self) -> None:
        """Fails if a page has asked for anything outside since the last time."""
        outside, self.outside = self.outside, []
        assert not outside, f"asked for something outside: {outside}"


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(url, *, dark=False, size=(1280, 900), **context)`: a page in a browser of its
    own. It reaches this machine only; a test fails that asked for anything outside."""
    visits = Visits(browser)
    yield visits.open
    visits.end()


def end_kernels(lab: Lab, context: BrowserContext) -> None:
    """End every kernel of the server."""
    head = {"Authorization": f"token {TOKEN}"}
    for kernel in context.request.get(f"{lab.url}api/kernels", headers=head).json():
        context.request.delete(f"{lab.url}api/kernels/{kernel['id']}", headers=head)


class Desks:
    """JupyterLab pages that stay open between tests, since loading one takes longer than a test.

    A page serves one lesson at a time; after a test its lessons are closed, with their kernels.
    """

    def __init__(self, lab: Lab, browser: Browser):
        self._lab, self._visits = lab, Visits(browser)
        self._free: dict[str, list[Page]] = {}
        self._taken: list[tuple[str, Page]] = []

    def open(self, name: str, *, dark=False, size=(1280, 900), alone=False, **options) -> Lesson:
        """The committed notebook in a page that no other lesson of the test is in."""
        self._lab.choose_theme(dark)
        slugs, kind = self._lab.lay_out(name), repr((alone, options))
        if pages := self._free.get(kind):
            page = pages.pop()
            page.set_viewport_size({"width": size[0], "height": size[1]})
            Lesson(page, slugs).choose_theme(dark)
            page.evaluate(OPEN, f"notebooks/{name}")
        else:
            view = "doc" if alone else "lab"
            url = f"{self._lab.url}{view}/tree/notebooks/{name}?reset&token={TOKEN}"
            page = self._visits.open(url, dark=dark, size=size, **options)
        self._taken.append((kind, page))
        wait_until_ready(page)
        return Lesson(page, slugs)

    def clear(self) -> None:
        """Close the lessons and end the kernels; a page with a dialogue left open goes too."""
        for kind, page in self._taken:
            if page.is_closed():
                continue
            page.evaluate(CLOSE_ALL)
            if page.locator(".jp-Dialog").count():
                page.close()
            else:
                self._free.setdefault(kind, []).append(page)
        if self._taken:
            end_kernels(self._lab, self._taken[0][1].context)
        self._taken.clear()
        self._lab.forget()
        self._visits.check()

    def end(self) -> None:
        """Close the pages."""
        self._visits.end()


@pytest.fixture(scope="module")
def desks(lab_server: Lab, browser: Browser) -> Iterator[Desks]:
    """The module's JupyterLab pages."""
    desks = Desks(lab_server, browser)
    yield desks
    desks.end()


@pytest.fixture
def open_lesson(desks: Desks) -> Iterator[Callable[..., Lesson]]:
    """`open_lesson(name, *, dark=False, size=(1280, 900), alone=False, **context)`: the committed
    notebook, open in JupyterLab with a kernel ready; `alone` without file browser and tabs."""
    yield desks.open
    desks.clear()


@pytest.fixture
def kept_file(lab_server: Lab) -> Iterator[Path]:
    """Where choices are kept in the tree that the server shows; gone before and after."""
    path = lab_server.tree / "notebooks" / "my-choices.json"
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
