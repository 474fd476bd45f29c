"""The back of a head and its neck, where a photo does not show them, and only there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest
import torch

from core.face_model.mesh import smoothed, vertex_normals
from core.geometry.back_of_head import BackOfHead, SourceBack, back_of_head
from core.geometry.drawn_mesh import DrawnMesh
from core.geometry.stand_ins import StandIns
from core.networks.live import LiveGenerator
from core.networks.live_inference import LiveInference
from core.networks.whole_head import beside, surely
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned import LearnedBackend
from core.regression.pose import apply, compose, rotation_from_angles
from core.types import Float

from .networks_tiny import batch, build, face_model, stirred

SIDE = 128


@cache
def stand_ins() -> StandIns:
    model = face_model()
    found = StandIns.of(model.mean, model.faces, model.regions)
    assert found is not None
    return found


def posed(yaw: float, pitch: float = 0.0, side: int = SIDE) -> Float:
    pose = compose(0.3 * side, rotation_from_angles(yaw, pitch, 0), np.array([side / 2, side / 2, 0.0]))
    return apply(pose, face_model().mean)


def drawn(mesh: Float) -> DrawnMesh:
    return DrawnMesh.draw(mesh, face_model().faces, SIDE, SIDE)


def haired(head: np.ndarray) -> Float:
    """The person of a mesh's mask: hair reaches beyond it by a twentieth of its height, as most people's does."""
    size = 2 * round(0.3 * len(head) * np.ptp(face_model().mean[:, 1]) / 20) + 1
    return np.asarray(cv2.dilate(head.astype(np.float32), np.ones((size, size), np.uint8)), np.float32)


def seen(mesh: Float, person: Float | None = None) -> SourceBack:
    """Of a photo that shows the mesh and its hair."""
    model = face_model()
    assert model.symmetry is not None
    mask = haired(drawn(mesh).raster.mask) if person is None else person
    return SourceBack.of(drawn(mesh), model.symmetry.vertices, mask, stand_ins())


def back(source: Float, driving: Float, person: Float | None = None) -> BackOfHead:
    return back_of_head(seen(source, person), drawn(driving), stand_ins())


def facing(source: Float, driving: Float) -> Float:
    """How the surface that the driving head shows faces the camera in the source, as a cosine; 0 on ears."""
    ahead, model = drawn(driving), face_model()
    ears = smoothed(model.regions["ears"], model.faces, 2)
    carried = ahead.on_pixels(np.column_stack([-vertex_normals(source, model.faces)[:, 2], ears]).astype(np.float32))
    return np.asarray(carried[..., 0] * (carried[..., 1] < 0.01), np.float32)


@pytest.mark.parametrize("yaw", [-40.0, -25.0, 25.0, 40.0])
def test_a_head_that_turns_away_goes_on_behind_the_ear(yaw: float) -> None:
    new = facing(posed(0), posed(yaw)) < -0.17
    found = back(posed(0), posed(yaw))
    assert new.sum() > 60
    assert (found.share[new] > 0.25).mean() > 0.7
    assert found.share.dtype == found.flow.dtype == np.float32 and found.share.min() >= 0 and found.share.max() <= 1


def test_colours_come_from_where_the_photo_shows_the_head() -> None:
    source = posed(0)
    mask = haired(drawn(source).raster.mask) > 0
    for yaw in (-35.0, 35.0):
        found = back(source, posed(yaw))
        rows, columns = np.nonzero(found.share > 0.5)
        at = np.stack([columns, rows], axis=1) + found.flow[rows, columns]
        x, y = np.rint(at).astype(int).T
        assert mask[y.clip(0, SIDE - 1), x.clip(0, SIDE - 1)].mean() > 0.97


def test_hair_comes_from_above_the_ears_and_skin_from_the_neck() -> None:
    model, source = face_model(), posed(0)
    places = seen(source).places
    ears = source[model.regions["ears"]]
    skull, neck = stand_ins().is_neck < 0.1, stand_ins().is_neck > 0.9
    assert places[skull, 1].max() < ears[:, 1].min() + 0.02 * SIDE  # y points down
    assert places[neck, 3].min() > ears[:, 1].mean()


def test_nothing_is_drawn_at_rest_or_for_small_turns_or_where_the_source_shows_it() -> None:
    assert not back(posed(0), posed(0)).share.any()
    assert not back(posed(20), posed(20)).share.any()
    small = back(posed(0), posed(2))
    assert small.share.max() == 0
    turned = back(posed(0), posed(35)).share
    shown = facing(posed(0), posed(35))[: SIDE // 2] > 0.6
    assert shown.sum() > 500 and (turned[: SIDE // 2][shown] > 0).mean() < 0.03


def test_a_photo_without_the_person_gives_no_skull() -> None:
    """Hair that is flatter than the mesh: what the photo shows as background beside the face is no head."""
    found = back(posed(0), posed(35), np.zeros((SIDE, SIDE), np.float32))
    whole = back(posed(0), posed(35))
    upper = np.s_[: 2 * SIDE // 5]
    assert found.share[upper].max() < 0.05 and whole.share[upper].max() == 1


def test_it_comes_by_degrees() -> None:
    shares = [back(posed(0), posed(yaw)).share for yaw in np.arange(0.0, 41.0)]
    head = drawn(posed(0)).raster.mask.sum()
    steps = [float(np.abs(b - a).sum() / head) for a, b in pairwise(shares)]
    assert max(steps) < 0.04 and shares[-1].sum() > 0.1 * head


def test_both_sides_are_alike() -> None:
    """A mirrored head turned the other way has the mirrored back."""
    left, right = back(posed(0), posed(-30)), back(posed(0), posed(30))
    # Pixel centres of the mirrored picture lie half-way between: a head at SIDE / 2 is mirrored to itself about it.
    mirrored = np.roll(left.share[:, ::-1], 1, axis=1)
    assert np.abs(mirrored - right.share).mean() < 0.01


def test_the_hidden_half_of_a_turned_source_takes_its_hair_from_the_other() -> None:
    """A head turned by 35° hides one side; turned to the other, it shows that side's back, of which the photo shows
    nothing near: the stand-ins are those of the side that it shows."""
    source = posed(35)
    places = seen(source).places
    mask = drawn(source).raster.mask
    for half in (stand_ins().other, ~stand_ins().other):
        rim = places[half & (stand_ins().is_neck < 0.1), :2]
        x, y = np.rint(rim).astype(int).T
        assert mask[y, x].mean() > 0.9
    sides = [np.median(places[half, 0]) for half in (stand_ins().other, ~stand_ins().other)]
    columns = np.flatnonzero(mask.any(0))
    shown = columns[-1] if abs(sides[0] - columns[-1]) < abs(sides[0] - columns[0]) else columns[0]
    assert all(abs(side - shown) < 0.35 * len(columns) for side in sides)


def test_hair_that_stands_out_makes_the_back_thicker() -> None:
    source = posed(0)
    bald = drawn(source).raster.mask
    thin, thick = (back(source, posed(35), each).share > 0.5 for each in (bald.astype(np.float32), haired(bald)))
    upper = np.s_[: SIDE // 2]
    assert thick[upper].sum() > 1.3 * thin[upper].sum()
    # Real heads are shorter than the model's (measured on photos): without hair the back stays inside the mesh.
    assert not (thin & ~drawn(posed(35)).raster.mask)[upper].any()


def test_stand_ins_of_points_before_the_rim_are_these_points() -> None:
    model = face_model()
    angle = np.degrees(np.arctan2(np.abs(model.mean[:, 0]), model.mean[:, 2]))
    points = stand_ins().places.vertices[:, 0]
    low = model.mean[:, 1] < model.mean[model.regions["ears"], 1].max() + 0.1
    before = (angle[points] < 84) & ~low[points] & ~model.regions["ears"][points]
    before &= model.mean[points, 1] < model.mean[:, 1].max() - 0.15
    apart = stand_ins().skull.of(model.mean) - model.mean[points]
    assert before.sum() > 20 and np.linalg.norm(apart[before], axis=1).max() < 0.06


def test_models_without_regions_have_no_back() -> None:
    model = face_model()
    assert StandIns.of(model.mean, model.faces, {}) is None
    nothing = {name: np.zeros(len(model.mean), bool) for name in ("ears", "neck", "scalp", "face")}
    assert StandIns.of(model.mean, model.faces, nothing) is None


def test_soft_edges_give_way_to_what_is_behind() -> None:
    mask = torch.tensor([0.0, 0.0, 0.75, 1.0, 1.0, 1.0]).repeat(1, 1, 5, 1)
    assert torch.allclose(beside(mask)[0, 0, 2], torch.tensor([1.0, 1.0, 1.0, 0.5, 0.0, 0.0]))
    assert torch.allclose(surely(torch.tensor([0.3, 0.5, 0.75, 1.0])), torch.tensor([0.0, 0.0, 0.5, 1.0]))


@pytest.mark.parametrize("side", [256, 128])
def test_training_and_use_compute_the_same(side: int) -> None:
    net = stirred(build("live", side))
    inputs = batch(resolution=side)
    share = torch.zeros_like(inputs.source[:, :1])
    share[..., side // 4 : side // 2, side // 4 : side // 2] = 0.8
    flow = torch.full_like(inputs.source[:, :2], 3.5)
    inputs = inputs._replace(back_flow=flow, back_share=share)
    assert isinstance(net, LiveGenerator)
    with torch.inference_mode():
        wanted = net.eval()(inputs)
        found = LiveInference(net)(inputs)
        without = net(inputs._replace(back_share=None))
    assert torch.allclose(found.image, wanted.image, atol=2e-4)
    assert torch.allclose(found.flow, wanted.flow, atol=1e-3)
    assert (wanted.image - without.image).abs().max() > 0.01


def test_a_head_turns_without_background_in_it(source: EncodedFace) -> None:
    """By a net that has learned nothing: a red head before green, turned by 35°, stays red behind the ear."""
    meshes = [2 * posed(yaw) + np.float32([0.5, 0.5, 0]) for yaw in (0, 35)]
    masks = [DrawnMesh.draw(mesh, face_model().faces, 256, 256).raster.mask for mesh in meshes]
    picture = np.where(haired(masks[0])[..., None] > 0, np.uint8([200, 40, 40]), np.uint8([0, 255, 0])).astype(np.uint8)
    face = replace(source, original=picture, image=picture, mesh=meshes[0])
    greens = []
    for model in (face_model(), replace(face_model(), symmetry=None)):
        backend = LearnedBackend(build("live", 256), model, "tiny", torch.device("cpu"))
        found = backend.reenact(face, meshes[1]).image.astype(np.float32)
        greens.append(float((found[..., 1] > found[..., 0])[masks[1]].mean()))
    assert greens[1] > 0.03 and greens[0] < 0.4 * greens[1]
