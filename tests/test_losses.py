"""Every loss against its equation, worked out by hand, and its gradient against finite differences."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.autograd import gradcheck

from core.training.losses.continuation import continued
from core.training.losses.endpoint import endpoint, endpoint_errors
from core.training.losses.feature_critic import FeatureCritic, hinge_loss
from core.training.losses.feature_matching import feature_matching
from core.training.losses.perceptual import PerceptualLoss, shrink
from core.training.losses.pixels import charbonnier, squared
from core.training.losses.wgan_gp import critic_loss, generator_loss, gradient_penalty


def pictures(count: int = 1, side: int = 4, seed: int = 0, grad: bool = False) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, 3, side, side, generator=generator, dtype=torch.float64).requires_grad_(grad)


def test_squared_is_the_mean_of_squares() -> None:
    assert squared(torch.tensor([1.0, 3.0]), torch.tensor([0.0, 1.0])).item() == 2.5


def test_charbonnier_by_hand() -> None:
    output, target = torch.tensor([0.0, 0.3, -0.4]), torch.zeros(3)
    by_hand = (0 + math.sqrt(0.09 + 0.01) - 0.1 + math.sqrt(0.16 + 0.01) - 0.1) / 3
    assert charbonnier(output, target).item() == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize("loss", [squared, charbonnier])
def test_pixel_losses_have_the_right_slope(loss: nn.Module) -> None:
    assert gradcheck(loss, (pictures(grad=True), pictures(seed=1)))


def test_endpoint_error_by_hand() -> None:
    flow = torch.zeros(1, 2, 1, 2)
    flow[0, :, 0, 0] = torch.tensor([3.0, 4.0])
    flow[0, :, 0, 1] = torch.tensor([0.0, 1.0])
    weight = torch.tensor([1.0, 3.0]).view(1, 1, 1, 2)
    assert endpoint(flow, torch.zeros_like(flow), weight).item() == pytest.approx((5 + 3 * 1) / 4, abs=1e-5)
    assert endpoint(flow, flow, weight).item() == pytest.approx(1e-3)


def test_endpoint_errors_are_those_of_each_picture() -> None:
    flow = torch.zeros(2, 2, 1, 2)
    flow[0, :, 0, 0], flow[1, :, 0, 1] = torch.tensor([3.0, 4.0]), torch.tensor([0.0, 2.0])
    weight = torch.tensor([[[[1.0, 0.0]]], [[[1.0, 1.0]]]])
    assert endpoint_errors(flow, torch.zeros_like(flow), weight).tolist() == [5.0, 1.0]


def test_a_continued_field_keeps_what_is_known_and_rests_at_the_border() -> None:
    known = torch.zeros(1, 1, 32, 32)
    known[..., 10:20, 12:22] = 1
    field = continued(torch.full((1, 2, 32, 32), 6.0), known)
    assert (field[known.expand_as(field) == 1] == 6).all()
    assert (field[..., 0, :] == 0).all() and (field[..., :, -1] == 0).all()
    assert field.min() >= 0 and field.max() <= 6
    row = field[0, 0, 15, :13]
    assert (row[1:] >= row[:-1] - 1e-6).all() and 1 < row[6] < 5


def test_endpoint_error_has_the_right_slope_even_where_the_flow_is_exact() -> None:
    flow = torch.zeros(1, 2, 2, 2, dtype=torch.float64, requires_grad=True)
    endpoint(flow, torch.zeros_like(flow), torch.ones(1, 1, 2, 2, dtype=torch.float64)).backward()
    assert flow.grad is not None and torch.equal(flow.grad, torch.zeros_like(flow))


def test_feature_matching_divides_each_layer_by_its_size() -> None:
    real = [torch.zeros(1, 2), torch.zeros(1, 1, 2, 2)]
    fake = [torch.tensor([[1.0, -3.0]]), torch.full((1, 1, 2, 2), 0.5)]
    assert feature_matching(real, fake).item() == 4 / 2 + 2 / 4


def test_feature_matching_leaves_the_real_features_alone() -> None:
    real, fake = torch.ones(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    feature_matching([real], [fake]).backward()
    assert real.grad is None and fake.grad is not None
    with pytest.raises(ValueError, match="equally many"):
        feature_matching([real], [])


class Linear(nn.Module):
    """D(x) = a Σ x: its slope is a at every one of the n numbers of a picture, so ‖∇D‖ = |a|√n."""

    def __init__(self, a: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        return self.a * x.flatten(1).sum(1)


def test_wgan_gp_of_a_linear_critic_by_hand() -> None:
    critic, real, fake = Linear(0.5), pictures(2, 2), pictures(2, 2, seed=1)
    mix = torch.tensor([0.3, 0.8], dtype=torch.float64)
    penalty = (0.5 * math.sqrt(12) - 1) ** 2
    by_hand = 0.5 * (fake.sum() - real.sum()).item() / 2 + 10 * penalty
    loss = critic_loss(critic, real, fake, mix)
    assert loss.item() == pytest.approx(by_hand)
    (slope,) = torch.autograd.grad(loss, critic.a)
    expected = (fake.sum() - real.sum()).item() / 2 + 10 * 2 * (0.5 * math.sqrt(12) - 1) * math.sqrt(12)
    assert slope.item() == pytest.approx(expected)


def test_the_critic_does_not_move_the_generator() -> None:
    fake = pictures(grad=True)
    critic_loss(Linear(1.0), pictures(seed=1), fake, torch.rand(1, dtype=torch.float64)).backward()
    assert fake.grad is None


def test_penalty_looks_between_the_pictures() -> None:
    seen: list[Tensor] = []

    def critic(x: Tensor) -> Tensor:
        seen.append(x.detach())
        return x.square().sum((1, 2, 3))

    real, fake = torch.ones(2, 3, 2, 2), torch.zeros(2, 3, 2, 2)
    found = gradient_penalty(critic, real, fake, torch.tensor([0.25, 1.0]))
    assert torch.equal(seen[0][:, 0, 0, 0], torch.tensor([0.25, 1.0]))
    norms = [2 * 0.25 * math.sqrt(12), 2 * math.sqrt(12)]
    assert found.item() == pytest.approx(sum((n - 1) ** 2 for n in norms) / 2, rel=1e-6)


def test_the_penalty_can_be_differentiated_in_the_weights() -> None:
    real, fake, mix = pictures(), pictures(seed=1), torch.tensor([0.4], dtype=torch.float64)
    weight = torch.randn(1, 48, dtype=torch.float64, generator=torch.Generator().manual_seed(3), requires_grad=True)

    def penalty(w: Tensor) -> Tensor:
        return gradient_penalty(lambda x: torch.tanh(x.flatten(1) @ w.T), real, fake, mix)

    assert gradcheck(penalty, (weight,))


def test_the_generator_wants_high_scores() -> None:
    assert generator_loss(torch.tensor([1.0, 4.0])).item() == -2.5


class Twice(nn.Module):
    """Two layers of features: the picture, and its triple."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, 3 * x


