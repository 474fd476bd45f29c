"""Backward flow from two poses of one mesh: what moves where, from the geometry alone.

Each pixel of the driving head is a point of the surface; the same point of the source mesh is where its colour is to
be taken from.  Whether the source shows that point is decided with the source's z-buffer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .disc import disc
from .drawn_mesh import DrawnMesh
from .extrapolate import extrapolate
from .fragments import Indices
from .parts import HeadParts, with_skull
from .planes import repeated
from .rasterise import Raster, part_mask
from .shut_eyes import shut_eyes
from .teeth import stretched_teeth
from .unfold import unfold
from .visibility import ghost, visibility
from .warp import warp

_REACH = 0.3
"""How far the surroundings follow the head, as a fraction of the picture's side (hair, ears, neck)."""

_LEASH = 0.85
"""Longest flow per pixel of distance from the border.  Below 1, so that nothing folds while it comes to rest."""

_SLITS = (1, 2, 3)
"""Widths in percent of the picture: narrower than the first, what is hidden is left as it is; from the last on it is
painted."""


@dataclass(frozen=True)
class GeometricFlow:
    """Backward flow of a mesh's motion; all maps H×W, flow in pixels, x then y (see conventions.md).

    ``flow``        H×W×2 float32, smooth: hidden regions and the surroundings continue the visible head's motion;
                    exactly 0 on the border rows and columns when pinned.
    ``exact``       H×W×2 float32, the mesh's own motion inside the head, even where the source does not show it;
                    0 outside the head.
    ``visibility``  H×W float32 in [0, 1]: 1 = the source shows what belongs here.  Inside the head from the source's
                    z-buffer; outside, 0 where the flow would bring in a second copy of the source's head.
    ``mouth``       H×W float32 in [0, 1], hidden inside of the mouth, for :mod:`core.geometry.paint`;  ``shut``
                    the same, eyes that are shut.
    ``head``        H×W bool, where the driving mesh is.
    ``raster``      the driving mesh's z-buffer.
    """

    flow: Float
    exact: Float
    visibility: Float
    mouth: Float
    shut: Float
    head: NDArray[np.bool_]
    raster: Raster


def geometric_flow(
    source_mesh: Float,
    driving_mesh: Float,
    faces: Indices,
    height: int,
    width: int,
    *,
    parts: HeadParts | None = None,
    pin_border: bool = True,
) -> GeometricFlow:
    """Flow that gives the source picture the pose and expression of the driving mesh.

    ``source_mesh``, ``driving_mesh``  n×3 float32 posed meshes of one topology, pixels of one height×width picture.
    ``parts``       the neck is left to its surroundings and the mouth's interior moves with the skull; None = every
                    part as the mesh says.
    ``pin_border``  bring the flow to exactly zero at the border of the picture, so that it fits back without a seam.

    Equal meshes give exactly zero flow everywhere.
    """
    drawn = [DrawnMesh.draw(mesh, faces, height, width) for mesh in (source_mesh, driving_mesh)]
    return flow_between(drawn[0], drawn[1], parts=parts, pin_border=pin_border)


def flow_between(
    source: DrawnMesh, driving: DrawnMesh, *, parts: HeadParts | None = None, pin_border: bool = True
) -> GeometricFlow:
    """:func:`geometric_flow` of meshes that are drawn already, into pictures of one size and with one list of faces."""
    source, driving = _finite(source, driving)
    faces, raster = driving.faces, driving.raster
    height, width = driving.shape
    # Motions, not positions from which the pixel is subtracted: rounding must not move a head at rest.
    motion = (source.vertices - driving.vertices)[:, :2]
    if parts is None:
        exact = driving.on_pixels(motion)
        seen = visibility(driving, source, exact)
        moved, trust, firm, mouth = exact, seen, raster.mask, np.zeros_like(seen)
    else:
        skull = with_skull(motion, driving.vertices, parts)
        together = driving.carried(np.column_stack([motion, skull, parts.hold]))  # in one pass over the pixels
        exact, moved, grip = (driving.spread(together[:, part]) for part in np.s_[:2, 2:4, 4:])
        grip = grip[..., 0]
        seen = visibility(driving, source, exact)
        inside, opening = (part_mask(each, faces, parts.interior) for each in (raster, source.raster))
        levels = _level(source.vertices[:, :2], parts), _level(driving.vertices[:, :2], parts)
        moved = stretched_teeth(moved, inside, opening, levels[0])
        seen = np.where(inside, warp(opening.astype(np.float32), moved), seen)
        mouth = _without_slits((1 - seen) * inside, seen * inside)
        trust, firm = seen * grip, grip > 0.5
    flow = unfold(extrapolate(moved, _cubed(trust), _stiffness(firm, height, width)))
    if pin_border:
        flow = _pinned(flow)
    shut = np.zeros_like(seen) if parts is None else shut_eyes(source, driving, flow, parts, levels)
    shown = np.where(raster.mask, seen, 1 - ghost(source.raster.mask, flow)).astype(np.float32)
    return GeometricFlow(flow, exact, shown, mouth, shut, raster.mask, raster)


