"""The 478-point landmark net with attention (Grishchenko et al., "Attention Mesh", 2020), in the form MediaPipe ships.

A trunk sees the whole face at 192 px and gives 468 coarse 3-D points; three regions (lips, each eye) are cut out of its
early features along those points and refined; two iris heads add five points each.
The modules are registered in the order in which the data passes through them: the converter relies on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .attention import place_points, region_transform, sample_region
from .layers import ResidualBlock, SameConv2d
from .side_by_side import side_by_side

INPUT = 192
"""Side of the net's input in pixels."""

N_MESH = 468
N_IRIS = 5
N_POINTS = N_MESH + 2 * N_IRIS

# fmt: off
LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409,
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415,
    76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408,
    62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
)
"""Points that the lips' region refines: lower then upper contour, from outside to inside."""

LEFT_EYE = (
    33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24, 23, 22, 26, 112, 243,
    247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189,
    35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107, 55, 193,
)
"""Points around the eye on the image's left: lids first (16), then lines further and further out, brow last."""

RIGHT_EYE = (
    263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339, 254, 253, 252, 256,
    341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442,
    441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336,
    285, 417,
)
"""The same points of the other eye."""
# fmt: on

_LIDS = 16
_FEATURE_STRIDE = 4


class LandmarkOutput(NamedTuple):
    """``points`` N×478×3: x, y in corner coordinates of the 192 px input, z in the same unit, negative towards the
    camera.  ``presence`` (N,) logit that the input shows a face."""

    points: Tensor
    presence: Tensor


def _block(c_in: int, c_out: int | None = None, stride: int = 1) -> ResidualBlock:
    c_out = c_out or c_in
    return ResidualBlock(c_in, c_out, stride, nn.PReLU(c_out))


def _stage(c_in: int, c_out: int) -> list[ResidualBlock]:
    """Halve the resolution, then two blocks."""
    return [_block(c_in, c_out, stride=2), _block(c_out), _block(c_out)]


def _head(outputs: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(_squeeze(), nn.Conv2d(32, outputs, kernel))


def _squeeze() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(128, 32, 1), nn.PReLU(32), _block(32))


class RegionHead(nn.Module):
    """Features of a region at 4×4 → K points of it, N×K×2 (units: a quarter of a region pixel)."""

    def __init__(self, points: int) -> None:
        super().__init__()
        self.outputs = 2 * points
        self.body = nn.Sequential(_block(128), _block(128), *_stage(128, 128), _head(self.outputs, 2))

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.body(x)
        return y.view(y.shape[0], -1, 2)


def _region_trunk() -> nn.Sequential:
    return nn.Sequential(_block(32), _block(32), *_stage(32, 64), _block(64, 128, stride=2))


class LandmarkNet(nn.Module):
    """Image N×3×192×192 in [0, 1] → :class:`LandmarkOutput`.  Differentiable with respect to the image."""

    lips_points: Tensor
    left_points: Tensor
    right_points: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(SameConv2d(3, 16, 3, 2), nn.PReLU(16), _block(16), _block(16), _block(16, 32, 2))
        self.trunk = nn.Sequential(
            _block(32), _block(32), *_stage(32, 64), *_stage(64, 128), *_stage(128, 128), *_stage(128, 128)
        )
        self.squeeze = _squeeze()
        self.mesh = nn.Conv2d(32, 3 * N_MESH, 3)
        self.lips_trunk = _region_trunk()
        self.lips = RegionHead(len(LIPS))
        self.left_trunk = _region_trunk()
        self.left_eye = RegionHead(len(LEFT_EYE))
        self.left_iris = RegionHead(N_IRIS)
        self.right_trunk = _region_trunk()
        self.right_eye = RegionHead(len(RIGHT_EYE))
        self.right_iris = RegionHead(N_IRIS)
        self.presence = nn.Conv2d(32, 1, 3)
        for name, indices in (("lips", LIPS), ("left", LEFT_EYE), ("right", RIGHT_EYE)):
            self.register_buffer(f"{name}_points", torch.tensor(indices), persistent=False)
        self._together: _Regions | None = None

    def join_regions(self) -> LandmarkNet:
        """Run the regions' nets side by side from now on: the same points in half the time.  For weights that stay."""
        self._together = _Regions(self)
        return self

    def _refine(self, regions: Sequence[Tensor]) -> list[Tensor]:
        """Points of lips, left eye, left iris, right eye, right iris, from the features of the three regions."""
        lips, left, right = (
            trunk(region) for trunk, region in zip((self.lips_trunk, self.left_trunk, self.right_trunk), regions)
        )
        eyes = self.left_eye(left), self.left_iris(left), self.right_eye(right), self.right_iris(right)
        return [self.lips(lips), *eyes]

    def forward(self, image: Tensor) -> LandmarkOutput:
        features = self.stem(image)
        code = self.squeeze(self.trunk(features))
        mesh = self.mesh(code).view(-1, N_MESH, 3)
        coarse = mesh[..., :2] / _FEATURE_STRIDE

        lips_map = region_transform(coarse, 61, 291, self.lips_points)
        left_map = region_transform(coarse, 33, 133, self.left_points)
        right_map = region_transform(coarse, 362, 263, self.right_points)
        cut = [sample_region(features, each) for each in (lips_map, left_map, right_map)]
        lips, left, left_iris, right, right_iris = (self._together or self._refine)(cut)

        def placed(points: Tensor, transform: Tensor) -> Tensor:
            return place_points(points, transform, _FEATURE_STRIDE)

        xy = mesh[..., :2].index_copy(1, self.lips_points, placed(lips, lips_map))
        xy = xy.index_copy(1, self.left_points, placed(left, left_map))
        xy = xy.index_copy(1, self.right_points, placed(right, right_map))
        irises = [placed(left_iris, left_map), placed(right_iris, right_map)]
        z = mesh[..., 2:]
        iris_z = [z[:, lids[:_LIDS]].mean(1, keepdim=True) for lids in (self.left_points, self.right_points)]
        depths = [z, *(value.expand(-1, N_IRIS, -1) for value in iris_z)]
        points = torch.cat([torch.cat([xy, *irises], dim=1), torch.cat(depths, dim=1)], dim=2)
        return LandmarkOutput(points, self.presence(code).flatten())


class _Regions(nn.Module):
    """What :meth:`LandmarkNet._refine` computes, its three trunks and its five heads side by side."""

    def __init__(self, net: LandmarkNet) -> None:
        super().__init__()
        heads = [net.lips, net.left_eye, net.left_iris, net.right_eye, net.right_iris]
        self.trunk = side_by_side([net.lips_trunk, net.left_trunk, net.right_trunk])
        self.heads = side_by_side([head.body for head in heads])
        self._outputs = [head.outputs for head in heads]

    def forward(self, regions: Sequence[Tensor]) -> list[Tensor]:
        lips, left, right = self.trunk(torch.cat(list(regions), dim=1)).chunk(3, dim=1)
        found = self.heads(torch.cat([lips, left, left, right, right], dim=1)).flatten(1).chunk(5, dim=1)
        return [each[:, :count].reshape(len(each), -1, 2) for each, count in zip(found, self._outputs)]
