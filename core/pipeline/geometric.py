"""The geometric backend: exact flow between the two meshes, no training.  The honest floor, and the fall-back."""

from __future__ import annotations

from ..face_model.model import FaceModel
from ..geometry.drawn_mesh import DrawnMesh
from ..geometry.flow import flow_between
from ..geometry.paint import paint_hidden
from ..geometry.parts import HeadParts
from ..geometry.warp import warp
from ..types import RESOLUTION, Float
from .backend import Motion
from .encoded import EncodedFace
from .source_cache import SourceCache
from .stopwatch import Stopwatch


class GeometricBackend:
    """Warps the source by the flow that carries the driving mesh onto the source mesh; paints lids and mouth."""

    name = "geometric flow"
    computes_in = "float32"
    parameters = 0

    def __init__(self, model: FaceModel) -> None:
        self._faces = model.faces
        self._parts = HeadParts.of(model.faces, model.regions)
        self._sources: SourceCache[DrawnMesh] = SourceCache()

    def reenact(self, source: EncodedFace, driving_mesh: Float) -> Motion:
        watch = Stopwatch()
        with watch.stage("motion"):
            drawn = self._sources.get(source, lambda: self._draw(source.mesh))
            motion = flow_between(drawn, self._draw(driving_mesh), parts=self._parts)
        with watch.stage("warp"):
            warped = warp(source.image, motion.flow)
        with watch.stage("decode"):
            image = paint_hidden(warped, motion, self._faces, self._parts)
        return Motion(image, warped, motion.flow, motion.visibility, watch.finish())

    def _draw(self, mesh: Float) -> DrawnMesh:
        return DrawnMesh.draw(mesh, self._faces, RESOLUTION, RESOLUTION)
