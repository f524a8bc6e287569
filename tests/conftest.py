"""What the tests share: a JupyterLab of their own, and a real browser to read it with.

A journey asks for `open_lesson` and gets lessons as a reader sees them:

    def test_days_change_the_table(open_lesson):
        lesson = open_lesson("02-pick-a-package.en.ipynb", dark=True, size=(480, 900))
        lesson.run_all()
        lesson.cell("pick").get_by_label("Days").fill("12")

The server works on a copy: the committed notebooks are never touched. Pages without a server
(nbconvert's) come from `open_page`, with the same options.
"""

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

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
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

# Kernels under test live far from where the notebooks were built: stored outputs may not care.
os.environ |= {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8"}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address and the copied tree that it serves."""

    url: str
    tree: Path
    settings: Path

    def choose_theme(self, dark: bool) -> None:
        """Set the theme of pages opened from now on."""
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        _write_json(
            self.settings / "@jupyterlab/apputils-extension/themes.jupyterlab-settings",
            {"theme": theme},
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


@dataclass(frozen=True)
class Lesson:
    """A notebook open in JupyterLab."""

    page: Page
    slugs: list[str]

    def run_all(self) -> None:
        """Run ▸ Run All Cells; returns when every code cell has run, fails if one has not."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        for cell in self.page.locator(".jp-Notebook .jp-CodeCell").all():
            prompt = cell.locator(".jp-InputPrompt")
            expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"), timeout=READY_SECONDS * 1000)
        wrong = self.page.locator("[data-mime-type='application/vnd.jupyter.stderr']")
        assert wrong.count() == 0, wrong.first.inner_text()

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
        yield Lab(url, tree, home / "settings")
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


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(url, *, dark=False, size=(1280, 900), **context)`: a page in a browser of its
    own. It reaches this machine only; a test fails that asked for anything outside."""
    contexts, outside = [], []

    def refuse(route: Route) -> None:
        outside.append(route.request.url)
        route.abort()

    def open_it(url: str, *, dark=False, size=(1280, 900), **options) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            **options,
        )
        context.route(re.compile(r"^(?!https?://127\.0\.0\.1[:/]|data:|blob:|file:)"), refuse)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not outside, f"asked for something outside: {outside}"


@pytest.fixture
def open_lesson(lab_server: Lab, open_page: Callable[..., Page]) -> Iterator[Callable[..., Lesson]]:
    """`open_lesson(name, *, dark=False, size=(1280, 900), alone=False, **context)`: the committed
    notebook, open in JupyterLab with a kernel ready; `alone` without file browser and tabs."""
    pages = []

    def open_it(name: str, *, dark=False, alone=False, **options) -> Lesson:
        lab_server.choose_theme(dark)
        slugs = lab_server.lay_out(name)
        view = "doc" if alone else "lab"
        url = f"{lab_server.url}{view}/tree/notebooks/{name}?reset&token={TOKEN}"
        page = open_page(url, dark=dark, **options)
        pages.append(page)
        page.wait_for_function(NOTEBOOK_IS_THERE, timeout=READY_SECONDS * 1000)
        page.evaluate(KERNEL_IS_READY)
        return Lesson(page, slugs)

    yield open_it
    if pages:
        api, head = pages[0].context.request, {"Authorization": f"token {TOKEN}"}
        for kernel in api.get(f"{lab_server.url}api/kernels", headers=head).json():
            api.delete(f"{lab_server.url}api/kernels/{kernel['id']}", headers=head)


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
