"""The tables of the data package: described in one place, read, checked and typed.

What a column is called, may hold and means stands in ``content/datapackage.json`` (a Frictionless
Table Schema); the check, the types and the sentences about faults all come from it.
"""

import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from prepaid.catalogue.cells import LONGEST, NUMBER, reading, says_endless, unclear, yes_or_no
from prepaid.catalogue.faults import CatalogError, Problem
from prepaid.catalogue.headings import column_places, missing_columns, plain
from prepaid.catalogue.table_file import TableFile, open_table, read_bytes
from prepaid.i18n import CONTENT

_AT_ONCE = 100  # rows turned into columns together: few enough to stay in the processor's cache
MOST_ROWS = 100_000  # of a file: more would take more than 200 MB
MOST_FAULTS = 200_000  # cells at fault; with more, a file is another kind of table
_LONGEST = {"link": 2100, "ids": 5000}  # characters of a cell, by form, that a pattern looks at

# columns that the catalogue had before, and another person's file may have
_OLD = {"sim_type": {"name": "sim_type", "type": "string",
                     "constraints": {"enum": ["esim", "physical", "both"]}}}


# ------------------------------------------------------------------------------- the description


def resources() -> list[dict]:
    """The descriptions of all tables, read again where the file has changed; not to be changed."""
    return _resources(*stamps("datapackage.json"))


@lru_cache(1)
def _resources(stamp: tuple[Path, int, int]) -> list[dict]:
    return json.loads(stamp[0].read_text("utf-8"))["resources"]


def stamps(*names: str) -> list[tuple[Path, int, int]]:
    """What tells that content files are the same as before: where, from when, and how large."""
    paths = [CONTENT / name for name in names]
    return [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths]


def resource(name: str) -> dict:
    """The description of one table."""
    return next(entry for entry in resources() if entry["name"] == name)


def joined_fields(name: str) -> list[dict]:
    """The descriptions of the columns that other tables of ours add to one."""
    return [column for entry in resources() if entry.get("joinedTo") == name
            for column in entry["joinedFields"]]


def is_changed(name: str) -> bool:
    """Whether the file of one of our tables is another than the description vouches for."""
    described = resource(name)
    return described["hash"] != hash_of(read_bytes(CONTENT / described["path"]))


def columns(name: str = "plans") -> dict[str, dict]:
    """What the description says of each column of a table, by column name.

    The columns that fees and conditions add to the plans come last.

    Example:
        >>> columns()["price_usd"]["unit"]
        'USD'
    """
    described = resource(name)["schema"]["fields"] + joined_fields(name)
    return {column["name"]: column for column in described}


def is_number(column: dict) -> bool:
    """Whether a column holds numbers, by its description."""
    return column["type"] in ("number", "integer")


def fits(column: dict, required: bool) -> Callable[[str], bool]:
    """Whether one cell's text is what a column may hold."""
    rules = column.get("constraints", {})
    low, high = rules.get("minimum", -math.inf), rules.get("maximum", math.inf)
    values, longest = rules.get("enum"), rules.get("maxLength", math.inf)
    pattern = re.compile(rules["pattern"]) if "pattern" in rules else None
    most = min(longest, _LONGEST.get(column.get("form"), LONGEST)) if pattern else longest

    def number(cell: str) -> bool:
        if len(cell) > LONGEST or not NUMBER.fullmatch(cell):
            return False
        value = float(cell)
        whole = column["type"] == "number" or value.is_integer()
        return math.isfinite(value) and low <= value <= high and whole

    def text(cell: str) -> bool:
        listed = values is None or cell in values
        return listed and len(cell) <= most and (not pattern or bool(pattern.fullmatch(cell)))

    fit = number if is_number(column) else text
    return lambda cell: fit(cell) if cell else not required


def allowed(column: dict) -> tuple[str, dict]:
    """What a column may hold: the code and the values of that sentence."""
    rules = column.get("constraints", {})
    if is_number(column):
        return column["type"], {"minimum": rules["minimum"], "maximum": rules["maximum"]}
    if "enum" in rules:
        return "enum", {"choices": rules["enum"]}
    if "form" in column:
        return column["form"], {}
    return "text", {"maximum": rules["maxLength"]}


# --------------------------------------------------------------------------------- reading a table


