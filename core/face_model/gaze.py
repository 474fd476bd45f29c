"""Eyeballs: they turn rigidly about their centre with the eyeLook units, and the lids slide over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..types import Float

Indices: TypeAlias = NDArray[np.int32]
Array: TypeAlias = NDArray[Any]

_CLEARANCE = 0.003
"""Lids stay this far (dm) above the eyeball …"""
_SQUEEZE = 0.05
"""… less this share of what they would dip below it, so that layers of skin keep their order."""


@dataclass(frozen=True)
class GazeAngles:
    """Degrees an eyeball turns at full activation of each unit: towards the nose, the temple, up, down."""

    inwards: float = 28.0
    outwards: float = 28.0
    up: float = 20.0
    down: float = 22.0


@dataclass(frozen=True)
class Eyeball:
    """One eyeball of the model.

    ``vertices`` (v,) its vertices; ``lids`` (l,) skin that may touch it; ``units`` (4,) columns of the expression for
    in, out, up, down; ``centre`` (3,) for the mean identity, ``centre_basis`` k×3 its shift per standard deviation;
    ``angles`` (4,) radians; ``inwards`` the sign of x towards the nose.
    """

    vertices: Indices
    lids: Indices
    units: Indices
    centre: Float
    centre_basis: Float
    angles: Float
    inwards: float

    def gaze(self, expression: Float) -> tuple[Array, Array]:
        """Yaw (to the image's right) and pitch (up) in radians for expression coefficients (…, e)."""
        turn = expression[..., self.units] * self.angles
        return self.inwards * (turn[..., 0] - turn[..., 1]), turn[..., 2] - turn[..., 3]

    def turn(self, vertices: Float, identity: Float, expression: Float) -> None:
        """Turn the eyeball of ``vertices`` (…, n, 3) in place, then lift the lids off it."""
        centre = self.centre + identity @ self.centre_basis
        relative = vertices[..., self.vertices, :] - centre[..., None, :]
        rotation = gaze_rotation(*self.gaze(expression)).astype(np.float32)
        vertices[..., self.vertices, :] = relative @ np.swapaxes(rotation, -1, -2) + centre[..., None, :]
        radius = np.sqrt((relative**2).sum(-1)).mean(-1)
        self._lift_lids(vertices, centre, radius)

    def _lift_lids(self, vertices: Float, centre: Float, radius: Float) -> None:
        """A blink is a straight path (Eq. 1) and would cut through the ball half-way: push the lids out radially."""
        skin = vertices[..., self.lids, :]
        relative = skin - centre[..., None, :]
        distance = np.sqrt((relative**2).sum(-1, keepdims=True))
        floor = radius[..., None, None] + np.float32(_CLEARANCE)
        lifted = floor - _SQUEEZE * (floor - distance)
        scale = np.where(distance < floor, lifted / np.maximum(distance, 1e-6), 1)
        vertices[..., self.lids, :] = centre[..., None, :] + relative * scale

    def offsets(self, points: Float) -> Float:
        """(4, p, 3) shifts of eyeball ``points`` (p×3, mean identity) at full in, out, up, down: the linear gaze."""
        relative = points - self.centre
        yaw = self.inwards * self.angles * [1, -1, 0, 0]
        pitch = self.angles * [0, 0, 1, -1]
        rotation = gaze_rotation(yaw, pitch).astype(np.float32)
        return np.asarray(relative @ np.swapaxes(rotation, -1, -2) - relative, np.float32)


def gaze_rotation(yaw: Array, pitch: Array) -> Array:
    """(…, 3, 3) rotations Ry(yaw) · Rx(−pitch): first up, then to the image's right."""
    yaw, pitch = np.broadcast_arrays(np.asarray(yaw, np.float64), np.asarray(pitch, np.float64))
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    zero = np.zeros_like(cy)
    rows = [[cy, -sy * sp, sy * cp], [zero, cp, sp], [-sy, -cy * sp, cy * cp]]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def make_eyeballs(
    names: tuple[str, ...], vertices: list[Any], lids: list[Any], centres: Any, centre_basis: Any, angles: GazeAngles
) -> tuple[Eyeball, ...]:
    """Left and right eyeball; ``centres`` 2×3, ``centre_basis`` k×2×3, angles in degrees."""
    turn = np.radians([angles.inwards, angles.outwards, angles.up, angles.down]).astype(np.float32)
    found: list[Eyeball] = []
    for i, side in enumerate(("Left", "Right")):
        units = np.array([names.index(f"eyeLook{way}{side}") for way in ("In", "Out", "Up", "Down")], np.int32)
        centre, basis = np.asarray(centres[i], np.float32), np.asarray(centre_basis[:, i], np.float32)
        ball, skin = np.asarray(vertices[i], np.int32), np.asarray(lids[i], np.int32)
        found.append(Eyeball(ball, skin, units, centre, basis, turn, -1.0 if i == 0 else 1.0))
    return tuple(found)
