"""The total loss (Eq. 4): every term that the configuration gives a weight, by name."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from ..errors import InputError
from ..face_model.model import FaceModel
from ..networks import GeneratorOutput
from ..regression.landmarks import load_landmark_net
from .batch import Batch
from .config import TrainConfig
from .losses.coefficients import CoefficientLoss
from .losses.continuation import continued
from .losses.efficientnet import EfficientNetFeatures
from .losses.endpoint import endpoint
from .losses.feature_matching import feature_matching
from .losses.mouths import MouthCrops
from .losses.perceptual import PerceptualLoss
from .losses.pixels import charbonnier, squared
from .losses.vgg import VggFeatures
from .losses.wgan_gp import generator_loss

Terms = dict[str, Tensor]

_SURROUNDINGS = 0.1
"""Weight of a pixel outside the head in the endpoint error."""


class Objective:
    """L_total = Σ λ · term.  Networks of the losses are loaded only for terms that count."""

    def __init__(self, config: TrainConfig, model: FaceModel, device: torch.device) -> None:
        self.config = config
        self.perceptual: PerceptualLoss | None = None
        self.coefficients: CoefficientLoss | None = None
        self.mouths: MouthCrops | None = None
        if config.task == "motion":
            return
        if config.losses.perceptual > 0:
            self.perceptual = PerceptualLoss(_features(config), config.levels).to(device)
        if config.uses_coefficients:
            self.coefficients = CoefficientLoss(model, load_landmark_net(device)).to(device)
        if config.uses_critic and config.critic_sees == "mouth":
            self.mouths = MouthCrops(model).to(device)

    def judged(self, image: Tensor, batch: Batch) -> Tensor:
        """What the critic sees of pictures N×3×R×R."""
        return image if self.mouths is None else self.mouths(image, batch.driving)

    def terms(self, output: GeneratorOutput, batch: Batch, critic: nn.Module | None) -> Terms:
        """Unweighted terms of Eq. 4 and of ours, for the generator."""
        losses, image = self.config.losses, output.image
        terms: Terms = {}
        if losses.squared > 0:
            terms["squared"] = squared(image, batch.target)
        if losses.charbonnier > 0:
            terms["charbonnier"] = charbonnier(image, batch.target)
        if losses.painted > 0:
            terms["painted"] = (1 - output.occlusion).mean()
        if self.perceptual is not None:
            terms["perceptual"] = self.perceptual(image, batch.target)
        if self.coefficients is not None:
            with torch.autocast(image.device.type, enabled=False):
                terms["coefficients"] = self.coefficients(image.float(), batch.target, batch.driving, batch.rois)
        if critic is not None:
            score, fake = critic(self.judged(image, batch))
            with torch.no_grad():
                _, real = critic(self.judged(batch.target, batch))
            terms["feature_matching"] = feature_matching(real, fake)
            terms["adversarial"] = generator_loss(score)
        if losses.flow > 0:
            terms |= flow_terms(output.flow, batch)
        return terms

    def total(self, terms: Terms) -> Tensor:
        """Eq. 4 with the configuration's weights."""
        weighted = [getattr(self.config.losses, name) * value.float() for name, value in terms.items()]
        return torch.stack(weighted).sum()


def flow_terms(flow: Tensor, batch: Batch) -> Terms:
    """Endpoint error against the mesh's own motion inside the head and, with little weight, its continuation."""
    head = batch.inputs.head
    assert head is not None
    return {"flow": endpoint(flow, continued(batch.exact, head), head + _SURROUNDINGS)}


def _features(config: TrainConfig) -> nn.Module:
    path = Path(config.features_path) if config.features_path else None
    if config.features == "efficientnet":
        return EfficientNetFeatures.load(path)
    if config.features == "vgg" and path is not None:
        return VggFeatures.load(path)
    raise InputError('features must be "efficientnet", or "vgg" with features_path naming its safetensors file.')
