"""Reading, checking and sorting plan files, ours and other people's.

What a column is called, may hold and means stands in one place, ``content/datapackage.json`` (a
Frictionless Table Schema); the check, the types and the sentences about faults all come from it.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import math
import os
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from numbers import Real
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from prepaid.catalogue import conditions
from prepaid.i18n import CONTENT, Refusal, Words

SIZES = ("1 GB", "5 GB", "unlimited")
SIMS = ("either", "esim", "physical")
HAVES = ("us_address", "us_card", "in_us", "port_in")
OLD_PRICE_DAYS = 60
MAX_FILE_MB = 128  # 100,000 rows as long as ours take about 90 MB
MAX_LINE = 100_000
BOUND = 10**9  # of a number in any frame: what such numbers add up to still fits 64 bits

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_AT_ONCE = 100  # rows turned into columns together: few enough to stay in the processor's cache
_SHOWN = 60  # characters of a refused cell that a message repeats


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a table, placed as a spreadsheet numbers its rows (the header is row 1).

    Attributes:
        row: the row; blank rows count.
        column: the column's name, empty where the whole row is at fault.
        value: the cell as it stands in the file.
        code: what is allowed there, the key ``refusal.allowed_<code>`` of the strings.
        values: what the placeholders of that sentence show.
        or_empty: whether the cell may also be left empty.
    """

    row: int
    column: str
    value: str
    code: str
    values: dict = field(default_factory=dict)
    or_empty: bool = False

    def tell(self, words: Words) -> str:
        """Row, column, value and what is allowed, in the language of ``words``."""
        allowed = words(f"refusal.allowed_{self.code}", **self.values)
        if self.or_empty:
            allowed = words("refusal.allowed_or_empty", allowed=allowed)
        shape = "cell" if self.value else "cell_empty"
        if not self.column:
            shape = "row"
        value = self.value if len(self.value) <= _SHOWN else self.value[:_SHOWN] + "…"
        return words(f"refusal.catalog_{shape}", row=self.row, column=self.column, value=value,
                     allowed=allowed)


class CatalogError(Refusal):
    """A table that cannot be used.

    Attributes:
        problems: every :class:`Problem` of its cells, by row, then column; empty where the file
            as a whole is refused.
    """

    def __init__(self, code: str, problems: Sequence[Problem] = (), **values):
        super().__init__(code, **values)
        self.problems = list(problems)

    def tell(self, words: Words) -> str:
        """One sentence: what is wrong, or how many cells are and the first of them."""
        if not self.problems:
            return super().tell(words)
        return words(f"refusal.{self.code}", first=self.problems[0].tell(words), **self.values)

    def tell_all(self, words: Words) -> Iterator[str]:
        """Every problem as a sentence."""
        return (problem.tell(words) for problem in self.problems)


def load_catalog(path: str | os.PathLike | BinaryIO | None = None) -> pd.DataFrame:
    """The plans of a catalogue file, ours by default: every row, and always the same columns.

    The fees and conditions of our plans come from tables of their own, see :func:`load_facts`.
    Numbers are float64, ``NaN`` where not known; all else is text, ``""`` where not known. Another
    person's file needs only the columns that the description marks ``anyFile``; those that it lacks
    are not known. Columns that the description does not name are left out and listed in
    ``frame.attrs["ignored_columns"]``. Spaces around a cell do not count.

    Args:
        path: a CSV file in UTF-8, or one opened in binary mode.

    Raises:
        CatalogError: the file is refused; ``problems`` holds every bad cell.
    """
    plans = read_table("plans", path)
    if path is not None:
        return plans
    return conditions.join(plans, _all_facts(plans), _joined_fields("plans"))


