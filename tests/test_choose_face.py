"""Which face is meant."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InputError, NoFaceError
from core.pipeline.choose import choose_face, overlap
from core.types import Box, Crop

BOXES = (Box(0, 0, 100, 100), Box(200, 0, 50, 50))


def test_default_index_and_box() -> None:
    assert choose_face(BOXES, None, None) == 0
    assert choose_face(BOXES, 1, None) == 1
    assert choose_face(BOXES, np.int64(1), None) == 1  # type: ignore[arg-type]
    assert choose_face(BOXES, (195, 5, 50, 50), None) == 1
    assert choose_face(BOXES, None, Crop(225, 25, 60)) == 1


@pytest.mark.parametrize("face", [2, -1, (400, 400, 10, 10), (float("nan"),) * 4])
def test_a_face_that_is_not_there(face: object) -> None:
    with pytest.raises(NoFaceError):
        choose_face(BOXES, face, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("face", [True, (1, 2), "left"])
def test_what_is_no_choice(face: object) -> None:
    with pytest.raises(InputError):
        choose_face(BOXES, face, None)  # type: ignore[arg-type]


def test_no_face_and_no_face_in_the_crop() -> None:
    with pytest.raises(NoFaceError):
        choose_face((), None, None)
    with pytest.raises(NoFaceError):
        choose_face(BOXES, None, Crop(500, 500, 20))


def test_a_box_of_the_finder_is_a_choice() -> None:
    assert choose_face(BOXES, BOXES[1], None) == 1


def test_the_face_must_lie_in_the_crop() -> None:
    with pytest.raises(NoFaceError, match="outside the crop"):
        choose_face(BOXES, 0, Crop(225, 25, 60))


def test_overlap() -> None:
    assert overlap(BOXES[0], BOXES[0]) == 1
    assert overlap(BOXES[0], BOXES[1]) == 0
    assert overlap(Box(0, 0, 10, 10), Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
