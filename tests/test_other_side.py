"""What a turned head hides comes from its other half, and only that."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest
import torch

from core.face_model.model import FaceModel
from core.geometry.drawn_mesh import DrawnMesh
from core.geometry.flow import flow_between
from core.geometry.halves import warp_halves, with_halves
from core.geometry.other_side import OtherSide, other_side, swapped
from core.geometry.parts import HeadParts
from core.geometry.rasterise import part_mask
from core.networks.other_half import light, squares
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned import LearnedBackend
from core.types import Float

from .networks_tiny import build, face_model
from .turned_heads import SIDE, in_training_and_in_use, posed


@cache
def parts() -> HeadParts:
    return HeadParts.of(face_model().faces, face_model().regions)


def taken(source: Float, driving: Float, alike: float = 1.0) -> tuple[OtherSide, DrawnMesh]:
    """Of a source whose halves are ``alike`` everywhere."""
    model: FaceModel = face_model()
    assert model.symmetry is not None
    drawn = [DrawnMesh.draw(each, model.faces, SIDE, SIDE) for each in (source, driving)]
    motion = flow_between(drawn[0], drawn[1], parts=parts())
    other, everywhere = (
        swapped(source, model.faces, model.symmetry.vertices, SIDE),
        np.full(len(source), alike, np.float32),
    )
    return other_side(other, everywhere, drawn[1], motion, parts()), drawn[1]


@pytest.mark.parametrize("yaw", [-35.0, 35.0])
def test_the_far_half_of_a_turned_head_comes_from_the_near_one(yaw: float) -> None:
    other, driving = taken(posed(yaw), posed(0))
    columns = np.flatnonzero(driving.raster.mask.any(0))
    middle = (columns[0] + columns[-1]) // 2
    far, near = (np.s_[:, middle + 8 :], np.s_[:, : middle - 8])
    far, near = (far, near) if yaw > 0 else (near, far)
    share = other.share * driving.raster.mask
    assert share[far].sum() > 20 * share[near].sum()
    assert share[far].sum() > 0.4 * driving.raster.mask[far].sum()


def test_a_head_that_looks_at_the_camera_needs_nothing() -> None:
    for driving in (posed(0), posed(25), posed(-25, 10), posed(0, -20)):
        assert taken(posed(0), driving)[0].share.max() == 0


def test_halves_that_are_not_alike_do_not_stand_in_for_each_other() -> None:
    whole, half, nothing = (taken(posed(35), posed(0), alike)[0] for alike in (1, 0.5, 0))
    assert whole.share.max() > 0.9 and not nothing.share.any()
    assert np.allclose(half.share, 0.5 * whole.share, atol=0.01)
    assert np.array_equal(nothing.known, whole.known), "their light is known all the same"


def test_at_rest_nothing_is_taken() -> None:
    assert taken(posed(35), posed(35))[0].share.max() < 0.05


def test_mouth_neck_and_surroundings_are_left_alone() -> None:
    other, driving = taken(posed(35), posed(0))
    assert other.share.min() >= 0 and other.share.max() <= 1 and other.share.dtype == np.float32
    assert not other.share[~driving.raster.mask].any()
    assert not other.share[part_mask(driving.raster, driving.faces, parts().interior)].any()
    hold = driving.spread(driving.carried(parts().hold[:, None]))[..., 0]
    neck = driving.raster.mask & (hold < 0.02)
    assert neck.sum() > 50 and other.share[neck].max() < 0.1


def test_it_comes_and_goes_by_degrees() -> None:
    """A head that turns back to the camera: no share jumps from one degree to the next."""
    shares = [taken(posed(35), posed(yaw))[0].share for yaw in np.arange(34.0, 0.0, -1.0)]
    head = DrawnMesh.draw(posed(0), face_model().faces, SIDE, SIDE).raster.mask.sum()
    steps = [float(np.abs(b - a).sum() / head) for a, b in pairwise(shares)]
    assert max(steps) < 0.03 and shares[-1].sum() > 0.2 * head


def painted(mesh: Float, side: int) -> Float:
    """side×side×3 in [0, 1]: a head striped alike on both sides, before green."""
    model = face_model()
    assert model.symmetry is not None
    both = (model.mean + model.mean[model.symmetry.vertices] * np.float32([-1, 1, 1])) / 2
    stripes = np.sin(9 * both[:, 1:2]) * 0.2 + np.cos(7 * np.abs(both[:, 0:1])) * 0.2 + 0.5
    drawn = DrawnMesh.draw(mesh, model.faces, side, side)
    picture = np.repeat(drawn.spread(drawn.carried(stripes.astype(np.float32))), 3, axis=2)
    return np.where(drawn.raster.mask[..., None], picture, np.float32([0, 1, 0]))


def test_a_symmetrical_head_is_made_whole() -> None:
    """Striped alike on both sides, turned, its far side taken from the near one, it looks as it does from the front."""
    source, driving = posed(30), posed(0)
    other, _ = taken(source, driving)
    whole = other.share > 0.95
    assert whole.sum() > 300
    found = warp_halves(with_halves(painted(source, SIDE)), other.flow)
    assert np.median(np.abs(found - painted(driving, SIDE))[whole]) < 0.03


def test_a_turned_head_that_looks_at_the_camera_has_two_sides(source: EncodedFace) -> None:
    """By a net that has learned nothing: with the other half it comes near the head from the front, without it shows
    what was beside the head."""
    turned, front = (2 * posed(yaw) + np.float32([0.5, 0.5, 0]) for yaw in (35, 0))
    pictures = [np.rint(painted(mesh, 256) * 255).astype(np.uint8) for mesh in (turned, front)]
    face = replace(source, original=pictures[0], image=pictures[0], mesh=turned)
    other = taken(posed(35), posed(0))[0]
    far = cv2.resize((other.share > 0.9).astype(np.uint8), (256, 256)) > 0
    errors = []
    for model in (face_model(), replace(face_model(), symmetry=None)):
        backend = LearnedBackend(build("live", 256), model, "tiny", torch.device("cpu"))
        found = backend.reenact(face, front).image.astype(np.float32)
        errors.append(float(np.abs(found - pictures[1])[far].mean()))
    assert far.sum() > 2000 and errors[0] < 15 and errors[0] < 0.3 * errors[1]


@pytest.mark.parametrize("side", [256, 128])
def test_training_and_use_compute_the_same(side: int) -> None:
    wanted, without, share = in_training_and_in_use(side, "other")
    assert (wanted.image - without.image).abs()[share.expand_as(wanted.image) > 0].mean() > 0.01


def test_the_other_half_comes_in_the_light_of_this_one() -> None:
    """A stripe in the middle is seen on both halves and tells how much lighter this one is; bounded, and of all colours
    alike."""
    other = torch.rand(1, 3, SIDE, SIDE) * 0.1 + torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1)
    known = torch.zeros(1, 1, SIDE, SIDE)
    known[..., 56:72] = 1
    for factor, expected in ((1.0, 1.0), (1.5, 1.5), (0.7, 0.7), (0.1, 0.5), (5.0, 2.0)):
        found = light(*(squares(each) for each in (other * factor, other, known)))
        assert found.shape == (1, 1, 32, 32) and torch.allclose(found, torch.full_like(found, expected), atol=0.05)
    nothing = light(*(squares(each) for each in (other, other, torch.zeros_like(known))))
    assert torch.equal(nothing, torch.ones(1, 1, 32, 32))
