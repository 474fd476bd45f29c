"""A finer eyeball: MakeHuman's has eight segments, too coarse for a round iris."""

from __future__ import annotations

import numpy as np

from .source import Doubles, Integers

IRIS_ANGLE = 22.5
"""Degrees between the gaze axis and the rim of the iris: 5.7 mm on MakeHuman's eyeball of 15 mm radius."""

PUPIL_ANGLE = 9.0
_RINGS = (PUPIL_ANGLE, IRIS_ANGLE, 34.0, 48.0, 65.0, 90.0, 120.0, 150.0)
_SEGMENTS = 16


def unit_sphere() -> tuple[Doubles, Integers]:
    """Directions (130×3; 0 is the gaze axis +z) and triangles, counter-clockwise from outside.

    Vertices 0…16 are the pupil with its rim, 17…32 the rim of the iris.
    """
    azimuth = 2 * np.pi * np.arange(_SEGMENTS) / _SEGMENTS
    points = [np.array([[0.0, 0.0, 1.0]])]
    for ring in np.radians(_RINGS):
        cap = np.full(_SEGMENTS, np.cos(ring))
        points.append(np.stack([np.sin(ring) * np.cos(azimuth), np.sin(ring) * np.sin(azimuth), cap], 1))
    points.append(np.array([[0.0, 0.0, -1.0]]))
    here = np.arange(_SEGMENTS)
    after = (here + 1) % _SEGMENTS
    last = 1 + len(_RINGS) * _SEGMENTS
    faces = [np.stack([np.zeros_like(here), 1 + here, 1 + after], 1)]
    for inner in range(1, last - _SEGMENTS, _SEGMENTS):
        outer = inner + _SEGMENTS
        faces.append(np.stack([inner + here, outer + here, outer + after], 1))
        faces.append(np.stack([inner + here, outer + after, inner + after], 1))
    rim = last - _SEGMENTS
    faces.append(np.stack([rim + here, np.full_like(here, last), rim + after], 1))
    return np.concatenate(points), np.concatenate(faces)


def resample(coarse: Doubles, fine: Doubles) -> Doubles:
    """Matrix (fine × coarse) that carries positions or offsets of the coarse eyeball to the fine one.

    It fits one affine map to the coarse vertices: an eyeball stays an ellipsoid whatever the identity does.
    """
    affine = np.linalg.pinv(np.concatenate([coarse, np.ones((len(coarse), 1))], 1))
    return np.asarray(np.concatenate([fine, np.ones((len(fine), 1))], 1) @ affine)
