"""The content files, read once, and what is said of a fault in one of them."""

import csv
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lesson_file import BuildError, Lesson, read_lesson

SHOWN = 80  # characters of a refused value that a message repeats


@dataclass(frozen=True)
class Fault:
    """One fault: the file, and a sentence with the place, the value and what is allowed."""

    file: str
    says: str
    warning: bool = False  # whether the build goes on all the same

    @property
    def place(self) -> str:
        """Where in the file."""
        return self.says.partition(": ")[0]

    def __str__(self) -> str:
        return f"{'warning: ' if self.warning else ''}{self.file}: {self.says}"


def fault(file: str, place: str, value: object, allowed: str, *, warning: bool = False) -> Fault:
    """A fault in the form of the sentences about CSV files; an empty value is told as such."""
    text = str(value)
    text = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    says = f"{place}: nothing is there — needed: {allowed}."
    if text:
        says = f"{place}: “{text}” — allowed: {allowed}."
    return Fault(file, says, warning)


@dataclass
class Files:
    """The content files of a folder."""

    folder: Path  # where they are
    faults: list[Fault] = field(default_factory=list)  # of files that cannot be read at all

    @cached_property
    def package(self) -> dict:
        """The description of the tables, ``datapackage.json``."""
        return json.loads((self.folder / "datapackage.json").read_text("utf-8"))

    @cached_property
    def tables(self) -> dict[str, list[tuple[int, dict[str, str]]]]:
        """The rows of each table, and the number of each as a spreadsheet counts."""
        return {entry["name"]: self._rows(entry["path"]) for entry in self.package["resources"]}

    def _rows(self, path: str) -> list[tuple[int, dict[str, str]]]:
        try:
            with (self.folder / path).open(encoding="utf-8-sig", newline="") as file:
                header, *rows = csv.reader(file)
        except (OSError, ValueError, csv.Error) as error:
            self.faults.append(Fault(path, f"the table cannot be read: {error}."))
            return []
        cells = ((number, [*row, *[""] * len(header)]) for number, row in enumerate(rows, 2) if row)
        return [(number, dict(zip(header, row, strict=False))) for number, row in cells]

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of one table."""
        return [row for _, row in self.tables.get(name, ())]

    @cached_property
    def tomls(self) -> dict[str, dict]:
        """What each TOML file holds, by its path in the folder."""
        found = {}
        for path in sorted(self.folder.rglob("*.toml")):
            name = path.relative_to(self.folder).as_posix()
            try:
                found[name] = tomllib.loads(path.read_text("utf-8"))
            except ValueError as error:
                self.faults.append(Fault(name, f"the file is not TOML in UTF-8: {error}."))
        return found

    def in_folder(self, name: str) -> dict[str, dict]:
        """The TOML files in a folder of the content, such as ``renewal``."""
        return {path: data for path, data in self.tomls.items() if path.startswith(f"{name}/")}

    @cached_property
    def lessons(self) -> list[Lesson]:
        """The lessons whose form is right."""
        found = []
        for path in sorted((self.folder / "lessons").glob("*.md")):
            try:
                found.append(read_lesson(path))
            except (BuildError, ValueError) as error:
                self.faults.append(Fault(f"lessons/{path.name}", str(error)))
        return found


def tables_of(value: object, place: str = "") -> Iterator[tuple[str, dict]]:
    """Every table of a TOML file and its place, the file itself included."""
    if isinstance(value, dict):
        yield place, value
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value, 1)
    else:
        return
    for key, entry in inner:
        yield from tables_of(entry, next_place(place, key))


def next_place(place: str, key: str | int) -> str:
    """A place one step further in: ``walk 1, step 2, source``."""
    if isinstance(key, int):
        return f"{place} {key}"
    return f"{place}, {key}" if place else key
