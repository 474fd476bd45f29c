"""Frozen values that travel between session, presenters and workers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.types import Controls, Image

from .choice import Origin, PhotoChoice
from .look import MeshLook, Turn

if TYPE_CHECKING:
    from core.types import RenderResult

    from .clip import Clip
    from .workers.engine import Engine

Role = Literal["source", "driving"]
ROLES: tuple[Role, Role] = ("source", "driving")
Mode = Literal["both", "pose", "expression"]
ALPHA_MAX = 1.5


def other(role: Role) -> Role:
    return "driving" if role == "source" else "source"


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
class Footage:
    """A driver that moves.  ``times`` (n,): seconds since the first frame; ``fps``: on average; ``pictures``: the files
    of a folder, () for a film; ``seen_first``: the frame in which all faces were looked for.
    """

    times: NDArray[np.float64]
    fps: float
    pictures: tuple[Path, ...] = ()
    seen_first: int = 0

    @property
    def count(self) -> int:
        return len(self.times)

    @property
    def step(self) -> float:
        """Seconds a frame lasts."""
        return 1.0 / self.fps


@dataclass(frozen=True, eq=False)
class SeenFrame:
    """A frame of a driver that moves, as it was looked at.  ``order``: of the film, None = of the camera;
    ``encoded``: the core's EncodedFace, None = no face, and ``note`` says so.
    """

    order: PhotoOrder | None
    number: int
    pixels: Image
    encoded: Any = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """A picture of the camera.  ``run``: since it was switched on or mirrored, frames belong together."""

    run: int
    number: int
    seconds: float
    pixels: Image


@dataclass(frozen=True)
class CameraState:
    """``on``: from when it was asked for until it was stopped; ``live``: its pictures come.

    ``device``: address of the one in use, "" = the first there is; ``devices``: (address, name) of all;
    ``neutral``: the picture that relative motion starts from, None = the first.
    """

    on: bool = False
    live: bool = False
    run: int = 0
    device: str = ""
    devices: tuple[tuple[str, str], ...] = ()
    mirror: bool = True
    neutral: int | None = None

    @property
    def name(self) -> str:
        return dict(self.devices).get(self.device, "")


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


@dataclass(frozen=True, eq=False)
class RenderRequest:
    """A snapshot of everything a render depends on.

    ``clip``: the frame of a driver that moves, and how; ``live``: the camera's picture, which then drives;
    ``playing``: another frame follows at once.
    """

    number: int
    source: PhotoOrder | None
    driving: PhotoOrder | None
    controls: Controls
    clip: Clip | None = None
    live: LiveFrame | None = None
    playing: bool = False


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
