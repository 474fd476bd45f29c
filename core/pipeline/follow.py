"""One face through the frames of a driver: found once, tracked from frame to frame, found again where it was lost."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import NoFaceError
from ..regression.landmarks import FaceLandmarker, Landmarks, roi_from_landmarks
from ..types import Box, Float, Image
from .choose import FaceChoice, choose_face

REACH = 1.0
"""Seconds between two frames up to which the face is looked for where it was."""

FAR = 0.12
"""A face that moved by this share of its region is looked at again: the net wants it in the middle."""


@dataclass(frozen=True)
class Sighting:
    """``points`` (478, 3) float32 in pixels of the frame; ``box`` round this face,
    ``boxes`` round all that were looked at.
    """

    points: Float
    box: Box
    boxes: tuple[Box, ...]


class Follower:
    """``face``: which one to begin with, as in :meth:`core.Reenactor.encode_driving`.

    ``apart``: the frames have nothing to do with each other (pictures of a folder), each is searched.
    """

    def __init__(self, landmarker: FaceLandmarker, face: FaceChoice = None, apart: bool = False) -> None:
        self._landmarker = landmarker
        self._face = face
        self._apart = apart
        self._last: tuple[Landmarks, float] | None = None

    def follow(self, image: Image, seconds: float) -> Sighting | None:
        """The face in a frame that is shown at ``seconds``; None where there is none."""
        found = self._track(image, seconds)
        if found is not None:
            box = box_round(found.points)
            self._last = found, seconds
            return Sighting(found.points, box, (box,))
        return self._find(image, seconds)

    def resume(self, points: Float, seconds: float) -> None:
        """The face was at ``points`` at that time: go on from there."""
        self._last = Landmarks(points, 1.0), seconds

    def _track(self, image: Image, seconds: float) -> Landmarks | None:
        if self._apart or self._last is None or abs(seconds - self._last[1]) > REACH:
            return None
        previous = self._last[0]
        found = self._landmarker.track(image, previous)
        if found is None:
            return None
        before, after = roi_from_landmarks(previous.points), roi_from_landmarks(found.points)
        if math.hypot(after.cx - before.cx, after.cy - before.cy) > FAR * before.size:
            return self._landmarker.track(image, found)
        return found

    def _find(self, image: Image, seconds: float) -> Sighting | None:
        faces = self._landmarker.find(image)
        if not faces:
            return None
        boxes = tuple(box_round(face.landmarks.points) for face in faces)
        chosen = self._choose(boxes)
        self._last = faces[chosen].landmarks, seconds
        return Sighting(faces[chosen].landmarks.points, boxes[chosen], boxes)

    def _choose(self, boxes: tuple[Box, ...]) -> int:
        """The one nearest to where it was last; before, the one that was asked for."""
        if self._last is not None and not self._apart:
            x, y = box_round(self._last[0].points).centre
            return min(range(len(boxes)), key=lambda k: math.dist(boxes[k].centre, (x, y)))
        try:
            return choose_face(boxes, self._face, None)
        except NoFaceError:
            if self._apart and isinstance(self._face, int):  # of another picture of the folder
                return 0
            raise


def box_round(points: Float) -> Box:
    """The box round landmarks (478, 3), in corner coordinates."""
    low, high = points[:, :2].min(axis=0) + 0.5, points[:, :2].max(axis=0) + 0.5
    return Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
