"""What is written, in numbered versions, and how the version of a file is read again: not at all, or whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.choice import PhotoChoice
from app.document import Document
from app.store.project import project_text, read_project
from app.store.settings import Settings, read_settings
from app.workers.keeper import KeepOrder, write_order
from core.media.read_image import read_image
from core.media.read_video import VideoReader
from core.provenance.export import open_marked_animation, write_marked_image
from core.provenance.marks import ALL_MARKS
from core.provenance.read_manifest import read_manifest

FRAMES = 6
LEVELS = 8
"""Versions are told apart by the brightness of pictures, which wraps round."""


@dataclass(frozen=True)
class Kind:
    """``write`` version n to a path; ``version``: of a whole file, modulo ``LEVELS``; raises where it is not whole."""

    name: str
    write: Callable[[Path, int], None]
    version: Callable[[Path], int]


def _picture(version: int, size: int = 192, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    noise = random.integers(-8, 9, (size, size, 3))
    return np.clip(24 + 28 * (version % LEVELS) + noise, 0, 255).astype(np.uint8)


def _seen(pixels: np.ndarray) -> int:
    level = (float(pixels.mean()) - 24) / 28
    assert abs(level - round(level)) < 0.2, f"brightness {pixels.mean():.1f} is of no version"
    return round(level)


def _write_image(path: Path, version: int) -> None:
    write_marked_image(path, _picture(version), ALL_MARKS)


def _image_version(path: Path) -> int:
    assert read_manifest(path) is not None, "no manifest"
    return _seen(read_image(path).pixels)


def _write_film(path: Path, version: int) -> None:
    with open_marked_animation(path, 10.0, (192, 192), ALL_MARKS, lambda: False) as writer:
        for k in range(FRAMES):
            writer.add(_picture(version, seed=k))  # equal ones would be stored as one


def _film_version(path: Path) -> int:
    assert read_manifest(path) is not None, "no manifest"
    with VideoReader(path) as reader:
        frames = list(reader)
        assert not reader.notes, reader.notes
        assert len(frames) == FRAMES, f"{len(frames)} frames"
    found = {_seen(frame.pixels) for frame in frames}
    assert len(found) == 1, "frames of several versions"
    return found.pop()


def _write_project(path: Path, version: int) -> None:
    photo = PhotoChoice(_picture(version, 64), f"pasted {version}", None, f"{version:016x}")
    text, pictures = project_text(Document(photo, None), path, number=version)
    write_order(KeepOrder(path, text, pictures=tuple(pictures)))


def _project_version(path: Path) -> int:
    document, found = read_project(path)
    photo = document.photo("source")
    assert photo is not None and isinstance(photo.origin, Path), "the pasted picture is not there"
    version = int(found["number"])
    assert _seen(read_image(photo.origin).pixels) == version % LEVELS, "another picture"
    return version % LEVELS


def _write_settings(path: Path, version: int) -> None:
    photos = tuple(f"/photos/{version}-{k}.png" for k in range(500))
    write_order(KeepOrder(path, Settings("dark", recent_photos=photos).to_text()))


def _settings_version(path: Path) -> int:
    json.loads(path.read_text(encoding="utf-8"))  # of a damaged file read_settings makes the settings of a new user
    recent = read_settings(path).recent_photos
    assert recent, "settings of a new user"
    return int(Path(recent[0]).name.split("-")[0]) % LEVELS


KINDS = {
    "image.png": Kind("image.png", _write_image, _image_version),
    "image.jpg": Kind("image.jpg", _write_image, _image_version),
    "moving.gif": Kind("moving.gif", _write_film, _film_version),
    "moving.mp4": Kind("moving.mp4", _write_film, _film_version),
    "my.mimesh": Kind("my.mimesh", _write_project, _project_version),
    "settings.json": Kind("settings.json", _write_settings, _settings_version),
}
