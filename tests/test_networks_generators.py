"""What holds for every generator: shapes, ranges, gradients, caching, seeds, folding, refusals; and the critic."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from core.networks import VARIANTS, GeneratorInput, GeneratorOutput, build_discriminator, build_generator
from core.networks.blocks import folded, resize, shrink_flow, warp_features
from core.pipeline.stopwatch import Stopwatch

from .networks_tiny import batch, build, face_model, stirred, tiny

every_variant = pytest.mark.parametrize("name", list(VARIANTS))


def maps(output: GeneratorOutput) -> list[Tensor]:
    """What a variant gives; some have no flow mask."""
    return [each for each in output if each is not None]


@every_variant
@pytest.mark.parametrize("resolution", [64, 128])
def test_shapes_and_ranges(name: str, resolution: int) -> None:
    net = stirred(build(name, resolution), 3.0).eval()
    image, flow, occlusion, warped, mask = net(batch(2, resolution))
    assert image.shape == warped.shape == (2, 3, resolution, resolution)
    assert flow.shape == (2, 2, resolution, resolution)
    assert occlusion.shape == (2, 1, resolution, resolution)
    for each in (image, flow, occlusion, warped):
        assert each.dtype == torch.float32
        assert each.isfinite().all()
    assert (mask is None) == (name in ("baseline", "baseline_lc"))
    for each in (image, occlusion, warped, *([] if mask is None else [mask])):
        assert each.min() >= 0
        assert each.max() <= 1
    assert flow.std() > 0.01


@every_variant
def test_gradients_of_the_picture_reach_every_parameter(name: str) -> None:
    net = stirred(build(name)).train()
    image = net(batch(4)).image
    (image * torch.randn(image.shape, generator=torch.Generator().manual_seed(1))).sum().backward()
    without = [key for key, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert not without
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())


@every_variant
def test_the_first_step_moves_the_output_layers(name: str) -> None:
    """Layers that start at zero have a gradient at once: the nets do not start on a saddle."""
    net, inputs = build(name).train(), batch(4)
    (net(inputs).image - inputs.source.flip(-1)).square().sum().backward()
    last = net.paint[1].weight if name == "live" else net.motion_net.decoder.flow.weight
    assert last.grad.abs().max() > 1e-3


@every_variant
def test_a_source_is_encoded_once(name: str) -> None:
    """Kept features give what the whole net gives, and rendering does not encode."""
    net = stirred(build(name)).eval()
    inputs = batch()
    whole = net(inputs)
    encoder = net.source_encoder if name == "live" else net.encoder
    calls: list[int] = []
    encoder.register_forward_hook(lambda *_: calls.append(1))
    features = net.encode_source(inputs.source)
    for _ in range(3):
        kept = net.render(inputs, features)
    assert len(calls) == 1
    for a, b in zip(maps(whole), maps(kept)):
        torch.testing.assert_close(a, b)


@every_variant
def test_stages_are_told_once_each(name: str) -> None:
    net, inputs = build(name).eval(), batch()
    watch = Stopwatch()
    timed = net.render(inputs, net.encode_source(inputs.source), watch.stage)
    assert list(watch.times_ms) == ["motion", *([] if name == "live" else ["occlusion"]), "warp", "decode"]
    assert torch.equal(timed.image, net(inputs).image)


@every_variant
def test_seeds(name: str) -> None:
    """The same seed gives the same net, bit for bit, and torch's own randomness is left alone."""
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    first, second, other = build(name, seed=1), build(name, seed=1), build(name, seed=2)
    assert torch.rand(1) == expected
    inputs = batch()
    assert all(torch.equal(a, b) for a, b in zip(maps(first(inputs)), maps(second(inputs))))
    assert not torch.equal(stirred(first)(inputs).image, stirred(other)(inputs).image)


@every_variant
def test_weights_travel_without_the_mesh(name: str) -> None:
    """What is saved is parameters and running statistics; the graph comes from the face model."""
    first, second = stirred(build(name, seed=1)), build(name, seed=2)
    first.train()(batch(4))
    second.load_state_dict(load(save(first.state_dict())))
    inputs = batch()
    assert all(torch.equal(a, b) for a, b in zip(maps(first.eval()(inputs)), maps(second.eval()(inputs))))
    statistics = ("running_mean", "running_var", "num_batches_tracked")
    extra = set(first.state_dict()) - {key for key, _ in first.named_parameters()}
    assert all(key.endswith(statistics) for key in extra)


@pytest.mark.parametrize("name", sorted(set(VARIANTS) - {"gcn_to_cnn"}))
def test_weights_go_on_at_twice_the_resolution(name: str) -> None:
    """Trained at half the side first: the flow is decoded at the same side and enlarged, in the new pixels."""
    small = stirred(build(name)).eval()
    large = build_generator(replace(tiny(name, 128), flow_stride=8), face_model()).eval()
    large.load_state_dict(small.state_dict())
    inputs, enlarged = batch(), batch(2, 128)
    flow, twice = small(inputs).flow, large(enlarged).flow
    assert twice.abs().mean().item() == pytest.approx(2 * flow.abs().mean().item(), rel=0.2)


