"""Generators behind the reenactor: what they are given, what is kept of a source, and what comes out."""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from threading import Barrier
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from torch.nn import functional

from core import Controls, Reenactor
from core.geometry.halves import warp_halves, with_halves
from core.geometry.matte import matte
from core.geometry.warp import warp
from core.networks import Generator, GeneratorInput, GeneratorOutput
from core.networks.quantised import can_quantise
from core.pipeline.compose import compose
from core.pipeline.device import in_8_bits, inference_dtype, network_device
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned import LearnedBackend
from core.pipeline.source_cache import SourceCache
from core.regression.person import PersonSegmenter
from core.training.maps import Geometry

from .networks_tiny import build, face_model, stirred

CPU = torch.device("cpu")
STAGES = {"regression", "motion", "occlusion", "warp", "decode"}


def driven_by(reenactor: Reenactor, net: Generator, dtype: torch.dtype | None = torch.float32) -> Reenactor:
    """The loaded pipeline with a generator in place of its backend; no half of a head stands in for the other."""
    backend = LearnedBackend(net, replace(reenactor.model, symmetry=None), "tiny", CPU, dtype)
    other = object.__new__(Reenactor)
    other.__dict__.update(reenactor.__dict__, _backend=backend)
    return other


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(np.float32) - b).mean())


def test_a_net_that_learnt_nothing_moves_the_person_as_geometry_does(
    reenactor: Reenactor, source: EncodedFace, driving: EncodedFace
) -> None:
    geometric = reenactor.render(source, driving, Controls())
    out = driven_by(reenactor, build("live", 256)).render(source, driving, Controls())
    shown = matte(source.image, PersonSegmenter.load().mask(source.image))
    person = warp_halves(with_halves(shown), geometric.flow).clip(0, 1)
    assert np.abs(out.flow - person[..., None] * geometric.flow).max() < 0.05
    # OpenCV's positions are of 1/32 pixel: two levels, and on hard edges a little more.
    inside = person > 0.999
    assert inside.mean() > 0.3
    # Geometry alone samples bilinearly; nets at half pixels, too.
    sharper = warp_halves(with_halves(source.image), geometric.flow).astype(int) - geometric.warped
    wanted = np.clip(geometric.image + sharper, 0, 255)
    assert np.quantile(np.abs(out.image.astype(int) - wanted)[inside], 0.999) <= 4
    background = (person < 1e-3) & (PersonSegmenter.load().mask(source.image) < 0.01)
    background[:] &= cv2.erode(background.astype(np.uint8), np.ones((15, 15))) > 0
    assert background.sum() > 300
    assert np.abs(out.image.astype(int) - source.image)[background].max() <= 1
    assert np.abs(out.flow).max() > 2


@pytest.mark.parametrize("name", ["live", "ours_paper", "gcn_to_cnn", "baseline"])
@pytest.mark.parametrize("side", [256, 128])
def test_every_variant_gives_what_the_contract_says(
    reenactor: Reenactor, source: EncodedFace, driving: EncodedFace, name: str, side: int
) -> None:
    learned = driven_by(reenactor, stirred(build(name, side)))
    first, again = (learned.render(source, driving, Controls()) for _ in range(2))
    for picture in (again.image, again.warped):
        assert (picture.shape, picture.dtype) == ((256, 256, 3), np.uint8)
    assert (again.flow.shape, again.flow.dtype) == ((256, 256, 2), np.float32)
    assert (again.occlusion.shape, again.occlusion.dtype) == ((256, 256), np.float32)
    assert 0 <= again.occlusion.min() <= again.occlusion.max() <= 1
    assert (again.flow_mask is None) == (name == "baseline")
    if again.flow_mask is not None:
        assert again.flow_mask.shape == (256, 256) and 0 <= again.flow_mask.min() <= again.flow_mask.max() <= 1
    assert set(first.timings_ms) == STAGES | {"encode"} and set(again.timings_ms) == STAGES
    busy = {"regression", "motion", "warp", "decode"} | (
        {"occlusion"} if name in ("ours_paper", "gcn_to_cnn") else set()
    )
    assert all(again.timings_ms[stage] > 0 for stage in busy)
    assert np.array_equal(first.image, again.image)
    assert difference(again.image, again.warped) > 1
    assert difference(again.warped, warp(source.image, again.flow)) < 1


def test_a_smaller_net_leaves_the_picture_its_detail(
    reenactor: Reenactor, source: EncodedFace, driving: EncodedFace
) -> None:
    """It says where things go and what to add; what is drawn is the source at full size."""
    large, small = (
        driven_by(reenactor, build("live", side)).render(source, driving, Controls()) for side in (256, 128)
    )
    apart = np.abs(small.flow - large.flow)
    assert np.abs(large.flow).max() > 4 and np.median(apart) < 0.1 and np.quantile(apart, 0.95) < 1
    sharp = [cv2.Laplacian(cv2.cvtColor(each.image, cv2.COLOR_RGB2GRAY), cv2.CV_32F).std() for each in (large, small)]
    assert 0.97 < sharp[1] / sharp[0] < 1.03
    assert difference(large.image, small.image) < 3
    assert small.flow_mask is not None and small.flow_mask.min() < 0.2


