"""A photo on its way: asked for, read, looked at, shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.types import Image

from .choice import Origin, PhotoChoice
from .roles import Role

if TYPE_CHECKING:
    from .footage import Footage


@dataclass(frozen=True, eq=False)
class PhotoOrder:
    """A photo that was asked for.  ``step`` names what undo will take back, "" = nothing; orders of one ``gesture``
    (two photos swapped, or dropped together) are one step.  ``left_out``: why not all that was asked for is in it.
    """

    number: int
    role: Role
    choice: PhotoChoice
    step: str = ""
    gesture: int = 0
    left_out: str = ""

    @property
    def origin(self) -> Origin:
        return self.choice.origin

    @property
    def label(self) -> str:
        return self.choice.label


@dataclass(frozen=True, eq=False)
class Portrait:
    """One of several photos of a person: ``picture`` is the square round the face, H×W×3 uint8; ``stranger``: it is
    unlike the others.
    """

    label: str
    picture: Image
    sha256: str = ""
    stranger: bool = False


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo that was read and in which a face was found.

    ``encoded`` is the core's EncodedFace, ``notes`` what reading did that a person may want to know, ``sha256`` that
    of the file (or of pasted pixels), ``alpha`` H×W uint8 of a picture with transparent parts, ``footage`` where it
    moves: ``pixels`` are those of its first frame with a face; ``person``: where there are several photos of the
    person, all of them in the order of ``order.choice.photos``, with ``encoded`` fitted to all.
    """

    order: PhotoOrder
    pixels: Image
    encoded: Any
    notes: tuple[str, ...] = ()
    sha256: str = ""
    footage: Footage | None = None
    alpha: NDArray[np.uint8] | None = None
    person: tuple[Portrait, ...] = ()

    @property
    def chosen(self) -> int:
        """Index of the chosen face in ``encoded.boxes``."""
        boxes = self.encoded.boxes
        return boxes.index(self.encoded.box) if self.encoded.box in boxes else 0


@dataclass(frozen=True, eq=False)
class Faceless:
    """A photo that was read and in which no face was found."""

    order: PhotoOrder
    pixels: Image


@dataclass(frozen=True, eq=False)
class Slot:
    """One of the two photos: what is wanted, what is shown, and why the last wish failed ("" = it did not).

    ``faceless`` is the photo of that wish, where all it lacks is a face; ``looked_at``: how many of the photos of one
    person that are wanted were looked at already.
    """

    wanted: PhotoOrder | None = None
    shown: Photo | None = None
    preview: Image | None = None
    problem: str = ""
    faceless: Faceless | None = None
    looked_at: int = 0

    @property
    def busy(self) -> bool:
        return self.wanted is not None and (self.shown is None or self.shown.order is not self.wanted)
