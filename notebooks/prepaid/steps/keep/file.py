"""What the reader chose, kept in one plain file on request and picked up by the next lesson.

The file is JSON beside the notebooks; in an app (see :func:`prepaid.steps.view.is_app`) the reader
takes it along instead. It holds the inputs named in ``FIELDS`` and nothing else; a file with
anything else in it, or anything the lessons do not accept, is refused and left as it is.
"""

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

from prepaid.catalogue.usage import activities
from prepaid.i18n import Refusal
from prepaid.steps.inputs import declared
from prepaid.steps.model import Model
from prepaid.steps.next_step.model import NextStepModel
from prepaid.steps.pick.model import PickModel
from prepaid.steps.ready.model import ChecklistModel
from prepaid.steps.storage import FOLDER, unfinished_name, write_whole

FILE = FOLDER / "my-choices.json"
FORMAT = "us-prepaid-data-choices"
VERSION = 1
MAX_BYTES = 20_000
FIELDS = declared(ChecklistModel, PickModel, NextStepModel)  # inputs by section and name

INPUTS = {name: one for fields in FIELDS.values() for name, one in fields.items()}
_SHOWN = 60  # characters of what a damaged file says that a message repeats

def save(inputs: Mapping[str, object], path: Path | None = None) -> None:
    """Keep inputs, by name; those that the file has already and ``inputs`` lacks stay.

    Refuses an input that no lesson accepts, a file there that is not ours or damaged (it is left as
    it is), and a folder that cannot be written to.
    """
    path = path or FILE
    kept = load(path) if path.exists() else {}
    text = as_text(kept | dict(inputs))
    write_whole(path, text.encode(), "choices_not_saved")


def load(path: Path | None = None) -> dict[str, object]:
    """The kept inputs by name, checked; dates as dates. No file, or one that :func:`read` refuses,
    is refused and left as it is."""
    path = path or FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Refusal("choices_none", name=path.name) from error
    except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
        raise Refusal("choices_unreadable", name=path.name) from error
    return read(data, path.name)


def as_text(inputs: Mapping[str, object]) -> str:
    """The text of a file that keeps these inputs, by name; refuses what no lesson accepts."""
    values = {name: _plain(INPUTS[name].checked(value)) for name, value in inputs.items()}
    return json.dumps({
        "format": FORMAT, "version": VERSION,
        **{section: {name: values[name] for name in fields if name in values}
           for section, fields in FIELDS.items()},
    }, ensure_ascii=False, indent=2) + "\n"


def read(data: bytes, name: str) -> dict[str, object]:
    """The inputs by name that a file of this content keeps, checked; dates as dates.

    Refuses what is not ours, damaged, larger than ``MAX_BYTES``, of another version, or has values
    that no lesson writes; ``name`` is the file's, for what is told.
    """
    kept = _parsed(data, name)
    if kept.get("format") != FORMAT:
        raise Refusal("choices_damaged", name=name)
    version = kept.get("version")
    if type(version) is not int or version != VERSION:
        raise Refusal("choices_version", name=name)
    found = {}
    for section, values in kept.items():
        if section in ("format", "version"):
            continue
        known = isinstance(values, dict) and section in FIELDS
        if not known or not values.keys() <= FIELDS[section].keys():
            raise Refusal("choices_field", name=name, field=section[:_SHOWN])
        for field, value in values.items():
            try:
                found[field] = INPUTS[field].checked(value)
            except (ValueError, TypeError, ArithmeticError) as error:
                raise Refusal("choices_field", name=name, field=field) from error
    return found


def forget(path: Path | None = None) -> bool:
    """Delete the file, whatever is in it, and one left half written; whether there was one."""
    path = path or FILE
    found = [one for one in (unfinished_name(path), path) if os.path.lexists(one)]
    try:
        for one in found:
            one.unlink(missing_ok=True)
    except OSError as error:
        raise Refusal("choices_not_forgotten", name=path.name) from error
    return bool(found)


def pick_up(model: Model, names: Iterable[str], path: Path | None = None) -> dict[str, object]:
    """Set a model's inputs of these names to the kept ones and answer once; what was set.

    Use said by activity becomes GB a day where the step asks for GB only. What :func:`load` refuses
    sets nothing.
    """
    return put_in(model, names, load(path))


def put_in(model: Model, names: Iterable[str], kept: Mapping[str, object]) -> dict[str, object]:
    """As :func:`pick_up`, from inputs that were read before."""
    kept, names = dict(kept), list(names)
    if kept.get("mode", "gb") != "gb" and "hours" not in names:
        kept |= {"mode": "gb", **_as_gb(kept)}
    inputs = {name: kept[name] for name in names if name in kept}
    model.update(**inputs)
    return inputs


def _as_gb(kept: Mapping) -> dict[str, object]:
    if "hours" not in kept:
        return {}
    rates, level = activities(), kept.get("level", "typical")
    mb = sum(Fraction(str(value)) * rates[name].mb[level] for name, value in kept["hours"].items())
    return {"gb": float(mb / 1000), "gb_per": "day"}


def _parsed(data: bytes, name: str) -> dict:
    try:
        if len(data) > MAX_BYTES:
            raise ValueError
        kept = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse,
                          object_pairs_hook=_once)
        if not isinstance(kept, dict):
            raise ValueError
    except (ValueError, RecursionError) as error:
        raise Refusal("choices_damaged", name=name) from error
    return kept


def _refuse(_constant: str) -> None:
    raise ValueError


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