@pytest.mark.parametrize("side", [256, 128, 64])
def test_at_rest_the_picture_is_the_source(reenactor: Reenactor, source: EncodedFace, side: int) -> None:
    still = driven_by(reenactor, stirred(build("live", side))).render(source, source, Controls(0, 0))
    assert np.array_equal(still.image, source.image) and not still.flow.any() and still.occlusion.min() == 1


@pytest.mark.parametrize("side", [256, 128])
def test_what_a_net_sees_is_what_it_was_trained_on(
    reenactor: Reenactor, source: EncodedFace, driving: EncodedFace, monkeypatch: pytest.MonkeyPatch, side: int
) -> None:
    """The maps of training, and the net's inputs in use: equal to the bit at 256², to rounding below."""
    net = build("gcn_to_cnn", side)
    monkeypatch.setattr(type(net.config), "needs", property(lambda _: frozenset(GeneratorInput._fields)))
    backend = LearnedBackend(net, reenactor.model, "tiny", CPU, torch.float32)
    seen: list[GeneratorInput] = []
    render = backend._net.render

    def watched(inputs: GeneratorInput, *rest: Any) -> GeneratorOutput:
        seen.append(inputs)
        return render(inputs, *rest)

    monkeypatch.setattr(backend._net, "render", watched)
    backend.reenact(source, driving.mesh)
    training = Geometry(face_model(), side)
    pair = [training.mesh(training.scaled(face.coefficients)) for face in (source, driving)]
    maps = training.maps(*pair)
    (inputs,) = seen
    expected = {
        "source_mesh": pair[0],
        "driving_mesh": pair[1],
        "geometric_flow": maps.flow,
        "visibility": maps.visibility[..., None],
        "head": maps.head[..., None],
        "normals": maps.normals,
        "source_normals": maps.source_normals,
    }
    for name, values in expected.items():
        tensor = getattr(inputs, name)
        got = (tensor[0] if name.endswith("mesh") else tensor[0].permute(1, 2, 0)).numpy()
        assert got.shape == values.shape
        off = np.abs(got - values.astype(np.float32)) > (0 if side == 256 else 1e-3)
        assert off.mean() <= (0 if side == 256 else 0.002), name
    picture = torch.from_numpy(source.image).permute(2, 0, 1)[None] / 255
    assert (inputs.source - functional.avg_pool2d(picture, 256 // side)).abs().max() < 1 / 255


def test_a_source_is_encoded_once(
    reenactor: Reenactor, source: EncodedFace, driving: EncodedFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = driven_by(reenactor, build("live", 64))
    backend = learned._backend
    assert isinstance(backend, LearnedBackend)
    calls: list[int] = []
    encode = backend._net.encode_source
    monkeypatch.setattr(backend._net, "encode_source", lambda picture: calls.append(1) or encode(picture))  # type: ignore[func-returns-value]
    for alpha in (0.2, 0.4, 0.6):
        learned.render(source, driving, Controls(alpha, alpha))
    assert len(calls) == 1
    learned.render(driving, source, Controls())
    learned.render(source, driving, Controls())
    assert len(calls) == 2


def test_the_source_is_drawn_once_by_the_geometric_backend_too(
    reenactor: Reenactor, source: EncodedFace, driving: EncodedFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = replace(source)
    reenactor.render(fresh, driving, Controls())
    drawn: list[np.ndarray] = []
    from core.geometry import drawn_mesh

    draw = drawn_mesh.rasterise
    monkeypatch.setattr(drawn_mesh, "rasterise", lambda mesh, *rest: drawn.append(mesh) or draw(mesh, *rest))  # type: ignore[func-returns-value]
    for alpha in (0.3, 0.6):
        reenactor.render(fresh, driving, Controls(alpha, alpha))
    assert len(drawn) == 2 and not any(np.array_equal(mesh, fresh.mesh) for mesh in drawn)


def test_threads_do_not_disturb_each_other(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    """As the app's live thread and its export do: two sources, one backend, each as if it were alone."""
    jobs = [(a, b, Controls(alpha, alpha)) for a, b in ((source, driving), (driving, source)) for alpha in (0.4, 0.8)]
    net = stirred(build("live", 128))
    alone = [driven_by(reenactor, net, torch.bfloat16).render(*job).image for job in jobs]
    shared, start = driven_by(reenactor, net, torch.bfloat16), Barrier(len(jobs))

    def work(job: tuple[EncodedFace, EncodedFace, Controls]) -> list[np.ndarray]:
        start.wait(10)
        return [shared.render(*job).image for _ in range(3)]

    with ThreadPoolExecutor(len(jobs)) as pool:
        for expected, images in zip(alone, pool.map(work, jobs)):
            assert all(np.array_equal(image, expected) for image in images)


def test_sixteen_bits_are_close_to_thirty_two(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    for name in ("live", "ours_paper"):
        net = stirred(build(name, 128))
        outs = [
            driven_by(reenactor, net, d).render(source, driving, Controls()) for d in (torch.float32, torch.bfloat16)
        ]
        assert difference(outs[0].image, outs[1].image) < 1.5
        assert difference(outs[0].flow, outs[1].flow) < 0.1
        assert not np.array_equal(outs[0].image, outs[1].image)


def test_sixteen_bits_only_where_the_processor_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    for has, expected in (
        ({"amx_bf16": True}, torch.bfloat16),
        ({"avx512_bf16": True}, torch.bfloat16),
        ({}, torch.float32),
    ):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda has=has: has)
        assert inference_dtype(CPU) == expected
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True})
    for limit, expected in (
        ("AVX512_CORE", torch.float32),
        ("avx2", torch.float32),
        ("AVX512_CORE_AMX", torch.bfloat16),
    ):
        monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", limit)
        assert inference_dtype(CPU) == expected
    assert network_device(torch.device("mps")) == CPU


def test_eight_bits_only_where_the_processor_multiplies_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    for has, expected in (({"avx512_vnni": True}, True), ({"amx_int8": True}, True), ({"avx512_bf16": True}, False)):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda has=has: has)
        assert in_8_bits(CPU) == (expected and can_quantise())
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_vnni": True})
    for limit, expected in (
        ("AVX512_CORE", False),
        ("AVX2_VNNI", False),
        ("avx512_core_vnni", True),
        ("AVX512_CORE_BF16", True),
        ("AVX10_1_512", True),
        ("ALL", True),
    ):
        monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", limit)
        assert in_8_bits(CPU) == (expected and can_quantise()), limit
    assert not in_8_bits(torch.device("cuda"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_on_a_gpu_the_picture_is_the_same(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    net = stirred(build("live", 256))
    here = driven_by(reenactor, net).render(source, driving, Controls())
    there = driven_by(reenactor, net)
    there._backend = LearnedBackend(net, reenactor.model, "tiny", torch.device("cuda"))
    out = there.render(source, driving, Controls())
    assert difference(here.image, out.image) < 1.5
    assert set(out.timings_ms) == STAGES | {"encode"}


def test_alpha_moves_smoothly(reenactor: Reenactor, source: EncodedFace, driving: EncodedFace) -> None:
    learned = driven_by(reenactor, stirred(build("live", 128), 0.1))
    images = [learned.render(source, driving, Controls(a, a)).image for a in np.linspace(0, 1, 9)]
    steps = [difference(a, b) for a, b in pairwise(images)]
    assert max(steps) < 2 * np.mean(steps)


def test_full_size_keeps_the_sources_detail(reenactor: Reenactor, collins: np.ndarray, driving: EncodedFace) -> None:
    """A net of 128² that paints nothing gives, at full size, the full-size source warped."""
    large = np.repeat(np.repeat(collins, 2, 0), 2, 1)
    large[::2, ::2] //= 2  # detail that 256² cannot hold
    learned = driven_by(reenactor, build("live", 128))
    source = learned.encode_source(large)
    out = learned.render(source, driving, Controls())
    pasted = learned.paste_back(source, out)
    sharpness = [float(np.abs(np.diff(each[400:700, 300:700].astype(int), axis=1)).mean()) for each in (large, pasted)]
    assert sharpness[1] > 0.75 * sharpness[0]
    assert difference(pasted, large) > 2


def test_what_was_painted_is_added_at_any_size() -> None:
    rng = np.random.default_rng(0)
    flow = np.zeros((64, 64, 2), np.float32)
    picture = rng.integers(60, 190, (160, 160, 3)).astype(np.uint8)
    painted = np.full((64, 64, 3), 20, np.float32)
    assert np.array_equal(compose(picture, flow, painted), picture + 20)
    assert np.array_equal(compose(picture, flow, 0 * painted), picture)
    assert compose(picture, flow, painted * 100).min() == 255
    flow[..., 0] = 4  # ten pixels of the larger picture
    inner = compose(picture, flow, painted)[:, :-10]
    assert np.array_equal(inner, picture[:, 10:] + 20)


@pytest.fixture
def faces(source: EncodedFace) -> Callable[[], EncodedFace]:
    return lambda: replace(source)


def test_the_cache_is_bounded_and_forgets_the_dead(faces: Callable[[], EncodedFace]) -> None:
    cache: SourceCache[int] = SourceCache(kept=3)
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    alive = [faces() for _ in range(4)]
    assert [cache.get(face, make) for face in alive] == [0, 1, 2, 3]
    assert len(cache) == 3
    assert cache.get(alive[1], make) == 1  # now the most recently used
    assert cache.get(alive[0], make) == 4  # was dropped, made again; 2 goes
    assert [cache.get(alive[k], make) for k in (1, 3)] == [1, 3]
    del alive[1:]
    gc.collect()
    assert len(cache) == 1


def test_a_failed_making_is_tried_again_and_two_threads_make_once(faces: Callable[[], EncodedFace]) -> None:
    cache: SourceCache[str] = SourceCache()
    face, start = faces(), Barrier(4)
    with pytest.raises(ZeroDivisionError):
        cache.get(face, lambda: str(1 / 0))
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "made"

    def ask(_: int) -> str:
        start.wait(10)
        return cache.get(face, make)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == ["made"] * 4
    assert len(made) == 1