def load_facts(*, recheck: bool = False) -> pd.DataFrame:
    """Each fee and condition that holds for one of our plans, with its source.

    Returns:
        ``plan_id`` and the columns of ``fees.csv`` and ``conditions.csv``; for each plan and
        ``column`` at most one row. A row that names the plan wins over one for the provider.

    Raises:
        CatalogError: a row names what is not there, says again what another says, or holds a
            value that its column cannot hold. Files that are as the description has them are
            checked only with ``recheck``.

    Example:
        >>> facts = load_facts()
        >>> facts.loc[facts["plan_id"] == "textnow-free", ["column", "value", "source_url"]]
    """
    return _all_facts(read_table("plans"), recheck)


def fact_sources(plan_id: str, facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """What is known of the fees and conditions of one of our plans, and where it was read.

    Args:
        facts: what :func:`load_facts` returns, for a caller who asks about many plans.

    Returns:
        a row for each known ``column``: its ``value``, ``source_url``, ``source_title``,
        ``source_title_zh``, ``as_of``, ``dated_by``, ``confidence`` and ``evidence``.
    """
    facts = load_facts() if facts is None else facts
    rows = facts[facts["plan_id"] == plan_id].reset_index(drop=True)
    return rows.drop(columns=["plan_id", "provider", "plan_ids"])


def _all_facts(plans: pd.DataFrame, recheck: bool = False) -> pd.DataFrame:
    return pd.concat(
        [_facts(name, plans, recheck) for name in conditions.TABLES], ignore_index=True)


def _facts(name: str, plans: pd.DataFrame, recheck: bool) -> pd.DataFrame:
    resource = _resource(name)
    data = read_bytes(CONTENT / resource["path"])
    facts = read_table(name, recheck=recheck)
    if recheck or resource["hash"] != _hash(data):
        problems = conditions.misplaced(plans, facts)
        described = {column["name"]: column for column in resource["joinedFields"]}
        problems += [
            (row, "value", *_allowed(described[column]))
            for row, (column, value) in enumerate(zip(facts["column"], facts["value"], strict=True))
            if not _fits(described[column], True)(value)
        ]
        _refuse([Problem(row + 2, column, facts.at[row, column], code, values)
                 for row, column, code, values in problems], resource["schema"]["fields"])
    return conditions.held(plans, facts)


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def read_table(
    name: str, source: str | os.PathLike | BinaryIO | None = None, *, recheck: bool = False
) -> pd.DataFrame:
    """One table of the data package, or another file in its columns; see :func:`load_catalog`.

    Our own file is taken as checked where its hash is the one in the description, unless
    ``recheck`` asks for more.
    """
    resource = _resource(name)
    ours = source is None
    data = read_bytes(CONTENT / resource["path"] if ours else source)
    fields = resource["schema"]["fields"] if ours else _fields(name)
    table = _parse(data, resource["schema"] | {"fields": fields})
    if not ours or recheck or resource["hash"] != _hash(data):
        _refuse(table.problems + _faults(table, fields, ours=ours), fields)
    return _frame(table, fields)


def from_cells(
    cells: Mapping[str, list[str]],
    rows: Sequence[int],
    problems: Sequence[Problem] = (),
    told_of: Callable[[Problem], Problem] = lambda problem: problem,
    needed: Container[str] = (),
) -> pd.DataFrame:
    """Plans from cells of text, checked as another person's file is; see :func:`load_catalog`.

    Args:
        cells: by column of the catalogue, equally many in each.
        rows: the number of each row.
        problems: what is known to be wrong already.
        told_of: what to say in place of a problem found here.
        needed: columns in which no cell may be empty, besides those that no file may lack.

    Raises:
        CatalogError: with ``problems`` and all that are found here.
    """
    fields = _fields("plans")
    table = _Table(dict(cells), list(rows), [], [])
    faults = _faults(table, fields, ours=False, needed=needed)
    found = {(one.row, one.column): one for one in map(told_of, faults)}
    _refuse(list(({(one.row, one.column): one for one in problems} | found).values()), fields)
    return _frame(table, fields)


def checked(plans: pd.DataFrame) -> pd.DataFrame:
    """A frame of plans, made by whatever means, as it can be reckoned with.

    Numbers have to be finite and from 0 to ``BOUND``, days and cycles at least 1; ``NaN`` and
    ``None`` stand for what is not known. The rest has to be text, ``True``, ``False`` or nothing.

    Returns:
        the same rows; of the catalogue's columns numbers are float64, and text that is missing
        is ``""``.

    Raises:
        CatalogError: it is no frame, lacks ``plan_id`` or ``provider``, has a column twice, or
            has cells at fault: all are named, the first row of the frame being row 2.
    """
    if not isinstance(plans, pd.DataFrame):
        raise CatalogError("plans_no_frame", example="prepaid.load_catalog()")
    fields = [column for column in _fields("plans") if column["name"] in plans]
    twice = [column["name"] for column in fields if isinstance(plans[column["name"]], pd.DataFrame)]
    if twice:
        raise CatalogError("catalog_columns_twice", columns=twice)
    missing = [name for name in ("plan_id", "provider") if name not in plans]
    if missing:
        raise CatalogError("catalog_columns_missing", columns=missing)
    problems: list[Problem] = []
    changed = {}
    for column in fields:
        given = plans[column["name"]]
        cells = _sound(given, column, problems)
        if cells is not given:
            changed[column["name"]] = cells.array
    _refuse(problems, fields)
    return plans.assign(**changed) if changed else plans


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; some take full-width signs for one, too."""
    return f"'{text}" if text.startswith(tuple("=+-@\t\r\n＝＋－＠")) else text


def to_csv(plans: pd.DataFrame) -> bytes:
    """Plans as a CSV file that :func:`load_catalog` reads and that starts no formula."""
    texts = plans.select_dtypes(exclude="number").columns
    safe = plans.assign(**{name: plans[name].map(harmless) for name in texts})
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def check_package() -> None:
    """Check every table of the data package, whatever its hash says.

    Raises:
        CatalogError: for the first table with faults, with its file's name as a note.
    """
    for resource in _package()["resources"]:
        try:
            read_table(resource["name"], recheck=True)
            if resource["name"] in conditions.TABLES:
                _facts(resource["name"], read_table("plans"), recheck=True)
        except CatalogError as error:
            error.add_note(resource["path"])
            raise


def columns(name: str = "plans") -> dict[str, dict]:
    """What the description says of each column of a table, by column name.

    The columns that fees and conditions add to the plans come last.
    """
    return {column["name"]: column for column in _fields(name)}


# ------------------------------------------------------------------------------------- reading


@dataclass
class _Table:
    """Cells as they stand in a file: known columns of equally many cells, and the row of each."""

    cells: dict[str, list[str]]
    rows: list[int]
    ignored: list[str]
    problems: list[Problem]


def _package() -> dict:
    return json.loads((CONTENT / "datapackage.json").read_text("utf-8"))


def _resource(name: str) -> dict:
    return next(entry for entry in _package()["resources"] if entry["name"] == name)


def _joined_fields(name: str) -> list[dict]:
    """The descriptions of the columns that other tables of ours add to one."""
    return [column for entry in _package()["resources"] if entry.get("joinedTo") == name
            for column in entry["joinedFields"]]


def _fields(name: str) -> list[dict]:
    """The descriptions of all columns that a table in the form of one of ours may have."""
    return _resource(name)["schema"]["fields"] + _joined_fields(name)


def read_bytes(source: str | os.PathLike | BinaryIO) -> bytes:
    """What a file holds.

    Raises:
        CatalogError: it cannot be opened, or is larger than ``MAX_FILE_MB``.
    """
    limit = MAX_FILE_MB * 10**6
    try:
        if hasattr(source, "read"):
            data = source.read(limit + 1)
        else:
            with open(source, "rb") as file:
                data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        name = Path(str(getattr(source, "name", source))).name
        raise CatalogError("catalog_no_file", name=name) from error
    if len(data) > limit:
        raise CatalogError("catalog_too_large", limit=MAX_FILE_MB)
    return data


def _parse(data: bytes, schema: dict) -> _Table:
    records = read_records(data)
    _, header = next(records, (0, []))
    header = [name.strip() for name in header]
    names = [column["name"] for column in schema["fields"]]
    places = {name: header.index(name) for name in names if name in header}
    _check_header(header, places, schema)
    ignored = [name for name in dict.fromkeys(header) if name and name not in places]
    table = _Table({name: [] for name in places}, [], ignored, [])
    shared: dict[str, str] = {}
    while chunk := list(islice(records, _AT_ONCE)):
        table.problems += [
            Problem(row, "", "", "width", {"found": len(cells), "expected": len(header)})
            for row, cells in chunk if len(cells) != len(header)
        ]
        chunk = [entry for entry in chunk if len(entry[1]) == len(header)]
        table.rows += [row for row, _ in chunk]
        by_column = list(zip(*(cells for _, cells in chunk), strict=True))
        for name, place in places.items() if by_column else ():
            cells = list(map(str.strip, by_column[place]))
            table.cells[name].extend(map(shared.setdefault, cells, cells))
    if not table.rows and not table.problems:
        raise CatalogError("catalog_empty")
    return table


def read_records(
    data: bytes, encoding: str = "utf-8-sig", delimiter: str = ","
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that hold something, and the number of each, from 1.

    Raises:
        CatalogError: it is not text in that encoding, not CSV, or has overlong lines.
    """
    lines = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    row = 0
    try:
        reader = csv.reader(_safe(lines), delimiter=delimiter, strict=True)
        for row, cells in enumerate(reader, 1):
            if any(map(str.strip, cells)):
                yield row, cells
    except UnicodeError as error:
        raise CatalogError("catalog_encoding", row=_row_of_bad_byte(data)) from error
    except csv.Error as error:
        raise CatalogError("catalog_not_csv", row=row + 1) from error


def _safe(lines: Iterator[str]) -> Iterator[str]:
    for row, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise CatalogError("catalog_long_line", row=row, limit=MAX_LINE)
        if "\0" in line:
            raise CatalogError("catalog_encoding", row=row)
        yield line


def _row_of_bad_byte(data: bytes) -> int:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


def _check_header(header: list[str], places: dict[str, int], schema: dict) -> None:
    if not header:
        raise CatalogError("catalog_empty")
    twice = [name for name in places if header.count(name) > 1]
    if twice:
        raise CatalogError("catalog_columns_twice", columns=twice)
    needed = [column["name"] for column in schema["fields"] if column.get("anyFile")]
    missing = [name for name in needed if name not in places]
    either = schema.get("anyFileOneOf", [])
    if either and not places.keys() & set(either):
        missing.append(" / ".join(either))
    if missing and len(header) == 1 and re.search("[;\t|]", header[0]):
        raise CatalogError("catalog_separator")
    if missing:
        raise CatalogError("catalog_columns_missing", columns=missing)


def _frame(table: _Table, fields: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame({column["name"]: _typed(table, column) for column in fields})
    frame.attrs["ignored_columns"] = table.ignored
    return frame


def _typed(table: _Table, column: dict) -> pd.Series:
    cells = table.cells.get(column["name"], [""] * len(table.rows))
    if _is_number(column):
        return pd.Series([float(cell or "nan") for cell in cells], dtype=float)
    return pd.Series(cells, dtype="str")


# ------------------------------------------------------------------------------------ checking


def _refuse(problems: list[Problem], fields: list[dict]) -> None:
    if problems:
        found = sorted(problems, key=_place(fields))
        raise CatalogError("catalog_cells", found, n=len(found))


def _faults(
    table: _Table, fields: list[dict], *, ours: bool, needed: Container[str] = ()
) -> list[Problem]:
    """Every cell that the description does not allow."""
    if ours and len(table.cells) < len(fields):
        absent = [column["name"] for column in fields if column["name"] not in table.cells]
        raise CatalogError("catalog_columns_missing", columns=absent)
    fields = [column for column in fields if column["name"] in table.cells]
    required = {
        column["name"]: column["name"] in needed
        or (_rules(column).get("required", False) and (ours or "anyFile" in column))
        for column in fields
    }
    allowed = {column["name"]: _allowed(column) for column in fields}
    first_row = {
        name: dict(zip(reversed(table.cells[name]), reversed(table.rows), strict=True))
        for name, column in zip(allowed, fields, strict=True) if _rules(column).get("unique")
    }
    problems = []
    for row, name, value, check in _failures(table, fields, required):
        code, values = allowed[name]
        if check == "unique":
            code, values = "unique", {"other": first_row[name][value]}
        problems.append(Problem(row, name, value, code, values, not required[name]))
    return problems


def _failures(
    table: _Table, fields: list[dict], required: dict[str, bool]
) -> Iterator[tuple[int, str, str, str]]:
    """Row, column, cell and name of the check for each cell that fails, by pandera."""
    import pandera.pandas as pandera

    schema = pandera.DataFrameSchema({
        column["name"]: pandera.Column(checks=_checks(pandera, column, required[column["name"]]))
        for column in fields
    })
    try:
        schema.validate(pd.DataFrame(table.cells, index=table.rows, dtype=object), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        failures = errors.failure_cases.drop_duplicates(["index", "column"])
        for case in failures[["index", "column", "failure_case", "check"]].itertuples(index=False):
            yield int(case[0]), *case[1:]


def _place(fields: list[dict]) -> Callable[[Problem], tuple[int, int]]:
    order = {column["name"]: place for place, column in enumerate(fields)}
    return lambda problem: (problem.row, order.get(problem.column, -1))


def _checks(pandera, column: dict, required: bool) -> list:
    fits = _fits(column, required)

    def allowed(cells: pd.Series) -> pd.Series:
        return cells.isin([cell for cell in cells.unique() if fits(cell)])

    def unique(cells: pd.Series) -> pd.Series:
        return cells.eq("") | ~cells.duplicated()

    checks = [pandera.Check(allowed, error="allowed")]
    if _rules(column).get("unique"):
        checks.append(pandera.Check(unique, error="unique"))
    return checks


def _is_number(column: dict) -> bool:
    return column["type"] in ("number", "integer")


def _rules(column: dict) -> dict:
    return column.get("constraints", {})


def _fits(column: dict, required: bool) -> Callable[[str], bool]:
    """Whether one cell's text is what a column may hold."""
    rules = _rules(column)
    low, high = rules.get("minimum", -math.inf), rules.get("maximum", math.inf)
    values, longest = rules.get("enum"), rules.get("maxLength", math.inf)
    pattern = re.compile(rules.get("pattern", ".*"), re.DOTALL)

    def number(cell: str) -> bool:
        if not _NUMBER.fullmatch(cell):
            return False
        value = float(cell)
        whole = column["type"] == "number" or value.is_integer()
        return math.isfinite(value) and low <= value <= high and whole

    def text(cell: str) -> bool:
        listed = values is None or cell in values
        return listed and len(cell) <= longest and pattern.fullmatch(cell) is not None

    fits = number if _is_number(column) else text
    return lambda cell: fits(cell) if cell else not required


def _allowed(column: dict) -> tuple[str, dict]:
    """What a column may hold: the code and the values of that sentence."""
    rules = _rules(column)
    if _is_number(column):
        return column["type"], {"minimum": rules["minimum"], "maximum": rules["maximum"]}
    if "enum" in rules:
        return "enum", {"choices": rules["enum"]}
    if "form" in column:
        return column["form"], {}
    return "text", {"maximum": rules["maxLength"]}


# ---------------------------------------------------------------------------- frames of any kind


def _sound(cells: pd.Series, column: dict, problems: list[Problem]) -> pd.Series:
    """The cells as numbers or text; those that are neither join the problems."""
    if _is_number(column):
        return _sound_numbers(cells, column["name"], problems)
    return _sound_texts(cells, column["name"], problems)


def _sound_numbers(cells: pd.Series, name: str, problems: list[Problem]) -> pd.Series:
    low = 1 if name in ("validity_days", "min_commitment_cycles") else 0
    plain = cells.dtype.kind in "iuf"
    numbers = cells.to_numpy(float, na_value=np.nan) if plain else np.array(
        [_number_in(cell) for cell in cells], float)
    bad = (numbers < low) | (numbers > BOUND)
    problems += (
        Problem(int(place) + 2, name, _shown(cells.iloc[place]), "number",
                {"minimum": low, "maximum": BOUND}, True)
        for place in np.flatnonzero(bad)
    )
    return cells if cells.dtype == float else pd.Series(numbers, cells.index)


def _number_in(cell: object) -> float:
    """A cell's number; ``NaN`` where it is not known, infinite where it is none."""
    if _is_missing(cell):
        return math.nan
    if isinstance(cell, str):
        cell = cell.strip()
        return float(cell or "nan") if not cell or _NUMBER.fullmatch(cell) else math.inf
    is_number = isinstance(cell, Real | Decimal) and not isinstance(cell, bool | np.bool)
    return float(cell) if is_number and abs(cell) <= BOUND else math.inf


def _sound_texts(cells: pd.Series, name: str, problems: list[Problem]) -> pd.Series:
    needed = name in ("plan_id", "provider")
    texts = cells
    if isinstance(cells.dtype, pd.StringDtype):
        texts = cells.fillna("") if cells.hasnans else cells
    elif pd.api.types.infer_dtype(cells, skipna=False) != "string":
        texts = pd.Series([_text_in(cell) for cell in cells], cells.index, object)
    bad = texts.isna().to_numpy()
    if needed:
        bad = bad | texts.isin(["", True, False]).to_numpy()
    problems += (
        Problem(int(place) + 2, name, _shown(cells.iloc[place]), "plain_text", {}, not needed)
        for place in np.flatnonzero(bad)
    )
    again = texts.duplicated().to_numpy() & ~bad if name == "plan_id" else np.array([], bool)
    if again.any():
        first = {text: row for row, text in reversed(list(enumerate(texts, 2)))}
        problems += (
            Problem(int(place) + 2, name, text, "unique", {"other": first[text]})
            for place, text in zip(np.flatnonzero(again), texts[again], strict=True)
        )
    return texts


def _text_in(cell: object) -> str | bool | None:
    """A cell's text or truth, ``""`` where it is not known; ``None`` where it is neither."""
    if _is_missing(cell):
        return ""
    return cell if isinstance(cell, str | bool | np.bool) else None


def _is_missing(cell: object) -> bool:
    if isinstance(cell, Decimal):
        return cell.is_nan()
    return cell is None or cell is pd.NA or cell is pd.NaT or (
        isinstance(cell, float | np.floating) and cell != cell)


def _shown(cell: object) -> str:
    """A cell in a message, where anything may stand in it."""
    try:
        return str(cell)
    except Exception:  # the cell's own code
        return type(cell).__name__


# ------------------------------------------------------------------------------------- sorting


def _text(plans: pd.DataFrame, column: str) -> pd.Series:
    if column not in plans:
        return pd.Series("", plans.index, dtype="str")
    return plans[column].fillna("")


def _number(plans: pd.DataFrame, column: str) -> pd.Series:
    if column not in plans:
        return pd.Series(np.nan, plans.index)
    return pd.to_numeric(plans[column]).astype(float)


def left_out(plans: pd.DataFrame, *, slow_ok_kbps: float | None = None) -> pd.DataFrame:
    """The plans that can never be scheduled, and why.

    Returns:
        ``plan_id``, ``provider``, ``plan_name`` and ``reason``, the first that holds of
        ``unknown_validity``, ``unknown_price``, ``unknown_allowance`` and ``addon_terms`` (an
        add-on whose base plans are not known).
    """
    unlimited = _text(plans, "unlimited").isin(["yes", True])
    throttled = _text(plans, "after_cap").eq("throttled")
    by_use = _number(plans, "per_gb_usd").notna()
    premium, data = _number(plans, "premium_data_gb"), _number(plans, "data_gb")
    known = by_use | premium.where(throttled, np.inf).where(unlimited, data).notna()
    if slow_ok_kbps is not None:
        known |= throttled & (_number(plans, "after_cap_kbps") >= slow_ok_kbps)
    reason = np.select(
        [
            _number(plans, "validity_days").isna(),
            _number(plans, "price_usd").isna(),
            ~known,
            _text(plans, "kind").eq("addon") & _text(plans, "addon_for").eq(""),
        ],
        ["unknown_validity", "unknown_price", "unknown_allowance", "addon_terms"],
        "",
    )
    names = pd.DataFrame({
        name: _text(plans, name) for name in ("plan_id", "provider", "plan_name")
    })
    return names.assign(reason=reason)[reason != ""].reset_index(drop=True)


def select(
    plans: pd.DataFrame, *, sim: str = "either", us_number: bool = False, hotspot: bool = False,
    us_address: bool = True, us_card: bool = True, in_us: bool = True, port_in: bool = True,
    doubtful: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plans that meet a traveller's needs and ask for nothing that the traveller lacks.

    What a plan does not say never counts as meeting a need. What it does not say that it asks for
    does not rule it out: :func:`unsaid` tells of that. An add-on goes with the plans that it tops
    up and stays while one of them does; where none is listed it is judged by itself.

    Args:
        sim: ``"esim"``, ``"physical"`` or ``"either"``, which takes any plan.
        us_number: a US telephone number is needed.
        hotspot: sharing by hotspot is needed, at no extra charge.
        us_address: the traveller has a home address in the US.
        us_card: the traveller has a means of payment that was issued in the US.
        in_us: the traveller is in the US when the plan is bought and activated.
        port_in: the traveller brings a US number along from another provider.
        doubtful: plans that may no longer be sold are wanted, too. Those that are known to be gone
            never are.

    Returns:
        the rows kept; and of the rows excluded ``plan_id``, a boolean for each argument but
        ``doubtful`` (not met), one for ``status``, and why (``sim_why`` …): ``no``, ``unknown``,
        ``addon`` (for an extra charge), ``needed`` (it asks for what the traveller lacks),
        ``doubtful``, ``gone`` or ``base`` (the plans it tops up are excluded for this).

    Raises:
        Refusal: another ``sim``.

    Example:
        >>> kept, excluded = select(load_catalog(), sim="esim", us_card=False)
        >>> excluded.loc[excluded["us_card"], "plan_id"]
    """
    if sim not in SIMS:
        raise Refusal("sim_unknown", value=sim, choices=list(SIMS))
    wanted = {
        "sim": ({"physical": "sim_card"}.get(sim, "esim"), sim != "either"),
        "us_number": ("local_us_number", us_number),
        "hotspot": ("hotspot_allowed", hotspot),
    }
    haves = dict(zip(HAVES, (us_address, us_card, in_us, port_in), strict=True))
    why = pd.DataFrame("", plans.index, [*wanted, *HAVES, "status"], dtype=object)
    for need, (column, asked) in wanted.items():
        if asked:
            why[need] = _unmet(_text(plans, column))
    for name in (name for name, has in haves.items() if not has):
        why[name] = np.where(_asks_for(plans, name).eq("yes"), "needed", "")
    status = _text(plans, "status")
    why["status"] = status.where(status.isin(["gone", *["doubtful"] * (not doubtful)]), "")
    reasons = why.to_numpy(object)
    _judge_addons_by_base(plans, reasons)
    reasons[:, -1] = np.where(why["status"].ne(""), why["status"], reasons[:, -1])
    reasons = pd.DataFrame(reasons, plans.index, list(why), dtype="str")
    unmet = reasons.ne("")
    out = unmet.any(axis=1)
    excluded = pd.concat([plans[["plan_id"]], unmet, reasons.add_suffix("_why")], axis=1)
    return plans[~out], excluded[out].reset_index(drop=True)


def unsaid(
    plans: pd.DataFrame, *, us_address: bool = True, us_card: bool = True, in_us: bool = True,
    port_in: bool = True,
) -> pd.Series:
    """What the traveller lacks of which a plan does not say whether it asks for it.

    Args:
        us_address, us_card, in_us, port_in: what the traveller has, as for :func:`select`.

    Returns:
        for each row of ``plans`` a tuple of the arguments' names, empty where all is known.

    Example:
        >>> kept, _ = select(load_catalog(), us_card=False)
        >>> unsaid(kept, us_card=False).map(len).gt(0)
    """
    haves = dict(zip(HAVES, (us_address, us_card, in_us, port_in), strict=True))
    lacks = [name for name, has in haves.items() if not has]
    silent = {name: _asks_for(plans, name).eq("") for name in lacks}
    return pd.Series(
        [tuple(name for name in lacks if silent[name].iat[row]) for row in range(len(plans))],
        plans.index, dtype=object)


def _asks_for(plans: pd.DataFrame, name: str) -> pd.Series:
    """Whether plans ask for what a traveller may lack: ``yes``, ``no`` or ``""`` (not known)."""
    says = _text(plans, f"needs_{name}")
    if name == "us_card":  # where no card from abroad is taken, one from the US is asked for
        abroad = _text(plans, "foreign_card").map({"yes": "no", "no": "yes"}).fillna("")
        says = says.where(says.ne(""), abroad)
    return says


def _unmet(says: pd.Series) -> np.ndarray:
    met, unknown, addon = says.eq("yes"), says.eq(""), says.eq("addon")
    return np.select([met, unknown, addon], ["", "unknown", "addon"], "no")


def _judge_addons_by_base(plans: pd.DataFrame, why: np.ndarray) -> None:
    """Replace the reasons of add-ons, a row each, where the plans they top up are listed."""
    addon_for = _text(plans, "addon_for").to_numpy(object)
    unmet = why != ""
    place = {plan_id: row for row, plan_id in enumerate(plans["plan_id"])}
    for addon in np.flatnonzero(_text(plans, "kind").eq("addon") & (addon_for != "")):
        names = (name.strip() for name in addon_for[addon].split(";"))
        of_bases = unmet[[place[name] for name in names if name in place]]
        if len(of_bases):
            lost = of_bases.any(axis=1).all()
            why[addon] = np.where(of_bases.any(axis=0) & lost, "base", "")


def size_of(plans: pd.DataFrame) -> pd.Series:
    """The size each plan is compared under: ``"1 GB"``, ``"5 GB"``, ``"unlimited"`` or missing.

    By the data of one cycle: up to 2 GB, 3 to 8 GB, unlimited. A daily allowance counts as what
    the days of a cycle add up to; data charged by use has no size.
    """
    unlimited = _text(plans, "unlimited").isin(["yes", True])
    daily = _text(plans, "data_cap_per").eq("day") | _text(plans, "premium_data_period").eq("day")
    days = _number(plans, "validity_days").where(daily, 1)
    data = (_number(plans, "data_gb") * days).where(_number(plans, "per_gb_usd").isna())
    size = np.select([unlimited, data <= 2, data.between(3, 8)], [*SIZES[2:], *SIZES[:2]], "")
    return pd.Series(size, plans.index, dtype="str", name="size").replace("", pd.NA)


def price_age_days(as_of: str, today: dt.date) -> int | None:
    """Days from ``as_of`` to ``today``; of a month, from its first day, so never too young.

    ``None`` where the date is not known.
    """
    if not as_of:
        return None
    return (today - dt.date.fromisoformat(as_of if len(as_of) > 7 else f"{as_of}-01")).days
