"""A file with a table in it: from bytes to headings and rows of cells, and what to say if not.

Catalogues and broadband labels are read here, ours and other people's. Ours are UTF-8 with commas.
Another person's file may also be UTF-16, GB18030 (what Excel writes in China) or Windows-1252, and
may have semicolons, tabs or bars between its cells.
"""

import codecs
import csv
import io
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from prepaid.catalogue.faults import CatalogError
from prepaid.catalogue.headings import plain
from prepaid.i18n import sendable

MAX_FILE_MB = 128  # 100,000 rows as long as ours take about 90 MB
MAX_LINE = 100_000

_DELIMITERS = ",;\t|"
_SAMPLE = 1_000_000  # bytes from which the encoding is told


@dataclass
class TableFile:
    """A table as it stands in a file."""

    encoding: str  # how the bytes were read
    delimiter: str  # what separates the cells
    headings: list[str]  # the first row that holds something, up to the last heading
    # the rows below that hold something, with their numbers; to be gone through once
    records: Iterator[tuple[int, list[str]]]

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma in a number can only be a decimal sign here."""
        return self.delimiter in ";\t"


def read_bytes(source: str | os.PathLike | BinaryIO) -> bytes:
    """What a file holds; refuses one that cannot be opened or is larger than ``MAX_FILE_MB``."""
    limit = MAX_FILE_MB * 10**6
    try:
        if hasattr(source, "read"):
            data = source.read(limit + 1)
        else:
            with open(source, "rb") as file:
                size = os.fstat(file.fileno()).st_size or limit  # a pipe does not say it
                data = file.read(min(size, limit) + 1)  # makes room for as many bytes as asked for
    except (OSError, ValueError) as error:
        raise CatalogError("catalog_no_file", name=name_of(source)) from error
    if len(data) > limit:
        raise CatalogError("catalog_too_large", limit=MAX_FILE_MB)
    return data


def name_of(source: str | os.PathLike | BinaryIO) -> str:
    """A file's name without its folder, as it can be shown."""
    name = getattr(source, "name", "") if hasattr(source, "read") else source
    return "".join(filter(str.isprintable, sendable(Path(str(name)).name)))[-200:]


def open_table(data: bytes, known: Collection[str], *, ours: bool = False) -> TableFile:
    """The table in a file.

    Args:
        known: headings that are looked for, in :func:`plain` form: they tell which sign separates
            the cells.
        ours: take nothing but UTF-8 with commas.

    Raises:
        CatalogError: it is no such file; going through ``records`` raises it, too, where a row
            cannot be read.

    Example:
        >>> file = open_table(b"a;b\\n1;2\\n", {"a", "b"})
        >>> file.headings, list(file.records)
        (['a', 'b'], [(2, ['1', '2'])])
    """
    encoding = "utf-8-sig" if ours else _encoding(data)
    start = data[:_SAMPLE].decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    _refuse_other_kinds(data, start)
    named = re.match(r"sep=(.)\r?\n", start)  # a first line by which Excel is told of the delimiter
    delimiter = "," if ours else named[1] if named else _delimiter(start, known)
    records = _records(data, encoding, delimiter, skip=1 if named else 0)
    _, headings = next(records, (0, []))
    if not headings:
        raise CatalogError("catalog_empty")
    headings = [name.strip() for name in headings]
    while not headings[-1]:
        headings.pop()
    return TableFile(encoding, delimiter, headings, _trimmed(records, len(headings)))


# ------------------------------------------------------------------------------ what kind of file


def _refuse_other_kinds(data: bytes, start: str) -> None:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CatalogError("catalog_workbook")
    if start.startswith("<"):
        raise CatalogError("catalog_html")
    if start.startswith(("{", "[")) and not start.startswith("{\\rtf"):
        raise CatalogError("catalog_json")


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(data) > 3 and not any(data[place:40:2]) and any(data[1 - place:40:2]):
            return encoding
    at = _first_not_utf8(data)
    if at is None:
        return "utf-8-sig"
    return "gb18030" if _is_chinese(data[max(0, at - 1000):at + _SAMPLE]) else "cp1252"


def _first_not_utf8(data: bytes) -> int | None:
    """The place of the first byte that is not UTF-8; a surrogate alone is let pass."""
    decoder, step = codecs.getincrementaldecoder("utf-8")("surrogatepass"), 1 << 20
    for start in range(0, len(data), step):
        try:
            decoder.decode(data[start:start + step], start + step >= len(data))
        except UnicodeDecodeError as error:
            return max(0, start + error.start - 3)
    return None


def _is_chinese(sample: bytes) -> bool:
    """Whether bytes that are not UTF-8 read as common Chinese characters and their marks."""
    pairs = re.findall(rb"[\x81-\xfe][\x40-\xfe]|[\x80-\xff]", sample)
    common = sum(len(pair) == 2 and pair[1] >= 0xA1 and (
        0xB0 <= pair[0] <= 0xD7 or 0xA1 <= pair[0] <= 0xA3) for pair in pairs)
    return bool(pairs) and common >= 0.75 * len(pairs)


def _delimiter(start: str, known: Collection[str]) -> str:
    line = next((line for line in io.StringIO(start, newline=None) if line.strip(" ,;\t|\r\n")), "")
    cells = [_cells(line[:MAX_LINE], delimiter) for delimiter in _DELIMITERS]
    scores = [(len({*map(plain, names)} & {*known}), len(names)) for names in cells]
    return _DELIMITERS[scores.index(max(scores))]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


# ---------------------------------------------------------------------------------------- its rows


def _records(
    data: bytes, encoding: str, delimiter: str, skip: int
) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, and the number of each, from 1."""
    errors = "strict" if encoding in ("gb18030", "cp1252") else "surrogatepass"
    lines = io.TextIOWrapper(io.BytesIO(data), encoding, errors, newline="")
    row = 0
    try:
        reader = csv.reader(_safe(lines, skip), delimiter=delimiter, strict=True)
        for row, cells in enumerate(reader, 1 + skip):
            if any(map(str.strip, cells)):
                yield row, cells
    except UnicodeError as error:
        raise CatalogError("catalog_encoding", row=_row_of_bad_byte(data, encoding)) from error
    except csv.Error as error:
        raise CatalogError("catalog_not_csv", row=row + 1) from error


def _trimmed(
    records: Iterator[tuple[int, list[str]]], width: int
) -> Iterator[tuple[int, list[str]]]:
    """The rows without empty cells beyond the headings, which spreadsheets leave there."""
    for row, cells in records:
        empty = len(cells) > width and not any(map(str.strip, cells[width:]))
        yield row, cells[:width] if empty else cells


def _safe(lines: Iterator[str], skip: int) -> Iterator[str]:
    for row, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise CatalogError("catalog_long_line", row=row, limit=MAX_LINE)
        if "\0" in line:
            raise CatalogError("catalog_encoding", row=row)
        if row > skip:
            yield line if line.isascii() else sendable(line)


def _row_of_bad_byte(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1
