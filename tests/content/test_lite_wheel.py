"""The wheel that JupyterLite loads holds all that the lessons read."""

import json
import os
import subprocess
import sys
import zipfile

import nbformat
import pytest

from conftest import ROOT
from prepaid import i18n
from publish import lite

RUN = """
import io, json, sys
from contextlib import redirect_stdout
from IPython.core.interactiveshell import InteractiveShell
from prepaid import i18n
shell, shown = InteractiveShell.instance(), {}
for name, cells in json.load(sys.stdin).items():
    for code in cells:
        with redirect_stdout(io.StringIO()):
            done = shell.run_cell(code)
            done.raise_error()
            shell.display_formatter.format(done.result)
print(i18n.CONTENT)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(lite.pack(ROOT, folder)) as wheel:
        wheel.extractall(folder / "site-packages")
    return folder / "site-packages"


def test_what_the_build_stores_is_in_it(unpacked):
    kept = {path.name for path in (ROOT / "content" / "stored").iterdir()}
    assert kept
    assert {path.name for path in (unpacked / "prepaid/content/stored").iterdir()} == kept


def test_lessons_run_from_the_wheel(unpacked, tmp_path):
    lessons = {
        path.name: [cell.source for cell in nbformat.read(path, as_version=4).cells
                    if cell.cell_type == "code"]
        for path in sorted((ROOT / "notebooks").glob("0[12456]*.ipynb"))}
    assert len(lessons) == 5 * len(i18n.LANGUAGES)
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=tmp_path, input=json.dumps(lessons), text=True,
        capture_output=True, check=False, timeout=300,
        env=os.environ | {"PYTHONPATH": str(unpacked)})
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == str(unpacked / "prepaid" / "content")
