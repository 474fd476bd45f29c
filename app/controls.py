"""The numbers of the edits as people meet them: their names, sections, units, steps and tips."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.edits import GROUPS, UNIT_RANGE, neutral, part_of, range_of


@dataclass(frozen=True)
class Number:
    """One number with a slider.  ``key`` is its name in Edits; shown is value × ``factor``, in ``step``s."""

    key: str
    words: str
    section: str
    tip: str
    step: float = 0.01
    factor: float = 1.0
    decimals: int = 2
    suffix: str = ""

    @property
    def low(self) -> float:
        return range_of(self.key)[0]

    @property
    def high(self) -> float:
        return range_of(self.key)[1]

    @property
    def neutral(self) -> float:
        return neutral(self.key)

    @property
    def full_name(self) -> str:
        """Section and words, for menus and screen readers."""
        return f"{self.section}: {self.words[:1].lower()}{self.words[1:]}"

    def matches(self, search: str) -> bool:
        """Whether every word of ``search`` begins a word of this number's names."""
        names = " ".join([self.section, self.words, self.key, *_words(self.key)]).lower().split()
        return all(any(name.startswith(word) for name in names) for word in search.lower().split())


def _degrees(key: str, words: str, section: str, tip: str) -> Number:
    return Number(key, words, section, tip, 0.5, 1.0, 1, "°")


HEAD = (
    _degrees("yaw", "Turn", "Head", "Turn the nose to the right of the picture (yaw)."),
    _degrees("pitch", "Nod", "Head", "Lift the nose (pitch)."),
    _degrees("roll", "Tilt", "Head", "Tilt the head clockwise (roll)."),
    Number("right", "Move right", "Head", "Move the head to the right, in percent of the crop.", 0.01, 100, 0, " %"),
    Number("up", "Move up", "Head", "Move the head up, in percent of the crop.", 0.01, 100, 0, " %"),
    Number("scale", "Size", "Head", "Size of the head; 100 % is as it would be.", 0.01, 100, 0, " %"),
)
GAZE = (
    _degrees("gaze_left_x", "Left eye, sideways", "Gaze", "Turn the person's left eye to the right of the picture."),
    _degrees("gaze_left_y", "Left eye, up", "Gaze", "Turn the person's left eye up."),
    _degrees("gaze_right_x", "Right eye, sideways", "Gaze", "Turn the person's right eye to the right of the picture."),
    _degrees("gaze_right_y", "Right eye, up", "Gaze", "Turn the person's right eye up."),
)
SECTIONS = ("Head", "Gaze", "Brows", "Eyes", "Jaw", "Mouth", "Nose", "Cheeks", "Other")
PART_WORDS = {
    "head": "Head", "gaze": "Gaze", **{group: group.capitalize() for group in GROUPS}, "locks": "Kept regions",
}  # fmt: skip


def numbers(units: tuple[str, ...]) -> tuple[Number, ...]:
    """All numbers, for a face model with these expression units."""
    return HEAD + GAZE + tuple(sorted((_unit(name) for name in units), key=lambda n: SECTIONS.index(n.section)))


def _unit(name: str) -> Number:
    part = part_of(name)
    words = " ".join(_words(name.removeprefix(GROUPS.get(part, "")))).capitalize()
    sides = " Left and right are the person's own." if name.endswith(("Left", "Right")) else ""
    tip = f"{name}: added to what the driver does, {UNIT_RANGE[0]:g} to {UNIT_RANGE[1]:g}; 1 is all of it.{sides}"
    return Number(name, words, PART_WORDS.get(part, "Other"), tip)


def _words(name: str) -> list[str]:
    """camelCase or snake_case → its words."""
    return re.findall(r"[A-Z]?[a-z]+|\d+|[A-Z]+", name)


def twin(key: str) -> str:
    """The same number of the other eye; "" for what is no gaze."""
    if not key.startswith("gaze_"):
        return ""
    return key.replace("left", "right") if "left" in key else key.replace("right", "left")
