"""The source's own teeth in a mouth that opens farther than the source's: they are stretched into it.

Teeth move with the skull.  Where lips draw back from them, into a broader smile or above the upper row, the skull's
motion leads beside the opening that the source shows, and nothing could be brought but lips.  There the opening itself
is stretched, in the picture of the source:

    u' = u_c + (u − u_c) w_s / w_d        v' = t_s + (v − t_d) h_s / (h_s + t_s − t_d)

along the mouth's axis u and across it v, for half widths w and upper edges t of the source's opening (s) and of the
driver's where the skull's motion takes it (d), and the height h_s of the source's.  Nothing is changed where the
driver's opening lies inside the source's, and where the picture's border cuts the source's: its width is unknown.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..types import Float

Mask = NDArray[np.bool_]

_LEAST = 0.55
"""No more than 1 / _LEAST times: what then still lacks is painted."""

_HIGH = 3
"""Pixels of 256: an opening that is lower shows no teeth worth stretching."""

_SMOOTH = 7
"""Columns over which edges are averaged, in pixels of 256."""


def stretched_teeth(moved: Float, inside: Mask, opening: Mask, axis: Float) -> Float:
    """``moved`` (H×W×2 backward flow in pixels) with the pixels ``inside`` the driver's mouth led into the ``opening``
    (both H×W bool) of the source's.

    ``axis``  (2,) unit vector along the mouth in the source picture; the upper lip is to the left of it.
    """
    if not inside.any() or not opening.any() or _cut(opening):
        return moved
    unit = max(inside.shape) / 256
    across = np.array([-axis[1], axis[0]], np.float32)
    rows, columns = np.nonzero(inside)
    at = np.column_stack([columns, rows]).astype(np.float32) + moved[rows, columns]
    shown = np.column_stack(np.nonzero(opening)[::-1]).astype(np.float32)
    along, along_shown = (np.asarray(each @ axis, np.float32) for each in (at, shown))
    shift = _narrowed(along, along_shown)
    along += shift
    height, height_shown = (np.asarray(each @ across, np.float32) for each in (at, shown))
    rise = _risen(along, height, along_shown, height_shown, unit)
    if not shift.any() and not rise.any():
        return moved
    result = moved.copy()
    result[rows, columns] += shift[:, None] * axis + rise[:, None] * across
    return result


def _cut(opening: Mask) -> bool:
    return any(edge.any() for edge in (opening[0], opening[-1], opening[:, 0], opening[:, -1]))


def _narrowed(along: Float, shown: Float) -> Float:
    """What to add to places ``along`` the mouth so that each half comes to lie within that of ``shown``."""
    left, right = shown.min(), shown.max()
    middle = (left + right) / 2
    halves = np.where(along < middle, _excess(middle - left, middle - along), _excess(right - middle, along - middle))
    return np.asarray((along - middle) * (halves - 1), np.float32)


def _excess(half: float, distances: Float) -> float:
    """The factor that brings the largest of ``distances`` to ``half``, 1 where it is no larger."""
    most = float(distances.max())
    return 1.0 if most <= half or most <= 0 else max(half / most, _LEAST)


def _risen(along: Float, height: Float, along_shown: Float, shown: Float, unit: float) -> Float:
    """What to add to the ``height``, towards the chin, of places ``along`` the mouth, for the heights ``shown`` of the
    opening."""
    size = 2 * (round(_SMOOTH * unit) // 2) + 1
    # Columns of the opening and a little beside it: however far a driver leads, there are no more of them.
    first = int(along_shown.min()) - size
    count = int(along_shown.max()) + size + 1 - first
    here, there = (np.rint(np.clip(each - first, 0, count - 1)).astype(np.int32) for each in (along, along_shown))
    top, top_shown, bottom_shown = (np.full(count, np.inf), np.full(count, np.inf), np.full(count, -np.inf))
    np.minimum.at(top, here, height)
    np.minimum.at(top_shown, there, shown)
    np.maximum.at(bottom_shown, there, shown)
    both = np.isfinite(top) & np.isfinite(top_shown)
    tall = bottom_shown - top_shown + 1
    both &= tall >= _HIGH * unit
    if not both.any():
        return np.zeros_like(height)
    top, top_shown, tall = (np.where(both, each, 0) for each in (top, top_shown, tall))
    gap = np.maximum(top_shown - top, 0)
    if not gap.any():
        return np.zeros_like(height)
    weight, gap, edge, tall = (cv2.blur(each.astype(np.float32)[None], (size, 1))[0] for each in (both, gap, top, tall))
    known = np.maximum(weight, 1e-6)
    gap, edge, tall = gap / known, edge / known, np.maximum(tall / known, 1)
    factor = np.maximum(tall / (tall + gap), _LEAST)[here]
    below = height - edge[here]
    rise = gap[here] + below * (factor - 1)
    return np.asarray(np.where((weight[here] > 0) & (gap[here] > 0), rise, 0), np.float32)
