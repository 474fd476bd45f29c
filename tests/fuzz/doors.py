"""What the program does with a file of each kind.  A door gives a word for the outcome, or raises."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import torch
from safetensors.numpy import save

from app.store.autosave import Autosave
from app.store.presets import read_presets
from app.store.project import project_text, read_project
from app.store.settings import as_bytes, read_settings
from core.errors import InputError
from core.evaluation.data import read_split
from core.face_model.codec import encode
from core.face_model.matlab import MatFile
from core.face_model.model import FaceModel
from core.geometry.flo import read_flo
from core.media.read_image import read_image
from core.media.read_video import VideoReader
from core.media.sniff import probe
from core.networks.config import NetworkConfig
from core.pipeline.batch_rows import read_rows
from core.pipeline.learned_weights import choose_backend
from core.provenance.certificate import load_credentials
from core.provenance.read_manifest import read_manifest
from core.weights import load_weights
from tests.fuzz.seeds import tiny_model

FRAMES = 400


def media(path: Path) -> str:
    """As a picture, as a film, and for what it says of itself: every door that the window and the commands have."""
    probe(path)
    found: list[str] = []
    refused: list[str] = []
    for read in (_picture, _film):
        try:
            read(path)
            found.append(read.__name__)
        except InputError as error:
            refused.append(str(error))
            _sentence(error, path)
    read_manifest(path)
    if not found:
        raise InputError(" ".join(refused))
    return "+".join(found)


def _picture(path: Path) -> None:
    loaded = read_image(path)
    height, width, channels = loaded.pixels.shape
    assert channels == 3 and loaded.pixels.dtype == "uint8" and min(height, width) >= 16
    assert loaded.alpha is None or loaded.alpha.shape == (height, width)


def _film(path: Path) -> None:
    with VideoReader(path) as reader:
        assert 0.0 < reader.fps <= 1000.0 and (reader.frame_count is None or reader.frame_count > 0)
        before = -1.0
        for frame in reader:
            assert frame.pixels.shape[1::-1] == reader.size and frame.pixels.dtype == "uint8"
            assert frame.seconds >= 0.0 and frame.seconds == frame.seconds
            before = frame.seconds
            if frame.index >= FRAMES:
                break
        assert before >= 0.0, "opened, but without a frame"
        middle = len(reader.times) // 2
        for frame in reader.frames(reader.quick(middle)):
            assert frame.pixels.shape[1::-1] == reader.size
            break


def project(path: Path) -> str:
    shutil.copy(path, path.with_name(f"running-1-0{path.suffix}"))
    Autosave(path.parent).crashed()  # as what a crash left, before anything else reads it
    document, _ = read_project(path)
    project_text(document, path.with_name("other.mimesh"))
    Autosave(path.parent).retire()
    return "read"


def presets(path: Path) -> str:
    found, problem = read_presets(path)
    if problem:
        raise InputError(problem)
    for edits in found.values():
        edits.scaled(0.5)
    return "read"


def settings(path: Path) -> str:
    found = read_settings(path)
    as_bytes(found.geometry), as_bytes(found.layout)
    return "read"


def pairs(path: Path) -> str:
    return f"{len(read_rows(path)) > 0}"


def split(path: Path) -> str:
    path.replace(path.with_name("split.json"))
    read_split(path.parent, "train")
    return "read"


def certificate(path: Path) -> str:
    load_credentials(path, path)
    return "read"


def weights(path: Path) -> str:
    """Listed with the sum that it has, as by somebody who passes weights on."""
    entry = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    (path.parent / "manifest.json").write_text(json.dumps({"weights": {"net": entry}}))
    load_weights("net", path.parent)
    return "read"


def manifest(path: Path) -> str:
    path.replace(path.with_name("manifest.json"))
    choose_backend(None, _face_model(), torch.device("cpu"), path.parent)
    choose_backend("net", _face_model(), torch.device("cpu"), path.parent)
    return "read"


def network(path: Path) -> str:
    NetworkConfig.from_json(path.read_text(encoding="utf-8", errors="replace"))
    return "read"


def flow(path: Path) -> str:
    read_flo(path.read_bytes())
    return "read"


def matlab(path: Path) -> str:
    file = MatFile(path)
    for field in ("mu_shape", "sigma"):
        file.vector(field)
    file.matrix("w", 30)
    file.indices("tri", 5)
    return "read"


def face_model(path: Path) -> str:
    """Arrays with the sum that they have."""
    facts = encode(vars(tiny_model()))[1] | {"format": 1, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    path.with_suffix(".json").write_text(json.dumps(facts))
    FaceModel.load(path)
    return "read"


def face_facts(path: Path) -> str:
    """Facts that name the sum of arrays they were not made for."""
    arrays = save(encode(vars(tiny_model()))[0])
    path.with_suffix(".safetensors").write_bytes(arrays)
    named = f'{{"format": 1, "sha256": "{hashlib.sha256(arrays).hexdigest()}", '
    path.write_bytes(path.read_bytes().replace(b"{", named.encode(), 1))
    FaceModel.load(path)
    return "read"


@cache
def _face_model() -> FaceModel:
    return FaceModel.load()


def _sentence(error: Exception, path: Path) -> None:
    text = str(error)
    assert text.endswith(".") and "\n" not in text, f"no sentence: {text!r}"
    assert path.name in text, f"does not name the file: {text!r}"


DOORS: dict[str, Callable[[Path], str]] = {
    "media": media, "project": project, "presets": presets, "settings": settings, "pairs": pairs, "split": split,
    "certificate": certificate, "weights": weights, "manifest": manifest, "network": network, "flow": flow,
    "matlab": matlab, "face model": face_model,
    "face facts": face_facts,
}  # fmt: skip
SUFFIXES = (
    ".jpg",
    ".png",
    ".gif",
    ".webp",
    ".tif",
    ".bmp",
    ".avif",
    ".mp4",
    ".webm",
    ".avi",
    ".mkv",
    ".ts",
    ".txt",
    "",
)
