"""Undo and redo over whole documents.  They share what did not change, so that a step costs next to nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

from .document import Document
from .roles import ROLES

MAX_STEPS = 500
MAX_PASTED = 256 * 2**20
"""Bytes of pasted pixels that steps may keep alive; the oldest steps go first."""
PAUSE = 1.0
"""Seconds after which another press of the same key is a step of its own."""


@dataclass(frozen=True)
class Step:
    """``name`` of a change, and the document that undoing (or redoing) it brings back."""

    name: str
    document: Document


class History:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._gesture: Hashable | None = None
        self._touched = 0.0

    @property
    def undo_name(self) -> str:
        """What undo would take back, "" for nothing."""
        return self._past[-1].name if self._past else ""

    @property
    def redo_name(self) -> str:
        return self._future[-1].name if self._future else ""

    def record(self, name: str, before: Document, gesture: Hashable | None, pause: float = PAUSE) -> None:
        """Note a change of the document ``before``.

        Changes of one ``gesture`` with no more than ``pause`` seconds between them make one step.
        """
        now = self._clock()
        goes_on = gesture is not None and gesture == self._gesture and now - self._touched <= pause
        if not goes_on or not self._past:
            self._past.append(Step(name, before))
            self._forget_the_oldest()
        self._future.clear()
        self._gesture, self._touched = gesture, now

    def seal(self) -> None:
        """Whatever comes next is a step of its own."""
        self._gesture = None

    def undo(self, present: Document) -> Document | None:
        """The document before the last step, or None."""
        return self._go(self._past, self._future, present)

    def redo(self, present: Document) -> Document | None:
        return self._go(self._future, self._past, present)

    def clear(self) -> None:
        self._past.clear()
        self._future.clear()
        self.seal()

    def _go(self, away: list[Step], back: list[Step], present: Document) -> Document | None:
        self.seal()
        if not away:
            return None
        step = away.pop()
        back.append(Step(step.name, present))
        return step.document

    def _forget_the_oldest(self) -> None:
        while len(self._past) > 1 and (len(self._past) > MAX_STEPS or _pasted_bytes(self._past) > MAX_PASTED):
            del self._past[0]


def _pasted_bytes(steps: list[Step]) -> int:
    choices = [step.document.photo(role) for step in steps for role in ROLES]
    photos = [photo for choice in choices if choice is not None for photo in choice.photos]
    pasted = {id(p.origin): p.origin.nbytes for p in photos if isinstance(p.origin, np.ndarray)}
    return sum(pasted.values())
