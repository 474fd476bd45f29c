"""Memory that was freed goes back to the system; glibc would keep what a film or some minutes of use needed, 80 MB."""

from __future__ import annotations

import contextlib
import ctypes

_ARENA_MAX = -8
"""glibc's M_ARENA_MAX."""


def give_back() -> None:
    """Takes some milliseconds; does nothing where the C library has no such call."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def share_arenas() -> None:
    """Before threads begin: they allocate in two places.

    glibc gives each of some twenty threads a place of its own, and what a film, a core or a photo leaves behind in one
    is of no use to the others.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)
