"""Small valid files of every kind that Mimesh reads, made on the spot."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image as PillowImage
from safetensors.numpy import save
from scipy.io import savemat

from app.choice import PhotoChoice
from app.document import Dial, Document
from app.store.presets import BUILT_IN, presets_text
from app.store.project import project_text
from app.store.settings import Settings
from core.edits import Edits
from core.face_model.codec import encode as encode_model
from core.face_model.model import FaceModel
from core.geometry.flo import write_flo
from core.media.write_animation import open_animation
from core.networks import VARIANTS
from core.pipeline.learned_weights import ARCHITECTURE
from core.provenance.certificate import load_credentials
from core.provenance.export import open_marked_animation, write_marked_image
from core.provenance.marks import ALL_MARKS
from core.weights import save_weights
from tests.media_samples import animated, colourful, encode, film, moving, smooth
from tests.test_image_fuzz import samples


@dataclass(frozen=True)
class Seed:
    """``kind`` says through which door it goes; ``suffix`` is what its name ends in."""

    name: str
    kind: str
    suffix: str
    data: bytes


CODECS = {
    "h264.mp4": "libx264",
    "h264.mov": "libx264",
    "h264.mkv": "libx264",
    "h264.ts": "libx264",
    "h264.flv": "libx264",
    "vp8.webm": "libvpx",
    "vp9.webm": "libvpx-vp9",
    "mpeg4.avi": "mpeg4",
    "mjpeg.avi": "mjpeg",
    "mpeg2.mpg": "mpeg2video",
    "mpeg4.3gp": "mpeg4",
    "wmv2.wmv": "wmv2",
    "raw.y4m": "wrapped_avframe",
}
_SUFFIX = {
    "jpeg": ".jpg",
    "png": ".png",
    "gif": ".gif",
    "webp": ".webp",
    "bmp": ".bmp",
    "tiff": ".tif",
    "avif": ".avif",
}


def all_seeds(folder: Path) -> list[Seed]:
    """Every seed, in a fixed order; ``folder`` is for work."""
    return [*pictures(), *films(folder), *marked(folder), *documents(folder), *tables(folder)]


def pictures() -> Iterator[Seed]:
    for name, data in samples().items():
        yield Seed(name, "media", _SUFFIX.get(name.split()[0], f".{name.split()[0]}"), data)
    yield Seed("gif long", "media", ".gif", animated("GIF", 4, 40) + b"")
    yield Seed("tiff deflate", "media", ".tif", encode(smooth(64, 64), "TIFF", compression="tiff_adobe_deflate"))
    pages = PillowImage.fromarray(smooth(20, 20))
    yield Seed("tiff pages", "media", ".tif", encode(pages, "TIFF", save_all=True, append_images=[pages, pages]))
    yield Seed("jpeg grey", "media", ".jpg", encode(PillowImage.fromarray(smooth(24, 24)).convert("L"), "JPEG"))
    yield Seed("png interlaced size", "media", ".png", encode(colourful(33, 65), "PNG", dpi=(72, 72)))


def films(folder: Path) -> Iterator[Seed]:
    for name, codec in CODECS.items():
        path = folder / f"film-{name}"
        if name.endswith(".y4m"):
            path.write_bytes(_y4m(moving(3)))
        else:
            film(path, moving(6), codec, range=2 if codec == "mjpeg" else 1)
        yield Seed(f"film {name}", "media", path.suffix, path.read_bytes())


def marked(folder: Path) -> Iterator[Seed]:
    """As Mimesh writes them: with manifest and watermark."""
    for suffix in (".png", ".jpg", ".webp"):
        path = folder / f"marked{suffix}"
        write_marked_image(path, smooth(64, 64), ALL_MARKS)
        yield Seed(f"signed {suffix}", "media", suffix, path.read_bytes())
    for suffix in (".gif", ".mp4"):
        path = folder / f"marked{suffix}"
        with open_marked_animation(path, 10.0, (64, 48), ALL_MARKS, lambda: False) as writer:
            for frame in moving(3):
                writer.add(frame)
        yield Seed(f"signed {suffix}", "media", suffix, path.read_bytes())
    with open_animation(folder / "plain.webp", 10.0, (64, 48)) as plain:
        for frame in moving(3):
            plain.add(frame)
    yield Seed("film .webp", "media", ".webp", (folder / "plain.webp").read_bytes())


def documents(folder: Path) -> Iterator[Seed]:
    edits = Edits(yaw=7.5, scale=1.2, units=(("jawOpen", 0.3), ("mouthSmileLeft", -0.4)), locked=frozenset({"brows"}))
    photos = [
        PhotoChoice(folder / f"{role}.png", f"{role}.png", face, "ab" * 32) for role, face in (("s", None), ("d", 1))
    ]
    text, _ = project_text(Document(*photos, Dial(0.5, 1.0), edits), folder / "a.mimesh", process=[1, 2.5])
    yield Seed("project", "project", ".mimesh", text.encode())
    yield Seed("presets", "presets", ".json", presets_text({**BUILT_IN, "Mine": edits}).encode())
    settings = Settings("dark", "AAAA", "BBBB", False, ("/a.mimesh",), ("/a.png", "/b.png"))
    yield Seed("settings", "settings", ".json", settings.to_text().encode())
    yield Seed("pairs", "pairs", ".csv", b'source,driving,alpha,crop\na.png,b.png,0.5,face\n"c d.png",e.png,,whole\n')
    yield Seed("split", "split", ".json", json.dumps({"train": {"portraits": ["a_0.png"], "clips": []}}).encode())
    credentials = load_credentials(None, None)
    yield Seed("certificate", "certificate", ".pem", credentials.chain + credentials.key)


def tables(folder: Path) -> Iterator[Seed]:
    """Files of numbers: weights, flows, MATLAB."""
    tensors = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4, dtype=torch.int32), "c": torch.zeros(0)}
    path = save_weights("net", tensors, {"licence": "CC0", "scores": {"x": 1.5}}, folder)
    yield Seed("weights", "weights", ".safetensors", path.read_bytes())
    entry = {"file": path.name, "sha256": "ab" * 32, "architecture": ARCHITECTURE, "network": asdict(VARIANTS["live"])}
    listed = {"weights": {"net": entry}, "default": "net"}
    yield Seed("manifest", "manifest", ".json", json.dumps(listed, indent=1).encode())
    yield Seed("network", "network", ".json", VARIANTS["live"].to_json().encode())
    arrays, facts = encode_model(vars(tiny_model()))
    yield Seed("face model", "face model", ".safetensors", save(arrays))
    yield Seed("face facts", "face facts", ".json", json.dumps(facts).encode())
    yield Seed("flow", "flow", ".flo", write_flo(np.zeros((5, 7, 2), np.float32)))
    for compressed in (False, True):
        buffer = io.BytesIO()
        numbers = np.random.default_rng(0).normal(size=(30, 4))
        fields = {
            "mu_shape": numbers[:, :1],
            "w": numbers,
            "sigma": np.ones((4, 1)),
            "tri": np.ones((3, 5)),
            "t": "text",
        }
        savemat(buffer, fields, do_compression=compressed)
        yield Seed(f"matlab {'zlib' if compressed else 'plain'}", "matlab", ".mat", buffer.getvalue())


def tiny_model() -> FaceModel:
    """A face model of one square."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    basis = np.ones((2, 4, 3), np.float32)
    faces, landmarks = np.array([[0, 1, 2], [0, 2, 3]], np.int32), np.array([0, 1], np.int32)
    weights = np.full((2, 3), 1 / 3, np.float32)
    return FaceModel(corners, basis, basis, ("a", "b"), faces, {"all": np.ones(4, bool)}, landmarks, weights)


def _y4m(frames: list[np.ndarray]) -> bytes:
    height, width = frames[0].shape[:2]
    head = f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C444\n".encode()
    return head + b"".join(b"FRAME\n" + np.ascontiguousarray(f.transpose(2, 0, 1)).tobytes() for f in frames)
