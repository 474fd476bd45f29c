"""Face detection: BlazeFace's answers decoded, merged and searched for over scales, tiles and rotations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import cv2
import numpy as np
import torch

from core.types import Box, Detection, Float, Image
from core.weights import fill

from .blazeface import FullRangeNet, RawDetections, ShortRangeNet
from .layers import as_inference
from .nms import strongest, weighted_nms
from .roi import Roi, apply, as_batch, warp

THRESHOLD = 0.5
FULL_RANGE_THRESHOLD = 0.6
LOW_THRESHOLD = 0.3
_LARGEST = 2560
_SMALLEST_TILE = 160
_SMALLEST_FACE = 12.0
_BATCH = 16
_WIDE = 1.6


@dataclass(frozen=True)
class _Look:
    """Views that a net looks at, and the score from which a face counts."""

    net: ShortRangeNet | FullRangeNet
    views: Sequence[Roi]
    threshold: float


class FaceDetector:
    """The two BlazeFace nets and the order in which they search."""

    def __init__(self, short: ShortRangeNet, full: FullRangeNet, device: torch.device) -> None:
        self._short, self._full, self._device = short, full, device
        self._anchors = {short: short_range_anchors(), full: grid_anchors(48, 1)}

    @staticmethod
    def load(device: torch.device | str = "cpu") -> FaceDetector:
        """Detector with the weights on disk.  Raises WeightsError if they are missing or damaged."""
        short, full = ShortRangeNet(), FullRangeNet()
        fill(short, "face_detector_short")
        fill(full, "face_detector_full")
        as_inference(short, device)
        as_inference(full, device)
        return FaceDetector(short, full, torch.device(device))

    def detect(self, image: Image) -> list[Detection]:
        """Faces of an H×W×3 uint8 RGB image, largest × score first; empty if no search finds any.

        Boxes in corner coordinates, key points in pixel coordinates of ``image``.
        """
        return next(filter(None, chain(self.search(image), self.search_tiles(image))), [])

    def search(self, image: Image) -> Iterator[list[Detection]]:
        """What each stage finds in the whole image, the usual one first; maybe nothing.

        Both nets; again at a lower threshold; with a wide margin (faces that fill the frame or are cut by it); and
        turned by 90°, 180°, 270° and ±45°.
        """
        return self._run(image, _whole_stages(self._short, self._full, *_working_size(image)))

    def search_tiles(self, image: Image) -> Iterator[list[Detection]]:
        """The same in overlapping parts of the image, a half and then a quarter as large: small faces.  Slow."""
        height, width = _working_size(image)
        sizes = (max(height, width) / divisor for divisor in (2, 4))
        parts = (tiles(height, width, size) for size in sizes if size >= _SMALLEST_TILE)
        return self._run(image, ([_Look(self._full, views, FULL_RANGE_THRESHOLD)] for views in parts))

    def look_at_whole(self, image: Image, full_range: bool = False) -> list[Detection]:
        """One look at the whole image by one net at its usual threshold, best score first, as MediaPipe does it."""
        net, threshold = (self._full, FULL_RANGE_THRESHOLD) if full_range else (self._short, THRESHOLD)
        return self._look(image, _Look(net, [whole_view(*image.shape[:2])], threshold))

    def _run(self, image: Image, stages: Iterable[Sequence[_Look]]) -> Iterator[list[Detection]]:
        height, width = _working_size(image)
        factor = image.shape[0] / height if height > width else image.shape[1] / width
        if factor > 1.0:
            image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        for stage in stages:
            found = strongest([d for look in stage for d in self._look(image, look)])
            faces = [d for d in found if d.box.width >= _SMALLEST_FACE]
            yield [_rescaled(d, factor) for d in sorted(faces, key=_prominence, reverse=True)]

    def _look(self, image: Image, look: _Look) -> list[Detection]:
        found: list[Detection] = []
        side = look.net.INPUT
        for start in range(0, len(look.views), _BATCH):
            views = look.views[start : start + _BATCH]
            crops = [warp(image, view, side, cv2.BORDER_CONSTANT) for view in views]
            with torch.inference_mode():
                raw: RawDetections = look.net(as_batch(crops, -1.0, self._device))
            values, logits = raw.values.cpu().numpy(), raw.logits.cpu().numpy()
            for view, v, s in zip(views, values, logits, strict=True):
                found += weighted_nms(decode(v, s, self._anchors[look.net], side, view, look.threshold))
        return strongest(found)


def _working_size(image: Image) -> tuple[int, int]:
    """Height and width that the search works at: the image's own, but at most 2560."""
    height, width = image.shape[:2]
    factor = min(1.0, _LARGEST / max(height, width))
    return max(1, round(height * factor)), max(1, round(width * factor))


