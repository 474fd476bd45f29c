"""Pairs: what they show, that they depend on seed and number alone, and that a mirror mirrors everything."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from core import Reenactor
from core.errors import InputError
from core.geometry.back_of_head import BackOfHead
from core.geometry.matte import matte
from core.geometry.warp import warp, warp_tensor
from core.geometry.whole_head import WholeHead
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned import LearnedBackend
from core.pipeline.learned_inputs import fields_of
from core.regression.person import PersonSegmenter
from core.regression.pose import angles, compose, decompose, rotation_from_angles
from core.training import make_pair, pair_cache
from core.training.batch import pack, posed_meshes, unpack
from core.training.cache import Entry, Face, FaceCache, write_index, write_shard
from core.training.colour import ColourJitter, recoloured
from core.training.make_pair import PairConfig, PairMaker, brought_to_front
from core.training.maps import Geometry
from core.training.motion_pair import MotionPair
from core.training.noise import FitNoise, Spread, misfitted, moved
from core.training.pair import Pair, _back, mirrored, mirrored_coefficients, names, reduced
from core.training.pair_cache import StoredPairs
from core.training.random_motion import MotionConfig, RandomMotion
from core.types import Coefficients

from .networks_tiny import build
from .training_samples import PAIRS, SIDE, make_cache, make_pairs, psnr_of

SILENT = FitNoise(0, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def faces(
    tmp_path_factory: pytest.TempPathFactory, reenactor: Reenactor, source: EncodedFace, driving: EncodedFace
) -> Path:
    return make_cache(tmp_path_factory.mktemp("training") / "faces", reenactor, source, driving)


def maker(faces: Path, reenactor: Reenactor, **changes: object) -> PairMaker:
    return PairMaker(FaceCache(faces), reenactor.model, PairConfig(**{"resolution": 128, **changes}))  # type: ignore[arg-type]


def equal(a: Pair | MotionPair, b: Pair | MotionPair) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in names(a))


def test_a_pair_depends_on_its_number_alone(faces: Path, reenactor: Reenactor) -> None:
    one, other = maker(faces, reenactor), maker(faces, reenactor)
    other.make(2)
    assert equal(one.make(1), other.make(1))
    assert not equal(one.make(1), one.make(2))
    assert not equal(one.make(1), maker(faces, reenactor, seed=1).make(1))


def test_clips_of_one_name_in_two_folders_are_not_one_person(
    tmp_path: Path, reenactor: Reenactor, source: EncodedFace, driving: EncodedFace
) -> None:
    entries = []
    for person, seen in (("anna", source), ("ben", driving)):
        frames = [Face(seen.image, seen.coefficients, seen.landmarks)] * 3
        facts = [{"person": f"{person}/1", "clip": "1", "file": "1.mp4", "frame": k} for k in range(3)]
        write_shard(tmp_path / person, "key", frames, facts)
        entries += [Entry(shard=person, row=k, **each) for k, each in enumerate(facts)]
    write_index(tmp_path, entries, {})
    clips, rng = maker(tmp_path, reenactor), np.random.default_rng(0)
    drawn = [clips._from_clip(rng) for _ in range(20)]
    assert all(np.array_equal(a.coefficients.identity, b.coefficients.identity) for a, b in drawn)


def test_pseudo_pairs_have_a_real_target_and_one_identity(faces: Path, reenactor: Reenactor) -> None:
    pseudo = maker(faces, reenactor, clip_share=0.0, noise=SILENT)
    stills = [np.asarray(pseudo._reduced(FaceCache(faces)[k].image)) for k in (0, 1)]
    for k in range(4):
        pair = pseudo.make(k)
        assert pair.pseudo == 1
        assert any(np.array_equal(pair.target, still) for still in stills)
        np.testing.assert_array_equal(pair.source_coefficients[:50], pair.driving_coefficients[:50])
        assert not np.array_equal(pair.source_coefficients[50:], pair.driving_coefficients[50:])


def test_the_flow_leads_from_source_to_target(faces: Path, reenactor: Reenactor) -> None:
    """Warping the pseudo-source by the pair's flow comes closer to the target than the pseudo-source is."""
    pseudo = maker(faces, reenactor, clip_share=0.0, noise=SILENT, spread=Spread(yaw=20.0))
    for k in range(3):
        pair = pseudo.make(k)
        inside = (pair.head > 0) & (pair.visibility > 250)
        back = warp(pair.source, pair.flow.astype(np.float32))
        assert psnr_of(back[inside], pair.target[inside]) > psnr_of(pair.source[inside], pair.target[inside]) + 2


