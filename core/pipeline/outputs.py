"""What a result is made of, for other programs: its flow, its meshes, its coefficients."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ..errors import OutputError
from ..face_model.export import check_mesh_path, export_mesh, upright
from ..face_model.model import FaceModel
from ..geometry.flo import write_flo
from ..media.atomic import atomic_write, check_writable
from ..media.open_input import quoted
from ..regression.pose import angles
from ..types import Coefficients, Controls, Float, RenderResult
from ..version import VERSION
from .encoded import EncodedFace

KIND = "mimesh coefficients"


def check_flow_path(path: str | os.PathLike[str]) -> None:
    """Raises :class:`OutputError` when ``path`` is no .flo file that can be written."""
    _check(path, ".flo", "flow")


def check_coefficients_path(path: str | os.PathLike[str]) -> None:
    """Raises :class:`OutputError` when ``path`` is no .json file that can be written."""
    _check(path, ".json", "coefficients")


def write_flow(path: Path, flow: Float) -> None:
    """An H×W×2 flow as Middlebury .flo, whole or not at all.  Raises :class:`OutputError`."""
    check_flow_path(path)
    with atomic_write(path) as temporary:
        temporary.write_bytes(write_flo(flow))


def mesh_paths(path: Path) -> tuple[Path, Path]:
    """Where :func:`write_meshes` writes: ``face.glb`` → ``face_source.glb``, ``face_driving.glb``."""
    source, driving = (path.with_name(f"{path.stem}_{name}{path.suffix}") for name in ("source", "driving"))
    return source, driving


def write_meshes(path: Path, model: FaceModel, result: RenderResult) -> tuple[Path, Path]:
    """Both meshes beside ``path`` (:func:`mesh_paths`), y up, a pixel of the crop per unit.  Raises OutputError."""
    paths = mesh_paths(path)
    for each in paths:
        check_mesh_path(each)
    for each, mesh in zip(paths, (result.source_mesh, result.driving_mesh)):
        export_mesh(model, upright(mesh), each)
    return paths


def coefficient_facts(coefficients: Coefficients, names: tuple[str, ...]) -> dict[str, Any]:
    """c = (c_i, c_e, p) as plain numbers: c_e by the units' ``names``, p the 3×4 matrix in rows."""
    return {
        "identity": [round(float(v), 5) for v in coefficients.identity],
        "expression": {name: round(float(v), 5) for name, v in zip(names, coefficients.expression)},
        "pose": [round(float(v), 5) for v in coefficients.pose],
    }


def write_coefficients(
    path: Path, model: FaceModel, source: EncodedFace, driving: EncodedFace, result: RenderResult, controls: Controls
) -> None:
    """The coefficients of source, driver and result as JSON, whole or not at all.  Raises :class:`OutputError`."""
    check_coefficients_path(path)
    everyone = {"source": source.coefficients, "driving": driving.coefficients, "result": result.coefficients}
    facts = {
        "kind": KIND,
        "version": 1,
        "made_with": f"Mimesh {VERSION}",
        "controls": {"pose": controls.pose, "expression": controls.expression, "placement": controls.placement},
        **{name: _facts(each, model.expression_names) for name, each in everyone.items()},
    }
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(facts, indent=1, allow_nan=False), encoding="utf-8")


def _facts(coefficients: Coefficients, names: tuple[str, ...]) -> dict[str, Any]:
    degrees = dict(zip(("yaw", "pitch", "roll"), (round(angle, 2) for angle in angles(coefficients.pose))))
    return {"degrees": degrees, **coefficient_facts(coefficients, names)}


def _check(path: str | os.PathLike[str], suffix: str, what: str) -> None:
    if Path(path).suffix.lower() != suffix:
        raise OutputError(f"{quoted(path)} cannot hold {what}: give it the ending {suffix}.")
    check_writable(path)
