"""What a turned head hides, from the other half of the same face: faces are nearly symmetrical.

A photo of a head that is turned does not show its far cheek, ear and temple; a driver who looks at the camera does.
Each point of the surface has a counterpart on the other side, which such a photo shows all the better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ..types import Float
from .disc import disc
from .drawn_mesh import DrawnMesh
from .flow import GeometricFlow
from .fragments import Indices
from .parts import HeadParts
from .rasterise import part_mask
from .visibility import visibility, within

Counterparts: TypeAlias = NDArray[np.int32]
"""(n,) index of each vertex's counterpart: :class:`core.face_model.symmetry.Symmetry`."""

_NARROW = 0.03
"""Of the side: narrower parts (a nostril, a lid) are left as they are."""

_ROUNDING = 0.02
"""Of the visibility, by which a head that looks at the camera is not quite symmetrical."""

_GROWN = 0.024
"""Of the side: so far into what is shown the other half is drawn, for the last of a cheek that turns away is its
outline, a line that would stand in the middle of the face."""

_SOFT = 0.008
"""Of the side: the standard deviation by which the two halves are blended."""


@dataclass(frozen=True)
class OtherSide:
    """Maps H×W on the driving head.

    ``flow``   H×W×2 float32 in pixels, x then y: from each pixel to its counterpart in the source; 0 outside the head.
    ``share``  H×W float32 in [0, 1]: how much of the picture comes from there; 0 where the source shows the point
               itself as well as its counterpart, in the mouth, on the neck and outside the head.
    ``known``  H×W float32 in [0, 1]: where the source shows both.
    """

    flow: Float
    share: Float
    known: Float


def swapped(mesh: Float, faces: Indices, counterparts: Counterparts, side: int) -> DrawnMesh:
    """A posed mesh (n×3 in pixels) whose every vertex stands where its counterpart is: the same head, drawn into
    side×side pixels, with its sides named the other way round."""
    return DrawnMesh.draw(mesh[counterparts], np.ascontiguousarray(faces[:, ::-1]), side, side)


def other_side(
    source: DrawnMesh, alike: Float, driving: DrawnMesh, motion: GeometricFlow, parts: HeadParts
) -> OtherSide:
    """For a source that is :func:`swapped`, how far its vertices may be drawn as their counterparts
    (:func:`core.geometry.alike.alike`), a driving mesh and the motion between the two as they are."""
    side = driving.shape[0]
    apart = (source.vertices - driving.vertices)[:, :2]
    carried = driving.spread(driving.carried(np.column_stack([apart, parts.hold, alike])))
    flow, hold = np.ascontiguousarray(carried[..., :2]), carried[..., 2]
    left_alone = part_mask(driving.raster, driving.faces, parts.interior) | ~motion.head
    firm = np.where(left_alone, 0, hold * hold).astype(np.float32)
    counterpart = visibility(driving, source, flow)
    better = np.clip(counterpart - motion.visibility - _ROUNDING, 0, 1) * firm * carried[..., 3]
    known = np.asarray(counterpart * motion.visibility * firm, np.float32)
    if not better.any():
        return OtherSide(flow, better, known)
    share = cv2.resize(_wide(better), (side, side)) * firm * within(motion.head, 5)
    return OtherSide(flow, np.asarray(share, np.float32), known)


def _wide(better: Float) -> Float:
    """H/2×W/2: without narrow parts, grown, and blended at the edges; at half the side, for speed."""
    half = cv2.resize(better, (better.shape[1] // 2, better.shape[0] // 2), interpolation=cv2.INTER_AREA)
    narrow, grown = (disc(max(1, round(share * half.shape[0]))) for share in (_NARROW / 2, _GROWN))
    wide = cv2.dilate(cv2.morphologyEx(half, cv2.MORPH_OPEN, narrow), grown)
    return np.asarray(cv2.GaussianBlur(wide, (0, 0), _SOFT * half.shape[0]), np.float32)
