"""Which of the faces in a picture is meant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..brief import brief
from ..errors import InputError, NoFaceError
from ..types import Box, Crop

NOT_IN_BOX = "No face was found in the box; draw it round a whole face, or choose a picture where the face is larger."

LEAST_OVERLAP = 0.1
"""Of a box that was given with that of a face, above which the face is meant."""

FaceChoice = int | Box | tuple[float, float, float, float] | None


def choose_face(boxes: Sequence[Box], face: FaceChoice, crop: Crop | None) -> int:
    """Index into ``boxes`` (most prominent first).

    ``face``: an index, a box (x, y, w, h) in pixels, or None for the most prominent; inside ``crop`` if there is one.
    Raises NoFaceError where no face fits, InputError where ``face`` is not of these forms.
    """
    if not boxes:
        raise NoFaceError("No face was found; choose a picture that shows a face, larger and from the front.")
    if face is None:
        inside = [k for k, box in enumerate(boxes) if crop is None or holds(crop, box)]
        if not inside:
            raise NoFaceError("No face was found inside the crop; move it over a face.")
        return inside[0]
    index = _meant(boxes, face)
    if crop is not None and not holds(crop, boxes[index]):
        raise NoFaceError("The face that was chosen lies outside the crop; move the crop over it.")
    return index


def _meant(boxes: Sequence[Box], face: int | Box | tuple[float, float, float, float]) -> int:
    wanted = drawn_box(face)
    if wanted is None:
        assert isinstance(face, (int, np.integer))
        if not 0 <= face < len(boxes):
            raise NoFaceError(f"Face {face} does not exist; this picture has {len(boxes)}, counted from 0.")
        return int(face)
    if not shows(boxes, wanted):
        raise NoFaceError(NOT_IN_BOX)
    return max(range(len(boxes)), key=lambda k: overlap(boxes[k], wanted))


def drawn_box(face: FaceChoice) -> Box | None:
    """The box of a choice that is one; None for an index or no choice.  Raises InputError for anything else."""
    if face is None or (isinstance(face, (int, np.integer)) and not isinstance(face, bool)):
        return None
    return face if isinstance(face, Box) else _as_box(face)


def shows(boxes: Sequence[Box], wanted: Box) -> bool:
    """Whether one of ``boxes`` may be the face in the box ``wanted``."""
    return any(overlap(box, wanted) >= LEAST_OVERLAP for box in boxes)  # not where it has NaNs


def _as_box(face: object) -> Box:
    try:
        x, y, width, height = (float(v) for v in face)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise InputError(f"face must be an index or a box (x, y, width, height), not {brief(face)}.") from error
    return Box(x, y, width, height)


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / max(a.area + b.area - shared, 1e-9)


def holds(crop: Crop, box: Box) -> bool:
    """Whether the middle of the box lies inside the crop."""
    x, y = box.centre
    return abs(x - crop.cx) <= crop.size / 2 and abs(y - crop.cy) <= crop.size / 2
