"""A photo somebody chose, and what of it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.types import Image

Origin = Path | Image
Region = tuple[float, float, float]
"""A square of a photo: centre (x, y) and side, in pixels (corner coordinates)."""
Frame = tuple[float, float, float, float]
"""A box of a photo: (x, y, width, height) in pixels (corner coordinates)."""


@dataclass(frozen=True, eq=False)
class PhotoChoice:
    """A photo somebody chose.

    ``origin``  a file or pasted pixels; ``sha256`` of the file (or of the pixels) once it was read, "" before.
    ``face``    index, or a box drawn round a face; None = the most prominent.
    ``crop``    what is reenacted; None = round the face.
    """

    origin: Origin
    label: str
    face: int | Frame | None = None
    sha256: str = ""
    crop: Region | None = None

    def __eq__(self, other: object) -> bool:
        """The same photo, face and crop.  Pasted pixels equal only themselves."""
        if not isinstance(other, PhotoChoice):
            return NotImplemented
        same = self.origin is other.origin
        if isinstance(self.origin, Path) and isinstance(other.origin, Path):
            same = self.origin == other.origin
        return same and self.face == other.face and self.crop == other.crop

    def __hash__(self) -> int:
        return hash((self.label, self.face))
