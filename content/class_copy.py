"""Lesson 6 for a class: a copy to hand out, and one with every solution.

    python content/class_copy.py DIR                the students' copy, without solutions
    python content/class_copy.py DIR --solutions    the teacher's key, run, with all results
    python content/class_copy.py DIR --nbgrader     the source of an assignment for nbgrader

Each is written to DIR in both languages. A notebook runs where `prepaid` lies beside it: in a copy
of the folder `notebooks`. The three can be in one DIR, since their names differ. For nbgrader an
exercise is a solution cell of its own and is worth a point, which a locked cell below it gives.
"""

import argparse
import asyncio
import re
import sys
from pathlib import Path

import nbformat

import build
from lesson_file import Lesson, lesson_paths, read_lesson
from prepaid.steps.exercises.model import exercises

CELL = "try-"  # how the id of a cell for an answer begins
EMPTY = "answer = ...\n"
KINDS = ("class", "key", "nbgrader")


def class_copies(lesson: Lesson, kind: str) -> dict[str, nbformat.NotebookNode]:
    """The lesson's notebooks by file name, not run yet, of one of :data:`KINDS`."""
    found = {}
    for name, notebook in build.notebooks(lesson).items():
        stem, _, rest = name.partition(".")
        notebook.cells = [cell for one in notebook.cells for cell in _cells(one, kind)]
        found[f"{stem}-{kind}.{rest}"] = notebook
    return found


def _cells(cell: nbformat.NotebookNode, kind: str) -> list[nbformat.NotebookNode]:
    task = cell.id.removeprefix(CELL)
    if cell.cell_type == "markdown":
        if kind == "class":  # the step that tells how to see a solution
            cell.source = re.sub(r"^\d\. .*`tutorial\.solution`.*\n", "", cell.source, flags=re.M)
        return [cell]
    if not cell.id.startswith(CELL):
        return [cell]
    cell.source = re.sub(r"\n# tutorial\.solution.*", "", cell.source)
    if kind == "class":
        return [cell]
    solution = exercises()[task]["solution"].strip() + "\n"
    if kind == "nbgrader":
        solution = f"### BEGIN SOLUTION\n{solution}### END SOLUTION\n"
    cell.source = cell.source.replace(EMPTY, solution)
    if kind == "key":
        return [cell]
    cell.metadata["nbgrader"] = _graded(cell.id, solution=True)
    test = nbformat.v4.new_code_cell(f'assert "{task}" in tutorial.practice.solved',
                                     id=f"point-{task}")
    test.metadata["nbgrader"] = _graded(test.id, grade=True, locked=True, points=1)
    return [cell, test]


def _graded(grade_id: str, **other) -> dict:
    return {"schema_version": 3, "cell_type": "code", "grade_id": grade_id, "grade": False,
            "solution": False, "locked": False, "task": False} | other


def main(arguments: list[str] | None = None) -> int | str:
    """The command line; 0, or what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the notebooks go")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--solutions", dest="kind", action="store_const", const="key",
                       help="the teacher's key: every solution, run")
    which.add_argument("--nbgrader", dest="kind", action="store_const", const="nbgrader",
                       help="the source of an assignment")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    (path,) = lesson_paths(["06"])
    named = class_copies(read_lesson(path), options.kind or "class")
    failures = asyncio.run(build.build_all(named, options.folder))
    print("\n".join(str(options.folder / name) for name in named))
    return "\n".join(map(str, failures)) if failures else 0


if __name__ == "__main__":
    sys.exit(main())
