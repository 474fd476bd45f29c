"""A rotated square of an image, and the warps between it and a network's input."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.types import Float, Image

_COARSEST = 8.0
"""Source pixels per input pixel above which the image is shrunk by areas first, lest bilinear samples alias."""


@dataclass(frozen=True)
class Roi:
    """Square: centre (``cx``, ``cy``) and side ``size`` in pixel coordinates, turned clockwise by ``angle`` radians."""

    cx: float
    cy: float
    size: float
    angle: float = 0.0

    def matrix(self, side: int) -> NDArray[np.float64]:
        """2×3: pixel coordinates of an input of ``side`` pixels → pixel coordinates of the image.

        Input pixel ``side / 2`` falls on the centre, as in MediaPipe.
        """
        scale = self.size / side
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        linear = np.array([[cos, -sin], [sin, cos]])
        shift = np.array([self.cx, self.cy]) - linear.sum(axis=1) * (side / 2)
        return np.column_stack([linear, shift])

    def scaled(self, factor: float) -> Roi:
        """The same region of the image resized by ``factor`` (corner coordinates are what scales)."""
        return Roi((self.cx + 0.5) * factor - 0.5, (self.cy + 0.5) * factor - 0.5, self.size * factor, self.angle)


def warp(image: Image, roi: Roi, side: int, border: int) -> Image:
    """``side``×``side``×3 uint8 RGB: what ``image`` shows in ``roi``, bilinear; ``border`` is OpenCV's border mode."""
    image, roi = _shrunk(image, roi, side)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(image, roi.matrix(side), (side, side), flags=flags, borderMode=border)
    return np.asarray(warped, np.uint8)


def _shrunk(image: Image, roi: Roi, side: int) -> tuple[Image, Roi]:
    """Part of the image around a region that is much finer than the input, resized so that it is less so."""
    if roi.size <= _COARSEST * side:
        return image, roi
    height, width = image.shape[:2]
    reach = roi.size * (abs(math.cos(roi.angle)) + abs(math.sin(roi.angle))) / 2 + 1
    left, top = (int(np.clip(c - reach, 0, n - 1)) for c, n in ((roi.cx, width), (roi.cy, height)))
    right, bottom = (int(np.clip(c + reach, 0, n - 1)) + 1 for c, n in ((roi.cx, width), (roi.cy, height)))
    part = image[top:bottom, left:right]
    factor = _COARSEST / 2 * side / roi.size
    size = tuple(max(1, round(n * factor)) for n in (right - left, bottom - top))
    small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    return small, Roi(roi.cx - left, roi.cy - top, roi.size, roi.angle).scaled(factor)


def as_batch(images: Iterable[Image], low: float, device: torch.device) -> Tensor:
    """Equally large uint8 images → N×3×H×W float32 in [``low``, 1], channels last in memory."""
    stacked = torch.from_numpy(np.stack(list(images))).to(device).permute(0, 3, 1, 2)
    return stacked.to(torch.float32) * ((1.0 - low) / 255.0) + low


def apply(matrix: NDArray[np.float64], points: Float) -> Float:
    """Affine 2×3 ``matrix`` on points …×2, float32."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)
