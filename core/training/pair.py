"""One training example: a source, the target it should become, and what the geometry says about the two."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import cv2
import numpy as np

from ..face_model.symmetry import Symmetry
from ..geometry.maps import MotionMaps
from ..geometry.whole_head import WholeHead
from ..regression.pose import transform_pixels
from ..types import Coefficients, Float, Image
from .motion_pair import MotionPair

AnyPair = TypeVar("AnyPair", bound="Pair | MotionPair")


@dataclass(frozen=True)
class Pair:
    """Maps are R×R; small types, for there are many.

    ``source``, ``target``  R×R×3 uint8.
    ``source_coefficients``, ``driving_coefficients``  (113,) float32, p in pixels of R; as the network sees them.
    ``flow``      R×R×2 float16 pixels.
    ``exact``     R×R×2 float16 pixels, the mesh's own motion inside the head.
    ``visibility`` R×R uint8, 255 = visible;  ``head`` R×R uint8, 0 or 1.
    ``normals``, ``source_normals``  R×R×3 int8, 127 = 1.
    ``hidden``    R×R×3 int8, 127 = 1: what the geometry adds where mouth and lids are hidden.
    ``person`` R×R uint8, 255 = the source shows the person;  ``background`` R×R×3 uint8, the source without.
    ``other_flow``, ``back_flow``  R×R×2 float16 pixels, ``other_share``, ``other_known``, ``back_share``, ``back_seam``
                  R×R uint8, 255 = 1: what completes the head, as ``GeneratorInput`` has it; 0 where nothing does.
    ``pseudo``    () uint8: 1 for a pseudo-source, 0 for a clip.
    ``roi``       (4,) float32: centre x, y, side (pixels of R) and angle of the target's face, for the landmark net.
    """

    source: Image
    target: Image
    source_coefficients: Float
    driving_coefficients: Float
    flow: np.ndarray
    exact: np.ndarray
    visibility: np.ndarray
    head: np.ndarray
    normals: np.ndarray
    source_normals: np.ndarray
    hidden: np.ndarray
    person: np.ndarray
    background: Image
    other_flow: np.ndarray
    other_share: np.ndarray
    other_known: np.ndarray
    back_flow: np.ndarray
    back_share: np.ndarray
    back_seam: np.ndarray
    pseudo: np.ndarray
    roi: Float

    @staticmethod
    def of(
        images: tuple[Image, Image],
        coefficients: tuple[Coefficients, Coefficients],
        maps: MotionMaps,
        hidden: Float,
        layers: tuple[Float, Image],
        whole: WholeHead,
        roi: Float,
        pseudo: bool,
    ) -> Pair:
        """From full-precision parts; ``images`` and ``coefficients`` of source and target, ``hidden`` as the
        network takes it, ``layers`` of the source: person R×R in [0, 1] and background; ``whole`` completes it."""
        visibility, hidden = whole.shown(maps.visibility, hidden)
        return Pair(
            *images,
            coefficients[0].vector,
            coefficients[1].vector,
            maps.flow.astype(np.float16),
            maps.exact.astype(np.float16),
            _bytes(visibility),
            maps.head.astype(np.uint8),
            np.rint(maps.normals * 127).astype(np.int8),
            np.rint(maps.source_normals * 127).astype(np.int8),
            np.rint(hidden * 127).astype(np.int8),
            _bytes(layers[0]),
            layers[1],
            *_other(whole, maps.head.shape),
            *_back(whole, maps.head.shape),
            np.array(pseudo, np.uint8),
            roi.astype(np.float32),
        )

    @property
    def resolution(self) -> int:
        return int(self.source.shape[0])


def _bytes(share: Float) -> np.ndarray:
    """uint8, 255 = 1."""
    return np.rint(share * 255).astype(np.uint8)


def _other(whole: WholeHead, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flow, share and what is known of the other half."""
    if whole.other is None:
        return np.zeros((*shape, 2), np.float16), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    return whole.other.flow.astype(np.float16), _bytes(whole.other.share), _bytes(whole.other.known)


def _back(whole: WholeHead, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flow, share and seam of the back."""
    if whole.back is None:
        return np.zeros((*shape, 2), np.float16), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    return whole.back.flow.astype(np.float16), _bytes(whole.back.share), _bytes(whole.back.seam)


def names(pair: Pair | MotionPair) -> tuple[str, ...]:
    """Of its fields."""
    return tuple(field.name for field in fields(pair))


_FLOWS = {"flow", "exact", "other_flow", "back_flow"}

_SIGNED = {*_FLOWS, "normals", "source_normals"}
"""Maps of vectors: mirroring negates their x."""


def reduced(pair: AnyPair, side: int) -> AnyPair:
    """The pair at a smaller resolution, by means of areas; pixel coordinates follow the pixels' centres."""
    factor = side / pair.resolution
    shift = (factor - 1) / 2
    changed: dict[str, Any] = {}
    for name in names(pair):
        value = getattr(pair, name)
        if name == "roi":
            changed[name] = (value * [factor, factor, factor, 1] + [shift, shift, 0, 0]).astype(np.float32)
        elif name.endswith("coefficients"):
            c = Coefficients.from_vector(value)
            changed[name] = replace(c, pose=transform_pixels(c.pose, factor, (shift, shift))).vector
        elif value.ndim >= 2:
            changed[name] = _smaller(value, side, factor if name in _FLOWS else 1.0)
    return replace(pair, **changed)


def _smaller(values: np.ndarray, side: int, scale: float) -> np.ndarray:
    kind = values.dtype
    means = cv2.resize(values.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA) * np.float32(scale)
    return means.astype(kind) if kind == np.float16 else np.rint(means).astype(kind)


def mirrored(pair: AnyPair, symmetry: Symmetry) -> AnyPair:
    """The pair seen in a mirror: pictures and maps flipped, coefficients of the mirrored faces."""
    side = pair.resolution
    changed: dict[str, Any] = {}
    for name in names(pair):
        value = getattr(pair, name)
        if name == "roi":
            changed[name] = np.array([side - 1 - value[0], value[1], value[2], -value[3]], np.float32)
        elif name == "pseudo":
            changed[name] = value
        elif name.endswith("coefficients"):
            changed[name] = mirrored_coefficients(Coefficients.from_vector(value), symmetry, side).vector
        else:
            flipped = np.ascontiguousarray(value[:, ::-1])
            if name in _SIGNED:
                flipped[..., 0] *= -1
            changed[name] = flipped
    return replace(pair, **changed)


def mirrored_coefficients(c: Coefficients, symmetry: Symmetry, side: int) -> Coefficients:
    """The mirrored face in a picture of ``side`` pixels: x → side − 1 − x there, x → −x in the model."""
    matrix = c.matrix.copy()
    matrix[0] *= -1
    matrix[:, 0] *= -1
    matrix[0, 3] += side - 1
    return Coefficients(c.identity * symmetry.identity, c.expression[symmetry.expression], matrix.reshape(12))
