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
    """Standard deviations of what the source's fit gets wrong, so that the network does not trust the mesh too much.

    The driver's fit has no such errors: it says where the face shall be.  With errors there the best answer to any
    pixel loss is a blurred picture.
    """

    identity: float = 0.15
    """Of c_i, which both faces share."""
    expression: float = 0.03
    angle: float = 0.6
    """Degrees, about each axis."""
    scale: float = 0.004
    shift: float = 0.5
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
    """Source and driver with one error of the shared identity; the source with errors of all the rest."""
    source, driving = pair
    error = noise.identity * rng.standard_normal(len(source.identity)).astype(np.float32)
    expression = source.expression + noise.expression * rng.standard_normal(len(source.expression)).astype(np.float32)
    expression = np.clip(expression, 0, MAX_EXPRESSION).astype(np.float32)
    spread = Spread(noise.angle, noise.angle, noise.angle, noise.scale, noise.shift)
    return (
        moved(Coefficients(source.identity + error, expression, source.pose), spread, rng, side),
        Coefficients(driving.identity + error, driving.expression, driving.pose),
    )
