"""Temporal smoothing."""

from __future__ import annotations

import numpy as np
import pytest

from core.pipeline.smoothing import smooth
from core.regression.pose import angles, compose, rotation_from_angles
from core.types import Coefficients

NAMES = ["jawOpen", "eyeBlinkLeft", *(f"unit{k}" for k in range(49))]


def clip(yaws: np.ndarray, units: np.ndarray) -> list[Coefficients]:
    track = []
    for yaw, unit in zip(yaws, units):
        expression = np.zeros(51, np.float32)
        expression[:2] = unit
        pose = compose(50.0, rotation_from_angles(float(yaw), 0, 0), np.array([128.0, 128.0, 0.0]))
        track.append(Coefficients(np.zeros(50, np.float32), expression, pose))
    return track


def test_strength_zero_changes_nothing() -> None:
    track = clip(np.arange(5), np.zeros(5))
    assert all(a is b for a, b in zip(smooth(track, 25, 0.0, NAMES), track))


def test_jitter_falls_and_motion_stays() -> None:
    rng = np.random.default_rng(0)
    time = np.arange(100) / 25
    motion = 15 * np.sin(2 * np.pi * 0.5 * time)
    noisy = motion + rng.normal(0, 1.0, 100)
    found = np.array([angles(c.pose)[0] for c in smooth(clip(noisy, np.zeros(100)), 25, 0.5, NAMES)])
    assert np.std((found - motion)[5:-5]) < 0.6
    assert np.std(np.diff(found, 2)) < 0.25 * np.std(np.diff(noisy, 2))


def test_no_lag() -> None:
    yaws = np.where(np.arange(60) < 30, 0.0, 20.0)
    found = np.array([angles(c.pose)[0] for c in smooth(clip(yaws, np.zeros(60)), 25, 1.0, NAMES)])
    assert (found[29] + found[30]) / 2 == pytest.approx(10, abs=0.5)


def test_a_blink_survives_better_than_a_jaw_twitch() -> None:
    pulse = np.zeros(50)
    pulse[25:28] = 1.0
    smoothed = smooth(clip(np.zeros(50), pulse), 25, 1.0, NAMES)
    jaw, blink = (max(c.expression[k] for c in smoothed) for k in (0, 1))
    assert blink > 0.7
    assert jaw < 0.6
