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
from core.geometry.back_of_head import BackOfHead, SourceBack, _seam, back_of_head
from core.geometry.drawn_mesh import DrawnMesh
from core.geometry.stand_ins import StandIns
from core.networks import GeneratorInput
from core.networks.layers import Layers
from core.networks.live_inference import LiveInference
from core.networks.whole_head import Back, Whole, _passed, before_back, beside, passed, surely, whole
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned import LearnedBackend
from core.types import Float

from .networks_tiny import batch, build, face_model
from .turned_heads import SIDE, in_training_and_in_use, posed


@cache
def stand_ins() -> StandIns:
    model = face_model()
    found = StandIns.of(model.mean, model.faces, model.regions)
    assert found is not None
    return found


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


def test_neck_and_skull_take_their_own_colours() -> None:
    """Flow of the neck leads below the ears' middle, of the skull above their tops; and the edge is soft."""
    source, driving = posed(0), posed(35)
    found, ears = back(source, driving), source[face_model().regions["ears"], 1]
    rows, columns = np.nonzero(found.share > 0.5)
    at = rows + found.flow[rows, columns, 1]
    low, high = rows > ears.max() + 6, rows < ears.min()
    assert low.sum() > 60 and high.sum() > 60
    assert at[low].min() > ears.mean() and at[high].max() < ears.min() + 0.02 * SIDE
    outline = (found.share > 0) & (cv2.erode((found.share > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) == 0)
    assert outline.sum() > 40 and (found.share[outline] < 0.9).mean() > 0.8


@pytest.mark.parametrize("narrower", [0, 5, 11])
def test_a_person_narrower_than_the_mesh_has_a_narrower_back(narrower: int) -> None:
    """Colours are still the person's, and the back does not turn inside out."""
    source = posed(0)
    mask = drawn(source).raster.mask.astype(np.float32)
    mask = cv2.erode(mask, np.ones((narrower, narrower), np.uint8)) if narrower else haired(mask)
    found = back(source, posed(35), mask)
    rows, columns = np.nonzero(found.share > 0.5)
    x, y = (np.stack([columns, rows]) + found.flow[rows, columns].T).astype(np.float32)
    there = cv2.remap(mask, x[None], y[None], cv2.INTER_LINEAR)[0]
    assert len(rows) > 150 and (there > 0.5).mean() > 0.85


def test_the_back_turns_and_grows_with_the_head() -> None:
    """As thick in a picture that is tilted, and half as thick on a driving head of half the size."""
    source, driving = posed(0), posed(35)
    plain = back(source, driving).share
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), 40, 1).astype(np.float32)

    def tilted(mesh: Float) -> Float:
        return np.column_stack([mesh[:, :2] @ turn[:, :2].T + turn[:, 2], mesh[:, 2]]).astype(np.float32)

    person = haired(drawn(source).raster.mask)
    leaning = cv2.warpAffine(person, turn, (SIDE, SIDE))
    found = back(tilted(source), tilted(driving), leaning).share
    wanted = cv2.warpAffine(plain, turn, (SIDE, SIDE))
    assert np.abs(found - wanted).sum() < 0.15 * plain.sum()
    centre = np.float32([SIDE / 2, SIDE / 2, 0])
    small = back(source, np.asarray((driving - centre) / 2 + centre, np.float32)).share
    assert 4 * (small > 0).sum() / (plain > 0).sum() == pytest.approx(1, abs=0.08)


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


