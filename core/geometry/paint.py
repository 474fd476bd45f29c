"""What no flow can bring from the source: the inside of a mouth that opens, the skin of lids that close."""

from __future__ import annotations

import cv2
import numpy as np

from ..types import Float, Image
from .extrapolate import extrapolate
from .flow import GeometricFlow
from .fragments import Indices
from .mouth import paint_mouth
from .parts import HeadParts
from .rasterise import part_mask
from .unfold import determinants
from .warp import warp

_STRETCHED = (0.4, 0.7)
"""Source area per pixel below which lid skin is made up from its surroundings wholly / above which it is kept."""

_MARGIN = 8

_LASHES, _FINE = 0.8, 0.7
"""How dark lashes of a shut eye are drawn, and their softness in pixels of 256."""


def paint_hidden(warped: Image, motion: GeometricFlow, faces: Indices, parts: HeadParts) -> Image:
    """The warped source (H×W×3 RGB) with mouth and lids painted where the source does not show them."""
    lids, known = _lids(motion, faces, parts)
    return paint_mouth(_with_lashes(warped, smooth_lids(warped, lids, known), motion.shut), motion, faces, parts)


def hidden_change(source: Image, motion: GeometricFlow, faces: Indices, parts: HeadParts) -> Float:
    """What :func:`paint_hidden` changes in the warped ``source`` (H×W×3 uint8): H×W×3 float32 in [−1, 1]."""
    warped = warp(source, motion.flow)
    painted = paint_hidden(warped, motion, faces, parts)
    return (painted.astype(np.float32) - warped) / np.float32(255)


def smooth_lids(image: Image, lids: Float, known: Float) -> Image:
    """The picture with the colours of ``known`` (H×W, 1 = good skin) continued where ``lids`` (H×W in [0, 1]) is."""
    rows, columns = np.nonzero(lids)
    if not len(rows):
        return image
    window = tuple(slice(max(int(each.min()) - _MARGIN, 0), int(each.max()) + _MARGIN + 1) for each in (rows, columns))
    under = image[window].astype(np.float32)
    skin = extrapolate(under, known[window], np.ones_like(known[window]))
    weight = cv2.GaussianBlur(lids[window], (0, 0), 0.8)[..., None]
    result = image.copy()
    result[window] = np.rint(np.clip(under + weight * (skin - under), 0, 255))
    return result


def _lids(motion: GeometricFlow, faces: Indices, parts: HeadParts) -> tuple[Float, Float]:
    """Lid skin that is hidden in the source or drawn out from a fold, and the skin around that may stand in for it.

    A lid that unfolds is drawn out of a line of dark lashes.  The eyes and their rims are no skin, nor is what the flow
    brings of eyes that are shut.
    """
    area = np.pad(determinants(motion.flow), ((0, 1), (0, 1)), constant_values=1)
    least, enough = _STRETCHED
    poor = np.maximum(np.clip((enough - area) / (enough - least), 0, 1), 1 - motion.visibility)
    poor = np.asarray(poor * part_mask(motion.raster, faces, parts.lids), np.float32)
    small = np.ones((3, 3), np.uint8)
    poor = cv2.dilate(cv2.morphologyEx(cv2.morphologyEx(poor, cv2.MORPH_OPEN, small), cv2.MORPH_CLOSE, small), small)
    eyes = part_mask(motion.raster, faces, parts.eyes).astype(np.uint8)
    spoilt = cv2.dilate(np.maximum(np.maximum(poor, eyes), motion.shut), np.ones((5, 5), np.uint8))
    lids = np.maximum(poor * (1 - eyes), cv2.dilate(motion.shut, small))
    return np.asarray(lids, np.float32), (spoilt < 0.02).astype(np.float32)


def _with_lashes(warped: Image, lids: Image, shut: Float) -> Image:
    """``lids``, the picture whose eyes are covered with skin where they are shut, with lashes along these.

    Lashes have the colour of the darkest third of the eyes as the source shows them.
    """
    if not shut.any():
        return lids
    eyes = warped[shut > 0].astype(np.float32)
    dark = eyes[np.argsort(eyes.sum(axis=1))[: max(len(eyes) // 3, 1)]].mean(axis=0)
    weight = (_LASHES * cv2.GaussianBlur(shut, (0, 0), _FINE * max(shut.shape) / 256))[..., None]
    return np.asarray(np.rint(lids + weight * (dark - lids)), np.uint8)