def _cubed(trust: Float) -> Float:
    """Visibility times hold, by which the motion is trusted, to the third power: what is half seen is better continued.
    (NumPy's own power takes fifty times as long.)"""
    return trust * trust * trust


def _without_slits(hidden: Float, shown: Float) -> Float:
    """The mask without parts narrower than about 2 % of the picture beside what is ``shown``: fits are not that exact,
    and teeth go on there.  It comes by degrees, from 1 to 3 %, for a mouth that opens slowly must not open at once.
    Lips that part a little over nothing that is shown do open."""
    discs = [disc(percent * max(hidden.shape) // 200) for percent in _SLITS]
    wide = np.mean([cv2.morphologyEx(hidden, cv2.MORPH_OPEN, disc) for disc in discs], axis=0)
    alone = hidden * (1 - cv2.dilate(shown, discs[1], iterations=2))
    return np.asarray(np.maximum(wide, alone), np.float32)


def _level(vertices: Float, parts: HeadParts) -> Float:
    """(2,) float32: the direction from eye to eye in a mesh (n×2 pixels) that has the mouth on its right, as +x has in
    an upright head; along x where one eye hides the other."""
    eyes, mouth = (vertices[part].astype(np.float64) for part in (parts.eyes, parts.interior))
    axis = np.array([1.0, 0.0])
    if len(eyes) < 3 or not len(mouth):
        return axis.astype(np.float32)
    lengths, axes = np.linalg.eigh(np.cov(eyes.T))
    if lengths[1] > 4 * lengths[0]:
        axis = axes[:, 1]
    down = mouth.mean(axis=0) - eyes.mean(axis=0)
    upright = axis[0] * down[1] - axis[1] * down[0] >= 0
    return np.asarray(axis if upright else -axis, np.float32)


def _finite(source: DrawnMesh, driving: DrawnMesh) -> tuple[DrawnMesh, DrawnMesh]:
    """The meshes without their vertices that are not finite: triangles on those are made degenerate."""
    bad = np.asarray(~(np.isfinite(source.vertices) & np.isfinite(driving.vertices)).all(axis=1))
    if not bad.any():
        return source, driving
    faces = np.where(bad[driving.faces].any(axis=1, keepdims=True), np.int32(0), driving.faces)
    cleaned = (np.where(bad[:, None], np.float32(0), mesh.vertices) for mesh in (source, driving))
    first, second = (DrawnMesh.draw(mesh, faces, *driving.shape) for mesh in cleaned)
    return first, second


def _stiffness(head: NDArray[np.bool_], height: int, width: int) -> Float:
    """High in and near the head, falling off with the distance from it."""
    distance = cv2.distanceTransform(np.where(head, 0, 255).astype(np.uint8), cv2.DIST_L2, 3)
    distance = np.minimum(distance, height + width)  # without a head it is endless
    falloff = np.exp(-distance / np.float32(_REACH * max(height, width)))
    return np.asarray(np.maximum(falloff, 1e-3), np.float32)


def _pinned(flow: Float) -> Float:
    """Shorten the flow where it is longer than its pixel's distance from the border allows."""
    length = cv2.magnitude(*cv2.split(flow))
    scale = np.minimum(1, _allowed(*flow.shape[:2]) / np.maximum(length, np.float32(1e-12)))
    return np.asarray(flow * repeated(scale, 2), np.float32)


@lru_cache(maxsize=4)
def _allowed(height: int, width: int) -> Float:
    """H×W: the longest flow that each pixel may have."""
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])
    columns = np.minimum(np.arange(width), np.arange(width)[::-1])
    return np.asarray(_LEASH * np.minimum(rows[:, None], columns[None]), np.float32)
