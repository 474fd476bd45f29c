"""Distances as colours: pale is rest, as in the colours of the flow, and dark is far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]

_STOPS = (0.0, 0.25, 0.5, 0.75, 1.0)
_COLOURS = np.array(
    [(0.91, 0.93, 0.95), (0.98, 0.82, 0.38), (0.94, 0.49, 0.22), (0.77, 0.16, 0.38), (0.40, 0.09, 0.47)], np.float32
)

FINEST_REACH = 2
"""Pixels at the dark end at least; larger motions double it, so that colours can be compared while a slider moves."""


def heat(share: Float) -> Float:
    """n → n×3 float32 colours in [0, 1]; ``share`` 0 = rest, 1 = the far end."""
    clipped = np.clip(share, 0, 1)
    return np.stack([np.interp(clipped, _STOPS, channel) for channel in _COLOURS.T], axis=-1).astype(np.float32)


def displacement(source: Float, driving: Float) -> Float:
    """(n,) float32: how far each vertex of two meshes (n×3, crop pixels) moves in the picture, in pixels."""
    moved = driving[:, :2] - source[:, :2]
    return np.asarray(np.hypot(moved[:, 0], moved[:, 1]), np.float32)


def reach_of(distances: Float) -> int:
    """The pixels at the far end: the first of 2, 4, 8, 16 … that no distance passes."""
    reach = FINEST_REACH
    while distances.size and reach < distances.max():
        reach *= 2
    return reach
