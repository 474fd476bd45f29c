"""Where the 478 landmarks lie on the mesh: measured by the landmark net itself on pictures of the mean head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.optimize import linear_sum_assignment

from ...geometry.rasterise import rasterise
from ...types import Float, Image
from .. import landmarks as ids
from ..mesh import closest_on_mesh
from ..model import FaceModel, Mask
from .portrait import LAMP, SOFT, Light, View, portrait
from .source import Doubles, Integers

VIEWS = tuple(View(yaw, pitch) for pitch in (-11.0, 0.0, 11.0) for yaw in (-20.0, -10.0, 0.0, 10.0, 20.0))

Landmarker = Callable[[Image], Float]
"""Picture H×W×3 uint8 → landmarks 478×(2 or more), pixel coordinates."""

_HIDDEN = ("eye_sockets", "mouth_interior", "teeth_upper", "teeth_lower", "tongue", "eyeball_left", "eyeball_right")
_ROUNDING = 1000.0
"""Points are rounded to a tenth of a millimetre, so that the net's last digits do not matter."""


@dataclass(frozen=True)
class Embedding:
    """``faces`` (478,), ``weights`` 478×3, ``mirror`` (478,), ``spread`` the median over the landmarks of the standard
    deviation (dm) over the views."""

    faces: Integers
    weights: Doubles
    mirror: Integers
    spread: float


def look_at(model: FaceModel) -> Float:
    """The middle of the face, towards which the pictures are centred."""
    return np.asarray(model.mean[model.regions["face"]].mean(0) * [0, 1, 0] + [0, -0.05, 0], np.float32)


def embed(model: FaceModel, landmarker: Landmarker) -> Embedding:
    """Median over the views of the point under each landmark, made symmetric, put on the surface it belongs to."""
    seen = np.stack([observe(model, view, landmarker) for view in VIEWS])
    points = np.median(seen, axis=0)
    mirror = pair_up(points)
    flipped = points[mirror] * [-1, 1, 1]
    points = np.round((points + flipped) / 2 * _ROUNDING) / _ROUNDING
    spread = float(np.median(np.linalg.norm(seen.std(0), axis=1)))
    faces, weights = _attach(model, points, mirror)
    return Embedding(faces, weights, mirror, round(spread, 4))


def with_landmarks(model: FaceModel, found: Embedding) -> FaceModel:
    """The model with its landmarks."""
    assert model.symmetry is not None
    return replace(
        model,
        landmark_faces=found.faces.astype(np.int32),
        landmark_weights=found.weights.astype(np.float32),
        symmetry=replace(model.symmetry, landmarks=found.mirror.astype(np.int32)),
        facts={**model.facts, "landmark_spread_dm": found.spread},
    )


@dataclass(frozen=True)
class Surface:
    """``landmarks``, the ``triangles`` they may lie on, and the light under which the net sees them best."""

    landmarks: Integers
    triangles: Integers
    light: Light = LAMP


def surfaces(model: FaceModel) -> list[Surface]:
    """Irises on their eyeball, rims of the lids on these, each lip's points on that lip, the rest on visible skin.

    The inner contours of both lips coincide on a closed mouth; only so do they part when it opens.
    """
    lower = model.regions["lips"] & (_offset(model, "mouthLowerDown") > _offset(model, "mouthUpperUp"))
    upper = model.regions["lips"] & ~lower
    found = [
        Surface(np.array(ids.IRIS_RIGHT), _inside(model, model.regions["eyeball_right"])),
        Surface(np.array(ids.IRIS_LEFT), _inside(model, model.regions["eyeball_left"])),
        Surface(np.array(ids.LIDS_RIGHT + ids.LIDS_LEFT), _lid_rims(model)),
        Surface(np.array(ids.LIPS_LOWER), _inside(model, lower), SOFT),
        Surface(np.array(ids.LIPS_UPPER), _inside(model, upper), SOFT),
        Surface(np.array(ids.LIPS_CORNERS), _inside(model, lower | upper), SOFT),
    ]
    taken = np.concatenate([surface.landmarks for surface in found])
    rest = np.setdiff1d(np.arange(ids.N_LANDMARKS), taken)
    return [*found, Surface(rest, _outer(model))]


def _offset(model: FaceModel, unit: str) -> Float:
    """(n,) how far a two-sided unit moves each vertex."""
    sides = [model.expression_basis[model.expression_names.index(unit + side)] for side in ("Left", "Right")]
    return np.asarray(np.linalg.norm(sides[0] + sides[1], axis=1))


