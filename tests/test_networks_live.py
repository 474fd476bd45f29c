"""The live generator: exactly the warped source at first, the source's pixels where it keeps them, no seam."""

from __future__ import annotations

import math

import pytest
import torch

from core.geometry.halves import tensor_with_halves, warp_tensor_halves
from core.networks import GeneratorInput
from core.networks.live import LiveGenerator

from .networks_tiny import batch, build, stirred


def live(resolution: int = 64) -> LiveGenerator:
    net = build("live", resolution)
    assert isinstance(net, LiveGenerator)
    return net


def sharp(picture: torch.Tensor, flow: torch.Tensor) -> torch.Tensor:
    return warp_tensor_halves(tensor_with_halves(picture), flow)


def unpainted() -> GeneratorInput:
    """Where the geometry paints nothing, all of the picture can be learned."""
    inputs = batch()
    assert inputs.hidden is not None
    return inputs._replace(hidden=torch.zeros_like(inputs.hidden))


def faded(inputs: GeneratorInput) -> torch.Tensor:
    """How much of what is learned shows: N×1×1×1."""
    assert inputs.geometric_flow is not None
    longest = torch.linalg.vector_norm(inputs.geometric_flow, dim=1).flatten(1).amax(1)
    return (1 - torch.exp(-96 * longest / inputs.source.shape[-1])).reshape(-1, 1, 1, 1)


def moved(inputs: GeneratorInput, flow: torch.Tensor) -> torch.Tensor:
    """The person, warped, over the background, and what is hidden."""
    assert inputs.person is not None and inputs.background is not None and inputs.hidden is not None
    own = inputs.source - (1 - inputs.person) * inputs.background
    gone = 1 - sharp(inputs.person, flow)
    return (sharp(own, flow) + gone * inputs.background + inputs.hidden).clamp(0, 1)


@pytest.mark.parametrize("training", [True, False])
def test_at_first_it_is_exactly_the_moved_person_over_the_background(training: bool) -> None:
    inputs = batch()
    output = live().train(training)(inputs)
    flow, person = inputs.geometric_flow, inputs.person
    assert flow is not None and person is not None
    assert torch.allclose(output.image, moved(inputs, flow), atol=1e-6)
    assert torch.allclose(output.flow, flow * (1 - faded(inputs) * (1 - sharp(person, flow))).clamp(0, 1), atol=1e-5)
    assert torch.equal(output.warped, sharp(inputs.source, output.flow))
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(live().train(training)(inputs).image, output.image)


def test_without_a_background_it_is_the_warped_source() -> None:
    inputs = batch()
    assert inputs.person is not None and inputs.hidden is not None and inputs.geometric_flow is not None
    nothing = torch.zeros_like(inputs.hidden)
    output = live()(inputs._replace(person=torch.ones_like(inputs.person), hidden=nothing))
    assert torch.allclose(output.flow, inputs.geometric_flow)
    assert torch.allclose(output.image, sharp(inputs.source, inputs.geometric_flow), atol=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_what_is_learned_fades_in_with_the_motion(share: float) -> None:
    """Without motion the picture is the source, whatever was learnt."""
    net, inputs = stirred(live()).eval(), batch()
    assert inputs.geometric_flow is not None and inputs.hidden is not None
    flow = torch.zeros_like(inputs.geometric_flow)
    flow[:, 0, 30, 30] = share
    output = net(inputs._replace(geometric_flow=flow, hidden=torch.zeros_like(inputs.hidden)))
    change = (output.image - inputs.source).abs()
    assert change.max() < 1e-6 if share == 0 else change.mean() > 0.001
    assert torch.allclose(net._fade(flow).flatten(), torch.full((len(flow),), 1 - math.exp(-96 * share / 64)))


def test_the_border_stays_the_sources() -> None:
    """Whatever was learnt: the geometric flow is zero there, and nothing is painted."""
    inputs = batch()
    output = stirred(live(), 3.0).eval()(inputs)
    assert inputs.person is not None and inputs.geometric_flow is not None
    still = moved(inputs, torch.zeros_like(inputs.geometric_flow))
    for index in (0, -1):
        assert torch.allclose(output.image[..., index, :], still[..., index, :], atol=1e-6)
        assert torch.allclose(output.image[..., index], still[..., index], atol=1e-6)
    assert (output.image - output.warped)[..., 8:-8, 8:-8].abs().mean() > 0.01


@pytest.mark.parametrize(("logit", "occlusion"), [(-200.0, 1.0), (200.0, 0.0)])
def test_the_mask_keeps_or_paints(logit: float, occlusion: float) -> None:
    net, inputs = stirred(live()).eval(), unpainted()
    with torch.no_grad():
        net.paint[1].weight[:] = 0
        net.paint[1].bias[48:] = logit
        net.paint[1].bias[:48] = 2.0
    output = net(inputs)
    inside = output.occlusion[..., 8:-8, 8:-8]
    assert torch.equal(inside, torch.full_like(inside, occlusion))
    with torch.no_grad():
        net.paint[1].weight[:48] = net.paint[1].bias[:48] = 0
    untouched = net(inputs)
    assert torch.equal(untouched.occlusion, torch.ones_like(untouched.occlusion))
    assert torch.equal(output.image, untouched.image) == (occlusion == 1)


def test_what_left_the_range_comes_back() -> None:
    """Clamping passes its gradient: a pixel painted beyond white is still pulled down."""
    net, inputs = live().train(), unpainted()
    with torch.no_grad():
        net.paint[1].bias[:48] = 9.0
    output = net(inputs)
    assert output.image[..., 8:-8, 8:-8].min() == 1
    (output.image - 0.5).square().mean().backward()
    assert (net.paint[1].bias.grad[:48] > 0).all()


def test_every_input_is_looked_at() -> None:
    net, inputs = stirred(live()).eval(), batch()
    image = net(inputs).image
    for field in net.config.needs:
        changed = inputs._replace(**{field: getattr(inputs, field).flip(0)})
        assert (net(changed).image - image).abs().max() > 1e-4, field


def test_source_features_are_looked_at() -> None:
    net, inputs = stirred(live(), 2.0).eval(), unpainted()
    features = net.encode_source(inputs.source)
    image = net.render(inputs, features).image
    for level in range(len(features)):
        changed = [each.flip(0) if index == level else each for index, each in enumerate(features)]
        assert (net.render(inputs, tuple(changed)).image - image).abs().max() > 1e-3, level


def test_flow_can_leave_the_geometrys() -> None:
    net, inputs = stirred(live()).eval(), batch()
    assert inputs.person is not None and inputs.geometric_flow is not None
    inputs = inputs._replace(person=torch.ones_like(inputs.person))
    output = net(inputs)
    assert (output.flow - inputs.geometric_flow).abs().max() > 0.01
    assert torch.equal(output.warped, sharp(inputs.source, output.flow))


def test_overfits_one_pair() -> None:
    """Towards a picture that no flow gives: the squared error falls to less than a twentieth."""
    net, inputs = live().train(), unpainted()
    target = inputs.source.flip(1).roll(3, -1)
    optimiser = torch.optim.Adam(net.parameters(), 2e-3)
    losses = []
    for _ in range(120):
        loss = (net(inputs).image - target)[..., 4:-4, 4:-4].square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 20
