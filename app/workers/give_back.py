"""Memory that was freed goes back to the system; glibc would keep what a film or some minutes of use needed, 80 MB."""

from __future__ import annotations

import contextlib
import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""glibc's M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX."""

_LARGE, _KEPT = 4 * 2**20, 64 * 2**20
"""Bytes."""


def give_back() -> None:
    """Takes some milliseconds; does nothing where the C library has no such call."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def tame_malloc() -> None:
    """Before threads begin: they allocate in two places, and what is large goes back to the system at once.

    glibc gives each of some twenty threads a place of its own, and what a film, a core or a photo leaves behind in one
    is of no use to the others.  It also learns from the first large photo to keep pieces of up to 32 MB, between which
    small ones settle: memory that was free and yet never went back grew by 1 to 2 MB a minute of use.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        for option, value in ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _KEPT)):
            library.mallopt(option, value)
