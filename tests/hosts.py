"""How fast each place shows lesson 02: makes the table of notebooks/README.md.

    python tests/hosts.py           print it
    python tests/hosts.py --write   and put it between its markers

Measured in Chromium on this machine, from opening an address to the first widget, or to the first
paint where nothing is live; megabytes are what the browser received. Where this machine cannot
measure, the table says so.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("content", "notebooks", "tests")]

import browser_python  # noqa: E402
import publish_site  # noqa: E402
from conftest import BROWSER_FLAGS, BROWSERS  # noqa: E402
from static_pages import on_nbviewer  # noqa: E402

README = ROOT / "notebooks" / "README.md"
LESSON = "02-pick.en.ipynb"
PORT = "8931"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000"
HEAD = ["Host", "All content shown", "Live", "Steps", "Seconds", "MB"]
NOT_HERE = "not measured"


def row(page: Page, address: str, run: str = "") -> tuple[float, float]:
    """Seconds until something is there and megabytes received."""
    sizes = []
    page.on("requestfinished", lambda one: sizes.append(one.sizes()["responseBodySize"]))
    begun = time.monotonic()
    page.goto(address, wait_until="commit" if run else "load")
    if not run:
        page.wait_for_function(PAINT)
        seconds = page.evaluate(PAINT)
        page.wait_for_timeout(300)
    else:
        if run != "at once":
            page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext")
            page.evaluate("""async run => {
                const panel = jupyterapp.shell.currentWidget;
                await panel.revealed; await panel.sessionContext.ready;
                await panel.sessionContext.session.kernel.info;
                jupyterapp.commands.execute(run);
            }""", run)
        page.locator(".jupyter-widgets input:visible").first.wait_for(timeout=120_000)
        seconds = time.monotonic() - begun
        page.wait_for_timeout(500)
    return round(seconds, 1), round(sum(sizes) / 1e6, 2)


@contextlib.contextmanager
def server(*command: str, folder: Path = ROOT):
    """A program of ours that listens on PORT, with settings of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as own:
        names = ("CONFIG", "DATA", "RUNTIME")
        env = os.environ | {f"JUPYTER_{one}_DIR": f"{own}/{one}" for one in names} | {
            "JUPYTERLAB_SETTINGS_DIR": f"{own}/s", "JUPYTERLAB_WORKSPACES_DIR": f"{own}/w"}
        with subprocess.Popen([sys.executable, "-m", *command], cwd=folder, env=env,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            give_up = time.monotonic() + 90
            while time.monotonic() < give_up:
                with contextlib.suppress(OSError), socket.create_connection(
                        ("127.0.0.1", int(PORT)), 1):
                    break
                time.sleep(0.5)
            try:
                yield f"http://127.0.0.1:{PORT}/"
            finally:
                process.terminate()


def folder(scratch: str, name: str) -> Path:
    """A new one."""
    path = Path(scratch) / name
    path.mkdir()
    return path


def measured(browser) -> list[list[str]]:
    """The rows of the table."""
    rows = []

    def add(host: str, shown: str, live: str, steps: str, address: str, run: str = "") -> None:
        context = browser.new_context(bypass_csp=True)  # or a page of ours cannot be asked
        seconds, size = row(context.new_page(), address, run)
        context.close()
        rows.append([host, shown, live, steps, f"{seconds}", f"{size}"])

    with server("jupyterlab", "--config=jupyterlab.json", "--no-browser", "--ip=127.0.0.1",
                f"--port={PORT}", "--allow-root", "--IdentityProvider.token=x",
                "--LabApp.expose_app_in_browser=True") as at:
        add("JupyterLab", "yes", "yes", "the command, then Run All",
            f"{at}doc/tree/notebooks/{LESSON}?token=x", "notebook:run-all-cells")
    with server("app", "--no-browser", "--Voila.ip=127.0.0.1", f"--port={PORT}",
                folder=ROOT / "content") as at:
        add("Voilà", "yes, without code", "yes", "open the page",
            f"{at}voila/render/{LESSON}", "at once")
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch) / "site"
        missing = publish_site.command().build(site)
        size = sum(path.stat().st_size for path in (site / "lite").rglob("*") if path.is_file())
        try:
            pyodide = browser_python.python(folder(scratch, "python"))
            lite = browser_python.site(folder(scratch, "lite"), pyodide)
            with publish_site.shown(lite) as at:
                add("JupyterLite", "yes", "yes", "open the page, then Run All",
                    f"{at}lab/index.html?path=notebooks/{LESSON}", "notebook:run-all-cells")
        except browser_python.Missing:
            rows.append(["JupyterLite", "yes", "yes", "open the page, then Run All", NOT_HERE,
                         f"{size / 1e6:.0f} on the server" if not missing else NOT_HERE])
        with publish_site.shown(site) as at:
            add("The site", "yes", "no", "open the page", f"{at}en/02-pick.html")
        add("Pocket guide", "answers and steps", "no", "open the file, no network",
            (site / "en" / "pocket.html").as_uri())
        page = Path(scratch) / "page.html"
        page.write_text(on_nbviewer(LESSON), "utf-8")
        add("nbconvert page, as nbviewer shows it", "yes", "no", "open the page", page.as_uri())
        rows[-2][-1] = f"{(site / 'en' / 'pocket.html').stat().st_size / 1e6:.2f}"
        rows[-1][-1] = f"{page.stat().st_size / 1e6:.2f}"
    rows.append(["Binder", "yes", "yes", "open the link, wait, Run All", NOT_HERE, NOT_HERE])
    return rows


def main() -> None:
    """The command line."""
    with sync_playwright() as playwright:
        found = next(path for name in BROWSERS if (path := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=found, args=BROWSER_FLAGS)
        rows = measured(browser)
        browser.close()
    lines = [f"| {' | '.join(cells)} |" for cells in (HEAD, ["---"] * len(HEAD), *rows)]
    table = "\n".join(lines)
    print(table)
    if "--write" in sys.argv:
        text = README.read_text("utf-8")
        pattern = r"(<!-- hosts -->\n).*?(<!-- /hosts -->)"
        README.write_text(re.sub(pattern, lambda found: f"{found[1]}\n{table}\n\n{found[2]}", text,
                                 flags=re.DOTALL), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
