"""What the workers need of the core.  ``core_engine`` is the real one; tests bring their own."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import MimeshError
from core.media.open_input import quoted
from core.provenance.marks import Marks
from core.types import Controls, Float, Image, RenderResult

from ..batches import BatchResult
from ..choice import Frame, Origin, Region
from ..exports import SweepOrder
from ..rendering import Reading
from ..roles import Role
from ..sentences import tr_sentence
from ..tr import tr
from .moving import OpensDrivers

log = logging.getLogger(__name__)


class Engine(OpensDrivers, Protocol):
    """The core as the window sees it.  Every method may be called from any worker thread."""

    @property
    def device(self) -> str: ...
    @property
    def backend(self) -> str: ...
    @property
    def notice(self) -> str: ...
    @property
    def faces(self) -> NDArray[np.int32]: ...
    @property
    def units(self) -> tuple[str, ...]: ...
    @property
    def paint(self) -> NDArray[np.float32]: ...

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the models that could draw instead."""
        ...

    def with_model(self, name: str) -> Engine: ...
    def encode(self, role: Role, pixels: Image, face: int | Frame | None, crop: Region | None) -> Any: ...
    def aside(self, face: Any) -> Any:
        """An encoded face without its full picture: enough to be fitted together with others."""
        ...

    def fit_person(self, faces: Sequence[Any], main: int) -> Any:
        """``faces[main]``, with the shape of the face fitted to all of them."""
        ...

    def strangers(self, faces: Sequence[Any], main: int) -> tuple[bool, ...]:
        """Which of ``faces`` are someone else's."""
        ...

    def rest(self, source: Any) -> None:
        """Nothing else is wanted: make ready for what may be next with this source."""
        ...

    def render(self, source: Any, driving: Any, controls: Controls, draft: bool) -> RenderResult:
        """``draft``: the picture is seen for a moment only, and may be drawn less finely where that is faster."""
        ...

    def paste_back(self, source: Any, output: RenderResult) -> Image: ...
    def readings(self, source: Any, driving: Any, output: RenderResult) -> tuple[Reading, ...]: ...
    def flow_picture(self, flow: Float) -> tuple[Image, float]: ...
    def flow_wheel(self, side: int) -> Image: ...
    def marked(self, image: Image, marks: Marks) -> Image: ...
    def save_image(
        self, path: Path, image: Image, marks: Marks, quality: int, alpha: NDArray[np.uint8] | None = None
    ) -> None: ...
    def save_sheet(
        self, path: Path, source: Any, driving: Any, output: RenderResult, marks: Marks, quality: int
    ) -> None: ...
    def save_meshes(self, path: Path, output: RenderResult) -> None: ...
    def save_flow(self, path: Path, output: RenderResult) -> None: ...
    def save_coefficients(
        self, path: Path, source: Any, driving: Any, output: RenderResult, controls: Controls
    ) -> None: ...
    def run_batch(
        self,
        pairs: list[tuple[Path, Path]],
        folder: Path,
        controls: Controls,
        on_progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
        marks: Marks,
        neutral: Path | None = None,
    ) -> BatchResult:
        """Every pair into ``folder``, with ``controls``; relative to the driver's photo ``neutral``, if there is one.

        Raises InputError where that cannot be used, OutputError, Cancelled.
        """
        ...

    def save_sweep(
        self,
        path: Path,
        order: SweepOrder,
        on_progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> None: ...


@dataclass(frozen=True, eq=False)
class Read:
    """Pixels (H×W×3 uint8 RGB) of an origin, notes for people, and the SHA-256 of the file or the pixels.

    ``alpha`` H×W uint8 where parts are transparent, which ``pixels`` show on white.
    """

    pixels: Image
    notes: tuple[str, ...] = ()
    sha256: str = ""
    alpha: NDArray[np.uint8] | None = None


Reader = Callable[[Origin], Read]
Loader = Callable[[], Engine]


def in_words(error: BaseException, path: Path | None = None) -> str:
    """An error as a sentence for people.  What the core did not foresee is logged with its traceback.

    ``path``: the file it is about; the window names it, and its folder, without the way there.
    """
    if isinstance(error, MimeshError):
        text = tr_sentence(str(error))
        return text if path is None else _shorter(text, path)
    log.error("unexpected", exc_info=error)
    if isinstance(error, MemoryError):
        return tr("There is not enough memory for this; close other programs or use a smaller image.")
    if isinstance(error, ImportError):
        name = error.name or str(error)
        return tr("A library cannot be loaded ({name}); run “make setup”, then try again.", name=name)
    what = f"{type(error).__name__}: {error}"
    return tr("This should not have happened ({what}); please report it.", what=what)


def _shorter(text: str, path: Path) -> str:
    real = Path(os.path.realpath(path))
    for long in (path, real, path.parent, real.parent):
        if long.name:
            text = text.replace(quoted(long), quoted(long.name))
    return text