def test_clip_pairs_are_two_frames_of_one_clip(faces: Path, reenactor: Reenactor) -> None:
    clips = maker(faces, reenactor, clip_share=1.0, noise=SILENT)
    frames = [clips._reduced(FaceCache(faces)[k].image) for k in (2, 3, 4)]
    for k in range(4):
        pair = clips.make(k)
        assert pair.pseudo == 0
        for picture in (pair.source, pair.target):
            assert any(np.array_equal(picture, frame) for frame in frames)


def test_the_mesh_is_noisy_and_the_pictures_are_not(faces: Path, reenactor: Reenactor) -> None:
    exact, noisy = maker(faces, reenactor, noise=SILENT).make(5), maker(faces, reenactor).make(5)
    np.testing.assert_array_equal(exact.target, noisy.target)
    np.testing.assert_array_equal(exact.source, noisy.source)
    assert 0 < np.abs(exact.source_coefficients[50:101] - noisy.source_coefficients[50:101]).max() < 0.3
    np.testing.assert_array_equal(exact.driving_coefficients[50:], noisy.driving_coefficients[50:])
    np.testing.assert_array_equal(noisy.source_coefficients[:50], noisy.driving_coefficients[:50])


def test_noise_has_the_stated_size(reenactor: Reenactor, source: EncodedFace) -> None:
    rng = np.random.default_rng(0)
    noise = FitNoise(identity=0.2, expression=0.0, angle=0.0, scale=0.0, shift=2.0)
    c = source.coefficients
    drawn = [misfitted((c, c), noise, rng) for _ in range(200)]
    identity = np.array([pair[0].identity - c.identity for pair in drawn])
    shift = np.array([pair[0].matrix[:2, 3] - c.matrix[:2, 3] for pair in drawn])
    assert identity.std() == pytest.approx(0.2, rel=0.05) and shift.std() == pytest.approx(2.0, rel=0.12)
    for pair in drawn:
        np.testing.assert_allclose(pair[0].matrix[:, :3], c.matrix[:, :3], rtol=1e-4, atol=1e-3)


def test_moves_are_cut_off(source: EncodedFace) -> None:
    rng = np.random.default_rng(0)
    spread = Spread(yaw=0, pitch=0, roll=0, scale=0, shift=4.0)
    shifts = [moved(source.coefficients, spread, rng).matrix[:2, 3] for _ in range(300)]
    assert np.abs(np.array(shifts) - source.coefficients.matrix[:2, 3]).max() <= 10.001


def test_mirrored_coefficients_give_the_mirrored_mesh(reenactor: Reenactor, source: EncodedFace) -> None:
    symmetry = reenactor.model.symmetry
    assert symmetry is not None
    c = source.coefficients
    mirrored_mesh = reenactor.mesh(mirrored_coefficients(c, symmetry, 256))
    expected = source.mesh[symmetry.vertices] * [-1, 1, 1] + [255, 0, 0]
    np.testing.assert_allclose(mirrored_mesh, expected, atol=0.15)
    again = mirrored_coefficients(mirrored_coefficients(c, symmetry, 256), symmetry, 256)
    np.testing.assert_allclose(again.vector, c.vector, atol=1e-4)


def test_a_mirrored_pair_is_the_pair_of_the_mirrored_world(faces: Path, reenactor: Reenactor) -> None:
    model = reenactor.model
    assert model.symmetry is not None
    pair = maker(faces, reenactor, noise=SILENT).make(0)
    there = mirrored(pair, model.symmetry)
    geometry = Geometry(model, 128)
    meshes = [
        geometry.mesh(Coefficients.from_vector(v)) for v in (there.source_coefficients, there.driving_coefficients)
    ]
    maps = geometry.maps(*meshes)
    both = maps.head & (there.head > 0)
    assert both.sum() > 0.98 * maps.head.sum()
    assert np.median(np.abs(maps.flow - there.flow)[both]) < 0.03
    assert np.median(np.abs(maps.normals * 127 - there.normals)[both]) < 2
    np.testing.assert_array_equal(there.source, pair.source[:, ::-1])
    back = mirrored(there, model.symmetry)
    for name in names(pair):
        np.testing.assert_allclose(getattr(back, name).astype(float), getattr(pair, name).astype(float), atol=1e-3)


