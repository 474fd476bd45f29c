"""The total loss (Eq. 4): every term that the configuration gives a weight, by name."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

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
from .losses.perceptual import PerceptualLoss, Pyramid, distance
from .losses.pixels import charbonnier, squared
from .losses.vgg import VggFeatures
from .losses.wgan_gp import generator_loss

Terms = dict[str, Tensor]

_SURROUNDINGS = 0.1
"""Weight of a pixel outside the head in the endpoint error."""

_UNKNOWN = 'features must be "efficientnet", or "vgg" with features_path naming its safetensors file.'

_WIDTHS = {"efficientnet": EfficientNetFeatures.WIDTHS, "vgg": VggFeatures.WIDTHS}


class Views(NamedTuple):
    """What losses see of a picture N×3×R×R."""

    pyramid: Pyramid
    """Features of the perceptual loss; empty where it is not used."""
    judged: Tensor | tuple[Tensor, ...]
    """What the critic judges: the picture, the mouth cut out of it, or its finest features."""


class Objective:
    """L_total = Σ λ · term.  Networks of the losses are loaded only for terms that count."""

    def __init__(self, config: TrainConfig, model: FaceModel, device: torch.device) -> None:
        self.config = config
        self.perceptual: PerceptualLoss | None = None
        self.coefficients: CoefficientLoss | None = None
        self.mouths: MouthCrops | None = None
        if config.task == "motion":
            return
        if config.losses.perceptual > 0 or (config.uses_critic and config.critic_sees == "features"):
            if min(config.levels, default=math.inf) > config.network.resolution:
                raise InputError("levels must name a side that is not larger than network.resolution.")
            self.perceptual = PerceptualLoss(_features(config), config.levels).to(device)
        if config.uses_coefficients:
            self.coefficients = CoefficientLoss(model, load_landmark_net(device)).to(device)
        if config.uses_critic and config.critic_sees == "mouth":
            self.mouths = MouthCrops(model).to(device)

    def views(self, image: Tensor, batch: Batch) -> Views:
        """Of outputs or targets; the batch says where their mouths are."""
        pyramid = [] if self.perceptual is None else self.perceptual.seen(image)
        if self.config.critic_sees == "features" and pyramid:
            return Views(pyramid, pyramid[0])
        return Views(pyramid, image if self.mouths is None else self.mouths(image, batch.driving))

    def terms(self, output: GeneratorOutput, batch: Batch, fake: Views, real: Views, critic: nn.Module | None) -> Terms:
        """Unweighted terms of Eq. 4 and of ours, for the generator; views of its output and of the target."""
        losses, image = self.config.losses, output.image
        terms: Terms = {}
        if losses.squared > 0:
            terms["squared"] = squared(image, batch.target)
        if losses.charbonnier > 0:
            terms["charbonnier"] = charbonnier(image, batch.target)
        if losses.painted > 0:
            terms["painted"] = (1 - output.occlusion).mean()
        if losses.perceptual > 0:
            terms["perceptual"] = distance(fake.pyramid, real.pyramid)
        if self.coefficients is not None:
            with torch.autocast(image.device.type, enabled=False):
                terms["coefficients"] = self.coefficients(image.float(), batch.target, batch.driving, batch.rois)
        if critic is not None:
            score, found = critic(fake.judged)
            if losses.feature_matching > 0:
                with torch.no_grad():
                    _, wanted = critic(real.judged)
                terms["feature_matching"] = feature_matching(wanted, found)
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


def feature_widths(config: TrainConfig) -> tuple[int, ...]:
    """Channels of the perceptual loss's feature maps.  Raises InputError."""
    if config.features not in _WIDTHS:
        raise InputError(_UNKNOWN)
    return _WIDTHS[config.features]


def _features(config: TrainConfig) -> nn.Module:
    path = Path(config.features_path) if config.features_path else None
    if config.features == "efficientnet":
        return EfficientNetFeatures.load(path)
    if config.features == "vgg" and path is not None:
        return VggFeatures.load(path)
    raise InputError(_UNKNOWN)
