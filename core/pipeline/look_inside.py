"""Looking for a face in a part of a picture: for those that are not found in the whole of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..regression.landmarks import Face, FaceLandmarker, Landmarks
from ..types import Box, Crop, Detection, Image
from .crop import crop_mapping, cut

ROOM = (1.6, 1.0, 2.4)
"""Sides of the squares that are looked at, over the longer side of a box that somebody drew round a face: detectors
know faces with some background, and boxes are drawn tightly by one and loosely by another."""

LARGEST = 512
"""Pixels of a side that is looked at; larger parts are made smaller."""

SMALLEST = 8.0
"""Pixels of a box's side below which nobody can see a face."""


def face_in_crop(landmarker: FaceLandmarker, image: Image, crop: Crop) -> Face | None:
    """The most prominent face of ``crop`` (snapped), in pixels of ``image``; None where it shows none."""
    side = min(max(round(crop.size), 256), LARGEST)
    found = landmarker.find(cut(image, crop, side))
    if not found:
        return None
    rough = _in_image(found[0], crop, side)
    fine = landmarker.track(image, rough.landmarks)  # in all of the picture's detail
    return rough if fine is None else Face(rough.detection, fine)


def squares_round(box: Box, image: Image) -> Iterator[Crop]:
    """The squares to look at for the face in a drawn ``box``, the likeliest first; none for a box outside ``image``."""
    x, y = box.centre
    height, width = image.shape[:2]
    longer = max(box.width, box.height)
    if not (0 <= x <= width and 0 <= y <= height and SMALLEST <= longer <= 2 * max(height, width)):
        return
    for room in ROOM:
        side = float(round(longer * room))
        yield Crop(round(x - side / 2) + side / 2, round(y - side / 2) + side / 2, side)


def _in_image(face: Face, crop: Crop, side: int) -> Face:
    """A face of the cut-out crop of ``side``² pixels in those of the picture."""
    scale, offset = crop_mapping(crop, side)
    shift = np.array(offset, np.float32)
    points = face.landmarks.points / np.float32(scale)
    points[:, :2] -= shift / np.float32(scale)
    left, top = crop.cx - crop.size / 2, crop.cy - crop.size / 2
    box, corner = face.detection.box, crop.size / side
    placed = Box(left + box.x * corner, top + box.y * corner, box.width * corner, box.height * corner, box.score)
    keypoints = ((face.detection.keypoints - shift) / scale).astype(np.float32)
    return Face(Detection(placed, keypoints), Landmarks(points.astype(np.float32), face.landmarks.presence))
