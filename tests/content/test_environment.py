"""What a reader installs is enough: an empty environment, those packages, every notebook run."""

import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from traitlets.config import Config

import build
from conftest import ROOT

BINDER = ROOT / ".binder"
NOTEBOOKS = sorted(path.name for path in build.NOTEBOOKS.glob("*.ipynb"))
TESTERS_ONLY = ("scipy", "hypothesis", "playwright", "jupytext", "voila")
COMMANDS = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines()
            if line.startswith("python3 -m venv ")]


def lines(path: Path) -> list[str]:
    """The lines of a requirements file without its comments."""
    return [line for line in path.read_text("utf-8").splitlines()
            if line.strip() and not line.startswith("#")]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with exactly what repo2docker would install; its Python."""
    folder = tmp_path_factory.mktemp("binder") / "env"
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile",
        "--disable-pip-version-check", "--requirement", str(BINDER / "requirements.txt"))
    return python


@pytest.fixture(scope="module")
def executed(environment, tmp_path_factory) -> Path:
    """A folder with all notebooks, run in that environment."""
    folder = tmp_path_factory.mktemp("executed")
    own = {name: str(folder / name) for name in
           ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    run(str(environment), "-m", "nbconvert", "--to=notebook", "--execute", f"--output-dir={folder}",
        "--log-level=ERROR", *(str(build.NOTEBOOKS / name) for name in NOTEBOOKS), **own)
    return folder


def run(*command: str, **variables: str) -> str:
    """What a command prints; one that fails fails the test with what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, capture_output=True, text=True, env=kept | variables,
                          check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_shows_the_same_there(executed, name):
    there = nbformat.read(executed / name, as_version=4)
    build.settle(there)
    committed = nbformat.read(build.NOTEBOOKS / name, as_version=4)
    assert [shown(cell) for cell in there.cells] == [shown(cell) for cell in committed.cells]


def shown(cell: nbformat.NotebookNode) -> tuple:
    """A cell's id and what it shows."""
    return cell.id, [(output.output_type, output.get("data"), output.get("text"))
                     for output in cell.get("outputs", ())]


def test_nothing_of_the_testers_is_there(environment):
    found = run(str(environment), "-c", "from importlib.metadata import distributions as all; "
                "print(*(one.name.lower() for one in all()))").split()
    assert {"pandas", "jupyterlab-language-pack-zh-cn"} <= {*found}
    assert not {*TESTERS_ONLY} & {*found}


def test_readers_packages_stand_in_one_file():
    readers, everything = (lines(ROOT / part / "requirements.txt") for part in (".", "tests"))
    assert lines(BINDER / "requirements.txt") == everything[:1] == ["-r ../requirements.txt"]
    names = [[Requirement(line).name for line in part] for part in (readers, everything[1:])]
    assert not {*names[0]} & {*names[1]}
    assert {*TESTERS_ONLY} <= {*names[1]}


def test_the_pins_let_in_what_the_browser_runs():
    pins = {one.name: one.specifier for one in map(Requirement, lines(ROOT / "requirements.txt"))}
    assert "3.0.2" in pins["pandas"]
    assert "2.4.6" in pins["numpy"]


def test_the_readme_has_two_commands_and_ci_finds_its_own():
    opens, tests = COMMANDS
    assert "-r requirements.txt" in opens
    assert opens.endswith("notebooks/00-start.ipynb")
    assert "--allow-root" not in opens
    assert "-r tests/requirements.txt" in tests
    pattern = re.search(r"grep -m 1 '(.*)' README.md", (ROOT / ".ci" / "run").read_text("utf-8"))
    assert [one for one in COMMANDS if re.match(pattern[1], one)] == [tests]


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_bytes()) <= 6000


def test_jupyterlab_asks_nobody_for_news():
    from jupyterlab.labapp import LabApp  # takes half a second, not in every worker

    settings = json.loads((ROOT / "jupyterlab.json").read_text("utf-8"))
    app = LabApp()
    app.update_config(Config(settings))
    overrides = json.loads((ROOT / app.app_settings_dir / "overrides.json").read_text("utf-8"))
    news = overrides["@jupyterlab/apputils-extension:notification"]
    assert news == {"fetchNews": "false", "checkForUpdates": False}
    assert settings["ServerApp"] == {"allow_root": True}  # a container has only root
    assert "--config=jupyterlab.json" in COMMANDS[0]


def test_binder_gets_a_python_that_the_packages_support():
    version = re.fullmatch(r"python-3\.(\d+)\n", (BINDER / "runtime.txt").read_text("utf-8"))
    assert int(version[1]) >= 11
    assert not (ROOT / "binder").exists(), "repo2docker refuses two folders"
