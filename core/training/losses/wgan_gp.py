"""Adversarial loss of WGAN-GP (Eq. 8).

L_D = E[D(Î_d)] − E[D(I_d)] + λ E[(‖∇_x̂ D(x̂)‖₂ − 1)²],   x̂ = u·I_d + (1 − u)·Î_d,  u ~ U(0, 1) for each picture
L_G = −E[D(Î_d)]
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

PENALTY = 10.0
"""λ, as in the paper that introduced it."""

Critic = Callable[[Tensor], Tensor]
"""Pictures N×3×R×R → scores, N of them or N×1×h×w."""


def critic_loss(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor, penalty: float = PENALTY) -> Tensor:
    """L_D; ``mix`` (N,) is u.  ``fake`` is used without its history."""
    fake = fake.detach()
    return critic(fake).mean() - critic(real).mean() + penalty * gradient_penalty(critic, real, fake, mix)


def gradient_penalty(critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """The last term of L_D without λ, differentiable in the critic's weights."""
    u = mix.view(-1, 1, 1, 1)
    between = (u * real + (1 - u) * fake).detach().requires_grad_(True)
    score = critic(between)
    # The score of a picture is the mean over its patches.
    per_picture = score.flatten(1).mean(1) if score.dim() > 1 else score
    (gradient,) = torch.autograd.grad(per_picture.sum(), between, create_graph=True)
    length: Tensor = gradient.flatten(1).norm(dim=1)
    return (length - 1).square().mean()


def generator_loss(score: Tensor) -> Tensor:
    """L_G from the critic's scores of the outputs."""
    return -score.mean()
