"""What is drawn and said about the faces of a photo."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.types import Box

from ..rendering import EngineState
from ..slot import Photo, Slot
from ..theme import Colours
from ..tr import tr
from ..views.image_view import Rect


def nearest(boxes: Sequence[Box], x: float, y: float) -> int:
    """Index of the box a click means: the smallest that holds the point, else the one with the nearest centre."""

    def rank(index: int) -> tuple[bool, float]:
        box = boxes[index]
        inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
        return not inside, box.area if inside else math.dist(box.centre, (x, y))

    return min(range(len(boxes)), key=rank)


def frames(photo: Photo, colours: Colours) -> list[tuple[Rect, str, bool]]:
    """The crop dashed, the chosen face in the accent colour, other faces muted; nothing where no face was found."""
    if photo.encoded is None:
        return []
    crop, chosen = photo.encoded.crop, photo.chosen
    half = crop.size / 2
    found: list[tuple[Rect, str, bool]] = [((crop.cx - half, crop.cy - half, crop.size, crop.size), "#FFFFFF", True)]
    for index, box in enumerate(photo.encoded.boxes):
        colour = colours.accent if index == chosen else colours.muted
        found.append(((box.x, box.y, box.width, box.height), colour, False))
    return found


def busy_text(slot: Slot, engine: EngineState) -> str:
    """What is going on; "" where it is little."""
    if not slot.busy or slot.wanted is None or _all_known(slot):
        return ""
    if engine.engine is None:
        return "" if engine.problem else tr("Getting ready…")
    count = len(slot.wanted.choice.photos) if slot.wanted.role == "source" else 1
    if count > 1:
        return tr("Looking at photo {number} of {count}…", number=min(slot.looked_at + 1, count), count=count)
    return tr("Looking for the face…")


def _all_known(slot: Slot) -> bool:
    """Whether what is wanted are photos that are shown, with another crop or another one drawn: no need for words."""
    if slot.wanted is None or slot.shown is None:
        return False
    shown = [photo.origin for photo in slot.shown.order.choice.photos]
    return all(any(photo.origin is each for each in shown) for photo in slot.wanted.choice.photos)


def note(photo: Photo) -> str:
    """About the faces: someone else's among the photos, several in the one that is drawn, how many photos there are;
    and the photo's name, where there is room for both.
    """
    strangers = [portrait.label for portrait in photo.person if portrait.stranger]
    if strangers:
        return tr("Stranger? {name}", name=strangers[0])
    return " · ".join(part for part in (_faces(photo), photo.order.label) if part)


def _faces(photo: Photo) -> str:
    if photo.encoded is None:
        return tr("no face")
    count = len(photo.encoded.boxes)
    if count > 1:
        return tr("{count} faces, click yours", count=count)
    return tr("{count} photos", count=len(photo.person)) if photo.person else ""
