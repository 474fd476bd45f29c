"""Waiting for what a busy machine does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.app.acts import wait

PATIENCE = 600.0


def until(met: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Let the window live until ``met``; AssertionError naming ``what`` where that does not come."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, f"waited in vain: {what}"
        wait(20)
