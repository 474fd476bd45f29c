"""A face model's meshes and motion maps at the resolution of a training."""

from __future__ import annotations

from ..face_model.model import FaceModel
from ..geometry.drawn_mesh import DrawnMesh
from ..geometry.maps import MotionMaps, motion_maps
from ..geometry.parts import HeadParts
from ..geometry.whole_head import Completion, WholeHead
from ..regression.pose import apply, transform_pixels
from ..types import RESOLUTION, Coefficients, Float, Image


class Geometry:
    """A face model with what its flow needs; meshes and maps at one resolution."""

    def __init__(self, model: FaceModel, resolution: int) -> None:
        self.model, self.resolution = model, resolution
        self.parts = HeadParts.of(model.faces, model.regions)
        self.completion = Completion.of(model, self.parts, resolution)

    def mesh(self, coefficients: Coefficients) -> Float:
        """n×3 float32 posed mesh (Eq. 1)."""
        return apply(coefficients.pose, self.model.vertices(coefficients.identity, coefficients.expression))

    def scaled(self, coefficients: Coefficients, resolution: int = RESOLUTION) -> Coefficients:
        """Coefficients in pixels of a crop of ``resolution`` → in pixels of this resolution."""
        factor = self.resolution / resolution
        pose = transform_pixels(coefficients.pose, factor, ((factor - 1) / 2, (factor - 1) / 2))
        return Coefficients(coefficients.identity, coefficients.expression, pose)

    def maps(self, source: Float, driving: Float) -> MotionMaps:
        """Maps of two posed meshes n×3 in pixels of this resolution."""
        return motion_maps(self._drawn(source), self._drawn(driving), self.parts)

    def completed(self, source: Float, driving: Float, image: Image, person: Float) -> tuple[MotionMaps, WholeHead]:
        """:meth:`maps`, and what completes a head that ``image`` shows, the ``person`` (R×R in [0, 1]) in it."""
        drawn = self._drawn(source), self._drawn(driving)
        maps = motion_maps(*drawn, self.parts)
        if self.completion is None:
            return maps, WholeHead(None, None)
        return maps, self.completion.maps(self.completion.source(drawn[0], image, person), drawn[1], maps.motion)

    def _drawn(self, mesh: Float) -> DrawnMesh:
        return DrawnMesh.draw(mesh, self.model.faces, self.resolution, self.resolution)
