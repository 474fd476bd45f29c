"""Notes about files that are being written: what a killed process or a power cut leaves, the next start removes.

Such a file lies hidden in whatever folder was written to, where nobody would look for it.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import secrets
import threading
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import psutil

from ..user_folders import PRIVATE_FILE, make_private, state_folder
from .read_json import read_json

_NAME = re.compile(r"\.mimesh-[0-9a-f]{16}")
_NOTE_BYTES = 100_000
_WRITING = 60.0
"""Seconds after which a note that is not whole is that of a process which was killed while it wrote it."""
_GIVEN_UP = 30 * 24 * 3600.0
"""Seconds after which a note is dropped whose folder is not there (a disk taken out) or whose computer is another."""


def hidden_name(suffix: str) -> str:
    """A new name for a file that is not finished."""
    return f".mimesh-{secrets.token_hex(8)}{suffix}"


@contextlib.contextmanager
def noted(unfinished: Path) -> Iterator[None]:
    """Inside, a private note says that this process writes ``unfinished``; without a place for notes there is none.

    The note stays where the file may have stayed, because its disk went away: a later start looks again.
    """
    note: Path | None = None
    with contextlib.suppress(OSError):
        note = make_private(_folder()) / f"{unfinished.stem.lstrip('.')}.json"
        descriptor = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"writer": _me(os.getpid()), "path": str(unfinished)}, file)
    try:
        yield
    finally:
        if note is not None:
            with contextlib.suppress(OSError):
                if unfinished.parent.is_dir() and not unfinished.exists():
                    note.unlink()


def sweep() -> int:
    """Remove what processes that are gone have left unfinished; gives how many files."""
    removed = 0
    with contextlib.suppress(OSError):
        for note in list(_folder().glob("*.json")):
            removed += _settle(note)
    return removed


def sweep_aside() -> threading.Thread:
    """The same in a thread that nobody has to wait for: a network that is gone can take minutes to say so."""
    thread = threading.Thread(target=sweep, name="sweep", daemon=True)
    thread.start()
    return thread


def _settle(note: Path) -> int:
    """Remove what ``note`` names, and then the note, unless its process lives; gives how many files."""
    with contextlib.suppress(OSError):
        age = time.time() - note.stat().st_mtime
        unfinished = _left_by(note, age)
        if unfinished is None:
            return 0
        if not unfinished.parent.is_dir() and age < _GIVEN_UP:
            return 0
        named = _NAME.fullmatch(unfinished.stem) is not None
        left = list(unfinished.parent.glob(f"{unfinished.stem}*")) if named else []  # what a second pass made, too
        for each in left:
            each.unlink()
        note.unlink()
        return len(left)
    return 0


def _left_by(note: Path, age: float) -> Path | None:
    """The file that a process which is gone was writing; None where it may still write.  Raises OSError."""
    try:
        said = read_json(note, _NOTE_BYTES)
        machine, pid, created = said["writer"]
        if machine != platform.node():  # the user's folder is shared, and its processes are not to be seen from here
            return Path(said["path"]) if age > _GIVEN_UP else None
        return None if _alive(int(pid), float(created)) else Path(said["path"])
    except (KeyError, TypeError, ValueError):
        return Path() if age > _WRITING else None


def _folder() -> Path:
    return state_folder() / "unfinished"


@lru_cache(maxsize=1)
def _me(pid: int) -> tuple[str, int, float]:
    """What tells this process from one of another computer and from a later one of the same number."""
    return platform.node(), pid, psutil.Process(pid).create_time()


def _alive(pid: int, created: float) -> bool:
    try:
        return bool(abs(psutil.Process(pid).create_time() - created) < 1.0)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
