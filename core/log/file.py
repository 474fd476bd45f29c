"""The log's files: appended to, never larger than they should be, readable by the user alone."""

from __future__ import annotations

import datetime
import os
import threading
from pathlib import Path

from ..user_folders import PRIVATE_FILE, make_private, state_folder
from ..version import VERSION

MAX_BYTES = 500_000
KEPT = 2
"""So many old files beside the present one: at most 1.5 MB in all."""

_RULE = "== "
_lock = threading.Lock()
_seen: dict[str, int] = {}
_MANY = 1000


def log_path() -> Path:
    return state_folder() / "mimesh.log"


def log_files() -> list[Path]:
    """Those that are there, the newest first."""
    path = log_path()
    return [each for each in (path, *(_old(path, k) for k in range(1, KEPT + 1))) if each.is_file()]


def append(level: str, text: str) -> None:
    """Add a record, after what it says was scrubbed.  What comes again and again is written ever more rarely.

    Raises OSError.
    """
    with _lock:
        if len(_seen) > _MANY:
            _seen.clear()
        times = _seen[text] = _seen.get(text, 0) + 1
        if times & (times - 1):  # the 1st, 2nd, 4th, 8th … time
            return
        again = f" ({times} times by now)" if times > 1 else ""
        now = datetime.datetime.now().isoformat(timespec="seconds")
        record = f"{_RULE}{now} {level} Mimesh {VERSION} process {os.getpid()}{again}\n{text[: MAX_BYTES // 4]}\n"
        path = log_path()
        make_private(path.parent)
        if path.exists() and path.stat().st_size + len(record) > MAX_BYTES:
            for k in range(KEPT, 0, -1):
                newer = _old(path, k - 1)
                if newer.exists():
                    newer.replace(_old(path, k))
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(record)


def last_error() -> str:
    """When the last error was and what it said, on one line; "" for none.  Raises OSError."""
    for path in log_files():
        records = path.read_text(encoding="utf-8", errors="replace").split(f"\n{_RULE}")
        for record in reversed(records):
            head, _, text = record.removeprefix(_RULE).partition("\n")
            when, _, rest = head.partition(" ")
            if rest.startswith(("ERROR", "CRITICAL")):
                return f"{when}  {text.strip().splitlines()[-1] if text.strip() else ''}"
    return ""


def _old(path: Path, k: int) -> Path:
    return path.with_name(f"{path.name}.{k}") if k else path
