"""Which parts of a head may be drawn as their counterparts look, told by one photo."""

from __future__ import annotations

import numpy as np
import pytest

from core.geometry.alike import alike
from core.geometry.drawn_mesh import DrawnMesh
from core.geometry.other_side import swapped
from core.types import Float, Image

from .networks_tiny import face_model
from .turned_heads import SIDE, posed


def told(yaw: float, image: Image) -> tuple[Float, Float]:
    """By the vertices, and the vertices at rest."""
    model = face_model()
    assert model.symmetry is not None
    mesh = posed(yaw)
    counterparts = model.symmetry.vertices
    drawn = DrawnMesh.draw(mesh, model.faces, SIDE, SIDE)
    return alike(image, drawn, swapped(mesh, model.faces, counterparts, SIDE), counterparts), model.mean


def face(left: tuple[int, int, int], right: tuple[int, int, int]) -> Image:
    """Of two colours, parted in the picture's middle."""
    picture = np.full((SIDE, SIDE, 3), right, np.uint8)
    picture[:, : SIDE // 2] = left
    return picture


SKIN, HAIR = (210, 170, 150), (70, 50, 30)


def test_halves_of_one_colour_are_alike() -> None:
    found, _ = told(0, face(SKIN, SKIN))
    assert found.dtype == np.float32 and found.min() > 0.99


def test_light_from_one_side_makes_no_other_stuff() -> None:
    shade = np.linspace(1, 0.6, SIDE)[:, None]
    assert told(0, (face(SKIN, SKIN) * shade).astype(np.uint8))[0].mean() > 0.9
    lit = face(SKIN, SKIN)
    lit[:, SIDE // 2 :] = lit[:, SIDE // 2 :] * 0.8
    assert told(0, lit)[0].min() > 0.95


def test_a_mirrored_photo_tells_the_same_of_the_counterparts() -> None:
    model = face_model()
    assert model.symmetry is not None
    mesh, counterparts = posed(0) - np.array([0.5, 0, 0], np.float32), model.symmetry.vertices  # in the very middle
    drawn = DrawnMesh.draw(mesh, model.faces, SIDE, SIDE)
    other = swapped(mesh, model.faces, counterparts, SIDE)
    picture = face(SKIN, SKIN)
    picture[:, 2 * SIDE // 3 :] = HAIR
    found = alike(picture, drawn, other, counterparts)
    mirrored = alike(np.ascontiguousarray(picture[:, ::-1]), drawn, other, counterparts)
    assert found.min() < 0.2 and np.abs(found - mirrored[counterparts]).max() < 0.05


def test_hair_over_one_cheek_is_not_skin_nor_the_other_way_round() -> None:
    picture = face(SKIN, SKIN)
    picture[:, 2 * SIDE // 3 :] = HAIR
    found, mean = told(0, picture)
    assert found[(np.abs(mean[:, 0]) > 0.75 * mean[:, 0].max()) & (mean[:, 2] > 0)].mean() < 0.2
    assert found[(np.abs(mean[:, 0]) < 0.15) & (mean[:, 1] < 0) & (mean[:, 2] > 0.7)].mean() > 0.8, "chin and mouth"


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_head_that_is_turned_far_is_made_whole_all_the_same(sign: int) -> None:
    picture = face(SKIN, HAIR)
    amounts = [float(told(sign * yaw, picture)[0].mean()) for yaw in (0, 6, 10, 14, 17, 19, 30)]
    assert amounts[0] < 0.5 and amounts[-2:] == [1, 1]
    assert (np.diff(amounts[1:]) >= -0.02).all() and np.diff(amounts).max() < 0.5, "by degrees"