def _whole_stages(short: ShortRangeNet, full: FullRangeNet, height: int, width: int) -> Iterator[Sequence[_Look]]:
    def both(views: Sequence[Roi], short_threshold: float, full_threshold: float) -> Sequence[_Look]:
        return _Look(short, views, short_threshold), _Look(full, views, full_threshold)

    whole = whole_view(height, width)
    yield both([whole], THRESHOLD, FULL_RANGE_THRESHOLD)
    yield both([whole], LOW_THRESHOLD, LOW_THRESHOLD)
    yield both([Roi(whole.cx, whole.cy, whole.size * _WIDE)], THRESHOLD, FULL_RANGE_THRESHOLD)
    turned = [turned_view(height, width, math.radians(a)) for a in (90, -90, 180, 45, -45)]
    yield both(turned, THRESHOLD, FULL_RANGE_THRESHOLD)


def whole_view(height: int, width: int) -> Roi:
    """The square around the whole image (the rest is black)."""
    return Roi(width / 2, height / 2, float(max(height, width)))


def turned_view(height: int, width: int, angle: float) -> Roi:
    """The square, turned by ``angle``, that holds the whole image."""
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    return Roi(width / 2, height / 2, max(width * cos + height * sin, width * sin + height * cos), angle)


def tiles(height: int, width: int, size: float) -> list[Roi]:
    """Squares of ``size`` that cover the image with half of each overlapping the next."""

    def centres(length: int) -> Float:
        room = max(0.0, length - size)
        count = math.ceil(room / (size / 2)) + 1
        start = min(size, length) / 2
        return np.linspace(start, start + room, count, dtype=np.float32)

    return [Roi(float(x), float(y), size) for y in centres(height) for x in centres(width)]


def grid_anchors(cells: int, per_cell: int) -> Float:
    """Centres of ``cells``×``cells`` cells in [0, 1], x then y, each repeated ``per_cell`` times; (N, 2)."""
    centres = (np.arange(cells, dtype=np.float32) + 0.5) / cells
    y, x = np.meshgrid(centres, centres, indexing="ij")
    return np.repeat(np.stack([x, y], axis=-1).reshape(-1, 2), per_cell, axis=0)


def short_range_anchors() -> Float:
    """The short-range net's 896 anchors: two per cell at stride 8, six at stride 16."""
    return np.concatenate([grid_anchors(16, 2), grid_anchors(8, 6)])


def decode(values: Float, logits: Float, anchors: Float, side: int, view: Roi, threshold: float) -> list[Detection]:
    """Faces of one view with a score of at least ``threshold``, in the image's coordinates.

    ``values`` A×16 and ``logits`` (A,) as the nets give them; ``anchors`` A×2 in [0, 1].  A box keeps its size when
    the view is turned: the net's boxes are squares around the face.
    """
    scores = 1.0 / (1.0 + np.exp(-np.clip(logits, -80.0, 80.0)))
    kept = np.flatnonzero((scores >= threshold) & (values[:, 2] > 0) & (values[:, 3] > 0))
    matrix = view.matrix(side)
    scale = view.size / side
    found = []
    for i in kept:
        origin = anchors[i] * side
        cx, cy = apply(matrix, values[i, :2] + origin)
        width, height = values[i, 2:4] * scale
        keypoints = apply(matrix, values[i, 4:].reshape(6, 2) + origin) - np.float32(0.5)
        box = Box(float(cx - width / 2), float(cy - height / 2), float(width), float(height), float(scores[i]))
        found.append(Detection(box, keypoints))
    return found


def _prominence(detection: Detection) -> float:
    return detection.box.area * detection.box.score


def _rescaled(detection: Detection, factor: float) -> Detection:
    if factor == 1.0:
        return detection
    b = detection.box
    box = Box(b.x * factor, b.y * factor, b.width * factor, b.height * factor, b.score)
    return Detection(box, ((detection.keypoints + 0.5) * factor - 0.5).astype(np.float32))
