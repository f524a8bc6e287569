"""Providers' machine-readable broadband labels (FCC) as plans of the catalogue.

Columns are matched by name, since their order is not certain. What a label does not say stays
unknown: above all how many days a cycle lasts, so that none of these plans is scheduled before
somebody says so.
"""

import csv
import datetime as dt
import io
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from prepaid import i18n
from prepaid.catalogue.plans import (
    CatalogError,
    Problem,
    columns,
    from_cells,
    load_catalog,
    read_bytes,
    read_records,
)

NEEDED = ("unique_plan_id", "monthly_price")
COLUMNS = (
    *NEEDED, "provider_name", "service_plan_name", "tier_plan_name", "connection_type",
    "intro_rate", "intro_rate_price", "intro_rate_time", "contract_req",
    "early_termination_fee", "single_purchase_fee_descr", "single_purchase_fees",
    "monthly_provider_fee_descr", "monthly_provider_fee", "tax", "typical_download_speed",
    "typical_upload_speed", "typical_latency", "monthly_data_allow", "over_usage_data_price",
    "additional_data_increment", "customer_support_web",
)
INTRO = ":intro"  # ends the plan_id of a row that holds an introductory price

_PLAN_ID = re.compile("[FM][0-9]{10}[A-Z0-9]{1,15}")
_DIGITS = r"([0-9]{1,9}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})"
_AMOUNT = re.compile(
    rf"(?:USD|US\$|\$)? *{_DIGITS} *(?:USD)? *(?:(?:/|per) *mo(?:nth)?)?", re.IGNORECASE)
_SIZE = re.compile(rf"{_DIGITS} *(MB|GB|TB)?", re.IGNORECASE)
_GB = {"MB": Decimal("0.001"), "GB": Decimal(1), "TB": Decimal(1000)}
_NOTHING = {"", "null", "none", "n/a", "na", "nan", "-", "–", "—"}
_ENDLESS = {"unlimited", "no limit"}
_WORDS = {"M": "Mobile", "F": "Fixed"}
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")
_DELIMITERS = ",;\t|"
_LONGEST = 80  # characters of a cell that a note repeats
_TOLD_AS = {
    "plan_id": "unique_plan_id", "provider": "provider_name", "plan_name": "service_plan_name",
    "price_usd": "monthly_price", "activation_fee_usd": "single_purchase_fees",
    "data_gb": "monthly_data_allow", "per_gb_usd": "over_usage_data_price",
}


def read_broadband_labels(path: str | os.PathLike | BinaryIO) -> pd.DataFrame:
    """The mobile plans of a label file in the catalogue's columns, see :func:`load_catalog`.

    - The price is that of a month, with all monthly provider fees, since they are paid each time.
    - All one-time fees at purchase are the activation fee.
    - An introductory price gives a second row, ``<plan_id>:intro``, for new customers: one month
      at that price, whatever the months it is given for, so a total is never too low.
    - Nothing in ``monthly_data_allow`` is unlimited data, 0 is data charged by use; what cannot
      be read there is not known. A price or a fee that cannot be read is a fault.
    - Days of validity, speed once the data is used up, hotspot, number and SIM are not on a label
      and not known. The notes say what else the label says.

    Args:
        path: a CSV file with a header in UTF-8, UTF-16 or else Windows-1252, with commas,
            semicolons, tabs or bars between the cells; or one opened in binary mode.

    Returns:
        a frame; ``attrs`` has ``left_out`` (how many ``fixed`` lines and plans with a
        ``contract``), ``ignored_columns`` and ``encoding``.

    Raises:
        CatalogError: the file is refused; ``problems`` holds every bad cell.
    """
    data = read_bytes(path)
    encoding, delimiter, _ = _form(data)
    records = read_records(data, encoding, delimiter)
    _, header = next(records, (0, []))
    names = [_plain(name) for name in header]
    _check_header(names)
    labels, problems, left_out = [], [], Counter({"fixed": 0, "contract": 0})
    for number, cells in records:
        if len(cells) != len(header):
            width = {"found": len(cells), "expected": len(header)}
            problems.append(Problem(number, "", "", "width", width))
            continue
        label = _Label(number, dict(zip(names, map(str.strip, cells), strict=True)), problems)
        kind = label.kind()
        if kind == "mobile":
            labels.append(label)
        elif kind:
            left_out[kind] += 1
    if not labels and not problems:
        raise CatalogError("label_no_rows", **left_out)
    frame = _frame(labels, problems, _file_name(path))
    frame.attrs |= {
        "left_out": dict(left_out), "encoding": encoding,
        "ignored_columns": [name for name in dict.fromkeys(names) if name not in COLUMNS],
    }
    return frame


def read_plans(path: str | os.PathLike | BinaryIO) -> pd.DataFrame:
    """A label file, known by its header, or a file in the catalogue's columns.

    Raises:
        CatalogError: as :func:`read_broadband_labels` and :func:`load_catalog`.
    """
    data, name = read_bytes(path), _file_name(path)
    file = io.BytesIO(data)
    file.name = name
    return read_broadband_labels(file) if NEEDED[0] in _form(data)[2] else load_catalog(file)


