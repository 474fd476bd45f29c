"""The panels of one result: source, driving, both meshes, flow with legend, occlusion, result; and a sheet of all."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..face_model.model import FaceModel
from ..geometry.flow_colour import flow_colours, legend, scale_of
from ..geometry.render import render_mesh
from ..media.atomic import check_writable, make_folder
from ..provenance.export import write_marked_image
from ..provenance.marks import ALL_MARKS, Marks
from ..types import RESOLUTION, Float, Image, RenderResult
from .encoded import EncodedFace

SHEET = "panels"
NAMES = ("source", "driving", "source_mesh", "driving_mesh", "flow", "occlusion", "result")
SYNTHETIC = ("result", SHEET)
"""The panels that show the reenacted person."""
PAPER = (245, 245, 245)
CAPTION = 24
GAP = 8


def panel_paths(folder: Path) -> list[Path]:
    """The files that :func:`write_panels` writes into ``folder``."""
    return [folder / f"{name}.png" for name in (*NAMES, SHEET)]


def check_panels(folder: Path) -> None:
    """Raises OutputError where ``folder`` cannot be made or written.  Touches nothing."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    check_writable(there / f"{SHEET}.png")


def write_panels(
    folder: Path,
    model: FaceModel,
    source: EncodedFace,
    driving: EncodedFace,
    result: RenderResult,
    marks: Marks = ALL_MARKS,
) -> list[Path]:
    """Write ``<name>.png`` for each panel and ``panels.png`` with all of them; gives the paths.

    Those that show the reenacted person get all ``marks``, the others a manifest alone.
    """
    make_folder(folder)
    panels = draw_panels(model, source, driving, result)
    paths = panel_paths(folder)
    for path, picture in zip(paths, (*panels.values(), sheet(panels)), strict=True):
        write_marked_image(path, picture, marks if path.stem in SYNTHETIC else marks.of_panel())
    return paths


def draw_panels(model: FaceModel, source: EncodedFace, driving: EncodedFace, result: RenderResult) -> dict[str, Image]:
    """Name → 256×256×3 uint8, in reading order (the flow is wider by its legend)."""
    both = (result.source_mesh, result.driving_mesh)
    meshes = (render_mesh(mesh, model.faces, RESOLUTION, RESOLUTION, background=PAPER) for mesh in both)
    occlusion = np.repeat(np.rint(result.occlusion * 255).astype(np.uint8)[..., None], 3, axis=2)
    flow = flow_panel(result.flow)
    return dict(zip(NAMES, (source.image, driving.image, *meshes, flow, occlusion, result.image)))


def flow_panel(flow: Float) -> Image:
    """The flow in colours beside its legend: the wheel, with the length its rim stands for."""
    size = 72
    wheel, coverage = legend(size)
    side = np.full((flow.shape[0], size + 2 * GAP, 3), 255, np.uint8)
    disc = coverage[..., None] * wheel + (1 - coverage[..., None]) * 255
    side[GAP : GAP + size, GAP : GAP + size] = np.rint(disc)
    _write(side, f"rim = {scale_of(flow):.0f} px", (GAP, GAP + size + 16), 0.36)
    return np.concatenate([flow_colours(flow), side], axis=1)


def sheet(panels: dict[str, Image]) -> Image:
    """All panels on white in one row, captioned."""
    height = max(p.shape[0] for p in panels.values()) + CAPTION + GAP
    columns = []
    for name, picture in panels.items():
        column = np.full((height, picture.shape[1] + 2 * GAP, 3), 255, np.uint8)
        column[CAPTION : CAPTION + picture.shape[0], GAP:-GAP] = picture
        _write(column, name.replace("_", " "), (GAP, CAPTION - 8), 0.45)
        columns.append(column)
    return np.concatenate(columns, axis=1)


def _write(picture: Image, text: str, at: tuple[int, int], size: float) -> None:
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, (40, 40, 40), 1, cv2.LINE_AA)
