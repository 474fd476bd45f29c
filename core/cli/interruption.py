"""Ctrl-C and ``kill``: said at once, and remembered where some library swallows the exception."""

from __future__ import annotations

import signal
import threading
from typing import NoReturn

_requested = threading.Event()


def listen() -> None:
    """From now on SIGINT and SIGTERM raise KeyboardInterrupt, and are remembered."""
    _requested.clear()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _interrupt)


def requested() -> bool:
    """Whether somebody asked to stop: the ``should_stop`` of long jobs."""
    return _requested.is_set()


def _interrupt(*_: object) -> NoReturn:
    _requested.set()
    raise KeyboardInterrupt
