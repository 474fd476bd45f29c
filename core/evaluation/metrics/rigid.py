"""The rigid part of a face: pose from landmarks that no expression moves, and frontalised landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...regression.fit import procrustes
from ...regression.pose import FLIP, angles, compose
from ...types import Float

# Forehead, nose bridge and tip, eye corners, cheek bones, ear fronts in the 478-point topology.
RIGID = [10, 109, 338, 67, 297, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 33, 133, 362, 263, 127, 356, 234, 454, 116, 345]

LEFT_OUTER, LEFT_INNER, RIGHT_INNER, RIGHT_OUTER = 33, 133, 362, 263


@dataclass(frozen=True)
class RigidPose:
    """``angles`` yaw, pitch, roll in degrees; ``frontal`` 478×3 in inter-ocular distances, x right, y up, eyes at 0."""

    angles: tuple[float, float, float]
    frontal: NDArray[np.float64]


def rigid_pose(landmarks: Float, reference: Float) -> RigidPose:
    """Procrustes of the rigid landmarks of ``landmarks`` (478×3 px) to ``reference`` (478×3, the model's mean face)."""
    points = landmarks.astype(np.float64) @ FLIP
    weights = np.ones(len(RIGID))
    scale, rotation, shift = procrustes(reference[RIGID].astype(np.float64), points[RIGID], weights)
    frontal = (points - shift) @ rotation / scale
    corners = frontal[[LEFT_OUTER, LEFT_INNER, RIGHT_INNER, RIGHT_OUTER]]
    left, right = corners[:2].mean(axis=0), corners[2:].mean(axis=0)
    frontal = (frontal - (left + right) / 2) / np.linalg.norm(right - left)
    return RigidPose(angles(compose(1.0, rotation, np.zeros(3))), frontal)
