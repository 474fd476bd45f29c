"""What is asked of the core and of the mesh renderer, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.types import Controls, Image

from .footage import LiveFrame
from .look import MeshLook, Turn
from .slot import PhotoOrder

if TYPE_CHECKING:
    from core.types import RenderResult

    from .clip import Clip
    from .workers.engine import Engine


@dataclass(frozen=True, eq=False)
class RenderRequest:
    """A snapshot of everything a render depends on.

    ``clip``: the frame of a driver that moves, and how; ``live``: the camera's picture, which then drives;
    ``playing``: another frame follows at once; ``held``: a control is held, so another value may follow.
    """

    number: int
    source: PhotoOrder | None
    driving: PhotoOrder | None
    controls: Controls
    clip: Clip | None = None
    live: LiveFrame | None = None
    playing: bool = False
    held: bool = False

    @property
    def passing(self) -> bool:
        """Whether the picture is seen for a moment only, until the next one or the final one."""
        return self.playing or self.held


@dataclass(frozen=True, eq=False)
class Reading:
    """Coefficients as people read them: (e,) float32 activations in the order of the engine's units, and degrees."""

    expression: NDArray[np.float32]
    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, eq=False)
class RenderReply:
    """What came of a request.  ``flow_picture`` is the flow as colours, ``flow_reach`` the pixels of full colour,
    ``readings`` the coefficients of source, driver and result, ``driving`` the EncodedFace that drove, ``frame`` its
    number where the driver moves.
    """

    request: RenderRequest
    output: RenderResult
    flow_picture: Image
    flow_reach: float
    milliseconds: float
    readings: tuple[Reading, ...] = ()
    driving: Any = None
    frame: int | None = None


@dataclass(frozen=True, eq=False)
class MeshRequest:
    """Both meshes (n×3 float32, crop pixels), triangles (m×3), the colours of their vertices (n×3 float32 each, in
    [0, 1]), how to draw and to look at them, and for the look "photo" what lies behind them (the crops, H×W×3 uint8).
    """

    number: int
    source: NDArray[np.float32]
    driving: NDArray[np.float32]
    faces: NDArray[np.int32]
    colours: tuple[NDArray[np.float32], NDArray[np.float32]]
    look: MeshLook
    turn: Turn
    width: int
    height: int
    background: tuple[int, int, int]
    photos: tuple[Image, ...] = ()


@dataclass(frozen=True, eq=False)
class EngineState:
    """The loaded core, or why there is none.  ``wheel`` is the legend of the flow colours."""

    engine: Engine | None = None
    wheel: Image | None = None
    problem: str = ""

    @property
    def device(self) -> str:
        return self.engine.device if self.engine else ""