# ------------------------------------------------------------------------------------ the file


def _form(data: bytes) -> tuple[str, str, list[str]]:
    """Encoding, delimiter and the names in the header."""
    encoding = _encoding(data)
    start = data[:200_000].decode(encoding, "replace")
    line = next((line for line in io.StringIO(start, newline=None) if line.strip()), "")
    found = [[_plain(name) for name in _cells(line, delimiter)] for delimiter in _DELIMITERS]
    known = [len({*names} & {*COLUMNS}) for names in found]
    best = known.index(max(known))
    return encoding, _DELIMITERS[best], found[best]


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _plain(name: str) -> str:
    """A heading as the columns are named here."""
    plain = re.sub(r"[\s_]+", "_", name.strip().lower())
    return "monthly_provider_fee" if plain == "monthly_provider_fees" else plain


def _check_header(names: list[str]) -> None:
    if not names:
        raise CatalogError("catalog_empty")
    if missing := [name for name in NEEDED if name not in names]:
        raise CatalogError("catalog_columns_missing", columns=missing)
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        raise CatalogError("catalog_columns_twice", columns=twice)


def _file_name(path: str | os.PathLike | BinaryIO) -> str:
    name = getattr(path, "name", "") if hasattr(path, "read") else path
    return "".join(filter(str.isprintable, Path(str(name)).name))[-200:]


# ----------------------------------------------------------------------------------- one label


@dataclass
class _Label:
    """One row: its number, its cells by column, and the list that its faults go to."""

    row: int
    cells: Mapping[str, str]
    problems: list[Problem] = field(repr=False)

    def text(self, name: str) -> str:
        """A cell, empty where it says that there is nothing."""
        cell = self.cells.get(name, "")
        return "" if cell.lower() in _NOTHING else cell

    def fault(self, name: str, code: str, **values) -> None:
        self.problems.append(Problem(self.row, name, self.cells.get(name, ""), code, values))

    def kind(self) -> str:
        """``mobile``, ``fixed`` or ``contract``; empty where that is at fault."""
        plan_id, said = self.text("unique_plan_id"), self.text("connection_type").lower()
        kinds = {"m": "mobile", "mobile": "mobile", "f": "fixed", "fixed": "fixed"}
        kind = kinds.get(said) if said else kinds.get(plan_id[:1].lower())
        if kind == "fixed" and plan_id[:1] != "M":
            return "fixed"
        if not _PLAN_ID.fullmatch(plan_id):
            self.fault("unique_plan_id", "label_id")
            return ""
        if kinds[plan_id[0].lower()] != kind:
            self.fault("connection_type", "connection", kind=_WORDS[plan_id[0]])
            return ""
        return "contract" if self.yes("contract_req") else "mobile"

    def yes(self, name: str) -> bool:
        said = self.text(name).lower()
        if said not in ("", *_YES, *_NO):
            self.fault(name, "enum", choices=["Yes", "No"])
        return said in _YES

    def amount(self, name: str) -> Decimal:
        """US dollars, which have to be there."""
        found = _AMOUNT.fullmatch(self.text(name))
        if not found:
            self.fault(name, "amount")
        return Decimal(found[1]) if found else Decimal(0)

    def amounts(self, name: str, described_in: str) -> Decimal:
        """The sum of a list of US dollars; what is described has to have an amount."""
        listed = self.text(name).rstrip("; ")
        if not listed and not self.text(described_in):
            return Decimal(0)
        found = [_AMOUNT.fullmatch(part.strip()) for part in listed.split(";")]
        if not all(found):
            self.fault(name, "amounts")
            return Decimal(0)
        return sum((Decimal(amount[1]) for amount in found), Decimal(0))

    def gb(self, name: str) -> Decimal | None:
        """GB, ``None`` where there are none or they cannot be read."""
        found = _SIZE.fullmatch(self.text(name))
        return Decimal(found[1]) * _GB[(found[2] or "GB").upper()] if found else None

    def more_data(self) -> tuple[Decimal, Decimal] | None:
        """US dollars for so many GB more, where both can be read and are above 0."""
        price = _AMOUNT.fullmatch(self.text("over_usage_data_price"))
        gb = self.gb("additional_data_increment")
        return (Decimal(price[1]), gb) if price and gb and Decimal(price[1]) else None


def _frame(labels: list[_Label], problems: list[Problem], file_name: str) -> pd.DataFrame:
    plans = [(label.row, plan) for label in labels for plan in _plans(label, file_name)]
    cells = {name: [plan.get(name, "") for _, plan in plans] for name in columns()}
    said = {label.row: label.cells for label in labels}

    def told_of(problem: Problem) -> Problem:
        name = _TOLD_AS.get(problem.column, problem.column)
        value = said[problem.row].get(name, problem.value)
        return Problem(problem.row, name, value, problem.code, problem.values)

    return from_cells(cells, [row for row, _ in plans], problems, told_of)


