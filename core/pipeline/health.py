"""Checks of the installation, each with what it found in words: what helps somebody else to help."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..errors import MimeshError, WeightsError
from .machine import disk, folders, instructions, last_logged, processor, threads

LIBRARIES = ("torch", "numpy", "scipy", "opencv-python-headless", "PySide6-Essentials", "pyqtgraph", "QDarkStyle",
             "trimesh", "pyrender", "pillow", "av", "safetensors", "c2pa-python", "cryptography")  # fmt: skip

EGL_PROBE = """
import os, sys
if sys.platform.startswith("linux"):
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
import pyrender
renderer = pyrender.OffscreenRenderer(8, 8)
from OpenGL.GL import GL_RENDERER, GL_VERSION, glGetString
renderer._platform.make_current()
print(", OpenGL ".join(glGetString(name).decode() for name in (GL_RENDERER, GL_VERSION)))
renderer.delete()
"""


@dataclass(frozen=True)
class Check:
    """``needed``: Mimesh does not work without it; the others cost a feature."""

    name: str
    ok: bool
    says: str
    needed: bool = True

    def row(self) -> dict[str, Any]:
        return asdict(self)


def checks(model: str | None = None) -> list[Check]:
    """All checks; ``model`` as ``Reenactor.load`` takes it.  None raises; none takes more than some seconds."""
    return [
        Check("python", sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.platform()}"),
        Check("processor", True, processor()),
        *(_library(name) for name in LIBRARIES),
        _guarded("weights", _weights),
        _guarded("face model", _face_model),
        _guarded("device", _device),
        _guarded("instruction set", instructions),
        _guarded("threads", threads),
        learned_model(model),
        _guarded("whole path", lambda: _whole_path(model)),
        _display(),
        _mesh_view(),
        *(Check(name, ok, says) for name, ok, says in folders()),
        Check("free disk", *disk(), needed=False),
        Check("last error", True, last_logged(), needed=False),
    ]


def _library(name: str) -> Check:
    try:
        return Check(name, True, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(name, False, "not installed; run: pip install -r requirements.txt")


def _guarded(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except MimeshError as error:
        return Check(name, False, str(error))
    except Exception as error:
        return Check(name, False, f"{type(error).__name__}: {error}")


def _weights() -> str:
    from ..weights import load_weights, read_manifest
    from .learned_weights import generators

    names = [name for name in read_manifest() if name not in generators()]
    for name in names:
        load_weights(name)
    return f"{', '.join(names)}: SHA-256 as in the manifest"


def learned_model(model: str | None) -> Check:
    """The generators: without them Mimesh works, by geometry alone.  One that was asked for is needed."""
    return replace(_guarded("learned model", lambda: _generators(model)), needed=model not in (None, "geometric"))


def _generators(model: str | None) -> str:
    from ..face_model.model import FaceModel
    from ..weights import default_model
    from .device import pick_device
    from .learned_weights import choose_backend, generators, load_generator

    face_model = FaceModel.load()
    backend, notice = choose_backend(model, face_model, pick_device("auto"))
    if notice:
        raise WeightsError(notice)
    shipped = generators()
    for name in shipped:
        load_generator(name, face_model)
    there = f"; there are {', '.join(shipped)}, by default {default_model() or 'geometry'}" if shipped else ""
    return f"{backend.name} draws{there or '; no trained weights are installed'}"


def _face_model() -> str:
    from ..face_model.model import FaceModel

    model = FaceModel.load()
    return f"{len(model.mean)} vertices, {len(model.faces)} triangles, {len(model.expression_names)} expression units"


def _device() -> str:
    from .device import in_8_bits, inference_dtype, pick_device

    device = pick_device("auto")
    name = device.type if device.type != "cpu" else "cpu (no CUDA device and no Apple GPU is visible to torch)"
    narrow = "int8 where their ranges are known, else in " if in_8_bits(device) else ""
    return f"{name}, networks compute in {narrow}{str(inference_dtype(device)).removeprefix('torch.')}"


def _whole_path(model: str | None) -> str:
    from ..media.read_image import read_image
    from ..types import Controls
    from .reenactor import Reenactor
    from .samples import sample_driving, sample_source

    reenactor = Reenactor.load(model=model)
    source = reenactor.encode_source(read_image(sample_source()).pixels)
    driving = reenactor.encode_driving(read_image(sample_driving()).pixels)
    result = reenactor.render(source, driving, Controls())
    return f"the sample pair renders with {reenactor.backend} in {sum(result.timings_ms.values()):.0f} ms"


def _display() -> Check:
    if not sys.platform.startswith("linux"):
        return Check("display", True, "native", needed=False)
    name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    says = f"{name}" if name else "none (DISPLAY and WAYLAND_DISPLAY are not set): the commands work, the app does not"
    return Check("display", bool(name), says, needed=False)


def _mesh_view() -> Check:
    """In a process of its own: a broken driver may crash."""
    try:
        probe = subprocess.run([sys.executable, "-c", EGL_PROBE], capture_output=True, timeout=60, check=False)
        ok, drawn_by = probe.returncode == 0, probe.stdout.decode(errors="replace").strip()
    except (OSError, subprocess.TimeoutExpired):
        ok, drawn_by = False, ""
    says = f"pyrender renders off-screen ({drawn_by})" if ok else (
        "pyrender cannot render off-screen; the app draws meshes in software"
    )  # fmt: skip
    return Check("mesh view", ok, says, needed=False)
