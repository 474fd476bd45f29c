"""Import of the Basel Face Model 2009 with the FaceWarehouse expressions of 3DDFA, for those who own them.

``python -m core.face_model.bfm SHAPE.mat EXPRESSION.mat -o OUT.safetensors [--info model_info.mat]``

SHAPE.mat is 3DDFA's ``Model_Shape.mat`` (mu_shape, w, sigma, tri, keypoints) or BFM's own ``01_MorphableModel.mat``
(shapeMU, shapePC, shapeEV); the latter needs 3DDFA's ``model_info.mat`` (trimIndex, tri, keypoints) as well, which
leaves 53,215 of its 53,490 vertices.  EXPRESSION.mat is 3DDFA's ``Model_Expression.mat`` (mu_exp, w_exp, sigma_exp).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, MimeshError, OutputError
from ..types import N_EXPRESSION, N_IDENTITY
from .hierarchy import build_hierarchy
from .matlab import MatFile
from .model import FaceModel
from .transfer import Transfer, transfer

_DECIMETRES = 1e-5
"""The files are in micrometres."""

_KEYPOINTS = 68
_FACTS = {
    "name": "Basel Face Model 2009 with FaceWarehouse expressions",
    "version": 1,
    "licence": "Basel Face Model and FaceWarehouse licences: for their owner only, not to be passed on",
    "source": "imported from the owner's files",
    "units": "decimetre",
}


def import_bfm(
    shape: Path, expression: Path, info: Path | None = None, identities: int = N_IDENTITY, levels: int = 4
) -> FaceModel:
    """The model in Mimesh's frame and units: at most ``identities`` components of shape and 51 of expression.

    Both bases are scaled to one standard deviation.  Landmarks and regions come from the shipped model by the 68 key
    points (see :mod:`core.face_model.transfer`); without key points the model has none.  Raises :class:`InputError`
    that names the field that is missing or has the wrong shape.
    """
    shapes, expressions = MatFile(shape), MatFile(expression)
    extra = MatFile(info) if info is not None else shapes
    mean, basis = _shape(shapes, extra, identities)
    rest, moves = _component(expressions, ("mu_exp", "w_exp", "sigma_exp"), N_EXPRESSION)
    if rest.shape != mean.shape:
        raise InputError(f"{expression.name} has {len(rest)} vertices but the shape has {len(mean)}; {_hint(shapes)}")
    mean = mean + rest
    faces = _outwards(_triangles(shapes if shapes.has("tri") else extra, len(mean)), mean)
    keypoints = _keypoints(shapes if shapes.has("keypoints") else extra, len(mean))
    found = transfer(mean, faces, keypoints)
    return _model(found, basis, moves, faces, levels)


def _model(found: Transfer, basis: Any, moves: Any, faces: Any, levels: int) -> FaceModel:
    mean = found.mean.astype(np.float32)
    return FaceModel(
        mean=mean,
        identity_basis=basis.astype(np.float32),
        expression_basis=moves.astype(np.float32),
        expression_names=tuple(f"expression{i:02d}" for i in range(len(moves))),
        faces=faces.astype(np.int32),
        regions=found.regions,
        landmark_faces=found.landmark_faces.astype(np.int32),
        landmark_weights=found.landmark_weights.astype(np.float32),
        hierarchy=build_hierarchy(mean, faces.astype(np.int32), levels),
        facts=dict(_FACTS),
    )


def _shape(shapes: MatFile, extra: MatFile, identities: int) -> tuple[Any, Any]:
    """Mean n×3 and basis k×n×3 in decimetres, trimmed to the expression's vertices where the file is BFM's own."""
    if shapes.has("mu_shape"):
        return _component(shapes, ("mu_shape", "w", "sigma"), identities)
    if not shapes.has("shapeMU"):
        raise InputError(
            f"{shapes.name} has neither the field mu_shape (3DDFA) nor shapeMU (BFM); give the shape model."
        )
    mean, basis = _component(shapes, ("shapeMU", "shapePC", "shapeEV"), identities)
    if not extra.has("trimIndex"):
        raise InputError(f"{shapes.name} is the full BFM; give 3DDFA's model_info.mat (field trimIndex) with --info.")
    kept = extra.indices("trimIndex", len(mean))
    return mean[kept], basis[:, kept]


def _component(file: MatFile, names: tuple[str, str, str], most: int) -> tuple[Any, Any]:
    """Mean n×3 and the first ``most`` directions k×n×3 in decimetres, times their standard deviations."""
    mean = file.vector(names[0])
    if len(mean) % 3:
        raise InputError(f"The field {names[0]} of {file.name} has {len(mean)} numbers, not a multiple of three.")
    basis, deviation = file.matrix(names[1], len(mean)), file.vector(names[2])
    if len(deviation) != basis.shape[1]:
        raise InputError(
            f"The field {names[2]} of {file.name} has {len(deviation)} numbers, {names[1]} {basis.shape[1]} columns."
        )
    scaled = (basis[:, :most] * deviation[:most]).T.reshape(-1, len(mean) // 3, 3)
    return mean.reshape(-1, 3) * _DECIMETRES, scaled * _DECIMETRES


def _triangles(file: MatFile, count: int) -> Any:
    """m×3, from MATLAB's 3×m (or m×3) with indices from one."""
    table = file.matrix("tri")
    if 3 not in table.shape:
        raise InputError(f"The field tri of {file.name} is {table.shape[0]}×{table.shape[1]}, not 3×triangles.")
    rows = table.T if table.shape[0] == 3 else table
    return file.as_indices("tri", rows.ravel(), count).reshape(-1, 3)


def _keypoints(file: MatFile, count: int) -> Any:
    """(68,) vertex of each Multi-PIE point, or None."""
    if not file.has("keypoints"):
        return None
    keypoints = file.indices("keypoints", count)
    if len(keypoints) != _KEYPOINTS:
        raise InputError(f"The field keypoints of {file.name} has {len(keypoints)} entries, not {_KEYPOINTS}.")
    return keypoints


def _outwards(faces: Any, mean: Any) -> Any:
    """Counter-clockwise from outside: the face as a whole looks along +z."""
    corners = mean[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return faces[:, ::-1] if normal[:, 2].sum() < 0 else faces


def _hint(shapes: MatFile) -> str:
    return "give the untrimmed model with --info." if shapes.has("shapeMU") else "give files of the same model."


def main(arguments: list[str] | None = None) -> int:
    """0 done, 2 bad input."""
    parser = argparse.ArgumentParser(prog="python -m core.face_model.bfm", description=__doc__)
    parser.add_argument("shape", type=Path, help="Model_Shape.mat or 01_MorphableModel.mat")
    parser.add_argument("expression", type=Path, help="Model_Expression.mat")
    parser.add_argument("-o", "--output", type=Path, required=True, help="OUT.safetensors")
    parser.add_argument("--info", type=Path, help="model_info.mat, needed with 01_MorphableModel.mat")
    parser.add_argument("--identities", type=int, default=N_IDENTITY, help="components of shape (default 50)")
    options = parser.parse_args(arguments)
    try:
        if options.output.suffix != ".safetensors":
            raise OutputError(f"{options.output.name} must end in .safetensors.")
        import_bfm(options.shape, options.expression, options.info, options.identities).save(options.output)
    except MimeshError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