def read_table(
    name: str, source: str | os.PathLike | BinaryIO | None = None, *, recheck: bool = False
) -> pd.DataFrame:
    """One table of the data package, or another file in its columns.

    Our own file is taken as checked where its hash is the one in the description, unless
    ``recheck`` asks for more. The cells of another file may be written as people write them, see
    :func:`prepaid.catalogue.cells.reading`.

    Returns:
        numbers as float64, ``NaN`` where not known; all else as text, ``""`` where not known.
        ``attrs`` has ``ignored_columns`` and ``encoding``.

    Raises:
        CatalogError: the file is refused; ``problems`` holds every bad cell.

    Example:
        >>> read_table("usage_rates").columns[0]
        'activity_id'
    """
    described, ours = resource(name), source is None
    data = read_bytes(CONTENT / described["path"] if ours else source)
    vouched = ours and not recheck and described["hash"] == hash_of(data)
    schema = described["schema"]
    fields = {column["name"]: column for column in schema["fields"]} if ours else columns(name)
    old = _OLD if name == "plans" and not ours else {}
    known = {plain(column): column for column in [*fields, *old]}
    file = open_table(data, known, ours=ours)
    at = column_places(file.headings, known)
    _check_columns(file, at, schema, ours)
    cells, rows, problems = _columns_of(file, at)
    del data  # of a large file it takes more than all that is made of it
    if not vouched:
        cells, faults = understood(cells, rows, fields | old, ours=ours, comma=file.decimal_comma)
        refuse(problems + faults, fields)
    frame = typed(cells, len(rows), fields)
    frame.attrs["ignored_columns"] = [
        heading for place, heading in enumerate(file.headings)
        if heading and place not in at.values() and heading not in file.headings[:place]]
    frame.attrs["encoding"] = file.encoding
    return frame


def from_cells(
    cells: Mapping[str, list[str]],
    rows: Sequence[int],
    problems: Sequence[Problem] = (),
    told_of: Callable[[Problem], Problem] = lambda problem: problem,
    needed: Container[str] = (),
    *,
    comma: bool = False,
) -> pd.DataFrame:
    """Plans from cells of text, checked as another person's file is; see :func:`read_table`.

    Args:
        cells: by column of the catalogue, equally many in each.
        rows: the number of each row.
        problems: what is known to be wrong already; told with all that is found here.
        told_of: what to say in place of a problem found here.
        needed: columns in which no cell may be empty, besides those that no file may lack.
        comma: whether a comma in a number can only be a decimal sign.

    Example:
        >>> from_cells({"plan_id": ["a"], "provider": ["A"], "price_usd": ["15 USD"]}, [1]).shape[0]
        1
    """
    fields = columns()
    cells, faults = understood(cells, rows, fields, ours=False, comma=comma, needed=needed)
    found = {(one.row, one.column): one for one in map(told_of, faults)}
    refuse(({(one.row, one.column): one for one in problems} | found).values(), fields)
    return typed(cells, len(rows), fields)


