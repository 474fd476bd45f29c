"""Every source with every driver: what a batch consists of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.media.open_input import is_folder, quoted
from core.media.sniff import may_be_picture
from core.types import Controls
from core.version import VERSION

from .tr import tr

MOST = 20_000
"""Pairs of one batch."""
RESULTS, SETTINGS = "results.csv", "batch.json"


@dataclass(frozen=True)
class Batch:
    """``sources`` × ``drivers`` into ``folder``, with a row for each in its :data:`RESULTS`, and how all
    of them were made in :data:`SETTINGS`.

    ``edits``: whether every picture gets the edits of the window.  ``neutral``: a photo of the drivers' person at rest,
    from which their motion is taken; None: pose and expression are taken over.
    """

    sources: tuple[Path, ...] = ()
    drivers: tuple[Path, ...] = ()
    folder: Path | None = None
    edits: bool = True
    neutral: Path | None = None

    @property
    def pairs(self) -> list[tuple[Path, Path]]:
        return [(source, driver) for source in self.sources for driver in self.drivers]

    @property
    def possible(self) -> bool:
        return self.folder is not None and 0 < len(self.sources) * len(self.drivers) <= MOST

    @property
    def replaces(self) -> bool:
        """Whether there is something in the folder already that might be replaced."""
        if self.folder is None or not is_folder(self.folder):
            return False
        try:
            return any(each.suffix == ".png" or each.name in (RESULTS, SETTINGS) for each in self.folder.iterdir())
        except OSError:
            return False


@dataclass(frozen=True)
class BatchResult:
    """How many pairs were made, and why the others were not: (source, driver, sentence) of each."""

    done: int
    failed: tuple[tuple[str, str, str], ...] = ()


def batch_settings(controls: Controls, neutral: Path | None, model: str) -> dict[str, Any]:
    """How every picture of a batch is made, as JSON's plain values; edits as in projects."""
    return {
        "format": "mimesh batch", "version": 1, "mimesh": VERSION, "model": model, "pose": controls.pose,
        "expression": controls.expression, "placement": controls.placement, "edits": controls.edits.to_json(),
        "neutral": None if neutral is None else str(neutral),
    }  # fmt: skip


def pictures(paths: list[Path]) -> tuple[Path, ...]:
    """The photos among ``paths``, and those directly in the folders among them, sorted by name.

    Raises InputError in one sentence where a folder cannot be read, or where there is no photo at all.
    """
    found = {each for path in paths for each in _inside(path)}
    if not found:
        raise InputError(tr("There are no photos in {name}; choose another.", name=quoted(paths[0].name)))
    return tuple(sorted(found, key=lambda path: (path.name.lower(), path)))


def _inside(path: Path) -> list[Path]:
    """The photos directly in a folder, or the file itself."""
    try:
        return [each for each in (path.iterdir() if is_folder(path) else (path,)) if may_be_picture(each)]
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(
            tr("The folder {name} cannot be read ({why}); choose another.", name=quoted(path.name), why=why)
        ) from error
