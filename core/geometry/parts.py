"""What the flow has to know of a head's anatomy: parts that do not move as the mesh says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..face_model.mesh import smoothed
from ..types import Float
from .fragments import Indices

Mask = NDArray[np.bool_]

_INTERIOR = ("mouth_interior", "teeth_upper", "teeth_lower", "tongue")
_TEETH = ("teeth_upper", "teeth_lower")
_TONGUE = ("tongue",)
_LIPS = ("lips",)
_SKULL = ("scalp", "ears")
_LIDS = ("lids", "eye_sockets")
_LEFT_EYE = ("eyeball_left",)
_EYES = ("eyeball_left", "eyeball_right")
_ROUNDS = 3

_QUADRIC = 6
"""Numbers that a quadric z(x, y) has."""


@dataclass(frozen=True)
class HeadParts:
    """Per vertex of the mesh:

    ``hold``      (n,) float32 in [0, 1], how firmly the picture follows it: 1 on the head, 0 on the neck.  Model and
                  neck turn as one, but a real neck ends in shoulders at rest: it had better follow its surroundings.
    ``interior``  (n,) bool, in the mouth.  The teeth that pictures show are nearly always the upper ones, so what is
                  seen in the mouth is moved with the skull, whichever part of the model it falls on, and as if it lay
                  between the lips: behind them a model is hollow, pictures show teeth.
    ``teeth``     (n,) bool, both rows; ``tongue`` (n,) bool.
    ``lips``      (n,) bool;  ``skull`` (n,) bool, moves with the pose only.
    ``lids``      (n,) bool, skin that folds and unfolds over the eyes; ``eyes`` (n,) bool, the eyeballs;
    ``left``      (n,) bool, the person's left one.
    """

    hold: Float
    interior: Mask
    teeth: Mask
    tongue: Mask
    lips: Mask
    skull: Mask
    lids: Mask
    eyes: Mask
    left: Mask

    @staticmethod
    def of(faces: Indices, regions: Mapping[str, Mask]) -> HeadParts:
        """From a face model's triangles and named region masks; regions that a model lacks count as empty."""
        nothing = np.zeros(len(next(iter(regions.values()), ())), bool)
        masks = (
            np.asarray(np.logical_or.reduce([regions.get(name, nothing) for name in names]))
            for names in (_INTERIOR, _TEETH, _TONGUE, _LIPS, _SKULL, _LIDS, _EYES, _LEFT_EYE)
        )
        return HeadParts(neck_hold(faces, regions.get("neck", nothing)), *masks)


def neck_hold(faces: Indices, neck: Mask) -> Float:
    """(n,) float32 in [0, 1]: 1 on the head, 0 on the neck (n,) bool, smooth between.  ``faces`` m×3."""
    loose = smoothed(neck, faces, _ROUNDS)
    return (1 - np.clip(loose, 0, 1)).astype(np.float32)


def with_skull(motion: Float, driving_mesh: Float, parts: HeadParts) -> Float:
    """The motion (n×2) of the vertices, with the mouth's interior moved as the skull moves.

    The skull's motion is the affine function of the driving position that fits its vertices best: exactly zero for
    a head at rest.  Turned, it leads what lies deep aside; the interior is therefore taken to lie between the lips.
    """
    if not parts.interior.any() or parts.skull.sum() < 4:
        return motion
    moved = motion[parts.skull].astype(np.float64)
    centre = driving_mesh[parts.skull].mean(axis=0, dtype=np.float64)
    mean = moved.mean(axis=0)
    slope = np.linalg.lstsq(driving_mesh[parts.skull] - centre, moved - mean, rcond=None)[0]
    inside = driving_mesh[parts.interior].astype(np.float64)
    inside[:, 2] = _between(driving_mesh[parts.lips].astype(np.float64), inside)
    result = motion.copy()
    result[parts.interior] = mean + (inside - centre) @ slope
    return result


def _between(lips: NDArray[np.float64], inside: NDArray[np.float64]) -> NDArray[np.float64]:
    """Depths of a quadric that fits the ``lips`` (k×3) best, where ``inside`` (m×3) is; at their edge beyond it, and
    the depths of ``inside`` where lips are too few to tell."""
    if len(lips) < 2 * _QUADRIC:
        return inside[:, 2]
    low, high = lips[:, :2].min(axis=0), lips[:, :2].max(axis=0)

    def basis(at: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = ((np.clip(at[:, :2], low, high) - low) / np.maximum(high - low, 1e-6)).T
        return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])

    return np.asarray(basis(inside) @ np.linalg.lstsq(basis(lips), lips[:, 2], rcond=None)[0])
