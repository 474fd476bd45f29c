"""The panels of one result: source, driving, both meshes, flow with legend, occlusion, change, result; and a sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from ..face_model.model import FaceModel
from ..geometry.flow_colour import flow_colours, legend, scale_of
from ..geometry.render import render_mesh
from ..media.atomic import check_writable, make_folder
from ..provenance.export import write_marked_image
from ..provenance.marks import ALL_MARKS, Marks
from ..types import RESOLUTION, Float, Image, RenderResult
from .change import change_of
from .encoded import EncodedFace

SHEET = "panels"
CAPTIONS = {
    "source": "Source",
    "driving": "Driver",
    "source_mesh": "Mesh of the source",
    "driving_mesh": "Mesh moved by the driver",
    "flow": "Flow",
    "occlusion": "Visibility: white is taken from the source",
    "change": "Painted: white is not in the moved source",
    "result": "Result",
}
NAMES = tuple(CAPTIONS)
SYNTHETIC = ("result", SHEET)
"""The panels that show the reenacted person."""
PAPER = (245, 245, 245)
INK = (40, 40, 40)
COLUMNS = 4
WHEEL = 60
CAPTION = 26
GAP = 10


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


def write_sheet(
    path: Path,
    model: FaceModel,
    source: EncodedFace,
    driving: EncodedFace,
    result: RenderResult,
    marks: Marks = ALL_MARKS,
    quality: int = 95,
) -> None:
    """All panels as one captioned picture, with all ``marks``.  Raises OutputError."""
    write_marked_image(path, sheet(draw_panels(model, source, driving, result)), marks, quality)


def draw_panels(model: FaceModel, source: EncodedFace, driving: EncodedFace, result: RenderResult) -> dict[str, Image]:
    """Name → 256×256×3 uint8, in reading order (the flow has its legend in a corner)."""
    both = (result.source_mesh, result.driving_mesh)
    meshes = (render_mesh(mesh, model.faces, RESOLUTION, RESOLUTION, background=PAPER) for mesh in both)
    maps = (_grey(result.occlusion), _grey(change_of(result)))
    return dict(zip(NAMES, (source.image, driving.image, *meshes, flow_panel(result.flow), *maps, result.image)))


def flow_panel(flow: Float) -> Image:
    """The flow in colours, in its lower right corner the wheel, with the length its rim stands for."""
    picture = flow_colours(flow)
    if min(picture.shape[:2]) < 2 * WHEEL:
        return picture
    wheel, coverage = legend(WHEEL)
    height, width = picture.shape[:2]
    top, left = height - WHEEL - GAP - 16, width - WHEEL - GAP
    part = picture[top : top + WHEEL, left : left + WHEEL]
    part[:] = np.rint(coverage[..., None] * wheel + (1 - coverage[..., None]) * part)
    text = f"rim = {scale_of(flow):.0f} px"
    return _written(picture, [(text, (left + WHEEL // 2, height - GAP), 11, "ms")])


def sheet(panels: dict[str, Image]) -> Image:
    """All panels on white, four in a row, each with its caption above."""
    width, height = RESOLUTION + GAP, RESOLUTION + CAPTION + GAP
    rows = -(-len(panels) // COLUMNS)
    page = np.full((rows * height + GAP, COLUMNS * width + GAP, 3), 255, np.uint8)
    captions = []
    for index, (name, picture) in enumerate(panels.items()):
        left, top = GAP + index % COLUMNS * width, GAP + index // COLUMNS * height
        page[top + CAPTION : top + CAPTION + RESOLUTION, left : left + RESOLUTION] = picture
        captions.append((CAPTIONS[name], (left, top + CAPTION - 8), 13, "ls"))
    return _written(page, captions)


def _grey(values: Float) -> Image:
    """H×W in [0, 1] → H×W×3 uint8."""
    return np.repeat(np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)[..., None], 3, axis=2)


def _written(picture: Image, texts: list[tuple[str, tuple[int, int], int, str]]) -> Image:
    """``picture`` with texts: words, place in pixels, size in pixels, and Pillow's anchor of the place."""
    page = PillowImage.fromarray(picture)
    pen = ImageDraw.Draw(page)
    for words, place, size, anchor in texts:
        pen.text(place, words, INK, ImageFont.load_default(size), anchor)
    return np.asarray(page)
