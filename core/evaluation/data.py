"""A folder of portraits and clips with ``split.json`` (``{"train": [...], "dev": [...]}``, paths below the folder)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..media.read_image import read_image
from ..media.read_json import read_json
from ..media.read_video import VideoReader
from ..types import Image

CLIPS = (".mp4", ".mpg", ".mov", ".avi", ".webm", ".mkv")


@dataclass(frozen=True)
class Portrait:
    """A photo; ``person`` is the file's name up to its last underscore."""

    path: Path

    @property
    def person(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem.rsplit('_', 1)[0]}"

    def pixels(self) -> Image:
        return read_image(self.path).pixels


@dataclass(frozen=True)
class Split:
    """One half of a data folder."""

    portraits: tuple[Portrait, ...]
    clips: tuple[Path, ...]


def read_split(folder: Path, name: str) -> Split:
    """The files that ``split.json`` lists under ``name``.  Raises InputError where that is missing or damaged."""
    try:
        listed = read_json(folder / "split.json")[name]
        paths = [folder / entry for entry in listed]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} has no split.json with a list {name!r}; see core/evaluation/data.py.") from error
    clips = tuple(p for p in paths if p.suffix.lower() in CLIPS)
    return Split(tuple(Portrait(p) for p in paths if p not in clips), clips)


def clip_person(path: Path) -> str:
    """Who a clip shows: the file's name without a letter that numbers clips of one person (``ann-b.mp4``)."""
    return f"{path.parent.name}/{re.sub(r'-[a-z]$', '', path.stem)}"


def clip_frames(path: Path, count: int) -> list[Image]:
    """``count`` frames spread evenly over a clip."""
    with VideoReader(path) as video:
        frames = [frame.pixels for frame in video]
    chosen = np.unique(np.linspace(0, len(frames) - 1, count).round().astype(int))
    return [frames[k] for k in chosen]
