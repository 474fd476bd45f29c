"""The crop of a photo, as a square somebody drags: its margin, and how far it may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.types import RESOLUTION, Crop

from .choice import Region
from .controls import Number
from .tr import later

MARGINS = 1.2, 4.0
"""Side of a crop over the longer side of the face: less cuts the chin off, more leaves few pixels for the face."""

OFF = 0.3
"""Share of its side by which the crop's middle may be off that of the face."""

MOVE, FAR_MOVE = 0.01, 0.05
"""Share of the side that an arrow key moves the crop by; with Shift."""

GROW = 1.02
"""What + makes the side longer by."""


@dataclass(frozen=True)
class MarginNumber(Number):
    @property
    def low(self) -> float:
        return MARGINS[0]

    @property
    def high(self) -> float:
        return MARGINS[1]

    @property
    def neutral(self) -> float:
        return MARGINS[0]


MARGIN = MarginNumber(
    "margin", later("Margin"), "", later("Side of the crop over the height of the face: hair, ears and neck fit in"),
    step=0.05, suffix="×",
)  # fmt: skip


def region_of(crop: Crop) -> Region:
    return crop.cx, crop.cy, crop.size


def margin_of(face: Any) -> float:
    """The crop's side over the longer side of the landmarks' box, of an encoded face."""
    points = face.landmarks[:, :2]
    return float(RESOLUTION / max((points.max(axis=0) - points.min(axis=0)).max(), 1e-3))


def with_margin(face: Any, margin: float) -> Region:
    """The crop about the same point with another margin."""
    crop: Crop = face.crop
    return limited(face, (crop.cx, crop.cy, crop.size * margin / margin_of(face)))


def limited(face: Any, region: Region) -> Region:
    """The nearest crop that an encoded face fits in."""
    length = face.crop.size / margin_of(face)
    x, y, size = region
    size = min(max(size, MARGINS[0] * length), MARGINS[1] * length)
    middle = face.box.centre
    cx, cy = (min(max(at, about - OFF * size), about + OFF * size) for at, about in zip((x, y), middle))
    return cx, cy, size


def in_picture(shape: tuple[int, ...], region: Region) -> Region:
    """The nearest square that lies inside a picture of ``shape`` (H, W, …): where a face is looked for."""
    height, width = shape[:2]
    x, y, size = region
    size = min(max(size, min(16.0, height, width)), height, width)
    return min(max(x, size / 2), width - size / 2), min(max(y, size / 2), height - size / 2), size
