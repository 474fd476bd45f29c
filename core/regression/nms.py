"""Weighted non-maximum suppression, as BlazeFace uses it: overlapping answers are averaged, not dropped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.types import Box, Detection, Float

OVERLAP = 0.3
"""Intersection over union above which two answers are about the same face."""


def weighted_nms(detections: Sequence[Detection], overlap: float = OVERLAP) -> list[Detection]:
    """One detection per face, best score first.

    Each is the score-weighted mean (box corners and key points) of all answers that overlap the best one by more than
    ``overlap``, with the best one's score.
    """
    if not detections:
        return []
    scores = np.array([d.box.score for d in detections], np.float32)
    corners = np.array(
        [[d.box.x, d.box.y, d.box.x + d.box.width, d.box.y + d.box.height] for d in detections], np.float32
    )
    keypoints = np.stack([d.keypoints for d in detections])
    rest = np.argsort(-scores, kind="stable")
    merged = []
    while len(rest):
        same = _iou(corners[rest[0]], corners[rest]) > overlap
        same[0] = True
        group = rest[same]
        weights = scores[group] / scores[group].sum()
        x0, y0, x1, y1 = (float(c) for c in weights @ corners[group])
        points = np.einsum("i,ikc->kc", weights, keypoints[group]).astype(np.float32)
        merged.append(Detection(Box(x0, y0, x1 - x0, y1 - y0, float(scores[rest[0]])), points))
        rest = rest[~same]
    return merged


def _iou(one: Float, many: Float) -> Float:
    low = np.maximum(one[:2], many[:, :2])
    high = np.minimum(one[2:], many[:, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=1)
    areas = np.prod(many[:, 2:] - many[:, :2], axis=1)
    union = np.prod(one[2:] - one[:2]) + areas - shared
    return np.asarray(shared / np.maximum(union, 1e-12), np.float32)
