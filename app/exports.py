"""What a result can be written as."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.provenance.marks import ALL_MARKS, Marks
from core.types import Controls

from .clip import Clip
from .rendering import RenderReply
from .slot import Photo
from .tr import later

if TYPE_CHECKING:
    from .workers.engine import Engine

KindName = Literal["image", "full", "sweep", "film", "sheet", "meshes", "flow", "coefficients"]
PICTURES = (".png", ".jpg", ".webp")
ANIMATIONS = (".gif", ".mp4", ".webp")
FILMS = (".mp4", ".gif", ".webp")
QUALITY = 95
QUALITIES, FRAMES, RATES = (1, 100), (2, 600), (1, 60)
"""Lowest and highest quality; frames of a sweep; frames a second."""


@dataclass(frozen=True)
class Kind:
    """``words`` and ``tip`` for people, the first of ``suffixes`` unless another is chosen, ``ending`` of the name."""

    name: KindName
    words: str
    tip: str
    suffixes: tuple[str, ...]
    ending: str = ""

    def files(self, path: Path) -> tuple[Path, ...]:
        """The files that writing it to ``path`` makes."""
        if self.name != "meshes":
            return (path,)
        return tuple(path.with_name(f"{path.stem}_{which}{path.suffix}") for which in ("source", "driving"))


KINDS = (
    Kind("image", later("Result"), later("The face, 256 × 256 pixels"), PICTURES),
    Kind("full", later("Full photo"), later("The source photo at its own size, with the new face"), PICTURES, "_full"),
    Kind("sweep", later("Animation"), later("From the source to the present setting and back"), ANIMATIONS, "_sweep"),
    Kind("film", later("Driven film"), later("Frame by frame as the driver moves, between the marks"), FILMS, "_film"),
    Kind("sheet", later("All panels on one sheet"),
         later("Source, driver, both meshes, flow, visibility and result in one labelled picture"),
         PICTURES, "_panels"),
    Kind("meshes", later("Both meshes"), later("The source's mesh and the moved one, for 3-D programs: two files"),
         (".glb", ".obj", ".ply"), "_mesh"),
    Kind("flow", later("Flow"), later("Backward flow in pixels, as in the Middlebury benchmark"), (".flo",)),
    Kind("coefficients", later("Coefficients"), later("Identity, the named expression units and the pose, as numbers"),
         (".json",)),
)  # fmt: skip
KIND: dict[KindName, Kind] = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A result as it stood when its export was asked for.  ``left_out`` ends the sentence that says it was saved,
    ``clip``: marks and motion of a driver that moves, None for one that does not.
    """

    engine: Engine
    source: Photo
    driving: Photo
    reply: RenderReply
    marks: Marks = ALL_MARKS
    left_out: str = ""
    clip: Clip | None = None

    @property
    def stem(self) -> str:
        """What files made of it are called at first."""
        return f"{Path(self.source.order.label).stem}__{Path(self.driving.order.label).stem}"


@dataclass(frozen=True)
class Sweep:
    """How many frames from the source to the present setting, how fast, and whether back again."""

    frames: int = 21
    fps: int = 20
    there_and_back: bool = True


@dataclass(frozen=True, eq=False)
class SweepOrder:
    """An animation to be made of a ``source`` and a ``driving`` face (EncodedFace), ending with ``controls``."""

    source: Any
    driving: Any
    controls: Controls
    sweep: Sweep
    marks: Marks


@dataclass(frozen=True)
class Wishes:
    """What the export dialog was left with: ``chosen`` kinds, the suffix of each kind, quality, sweep, and where to.

    ``moves``: the driver does; without that there is no film to write.
    """

    chosen: tuple[KindName, ...] = ("image",)
    suffixes: tuple[tuple[KindName, str], ...] = ()
    quality: int = QUALITY
    sweep: Sweep = Sweep()
    folder: Path | None = None
    stem: str = ""
    moves: bool = False

    def suffix(self, kind: Kind) -> str:
        """The chosen suffix of a kind."""
        found = dict(self.suffixes).get(kind.name, "")
        return found if found in kind.suffixes else kind.suffixes[0]

    def saved_as(self, name: KindName, path: Path) -> Wishes:
        """The same for next time, after a result was saved as ``path`` without this dialog."""
        kept = tuple(pair for pair in self.suffixes if pair[0] != name)
        return replace(self, folder=path.parent, suffixes=(*kept, (name, path.suffix)))

    def targets(self) -> list[tuple[Kind, Path]]:
        """What is to be written, and where to."""
        folder = self.folder or Path.home()
        wanted = [kind for kind in KINDS if kind.name in self.chosen and (self.moves or kind.name != "film")]
        return [(kind, folder / f"{self.stem}{kind.ending}{self.suffix(kind)}") for kind in wanted]

    def files(self) -> list[Path]:
        """All files that will be written."""
        return [path for kind, target in self.targets() for path in kind.files(target)]
