"""A source and a driving mesh as a generator's inputs, at its resolution and on its device."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..face_model.model import FaceModel
from ..geometry.drawn_mesh import DrawnMesh
from ..geometry.layers import background_plate, reduced_layers
from ..geometry.maps import motion_maps
from ..geometry.paint import hidden_change
from ..geometry.parts import HeadParts
from ..geometry.whole_head import Completion, SourceSides, WholeHead
from ..networks import GeneratorInput, NetworkConfig, SourceFeatures
from ..networks.layers import Layers
from ..regression.person import PersonSegmenter
from ..types import RESOLUTION, Float, Image
from .crop import resize
from .encoded import EncodedFace

_MAPS = {
    "geometric_flow": "flow",
    "visibility": "visibility",
    "head": "head",
    "normals": "normals",
    "source_normals": "source_normals",
}
"""Field of ``GeneratorInput`` → field of ``MotionMaps``."""


@dataclass(frozen=True, eq=False)
class SourceState:
    """What a source gives, whatever drives it: N = 1.

    ``image``     R×R×3 uint8;  ``picture``  1×3×R×R float32 in [0, 1], the same.
    ``mesh``      its mesh, drawn at R;  ``points``  1×n×3, the mesh alone;  ``sides``  what completes
                  its head, where the generator takes from elsewhere what the source hides.
    ``small``, ``full``  its layers at R and at the crop's size, where the generator reads them;  ``features``  its own.
    """

    image: Image
    picture: Tensor
    mesh: DrawnMesh
    points: Tensor
    sides: SourceSides | None = None
    small: Layers | None = None
    full: Layers | None = None
    features: SourceFeatures = ()


class InputMaker:
    """Makes the inputs that a configuration needs."""

    def __init__(self, model: FaceModel, config: NetworkConfig, device: torch.device) -> None:
        self._faces = model.faces
        self._parts = HeadParts.of(model.faces, model.regions)
        self._side, self._needs, self._device = config.resolution, config.needs, device
        self._completion = Completion.of(model, self._parts, self._side) if config.kind == "live" else None
        self._segmenter = PersonSegmenter.load(device) if "person" in config.needs else None

    def source(self, face: EncodedFace) -> SourceState:
        """The source's part, without features."""
        image = face.image if self._side == RESOLUTION else resize(face.image, self._side)
        picture = self._planes(image).to(torch.float32).mul(1 / 255)
        mesh = self._drawn(face.mesh)
        state = SourceState(image, picture, mesh, self._moved(torch.from_numpy(mesh.vertices)[None]))
        if self._segmenter is None:
            return state
        person = self._segmenter.matte(face.image)
        plate = background_plate(face.image, person)
        reduced = reduced_layers(person, plate, self._side)
        sides = None if self._completion is None else self._completion.source(mesh, image, reduced[0])
        small = self._layers(image, *reduced)
        full = small if self._side == RESOLUTION else self._layers(face.image, person, plate)
        return replace(state, small=small, full=full, sides=sides)

    def _layers(self, image: Image, person: Float, plate: Image) -> Layers:
        source, background = (self._planes(each).to(torch.float32).mul(1 / 255) for each in (image, plate))
        return Layers.of(source, self._planes(person), background)

    def inputs(self, source: SourceState, driving_mesh: Float) -> GeneratorInput:
        """For a driving mesh n×3 in pixels of the 256² crop."""
        fields: dict[str, Any] = {}
        if self._needs & _MAPS.keys():
            driving = self._drawn(driving_mesh)
            maps = motion_maps(source.mesh, driving, self._parts)
            found = {name: getattr(maps, _MAPS[name]) for name in self._needs & _MAPS.keys()}
            if "hidden" in self._needs:
                found["hidden"] = hidden_change(source.image, maps.motion, self._faces, self._parts)
            if source.sides is not None and self._completion is not None:
                whole = self._completion.maps(source.sides, driving, maps.motion)
                found["visibility"], found["hidden"] = whole.shown(found["visibility"], found["hidden"])
                found |= fields_of(whole)
            fields = {name: self._planes(each).to(torch.float32) for name, each in found.items()}
        if "driving_mesh" in self._needs:
            points = torch.from_numpy(scaled(driving_mesh, self._side))[None]
            fields |= {"source_mesh": source.points, "driving_mesh": self._moved(points)}
        if source.small is not None:
            fields |= {"person": source.small.person, "background": source.small.background}
        return GeneratorInput(source.picture, **fields)

    def _drawn(self, mesh: Float) -> DrawnMesh:
        return DrawnMesh.draw(scaled(mesh, self._side), self._faces, self._side, self._side)

    def _planes(self, values: np.ndarray) -> Tensor:
        """:func:`planes` on the device."""
        return self._moved(planes(values))

    def _moved(self, tensor: Tensor) -> Tensor:
        return tensor.to(self._device, non_blocking=True)


def planes(values: np.ndarray) -> Tensor:
    """H×W or H×W×C → 1×C×H×W of the same type, a view."""
    tensor = torch.from_numpy(values if values.ndim == 3 else values[..., None])
    return tensor.permute(2, 0, 1)[None]


def fields_of(whole: WholeHead) -> dict[str, Float]:
    """The other half and the back, R×R or R×R×2, by the names that ``GeneratorInput`` has for them; none for None."""
    found: dict[str, Float] = {}
    if whole.other is not None:
        found |= {"other_flow": whole.other.flow, "other_share": whole.other.share, "other_known": whole.other.known}
    if whole.back is not None:
        found |= {"back_flow": whole.back.flow, "back_share": whole.back.share, "back_seam": whole.back.seam}
    return found


def scaled(mesh: Float, side: int) -> Float:
    """A mesh in pixels of the 256² crop → in pixels of a crop of ``side``."""
    factor = side / RESOLUTION
    shift = (factor - 1) / 2
    return np.asarray(mesh * np.float32(factor) + np.array([shift, shift, 0], np.float32), np.float32)
