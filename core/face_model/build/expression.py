"""Expression: the 51 ARKit face units (Eq. 1, V_exp), with teeth, tongue and eyeballs put right."""

from __future__ import annotations

import numpy as np

from .identity import similarity
from .source import AnnySource, Doubles
from .topology import HeadTopology

# fmt: off
UNITS = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight",
)
"""ARKit's 52 blend shapes without tongueOut, in alphabetical order; Left and Right are the person's."""
# fmt: on


BLINK = 0.82
"""MakeHuman's blink runs past the lower lid on the mean head; this much of it just closes the eye."""

TONGUE_SINKS = (0.0, -0.08, -0.05)
"""How far (dm) the tongue sinks behind the lower teeth at full jawOpen, beyond the jaw's own motion."""


def opposite(name: str) -> str:
    """The unit that does the same on the other side; a unit without sides is its own opposite."""
    for side, other in (("Left", "Right"), ("Right", "Left")):
        if name.endswith(side):
            return name.removesuffix(side) + other
    return name


def expression_basis(source: AnnySource, head: HeadTopology, mean: Doubles) -> Doubles:
    """(51, n, 3) offsets (dm) at full activation, exactly mirrored between the sides.

    Eyeballs do not move: they are turned by the model.  Teeth move rigidly with the jaw or not at all, and the
    tongue lies in the lower teeth: rigidly on the head ``mean`` (n×3), that is.
    """
    base = source.mesh().vertices
    raw = {name: head.gather @ source.face_unit(name, len(base)) for name in UNITS}
    basis = np.stack([(raw[name] + raw[opposite(name)][head.mirror] * [-1, 1, 1]) / 2 for name in UNITS])
    lower, tongue = head.parts["teeth_lower"], head.parts["tongue"]
    moved, teeth = lower | tongue, (head.gather @ base)[lower]
    for name, unit in zip(UNITS, basis):
        for part in ("teeth_upper", "eyeball_left", "eyeball_right"):
            unit[head.parts[part]] = 0
        if name.startswith("jaw"):
            motion = similarity(teeth, teeth + unit[lower])
            carried = (mean - mean[lower].mean(0)) @ (motion.rotation - np.eye(3)).T + motion.target - motion.source
            unit[moved] = carried[moved]
        else:
            unit[moved] = 0
    basis[UNITS.index("jawOpen"), tongue] += TONGUE_SINKS
    for side in ("Left", "Right"):
        basis[UNITS.index(f"eyeBlink{side}")] *= BLINK
    return basis
