"""What the core worker needs of a driver that moves.  ``core_driver`` is the real one; tests bring their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from core.types import Image

from ..choice import Frame
from ..clip import Clip, FilmOrder
from ..footage import Footage
from ..progress import OnProgress, ShouldStop


class MovingDriver(Protocol):
    """A film, a folder of pictures or a camera that drives.  For one thread."""

    @property
    def footage(self) -> Footage:
        """What there is of it; of a camera, nothing."""

    @property
    def notes(self) -> Sequence[str]: ...

    def picture(self, number: int) -> Image | None:
        """Frame ``number`` of a film; None where it cannot be decoded.  Raises InputError."""

    def see(self, number: int, seconds: float, pixels: Image) -> Any:
        """The EncodedFace of a frame; one that was looked at before costs nothing.  Raises NoFaceError."""

    def knows(self, number: int) -> bool:
        """Whether it was looked at, with a face in it."""

    def driving(self, seen: Any, number: int, source: Any, clip: Clip) -> Any:
        """``seen`` as it drives ``source``: smoothed over the frames known, relative where ``clip`` says so.

        Raises NoFaceError where the neutral frame shows no face.
        """

    def near(self, number: int, smoothing: float) -> list[int]:
        """Frames of a film that smoothing mixes into ``number``."""

    def close(self) -> None: ...


class OpensDrivers(Protocol):
    """The part of the engine that opens them."""

    def open_driver(self, path: Path, face: int | Frame | None) -> MovingDriver | None:
        """A film, animation or folder; None for what does not move.  Raises InputError, NoFaceError."""

    def open_camera(self) -> MovingDriver: ...

    def save_film(
        self,
        path: Path,
        film: FilmOrder,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> None:
        """Write every frame between the marks to ``path``.  Raises InputError, OutputError, Cancelled."""
