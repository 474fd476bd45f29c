"""What turns a source and a driving mesh into a picture.  Geometry and networks stand behind the same door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..types import Float, Image
from .encoded import EncodedFace


@dataclass(frozen=True)
class Motion:
    """A backend's answer; the fields are those of :class:`core.types.RenderResult`."""

    image: Image
    warped: Image
    flow: Float
    occlusion: Float
    timings_ms: dict[str, float]
    flow_mask: Float | None = None


class Backend(Protocol):
    """``name`` is for people, ``computes_in`` a number format, ``parameters`` how many numbers were learned.

    ``reenact`` gives the picture for a driving mesh (n×3, pixels of the source's crop), from any thread.
    """

    name: str
    computes_in: str
    parameters: int

    def reenact(self, source: EncodedFace, driving_mesh: Float) -> Motion: ...
