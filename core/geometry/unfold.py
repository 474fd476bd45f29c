"""Keeping a warp one-to-one: local smoothing where the map q ↦ q + flow[q] folds over."""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float

_ROUNDS = 6
_SQUARE = np.ones((5, 5), np.uint8)
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
    window = (slice(0, flow.shape[0]), slice(0, flow.shape[1]))
    for _ in range(_ROUNDS):
        folded = (determinants(flow[window]) < _LEAST).astype(np.uint8)
        left, top, width, height = cv2.boundingRect(folded)
        if not width:
            break
        # Only here can the next round find folds: what lies beyond does not change.
        rows = _grown(window[0].start + top, height, flow.shape[0])
        columns = _grown(window[1].start + left, width, flow.shape[1])
        inner = folded[top : top + height, left : left + width]
        around = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        y, x = window[0].start + top - rows.start, window[1].start + left - columns.start
        around[y : y + height, x : x + width] = inner
        near = cv2.dilate(around, _SQUARE)[..., None]
        window = (rows, columns)
        part = flow[window]
        flow = flow.copy()
        flow[window] = np.where(near > 0, cv2.blur(part, (5, 5), borderType=cv2.BORDER_REPLICATE), part)
    return flow


def _grown(start: int, count: int, size: int) -> slice:
    return slice(max(start - 4, 0), min(start + count + 5, size))
