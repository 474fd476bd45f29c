"""The numbers of the edits as people meet them: their names, sections, units, steps and tips."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.edits import GROUPS, UNIT_RANGE, neutral, part_of, range_of

from .numbers import shortest
from .tr import inside, later, tr
from .unit_words import plain


@dataclass(frozen=True)
class Number:
    """One number with a slider.  ``key`` is its name in Edits; shown is value × ``factor``, in ``step``s.

    ``words``, ``section`` and ``about`` are English; :attr:`name`, :attr:`full_name` and :attr:`tip` are as shown.
    """

    key: str
    words: str
    section: str
    about: str
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
        """Section and name, for menus and screen readers."""
        return f"{tr(self.section)}: {inside(self.name)}"

    @property
    def name(self) -> str:
        return tr(self.words)

    @property
    def tip(self) -> str:
        low, high = (shortest(bound) for bound in UNIT_RANGE)
        about = tr(self.about, unit=self.key, low=low, high=high)
        return f"{tr(plain(self.key))}\n{about}" if plain(self.key) else about

    def matches(self, search: str) -> bool:
        """Whether every word of ``search`` begins a word of this number's names."""
        known = [self.section, self.words, tr(self.section), self.name, self.key, *_words(self.key)]
        names = " ".join(known).lower().split()
        return all(any(name.startswith(word) for name in names) for word in search.lower().split())


def _degrees(key: str, words: str, section: str, about: str) -> Number:
    return Number(key, words, section, about, 0.5, 1.0, 1, "°")


HEAD = (
    _degrees("yaw", later("Turn"), "Head", later("Turn the nose to the right of the picture (yaw).")),
    _degrees("pitch", later("Nod"), "Head", later("Lift the nose (pitch).")),
    _degrees("roll", later("Tilt"), "Head", later("Tilt the head clockwise (roll).")),
    Number(
        "right",
        later("Move right"),
        "Head",
        later("Move the head to the right, in percent of the crop."),
        0.01,
        100,
        0,
        " %",
    ),
    Number("up", later("Move up"), "Head", later("Move the head up, in percent of the crop."), 0.01, 100, 0, " %"),
    Number("scale", later("Size"), "Head", later("Size of the head; 100 % is as it would be."), 0.01, 100, 0, " %"),
)
GAZE = (
    _degrees(
        "gaze_left_x",
        later("Left eye, sideways"),
        "Gaze",
        later("Turn the person's left eye to the right of the picture."),
    ),
    _degrees("gaze_left_y", later("Left eye, up"), "Gaze", later("Turn the person's left eye up.")),
    _degrees(
        "gaze_right_x",
        later("Right eye, sideways"),
        "Gaze",
        later("Turn the person's right eye to the right of the picture."),
    ),
    _degrees("gaze_right_y", later("Right eye, up"), "Gaze", later("Turn the person's right eye up.")),
)
UNIT = later("{unit}: added to what the driver does, {low} to {high}; 1 is all of it.")
SIDED_UNIT = later(
    "{unit}: added to what the driver does, {low} to {high}; 1 is all of it. Left and right are the person's own."
)
SECTIONS = (
    later("Head"), later("Gaze"), later("Brows"), later("Eyes"), later("Jaw"), later("Mouth"), later("Nose"),
    later("Cheeks"), later("Other"),
)  # fmt: skip
PART_WORDS = {
    "head": "Head", "gaze": "Gaze", **{group: group.capitalize() for group in GROUPS}, "locks": later("Kept regions"),
}  # fmt: skip


def numbers(units: tuple[str, ...]) -> tuple[Number, ...]:
    """All numbers, for a face model with these expression units."""
    return HEAD + GAZE + tuple(sorted((_unit(name) for name in units), key=lambda n: SECTIONS.index(n.section)))


def _unit(name: str) -> Number:
    part = part_of(name)
    words = " ".join(_words(name.removeprefix(GROUPS.get(part, "")))).capitalize()
    sided = name.endswith(("Left", "Right"))
    return Number(name, words, PART_WORDS.get(part, "Other"), SIDED_UNIT if sided else UNIT)


def _words(name: str) -> list[str]:
    """camelCase or snake_case → its words."""
    return re.findall(r"[A-Z]?[a-z]+|\d+|[A-Z]+", name)


def twin(key: str) -> str:
    """The same number of the other eye; "" for what is no gaze."""
    if not key.startswith("gaze_"):
        return ""
    return key.replace("left", "right") if "left" in key else key.replace("right", "left")
