"""The Middlebury ``.flo`` format: magic number, width, height, then x and y of each pixel in rows, little-endian."""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from ..types import Float

_MAGIC = 202021.25
_HEADER = 12
_LARGEST = 32_768


def write_flo(flow: Float) -> bytes:
    """An H×W×2 flow in pixels as the bytes of a .flo file."""
    height, width = flow.shape[:2]
    size = np.array([width, height], "<i4").tobytes()
    return np.array([_MAGIC], "<f4").tobytes() + size + np.ascontiguousarray(flow, "<f4").tobytes()


def read_flo(data: bytes) -> Float:
    """The flow in a .flo file, H×W×2 float32.

    Raises :class:`InputError` if the bytes are not a whole .flo file of finite numbers.
    """
    if len(data) < _HEADER or np.frombuffer(data, "<f4", 1)[0] != np.float32(_MAGIC):
        raise InputError("This is not a .flo file (its first bytes are wrong); choose a Middlebury flow file.")
    width, height = (int(side) for side in np.frombuffer(data, "<i4", 2, offset=4))
    if not (1 <= width <= _LARGEST and 1 <= height <= _LARGEST):
        raise InputError(f"This .flo file claims a size of {width}×{height} pixels; choose one that is not damaged.")
    if len(data) != _HEADER + 8 * width * height:
        raise InputError("This .flo file is cut short or too long for its size; choose one that is not damaged.")
    flow = np.frombuffer(data, "<f4", offset=_HEADER).reshape(height, width, 2).astype(np.float32)
    if not np.isfinite(flow).all():
        raise InputError("This .flo file has values that are not finite numbers; choose one without gaps.")
    return flow