def observe(model: FaceModel, view: View, landmarker: Landmarker) -> Doubles:
    """478×3 points of the mean shape under the landmarks that the net finds in one view."""
    middle = look_at(model)
    posed = view.project(model.mean, middle)
    pictures = {light: portrait(model, model.mean, view, middle, light) for light in (LAMP, SOFT)}
    found = {light: np.asarray(landmarker(picture), np.float64)[:, :2] for light, picture in pictures.items()}
    points = np.zeros((ids.N_LANDMARKS, 3))
    for surface in surfaces(model):
        pixels = found[surface.light][surface.landmarks]
        points[surface.landmarks] = _under(model, posed, surface.triangles, pixels, view.side)
    return points


def _under(model: FaceModel, posed: Float, triangles: Integers, pixels: Doubles, side: int) -> Doubles:
    """Points (p×3, model frame) of the chosen triangles at ``pixels``, or at the nearest pixel they cover."""
    faces = model.faces[triangles]
    raster = rasterise(posed, faces, side, side)
    row, column = distance_transform_edt(~raster.mask, return_distances=False, return_indices=True)
    x, y = np.clip(np.rint(pixels).astype(int), 0, side - 1).T
    y, x = row[y, x], column[y, x]
    corners = model.mean[faces[raster.triangle[y, x]]]
    return np.asarray(np.einsum("pc,pcd->pd", raster.barycentric[y, x], corners), np.float64)


def _outer(model: FaceModel) -> Integers:
    """Triangles of the visible skin: none behind the lids or lips."""
    hidden = np.zeros(len(model.mean), bool)
    for name in _HIDDEN:
        hidden |= model.regions[name]
    return np.flatnonzero(~hidden[model.faces].any(1))


def _lid_rims(model: FaceModel) -> Integers:
    """Triangles along the edge of the lids: outside the socket, but touching a neighbour of it."""
    socket, faces = model.regions["eye_sockets"], model.faces
    rim = np.unique(faces[socket[faces].any(1)])
    on_rim = np.isin(faces, rim).any(1) & ~socket[faces].any(1)
    return np.flatnonzero(on_rim & model.regions["lids"][faces].all(1))


def _inside(model: FaceModel, mask: Mask) -> Integers:
    """Triangles all of whose corners are in ``mask``."""
    return np.flatnonzero(mask[model.faces].all(1))


def pair_up(points: Doubles) -> Integers:
    """(l,) mirror partner of each landmark: the assignment to the mirrored points with the least squared distance."""
    flipped = points * [-1, 1, 1]
    cost = ((points[:, None] - flipped[None]) ** 2).sum(-1)
    return np.asarray(linear_sum_assignment(cost + cost.T)[1])


def _attach(model: FaceModel, points: Doubles, mirror: Integers) -> tuple[Integers, Doubles]:
    """Closest points on the allowed triangles, exactly symmetric.

    Landmarks on the middle go to the edges there; those at x < 0 copy their partner's triangle, mirrored.
    """
    faces, weights = np.zeros(len(points), np.int64), np.zeros((len(points), 3))
    vertices = model.mean.astype(np.float64)
    for surface in surfaces(model):
        own, allowed = surface.landmarks, surface.triangles
        face, weights[own], _ = closest_on_mesh(points[own], vertices, model.faces[allowed])
        faces[own] = allowed[face]
    middle = np.flatnonzero(mirror == np.arange(len(points)))
    faces[middle], weights[middle] = _on_middle(model, points[middle])
    weights = np.round(weights, 4)
    weights[np.arange(len(weights)), weights.argmax(1)] += 1 - weights.sum(1)
    left = np.flatnonzero(points[:, 0] > 0)
    faces[mirror[left]], weights[mirror[left]] = _mirrored(model, faces[left], weights[left])
    return faces, weights


def _on_middle(model: FaceModel, points: Doubles) -> tuple[Integers, Doubles]:
    """Closest points on the edges in the plane x = 0: triangles there, with their third corner folded in."""
    central = model.mean[:, 0] == 0
    triangles = _outer(model)
    triangles = triangles[central[model.faces[triangles]].sum(1) == 2]
    corners = model.faces[triangles].copy()
    row, away = np.arange(len(triangles)), central[corners].argmin(1)
    beside = (away + 1) % 3
    corners[row, away] = corners[row, beside]
    face, weights, _ = closest_on_mesh(points, model.mean.astype(np.float64), corners)
    row, away, beside = np.arange(len(points)), away[face], beside[face]
    weights[row, beside] += weights[row, away]
    weights[row, away] = 0
    return triangles[face], weights


def _mirrored(model: FaceModel, faces: Integers, weights: Doubles) -> tuple[Integers, Doubles]:
    """The same points on the other side of the head."""
    assert model.symmetry is not None
    corners = model.symmetry.vertices[model.faces[faces]]
    index = {tuple(sorted(face)): i for i, face in enumerate(model.faces.tolist())}
    found = np.array([index[tuple(sorted(c))] for c in corners.tolist()])
    order = (corners[:, :, None] == model.faces[found][:, None, :]).argmax(1)
    return found, np.take_along_axis(weights, order, 1)
