"""How a person set up exports, batches and blind comparisons last: remembered from one start to the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from core.media.open_input import is_file, is_folder
from core.types import Controls

from .batches import Batch
from .exports import Wishes
from .study import Study

MOST_KEPT = 12
"""Settings kept to compare; the oldest goes for a new one."""


@dataclass(frozen=True)
class Habits:
    """What each dialog was left with; ``kept``: settings that can be compared, the oldest first."""

    export: Wishes = field(default_factory=Wishes)
    batch: Batch = field(default_factory=Batch)
    study: Study = field(default_factory=Study)
    kept: tuple[Controls, ...] = ()

    def keeping(self, controls: Controls) -> Habits:
        """The same with one more setting to compare."""
        return self if controls in self.kept else replace(self, kept=(*self.kept, controls)[-MOST_KEPT:])

    def without_names(self) -> Habits:
        """The same, naming no file, folder or person."""
        study = replace(self.study, sources=(), drivers=(), file=None, person="")
        return replace(self, export=replace(self.export, folder=None), batch=Batch(), study=study)


def present(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Those files of another day that are still there."""
    return tuple(path for path in paths if is_file(path))


def folder_or_none(folder: Path | None) -> Path | None:
    """A folder of another day if it is still there."""
    return folder if folder is not None and is_folder(folder) else None
