"""What every reader of a file the user gave checks first, and how such a file is named in a message."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import InputError

MAX_BYTES = 200 * 1024 * 1024
"""Of a file that is read into memory as a whole."""

MAX_NAME = 500
"""Characters of a path in a message.  The longest file name of any system fits into the end that is kept."""


def quoted(path: str | os.PathLike[str]) -> str:
    """``path`` in quotes on one line: characters that cannot be printed are replaced, a long middle is left out."""
    text = os.fspath(path)
    if len(text) > MAX_NAME:
        text = f"{text[: MAX_NAME - 300]}…{text[-299:]}"
    return "'" + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text) + "'"


def is_there(path: str | os.PathLike[str]) -> bool:
    """Whether there is anything; False, where pathlib raises, for what may not be looked at and no disk could name."""
    return _mode(path) != 0


def is_file(path: str | os.PathLike[str]) -> bool:
    """The same for a file."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: str | os.PathLike[str]) -> bool:
    """The same for a folder."""
    return stat.S_ISDIR(_mode(path))


def _mode(path: str | os.PathLike[str]) -> int:
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):
        return 0


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