def test_perceptual_loss_sums_layers_and_levels() -> None:
    loss = PerceptualLoss(Twice())
    output, target = torch.full((2, 3, 64, 64), 0.5), torch.full((2, 3, 64, 64), 0.25)
    assert loss(output, target).item() == pytest.approx(2 * (0.25 + 0.75))  # 64 and 32; 256 and 128 are too large
    assert loss(output, output).item() == 0


def test_perceptual_loss_moves_the_output_alone() -> None:
    output, target = pictures(1, 4, grad=True), pictures(1, 4, seed=1, grad=True)
    PerceptualLoss(Twice(), (4, 2))(output, target).backward()
    assert output.grad is not None and target.grad is None


def test_perceptual_loss_has_the_right_slope() -> None:
    loss = PerceptualLoss(Twice(), (4, 2))
    assert gradcheck(lambda x: loss(x, pictures(seed=1)), (pictures(grad=True),))


def test_the_pyramid_takes_means_of_areas() -> None:
    image = torch.arange(16.0).view(1, 1, 4, 4)
    assert torch.equal(shrink(image, 2), torch.tensor([[2.5, 4.5], [10.5, 12.5]]).view(1, 1, 2, 2))


def test_hinge_loss_by_hand() -> None:
    real, fake = torch.tensor([0.5, 3.0]), torch.tensor([-2.0, 0.25])
    assert hinge_loss(real, fake).item() == pytest.approx((0.5 + 0) / 2 + (0 + 1.25) / 2)


def test_a_critic_of_features_scores_patches_of_one_grid_and_learns_to_tell() -> None:
    torch.manual_seed(0)
    critic = FeatureCritic((4, 6, 8), width=8)
    real, fake = ([torch.randn(2, c, s, s) + m for c, s in ((4, 32), (6, 16), (8, 8))] for m in (1.0, -1.0))
    score, seen = critic(real)
    assert score.shape == (2, 3, 8, 8) and [each.shape for each in seen] == [(2, 8, 8, 8)] * 3
    adam = torch.optim.Adam(critic.parameters(), 5e-3)
    losses = []
    for _ in range(30):
        loss = hinge_loss(critic(real)[0], critic(fake)[0])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_the_slope_of_a_critic_of_features_is_bounded() -> None:
    """Whatever its weights are: three layers of spectral norm 1, as matrices, that meet each value nine times."""
    torch.manual_seed(0)
    critic = FeatureCritic((4,), width=8)
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.mul_(50)
    for _ in range(50):  # power iterations
        critic([torch.randn(1, 4, 8, 8)])
    critic.eval()
    features = torch.randn(1, 4, 8, 8, requires_grad=True)
    (slope,) = torch.autograd.grad(critic([features])[0].sum(), features)
    assert slope.abs().max() < 81
