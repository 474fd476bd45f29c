"""Which pixels of a crop show the person."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from ..geometry.matte import matte
from ..types import Float, Image
from ..weights import WEIGHTS, fill
from .layers import as_inference
from .person_net import PersonNet


class PersonSegmenter:
    """The person of a crop, with hair and clothes, apart from the background."""

    def __init__(self, net: PersonNet, device: torch.device | str = "cpu") -> None:
        self._net, self._device = as_inference(net, device), device

    @staticmethod
    def load(device: torch.device | str = "cpu", folder: Path = WEIGHTS) -> PersonSegmenter:
        """Raises WeightsError."""
        net = PersonNet()
        fill(net, "person", folder)
        return PersonSegmenter(net, device)

    @torch.inference_mode()
    def mask(self, image: Image) -> Float:
        """H×W×3 uint8 RGB → H×W float32 in [0, 1], 1 = person; looked at in 256×256."""
        height, width = image.shape[:2]
        small = _resized(image, (PersonNet.INPUT, PersonNet.INPUT))
        tensor = torch.from_numpy(small).to(self._device).permute(2, 0, 1)[None].float() / 255
        found: Float = self._net(tensor)[0, 0].cpu().numpy()
        return _resized(found, (width, height))

    def matte(self, image: Image) -> Float:
        """The mask of one person, made exact by the picture's colours: :func:`core.geometry.matte.matte`."""
        return matte(image, self.mask(image))


def _resized(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if (image.shape[1], image.shape[0]) == size:
        return image
    smaller = size[0] < image.shape[1]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
