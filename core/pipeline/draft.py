"""A smaller net for pictures that are seen for a moment only: while a slider is held, a film plays, the camera runs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from ..errors import MimeshError
from .backend import Backend

log = logging.getLogger(__name__)


class Draft:
    """Loaded when it is first wanted.  Safe between threads."""

    def __init__(self, load: Callable[[], Backend]) -> None:
        self._load: Callable[[], Backend] | None = load
        self._backend: Backend | None = None
        self._lock = Lock()

    def backend(self) -> Backend | None:
        """None where it cannot be used: pictures are then the final ones, and as slow as those."""
        with self._lock:
            load, self._load = self._load, None
            if load is not None:
                try:
                    self._backend = load()
                except MimeshError as error:
                    log.warning("no drafts: %s", error)
            return self._backend
