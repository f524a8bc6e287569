"""The content files that are neither tables nor strings."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache

from prepaid.i18n import CONTENT


@cache
def load(name: str) -> Mapping:
    """A file of ``content``, read once; ``"faq/data"`` is ``content/faq/data.toml``."""
    return _once(tomllib.loads((CONTENT / f"{name}.toml").read_text("utf-8")), {})


def _once(value, known: dict[str, str]):
    """The same; of equal texts, such as names of keys, one is kept in memory."""
    if isinstance(value, dict):
        return {known.setdefault(key, key): _once(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [_once(one, known) for one in value]
    return known.setdefault(value, value) if isinstance(value, str) else value


def gathered(name: str) -> dt.date:
    """The day on which the facts of a file of ``content`` were gathered."""
    return dt.date.fromisoformat(load(name)["checked"])


def names(folder: str) -> list[str]:
    """The names, for :func:`load`, of the files in a folder of ``content``, in order."""
    return sorted(f"{folder}/{path.stem}" for path in (CONTENT / folder).glob("*.toml"))
