"""The paper's generator: what zero flow, occlusion and mask do, and that it can learn (paper 3.2, 3.3)."""

from __future__ import annotations

import pytest
import torch

from core.geometry.warp import warp_tensor
from core.networks.blocks import resize
from core.networks.paper import PaperGenerator

from .networks_tiny import batch, build, stirred

PAPER = ["baseline", "baseline_lc", "baseline_o", "gcn_to_cnn", "ours_paper"]


def paper(name: str) -> PaperGenerator:
    net = build(name)
    assert isinstance(net, PaperGenerator)
    return net


def set_maps(net: PaperGenerator, occlusion: float, mask: float) -> None:
    """O and M everywhere, as logits."""
    assert net.occlusion_net is not None
    with torch.no_grad():
        net.occlusion_net.maps.weight.zero_()
        net.occlusion_net.maps.bias.copy_(torch.tensor([occlusion, mask]))


@pytest.mark.parametrize("name", PAPER)
def test_the_first_flow_is_zero_and_the_first_warp_the_source(name: str) -> None:
    inputs = batch()
    output = paper(name).eval()(inputs)
    assert not output.flow.any()
    assert torch.equal(output.warped, inputs.source)


@pytest.mark.parametrize("name", ["baseline", "baseline_lc"])
def test_without_occlusion_net_all_is_taken_and_all_motion_believed(name: str) -> None:
    net, inputs = stirred(paper(name)).eval(), batch()
    output = net(inputs)
    assert torch.equal(output.occlusion, torch.ones_like(output.occlusion))
    assert torch.equal(output.flow, net.estimate_flow(inputs)) and output.flow_mask is None
    assert not any("occlusion" in key for key in net.state_dict())


def test_the_warped_source_is_that_of_the_flow_given() -> None:
    net, inputs = stirred(paper("ours_paper")).eval(), batch()
    output = net(inputs)
    assert torch.equal(output.warped, warp_tensor(inputs.source, output.flow))
    assert torch.equal(output.flow, net.estimate_flow(inputs) * output.flow_mask)
    assert output.flow_mask.std() > 0


def test_occlusion_zero_takes_nothing_of_the_source() -> None:
    net, inputs = stirred(paper("ours_paper")).eval(), batch()
    other = inputs._replace(source=inputs.source.flip(-1))
    set_maps(net, -100, 4)
    assert torch.equal(net(inputs).image, net(other).image)
    assert not net(inputs).occlusion.any()
    set_maps(net, 100, 4)
    assert not torch.equal(net(inputs).image, net(other).image)
    assert net(inputs).occlusion.min() == 1


def test_mask_zero_stands_still_and_one_believes() -> None:
    net, inputs = stirred(paper("ours_paper")).eval(), batch()
    set_maps(net, 2, -200)
    assert not net(inputs).flow.any()
    assert torch.equal(net(inputs).warped, inputs.source)
    set_maps(net, 2, 200)
    assert torch.equal(net(inputs).flow, net.estimate_flow(inputs))


def test_flow_is_in_pixels_of_the_resolution() -> None:
    """The same decoder output is twice as many pixels in a picture twice as large."""
    small, large = stirred(paper("ours_paper")).eval(), stirred(build("ours_paper", 128)).eval()
    for net in (small, large):
        with torch.no_grad():
            net.motion_net.decoder.flow.weight.zero_()
            net.motion_net.decoder.flow.bias.copy_(torch.tensor([0.25, -0.5]))
    for net, resolution in ((small, 64), (large, 128)):
        flow = net.estimate_flow(batch(1, resolution))
        assert torch.equal(flow[:, 0], torch.full_like(flow[:, 0], resolution / 64))
        assert torch.equal(flow[:, 1], torch.full_like(flow[:, 1], -resolution / 32))


@pytest.mark.parametrize("name", ["ours_paper", "gcn_to_cnn"])
def test_motion_net_learns_a_flow(name: str) -> None:
    """Two pairs by heart: the endpoint error falls to less than a third of what it is without motion."""
    net, inputs = paper(name).train(), batch()
    coarse = torch.rand(2, 2, 4, 4, generator=torch.Generator().manual_seed(1))
    expected = 6 * (resize(coarse, 64) - 0.5)
    optimiser = torch.optim.Adam(net.motion_net.parameters(), 3e-3)
    losses = []
    for _ in range(80):
        error = (net.estimate_flow(inputs) - expected).square().sum(1).mean()
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        losses.append(error.item())
    assert losses[-1] < losses[0] / 10  # squared


def test_overfits_one_batch() -> None:
    net, inputs = paper("ours_paper").train(), batch()
    target = inputs.source.roll(3, -1)
    optimiser = torch.optim.Adam(net.parameters(), 3e-3)
    losses = []
    for _ in range(60):
        loss = (net(inputs).image - target).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 10
