"""Pillow, kept within bounds: which formats it may try, and no warnings."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import features

FORMATS: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF") + (("AVIF",) if features.check("avif") else ())
"""Formats, in Pillow's words, that are read.  Its other thirty readers are never tried on a stranger's file."""

FORMAT_NAMES = ", ".join({"WEBP": "WebP"}.get(name, name) for name in FORMATS)
"""The same for people."""

_lock = threading.RLock()


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Pillow warns about odd metadata and large pictures; what matters of that is said in errors and notes instead.

    Python's warning filters belong to the whole process, so one thread at a time is inside.
    """
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
