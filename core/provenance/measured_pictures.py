"""Pictures for :mod:`core.provenance.measure`: reenactments to mark, and photos and frames without a mark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..errors import InputError, NoFaceError
from ..media.read_image import read_image
from ..media.read_video import VideoReader
from ..media.sniff import VIDEO_SUFFIXES
from ..pipeline.encoded import EncodedFace
from ..pipeline.reenactor import Reenactor
from ..types import Controls, Image

PICTURES = (".jpg", ".jpeg", ".png", ".webp")
FULL_SIZE = 5
"""Every how many outputs the full picture is taken instead of the 256×256 patch."""

_FACES = 20


def outputs(data: Path, count: int, rng: np.random.Generator) -> Iterator[Image]:
    """Reenactments of ``count`` random pairs of the portraits below ``data``.  Raises InputError for too few."""
    reenactor = Reenactor.load()
    pictures = rng.permutation([str(path) for path in files(data, PICTURES)])
    faces: list[EncodedFace] = []
    made = 0
    for name in pictures:
        try:
            faces.append(reenactor.encode_source(read_image(name).pixels))
        except NoFaceError:
            continue
        if len(faces) < 2:
            continue
        source, driving = faces[-1], faces[int(rng.integers(len(faces) - 1))]
        result = reenactor.render(source, driving, Controls())
        made += 1
        yield reenactor.paste_back(source, result) if made % FULL_SIZE == 0 else result.image
        faces = faces[-_FACES:]
        if made == count:
            return
    raise InputError(f"{data} has too few portraits for {count} outputs; ask for {made}.")


def inputs(data: Path, count: int, rng: np.random.Generator) -> Iterator[Image]:
    """All pictures in a random order, then frames spread over the clips until there are ``count``."""
    pictures = rng.permutation([str(path) for path in files(data, PICTURES)])[:count]
    for name in pictures:
        yield read_image(name).pixels
    clips = files(data, tuple(VIDEO_SUFFIXES))
    left = count - len(pictures)
    for k, clip in enumerate(clips):
        share = left // len(clips) + (k < left % len(clips))
        with VideoReader(clip) as video:
            step = max((video.frame_count or share) // max(share, 1), 1)
            chosen = [frame.pixels for frame in video if frame.index % step == 0]
        yield from chosen[:share]


def files(data: Path, suffixes: tuple[str, ...]) -> list[Path]:
    return sorted(path for path in data.rglob("*") if path.suffix.lower() in suffixes)
