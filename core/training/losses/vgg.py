"""VGG-19 features, the paper's choice (Eq. 5), for those who have its weights.

A safetensors file with torchvision's names (``features.0.weight`` …) is needed; none is shipped or downloaded.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from ...errors import WeightsError

_WIDTHS: tuple[tuple[int, ...], ...] = ((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,))
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class VggFeatures(nn.Module):
    """N×3×h×w in [0, 1] → relu1_1, 2_1, 3_1, 4_1 and 5_1.  Frozen."""

    WIDTHS = (64, 128, 256, 512, 512)

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        self.taps: list[int] = []
        width = 3
        for stage, widths in enumerate(_WIDTHS):
            if stage:
                layers.append(nn.MaxPool2d(2))
            self.taps.append(len(layers) + 1)
            for channels in widths:
                layers += [nn.Conv2d(width, channels, 3, padding=1), nn.ReLU()]
                width = channels
        self.features = nn.Sequential(*layers)
        for name, values in (("mean", _MEAN), ("std", _STD)):
            self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1), persistent=False)
        self.eval().requires_grad_(False)

    @staticmethod
    def load(path: Path) -> VggFeatures:
        """Raises WeightsError where ``path`` is missing or holds something else."""
        net = VggFeatures()
        try:
            state = load_file(path)
            net.load_state_dict({key: state[key] for key in net.state_dict()})
        except (OSError, KeyError, RuntimeError, SafetensorError) as error:
            raise WeightsError(
                f"{path} does not hold VGG-19 weights as safetensors with torchvision's names."
            ) from error
        return net

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        x = (image - self.mean) / self.std
        features = []
        for k, layer in enumerate(self.features):
            x = layer(x)
            if k in self.taps:
                features.append(x)
        return tuple(features)
