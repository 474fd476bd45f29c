"""What a file says of itself: its manifest, and the watermark in its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..media.open_input import check_readable
from ..media.read_image import read_image
from ..media.read_video import VideoReader
from ..media.sniff import probe
from ..types import Image
from .detect import Reading, detect
from .read_manifest import Manifest, read_manifest

FRAMES = 6
_SPACING = 8
"""Of a film that many frames are looked at, so far apart: enough for its own picture to change."""


@dataclass(frozen=True)
class Findings:
    """``manifest`` None where there is none; ``frames``: how many were looked at for the watermark."""

    manifest: Manifest | None
    watermark: Reading
    frames: int
    notes: tuple[str, ...]

    @property
    def of_mimesh(self) -> bool:
        """Whether anything of Mimesh was found, and no manifest that does not fit the file."""
        sound = self.manifest is None or self.manifest.state == "valid"
        return sound and (self.watermark.found or (self.manifest is not None and self.manifest.of_mimesh))


def verify(path: Path) -> Findings:
    """Look into a picture or film.  Raises :class:`InputError` where it is neither."""
    file = check_readable(path)
    frames, notes = _frames(file)
    return Findings(read_manifest(file), detect(frames), len(frames), notes)


def _frames(path: Path) -> tuple[list[Image], tuple[str, ...]]:
    if probe(path) == "image":
        picture = read_image(path)
        return [picture.pixels], picture.notes
    frames: list[Image] = []
    with VideoReader(path) as video:
        for frame in video:
            if frame.index % _SPACING == 0 or frame.index < 2:
                frames.append(frame.pixels)
            if len(frames) == FRAMES:
                break
        return frames, video.notes
