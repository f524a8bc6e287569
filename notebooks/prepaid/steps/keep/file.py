"""What the reader chose, kept in one plain file on request and picked up by the next lesson.

The file is JSON beside the notebooks; in an app (see :func:`prepaid.steps.view.is_app`) the reader
takes it along instead. It holds the inputs named in ``FIELDS`` and nothing else; a file with
anything else in it, or anything the lessons do not accept, is refused and left as it is.
"""

import contextlib
import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from prepaid.catalogue.plans import load_catalog
from prepaid.catalogue.usage import daily_need_mb
from prepaid.i18n import Refusal
from prepaid.steps.model import Model, number
from prepaid.steps.pick.model import MAX_DAYS, MAX_GB, PickModel, example

FILE = Path(__file__).resolve().parents[3] / "my-choices.json"
FORMAT = "us-prepaid-data-choices"
VERSION = 1
MAX_BYTES = 20_000
YEARS = (2000, 2100)

_SHOWN = 60  # characters of what a damaged file says that a message repeats

Check = Callable[[object], object]


class _Unfit(ValueError):
    """A value that no lesson writes."""


def save(inputs: Mapping[str, object], path: Path | None = None) -> None:
    """Keep inputs, by name; those that the file has already and ``inputs`` lacks stay.

    Args:
        inputs: values of fields of ``FIELDS``.

    Raises:
        Refusal: an input that no lesson accepts, a file there that is not ours or damaged (it is
            left as it is), or a folder that cannot be written to.
    """
    path = path or FILE
    kept = load(path) if path.exists() else {}
    text = as_text(kept | dict(inputs))
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise Refusal("choices_not_saved", name=path.name) from error


def load(path: Path | None = None) -> dict[str, object]:
    """The kept inputs by name, checked; dates as dates.

    Raises:
        Refusal: there is no file, or one that is not ours, damaged, of another version, or with
            values that no lesson writes. It is left as it is.
    """
    path = path or FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Refusal("choices_none", name=path.name) from error
    except OSError as error:
        raise Refusal("choices_unreadable", name=path.name) from error
    return read(data, path.name)


def as_text(inputs: Mapping[str, object]) -> str:
    """The text of a file that keeps these inputs, by name.

    Raises:
        Refusal: an input that no lesson accepts.
    """
    values = {name: _plain(_CHECKS[name](value)) for name, value in inputs.items()}
    return json.dumps({
        "format": FORMAT, "version": VERSION,
        **{section: {name: values[name] for name in fields if name in values}
           for section, fields in FIELDS.items()},
    }, ensure_ascii=False, indent=2) + "\n"


def read(data: bytes, name: str) -> dict[str, object]:
    """The inputs by name that a file of this content keeps, checked; dates as dates.

    Args:
        data: at most ``MAX_BYTES``; more is refused.
        name: of the file, for what is told.

    Raises:
        Refusal: as :func:`load`.
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
        if not isinstance(values, dict) or not values.keys() <= FIELDS.get(section, {}).keys():
            raise Refusal("choices_field", name=name, field=section[:_SHOWN])
        for field, value in values.items():
            try:
                found[field] = _CHECKS[field](value)
            except (ValueError, TypeError, ArithmeticError) as error:
                raise Refusal("choices_field", name=name, field=field) from error
    return found


def forget(path: Path | None = None) -> bool:
    """Delete the file, whatever is in it; whether there was one.

    Raises:
        Refusal: it cannot be deleted.
    """
    path = path or FILE
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise Refusal("choices_not_forgotten", name=path.name) from error
    return True


def pick_up(model: Model, names: Iterable[str], path: Path | None = None) -> dict[str, object]:
    """Set a model's inputs to the kept ones and answer once; what was set.

    Args:
        names: the inputs that the step shows. Use said by activity becomes GB a day where the
            step asks for GB only.

    Raises:
        Refusal: as :func:`load`, and then nothing is set.
    """
    return put_in(model, names, load(path))


def put_in(model: Model, names: Iterable[str], kept: Mapping[str, object]) -> dict[str, object]:
    """As :func:`pick_up`, from inputs that were read before."""
    kept, names = dict(kept), list(names)
    if kept.get("mode") == "activities" and "hours" not in names:
        kept |= {"mode": "gb", **_as_gb(kept)}
    inputs = {name: kept[name] for name in names if name in kept}
    model.update(**inputs)
    return inputs


def _as_gb(kept: Mapping) -> dict[str, object]:
    if "hours" not in kept:
        return {}
    (mb,) = daily_need_mb(kept["hours"], 1, kept.get("level", "typical"))
    return {"gb": float(Decimal(mb) / 1000), "gb_per": "day"}


# -------------------------------------------------------------------------------------- the file


def _parsed(data: bytes, name: str) -> dict:
    try:
        if len(data) > MAX_BYTES:
            raise _Unfit
        kept = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse,
                          object_pairs_hook=_once)
        if not isinstance(kept, dict):
            raise _Unfit
    except (ValueError, RecursionError) as error:
        raise Refusal("choices_damaged", name=name) from error
    return kept


def _refuse(_constant: str) -> None:
    raise _Unfit


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unfit
    return found


def write_whole(path: Path, data: bytes) -> None:
    """Write the whole file or nothing: readers never see half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


# --------------------------------------------------------------------------------- what fits


def _among(values: Iterable) -> Check:
    allowed = list(values)

    def check(value: object) -> object:
        if not any(type(value) is type(one) and value == one for one in allowed):
            raise _Unfit
        return value

    return check


def _of_trait(name: str) -> Check:
    return _among(PickModel.class_traits()[name].values)


def _flag(value: object) -> bool:
    return _among([True, False])(value)


def _number(name: str, low: float, high: float, *, whole: bool = False) -> Check:
    def check(value: object) -> object:
        if isinstance(value, bool):
            raise _Unfit
        return number(value, name, low, high, whole=whole)

    return check


def _date(value: object) -> dt.date:
    date = dt.date.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(date, dt.date):
        raise Refusal("date_missing")
    if not YEARS[0] <= date.year <= YEARS[1]:
        raise Refusal("date_far", value=date, first=YEARS[0], last=YEARS[1])
    return date


def _hours(value: object) -> dict[str, float]:
    if not isinstance(value, dict) or value.keys() != example()["hours"].keys():
        raise _Unfit
    daily_need_mb(value, 1)
    return {activity: value[activity] for activity in example()["hours"]}


def _plan_id(value: object) -> str:
    return _among(load_catalog()["plan_id"])(value)


def _ticks(value: object) -> tuple[str, ...]:
    from prepaid.steps.ready.model import check_ids

    if not isinstance(value, list | tuple) or len(set(value)) < len(value):
        raise _Unfit
    return tuple(map(_among(check_ids()), value))


FIELDS: Mapping[str, Mapping[str, Check]] = {
    "ready": {"done": _ticks},
    "stay": {"start": _date, "days": _number("days", 1, MAX_DAYS, whole=True)},
    "use": {
        "mode": _of_trait("mode"), "hours": _hours, "level": _of_trait("level"),
        "gb": _number("gb", 0, MAX_GB), "gb_per": _of_trait("gb_per"),
    },
    "needs": {
        "sim": _of_trait("sim"), "us_number": _flag, "hotspot": _flag, "known_customer": _flag,
        "slow_ok_kbps": _of_trait("slow_ok_kbps"),
        "tax_percent": _number("tax_percent", 0, 100),
    },
    "plan": {"plan_id": _plan_id},
}
_CHECKS = {name: check for fields in FIELDS.values() for name, check in fields.items()}
