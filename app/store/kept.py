"""What is kept on this computer of what was done with Mimesh, and can go without a loss to what goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.log.file import log_files

from ..numbers import shown
from .autosave import Autosave
from .settings import Settings


@dataclass(frozen=True)
class Kept:
    """``sessions``: files of sessions that no window has open, pasted pictures among them; ``logs``; how many
    ``recent`` files are remembered by name.
    """

    sessions: tuple[Path, ...]
    logs: tuple[Path, ...]
    recent: int

    def __bool__(self) -> bool:
        return bool(self.sessions or self.logs or self.recent)


def find_kept(autosave: Autosave, settings: Settings) -> Kept:
    recent = sum(map(len, (settings.recent_projects, settings.recent_photos, settings.recent_films)))
    return Kept(tuple(autosave.left()), tuple(log_files()), recent)


def size_of(paths: Iterable[Path]) -> str:
    """Their size in words."""
    total = 0
    for path in paths:
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return f"{shown(total / 2**20, 1)} MB" if total >= 2**20 else f"{-(-total // 1024)} kB"


def remove(paths: Iterable[Path]) -> None:
    """Raises OSError for the first that stays, after the others are gone."""
    problem: OSError | None = None
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            problem = problem or error
    if problem is not None:
        raise problem
