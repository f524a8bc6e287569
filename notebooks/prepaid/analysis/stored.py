"""What is the same for every reader: worked out by the build, kept in ``content/stored``, only read
by a lesson.

Each part is kept with a key made of the content and the settings that it follows from. Where these
have changed since, the part is worked out anew, here and now; the build writes it. So a step may
ask for a part with the settings of its reader: the example that a lesson opens with is read, any
other stay is worked out. What a change of code does to a part is found by the tests, which hold it
against the engine.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from prepaid.analysis import break_points as points
from prepaid.analysis import golden, habits
from prepaid.catalogue.plans import NUMBER_BOTHER, load_catalog, select
from prepaid.i18n import CONTENT

FOLDER = CONTENT / "stored"
CATALOGUE = ("plans.csv", "fees.csv", "conditions.csv")  # what our plans follow from


class Part(NamedTuple):
    """How a part is made, and what it follows from."""

    files: tuple[str, ...]  # content files, by name
    settings: object  # whatever else it follows from, as JSON has it
    make: Callable[[], pd.DataFrame]  # the part as a frame
    dtypes: dict[str, str]  # of its columns, where JSON does not tell


def _break_points() -> pd.DataFrame:
    plans = load_catalog()
    frames = [
        points.break_points(plans, days, need).assign(need=need, days=days)
        for need in points.NEEDS for days in points.STAYS
    ]
    return pd.concat(frames, ignore_index=True)[["need", "days", *points.COLUMNS]]


def _habits() -> pd.DataFrame:
    plans, _ = select(load_catalog(), **points.HAS)
    return habits.habits(plans)


PARTS = {
    "break_points": Part(
        CATALOGUE,
        [{name: dict(need) for name, need in points.NEEDS.items()}, points.STAYS, points.MOST_MB,
         points.HAS, points.USUAL, NUMBER_BOTHER],
        _break_points, {"from_cents": "Int64", "to_cents": "Int64"}),
    "habits": Part(
        CATALOGUE, [habits.DAYS, habits.MB_PER_DAY, points.HAS], _habits,
        {"purchases": "Int64", "cents": "Int64", "optimum_cents": "Int64"}),
    "golden": Part(
        ("golden.toml", "usage_rates.csv"), [],
        lambda: golden.run().rename_axis("id").reset_index(),
        {"expected": "object", "got": "object"}),
}


def stored(name: str) -> pd.DataFrame:
    """A part: as the build has kept it, or made now where its content has changed since.

    Args:
        name: one of :data:`PARTS`.

    Example:
        >>> stored("break_points")["need"].drop_duplicates().tolist()
        ['esim', 'card', 'number', 'number_hotspot']
    """
    return read(name, PARTS[name])


def read(name: str, part: Part) -> pd.DataFrame:
    """A part of a step: as the build has kept it, or made now where it follows from other content
    or other settings."""
    kept = _kept(name, part)
    if kept is None:
        return part.make()
    rows = [map(_frozen, row) for row in kept["rows"]]
    return pd.DataFrame(rows, columns=kept["columns"]).astype(part.dtypes)


def refresh(parts: Mapping[str, Part]) -> list[str]:
    """Write the parts whose content has changed, and give their names."""
    old = [name for name, part in parts.items() if _kept(name, part) is None]
    for name in old:
        write(name, parts[name])
    return old


def write(name: str, part: Part) -> None:
    """Make a part and keep it, a row a line."""
    frame = part.make()
    rows = frame.astype(object).where(frame.notna(), None).values.tolist()
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    head = json.dumps({"key": key(part), "columns": list(frame)})
    FOLDER.mkdir(exist_ok=True)
    _path(name).write_text(
        f'{head[:-1]}, "rows": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n")


def key(part: Part) -> str:
    """What a part follows from, as one hash; line ends do not count."""
    told = hashlib.sha256(json.dumps(part.settings, default=str).encode())
    for name in part.files:
        told.update((CONTENT / name).read_bytes().replace(b"\r\n", b"\n"))
    return told.hexdigest()


def _path(name: str) -> Path:
    return FOLDER / f"{name}.json"


def _kept(name: str, part: Part) -> dict | None:
    """What is kept of a part, unless it follows from something else now."""
    path = _path(name)
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return kept if kept.get("key") == key(part) else None


def _frozen(value):
    """Lists of a file as the tuples that they were."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
