"""Pairs as tensors: packed in the worker processes, unpacked to floats where the network is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..face_model.model import FaceModel
from ..networks import GeneratorInput
from ..types import N_EXPRESSION, N_IDENTITY, Float
from .motion_pair import MotionPair
from .pair import Pair, names

Packed = dict[str, Tensor]
"""Fields of ``Pair`` or ``MotionPair`` stacked, in small types, with ``source_mesh`` and ``driving_mesh`` where they
are needed."""


class Batch(NamedTuple):
    """N examples as float32 tensors.  Those of random motion have no pictures: these, and maps that only pictures have,
    are of side 0.

    ``inputs``   what the generator takes.
    ``target``   N×3×R×R in [0, 1], the real picture it should give.
    ``driving``  N×113 coefficients, p in pixels of R.
    ``rois``     N×4, the target's face for the landmark net.
    ``exact``    N×2×R×R pixels, the mesh's own motion inside the head.
    ``pseudo``   N bool.
    """

    inputs: GeneratorInput
    target: Tensor
    driving: Tensor
    rois: Tensor
    exact: Tensor
    pseudo: Tensor


def pack(pairs: Sequence[Pair | MotionPair], model: FaceModel, meshes: bool) -> Packed:
    """Stack pairs; ``meshes`` adds the posed meshes N×n×3 of both."""
    packed = {name: torch.from_numpy(np.stack([getattr(pair, name) for pair in pairs])) for name in names(pairs[0])}
    if meshes:
        for which in ("source", "driving"):
            vectors = packed[f"{which}_coefficients"].numpy()
            packed[f"{which}_mesh"] = torch.from_numpy(posed_meshes(model, vectors))
    return packed


def posed_meshes(model: FaceModel, vectors: Float) -> Float:
    """N×113 coefficients → N×n×3 float32 in their pixels."""
    shapes = model.vertices(vectors[:, :N_IDENTITY], vectors[:, N_IDENTITY : N_IDENTITY + N_EXPRESSION])
    matrices = vectors[:, N_IDENTITY + N_EXPRESSION :].reshape(-1, 3, 4)
    posed = np.einsum("nvd,nad->nva", shapes, matrices[:, :, :3], optimize=True) + matrices[:, None, :, 3]
    return np.asarray(posed, np.float32)


def unpack(packed: Packed, device: torch.device | str = "cpu") -> Batch:
    """Floats on ``device``."""
    moved = {name: tensor.to(device, non_blocking=True) for name, tensor in packed.items()}

    count = len(moved["driving_coefficients"])
    nothing = moved["driving_coefficients"].new_zeros((count, 0, 0, 3))

    def planes(name: str, scale: float = 1.0) -> Tensor:
        values = moved.get(name, nothing)
        values = values.permute(0, 3, 1, 2) if values.dim() == 4 else values[:, None]
        return values.to(torch.float32).mul(scale).contiguous()

    inputs = GeneratorInput(
        source=planes("source", 1 / 255),
        source_mesh=moved.get("source_mesh"),
        driving_mesh=moved.get("driving_mesh"),
        geometric_flow=planes("flow"),
        visibility=planes("visibility", 1 / 255),
        head=planes("head"),
        normals=planes("normals", 1 / 127),
        source_normals=planes("source_normals", 1 / 127),
        hidden=planes("hidden", 1 / 127),
        person=planes("person", 1 / 255),
        background=planes("background", 1 / 255),
        other_flow=planes("other_flow"),
        other_share=planes("other_share", 1 / 255),
        other_known=planes("other_known", 1 / 255),
        back_flow=planes("back_flow"),
        back_share=planes("back_share", 1 / 255),
        back_seam=planes("back_seam", 1 / 255),
    )
    pseudo = moved.get("pseudo", nothing.new_zeros(count)).bool()
    target, exact = planes("target", 1 / 255), planes("exact")
    return Batch(
        inputs, target, moved["driving_coefficients"], moved.get("roi", nothing.new_zeros((count, 4))), exact, pseudo
    )
