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
    near = np.ones((5, 5), np.uint8)
    for _ in range(_ROUNDS):
        folded = (determinants(flow) < _LEAST).astype(np.uint8)
        if not folded.any():
            break
        around = cv2.dilate(np.pad(folded, ((0, 1), (0, 1))), near).astype(bool)
        flow = np.where(around[..., None], cv2.blur(flow, (5, 5), borderType=cv2.BORDER_REPLICATE), flow)
    return flow
