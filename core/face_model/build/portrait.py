"""Shaded pictures of the mean head that a landmark net takes for a face: dark irises, brows, reddish lips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...geometry.rasterise import Raster, interpolate, rasterise
from ...types import Float, Image
from ..gaze import gaze_rotation
from ..mesh import vertex_normals
from ..model import FaceModel, Mask
from .regions import is_brow
from .source import Doubles

SIDE = 512
_SCALE = 190.0
"""Pixels per decimetre."""
_BACKGROUND = (150, 160, 170)
_SUPERSAMPLING = 2

_SKIN = (0.80, 0.62, 0.53)
_COLOURS = {
    "lips": (0.66, 0.33, 0.31),
    "lids": (0.74, 0.54, 0.46),
    "mouth_interior": (0.30, 0.10, 0.10),
    "eye_sockets": (0.62, 0.36, 0.33),
    "tongue": (0.60, 0.30, 0.30),
    "teeth_upper": (0.88, 0.86, 0.80),
    "teeth_lower": (0.88, 0.86, 0.80),
    "eyeball_left": (0.93, 0.92, 0.91),
    "eyeball_right": (0.93, 0.92, 0.91),
}
_BROW, _IRIS, _PUPIL = (0.26, 0.18, 0.13), (0.30, 0.20, 0.12), (0.03, 0.03, 0.03)


@dataclass(frozen=True)
class Light:
    """``ambient`` light and some ``lamps``: direction towards it (in view coordinates) and strength."""

    ambient: float
    lamps: tuple[tuple[tuple[float, float, float], float], ...]


LAMP = Light(0.3, (((0.2, 0.5, 0.85), 0.75), ((-0.8, 0.1, 0.6), 0.2)))
"""Shows shape: nose, chin and jaw stand out."""

SOFT = Light(0.75, (((0.0, 0.0, 1.0), 0.3),))
"""Shows colour: under a lamp the net takes the shaded half of the upper lip for the open mouth."""


@dataclass(frozen=True)
class View:
    """Weak-perspective camera: pixel = scale · F · R · v + middle of the picture."""

    yaw: float
    pitch: float
    side: int = SIDE

    @property
    def rotation(self) -> Doubles:
        """R of conventions.md, 3×3."""
        return np.asarray(gaze_rotation(np.radians(self.yaw), np.radians(self.pitch)))

    def project(self, vertices: Float, look_at: Float) -> Float:
        """n×3 pixels, y down, z away."""
        scale = _SCALE * self.side / SIDE
        middle = (self.side - 1) / 2
        turned = (vertices - look_at) @ self.rotation.T * np.array([scale, -scale, -scale])
        return np.asarray(turned + np.array([middle, middle, 0]), np.float32)


def portrait(model: FaceModel, vertices: Float, view: View, look_at: Float, light: Light = LAMP) -> Image:
    """Shaded SIDE×SIDE picture of the head, antialiased."""
    fine = View(view.yaw, view.pitch, view.side * _SUPERSAMPLING)
    raster = rasterise(fine.project(vertices, look_at), model.faces, fine.side, fine.side)
    picture = np.tile(np.array(_BACKGROUND, np.float32) / 255, (fine.side, fine.side, 1))
    normals = np.asarray(vertex_normals(vertices, model.faces) @ fine.rotation.T, np.float32)
    shade = _shade(interpolate(raster, model.faces, normals), light)
    picture[raster.mask] = np.multiply(_albedo(model, vertices, raster), shade[:, None])
    small = picture.reshape(view.side, _SUPERSAMPLING, view.side, _SUPERSAMPLING, 3).mean((1, 3))
    return np.asarray(np.clip(small * 255, 0, 255), np.uint8)


def _shade(normals: Float, light: Light) -> Float:
    """Lambert's law, in view coordinates."""
    unit = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    shade = np.full(len(unit), light.ambient, np.float32)
    for direction, strength in light.lamps:
        shade += strength * np.maximum(unit @ (np.array(direction) / np.linalg.norm(direction)), 0)
    return shade


def _albedo(model: FaceModel, vertices: Float, raster: Raster) -> Float:
    """(k, 3) colour of each filled pixel: regions blend, irises and brows have a sharp edge."""
    colours = np.tile(np.array(_SKIN, np.float32), (len(vertices), 1))
    for name, colour in _COLOURS.items():
        colours[model.regions[name]] = colour
    pixels = interpolate(raster, model.faces, colours)
    triangle = raster.triangle[raster.mask]
    points = interpolate(raster, model.faces, model.mean)
    brow = is_brow(points, model.eyeballs[0].centre, 0.045) & _within(model, "face", "brows")[triangle]
    pixels[brow] = _BROW
    for name, colour in (("iris", _IRIS), ("pupil", _PUPIL)):
        pixels[_within(model, name)[triangle]] = colour
    return pixels


def _within(model: FaceModel, *names: str) -> Mask:
    """(m,) bool: triangles all of whose corners are in one of the regions."""
    mask = np.zeros(len(model.mean), bool)
    for name in names:
        mask |= model.regions[name]
    return np.asarray(mask[model.faces].all(1))
