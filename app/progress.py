"""How far a job is: so many of so many things, in one of the steps that it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .tr import later


@dataclass(frozen=True)
class Step:
    """``words`` name it ("" where there is only one), ``number`` counts from 0, ``steps`` of them make the job."""

    words: str = ""
    number: int = 0
    steps: int = 1

    def share(self, done: int, total: int) -> float:
        """Of the whole job, 0 to 1."""
        return (self.number + done / total) / self.steps if total else 0.0


ONLY = Step()
READING, MAKING = Step(later("Reading frames"), 0, 2), Step(later("Making frames"), 1, 2)
"""A film is looked at first, as each frame is smoothed over those after it."""


class OnProgress(Protocol):
    def __call__(self, done: int, total: int, step: Step = ONLY) -> None: ...


ShouldStop = Callable[[], bool]
