"""A blind comparison of two ways to make the same picture: the paper's user study (section 5.4, Table 4)."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.types import Controls, Image

from .batches import MOST

Choice = Literal["left", "right", "none"]
QUESTIONS = 50
"""As many as the paper asks each person."""
MOST_QUESTIONS = 1000
Z = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True)
class Contestant:
    """``name`` in the file and ``words`` in the window differ in their numbers; ``model``: None is what draws in the
    window now.
    """

    name: str
    model: str | None
    controls: Controls
    words: str = ""


@dataclass(frozen=True)
class Study:
    """Which two are compared, on which pairs of photos, how often, by whom, and where the answers go."""

    first: Contestant | None = None
    second: Contestant | None = None
    sources: tuple[Path, ...] = ()
    drivers: tuple[Path, ...] = ()
    questions: int = QUESTIONS
    file: Path | None = None
    person: str = ""

    @property
    def pairs(self) -> list[tuple[Path, Path]]:
        return [(source, driver) for source in self.sources for driver in self.drivers if source != driver]

    @property
    def possible(self) -> bool:
        whole = None not in (self.first, self.second, self.file) and self.first != self.second
        return whole and len(self.sources) * len(self.drivers) <= MOST and bool(self.pairs)


@dataclass(frozen=True, eq=False)
class Question:
    """What one question shows; ``first_left``: the study's first contestant made the picture on the left."""

    source_name: str
    driver_name: str
    source: Image
    driver: Image
    left: Image
    right: Image
    first_left: bool


@dataclass(frozen=True)
class Answer:
    """``time`` in ISO 8601; ``preferred`` is the name of a contestant, "" where no difference was seen."""

    time: str
    source: str
    driver: str
    left: str
    right: str
    choice: Choice
    milliseconds: int

    @property
    def preferred(self) -> str:
        return {"left": self.left, "right": self.right, "none": ""}[self.choice]


@dataclass(frozen=True)
class Tally:
    """How often each was preferred, and how often neither was."""

    first: int
    second: int
    neither: int

    @property
    def share(self) -> float | None:
        """Of those who preferred one, the share that preferred the first; None where nobody did."""
        decided = self.first + self.second
        return self.first / decided if decided else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of :attr:`share`; (0, 1) where nothing is known."""
        n, share = self.first + self.second, self.share
        if share is None:
            return 0.0, 1.0
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        return max(middle - half, 0.0), min(middle + half, 1.0)


def tally(answers: Sequence[Answer], first: str) -> Tally:
    """The answers counted for the contestant ``first`` and the other one."""
    decided = [answer.preferred for answer in answers if answer.preferred]
    wins = decided.count(first)
    return Tally(wins, len(decided) - wins, len(answers) - len(decided))


def shuffled(study: Study, seed: int) -> tuple[list[tuple[Path, Path]], list[bool]]:
    """All pairs in random order; and for each question whether the first contestant is on the left.

    Of four questions in a row, from the first on, two have it there: wherever somebody stops, sides are about even.
    """
    chance = random.Random(seed)
    pairs = study.pairs
    chance.shuffle(pairs)
    sides: list[bool] = []
    while len(sides) < min(study.questions, len(pairs)):
        sides += chance.sample([True, True, False, False], 4)
    return pairs, sides
