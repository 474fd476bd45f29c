"""What the geometry tells a network about a pair of meshes, in training and in use alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .drawn_mesh import DrawnMesh
from .flow import GeometricFlow, flow_between
from .parts import HeadParts


@dataclass(frozen=True)
class MotionMaps:
    """Maps of H×W at the meshes' resolution, as ``GeneratorInput`` describes them.

    ``flow``, ``exact``  H×W×2 float32: the smooth field and the mesh's own motion inside the head.
    ``visibility``       H×W float32 in [0, 1];  ``head``  H×W bool.
    ``normals``, ``source_normals``  H×W×3 float32 in [−1, 1], of the driving and the source mesh.
    ``motion``           what they were taken from.
    """

    flow: Float
    exact: Float
    visibility: Float
    head: NDArray[np.bool_]
    normals: Float
    source_normals: Float
    motion: GeometricFlow


def motion_maps(source: DrawnMesh, driving: DrawnMesh, parts: HeadParts) -> MotionMaps:
    """Maps of two posed meshes that are drawn into pictures of one size."""
    motion = flow_between(source, driving, parts=parts)
    normals = driving.normal_map, source.normal_map
    return MotionMaps(motion.flow, motion.exact, motion.visibility, motion.head, *normals, motion)
