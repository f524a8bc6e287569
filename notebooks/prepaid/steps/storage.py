"""Files beside the notebooks, written whole or not at all."""

import contextlib
import errno
import os
import sys
from pathlib import Path

from prepaid.i18n import Refusal

# The notebooks'; in a browser the package itself lies elsewhere.
FOLDER = Path.cwd() if sys.platform == "emscripten" else Path(__file__).resolve().parents[2]

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def write_whole(path: Path, data: bytes, refusal: str) -> None:
    """Write a file so that readers never see half of it.

    It is written under another name first, always the same, so that nothing is left for ever.

    Raises:
        Refusal: ``disk_full``, or ``refusal``; what was there before stays.
    """
    unfinished = unfinished_name(path)
    try:
        with open(unfinished, "wb", opener=_for_its_owner) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        raise Refusal("disk_full" if error.errno in _FULL else refusal, name=path.name) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def unfinished_name(path: Path) -> Path:
    """Where a file stands until it is whole."""
    return path.with_name(f".{path.stem}.tmp")


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
