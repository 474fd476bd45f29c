"""Plain values that cross module borders.  All are frozen; arrays inside them are not to be written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import Literal, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from .brief import brief
from .edits import NO_EDITS, Edits
from .errors import InputError

Image: TypeAlias = NDArray[np.uint8]  # H×W×3, RGB
Float: TypeAlias = NDArray[np.float32]

N_IDENTITY = 50
N_EXPRESSION = 51
N_POSE = 12

RESOLUTION = 256
"""Side of the square crop that is reenacted, in pixels."""

Placement = Literal["source", "driving"]


@dataclass(frozen=True)
class Box:
    """Axis-aligned box: top-left corner, width and height in pixels (corner coordinates, see conventions.md)."""

    x: float
    y: float
    width: float
    height: float
    score: float = 1.0

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def area(self) -> float:
        return self.width * self.height


@dataclass(frozen=True)
class Detection:
    """One face found: its box and the detector's six key points.

    ``keypoints`` is 6×2 float32 in pixels: the image's left eye (the person's right), right eye, nose tip, mouth
    centre, left ear, right ear.
    """

    box: Box
    keypoints: Float


@dataclass(frozen=True)
class Coefficients:
    """c = (c_i, c_e, p), paper section 3.1.

    ``identity``   (50,) float32, in standard deviations of the basis.
    ``expression`` (51,) float32, activation of each named unit; 0 = rest, 1 = full, at most 1.3.
    ``pose``       (12,) float32, the 3×4 matrix [s·F·R | t] in rows, model frame → pixels (see conventions.md).
    """

    identity: Float
    expression: Float
    pose: Float

    @property
    def matrix(self) -> Float:
        """The pose as a 3×4 matrix."""
        return self.pose.reshape(3, 4)

    @property
    def vector(self) -> Float:
        """(113,) float32: identity, expression, pose."""
        return np.concatenate([self.identity, self.expression, self.pose]).astype(np.float32)

    @staticmethod
    def from_vector(vector: Float) -> Coefficients:
        """Inverse of :attr:`vector`."""
        v = np.asarray(vector, np.float32)
        return Coefficients(v[:N_IDENTITY], v[N_IDENTITY : N_IDENTITY + N_EXPRESSION], v[N_IDENTITY + N_EXPRESSION :])


@dataclass(frozen=True)
class Crop:
    """Square region of an image, in its pixels: centre (corner coordinates) and side."""

    cx: float
    cy: float
    size: float


ALPHA_RANGE = (0.0, 1.5)
"""Of ``Controls.pose`` and ``.expression``."""


@dataclass(frozen=True)
class Controls:
    """What a render is asked for.

    ``pose``, ``expression``  α of each: 0 = source, 1 = driver, up to 1.5 extrapolates.
    ``placement``             "source" keeps the source's scale and translation; "driving" takes the driver's
                              (the paper's absolute setting, for frames of one person in one crop).
    ``edits``                 what is changed by hand on top of that.
    """

    pose: float = 1.0
    expression: float = 1.0
    placement: Placement = "source"
    edits: Edits = NO_EDITS

    def __post_init__(self) -> None:
        low, high = ALPHA_RANGE
        for name in ("pose", "expression"):
            value = getattr(self, name)
            if not isinstance(value, Real) or isinstance(value, bool) or not low <= cast(float, value) <= high:
                raise InputError(f"{name} must be a number from {low:g} to {high:g}, not {brief(value)}.")
        if self.placement not in ("source", "driving"):
            raise InputError(f"placement must be 'source' or 'driving', not {brief(self.placement)}.")
        if not isinstance(self.edits, Edits):
            raise InputError(f"edits must be Edits, not {brief(self.edits)}.")


@dataclass(frozen=True)
class RenderResult:
    """What a render gives back; every map has the resolution of the crop (256×256).

    ``image``         H×W×3 uint8 RGB.
    ``warped``        H×W×3 uint8 RGB, the source warped by ``flow``, before anything is painted.
    ``flow``          H×W×2 float32, backward flow in pixels (x, y): output pixel q takes source position q + flow[q].
    ``occlusion``     H×W float32 in [0, 1]; 1 = take the source's features.
    ``source_mesh``   n×3 float32, pixels of the crop, y down, z away from the camera.
    ``driving_mesh``  n×3 float32, the same frame.
    ``coefficients``  the mixed coefficients the driving mesh was built from.
    ``timings_ms``    stage → milliseconds: regression, motion, occlusion, warp, decode; and encode, in the render that
                      looks at its source for the first time.
    ``flow_mask``     H×W float32 in [0, 1], the share of the estimated motion that ``flow`` keeps: 1 = all, 0 = none:
                      the pixel stays; None where what draws has no such mask (geometry).
    ``draft``         whether a smaller net drew it, less finely.
    """

    image: Image
    warped: Image
    flow: Float
    occlusion: Float
    source_mesh: Float
    driving_mesh: Float
    coefficients: Coefficients
    timings_ms: dict[str, float] = field(default_factory=dict)
    flow_mask: Float | None = None
    draft: bool = False
