"""Edits applied: what a person changed by hand, on top of the mixed coefficients."""

from __future__ import annotations

import numpy as np

from ..brief import brief
from ..edits import LOCKED_UNITS, NO_EDITS, Edits
from ..errors import InputError
from ..face_model.gaze import Eyeball
from ..face_model.model import FaceModel
from ..types import RESOLUTION, Coefficients, Float
from .pose import angles, compose, decompose, rotation_from_angles

HIGHEST = 1.5
"""Upper end of c_e, as in ``mix``."""


def edit(mixed: Coefficients, source: Coefficients, edits: Edits, model: FaceModel) -> Coefficients:
    """``mixed`` with ``edits``; ``source`` is what locked regions keep to.  Identity is never touched.

        c_e ← source's c_e where locked, else mixed;   c_e ← clip(c_e + units, 0, 1.5), then the gaze
        R ← R(yaw + Δyaw, pitch + Δpitch, roll + Δroll),   s ← s · scale,   t ← t + shift

    Raises InputError for a unit that ``model`` does not have, or a gaze where it has no eyeballs.
    """
    if edits == NO_EDITS:
        return mixed
    names = model.expression_names
    expression = mixed.expression.copy()
    for starts in (LOCKED_UNITS[region] for region in edits.locked):
        kept = np.array([name.startswith(starts) for name in names])
        expression[kept] = source.expression[kept]
    for name, added in edits.units:
        if name not in names:
            raise InputError(f"The face model has no expression unit {brief(name)}; remove it from the edits.")
        expression[names.index(name)] += added
    expression = np.clip(expression, 0.0, HIGHEST)
    _turn_eyes(expression, edits, model.eyeballs)
    return Coefficients(mixed.identity, expression.astype(np.float32), _moved(mixed.pose, edits))


def _turn_eyes(expression: Float, edits: Edits, eyeballs: tuple[Eyeball, ...]) -> None:
    """Turn each eyeball by its degrees, in place, through the eyeLook units (the lids follow with them)."""
    turns = {side: (edits.value(f"gaze_{side}_x"), edits.value(f"gaze_{side}_y")) for side in ("left", "right")}
    if any(map(any, turns.values())) and not eyeballs:
        raise InputError("This face model has no eyeballs; set the gaze back to 0.")
    for eyeball in eyeballs:
        x, y = np.radians(turns["left" if eyeball.inwards < 0 else "right"])
        inwards, outwards, up, down = (int(unit) for unit in eyeball.units)
        _turn(expression, (inwards, outwards), eyeball.angles[:2], eyeball.inwards * x)
        _turn(expression, (up, down), eyeball.angles[2:], y)


def _turn(expression: Float, units: tuple[int, int], full: Float, angle: float) -> None:
    """Add ``angle`` (radians) to what two opposite units do: first take the opposite one back, then add."""
    ahead, back = units if angle > 0 else units[::-1]
    full_ahead, full_back = full if angle > 0 else full[::-1]
    taken = min(float(expression[back] * full_back), abs(angle))
    expression[back] -= taken / full_back
    expression[ahead] = min(expression[ahead] + (abs(angle) - taken) / full_ahead, HIGHEST)


def _moved(pose: Float, edits: Edits) -> Float:
    """The pose turned about the origin of the model frame (inside the head), scaled about it, and shifted."""
    if edits.taking(NO_EDITS, ("head",)) == edits:
        return pose
    scale, rotation, translation = decompose(pose)
    if edits.yaw or edits.pitch or edits.roll:
        yaw, pitch, roll = angles(pose)
        rotation = rotation_from_angles(yaw + edits.yaw, pitch + edits.pitch, roll + edits.roll)
    shift = np.array([edits.right, -edits.up, 0.0]) * RESOLUTION
    return compose(scale * edits.scale, rotation, translation + shift)
