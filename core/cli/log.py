"""Details of unexpected errors go to a file in the user's state folder, not to the person's face."""

from __future__ import annotations

import datetime
import traceback
from pathlib import Path

import platformdirs

MAX_BYTES = 1_000_000


def state_folder() -> Path:
    """Where logs live; made if needed, readable by the user alone."""
    folder = Path(platformdirs.user_state_dir("mimesh", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def log_unexpected(error: BaseException) -> str:
    """Append the traceback; gives the file's path in words, or what kept it from being written."""
    text = "".join(traceback.format_exception(error))
    try:
        path = state_folder() / "errors.log"
        if path.exists() and path.stat().st_size > MAX_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.datetime.now().isoformat(timespec='seconds')}\n{text}\n")
    except OSError as problem:
        return f"no file, because the log cannot be written ({problem.strerror})"
    return str(path)