def hash_of(data: bytes) -> str:
    """What vouches for a file, in the form of the data package."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def typed(cells: Mapping[str, list[str]], rows: int, fields: Mapping[str, dict]) -> pd.DataFrame:
    """Cells that fit as columns of their types; one that is not there says nothing."""
    def column(name: str) -> pd.Series:
        texts = cells.get(name) or [""] * rows
        if is_number(fields[name]):
            return pd.Series([float(text or "nan") for text in texts], dtype=float)
        return pd.Series(texts, dtype="str")

    return pd.DataFrame({name: column(name) for name in fields})


def _check_columns(file: TableFile, at: Mapping[str, int], schema: dict, ours: bool) -> None:
    fields = schema["fields"]
    needed = [column["name"] for column in fields if ours or column.get("anyFile")]
    missing = [name for name in needed if name not in at]
    either = [] if ours else schema.get("anyFileOneOf", [])
    if either and not at.keys() & set(either):
        missing.append(" / ".join(either))
    if missing and len(file.headings) == 1 and re.search("[;\t|]", file.headings[0]):
        raise CatalogError("catalog_separator")
    if missing:
        used = [file.headings[place] for place in at.values()]
        example = "" if ours else ",".join([*needed, *either[:1]])
        raise missing_columns(missing, file.headings, used, example)


def _columns_of(
    file: TableFile, at: Mapping[str, int]
) -> tuple[dict[str, list[str]], list[int], list[Problem]]:
    """The known columns as lists of one length, the number of each row, and rows at fault."""
    cells: dict[str, list[str]] = {name: [] for name in at}
    rows: list[int] = []
    problems: list[Problem] = []
    shared: dict[str, str] = {}
    width = len(file.headings)
    while chunk := list(islice(file.records, _AT_ONCE)):
        problems += (Problem(row, "", "", "width", {"found": len(found), "expected": width})
                     for row, found in chunk if len(found) != width)
        stop_at_too_many(problems)
        chunk = [entry for entry in chunk if len(entry[1]) == width]
        rows += (row for row, _ in chunk)
        if len(rows) > MOST_ROWS:
            raise CatalogError("catalog_rows_many", limit=MOST_ROWS)
        by_column = list(zip(*(found for _, found in chunk), strict=True))
        for name, place in at.items() if by_column else ():
            texts = list(map(str.strip, by_column[place]))
            cells[name].extend(map(shared.setdefault, texts, texts))
    if not rows and not problems:
        raise CatalogError("catalog_empty")
    return cells, rows, problems


# ------------------------------------------------------------------------------ what the cells say


def understood(
    cells: Mapping[str, list[str]], rows: Sequence[int], fields: Mapping[str, dict], *,
    ours: bool, comma: bool = False, needed: Container[str] = (),
) -> tuple[dict[str, list[str]], list[Problem]]:
    """What cells say, in the form that the description asks for, and those that it does not allow.

    Cells of ``ours`` have to stand in that form already, with all that is required; for ``comma``
    and ``needed`` see :func:`from_cells`.
    """
    cells = dict(cells)
    if not ours:
        _call_endless_unlimited(cells)
    described = {name: fields[name] for name in fields if name in cells}
    comma = comma and any("," in text for name, column in described.items() if is_number(column)
                          for text in set(cells[name]))
    problems: list[Problem] = []
    for name, column in described.items():
        rules = column.get("constraints", {})
        required = name in needed or (
            rules.get("required", False) and (ours or "anyFile" in column))
        fit, read = fits(column, required), str if ours else reading(column, comma)
        meant = {text: read(text) for text in dict.fromkeys(cells[name])}
        bad = {text for text, said in meant.items()
               if not fit(said) or (comma and unclear(column, text, comma))}
        if bad:
            code = {text: unclear(column, text, comma) for text in bad}
            sentence, values = allowed(column)
            problems += (
                Problem(row, name, text, code[text] or sentence, {} if code[text] else values,
                        not required and not code[text])
                for row, text in zip(rows, cells[name], strict=True) if text in bad)
        stop_at_too_many(problems)
        if rules.get("unique"):
            problems += _repeated(name, cells[name], rows, bad, required)
        if any(text is not said and text != said for text, said in meant.items()):
            cells[name] = [meant[text] for text in cells[name]]
    if "sim_type" in cells:
        _split_kind_of_sim(cells)
    return cells, problems


def refuse(problems: Iterable[Problem], fields: Iterable[str]) -> None:
    """Raise the refusal of all problems, by row, then column; nothing where there are none."""
    order = {name: place for place, name in enumerate(fields)}
    found = sorted(problems, key=lambda one: (one.row, order.get(one.column, -1)))
    if found:
        raise CatalogError("catalog_cells", found, n=len(found))


def stop_at_too_many(problems: Sequence[Problem]) -> None:
    """Refuse a file as a whole where more is at fault than anybody would read."""
    if len(problems) > MOST_FAULTS:
        first = problems[0]
        raise CatalogError("catalog_faults_many", limit=MOST_FAULTS, row=first.row,
                           column=first.column or "–")


def _repeated(
    name: str, texts: Sequence[str], rows: Sequence[int], bad: Container[str], required: bool
) -> list[Problem]:
    first: dict[str, int] = {}
    return [Problem(row, name, text, "unique", {"other": first[text]}, not required)
            for row, text in zip(rows, texts, strict=True)
            if text and text not in bad and first.setdefault(text, row) != row]


def _call_endless_unlimited(cells: dict[str, list[str]]) -> None:
    """``Unlimited`` in place of GB, as the column that is there for it says it."""
    endless = {text for text in set(cells.get("data_gb", ())) if says_endless(text)}
    if not endless:
        return
    data = cells["data_gb"]
    said = cells.get("unlimited") or [""] * len(data)
    moved = [text in endless and yes_or_no(other) in ("yes", "")
             for text, other in zip(data, said, strict=True)]
    cells["data_gb"] = ["" if move else text for text, move in zip(data, moved, strict=True)]
    cells["unlimited"] = ["yes" if move else text for text, move in zip(said, moved, strict=True)]


def _split_kind_of_sim(cells: dict[str, list[str]]) -> None:
    """The column that the catalogue had before, as the two that it has now."""
    kinds = cells.pop("sim_type")
    for name, kind in (("esim", "esim"), ("sim_card", "physical")):
        said = cells.get(name) or [""] * len(kinds)
        says = {"": "", kind: "yes", "both": "yes"}
        cells[name] = [text or says.get(old, "no") for text, old in zip(said, kinds, strict=True)]
