"""A box that holds one letter: the newest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Hand-over to a worker that should only ever see the newest request.  Safe from any thread."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._letter: T | None = None
        self._closed = False

    def put(self, letter: T) -> None:
        """Leave a letter; one that still waits is thrown away."""
        with self._condition:
            self._letter = letter
            self._condition.notify()

    def peek(self) -> T | None:
        """The letter that waits, if any.  It stays."""
        with self._condition:
            return self._letter

    def take(self, rest: Callable[[], None] | None = None, seconds: float = 0.0) -> T | None:
        """Wait for a letter and take it.  None once the box is closed.

        ``rest`` is called once where none has come for so many ``seconds``.
        """
        if rest is not None and not self._come(seconds):
            rest()
        with self._condition:
            self._condition.wait_for(self._here)
            if self._closed:
                return None
            letter, self._letter = self._letter, None
            return letter

    def _here(self) -> bool:
        return self._closed or self._letter is not None

    def _come(self, seconds: float) -> bool:
        with self._condition:
            return self._condition.wait_for(self._here, seconds)

    def close(self) -> None:
        """Wake the worker for the last time.  Letters that wait are not delivered."""
        with self._condition:
            self._closed = True
            self._letter = None
            self._condition.notify_all()

    @property
    def closed(self) -> bool:
        return self._closed
