"""A folder of portraits and clips, and who of them is held out.

``split.json`` says so (``{"train": [...], "dev": [...]}``, paths below the folder); without one, people are dealt out
by a hash of their name, about one in twelve to "dev", so that more files change nothing for the people already there.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..media.read_image import read_image
from ..media.read_json import read_json
from ..media.read_video import VideoReader
from ..media.sniff import PICTURE_SUFFIXES, VIDEO_SUFFIXES
from ..types import Image

CLIPS = VIDEO_SUFFIXES
PHOTOS = PICTURE_SUFFIXES | {".heic", ".heif", ".jfif"}
"""With those that cannot be read, but are to be named: phones write them."""

_HELD_OUT = 12
"""Without a split.json every so manieth person is held out."""


SPLIT = "split.json"


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
    """The files of the list ``name``.  Raises InputError where there is none, or ``split.json`` is damaged."""
    try:
        lists = read_json(folder / SPLIT) if (folder / SPLIT).exists() else _filled(dealt(folder))
        paths = [folder / entry for entry in lists[name]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = f"{folder} has neither a {SPLIT} with a list {name!r} nor such people; see core/training/README.md."
        raise InputError(text) from error
    clips = tuple(p for p in paths if p.suffix.lower() in CLIPS)
    return Split(tuple(Portrait(p) for p in paths if p not in clips), clips)


def dealt(folder: Path) -> dict[str, list[Path]]:
    """All photos and clips below ``folder`` in two lists, "train" and "dev", as paths below it."""
    lists: dict[str, list[Path]] = {"train": [], "dev": []}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in CLIPS | PHOTOS and not path.is_dir():
            below = path.relative_to(folder)
            lists[split_of(person_of(below))].append(below)
    return lists


def _filled(lists: dict[str, list[Path]]) -> dict[str, list[Path]]:
    return {name: paths for name, paths in lists.items() if paths}


def person_of(below: Path) -> str:
    """Who a file shows, by its path below the folder: its folders, and its name up to the last underscore."""
    return f"{below.parent.as_posix()}/{below.stem.rsplit('_', 1)[0]}"


def split_of(person: str) -> str:
    """ "train" or "dev", by a hash of the name."""
    digest = hashlib.sha256(person.encode("utf-8", "surrogateescape")).digest()
    return "dev" if digest[0] % _HELD_OUT == 0 else "train"


def clip_person(path: Path) -> str:
    """Who a clip shows: the file's name without a letter that numbers clips of one person (``ann-b.mp4``)."""
    return f"{path.parent.name}/{re.sub(r'-[a-z]$', '', path.stem)}"


def clip_frames(path: Path, count: int) -> list[Image]:
    """``count`` frames spread evenly over a clip."""
    with VideoReader(path) as video:
        frames = [frame.pixels for frame in video]
    chosen = np.unique(np.linspace(0, len(frames) - 1, count).round().astype(int))
    return [frames[k] for k in chosen]
