"""Ways into the log: an unexpected error, and Python's own logging."""

from __future__ import annotations

import contextlib
import logging

from .file import append, log_path
from .scrub import describe, scrub


def log_unexpected(error: BaseException) -> str:
    """Log ``error``; gives the log's path in words, or what kept it from being written."""
    try:
        append("ERROR", describe(error))
    except OSError as problem:
        return f"no file, because the log cannot be written ({problem.strerror})"
    return str(log_path())


class LogHandler(logging.Handler):
    """Python's logging → the log, from warnings on.  A log that cannot be written is no reason to fail."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(Exception):
            text = f"{record.name}: {scrub(record.getMessage())}"
            if record.exc_info and record.exc_info[1] is not None:
                text += "\n" + describe(record.exc_info[1])
            append(record.levelname, text)