def pictures(side: int = SIDE, person: float = 1.0) -> Layers:
    """A red person, of the mask ``person``, left of the middle, before green."""
    mask = torch.zeros(1, 1, side, side)
    mask[..., : side // 2] = person
    red, green = (torch.tensor(each).view(1, 3, 1, 1).expand(1, 3, side, side) for each in ([1.0, 0, 0], [0, 1.0, 0]))
    return Layers.of(red * mask + green * (1 - mask), mask, green.contiguous())


def with_back(layers: Layers, shift: float, share: float = 1.0) -> Whole:
    """Nothing moves; the back is everywhere, its colours come from ``shift`` pixels to the right."""
    side = layers.source.shape[-1]
    inputs = GeneratorInput(layers.source)._replace(
        back_flow=torch.tensor([shift, 0.0]).view(1, 2, 1, 1).repeat(1, 1, side, side),
        back_share=torch.full((1, 1, side, side), share),
        back_seam=torch.zeros(1, 1, side, side),
    )
    fade = torch.ones(1, 1, 1, 1)
    found = Back.of(inputs, fade, layers)
    assert found is not None
    return whole(*before_back(layers, found).moved(torch.zeros(1, side, side, 2), fade), None, found)


def test_the_back_is_behind_the_person_and_of_the_person() -> None:
    left, right = np.s_[:, :, : SIDE // 2 - 3], np.s_[:, :, SIDE // 2 + 3 : -3]
    red, green = torch.tensor([1.0, 0, 0]), torch.tensor([0, 1.0, 0])
    plain = with_back(pictures(), -SIDE / 2)  # the right half takes the person's red
    assert torch.allclose(plain.moved[left], red, atol=1e-3) and torch.allclose(plain.moved[right], red, atol=1e-3)
    assert plain.back is not None and plain.back[left].max() == 0 and plain.back[right].min() > 0.99
    assert plain.person[right].min() > 0.99
    outside = with_back(pictures(), 0.0)  # the right half would take its own green, which is not the person's
    assert torch.allclose(outside.moved[right], green, atol=1e-3) and outside.person[right].max() < 0.01


def test_soft_hair_over_the_back_shows_no_background() -> None:
    """Three quarters of the person, over a back of the person's colour."""
    soft = pictures(person=0.75)
    soft = soft._replace(picture=pictures().picture)
    left = np.s_[:, :, 3 : SIDE // 2 - 3]
    assert with_back(soft, 0.0).moved[left][..., 1].max() < 0.02
    assert with_back(soft, 0.0, share=0.0).moved[left][..., 1].min() > 0.2


def test_a_net_does_not_change_the_back() -> None:
    found = with_back(pictures(), -SIDE / 2)
    changed = found.changed(torch.ones(1, SIDE, SIDE, 3))
    assert changed[:, :, : SIDE // 2 - 3].min() == 1 and changed[:, :, SIDE // 2 + 3 : -3].max() < 0.01


def test_a_back_at_another_side_is_the_same_one() -> None:
    """Of a draft, drawn in the final picture's size."""
    small, full = pictures(64), pictures(128)
    inputs = GeneratorInput(small.source)._replace(
        back_flow=torch.tensor([-20.0, 0.0]).view(1, 2, 1, 1).repeat(1, 1, 64, 64),
        back_share=torch.ones(1, 1, 64, 64),
        back_seam=torch.ones(1, 1, 64, 64),
    )
    found = Back.of(inputs, torch.ones(1, 1, 1, 1), small)
    assert found is not None
    enlarged = found.enlarged(full)
    edge = enlarged.picture[0, 64, 95:113, 0]
    assert edge.diff().abs().max() < 0.3, "colours pass into each other there, too"
    assert enlarged.picture.shape == (1, 128, 128, 4) and torch.allclose(enlarged.flow[..., 0], torch.tensor(-40.0))
    assert enlarged.picture[0, :, 45:100, 0].min() > 0.99 and enlarged.picture[0, :, 108:, 0].max() < 0.01


def test_it_comes_with_the_motion() -> None:
    """A back that is everywhere does not show while hardly anything moves."""
    net = build("live", 64).eval()
    inputs = batch(resolution=64)
    still = inputs._replace(
        geometric_flow=inputs.geometric_flow * 1e-3,  # type: ignore[operator]
        back_flow=torch.full_like(inputs.source[:, :2], 9.0),
        back_share=torch.ones_like(inputs.source[:, :1]),
        back_seam=torch.zeros_like(inputs.source[:, :1]),
    )
    with torch.inference_mode():
        for each in (net, LiveInference(net)):  # type: ignore[arg-type]
            change = (each(still).image - each(still._replace(back_share=None)).image).abs().max()
            assert change < 0.02


@pytest.mark.parametrize("side", [256, 128])
def test_training_and_use_compute_the_same(side: int) -> None:
    wanted, without, _ = in_training_and_in_use(side, "back")
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


def test_colours_of_skull_and_neck_pass_into_each_other() -> None:
    """Red above and green below, with blue beside what is drawn, which does not shine in; twins agree."""
    side = 64
    colours, share, seam = torch.zeros(1, 3, side, side), torch.ones(1, 1, side, side), torch.zeros(1, 1, side, side)
    colours[:, 0, :32], colours[:, 1, 32:], share[..., 40:] = 1, 1, 0
    colours[..., 40:] = torch.tensor([0.0, 0, 1]).view(1, 3, 1, 1)
    seam[..., 28:36, :] = 1
    found = passed(colours, share, seam)
    red = found[0, 0, :, 20]
    assert (red.diff() <= 1e-6).all() and red.diff().abs().max() < 0.6 and red[0] == 1 and red[-1] == 0
    assert found[0, 2, :, :40].max() < 1e-5
    picture = torch.cat([colours, share], dim=1).permute(0, 2, 3, 1)[0].numpy()
    last = _passed(picture, *(each[0].permute(1, 2, 0).numpy() for each in (share, seam)))
    assert np.allclose(last[..., :3], found[0].permute(1, 2, 0), atol=1e-5) and (last[..., 3] == picture[..., 3]).all()


def test_a_seam_lies_where_the_neck_begins() -> None:
    neck, back = np.zeros((256, 256), np.float32), np.zeros((256, 256), np.float32)
    neck[128:, 60:120], back[40:220, 60:120] = 1, 1
    seam = _seam(neck, back)
    assert seam[124:132, 70:110].min() > 0.5, "broad"
    assert seam[127:129, 70:110].min() > 0.9 and seam[:118].max() == 0 and seam[139:].max() == 0
    assert seam[:, :60].max() == 0 and seam.max() <= 1


@pytest.mark.parametrize("yaw", [-35.0, 35.0])
def test_a_turned_heads_seam_is_where_its_flow_leaps(yaw: float) -> None:
    found = back(posed(0), posed(yaw))
    drawn_there = (found.share[1:] > 0) & (found.share[:-1] > 0)
    leaps = (np.abs(np.diff(found.flow, axis=0)).max(2) > 0.1 * SIDE) & drawn_there
    assert leaps.sum() > 3 and found.seam[1:][leaps].min() > 0.5
    assert found.seam.min() >= 0 and found.seam.max() <= 1 and found.seam[: SIDE // 4].max() < 1e-3
    assert 0 < (found.seam > 0.1).mean() < 0.05
