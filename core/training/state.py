"""Everything that a step changes: networks, optimisers, the averaged weights, the step's number."""

from __future__ import annotations

import math

import torch
from torch import nn

from ..face_model.model import FaceModel
from ..networks import Generator
from ..networks.build import build_discriminator, build_generator
from .config import OptimiserConfig, TrainConfig
from .ema import Ema
from .losses.feature_critic import FeatureCritic
from .objective import feature_widths


class TrainState:
    """Fresh from the configuration's seed; :mod:`core.training.checkpoint` saves and restores it."""

    def __init__(self, config: TrainConfig, model: FaceModel, device: torch.device) -> None:
        self.config, self.device, self.step = config, device, 0
        self.generator: Generator = build_generator(config.network, model, config.seed)
        self.generator.to(device)
        self.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a tenth faster on CPUs
        wants_critic = config.task == "reenact" and config.uses_critic
        self.critic: nn.Module | None = None
        if wants_critic:
            self.critic = _build_critic(config).to(device)
        self.ema = Ema(self.generator, config.optimiser.ema)
        optimiser = config.optimiser
        self.trained = [p for p in trained_part(self.generator, config).parameters() if p.requires_grad]
        self.adam = torch.optim.Adam(self.trained, optimiser.learning_rate, optimiser.betas)
        self.critic_adam: torch.optim.Adam | None = None
        if self.critic is not None:
            self.critic_adam = torch.optim.Adam(self.critic.parameters(), optimiser.critic_rate, optimiser.betas)
        # Scaling is for fp16 alone, whose small gradients vanish; bf16 has the range of fp32.
        self.scaler = torch.amp.GradScaler(device.type, enabled=config.autocast == "fp16")

    def set_rates(self) -> float:
        """Learning rates of this step; returns the generator's."""
        factor = rate_factor(self.step, self.config.steps, self.config.optimiser)
        for adam, rate in ((self.adam, "learning_rate"), (self.critic_adam, "critic_rate")):
            if adam is not None:
                for group in adam.param_groups:
                    group["lr"] = getattr(self.config.optimiser, rate) * factor
        return self.config.optimiser.learning_rate * factor


def _build_critic(config: TrainConfig) -> nn.Module:
    """Of features where the configuration says so, else the paper's; the same seed gives the same weights."""
    if config.critic_sees != "features":
        return build_discriminator(config.network, config.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        return FeatureCritic(feature_widths(config))


def trained_part(generator: Generator, config: TrainConfig) -> nn.Module:
    """The motion net alone for the task "motion", else the whole generator."""
    if config.task == "reenact":
        return generator
    part: nn.Module = generator.get_submodule("motion_net")
    return part


def rate_factor(step: int, steps: int, config: OptimiserConfig) -> float:
    """In [0, 1]: linear over ``warm_up`` steps, 1, then a cosine to zero after ``decay_from``."""
    rise = min(1.0, (step + 1) / config.warm_up) if config.warm_up else 1.0
    start = config.decay_from * steps
    if step <= start or steps <= start:
        return rise
    return rise * 0.5 * (1 + math.cos(math.pi * (step - start) / (steps - start)))
