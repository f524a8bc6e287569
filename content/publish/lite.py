"""The lessons in the browser: JupyterLite with the kernel of Pyodide, opened without installing.

A lesson is the very notebook that stands in notebooks/. The helper package with the content that it
reads is one wheel, since each file of JupyterLite is a request of its own through a service worker.
That wheel and what the package imports are told to Pyodide in advance: it looks for imports in
the text of a cell only. Pyodide itself and its own packages come from its network of servers when
a reader opens a lesson: this is the one part of the site that asks another host for something.
"""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# Packages that Pyodide itself carries are named; the others come as wheels, all pure Python.
OF_PYODIDE = ("pandas", "numpy", "python-dateutil", "markupsafe", "tzdata", "typing-extensions")
# What the kernel itself fetches one after the other if they are not told in advance.
OF_KERNEL = ("micropip", "ipython", "jedi")
WHEELS = ("babel", "comm", "htpy", "icalendar", "python-stdnum", "ipywidgets")
# What they hold that no lesson reads: other languages than ours, numbers of countries.
UNREAD = r"babel/locale-data/(?!(?:root|{languages})[._])|stdnum/(?:[a-z]{{2}}_?/|.*\.dat)"
# What the package reads of content/: files of these kinds, and these folders.
READ = (".csv", ".toml", ".json")
FOLDERS = ("strings", "faq", "renewal", "stored", "exercises")
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension",
              "jupyterlab_pygments")


class CannotBuild(Exception):
    """Says what is missing."""


def build(root: Path, folder: Path) -> None:
    """Write JupyterLite and the lessons to a folder.

    Raises:
        CannotBuild: JupyterLite is not installed, or its build failed.
    """
    for module in ("jupyterlite_core", "jupyterlite_pyodide_kernel"):
        if importlib.util.find_spec(module) is None:
            raise CannotBuild("install content/publish/requirements.txt first.")
    with tempfile.TemporaryDirectory() as scratch:
        files = Path(scratch) / "files"
        (files / "notebooks").mkdir(parents=True)
        for lesson in (root / "notebooks").glob("[0-9]*.ipynb"):
            shutil.copy(lesson, files / "notebooks")
        wheels = fetch_wheels(Path(scratch) / "wheels", root / "requirements.txt")
        languages = {one.stem.partition("-")[0] for one in root.glob("content/strings/*.toml")}
        for wheel in wheels:
            lighten(wheel, re.compile(UNREAD.format(languages="|".join(sorted(languages)))))
        wheels.append(pack(root, Path(scratch) / "wheels"))
        done = subprocess.run(
            [sys.executable, "-m", "jupyterlite_core", "build", "--apps=lab",
             "--no-unused-shared-packages",
             f"--contents={files}", f"--output-dir={folder}", f"--lite-dir={scratch}",
             *(f"--piplite-wheels={wheel}" for wheel in wheels)],
            cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise CannotBuild(done.stderr.strip()[-600:] or "its build failed without a word.")
    settle(folder)


def pack(root: Path, folder: Path) -> Path:
    """The helper package with the content that it reads, as a wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    path, about = folder / "prepaid-0-py3-none-any.whl", "prepaid-0.dist-info"
    content = [one for one in (root / "content").iterdir() if one.suffix in READ]
    content += [one for name in FOLDERS for one in (root / "content" / name).iterdir()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for one in sorted((root / "notebooks" / "prepaid").rglob("*.py")):
            wheel.write(one, one.relative_to(root / "notebooks"))
        for one in sorted(content):
            wheel.write(one, Path("prepaid") / one.relative_to(root))
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: prepaid\nVersion: 0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    return path


def fetch_wheels(folder: Path, pins: Path) -> list[Path]:
    """The wheels that Pyodide does not carry, in versions that the lessons are tested with."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
         "--disable-pip-version-check", f"--dest={folder}", f"--constraint={pins}", *WHEELS],
        capture_output=True, text=True, check=False)
    found = sorted(folder.glob("*.whl")) if folder.exists() else []
    if done.returncode or len(found) < len(WHEELS):
        raise CannotBuild(f"pip could not fetch what the lessons import: "
                          f"{done.stderr.strip().splitlines()[-1:]}")
    for wheel in found:
        if not wheel.name.endswith("-none-any.whl"):
            raise CannotBuild(f"{wheel.name} is compiled, which a browser cannot load.")
    return found


def lighten(wheel: Path, unread: re.Pattern[str]) -> None:
    """Drop from a wheel the files that no lesson reads."""
    lighter = wheel.with_suffix(".tmp")
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(lighter, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            if not unread.match(one.filename):
                new.writestr(one, old.read(one))
    lighter.replace(wheel)


def settle(folder: Path) -> None:
    """Have the kernel load at its start what the lessons import, so that no cell has to; drop what
    only developers of JupyterLite read, and extensions of this machine's own JupyterLab."""
    path = folder / "jupyter-lite.json"
    settings = json.loads(path.read_text("utf-8"))
    data = settings["jupyter-config-data"]
    data["federated_extensions"] = [
        one for one in data["federated_extensions"] if one["name"] in EXTENSIONS]
    # Addresses are seen from where the kernel's own script lies, four folders down.
    wheels = [f"../../../../pypi/{wheel.name}" for wheel in sorted(folder.glob("pypi/*.whl"))]
    kernel = data["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    kernel["loadPyodideOptions"] = {"packages": [*OF_KERNEL, *OF_PYODIDE, *wheels]}
    path.write_text(json.dumps(settings, indent=2), "utf-8")
    for unused in folder.rglob("*.map"):
        unused.unlink()
