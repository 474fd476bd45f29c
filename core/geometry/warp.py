"""Backward warping of pictures and features, bilinear, borders repeated (see conventions.md)."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ..types import Float

Pixels = TypeVar("Pixels", NDArray[np.uint8], Float)

_LINEAR = cv2.INTER_LINEAR | cv2.WARP_RELATIVE_MAP


def warp(image: Pixels, flow: Float) -> Pixels:
    """``out[q] = image[q + flow[q]]``, of the flow's size and the image's dtype.

    ``image``  h×w or h×w×C, uint8 or float32, sides below 32,767.
    ``flow``   H×W×2 float32 in pixels of the image, x then y.  What leads off the picture takes the border's value.

    Flows of whole pixels, zero among them, are exact to the bit.
    """
    sampled: Pixels = cv2.remap(image, flow, None, _LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return sampled.reshape(*flow.shape[:2], *image.shape[2:])


def warp_tensor(features: torch.Tensor, flow: torch.Tensor) -> torch.Tensor:
    """The same for N×C×h×w features and N×2×H×W flow, in pixels of the features: N×C×H×W, differentiable in both.

    Whole-pixel flows are exact to the bit when h and w are powers of two; otherwise normalising the coordinates
    rounds, and values are off by up to 1e-5 of the features' range.
    """
    (height, width), (rows, columns) = features.shape[-2:], flow.shape[-2:]
    rest, scale = _grid_at_rest(height, width, rows, columns, flow.dtype, flow.device)
    grid = torch.addcmul(rest, flow.permute(0, 2, 3, 1), scale).to(features.dtype)
    return functional.grid_sample(features, grid, mode="bilinear", padding_mode="border", align_corners=False)


@lru_cache(maxsize=16)
@torch.inference_mode(False)  # what a render made is kept, and training may meet it
def _grid_at_rest(
    height: int, width: int, rows: int, columns: int, dtype: torch.dtype, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """rows×columns×2: where ``grid_sample`` takes a zero flow from, in its units; (2,): a pixel in those."""
    x = (2 * torch.arange(columns, dtype=dtype, device=device) + 1) / width - 1
    y = (2 * torch.arange(rows, dtype=dtype, device=device) + 1) / height - 1
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
    return grid, torch.tensor([2 / width, 2 / height], dtype=dtype, device=device)


def cut_out(images: torch.Tensor, maps: torch.Tensor, side: int, beyond: str = "border") -> torch.Tensor:
    """A square of each of N×C×H×W images: N×C×side×side, bilinear, differentiable in both.

    ``maps``    N×2×3, from pixel coordinates of the square to those of the image.
    ``beyond``  what lies beyond the image: "border" repeats it, "zeros" is black.
    """
    height, width = images.shape[-2:]
    at = torch.arange(side, device=images.device, dtype=images.dtype)
    v, u = torch.meshgrid(at, at, indexing="ij")
    pixels = torch.stack([u, v, torch.ones_like(u)], dim=-1).view(1, -1, 3) @ maps.transpose(1, 2)
    grid = ((2 * pixels + 1) / pixels.new_tensor([width, height]) - 1).view(-1, side, side, 2)
    return functional.grid_sample(images, grid, mode="bilinear", padding_mode=beyond, align_corners=False)


def resize_flow(flow: Float, height: int, width: int) -> Float:
    """The flow of the same motion on a picture resized to height×width: H×W×2 float32; the values scale too."""
    old_height, old_width = flow.shape[:2]
    if (old_height, old_width) == (height, width):
        return flow
    shrinks = height < old_height and width < old_width
    resized = cv2.resize(flow, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(resized * np.array([width / old_width, height / old_height], np.float32), np.float32)
