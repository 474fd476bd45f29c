"""Random poses, expressions and errors of the fit, all from a given generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..regression.fit import MAX_EXPRESSION
from ..regression.pose import compose, decompose, rotation_from_angles
from ..types import RESOLUTION, Coefficients


@dataclass(frozen=True)
class Spread:
    """Standard deviations of a random change of pose; angles in degrees, cut off at 2.5 of them."""

    yaw: float = 14.3
    """0.25 rad."""
    pitch: float = 6.0
    roll: float = 4.0
    scale: float = 0.03
    """Of log s."""
    shift: float = 3.0
    """Of t, in pixels of a 256² crop."""


@dataclass(frozen=True)
class FitNoise:
    """Standard deviations of what a fit gets wrong, so that the network does not trust the mesh too much."""

    identity: float = 0.2
    expression: float = 0.03
    angle: float = 0.8
    """Degrees, about each axis."""
    scale: float = 0.006
    shift: float = 0.6
    """Pixels of a 256² crop."""


_CUT = 2.5


def moved(c: Coefficients, spread: Spread, rng: np.random.Generator, side: int = RESOLUTION) -> Coefficients:
    """The face turned about the model's origin, scaled and shifted at random, in a crop of ``side`` pixels."""
    draw = np.clip(rng.standard_normal(6), -_CUT, _CUT)
    scale, rotation, translation = decompose(c.pose)
    turn = rotation_from_angles(draw[0] * spread.yaw, draw[1] * spread.pitch, draw[2] * spread.roll)
    shift = np.array([draw[4], draw[5], 0.0]) * spread.shift * side / RESOLUTION
    pose = compose(scale * float(np.exp(draw[3] * spread.scale)), turn @ rotation, translation + shift)
    return Coefficients(c.identity, c.expression, pose)


def misfitted(
    pair: tuple[Coefficients, Coefficients], noise: FitNoise, rng: np.random.Generator, side: int = RESOLUTION
) -> tuple[Coefficients, Coefficients]:
    """Both faces of one person with errors of a fit: one of the shared identity, their own of the rest."""
    identity = noise.identity * rng.standard_normal(len(pair[0].identity)).astype(np.float32)
    spread = Spread(noise.angle, noise.angle, noise.angle, noise.scale, noise.shift)
    changed = []
    for c in pair:
        expression = c.expression + noise.expression * rng.standard_normal(len(c.expression)).astype(np.float32)
        expression = np.clip(expression, 0, MAX_EXPRESSION).astype(np.float32)
        changed.append(moved(Coefficients(c.identity + identity, expression, c.pose), spread, rng, side))
    return changed[0], changed[1]
