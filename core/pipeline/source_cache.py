"""What a backend works out once for a source and keeps while the driving changes."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Generic, TypeVar

from .encoded import EncodedFace

T = TypeVar("T")

KEPT = 4
"""Sources kept at once, the least recently used goes first: of `live` and its drafts together 33 MB each, most of which
are the layers with half pixels.  To work one out again takes 50 ms."""


@dataclass(eq=False)
class _Slot(Generic[T]):
    face: weakref.ref[EncodedFace]
    lock: Lock = field(default_factory=Lock)
    made: list[T] = field(default_factory=list)


class SourceCache(Generic[T]):
    """One value for each source, as long as the source lives and at most ``KEPT`` of them.  Safe between threads.

    Two threads that ask for one source make it once; the one does not wait while the other makes another source's.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._slots: OrderedDict[int, _Slot[T]] = OrderedDict()
        self._lock = RLock()  # a source may be collected, and forgotten, by the thread that holds it

    def __len__(self) -> int:
        return len(self._slots)

    def get(self, face: EncodedFace, make: Callable[[], T]) -> T:
        """The value kept for ``face``; ``make`` is called where there is none."""
        slot = self._slot(face)
        with slot.lock:
            if not slot.made:
                slot.made.append(make())
            return slot.made[0]

    def _slot(self, face: EncodedFace) -> _Slot[T]:
        key = id(face)
        with self._lock:
            slot = self._slots.get(key)
            if slot is None or slot.face() is not face:
                slot = self._slots[key] = _Slot(weakref.ref(face, lambda gone: self._forget(key, gone)))
            self._slots.move_to_end(key)
            while len(self._slots) > self._kept:
                self._slots.popitem(last=False)
            return slot

    def _forget(self, key: int, gone: weakref.ref[EncodedFace]) -> None:
        with self._lock:
            slot = self._slots.get(key)
            if slot is not None and slot.face is gone:
                del self._slots[key]
