"""Landmarks and regions of the shipped model carried to another head by the 68 Multi-PIE key points of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.spatial import cKDTree

from .landmarks import MULTIPIE_68
from .mesh import closest_on_mesh
from .model import FaceModel

Array: TypeAlias = NDArray[Any]

_SKIN = ("face", "lids", "brows", "nose", "lips", "ears", "scalp", "neck")
_SMOOTHING = 1e-3


@dataclass(frozen=True)
class Transfer:
    """``mean`` n×3 moved into the model frame; landmarks as in FaceModel; region masks (n,)."""

    mean: Array
    landmark_faces: Array
    landmark_weights: Array
    regions: dict[str, Array]


def transfer(mean: Array, faces: Array, keypoints: Array | None) -> Transfer:
    """Bring a head (n×3 dm, facing +z, y up) into the model frame and find the landmarks on it.

    The shipped head is warped by a thin-plate spline so that its 68 landmarks meet the 68 vertices ``keypoints``; each
    of its 478 landmarks then goes to the closest point of the head, each vertex takes the regions of the closest skin.
    Without key points the head is only centred.
    """
    if keypoints is None:
        everywhere = {"face": np.ones(len(mean), bool)}
        middle = (mean.max(0) + mean.min(0)) / 2
        return Transfer(mean - middle, np.zeros(0, np.int32), np.zeros((0, 3), np.float32), everywhere)
    shipped = FaceModel.load()
    landmarks = shipped.landmarks(shipped.mean).astype(np.float64)
    ours = landmarks[list(MULTIPIE_68)]
    moved = mean + (ours - mean[keypoints]).mean(0)
    warp = RBFInterpolator(ours, moved[keypoints], kernel="thin_plate_spline", smoothing=_SMOOTHING)
    face, weights, _ = closest_on_mesh(warp(landmarks), moved, faces)
    skin = np.flatnonzero(np.any([shipped.regions[name] for name in _SKIN], axis=0))
    nearest = skin[cKDTree(warp(shipped.mean[skin].astype(np.float64))).query(moved)[1]]
    return Transfer(moved, face, weights, {name: shipped.regions[name][nearest] for name in _SKIN})
