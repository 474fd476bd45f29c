"""Non-maximum suppression: BlazeFace's, which averages the answers of one view, and the plain one between views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from core.types import Box, Detection, Float

OVERLAP = 0.3
"""Intersection over union above which two answers are about the same face."""


def weighted_nms(detections: Sequence[Detection]) -> list[Detection]:
    """One detection per face, best score first, from the many overlapping answers of one view.

    Each is the score-weighted mean (box corners and key points) of its answers, with the best one's score.
    """
    merged = []
    for group in _groups(detections):
        scores = np.array([d.box.score for d in group], np.float32)
        weights = scores / scores.sum()
        x0, y0, x1, y1 = (float(c) for c in weights @ _corners(group))
        points = np.einsum("i,ikc->kc", weights, np.stack([d.keypoints for d in group])).astype(np.float32)
        merged.append(Detection(Box(x0, y0, x1 - x0, y1 - y0, group[0].box.score), points))
    return merged


def strongest(detections: Sequence[Detection]) -> list[Detection]:
    """The best-scored of each set of overlapping detections.

    For different views of a face: a face seen upside down or cut by a tile's edge must not be averaged in.
    """
    return [group[0] for group in _groups(detections)]


def _groups(detections: Sequence[Detection]) -> Iterator[list[Detection]]:
    """Split into sets that overlap their best-scored member, which comes first."""
    rest = sorted(detections, key=lambda d: -d.box.score)
    while rest:
        corners = _corners(rest)
        same = _iou(corners[0], corners) > OVERLAP
        same[0] = True
        yield [d for d, member in zip(rest, same, strict=True) if member]
        rest = [d for d, member in zip(rest, same, strict=True) if not member]


def _corners(detections: Sequence[Detection]) -> Float:
    boxes = [d.box for d in detections]
    return np.array([[b.x, b.y, b.x + b.width, b.y + b.height] for b in boxes], np.float32)


def _iou(one: Float, many: Float) -> Float:
    low = np.maximum(one[:2], many[:, :2])
    high = np.minimum(one[2:], many[:, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=1)
    areas = np.prod(many[:, 2:] - many[:, :2], axis=1)
    union = np.prod(one[2:] - one[:2]) + areas - shared
    return np.asarray(shared / np.maximum(union, 1e-12), np.float32)
