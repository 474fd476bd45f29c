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
    inside = _colours(motion, faces, parts, window, unit) * _light(image, motion.head)
    weight = cv2.GaussianBlur(hidden, (0, 0), SOFT * unit)[window][..., None]
    result = image.copy()
    under = result[window].astype(np.float32)
    result[window] = np.rint(np.clip(under + weight * (inside - under), 0, 255))
    return result


def _colours(motion: GeometricFlow, faces: Indices, parts: HeadParts, window: tuple[slice, ...], unit: float) -> Float:
    """The window's teeth, tongue and dark, shaded towards the lips: h×w×3 in [0, 1]."""
    teeth = _soft(part_mask(motion.raster, faces, parts.teeth), window, unit)
    tongue = _soft(part_mask(motion.raster, faces, parts.tongue), window, unit)
    opening = np.pad((motion.mouth > 0.5).astype(np.uint8)[window], 1)
    depth = cv2.distanceTransform(opening, cv2.DIST_L2, 3)[1:-1, 1:-1]
    shade = np.clip(depth / (SHADE * unit), 0, 1)[..., None]
    colour = DARK + tongue * (TONGUE * (0.5 + 0.5 * shade) - DARK)
    return np.asarray(colour + teeth * (TEETH * (0.75 + 0.25 * shade) - colour), np.float32)


def _soft(mask: NDArray[np.bool_], window: tuple[slice, ...], unit: float) -> Float:
    return np.asarray(cv2.GaussianBlur(mask[window].astype(np.float32), (0, 0), 0.8 * unit)[..., None], np.float32)


def _light(image: Image, head: NDArray[np.bool_]) -> float:
    """How bright white would be in this photo's light, 0–255: a little more than the brightest skin."""
    skin = image[head] @ _LUMA
    return float(np.clip(1.08 * np.percentile(skin, 97), 90, 240)) if len(skin) else 200.0
