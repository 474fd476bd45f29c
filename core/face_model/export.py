"""Meshes for other programs: glb, obj and ply through trimesh, coloured by region."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import OutputError
from ..media.atomic import atomic_write, check_writable
from ..media.open_input import quoted
from ..types import Float
from .model import FaceModel

Colours: TypeAlias = NDArray[np.uint8]

FORMATS = ("glb", "obj", "ply")

_SKIN = (222, 184, 161)
_COLOURS = {
    "ears": (224, 178, 156),
    "lids": (214, 170, 147),
    "lips": (190, 104, 98),
    "brows": (104, 74, 54),
    "eye_sockets": (176, 104, 100),
    "mouth_interior": (120, 44, 46),
    "tongue": (204, 104, 108),
    "teeth_upper": (242, 239, 226),
    "teeth_lower": (242, 239, 226),
    "eyeball_left": (244, 244, 244),
    "eyeball_right": (244, 244, 244),
    "iris": (96, 66, 42),
    "pupil": (10, 10, 10),
}
"""Later regions paint over earlier ones."""


def vertex_colours(model: FaceModel) -> Colours:
    """(n, 4) uint8 RGBA by region."""
    colours = np.tile(np.array([*_SKIN, 255], np.uint8), (len(model.mean), 1))
    for name, colour in _COLOURS.items():
        if name in model.regions:
            colours[model.regions[name], :3] = colour
    return colours


def export_bytes(model: FaceModel, vertices: Float, kind: str) -> bytes:
    """The mesh as a file in memory.

    ``vertices`` n×3 in a frame with y up (the model frame, a decimetre per unit), ``kind`` one of glb, obj, ply.
    A posed mesh in pixels (y down, z away) goes through :func:`upright` first.
    """
    if kind not in FORMATS:
        raise OutputError(f"Meshes are written as {', '.join(FORMATS)}, not {kind or 'without a suffix'}.")
    if np.shape(vertices) != model.mean.shape or not np.isfinite(vertices).all():
        raise OutputError("The mesh has no finite position for every vertex of the face model, so it is not written.")
    import trimesh  # takes as long as half of torch: only who exports a mesh waits for it

    mesh = trimesh.Trimesh(vertices, model.faces, vertex_colors=vertex_colours(model), process=False)
    data = mesh.export(file_type=kind)
    return data.encode() if isinstance(data, str) else bytes(data)


def upright(posed: Float) -> Float:
    """Pixels (…, 3; y down, z away) turned to y up, z towards the viewer: F = diag(1, −1, −1) of conventions.md."""
    return np.asarray(posed * np.array([1, -1, -1], np.float32), np.float32)


def check_mesh_path(path: str | os.PathLike[str]) -> str:
    """The format that ``path``'s suffix names; :class:`OutputError` when it is none or cannot be written there."""
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise OutputError(f"{quoted(path)} is no mesh format that can be written: use .{', .'.join(FORMATS)}.")
    check_writable(path)
    return kind


def export_mesh(model: FaceModel, vertices: Float, path: str | os.PathLike[str]) -> Path:
    """Write the mesh by the suffix of ``path``, whole or not at all.  Raises :class:`OutputError`."""
    target = Path(path)
    data = export_bytes(model, vertices, check_mesh_path(target))
    with atomic_write(target) as temporary:
        temporary.write_bytes(data)
    return target