def _plans(label: _Label, file_name: str) -> Iterator[dict[str, str]]:
    """The catalogue's cells of a label: one row, or two where it has an introductory price."""
    monthly = label.amount("monthly_price")
    fees = label.amounts("monthly_provider_fee", "monthly_provider_fee_descr")
    once = label.amounts("single_purchase_fees", "single_purchase_fee_descr")
    plan_id = label.text("unique_plan_id")
    tier = label.text("tier_plan_name")
    names = dict.fromkeys(filter(None, (label.text("service_plan_name"), tier)))
    web = label.text("customer_support_web")
    plan = {
        "plan_id": plan_id,
        "provider": label.text("provider_name") or f"FRN {plan_id[1:11]}",
        "plan_name": " · ".join(names),
        "price_usd": _number(monthly + fees),
        "tax_included": _tax(label),
        "activation_fee_usd": _number(once) if label.text("single_purchase_fees") else "",
        "intro_new_customer_only": "no",
        "source_title": file_name,
        "as_of": _date_in(file_name),
        "upstream_url": web if re.fullmatch(r"https?://[^\s<>\"'`]{1,2000}", web) else "",
        **_data(label),
    }
    yield plan | _notes(label, monthly, fees, once)
    if label.yes("intro_rate"):
        intro = label.amount("intro_rate_price")
        yield plan | {
            "plan_id": plan_id + INTRO, "price_usd": _number(intro + fees),
            "intro_new_customer_only": "yes",
        } | _notes(label, intro, fees, once, intro=True)


def _date_in(file_name: str) -> str:
    """The day that a name starts with, as 2026-09-01-0005937974-USA.csv."""
    found = re.match(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])", file_name)
    try:
        return dt.date.fromisoformat(found[0]).isoformat() if found else ""
    except ValueError:
        return ""


def _data(label: _Label) -> dict[str, str]:
    """What the label says of data; nothing where that is not clear."""
    if "monthly_data_allow" not in label.cells:
        return {}
    said, gb = label.text("monthly_data_allow"), label.gb("monthly_data_allow")
    more = label.more_data()
    charged = label.text("over_usage_data_price")
    if said.lower() in {"", *_ENDLESS}:
        return {} if charged else {"unlimited": "yes"}
    if gb is None:
        return {}
    if gb:
        return {"unlimited": "no", "data_gb": _number(gb),
                "after_cap": "pay_per_mb" if more else ""}
    if not more:
        return {"unlimited": "no"}
    per_gb = (more[0] / more[1]).quantize(Decimal("0.01"), ROUND_CEILING)
    return {"unlimited": "no", "per_gb_usd": _number(per_gb)}


def _tax(label: _Label) -> str:
    said = label.text("tax").lower()
    if said.startswith("varies"):
        return "no"
    amount = _AMOUNT.fullmatch(said)
    on_top = amount and Decimal(amount[1]) > 0
    return "no" if on_top else "yes" if said == "included" else "unknown"


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


# --------------------------------------------------------------------------------------- notes


def _notes(
    label: _Label, price: Decimal, fees: Decimal, once: Decimal, *, intro: bool = False
) -> dict[str, str]:
    """What the columns have no place for, in both languages."""
    told = dict(_noted(label, price, fees, once, intro))
    notes = {}
    for column, language in (("note", "en"), ("note_zh", "zh-CN")):
        words = i18n.words(language)
        sentences = (words(f"label.note.{key}", **values) for key, values in told.items())
        notes[column] = words("label.space").join(sentences)
    return notes


def _noted(
    label: _Label, price: Decimal, fees: Decimal, once: Decimal, intro: bool
) -> Iterator[tuple[str, dict]]:
    def said(name: str) -> str:
        cell = label.text(name)
        return cell if len(cell) <= _LONGEST else cell[:_LONGEST] + "…"

    if fees:
        what = said("monthly_provider_fee_descr") or said("monthly_provider_fee")
        yield "fees", {"price": _cents(price), "fees": _cents(fees), "what": what}
    if once:
        what = said("single_purchase_fee_descr") or said("single_purchase_fees")
        yield "once", {"fee": _cents(once), "what": what}
    if intro:
        yield "intro", {"months": said("intro_rate_time") or "–"}
    if tax := said("tax"):
        yield "tax", {"tax": tax}
    if label.cells.get("monthly_data_allow") and label.gb("monthly_data_allow") is None:
        yield "allowance", {"said": said("monthly_data_allow")}
    if more := label.more_data():
        by_use = label.gb("monthly_data_allow") == 0
        yield "by_use" if by_use else "more", {"price": _cents(more[0]), "gb": _number(more[1])}
    if fee := said("early_termination_fee"):
        yield "termination", {"fee": fee}
    speeds = [said(f"typical_{name}") for name in ("download_speed", "upload_speed", "latency")]
    if any(speeds):
        down, up, delay = (speed or "–" for speed in speeds)
        yield "speeds", {"down": down, "up": up, "delay": delay}
    yield "silent", {}


def _cents(usd: Decimal) -> int:
    return round(usd * 100)
