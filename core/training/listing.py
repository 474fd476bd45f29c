"""Which photos and clips of a folder train, and which are held out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import InputError
from ..evaluation.data import CLIPS, read_split

PHOTOS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")

_HELD_OUT = 12
"""Without a split.json every so manieth person is held out."""

Kind = Literal["still", "clip"]


@dataclass(frozen=True)
class Medium:
    """A photo or a clip of one ``person`` (all frames of a clip show one)."""

    path: Path
    person: str
    kind: Kind


def list_media(folder: Path, split: str) -> list[Medium]:
    """Photos and clips of ``folder`` in the list ``split`` ("train" or "dev").

    ``split.json`` decides where there is one; else people (the file's name up to its last underscore, with its
    folder) are dealt out by a hash of their name, about one in twelve to "dev", so that more files change nothing
    for the people already there.  Raises InputError where nothing is left.
    """
    if (folder / "split.json").exists():
        listed = read_split(folder, split)
        media = [Medium(p.path, p.person, "still") for p in listed.portraits]
        media += [Medium(path, path.stem, "clip") for path in listed.clips]
    else:
        media = [medium for medium in _scan(folder) if split_of(medium.person) == split]
    if not media:
        raise InputError(f"{folder} holds no photo or video for the list {split!r}; add some, or write a split.json.")
    return sorted(media, key=lambda medium: medium.path)


def split_of(person: str) -> str:
    """ "train" or "dev", by a hash of the name."""
    digest = hashlib.sha256(person.encode("utf-8")).digest()
    return "dev" if digest[0] % _HELD_OUT == 0 else "train"


def _scan(folder: Path) -> list[Medium]:
    found = []
    for path in folder.rglob("*"):
        suffix = path.suffix.lower()
        if suffix in PHOTOS + CLIPS:
            person = f"{path.parent.relative_to(folder).as_posix()}/{path.stem.rsplit('_', 1)[0]}"
            found.append(Medium(path, person, "clip" if suffix in CLIPS else "still"))
    return found
