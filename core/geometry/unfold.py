"""Keeping a warp one-to-one: local smoothing where the map q ↦ q + flow[q] folds over."""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float

_ROUNDS = 6
_LEAST = 0.05
"""Smallest Jacobian determinant that is left alone."""


def determinants(flow: Float) -> Float:
    """(H-1)×(W-1) Jacobian determinants of q ↦ q + flow[q] by forward differences; at most 0 where it folds."""
    x, y = np.ascontiguousarray(flow[..., 0]), np.ascontiguousarray(flow[..., 1])
    stretch_x, shear_x = 1 + x[:-1, 1:] - x[:-1, :-1], x[1:, :-1] - x[:-1, :-1]
    stretch_y, shear_y = 1 + y[1:, :-1] - y[:-1, :-1], y[:-1, 1:] - y[:-1, :-1]
    return np.asarray(stretch_x * stretch_y - shear_x * shear_y)


def unfold(flow: Float) -> Float:
    """The flow, H×W×2, with its folds smoothed out as far as a few rounds of 5×5 means go; the rest untouched.

    Folds come from facets at the head's rim and from surfaces that pass in front of each other.
    """
    if min(flow.shape[:2]) < 2:
        return flow
    for _ in range(_ROUNDS):
        rows, columns = np.nonzero(determinants(flow) < _LEAST)
        if not len(rows):
            break
        window = tuple(slice(max(int(at.min()) - 4, 0), int(at.max()) + 6) for at in (rows, columns))
        part = flow[window]
        around = np.zeros(part.shape[:2], np.uint8)
        around[rows - window[0].start, columns - window[1].start] = 1
        near = cv2.dilate(around, np.ones((5, 5), np.uint8))[..., None]
        mean = cv2.blur(part, (5, 5), borderType=cv2.BORDER_REPLICATE)
        flow = flow.copy()
        flow[window] = np.where(near > 0, mean, part)
    return flow
