"""The inside of a mouth that the source does not show: teeth, tongue and dark, from the model and the photo's light."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..types import Float, Image
from .flow import GeometricFlow
from .fragments import Indices
from .parts import HeadParts
from .rasterise import part_mask

DARK = np.array([0.20, 0.09, 0.09], np.float32)
TONGUE = np.array([0.52, 0.26, 0.25], np.float32)
TEETH = np.array([0.93, 0.88, 0.80], np.float32)
"""Colours under the light that makes the brightest skin of the face as bright as it is."""

SOFT = 1.2
"""Standard deviation of the transition to the lips, in pixels of 256."""

SHADE = 5.0
"""The lips shade what lies within so many pixels of 256 of them."""

NEAR = 24
"""Pixels of 256 round the mouth whose skin tells the light in it."""

LEAST_WHITE, MOST_COLOUR = 0.45, 0.35
"""What is seen in a mouth is teeth from this share of the light on, if its channels differ by less than this share."""

ENOUGH = 60
"""Pixels of 256² of teeth by which their colour is known."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def paint_mouth(image: Image, motion: GeometricFlow, faces: Indices, parts: HeadParts) -> Image:
    """``image`` (H×W×3 uint8) with the inside of the mouth where ``motion.mouth`` says that the source hides it."""
    hidden = motion.mouth
    if not hidden.any():
        return image
    rows, columns = (np.nonzero(hidden.any(axis=axis))[0] for axis in (1, 0))
    unit = max(hidden.shape) / 256
    margin = int(np.ceil(4 * SOFT * unit))
    window = tuple(slice(max(int(each[0]) - margin, 0), int(each[-1]) + margin + 1) for each in (rows, columns))
    near = _near(hidden, motion.head, unit)
    light = min(_light(image, motion.head), _light(image, near))
    own, share = _own_teeth(image, motion, faces, parts, light, unit)
    teeth = TEETH * light * (1 - share) + own * share
    inside = _colours(motion, faces, parts, window, unit, light, teeth)
    weight = cv2.GaussianBlur(hidden, (0, 0), SOFT * unit)[window][..., None]
    result = image.copy()
    under = result[window].astype(np.float32)
    result[window] = np.rint(np.clip(under + weight * (inside - under), 0, 255))
    return result


def _colours(
    motion: GeometricFlow,
    faces: Indices,
    parts: HeadParts,
    window: tuple[slice, ...],
    unit: float,
    light: float,
    white: Float,
) -> Float:
    """The window's teeth, (3,) ``white`` in [0, 255], tongue and dark, shaded towards the lips: h×w×3 in [0, 255]."""
    teeth = _soft(part_mask(motion.raster, faces, parts.teeth), window, unit)
    tongue = _soft(part_mask(motion.raster, faces, parts.tongue), window, unit)
    opening = np.pad((motion.mouth > 0.5).astype(np.uint8)[window], 1)
    depth = cv2.distanceTransform(opening, cv2.DIST_L2, 3)[1:-1, 1:-1]
    shade = np.clip(depth / (SHADE * unit), 0, 1)[..., None]
    colour = DARK + tongue * (TONGUE * (0.5 + 0.5 * shade) - DARK)
    colour = colour * light
    return np.asarray(colour + teeth * (white * (0.6 + 0.4 * shade) - colour), np.float32)


def _near(mouth: Float, head: NDArray[np.bool_], unit: float) -> NDArray[np.bool_]:
    """The skin round the mouth, on which the light is what it is in there."""
    size = 2 * round(NEAR * unit) + 1
    around = cv2.dilate((mouth > 0).astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    return np.asarray(around & head)


def _own_teeth(
    image: Image, motion: GeometricFlow, faces: Indices, parts: HeadParts, light: float, unit: float
) -> tuple[Float, float]:
    """Colour (3,) in [0, 255] of the teeth that ``image`` shows already, and how far to trust it, in [0, 1]."""
    shown = part_mask(motion.raster, faces, parts.interior) & (motion.visibility > 0.9)
    pixels = image[shown].astype(np.float32)
    if not len(pixels):
        return np.zeros(3, np.float32), 0.0
    luma = pixels @ _LUMA
    bright = luma > LEAST_WHITE * light
    pale = pixels.max(axis=1) - pixels.min(axis=1) < MOST_COLOUR * pixels.max(axis=1)
    teeth = pixels[bright & pale]
    if not len(teeth):
        return np.zeros(3, np.float32), 0.0
    return np.asarray(teeth.mean(axis=0)), min(len(teeth) / (ENOUGH * unit**2), 1.0)


def _soft(mask: NDArray[np.bool_], window: tuple[slice, ...], unit: float) -> Float:
    return np.asarray(cv2.GaussianBlur(mask[window].astype(np.float32), (0, 0), 0.8 * unit)[..., None], np.float32)


def _light(image: Image, head: NDArray[np.bool_]) -> float:
    """How bright white would be in this photo's light, 0–255: a little more than the brightest skin."""
    skin = image[head] @ _LUMA
    return float(np.clip(1.08 * np.percentile(skin, 97), 90, 240)) if len(skin) else 200.0
