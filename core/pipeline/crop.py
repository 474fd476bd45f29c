"""The square crop that is reenacted: where it lies, cutting it out, and putting it back."""

from __future__ import annotations

import cv2
import numpy as np

from ..types import RESOLUTION, Crop, Float, Image

MARGIN = 1.95
"""Side of the crop over the longer side of the landmarks' box: hair, ears, chin and neck fit in, with room to turn."""

LIFT = 0.06
"""The landmarks end at the hairline: the crop's centre is this share of its side above theirs."""


TIGHTEST = 1.6
"""A margin this much smaller, and a shift of SHIFT of the side, are taken to keep the crop inside the picture."""

SHIFT = 0.12


def face_crop(landmarks: Float, image: Image, margin: float = MARGIN) -> Crop:
    """The crop round ``landmarks`` (478, ≥2) in pixels of ``image``, on whole pixels.

    Outside the picture there is only its repeated border, so the crop stays inside where a somewhat tighter margin
    and a small shift allow it.
    """
    low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    longest = float((high - low).max())
    height, width = image.shape[:2]
    size = min(longest * margin, max(longest * TIGHTEST, min(height, width)))
    cx, cy = (low + high) / 2 + 0.5
    wanted = cx, cy - LIFT * size
    x, y = (_inside(float(c), size, length) for c, length in zip(wanted, (width, height)))
    return snap(Crop(x, y, size))


def _inside(centre: float, size: float, length: int) -> float:
    """The centre moved by at most SHIFT of the side towards where the crop lies inside 0…length."""
    if size >= length:
        nearest = length / 2
    else:
        nearest = min(max(centre, size / 2), length - size / 2)
    return centre + min(max(nearest - centre, -SHIFT * size), SHIFT * size)


def whole_crop(image: Image) -> Crop:
    """The crop that is the whole image (its longer side, if it is not square)."""
    height, width = image.shape[:2]
    return Crop(width / 2, height / 2, float(max(height, width)))


def snap(crop: Crop) -> Crop:
    """The nearest crop whose edges lie between pixels, so that cutting is a plain copy."""
    size = max(round(crop.size), 1)
    left, top = round(crop.cx - crop.size / 2), round(crop.cy - crop.size / 2)
    return Crop(left + size / 2, top + size / 2, float(size))


def edges(crop: Crop) -> tuple[int, int, int]:
    """(left, top, side) of a snapped crop, whole pixels in corner coordinates."""
    side = round(crop.size)
    return int(np.floor(crop.cx - side / 2)), int(np.floor(crop.cy - side / 2)), side


def cut(image: Image, crop: Crop, resolution: int | None = RESOLUTION) -> Image:
    """The crop as ``resolution``² pixels (None: its own size); outside the image its border is repeated."""
    left, top, side = edges(crop)
    height, width = image.shape[:2]
    x0, y0 = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    x1, y1 = max(min(left + side, width), x0 + 1), max(min(top + side, height), y0 + 1)
    piece = image[y0:y1, x0:x1]
    pad = (max(y0 - top, 0), max(top + side - y1, 0), max(x0 - left, 0), max(left + side - x1, 0))
    if any(pad):
        piece = np.asarray(cv2.copyMakeBorder(piece, *pad, cv2.BORDER_REPLICATE), np.uint8)[:side, :side]
    if resolution is None or side == resolution:
        return np.ascontiguousarray(piece)
    return resize(piece, resolution)


def resize(image: Image, side: int) -> Image:
    """Square ``image`` to ``side``²: area averages down, bicubic up."""
    how = cv2.INTER_AREA if side < image.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (side, side), interpolation=how))


def to_crop(points: Float, crop: Crop, resolution: int = RESOLUTION) -> Float:
    """Points (…, 2 or 3) in pixels of the image → pixels of the crop; z is scaled alike."""
    scale, offset = crop_mapping(crop, resolution)
    moved = points * np.float32(scale)
    moved[..., :2] += np.array(offset, np.float32)
    return np.asarray(moved, np.float32)


def crop_mapping(crop: Crop, resolution: int = RESOLUTION) -> tuple[float, tuple[float, float]]:
    """(scale, offset) with pixel-in-crop = scale · pixel-in-image + offset."""
    left, top, side = edges(crop)
    scale = resolution / side
    return scale, (scale * (0.5 - left) - 0.5, scale * (0.5 - top) - 0.5)
