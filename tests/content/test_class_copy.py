"""Copies of lesson 6 for a class: what each holds, and that the key and the handout run."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

import build
import class_copy
from prepaid import i18n
from prepaid.steps.exercises.model import exercises

LESSON = build.read_lesson(build.ROOT / "content/lessons/06-pandas.md")


def copies(kind: str) -> list[nbformat.NotebookNode]:
    """The copies of a kind, not run."""
    found = class_copy.class_copies(LESSON, kind)
    assert list(found) == [f"06-pandas-{kind}.{language}.ipynb" for language in i18n.LANGUAGES]
    for notebook in found.values():
        nbformat.validate(notebook)
    return list(found.values())


def texts(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


def test_the_handout_holds_no_solution():
    for notebook in copies("class"):
        assert "tutorial.solution" not in texts(notebook)
        assert texts(notebook).count("answer = ...") == len(exercises())
        for entry in exercises().values():
            assert entry["solution"].strip() not in texts(notebook)


def test_the_key_holds_every_solution():
    for notebook in copies("key"):
        assert "answer = ..." not in texts(notebook)
        for entry in exercises().values():
            assert texts(notebook).count(entry["solution"].strip()) == 1


def test_an_assignment_gives_a_point_for_each_exercise():
    for notebook in copies("nbgrader"):
        marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
        ids = [cell.metadata.nbgrader.grade_id for cell in marked]
        assert len(ids) == len(set(ids)) == 2 * len(exercises())
        assert sum(cell.metadata.nbgrader.get("points", 0) for cell in marked) == len(exercises())
        for answer, point in zip(marked[::2], marked[1::2], strict=True):
            assert answer.metadata.nbgrader.solution
            assert not answer.metadata.nbgrader.grade
            assert "### BEGIN SOLUTION\n" in answer.source
            assert point.metadata.nbgrader.locked
            assert f'"{answer.id.removeprefix("try-")}" in' in point.source


@pytest.mark.slow
def test_handout_key_and_assignment_run_strictly(tmp_path):
    run = tmp_path / "notebooks"
    run.mkdir()
    shutil.copytree(build.NOTEBOOKS / "prepaid", run / "prepaid")
    shutil.copytree(build.ROOT / "content", tmp_path / "content")
    for option in ([], ["--solutions"], ["--nbgrader"]):
        assert class_copy.main([str(run), *option]) == 0
    assert len(list(run.glob("*.ipynb"))) == 3 * len(i18n.LANGUAGES)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider",
         "-c", os.devnull, f"--rootdir={run}", str(run)],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
