"""A face that was looked at once: everything later renders need of a source or a driver."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..types import Box, Coefficients, Crop, Float, Image


@dataclass(frozen=True)
class EncodedFace:
    """One person in one picture.

    ``original``      the picture, H×W×3 uint8.
    ``crop``          the square that is reenacted, in the picture.
    ``image``         256×256×3 uint8, the crop.
    ``box``           the chosen face in the picture; ``boxes`` all that were found, most prominent first.
    ``landmarks``     (478, 3) float32 in pixels of the crop, z away from the camera.
    ``coefficients``  c = (c_i, c_e, p); p maps to pixels of the crop.
    ``mesh``          n×3 float32, pixels of the crop.
    ``timings_ms``    detection with landmarks, and fit.
    """

    original: Image
    crop: Crop
    image: Image
    box: Box
    boxes: tuple[Box, ...]
    landmarks: Float
    coefficients: Coefficients
    mesh: Float
    timings_ms: dict[str, float] = field(default_factory=dict)
