"""A picture of 256² on a larger source: whose detail is seen."""

from __future__ import annotations

import cv2
import numpy as np

from core.pipeline.compose import compose

SMALL, SIDE = 256, 768


def fine_lines() -> np.ndarray:
    """SIDE² of lines two pixels apart, which no picture of SMALL² shows."""
    lines = np.full((SIDE, SIDE, 3), 100, np.uint8)
    lines[:, ::2] = 140
    return lines


def detail(picture: np.ndarray) -> float:
    """Mean difference of neighbours in a row, in levels."""
    return float(np.abs(np.diff(picture.astype(np.float32), axis=1)).mean())


def test_light_lies_on_the_sources_detail() -> None:
    light = np.broadcast_to(np.linspace(-30, 30, SMALL, dtype=np.float32)[:, None, None], (SMALL, SMALL, 3)).copy()
    lines = fine_lines()
    lit = compose(lines, np.zeros((SMALL, SMALL, 2), np.float32), light)
    inner = np.s_[60:-60, 60:-60]
    assert abs(detail(lit[inner]) - detail(lines[inner])) < 0.5
    assert lit[100].mean() < lit[600].mean() - 30


def test_what_replaces_the_source_is_free_of_its_outlines() -> None:
    """Old outlines stood in pasted pictures like embossed ghosts: the small picture had them replaced, the large one
    only had what the small one knew of them taken away."""
    lines = fine_lines()
    painted = np.zeros((SMALL, SMALL, 3), np.float32)
    chequered = (np.indices((SMALL, SMALL)).sum(0) // 4 % 2 * 80.0 - 40).astype(np.float32)
    painted[:, SMALL // 2 :] = chequered[:, SMALL // 2 :, None]
    found = compose(lines, np.zeros((SMALL, SMALL, 2), np.float32), painted)
    rows, kept, replaced = slice(60, -60), slice(60, SIDE // 2 - 40), slice(SIDE // 2 + 40, -60)
    assert np.array_equal(found[rows, kept], lines[rows, kept])
    wanted = cv2.resize(painted, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) + lines.mean()
    assert detail(found[rows, replaced] - wanted[rows, replaced]) < 0.2 * detail(lines)


def test_no_seam_where_the_two_meet() -> None:
    painted = np.zeros((SMALL, SMALL, 3), np.float32)
    painted[100:140, 100:140] = 60
    lines = fine_lines()
    found = compose(lines, np.zeros((SMALL, SMALL, 2), np.float32), painted).astype(np.float32)
    contrast = np.abs(np.diff(found, axis=1)).mean(2)[360]
    steps = np.abs(np.diff(cv2.blur(contrast[None], (9, 1))[0]))
    assert contrast[20:200].min() > 39 and steps.max() < 12
