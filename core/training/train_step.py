"""One step: the generator's update, the critic's, the average's; and the diagnosis when numbers cease to be finite."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import MimeshError
from ..networks import GeneratorOutput
from ..networks.paper import PaperGenerator
from .batch import Batch
from .config import TrainConfig
from .distributed import average_gradients
from .losses.feature_critic import hinge_loss
from .losses.wgan_gp import critic_loss
from .objective import Objective, Terms, Views, flow_terms
from .state import TrainState

_STEP_SEEDS = 1_000_003


class NotFiniteError(MimeshError):
    """A loss or a gradient is no longer finite; the message names the term."""


def train_step(state: TrainState, objective: Objective, batch: Batch, rank: int = 0) -> dict[str, float]:
    """Update ``state`` in place and count the step; the unweighted terms, ``total`` and ``gradient`` (its norm).

    Random numbers depend on seed, step and rank alone.  Raises NotFiniteError before any weight is changed.
    """
    config = state.config
    torch.manual_seed((config.seed * _STEP_SEEDS + state.step) * 1024 + rank)
    state.set_rates()
    state.generator.train()
    freeze(state.critic, True)
    with autocast(config, state.device):
        image, terms, views = _forward(state, objective, batch)
        total = objective.total(terms)
    check(terms, batch, image, state.step)
    state.adam.zero_grad(set_to_none=True)
    torch.autograd.backward(state.scaler.scale(total))
    average_gradients(state.trained)
    state.scaler.unscale_(state.adam)
    norm = _clipped(state)
    state.scaler.step(state.adam)
    report = {name: float(value.detach()) for name, value in terms.items()}
    if state.critic is not None and views is not None:
        report["critic"] = _critic_step(state, *views)
    state.scaler.update()
    state.ema.update(state.generator, state.step)
    state.step += 1
    return {**report, "total": float(total.detach()), "gradient": norm}


def autocast(config: TrainConfig, device: torch.device) -> AbstractContextManager[Any]:
    """The configuration's mixed precision."""
    kind = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(config.autocast)
    return torch.autocast(device.type, kind, enabled=kind is not None)


def freeze(network: nn.Module | None, frozen: bool) -> None:
    """Whether gradients stop at the network's weights."""
    if network is not None:
        network.requires_grad_(not frozen)


def check(terms: Terms, batch: Batch, image: Tensor | None, step: int) -> None:
    """Raises NotFiniteError naming the terms, and whether the data or the network is where it began."""
    bad = [name for name, value in terms.items() if not bool(torch.isfinite(value.detach()))]
    if not bad:
        return
    inputs = [name for name, value in batch.inputs._asdict().items() if value is not None and not _finite(value)]
    if not _finite(batch.target):
        inputs.append("target")
    if inputs:
        why = f"the data are not ({', '.join(inputs)}): look at the cache"
    elif image is not None and not _finite(image):
        why = "the generator's picture is not: lower the learning rate or clip the gradient"
    else:
        why = "the generator's picture still is: lower the weight of this term, or train without mixed precision"
    raise NotFiniteError(f"Step {step}: the loss {' and '.join(bad)} is not finite, and {why}.")


def _forward(
    state: TrainState, objective: Objective, batch: Batch
) -> tuple[Tensor | None, Terms, tuple[Views, Views] | None]:
    """Picture, terms, and what the losses see of target and picture."""
    if state.config.task == "motion":
        assert isinstance(state.generator, PaperGenerator)
        return None, flow_terms(state.generator.estimate_flow(batch.inputs), batch), None
    output: GeneratorOutput = state.generator(batch.inputs)
    fake = objective.views(output.image, batch)
    with torch.no_grad():
        real = objective.views(batch.target, batch)
    return output.image, objective.terms(output, batch, fake, real, state.critic), (real, fake)


def _clipped(state: TrainState) -> float:
    """Norm of the gradient, which is shortened to the configuration's longest."""
    longest = state.config.optimiser.clip or float("inf")
    norm = float(torch.nn.utils.clip_grad_norm_(state.trained, longest))
    if norm != norm or norm == float("inf"):
        if state.scaler.is_enabled():  # too large a scale: the scaler skips this step and lowers it
            return norm
        names = [n for n, p in state.generator.named_parameters() if p.grad is not None and not _finite(p.grad)]
        where = f"first in {names[0]}" if names else "in its norm"
        raise NotFiniteError(
            f"Step {state.step}: the gradient is not finite, {where}; lower the learning rate or clip the gradient."
        )
    return norm


def _critic_step(state: TrainState, real: Views, fake: Views) -> float:
    """One update of the critic, in full precision, by the pictures before the generator's own update."""
    critic, adam = state.critic, state.critic_adam
    assert critic is not None and adam is not None
    freeze(critic, False)
    loss = _critic_loss(critic, real, fake)
    if not bool(torch.isfinite(loss.detach())):
        raise NotFiniteError(f"Step {state.step}: the critic's loss is not finite; lower its learning rate.")
    adam.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    average_gradients(critic.parameters())
    adam.step()
    return float(loss.detach())


def _critic_loss(critic: nn.Module, real: Views, fake: Views) -> Tensor:
    """Eq. 8 for pictures, whose penalty differentiates twice; the hinge loss for features."""
    if isinstance(real.judged, tuple) or isinstance(fake.judged, tuple):
        scores = [critic([each.detach() for each in views.judged])[0] for views in (real, fake)]
        return hinge_loss(*scores)
    target, output = real.judged.float(), fake.judged.float()
    mix = torch.rand(len(target), device=target.device)
    return critic_loss(lambda picture: critic(picture)[0], target, output, mix)


def _finite(values: Tensor) -> bool:
    return bool(torch.isfinite(values).all())
