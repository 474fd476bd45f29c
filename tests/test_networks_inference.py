"""Networks rearranged for use give what the networks they come from give."""

from __future__ import annotations

import pytest
import torch

from core.networks import Generator, GeneratorInput, GeneratorOutput
from core.networks import fused as fused_module
from core.networks.blocks import ConvNorm, ResidualBlock
from core.networks.config import Norm
from core.networks.fused import FusedConv, FusedResidual, fused, pack
from core.networks.inference import for_inference
from core.networks.live_inference import LiveInference, _sample

from .networks_tiny import batch, build, stirred


def rendered(net: Generator, inputs: GeneratorInput) -> GeneratorOutput:
    with torch.inference_mode():
        return net(inputs)  # type: ignore[no-any-return]


def close(found: GeneratorOutput, wanted: GeneratorOutput, image: float, flow: float) -> None:
    pictures = ((name, image) for name in ("image", "warped", "occlusion", "flow_mask"))
    for name, tolerance in (*pictures, ("flow", flow)):
        assert (getattr(found, name) - getattr(wanted, name)).abs().max() < tolerance, name


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("resolution", [64, 128])
def test_the_live_net_gives_the_same_picture(norm: Norm, resolution: int) -> None:
    net = stirred(build("live", resolution, norm=norm), 0.5).eval()
    inputs = batch(resolution=resolution)
    quick = for_inference(net, torch.float32)
    assert isinstance(quick, LiveInference)
    wanted = rendered(net, inputs)
    assert (wanted.image - wanted.warped).abs().mean() > 0.01  # something is painted, or the test would be empty
    close(rendered(quick, inputs), wanted, 2e-4, 2e-3)


def test_in_16_bits_it_is_as_near_as_the_net_under_autocast() -> None:
    net, inputs = stirred(build("live", 64, norm="none"), 0.3).eval(), batch()
    wanted = rendered(net, inputs)
    with torch.autocast("cpu", torch.bfloat16):
        usual = rendered(net, inputs)
    found = rendered(for_inference(net, torch.bfloat16), inputs)
    for name in ("image", "occlusion", "flow"):
        error, allowed = ((getattr(each, name) - getattr(wanted, name)).abs().mean() for each in (found, usual))
        assert error < 2 * allowed + 1e-4, name


def test_one_sources_features_serve_a_batch_of_drivers() -> None:
    net, inputs = for_inference(stirred(build("live", 64, norm="none")).eval(), torch.float32), batch()
    with torch.inference_mode():
        features = net.encode_source(inputs.source[:1])
        alone = [
            net.render(
                GeneratorInput(*(None if f is None else f[k : k + 1] for f in inputs))._replace(
                    source=inputs.source[:1],
                    person=inputs.person[:1],
                    background=inputs.background[:1],  # type: ignore[index]
                ),
                features,
            ).image
            for k in range(len(inputs.source))
        ]
        together = net.render(
            inputs._replace(
                source=inputs.source[:1].expand_as(inputs.source),
                person=inputs.person[:1].expand_as(inputs.person),  # type: ignore[index, arg-type]
                background=inputs.background[:1].expand_as(inputs.background),  # type: ignore[index, arg-type]
            ),
            features,
        ).image
    assert torch.allclose(together, torch.cat(alone), atol=1e-4)


def test_a_norm_that_depends_on_the_picture_is_left_to_the_net_itself() -> None:
    assert not isinstance(for_inference(build("live", 64, norm="group"), torch.float32), LiveInference)


def test_sampling_is_bilinear_with_repeated_borders() -> None:
    features = torch.rand(2, 5, 7, 3)
    flow = torch.randn(2, 5, 7, 2) * 4
    found = _sample(features, flow)
    for n, row, column in ((0, 0, 0), (1, 4, 6), (0, 2, 3), (1, 3, 1)):
        x = min(max(column + float(flow[n, row, column, 0]), 0), 6)
        y = min(max(row + float(flow[n, row, column, 1]), 0), 4)
        left, top = min(int(x), 5), min(int(y), 3)
        right, down = x - left, y - top
        square = features[n, top : top + 2, left : left + 2]
        weights = torch.tensor([[(1 - down) * (1 - right), (1 - down) * right], [down * (1 - right), down * right]])
        assert torch.allclose(found[n, row, column], (square * weights[..., None]).sum((0, 1)), atol=1e-5)


@pytest.mark.parametrize("packed", [True, False])
def test_fused_layers_are_the_layers(packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not packed:
        monkeypatch.setattr(fused_module, "POINTWISE", None)
    torch.manual_seed(1)
    block = ResidualBlock(8, "none").eval()
    torch.nn.init.normal_(block.main[1].conv.weight, std=0.2)  # type: ignore[union-attr, arg-type]
    single = ConvNorm(8, 6, stride=2, size=4, norm="none").eval()
    x = torch.randn(2, 8, 16, 16).to(memory_format=torch.channels_last)
    quick, half = FusedResidual(block, torch.float32), fused(single, torch.float32)
    for module in (quick, half):
        pack(module, 16)
    assert all(bool(each.packed) == packed for each in (half, quick.first, quick.second))
    with torch.inference_mode():
        assert torch.allclose(quick(x), block(x), atol=1e-5)
        assert torch.allclose(half(x), single(x), atol=1e-5)


def test_weights_are_laid_out_for_one_thread_and_for_several() -> None:
    """With AVX2 oneDNN wants them in different ways: a batch, one picture on each core, took 1.6 times as long as its
    pictures one after the other."""
    conv = fused(torch.nn.Conv2d(8, 8, 3, padding=1), torch.float32)
    x = torch.randn(1, 8, 16, 16).to(memory_format=torch.channels_last)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        pack(conv, 16)
        assert set(conv.packed) == {False}
        with torch.inference_mode():
            several = conv(x)
            torch.set_num_threads(1)
            alone = conv(x)
    finally:
        torch.set_num_threads(before)
    assert set(conv.packed) == {False, True}
    assert torch.allclose(several, alone, atol=1e-5)


def test_a_norm_is_not_dropped() -> None:
    with pytest.raises(ValueError, match="norm"):
        fused(ConvNorm(8, 8, norm="group"), torch.float32)
    assert isinstance(fused(torch.nn.Conv2d(4, 4, 1), torch.float32), FusedConv)
