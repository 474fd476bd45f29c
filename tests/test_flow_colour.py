"""Colours of a flow, their legend, and the .flo format."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.errors import InputError
from core.geometry.flo import read_flo, write_flo
from core.geometry.flow_colour import WHEEL, flow_colours, legend, scale_of


def test_rest_is_white_and_the_directions_are_the_wheels() -> None:
    flow = np.array([[[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]], np.float32)
    white, right, left, down, up = flow_colours(flow, 1.0)[0].astype(int)
    assert (white == 255).all()
    assert right.tolist() == [255, 0, 0]  # Middlebury: red to the right, yellow downwards, cyan to the left
    assert left.argmin() == 0
    assert left[1] > 150
    assert left[2] == 255
    assert down[0] > 200
    assert down[1] > 150
    assert down[2] == 0
    assert up[2] > 200
    assert up[1] < 100


def test_wheel_is_closed_and_saturated() -> None:
    assert WHEEL.shape == (55, 3)
    assert (WHEEL.max(axis=1) == 1).all()
    assert (WHEEL.min(axis=1) == 0).all()
    assert np.abs(np.diff(np.concatenate([WHEEL, WHEEL[:1]]), axis=0)).max() <= 0.2501


def test_length_is_saturation_and_beyond_the_scale_is_darker() -> None:
    flow = np.array([[[0, 0], [2, 0], [4, 0], [9, 0]]], np.float32)
    colours = flow_colours(flow, 4.0)[0].astype(int)
    assert colours[:, 1].tolist() == [255, 128, 0, 0]
    assert colours[:, 0].tolist() == [255, 255, 255, 191]


def test_the_scale_is_the_longest_vector_but_at_least_one_pixel() -> None:
    flow = np.zeros((3, 4, 2), np.float32)
    assert scale_of(flow) == 1
    assert (flow_colours(flow + np.float32(1e-4)) >= 254).all()
    flow[1, 2] = (3, -4)
    assert scale_of(flow) == 5
    np.testing.assert_array_equal(flow_colours(flow), flow_colours(flow, 5.0))


def test_legend_shows_the_colours_of_its_directions() -> None:
    image, coverage = legend(65)
    assert image.shape == (65, 65, 3)
    assert coverage.shape == (65, 65)
    assert (image[32, 32] == 255).all()
    np.testing.assert_array_equal(image[32, 48], flow_colours(np.array([[[16 / 31.5, 0]]], np.float32), 1.0)[0, 0])
    assert coverage[0, 0] == 0
    assert coverage[32, 32] == 1
    assert (image[coverage > 0].max(axis=1) == 255).all()


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(
        np.float32,
        arrays.array_shapes(min_dims=2, max_dims=2, max_side=8).map(lambda shape: (*shape, 2)),
        elements=st.floats(-1e6, 1e6, width=32),
    )
)
def test_flo_round_trip(flow: np.ndarray) -> None:
    np.testing.assert_array_equal(read_flo(write_flo(flow)), flow)


def test_flo_bytes_are_the_format_of_the_benchmark() -> None:
    flow = np.array([[[1, 2], [3, 4], [5, 6]]], np.float32)
    assert write_flo(flow) == b"PIEH" + struct.pack("<ii6f", 3, 1, 1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PIEH",
        b"PNG\x00" + struct.pack("<ii2f", 1, 1, 0, 0),
        b"PIEH" + struct.pack("<ii", 0, 5),
        b"PIEH" + struct.pack("<ii2f", -1, -1, 0, 0),
        b"PIEH" + struct.pack("<ii", 2**31 - 1, 2**31 - 1),
        b"PIEH" + struct.pack("<ii1f", 1, 1, 0),
        b"PIEH" + struct.pack("<ii3f", 1, 1, 0, 0, 0),
        b"PIEH" + struct.pack("<ii2f", 1, 1, float("nan"), 0),
    ],
)
def test_what_is_no_flo_file_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_flo(data)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert ".flo file" in message


def test_the_longest_vector_is_in_full_colour_and_never_darkened() -> None:
    """Whatever its length: none of its channels is the 0.75 of what lies beyond the scale."""
    random = np.random.default_rng(0)
    for _ in range(200):
        flow = random.normal(0, 9, (16, 16, 2)).astype(np.float32)
        length = np.linalg.norm(flow, axis=2)
        row, column = np.unravel_index(length.argmax(), length.shape)
        assert flow_colours(flow, scale_of(flow))[row, column].max() == 255