@every_variant
def test_folding_changes_nothing_but_the_time(name: str) -> None:
    net = stirred(build(name)).train()
    for seed in range(3):
        net(batch(4, seed=seed))
    inputs = batch()
    quick = folded(net)
    assert net.training
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in quick.modules())
    for a, b in zip(maps(net.eval()(inputs)), maps(quick(inputs))):
        torch.testing.assert_close(a, b, atol=2e-4, rtol=1e-3)


@every_variant
def test_only_what_is_needed_is_read(name: str) -> None:
    net, inputs = build(name).eval(), batch()
    needs = net.config.needs
    bare = GeneratorInput(*(value if field in needs else None for field, value in inputs._asdict().items()))
    assert torch.equal(net(bare).image, net(inputs).image)
    for field in needs - {"source"}:
        with pytest.raises(ValueError, match=f"{name} generator needs {field}"):
            net(inputs._replace(**{field: None}))


@every_variant
def test_pictures_of_a_batch_do_not_meet(name: str) -> None:
    net, inputs = stirred(build(name)).eval(), batch(3)
    alone = net(GeneratorInput(*(None if value is None else value[1:2] for value in inputs)))
    for a, b in zip(maps(net(inputs)), maps(alone)):
        torch.testing.assert_close(a[1:2], b, atol=1e-4, rtol=1e-3)


@every_variant
def test_bf16_keeps_positions(name: str) -> None:
    """Autocast rounds features, never sampling positions: the warped source stays the one of the flow."""
    net, inputs = stirred(build(name)).eval(), batch()
    exact = net(inputs)
    with torch.autocast("cpu", torch.bfloat16):
        rough = net(inputs)
    assert all(each.dtype == torch.float32 for each in maps(rough))
    assert (rough.flow - exact.flow).abs().max() < 0.02 * exact.flow.abs().max() + 0.05
    assert (rough.image - exact.image).abs().mean() < 0.02


def test_channels_last_is_the_same_picture() -> None:
    net, inputs = stirred(build("live")).eval(), batch()
    expected = net(inputs)
    last = [v if v is None or v.dim() < 4 else v.contiguous(memory_format=torch.channels_last) for v in inputs]
    for a, b in zip(net.to(memory_format=torch.channels_last)(GeneratorInput(*last)), expected):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-3)


def test_cost_of_a_live_render() -> None:
    """Under 12 GFLOP (two a multiplication) at 256², source features kept; three to six million parameters."""
    config = VARIANTS["live"]
    net = build_generator(config, face_model()).eval()
    assert 3e6 < sum(p.numel() for p in net.parameters()) < 6e6
    with torch.no_grad():
        inputs = batch(1, config.resolution)
        features = net.encode_source(inputs.source)
        with FlopCounterMode(display=False) as counter:
            net.render(inputs, features)
    assert 4e9 < counter.get_total_flops() < 12e9


def test_feature_flow_is_in_the_features_pixels() -> None:
    """A shift of four pixels is one of features at a quarter of the side, exactly; zero is the identity."""
    features = torch.rand(1, 3, 16, 16)
    flow = torch.zeros(1, 2, 64, 64)
    assert torch.equal(warp_features(features, flow), features)
    flow[:, 0] = 4
    assert torch.equal(warp_features(features, flow)[..., :-1], features[..., 1:])
    assert torch.equal(shrink_flow(flow, 4), flow[..., ::4, ::4] / 4)
    ramp = torch.arange(8.0).expand(1, 1, 8, 8)
    assert torch.allclose(resize(ramp, 16)[..., 1:-1], (torch.arange(14.0) + 0.5) / 2)


def test_bf16_features_are_sampled_between_their_pixels() -> None:
    """A sixteenth of a feature pixel along stripes: bf16 positions would round that away."""
    stripes = (torch.arange(64) % 2).to(torch.bfloat16).expand(1, 1, 64, 64)
    result = warp_features(stripes, torch.full((1, 2, 256, 256), 0.25))
    assert result.dtype == torch.bfloat16
    assert torch.equal(result[..., :-1], (stripes[..., :-1] - 1 / 16).abs())


def test_critic_scores_each_picture_and_gives_its_features() -> None:
    critic = build_discriminator(tiny("ours_paper"))
    for resolution in (64, 128):
        pictures = batch(3, resolution).source
        score, features = critic(pictures)
        assert score.shape == (3,)
        assert [tuple(each.shape) for each in features] == [
            (3, 8, resolution // 2, resolution // 2),
            (3, 16, resolution // 4, resolution // 4),
        ]
        torch.testing.assert_close(critic(pictures[1:2])[0], score[1:2])
    again = build_discriminator(tiny("ours_paper"))
    assert all(torch.equal(a, b) for a, b in zip(critic.parameters(), again.parameters()))


def test_gradient_penalty_reaches_every_layer_of_the_critic() -> None:
    """Eq. 8 differentiates twice; the bias of the score alone has no part in it."""
    critic = build_discriminator(tiny("ours_paper"))
    pictures = batch(2).source.requires_grad_()
    (gradient,) = torch.autograd.grad(critic(pictures)[0].sum(), pictures, create_graph=True)
    (gradient.flatten(1).norm(dim=1) - 1).square().mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for k, p in critic.named_parameters() if "weight" in k)
