"""Convolutions in 8 bits, against the same in floats; and the whole net, against itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from core import Controls, Reenactor
from core.errors import WeightsError
from core.media.read_image import read_image
from core.networks.blocks import ResidualBlock
from core.networks.fused import FusedConv, FusedResidual
from core.networks.inference import for_inference
from core.networks.live import LiveGenerator
from core.networks.live_inference import LiveInference
from core.networks.quantised import QuantisedConv, Scale, quantise
from core.networks.ranges import measured_ranges
from core.pipeline.device import in_8_bits
from core.pipeline.learned import LearnedBackend
from core.pipeline.learned_weights import load_generator
from core.pipeline.samples import sample_driving, sample_source

from .networks_tiny import batch, build, stirred

CPU = torch.device("cpu")

pytestmark = pytest.mark.skipif(not in_8_bits(CPU), reason="no VNNI and no AMX here")

NUMBERS = st.floats(-1e3, 1e3, width=32, allow_subnormal=False)


@settings(max_examples=200, deadline=None)
@given(NUMBERS, NUMBERS, st.lists(NUMBERS, min_size=1, max_size=20))
def test_a_byte_is_the_nearest_of_256(low: float, high: float, numbers: list[float]) -> None:
    low, high = sorted((low, high))
    scale = Scale.over(low, high)
    found = (scale.bytes_of(torch.tensor(numbers)).double() - scale.zero) * scale.step
    least, most = -scale.zero * scale.step, (255 - scale.zero) * scale.step
    wanted = torch.tensor(numbers, dtype=torch.float64).clamp(least, most)
    assert ((found - wanted).abs() <= scale.step * 0.501).all()
    assert scale.bytes_of(torch.zeros(1)).item() == scale.zero
    assert least <= min(low, 0) + scale.step and most >= max(high, 0) - scale.step


def in_whole_numbers(conv: QuantisedConv, x: torch.Tensor) -> torch.Tensor:
    """The definition, in float64: bytes and weights back to numbers, then an ordinary convolution."""
    assert conv.bias is not None
    numbers = (x.double() - conv.taken.zero) * conv.taken.step
    weight = conv.weight.double() * conv.steps.double()[:, None, None, None]
    return functional.conv2d(numbers, weight, conv.bias.double(), conv.stride, conv.padding)


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 1), (4, 2)])
@pytest.mark.parametrize("low", [0.0, -1.0])
@pytest.mark.parametrize("relu", [False, True])
def test_it_computes_what_it_says(size: int, stride: int, low: float, relu: bool) -> None:
    torch.manual_seed(3)
    plain = torch.nn.Conv2d(20, 24, size, stride, padding=(size - 1) // 2)
    conv = QuantisedConv(FusedConv(plain, relu, torch.float32), Scale.over(low, 2.0), None)
    conv.pack(12)
    x = (torch.rand(2, 20, 12, 12) * (2 - low) + low).contiguous(memory_format=torch.channels_last)
    wanted = in_whole_numbers(conv, conv.taken.bytes_of(x))
    wanted = wanted.clamp(min=0) if relu else wanted
    with torch.inference_mode():
        found = conv(x)
        beside = torch.rand_like(found)
        summed = conv(conv.taken.bytes_of(x), beside.clone(memory_format=torch.channels_last))
    assert (found - wanted).abs().max() < 1e-4
    floats = functional.relu(plain(x)) if relu else plain(x)
    assert (found - floats).abs().max() < 0.1 < floats.abs().max()
    before = in_whole_numbers(conv, conv.taken.bytes_of(x)) + beside
    assert (summed - (before.clamp(min=0) if relu else before)).abs().max() < 1e-4


def test_a_residual_block_stays_in_bytes() -> None:
    torch.manual_seed(4)
    block = FusedResidual(ResidualBlock(16, "none"), torch.float32)
    x = torch.rand(1, 16, 8, 8).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        inner, wanted = block.first(x), block(x)
        rows = [[0.0, 1.0, float(inner.max())], [0.0, float(inner.max()), float(wanted.max())]]
        net = torch.nn.Sequential(block)
        quantise(net, torch.tensor(rows), kept=[], floats=[])
        for conv in (block.first, block.second):
            assert isinstance(conv, QuantisedConv)
            conv.pack(8)
        found = net(Scale.over(0.0, 1.0).bytes_of(x))
    assert found.dtype == torch.uint8
    scale = block.second.given
    assert (found.float() * scale.step - wanted).abs().max() < 4 * scale.step


@pytest.mark.parametrize("ranges", [torch.zeros(2, 3), torch.zeros(1, 2), torch.tensor([[0.0, math.nan, 1.0]])])
def test_ranges_of_another_net_are_refused(ranges: torch.Tensor) -> None:
    net = torch.nn.Sequential(FusedConv(torch.nn.Conv2d(4, 4, 1), False, torch.float32))
    with pytest.raises(WeightsError, match="measure them again"):
        quantise(net, ranges, [], [])


@pytest.fixture(scope="module")
def nets() -> tuple[LiveGenerator, LiveInference]:
    """A net with measured ranges, and the same in float32."""
    net = stirred(build("live", 64, norm="none"), 0.3).eval()
    assert isinstance(net, LiveGenerator)
    plain = for_inference(net, torch.float32)
    assert isinstance(plain, LiveInference)
    net.ranges = measured_ranges(plain, [batch(seed=seed) for seed in range(4)])
    return net, plain


def test_ranges_hold_what_they_were_measured_on(nets: tuple[LiveGenerator, LiveInference]) -> None:
    net, plain = nets
    seen: list[tuple[float, float, float]] = []

    def note(module: torch.nn.Module, taken: tuple[torch.Tensor, ...], given: torch.Tensor) -> None:
        seen.append((float(taken[0].min()), float(taken[0].max()), float(given.max())))

    convs = [module for module in plain.modules() if isinstance(module, FusedConv)]
    hooks = [conv.register_forward_hook(note) for conv in convs]
    with torch.inference_mode():
        plain(batch(seed=2))
    for hook in hooks:
        hook.remove()
    assert net.ranges is not None and len(seen) == len(convs) == len(net.ranges)
    low, high, out = net.ranges.unbind(1)
    assert low.min() < 0 and high.max() > 0 and out.max() > 0
    for least, most, greatest in seen:  # the order of calls is not that of the modules: each is held by some row
        assert ((low <= least + 1e-6) & (high >= most - 1e-6) & (out >= greatest - 1e-6)).any()


def test_in_8_bits_the_net_gives_nearly_the_same_picture(nets: tuple[LiveGenerator, LiveInference]) -> None:
    net, plain = nets
    narrow = for_inference(net, torch.bfloat16, in_bytes=True)
    assert isinstance(narrow, LiveInference) and narrow.in_bytes
    assert sum(isinstance(module, QuantisedConv) for module in narrow.modules()) > 25
    for seed in (1, 9):
        with torch.inference_mode():
            found, wanted = (each(batch(seed=seed)) for each in (narrow, plain))
        painted = (wanted.image - wanted.warped).square().mean()
        error = (found.image - wanted.image).square().mean()
        assert 0 < error < painted / 100
        assert (found.flow - wanted.flow).abs().mean() < 0.05


def test_without_ranges_it_computes_in_floats() -> None:
    net = for_inference(build("live", 64, norm="none"), torch.float32, in_bytes=True)
    assert isinstance(net, LiveInference) and not net.in_bytes


def test_the_released_nets_have_ranges_and_lose_nothing_to_be_seen() -> None:
    reenactor = Reenactor.load("cpu")
    assert reenactor.computes_in == "int8"
    source = reenactor.encode_source(read_image(sample_source()).pixels)
    driver = reenactor.encode_driving(read_image(sample_driving()).pixels)
    mesh = reenactor.render(source, driver, Controls()).driving_mesh
    for name in ("live", "live_128"):
        pictures = []
        for dtype in (None, torch.float32):
            backend = LearnedBackend(load_generator(name, reenactor.model), reenactor.model, name, CPU, dtype)
            assert backend.computes_in == ("float32" if dtype else "int8")
            pictures.append(backend.reenact(source, mesh).image.astype(np.float64))
        error = np.square(pictures[0] - pictures[1]).mean()
        assert error > 0 and 10 * math.log10(255**2 / error) > 50
