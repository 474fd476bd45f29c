"""What every reader of a file the user gave checks first, and how such a file is named in a message."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import InputError

MAX_BYTES = 200 * 1024 * 1024
"""Of a file that is read into memory as a whole."""


def quoted(path: str | os.PathLike[str]) -> str:
    """``path`` in quotes on one line: characters that cannot be printed are replaced."""
    return "'" + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in os.fspath(path)) + "'"


def check_readable(path: str | os.PathLike[str]) -> Path:
    """``path`` as a :class:`Path`, when it is an ordinary, readable file that is not empty.

    Raises :class:`InputError` that says which of these it is not.
    """
    name = quoted(path)
    try:
        status = Path(path).stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"{name} does not exist: check the path.") from error
    except PermissionError as error:
        raise _unreadable(name) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{name} is not a usable file name: check the path.") from error
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{name} is a folder: give a file.")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{name} is not an ordinary file: give a file.")
    if not os.access(path, os.R_OK):
        raise _unreadable(name)
    if status.st_size == 0:
        raise InputError(f"{name} is empty (0 bytes): copy or download it again.")
    return Path(path)


def read_bytes(path: Path, size: int = -1) -> bytes:
    """The first ``size`` bytes of a file (all by default); :class:`InputError` when the disk or the rights refuse."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except PermissionError as error:
        raise _unreadable(quoted(path)) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{quoted(path)} cannot be read ({reason}): check the disk it is on.") from error


def _unreadable(name: str) -> InputError:
    return InputError(f"{name} cannot be read because its permissions forbid it: change them or copy the file.")
