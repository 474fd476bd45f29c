"""Which photos and clips of a folder train, and which are held out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import InputError
from ..evaluation.data import CLIPS, SPLIT, dealt, person_of, read_split

Kind = Literal["still", "clip"]


@dataclass(frozen=True)
class Medium:
    """A photo or a clip of one ``person`` (all frames of a clip show one)."""

    path: Path
    person: str
    kind: Kind


def list_media(folder: Path, split: str) -> list[Medium]:
    """Photos and clips of ``folder`` in the list ``split`` ("train" or "dev"), which :mod:`core.evaluation.data` tells.

    Raises InputError where nothing is left.
    """
    if (folder / SPLIT).exists():
        listed = read_split(folder, split)
        media = [Medium(p.path, p.person, "still") for p in listed.portraits]
        media += [Medium(path, path.stem, "clip") for path in listed.clips]
    else:
        media = [
            Medium(folder / below, person_of(below), "clip" if below.suffix.lower() in CLIPS else "still")
            for below in dealt(folder).get(split, ())
        ]
    if not media:
        raise InputError(
            f"{folder} holds no photo or video for the list {split!r}; add some, or say in a {SPLIT} who trains and "
            'who is held out; who holds nobody out trains with --dev-pairs "".'
        )
    return sorted(media, key=lambda medium: medium.path)
