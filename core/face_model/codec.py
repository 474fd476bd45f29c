"""The fields of a face model ↔ flat arrays and plain facts.

Rounding the bases to float16 (15 µm at most) halves the file and swallows the last digits, in which computers differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

from ..errors import WeightsError
from .gaze import Eyeball
from .hierarchy import MeshLevel
from .storage import HINT, Arrays, Facts
from .symmetry import Symmetry

_SIDES = ("left", "right")
_EYE_FIELDS = ("vertices", "lids", "units", "centre", "centre_basis", "angles")
_SYMMETRY_FIELDS = ("vertices", "landmarks", "expression", "identity")


def encode(model: Mapping[str, Any]) -> tuple[Arrays, Facts]:
    """Arrays and facts of the fields of a FaceModel."""
    arrays: Arrays = {
        "mean": np.asarray(model["mean"], np.float32),
        "identity_basis": np.asarray(model["identity_basis"], np.float16),
        "expression_basis": np.asarray(model["expression_basis"], np.float16),
        "faces": np.asarray(model["faces"], np.int32),
        "regions": np.array(list(model["regions"].values()), np.uint8).reshape(-1, len(model["mean"])),
        "landmark_faces": np.asarray(model["landmark_faces"], np.int32),
        "landmark_weights": np.asarray(model["landmark_weights"], np.float32),
    }
    for i, level in enumerate(model["hierarchy"], 1):
        arrays |= {f"level{i}.vertices": level.vertices, f"level{i}.faces": level.faces}
        arrays |= _from_sparse(f"level{i}.down", level.down) | _from_sparse(f"level{i}.up", level.up)
    for side, ball in zip(_SIDES, model["eyeballs"]):
        arrays |= {f"eye_{side}.{name}": getattr(ball, name) for name in _EYE_FIELDS}
    if model["symmetry"] is not None:
        arrays |= {f"symmetry.{name}": getattr(model["symmetry"], name) for name in _SYMMETRY_FIELDS}
    return arrays, {
        **model["facts"],
        "vertices": len(model["mean"]),
        "triangles": len(model["faces"]),
        "levels": [len(level.vertices) for level in model["hierarchy"]],
        "identity_components": len(model["identity_basis"]),
        "expression_names": list(model["expression_names"]),
        "regions": list(model["regions"]),
    }


def decode(arrays: Arrays, facts: Facts) -> dict[str, Any]:
    """Fields of a FaceModel.  Raises :class:`WeightsError` when something is missing or does not fit."""
    try:
        fields = _fields(arrays, facts)
        wrong = _misfits(fields)
    except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise WeightsError(f"The face model is incomplete ({error}); {HINT}") from error
    if wrong:
        raise WeightsError(f"The face model does not fit together ({', '.join(wrong)}); {HINT}")
    for array in fields.values():
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    return fields


def _fields(arrays: Arrays, facts: Facts) -> dict[str, Any]:
    return {
        "mean": arrays["mean"],
        "identity_basis": arrays["identity_basis"].astype(np.float32),
        "expression_basis": arrays["expression_basis"].astype(np.float32),
        "expression_names": tuple(facts["expression_names"]),
        "faces": arrays["faces"],
        "regions": {name: mask.astype(bool) for name, mask in zip(facts["regions"], arrays["regions"], strict=True)},
        "landmark_faces": arrays["landmark_faces"],
        "landmark_weights": arrays["landmark_weights"],
        "hierarchy": tuple(_level(arrays, i) for i in range(1, len(facts["levels"]) + 1)),
        "eyeballs": tuple(_eyeball(arrays, side) for side in _SIDES if f"eye_{side}.vertices" in arrays),
        "symmetry": _symmetry(arrays),
        "facts": facts,
    }


def _misfits(fields: dict[str, Any]) -> list[str]:
    """Names of the fields whose shape or indices do not fit the others."""
    n, faces, landmarks = len(fields["mean"]), fields["faces"], fields["landmark_faces"]
    fits = {
        "mean": fields["mean"].shape == (n, 3),
        "identity_basis": fields["identity_basis"].shape[1:] == (n, 3),
        "expression_basis": fields["expression_basis"].shape == (len(fields["expression_names"]), n, 3),
        "faces": faces.shape == (len(faces), 3) and bool((faces >= 0).all() and (faces < n).all()),
        "regions": all(mask.shape == (n,) for mask in fields["regions"].values()),
        "landmark_faces": bool((landmarks >= 0).all() and (landmarks < len(faces)).all()),
        "landmark_weights": fields["landmark_weights"].shape == (len(landmarks), 3),
    }
    return [name for name, good in fits.items() if not good]


def _from_sparse(name: str, matrix: Any) -> Arrays:
    """A sparse matrix as COO: indices 2×nnz (row, column), values, shape."""
    coo = sparse.coo_array(matrix)
    indices, shape = np.stack(coo.coords).astype(np.int32), np.array(coo.shape, np.int32)
    return {f"{name}.indices": indices, f"{name}.values": coo.data.astype(np.float32), f"{name}.shape": shape}


def _sparse(arrays: Arrays, name: str) -> Any:
    rows, columns = arrays[f"{name}.indices"]
    height, width = (int(n) for n in arrays[f"{name}.shape"])
    return sparse.csr_array((arrays[f"{name}.values"], (rows, columns)), shape=(height, width))


def _level(arrays: Arrays, i: int) -> MeshLevel:
    down, up = _sparse(arrays, f"level{i}.down"), _sparse(arrays, f"level{i}.up")
    return MeshLevel(arrays[f"level{i}.vertices"], arrays[f"level{i}.faces"], down, up)


def _eyeball(arrays: Arrays, side: str) -> Eyeball:
    fields = {name: arrays[f"eye_{side}.{name}"] for name in _EYE_FIELDS}
    return Eyeball(**fields, inwards=-1.0 if side == "left" else 1.0)


def _symmetry(arrays: Arrays) -> Symmetry | None:
    if "symmetry.vertices" not in arrays:
        return None
    return Symmetry(**{name: arrays[f"symmetry.{name}"] for name in _SYMMETRY_FIELDS})
