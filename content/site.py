"""The site: lessons to read, to run in the browser, and a guide for a phone without network.

    python content/site.py               _site/ with all that can be built here
    python content/site.py --no-browser  without the lessons that run in the browser
    python content/site.py --to DIR      another folder; it is emptied first

Look at it with: python -m http.server --directory _site

What has not been proven: the lessons in the browser load Pyodide from its network of servers, which
tests do not reach. They run them with an older one, see tests/browser/test_lite.py.
"""

import argparse
import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
sys.path[:0] = [str(ROOT / "content"), str(NOTEBOOKS)]

from publish import lite, pages, pocket  # noqa: E402


def last_change() -> dt.date:
    """The day of the last commit; the day of the newest notebook where there is no history."""
    told = subprocess.run(["git", "log", "-1", "--format=%cs"], cwd=ROOT, capture_output=True,
                          text=True, check=False).stdout.strip()
    if told:
        return dt.date.fromisoformat(told)
    newest = max(path.stat().st_mtime for path in NOTEBOOKS.glob("*.ipynb"))
    return dt.datetime.fromtimestamp(newest, dt.UTC).date()


class NotOurs(Exception):
    """The folder holds something else; says which."""


def build(folder: Path, browser: bool = True) -> list[str]:
    """Build the site into a folder, which is emptied first; what could not be built, and why.

    Raises:
        NotOurs: nothing is deleted and nothing built.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "style.css").exists():
        raise NotOurs(f"{folder} is no site of ours: nothing is deleted there")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    missing = []
    if browser:
        try:
            lite.build(ROOT, folder / "lite")
        except lite.CannotBuild as reason:
            missing.append(f"The lessons that run in the browser are not built: {reason}")
    pages.build(NOTEBOOKS, folder, last_change(), (folder / "lite").exists())
    pocket.build(folder, last_change())
    pages.make_searchable(folder)
    return missing


def main(arguments: list[str] | None = None) -> int | str:
    """The command line; 0, or what went wrong."""
    parser = argparse.ArgumentParser(description="Build the site from the notebooks.")
    parser.add_argument("--to", type=Path, metavar="DIR", default=ROOT / "_site")
    parser.add_argument("--no-browser", action="store_true",
                        help="leave out the lessons that run in the browser")
    options = parser.parse_args(arguments)
    try:
        missing = build(options.to.resolve(), not options.no_browser)
    except NotOurs as reason:
        return str(reason)
    print(*missing, f"Built in {options.to}", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
