"""Providers' machine-readable broadband labels (FCC) as plans of the catalogue.

Columns are matched by name, since their order is not certain and providers have layouts of their
own. What a label does not say stays unknown: above all how many days a cycle lasts, so that none of
these plans is scheduled before somebody says so.
"""

import io
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import BinaryIO

import pandas as pd

from prepaid import i18n
from prepaid.catalogue.cells import day_or_month, gb, says_endless
from prepaid.catalogue.faults import CatalogError, Problem
from prepaid.catalogue.headings import column_places, missing_columns, plain
from prepaid.catalogue.label import HEADINGS, Label, cut, written
from prepaid.catalogue.plans import load_catalog
from prepaid.catalogue.table_file import TableFile, name_of, open_table, read_bytes
from prepaid.catalogue.tables import columns, from_cells, stop_at_too_many

NEEDED = ("unique_plan_id", "monthly_price")
COLUMNS = tuple(HEADINGS)
MOST_LABELS = 30_000  # the largest file that is known has a tenth

_KNOWN = {plain(heading): name for name, headings in HEADINGS.items()
          for heading in (name, *headings.split())}
_LINK = re.compile(r"https?://[^\s<>\"'`]{1,2000}")
_DATE_FIRST = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])")
_LETTER = re.compile("[A-Za-z]")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._:-]+")
_TOLD_AS = {
    "plan_id": "unique_plan_id", "provider": "provider_name", "plan_name": "service_plan_name",
    "price_usd": "monthly_price", "intro_price_usd": "intro_rate_price",
    "activation_fee_usd": "single_purchase_fees", "data_gb": "monthly_data_allow",
    "per_gb_usd": "over_usage_data_price", "intro_cycles": "intro_rate_time",
}


def read_broadband_labels(path: str | os.PathLike | BinaryIO) -> pd.DataFrame:
    """The mobile plans of a label file in the catalogue's columns, see :func:`load_catalog`.

    - The price is that of a month, with all monthly provider fees, since they are paid each time.
    - One-time fees at purchase are the activation fee. Fees that are paid only by who is late,
      reconnects, changes something or wants paper, and optional ones, do not count. A fee without
      a readable amount makes ``fee_unknown`` yes.
    - An introductory price is ``intro_price_usd``, for as many months as the label says.
    - Nothing in ``monthly_data_allow`` is unlimited data, 0 is data charged by use; what cannot
      be read there is not known. An overage price of 0 is no charge. 1 TB is 1000 GB.
    - Where several months are paid up front, the price is the sum divided by the months, and
      ``min_commitment_cycles`` their number; where that is not clear the plan is left out.
    - Days of validity, speed once the data is used up, hotspot, number and SIM are not on a label
      and not known. The notes say what else the label says, and which word of it is odd. Only what
      would make a price wrong is a fault.

    Args:
        path: a CSV file, or one opened in binary mode, in any form that :func:`load_catalog` takes;
            in the FCC's columns, or in the layout that AT&T publishes.

    Returns:
        a frame; ``attrs`` has ``left_out`` (how many ``fixed`` lines, plans with a ``contract`` and
        plans paid ``upfront``), ``ignored_columns`` and ``encoding``.

    Raises:
        CatalogError: the file is refused; ``problems`` holds every bad cell.

    Example:
        >>> import io
        >>> file = io.BytesIO(b"unique_plan_id,monthly_price\\nM0000000001A,15\\n")
        >>> read_broadband_labels(file)["price_usd"].tolist()
        [15.0]
    """
    file = open_table(read_bytes(path), _KNOWN)
    at = column_places(file.headings, _KNOWN)
    if missing := [name for name in NEEDED if name not in at]:
        used = [file.headings[place] for place in at.values()]
        raise missing_columns(missing, file.headings, used, ",".join(NEEDED))
    labels, problems = [], []
    left_out = Counter({"fixed": 0, "contract": 0, "upfront": 0})
    for label in _labels(file, at, problems):
        kind = label.kind()
        if kind == "mobile":
            labels.append(label)
            if len(labels) > MOST_LABELS:
                raise CatalogError("label_too_many", limit=MOST_LABELS)
        elif kind:
            left_out[kind] += 1
    if not labels and not problems:
        raise CatalogError("label_no_rows", **left_out)
    frame = _frame(labels, problems, name_of(path))
    frame.attrs |= {
        "left_out": dict(left_out), "encoding": file.encoding,
        "ignored_columns": [heading for heading in dict.fromkeys(file.headings)
                            if heading and plain(heading) not in _KNOWN],
    }
    return frame


def read_plans(path: str | os.PathLike | BinaryIO) -> pd.DataFrame:
    """A label file, known by its header, or a file in the catalogue's columns.

    Example:
        >>> import io
        >>> len(read_plans(io.BytesIO(b"unique_plan_id;monthly_price\\nM0000000001A;15\\n")))
        1
    """
    file = io.BytesIO(read_bytes(path))
    file.name = name_of(path)
    both = {*_KNOWN, *map(plain, columns())}
    headings = {*map(plain, open_table(file.getvalue(), both).headings)}
    is_label = any(_KNOWN.get(heading) == NEEDED[0] for heading in headings)
    return read_broadband_labels(file) if is_label else load_catalog(file)


