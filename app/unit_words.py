"""What each expression unit does, in plain words: their names are those of animators."""

from __future__ import annotations

from .tr import later

PLAIN = {
    "browDown": later("Lowers this brow, as in anger."),
    "browInnerUp": later("Lifts the inner ends of both brows, as in worry."),
    "browOuterUp": later("Lifts the outer end of this brow, as in surprise."),
    "cheekPuff": later("Blows up both cheeks."),
    "cheekSquint": later("Lifts this cheek towards its eye."),
    "eyeBlink": later("Closes this eye."),
    "eyeLookDown": later("Turns this eye down."),
    "eyeLookIn": later("Turns this eye towards the nose."),
    "eyeLookOut": later("Turns this eye away from the nose."),
    "eyeLookUp": later("Turns this eye up."),
    "eyeSquint": later("Narrows this eye, as in bright light."),
    "eyeWide": later("Opens this eye wide."),
    "jaw": later("Moves the lower jaw to this side."),
    "jawForward": later("Pushes the lower jaw forward."),
    "jawOpen": later("Opens the mouth by lowering the jaw."),
    "mouth": later("Moves the whole mouth to this side."),
    "mouthClose": later("Brings the lips together while the jaw is open."),
    "mouthDimple": later("Draws this corner of the mouth back, where dimples form."),
    "mouthFrown": later("Pulls this corner of the mouth down."),
    "mouthFunnel": later("Makes the lips a round opening, as in “oh”."),
    "mouthLowerDown": later("Lowers this half of the lower lip, so that the lower teeth show."),
    "mouthPress": later("Presses the lips together on this side."),
    "mouthPucker": later("Draws the lips together, as for a kiss."),
    "mouthRollLower": later("Rolls the lower lip in over the teeth."),
    "mouthRollUpper": later("Rolls the upper lip in over the teeth."),
    "mouthShrugLower": later("Pushes the lower lip up, as in doubt."),
    "mouthShrugUpper": later("Pushes the upper lip up, towards the nose."),
    "mouthSmile": later("Pulls this corner of the mouth up."),
    "mouthStretch": later("Pulls this corner of the mouth outwards, as in fear."),
    "mouthUpperUp": later("Lifts this half of the upper lip, so that the upper teeth show."),
    "noseSneer": later("Wrinkles the nose on this side."),
}
"""Name of a unit without its side → an English sentence."""


def plain(unit: str) -> str:
    """The sentence about a unit, "" for one that nobody described."""
    return PLAIN.get(unit.removesuffix("Left").removesuffix("Right"), "")