def test_mirroring_moves_the_warp_with_the_picture(faces: Path, reenactor: Reenactor) -> None:
    assert reenactor.model.symmetry is not None
    pair = maker(faces, reenactor).make(3)
    there = mirrored(pair, reenactor.model.symmetry)
    here_warped = warp(pair.source, pair.flow.astype(np.float32))
    there_warped = warp(there.source, there.flow.astype(np.float32))
    assert np.abs(here_warped[:, ::-1].astype(int) - there_warped).max() <= 2
    sideways = replace(pair, **{f"{which}_flow": np.full_like(pair.flow, (3, 2)) for which in ("other", "back")})
    seen = mirrored(sideways, reenactor.model.symmetry)
    assert (seen.other_flow == (-3, 2)).all() and (seen.back_flow == (-3, 2)).all()


def test_colour_changes_are_one_for_both_and_leave_grey_grey() -> None:
    rng = np.random.default_rng(3)
    jitter = ColourJitter(balance=0.0, grey_share=0.0)
    grey = np.full((4, 4, 3), 120, np.uint8)
    for _ in range(20):
        changed = recoloured(grey, jitter.draw(rng))
        assert np.ptp(changed.astype(int)) <= 1
    assert np.array_equal(recoloured(grey, ColourJitter(0, 0, 0, 0, 0).draw(rng)), grey)
    coloured = np.array([[[200, 100, 50]]], np.uint8)
    assert np.ptp(recoloured(coloured, ColourJitter(balance=0, grey_share=1).draw(rng)).astype(int)) <= 1