def _labels(
    file: TableFile, at: Mapping[str, int], problems: list[Problem]
) -> Iterator[Label]:
    headings = {name: file.headings[place] for name, place in at.items()}
    width = len(file.headings)
    for row, cells in file.records:
        if len(cells) == width:
            said = {name: cells[place].strip() for name, place in at.items()}
            yield Label(row, said, headings, problems)
        else:
            problems.append(Problem(row, "", "", "width", {"found": len(cells), "expected": width}))
            stop_at_too_many(problems)


def _frame(labels: list[Label], problems: list[Problem], file_name: str) -> pd.DataFrame:
    plans, taken = [], Counter()
    for label in labels:
        plan = _plan(label, file_name)
        taken[plan["plan_id"]] += 1
        if (times := taken[plan["plan_id"]]) > 1:  # its own name; the notes tell the label's
            plan["plan_id"] += f":{times}"
        plans.append(plan)
    cells = {name: [plan.get(name, "") for plan in plans] for name in columns()}
    of_row = {label.row: label for label in labels}

    def told_of(problem: Problem) -> Problem:
        label, name = of_row[problem.row], _TOLD_AS.get(problem.column, problem.column)
        value = label.cells.get(name, problem.value)
        return Problem(problem.row, label.heading(name), value, problem.code, problem.values)

    return from_cells(cells, [label.row for label in labels], problems, told_of)


def _plan(label: Label, file_name: str) -> dict[str, str]:
    """The catalogue's cells of a label."""
    price, once, monthly = label.price, label.once, label.monthly
    plan_id = label.text("unique_plan_id")
    names = dict.fromkeys(filter(None, map(label.text, ("service_plan_name", "tier_plan_name"))))
    web = label.text("customer_support_web")
    plan = {
        "plan_id": _NOT_IN_ID.sub("-", plan_id).lstrip("._:-")[:90] or f"row-{label.row}",
        "provider": label.text("provider_name")[:100] or f"FRN {plan_id[1:11]}",
        "plan_name": " · ".join(names)[:200],
        "price_usd": written(price.usd + monthly.usd),
        "min_commitment_cycles": str(price.months) if price.months > 1 else "",
        "tax_included": label.tax(),
        "activation_fee_usd": written(once.usd) if once.counted else "",
        "fee_unknown": "yes" if once.unknown or monthly.unknown else "",
        "source_title": file_name,
        "as_of": _date_in(file_name),
        "upstream_url": web if len(web) < 2100 and _LINK.fullmatch(web) else "",
        **label.data(),
    }
    if price.intro_usd is not None:
        plan |= {"intro_price_usd": written(price.intro_usd + monthly.usd),
                 "intro_cycles": price.intro_months}
    told = dict(_notes(label))
    for column, language in (("note", "en"), ("note_zh", "zh-CN")):
        words = i18n.words(language)
        sentences = (words(f"label.note.{key}", **values) for key, values in told.items())
        plan[column] = words("text.space").join(sentences)[:5000]
    return plan


def _date_in(file_name: str) -> str:
    """The day that a name starts with, as 2026-09-01-0005937974-USA.csv."""
    found = _DATE_FIRST.match(file_name)
    return (found and day_or_month(found[0])) or ""


def _notes(label: Label) -> Iterator[tuple[str, dict]]:
    """What the catalogue's columns have no place for: keys of ``label.note``, and values."""
    price, once, monthly = label.price, label.once, label.monthly
    if monthly.usd:
        yield "fees", {"price": _cents(price.usd), "fees": _cents(monthly.usd),
                       "what": cut("; ".join(monthly.what) or label.said("monthly_provider_fee"))}
    if once.usd:
        yield "once", {"fee": _cents(once.usd),
                       "what": cut("; ".join(once.what) or label.said("single_purchase_fees"))}
    if once.unknown or monthly.unknown:
        yield "fee_unknown", {}
    if later := [*once.later, *monthly.later]:
        yield "later", {"what": cut("; ".join(later))}
    if price.months > 1:
        yield "upfront", {"months": price.months, "total": _cents(price.usd * price.months)}
    if price.intro_usd is not None:
        yield "intro", {"months": price.intro_months or "–"}
    if tax := label.said("tax"):
        yield ("tax_varies" if tax.casefold() == "varies" else "tax"), {"tax": tax}
    said = label.text("monthly_data_allow")
    if said and gb(said) is None and not says_endless(said):
        yield "allowance", {"said": cut(said)}
    if more := label.more_data():
        by_use = gb(label.text("monthly_data_allow")) == 0
        yield "by_use" if by_use else "more", {"price": _cents(more[0]), "gb": written(more[1])}
    if fee := label.said("early_termination_fee"):
        yield "termination", {"fee": fee}
    if only := label.said("plan_disclaimer"):
        yield "disclaimer", {"said": only}
    for key, name, unit in (("down", "typical_download_speed", " Mbps"),
                            ("up", "typical_upload_speed", " Mbps"),
                            ("delay", "typical_latency", " ms")):
        if said := label.said(name):
            yield key, {"said": said if _LETTER.search(said) else said + unit}
    if label.odd:
        yield "odd", {"said": [f"{label.heading(name)}: {cut(said) or '–'}"
                               for name, said in label.odd.items()]}
    yield "silent", {}


def _cents(dollars: Decimal) -> int:
    return round(dollars * 100)
