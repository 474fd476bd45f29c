"""The geometric backend: exact flow between the two meshes, no training.  The honest floor, and the fall-back."""

from __future__ import annotations

from ..face_model.model import FaceModel
from ..geometry.flow import geometric_flow
from ..geometry.paint import paint_hidden
from ..geometry.parts import HeadParts
from ..geometry.warp import warp
from ..types import RESOLUTION, Float
from .backend import Motion
from .encoded import EncodedFace
from .stopwatch import Stopwatch


class GeometricBackend:
    """Warps the source by the flow that carries the driving mesh onto the source mesh; paints lids and mouth."""

    name = "geometric flow"

    def __init__(self, model: FaceModel) -> None:
        self._faces = model.faces
        self._parts = HeadParts.of(model.faces, model.regions)

    def reenact(self, source: EncodedFace, driving_mesh: Float) -> Motion:
        watch = Stopwatch()
        with watch.stage("motion"):
            motion = geometric_flow(source.mesh, driving_mesh, self._faces, RESOLUTION, RESOLUTION, parts=self._parts)
        with watch.stage("warp"):
            warped = warp(source.image, motion.flow)
        with watch.stage("decode"):
            image = paint_hidden(warped, motion, self._faces, self._parts)
        return Motion(image, motion.flow, motion.visibility, watch.times_ms)
