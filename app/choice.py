"""A photo somebody chose, and what of it is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.types import Image

Origin = Path | Image
Region = tuple[float, float, float]
"""A square of a photo: centre (x, y) and side, in pixels (corner coordinates)."""
Frame = tuple[float, float, float, float]
"""A box of a photo: (x, y, width, height) in pixels (corner coordinates)."""
MOST_PHOTOS = 12
"""Photos of one person that are fitted together at most."""


@dataclass(frozen=True, eq=False)
class PhotoChoice:
    """A photo somebody chose.

    ``origin``  a file or pasted pixels; ``sha256`` of the file (or of the pixels) once it was read, "" before.
    ``face``    index, or a box drawn round a face; None = the most prominent.
    ``crop``    what is reenacted; None = round the face.
    ``others``  further photos of the same person, each alone, which tell more of the shape of the face; ``place``:
                where among them this one stands, the main photo, which is drawn.  A driver has no use for them.
    """

    origin: Origin
    label: str
    face: int | Frame | None = None
    sha256: str = ""
    crop: Region | None = None
    others: tuple[PhotoChoice, ...] = ()
    place: int = 0

    def __eq__(self, other: object) -> bool:
        """The same photos, faces and crops.  Pasted pixels equal only themselves."""
        if not isinstance(other, PhotoChoice):
            return NotImplemented
        same = self.origin is other.origin
        if isinstance(self.origin, Path) and isinstance(other.origin, Path):
            same = self.origin == other.origin
        own, its = ((each.face, each.crop, each.place, each.others) for each in (self, other))
        return same and own == its

    def __hash__(self) -> int:
        return hash((self.label, self.face))

    @property
    def alone(self) -> PhotoChoice:
        """This photo without the others."""
        return replace(self, others=(), place=0)

    @property
    def photos(self) -> tuple[PhotoChoice, ...]:
        """All photos of the person in their order, each alone."""
        return (*self.others[: self.place], self.alone, *self.others[self.place :])


def of_person(photos: Sequence[PhotoChoice], main: int) -> PhotoChoice:
    """Photos of one person, each alone, of which ``photos[main]`` is drawn."""
    return replace(photos[main], others=(*photos[:main], *photos[main + 1 :]), place=main)
