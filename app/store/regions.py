"""The face and the crop of a photo, as a project writes them."""

from __future__ import annotations

from typing import Any

from core.errors import InputError

from ..choice import Frame, Region
from ..tr import tr

_MOST_FACES, _MOST_PIXELS = 1000, 1e6


def read_face(found: Any) -> int | Frame | None:
    """Which face is meant: an index, a box [x, y, width, height], or None.  Raises InputError."""
    if found is None or (type(found) is int and 0 <= found < _MOST_FACES):
        return found
    numbers = _numbers(found, 4)
    if numbers is None or min(numbers[2:]) <= 0:
        raise InputError(tr("a photo's face is no number and no box"))
    x, y, width, height = numbers
    return x, y, width, height


def read_crop(found: Any) -> Region | None:
    """The crop [x, y, size], or None.  Raises InputError."""
    if found is None:
        return None
    numbers = _numbers(found, 3)
    if numbers is None or numbers[2] <= 0:
        raise InputError(tr("a photo's crop is no square"))
    x, y, size = numbers
    return x, y, size


def _numbers(found: Any, count: int) -> list[float] | None:
    """``count`` numbers of pixels, or None; what is not finite is not within the limit either."""
    if not isinstance(found, list) or len(found) != count or any(type(each) not in (int, float) for each in found):
        return None
    return [float(each) for each in found] if all(abs(each) <= _MOST_PIXELS for each in found) else None
