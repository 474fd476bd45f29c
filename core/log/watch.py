"""What nobody caught ends in the log: exceptions of every thread, and crashes of the whole process."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import psutil

from ..media.unfinished import sweep_aside
from ..user_folders import PRIVATE_FILE, make_private, state_folder
from .file import append
from .scrub import scrub_dump
from .write import LogHandler, log_unexpected

Tell = Callable[[BaseException], None]

SWEEP_SECONDS = 0.5
"""How long the end waits at most for the removal of what others left."""


@contextlib.contextmanager
def watching(tell: Tell | None = None) -> Iterator[None]:
    """Inside, uncaught exceptions are logged and ``tell`` is called with each, in the thread in which it came.

    Without ``tell`` an exception of the main thread is shown as Python does.  A crash that ends the process leaves a
    file that the next start takes into the log; what it left unfinished is removed then, too.
    """
    handler = LogHandler()
    before = sys.excepthook, threading.excepthook, sys.unraisablehook

    def on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            before[0](kind, error, trace)
            return
        log_unexpected(error.with_traceback(trace))
        if tell is not None:
            tell(error)
        else:
            before[0](kind, error, trace)

    def in_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None and not issubclass(found.exc_type, SystemExit):
            on_exception(found.exc_type, found.exc_value, found.exc_traceback)

    def unraisable(found: sys.UnraisableHookArgs) -> None:
        if found.exc_value is not None:
            log_unexpected(found.exc_value)

    sweeping = sweep_aside()
    sys.excepthook, threading.excepthook, sys.unraisablehook = on_exception, in_thread, unraisable
    logging.getLogger().addHandler(handler)
    try:
        with _crash_file():
            yield
    except Exception as error:
        log_unexpected(error)
        raise
    finally:
        sweeping.join(SWEEP_SECONDS)
        logging.getLogger().removeHandler(handler)
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


@contextlib.contextmanager
def _crash_file() -> Iterator[None]:
    """Inside, a crash (SIGSEGV and the like) writes every thread's frames to a file; before, those left are logged."""
    if faulthandler.is_enabled():  # somebody is watching already
        yield
        return
    try:
        take_in_crashes()
        path = make_private(state_folder()) / f"crash-{os.getpid()}.txt"
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "w")
    except OSError:  # no folder to write to: all else works
        yield
        return
    faulthandler.enable(file)
    try:
        yield
    finally:
        faulthandler.disable()
        file.close()
        with contextlib.suppress(OSError):
            path.unlink()


def take_in_crashes() -> int:
    """Log what processes that crashed have left, and remove it; gives how many crashed.  Raises OSError."""
    crashed = 0
    for path in state_folder().glob("crash-*.txt"):
        if psutil.pid_exists(_process(path)):
            continue
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        if text:
            append("CRITICAL", f"process {_process(path)} crashed\n{scrub_dump(text)}\n{text.splitlines()[0]}")
            crashed += 1
        path.unlink(missing_ok=True)
    return crashed


def _process(path: Path) -> int:
    found = re.search(r"\d+", path.name)
    return int(found[0]) if found else 0