def test_turned_heads_are_looked_at_from_the_front_first(
    faces: Path, reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = FaceCache(faces)
    yaw = {k: angles(cache.coefficients(k).pose)[0] for k, entry in enumerate(cache.entries) if not entry.clip}
    most = max(yaw, key=lambda k: abs(yaw[k]))
    monkeypatch.setattr(make_pair, "_TURNED", abs(yaw[most]) - 1e-3)
    plain, turning = (maker(faces, reenactor, turned=share, clip_share=0.0) for share in (0.0, 1.0))
    for k in range(6):
        _, target = turning._from_still(np.random.default_rng(k))
        assert np.array_equal(target.image, cache[most].image)
        assert plain.make(k).pseudo and not equal(plain.make(k), turning.make(k))
    fronts = [brought_to_front(cache.coefficients(most), np.random.default_rng(k)) for k in range(30)]
    left = np.array([angles(c.pose)[0] for c in fronts]) / yaw[most]
    assert np.abs(left).max() < 0.35 and left.min() < -0.1 and left.max() > 0.1
    monkeypatch.setattr(make_pair, "_TURNED", 90.0)  # where no head is turned, pairs are as ever
    assert equal(maker(faces, reenactor, turned=1.0).make(1), maker(faces, reenactor).make(1))


def test_only_clips_teach_the_back_of_a_head(
    faces: Path, reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pseudo-source is the target, warped: all of its head comes back with the flow."""
    still = maker(faces, reenactor, clip_share=0.0, noise=SILENT, spread=Spread(yaw=30.0))
    assert not any(still.make(k).back_share.any() for k in range(4))
    clips = maker(faces, reenactor, clip_share=1.0, noise=SILENT)
    source = clips.cache[2]
    turned = rotated(source.coefficients, 35.0)
    monkeypatch.setattr(clips, "_from_clip", lambda rng: (source, Face(source.image, turned, source.landmarks)))
    pair = clips.make(0)
    assert (pair.back_share > 128).sum() > 100 and np.abs(pair.back_flow[pair.back_share > 128]).max() > 1


def rotated(c: Coefficients, yaw: float) -> Coefficients:
    scale, rotation, translation = decompose(c.pose)
    return Coefficients(
        c.identity, c.expression, compose(scale, rotation_from_angles(yaw, 0, 0) @ rotation, translation)
    )


def test_what_completes_a_head_is_the_same_in_training_and_in_use(
    faces: Path, reenactor: Reenactor, source: EncodedFace
) -> None:
    net = LearnedBackend(build("live", 256), reenactor.model, "tiny", torch.device("cpu"))
    geometry = Geometry(reenactor.model, 256)
    turned = geometry.mesh(rotated(source.coefficients, 35.0))
    for start, end in ((source.mesh, turned), (turned, source.mesh)):
        state = net._inputs.source(replace(source, mesh=start))
        inputs = net._inputs.inputs(state, end)
        person = matte(source.image, PersonSegmenter.load().mask(source.image))
        found = fields_of(geometry.completed(start, end, source.image, person)[1])
        assert found
        for name in ("other_flow", "other_share", "other_known", "back_flow", "back_share", "back_seam"):
            value = getattr(inputs, name)
            assert (value is None) == (name not in found)
            if value is not None:
                planes = value[0].permute(1, 2, 0).numpy()
                np.testing.assert_allclose(planes, found[name].reshape(planes.shape), atol=1e-5)


def test_pairs_of_another_version_are_refused(faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_pairs(faces, tmp_path / "pairs", monkeypatch)
    index = folder / "index.json"
    facts = json.loads(index.read_text())
    facts["version"] -= 1
    index.write_text(json.dumps(facts))
    with pytest.raises(InputError, match="another version"):
        StoredPairs(folder)


def test_stored_pairs_are_the_made_ones(
    faces: Path, reenactor: Reenactor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_pairs(faces, tmp_path / "pairs", monkeypatch)
    stored = StoredPairs(folder)
    made = PairMaker(FaceCache(faces), reenactor.model, PairConfig(resolution=SIDE))
    assert len(stored) == PAIRS and stored.resolution == SIDE
    for k in (0, 3, 4, 7):
        assert equal(stored.make(k), made.make(k))


def test_storing_goes_on_where_it_stopped(faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_pairs(faces, tmp_path / "pairs", monkeypatch, count=8)
    second = folder / "pairs_00001.safetensors"
    whole = second.read_bytes()
    (folder / "pairs_00000.safetensors").chmod(0o600)
    before = (folder / "pairs_00000.safetensors").stat().st_mtime_ns
    second.write_bytes(whole[:100])
    make_pairs(faces, folder, monkeypatch, count=8)
    assert second.read_bytes() == whole
    assert (folder / "pairs_00000.safetensors").stat().st_mtime_ns == before


def test_stored_pairs_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"core\.training\.pair_cache"):
        StoredPairs(tmp_path)
    done = CliRunner().invoke(pair_cache.main, ["-o", str(tmp_path / "x")])
    assert done.exit_code == 1 and "--motion" in done.output and "Traceback" not in done.output


def test_random_motion_is_seeded_and_exact(reenactor: Reenactor) -> None:
    config = MotionConfig(resolution=128)
    one, other = RandomMotion(reenactor.model, config), RandomMotion(reenactor.model, replace(config, seed=1))
    pair = one.make(7)
    assert equal(pair, one.make(7)) and not equal(pair, other.make(7))
    np.testing.assert_array_equal(pair.source_coefficients[:50], pair.driving_coefficients[:50])
    geometry = Geometry(reenactor.model, 128)
    faces = (Coefficients.from_vector(v) for v in (pair.source_coefficients, pair.driving_coefficients))
    maps = geometry.maps(*(geometry.mesh(face) for face in faces))
    np.testing.assert_array_equal(pair.head, maps.head)
    np.testing.assert_allclose(pair.exact, maps.exact, atol=0.1)
    sizes = [int(one.make(k).head.sum()) for k in range(6)]
    assert all(0.1 * 128**2 < size < 0.7 * 128**2 for size in sizes)


def test_several_sources_share_a_driver_and_nothing_else(reenactor: Reenactor) -> None:
    motion = RandomMotion(reenactor.model, MotionConfig(resolution=64, sources=2, normals=True))
    a, b, c = (motion.make(k) for k in (4, 5, 6))
    np.testing.assert_array_equal(a.driving_coefficients, b.driving_coefficients)
    np.testing.assert_array_equal(a.head, b.head)
    assert not np.array_equal(a.source_coefficients, b.source_coefficients) and not np.array_equal(a.exact, b.exact)
    assert not np.array_equal(a.driving_coefficients, c.driving_coefficients)
    assert equal(RandomMotion(reenactor.model, motion.config).make(5), b)
    shown = np.linalg.norm(a.normals.astype(float), axis=2)[a.head > 0] / 127
    assert a.source_normals.shape == (64, 64, 3) and np.abs(shown - 1).max() < 0.05


def test_motion_keeps_the_place_in_half_of_the_pairs(reenactor: Reenactor) -> None:
    motion = RandomMotion(reenactor.model, MotionConfig(resolution=64))
    pairs = [motion.make(k) for k in range(12)]
    kept = [
        np.allclose(p.source_coefficients[[104, 108]], p.driving_coefficients[[104, 108]], atol=1e-3) for p in pairs
    ]
    assert 0 < sum(kept) < 12


def test_batches_are_floats_in_the_frames_of_the_conventions(faces: Path, reenactor: Reenactor) -> None:
    pairs = [maker(faces, reenactor).make(k) for k in range(2)]
    batch = unpack(pack(pairs, reenactor.model, meshes=True))
    inputs = batch.inputs
    assert inputs.source.shape == (2, 3, 128, 128) and inputs.source.max() <= 1
    for name, channels in (
        ("geometric_flow", 2),
        ("visibility", 1),
        ("head", 1),
        ("normals", 3),
        ("source_normals", 3),
    ):
        value = getattr(inputs, name)
        assert value.shape == (2, channels, 128, 128) and value.dtype == torch.float32 and value.is_contiguous()
    lengths = inputs.normals.norm(dim=1)[inputs.head[:, 0] > 0]
    torch.testing.assert_close(lengths, torch.ones_like(lengths), atol=0.02, rtol=0)
    assert inputs.normals[:, 2][inputs.head[:, 0] > 0].max() < 0.6  # z points away: what is seen faces the camera
    expected = warp(pairs[0].source, pairs[0].flow.astype(np.float32)).astype(np.float32) / 255
    found = warp_tensor(inputs.source[:1], inputs.geometric_flow[:1])[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(found, expected, atol=1.5 / 255 + 0.01)


def test_meshes_of_a_batch_are_those_of_the_pipeline(reenactor: Reenactor, source: EncodedFace) -> None:
    geometry = Geometry(reenactor.model, 64)
    c = geometry.scaled(source.coefficients)
    (mesh,) = posed_meshes(reenactor.model, c.vector[None])
    np.testing.assert_allclose(mesh, geometry.mesh(c), atol=1e-4)
    expected = source.mesh / 4
    expected[:, :2] -= 3 / 8  # (x + ½)/4 − ½
    np.testing.assert_allclose(mesh, expected, atol=1e-3)


def test_reduced_pairs_are_those_made_small(faces: Path, reenactor: Reenactor) -> None:
    large = PairMaker(FaceCache(faces), reenactor.model, PairConfig(resolution=256, noise=SILENT)).make(3)
    small, made = reduced(large, 128), maker(faces, reenactor, noise=SILENT).make(3)
    for name in names(made):
        assert getattr(small, name).shape == getattr(made, name).shape, name
        assert getattr(small, name).dtype == getattr(made, name).dtype, name
    for name in ("source_coefficients", "driving_coefficients", "roi"):
        np.testing.assert_allclose(getattr(small, name), getattr(made, name), rtol=1e-4, atol=1e-3)
    for name in ("source", "target", "background", "person"):
        np.testing.assert_allclose(getattr(small, name), getattr(made, name), atol=1)
    inside = made.head.astype(bool)
    assert np.abs(small.flow - made.flow)[inside].astype(np.float32).mean() < 0.15
    shift = np.full((256, 256, 2), (8, -4), np.float16)
    halved = reduced(replace(large, back_flow=shift, other_flow=shift), 128)
    assert (halved.back_flow == (4, -2)).all() and (halved.other_flow == (4, -2)).all()
    assert (small.head != made.head).mean() < 0.01


def test_a_pseudo_source_moves_the_person_and_not_the_background(faces: Path, reenactor: Reenactor) -> None:
    pair = maker(faces, reenactor, clip_share=0.0, noise=SILENT).make(1)
    far = np.zeros((128, 128), bool)
    far[:12], far[:, :6], far[:, -6:] = True, True, True
    background = far & (pair.person == 0)
    assert background.sum() > 500
    moved = np.abs(pair.source.astype(int) - pair.target).max(-1)
    assert moved[background].mean() < 1.5 < 4 < moved[pair.person == 255].mean()


def test_a_pairs_back_keeps_share_and_seam_apart() -> None:
    ones = np.ones((4, 4), np.float32)
    flow, share, seam = _back(
        WholeHead(None, BackOfHead(np.dstack([2.5 * ones, -ones]), 0.4 * ones, 0.8 * ones)), (4, 4)
    )
    assert (flow[..., 0] == 2.5).all() and (share == 102).all() and (seam == 204).all()


@pytest.mark.parametrize("share", [0.0, 1.0], ids=["photo", "clip"])
def test_pairs_see_the_person_as_the_app_does(faces: Path, reenactor: Reenactor, share: float) -> None:
    """By colours near the outline, not as the segmentation net alone sees it."""
    pair = maker(faces, reenactor, clip_share=share, noise=SILENT, resolution=256).make(0)
    net = PersonSegmenter.load().mask(pair.source)
    wanted = matte(pair.source, net)
    assert np.abs(wanted - net).max() > 0.3
    assert np.abs(pair.person / np.float32(255) - wanted).max() < 0.01
