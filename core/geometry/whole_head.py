"""What completes a head that a photo shows only in part: its other half, and its back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..face_model.model import FaceModel
from ..types import Float, Image
from .alike import alike
from .back_of_head import BackOfHead, SourceBack, back_of_head
from .drawn_mesh import DrawnMesh
from .flow import GeometricFlow
from .fragments import Indices
from .other_side import OtherSide, other_side, swapped
from .parts import HeadParts
from .stand_ins import StandIns


@dataclass(frozen=True, eq=False)
class SourceSides:
    """What a source gives, whatever drives it: its mesh with its sides swapped, how far each vertex may be drawn as its
    counterpart, (n,) in [0, 1], and its back."""

    swapped: DrawnMesh
    alike: Float
    back: SourceBack | None


@dataclass(frozen=True, eq=False)
class WholeHead:
    """Of one pair of meshes; None = nothing is taken from there."""

    other: OtherSide | None
    back: BackOfHead | None

    def shown(self, visibility: Float, hidden: Float) -> tuple[Float, Float]:
        """Visibility H×W and the change of what is hidden H×W×3, now that the other half shows a part of it."""
        if self.other is None:
            return visibility, hidden
        share = self.other.share
        return np.minimum(visibility + share, 1), hidden * (1 - share)[..., None]


@dataclass(frozen=True, eq=False)
class Completion:
    """A face model's part in it, for pictures of ``side`` pixels."""

    faces: Indices
    counterparts: Indices
    stand_ins: StandIns | None
    parts: HeadParts
    side: int

    @staticmethod
    def of(model: FaceModel, parts: HeadParts, side: int) -> Completion | None:
        """None for a model whose symmetry is not known."""
        if model.symmetry is None:
            return None
        stand_ins = StandIns.of(model.mean, model.faces, model.regions)
        return Completion(model.faces, model.symmetry.vertices, stand_ins, parts, side)

    def source(self, mesh: DrawnMesh, image: Image, person: Float) -> SourceSides:
        """For a source's posed mesh, its picture side×side×3 and where that shows the person, side×side in [0, 1]."""
        back = None
        if self.stand_ins is not None:
            back = SourceBack.of(mesh, self.counterparts, person, self.stand_ins)
        other = swapped(mesh.vertices, self.faces, self.counterparts, self.side)
        return SourceSides(other, alike(image, mesh, other, self.counterparts), back)

    def maps(self, source: SourceSides, driving: DrawnMesh, motion: GeometricFlow) -> WholeHead:
        """For a driving mesh and the motion to it from the source."""
        other = other_side(source.swapped, source.alike, driving, motion, self.parts)
        back = None
        if source.back is not None and self.stand_ins is not None:
            back = back_of_head(source.back, driving, self.stand_ins)
        return WholeHead(other if other.share.any() else None, back if back is not None and back.share.any() else None)
