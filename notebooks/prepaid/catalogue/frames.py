"""Frames of plans made by whatever means: what has to hold before they are used."""

from decimal import Decimal
from functools import cache
from numbers import Real

import numpy as np
import pandas as pd

from prepaid.catalogue.cells import NUMBER
from prepaid.catalogue.faults import CatalogError, Problem
from prepaid.catalogue.tables import columns, is_number, joined_fields, refuse

BOUND = 10**9  # of a number in any frame: what such numbers add up to still fits 64 bits
MOST_CYCLES = 1000  # of several cycles in any frame, for the same reason

# columns of which a word that is not described would be taken for “not known” without a sound,
# besides those of fees and conditions
_STRICT = {"cycle_unit", "data_cap_per", "status", "esim", "sim_card"}


def checked(plans: pd.DataFrame) -> pd.DataFrame:
    """A frame of plans, made by whatever means, as it can be used.

    Numbers have to be finite and from 0 to ``BOUND``, days and cycles at least 1, cycles at most
    ``MOST_CYCLES``, a percentage at most 100; ``NaN`` and ``None`` stand for what is not known. A
    fee, a condition, the unit of a cycle or a status has to be what its description allows; any
    other text will do. ``True`` and ``False`` are taken for yes and no.

    Returns:
        the same rows; of the catalogue's columns numbers are float64, and text that is missing
        is ``""``.

    Raises:
        CatalogError: it is no frame, lacks ``plan_id`` or ``provider``, has a column twice, or
            has cells at fault: all are named, the first row of the frame being row 2.

    Example:
        >>> plans = pd.DataFrame({"plan_id": ["a"], "provider": ["A"], "unlimited": [True]})
        >>> checked(plans)["unlimited"].tolist()
        ['yes']
    """
    if not isinstance(plans, pd.DataFrame):
        raise CatalogError("plans_no_frame", example="prepaid.load_catalog()")
    bare = pd.DataFrame(plans)  # without attrs, which each column would copy
    given = {name: bare[name] for name in _described() if name in bare}
    twice = [name for name, cells in given.items() if isinstance(cells, pd.DataFrame)]
    if twice:
        raise CatalogError("catalog_columns_twice", columns=twice)
    missing = [name for name in ("plan_id", "provider") if name not in plans]
    if missing:
        raise CatalogError("catalog_columns_missing", columns=missing)
    problems: list[Problem] = []
    changed = {}
    for name, before in given.items():
        column = _described()[name]
        sound = _sound_numbers if is_number(column) else _sound_texts
        cells = sound(before, column, problems)
        if cells is not before:
            changed[name] = cells.array
    refuse(problems, _described())
    return plans.assign(**changed) if changed else plans


@cache
def _described() -> dict[str, dict]:
    return columns()


@cache
def _strict() -> set[str]:
    return _STRICT | {column["name"] for column in joined_fields("plans")}


def _bounds(column: dict) -> tuple[float, float]:
    """The least and the most that a number may be in any frame."""
    name = column["name"]
    if name in ("min_commitment_cycles", "intro_cycles"):
        return 1, MOST_CYCLES
    rules = column["constraints"]
    if column["unit"] == "percent" or name == "number_grace_days":
        return rules["minimum"], rules["maximum"]
    return int(name == "validity_days"), BOUND


def _sound_numbers(cells: pd.Series, column: dict, problems: list[Problem]) -> pd.Series:
    low, high = _bounds(column)
    plain = cells.dtype.kind in "iuf"
    numbers = cells.to_numpy(float, na_value=np.nan) if plain else np.array(
        [_number_in(cell) for cell in cells], float)
    bad = (numbers < low) | (numbers > high)
    problems += (
        Problem(int(place) + 2, column["name"], _shown(cells.iloc[place]), "number",
                {"minimum": low, "maximum": high}, True)
        for place in np.flatnonzero(bad)
    )
    return cells if cells.dtype == float else pd.Series(numbers, cells.index)


def _number_in(cell: object) -> float:
    """A cell's number; ``NaN`` where it is not known, infinite where it is none."""
    if _is_missing(cell):
        return np.nan
    if isinstance(cell, str):
        cell = cell.strip()
        return float(cell or "nan") if not cell or NUMBER.fullmatch(cell) else np.inf
    number = isinstance(cell, Real | Decimal) and not isinstance(cell, bool | np.bool)
    return float(cell) if number and abs(cell) <= BOUND else np.inf


def _sound_texts(cells: pd.Series, column: dict, problems: list[Problem]) -> pd.Series:
    name, choices = column["name"], column["constraints"].get("enum", ())
    needed, strict = name in ("plan_id", "provider"), name in _strict()
    if isinstance(cells.dtype, pd.StringDtype) and not cells.hasnans:
        held = set(cells.to_numpy(object)) if needed or strict else set()
        again = name == "plan_id" and len(held) < len(cells)
        if not (again or (needed and "" in held) or (strict and held.difference(choices, [""]))):
            return cells  # the longer look tells which may not stand, and why
    texts = cells
    if isinstance(cells.dtype, pd.StringDtype):
        texts = cells.fillna("") if cells.hasnans else cells
    elif pd.api.types.infer_dtype(cells, skipna=False) != "string":
        truths = {True: "yes", False: "no"} if "yes" in choices else {}
        texts = pd.Series([_text_in(cell, truths) for cell in cells], cells.index, object)
    bad = texts.isna().to_numpy()
    if needed:
        bad = bad | texts.eq("").to_numpy()
    if strict:
        bad = bad | ~texts.isin([*choices, ""]).to_numpy()
    problems += (
        Problem(int(place) + 2, name, _shown(cells.iloc[place]), "enum" if strict else "plain_text",
                {"choices": choices} if strict else {}, not needed)
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


def _text_in(cell: object, truths: dict[bool, str]) -> str | None:
    """A cell's text, ``""`` where it is not known; ``None`` where it is neither text nor truth."""
    if _is_missing(cell):
        return ""
    if isinstance(cell, bool | np.bool):
        return truths.get(bool(cell))
    return cell if isinstance(cell, str) else None


def _is_missing(cell: object) -> bool:
    if isinstance(cell, Decimal):  # pandas compares it, which one that signals does not allow
        return cell.is_nan()
    return pd.api.types.is_scalar(cell) and bool(pd.isna(cell))


def _shown(cell: object) -> str:
    """A cell in a message, where anything may stand in it."""
    try:
        return str(cell)
    except Exception:  # the cell's own code
        return type(cell).__name__
