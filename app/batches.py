"""Every source with every driver: what a batch consists of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.media.sniff import may_be_picture

MOST = 20_000
"""Pairs of one batch."""


@dataclass(frozen=True)
class Batch:
    """``sources`` × ``drivers`` into ``folder``, with a row for each in its ``results.csv``."""

    sources: tuple[Path, ...] = ()
    drivers: tuple[Path, ...] = ()
    folder: Path | None = None

    @property
    def pairs(self) -> list[tuple[Path, Path]]:
        return [(source, driver) for source in self.sources for driver in self.drivers]

    @property
    def possible(self) -> bool:
        return self.folder is not None and 0 < len(self.sources) * len(self.drivers) <= MOST


@dataclass(frozen=True)
class BatchResult:
    """How many pairs were made, and why the others were not: (source, driver, sentence) of each."""

    done: int
    failed: tuple[tuple[str, str, str], ...] = ()


def pictures(paths: list[Path]) -> tuple[Path, ...]:
    """The photos among ``paths``, and those directly in the folders among them, sorted by name.  Raises OSError."""
    found = {each for path in paths for each in (path.iterdir() if path.is_dir() else (path,)) if may_be_picture(each)}
    return tuple(sorted(found, key=lambda path: (path.name.lower(), path)))
