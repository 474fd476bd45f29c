"""``reenact``: one source, one driver, one picture."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import OutputError
from ..face_model.export import check_mesh_path, export_mesh, upright
from ..media.write_image import check_image_path
from ..pipeline.outputs import check_coefficients_path, check_flow_path, write_coefficients, write_flow
from ..pipeline.panels import check_panels, panel_paths, write_panels
from ..pipeline.reenactor import Reenactor
from ..provenance.export import write_marked_image
from ..provenance.marks import Input, Marks
from ..types import RESOLUTION, Placement
from .clash import existing, keep_option, replaced_lines
from .encode import encode_file, face_facts, several_faces
from .options import control_options, controls, face_options, json_option, mark_options
from .output import in_words, refuse_input_as_output, rounded, show


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("driving", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="PNG, JPEG or WebP to write.")
@control_options
@face_options
@click.option("--paste-back", is_flag=True, help="Write the full-size source with the result in its place.")
@click.option("--panels", type=click.Path(path_type=Path), help="Folder for source, meshes, flow, occlusion, result.")
@click.option("--quality", type=click.IntRange(1, 100), default=95, show_default=True, help="Of JPEG and WebP.")
@click.option("--mesh", type=click.Path(path_type=Path), help="Write the moved mesh: .glb, .obj or .ply.")
@click.option("--flow", type=click.Path(path_type=Path), help="Write the backward flow in pixels: .flo.")
@click.option("--coefficients", type=click.Path(path_type=Path), help="Write source, driver and result as .json.")
@keep_option
@mark_options
@json_option
def reenact(
    source: Path,
    driving: Path,
    output: Path,
    alpha: float | None,
    pose: float | None,
    expression: float | None,
    placement: Placement,
    crop: str,
    source_face: int | None,
    driving_face: int | None,
    device: str,
    model: str | None,
    paste_back: bool,
    panels: Path | None,
    quality: int,
    mesh: Path | None,
    flow: Path | None,
    coefficients: Path | None,
    keep: bool,
    as_json: bool,
    marks: Marks,
) -> None:
    """Give the person in SOURCE the pose and expression of DRIVING."""
    wanted = controls(alpha, pose, expression, placement)
    check_image_path(output)
    refuse_input_as_output(output, source, driving)
    checks = ((mesh, check_mesh_path), (flow, check_flow_path), (coefficients, check_coefficients_path))
    for extra, check in checks:
        if extra is not None:
            check(extra)
            refuse_input_as_output(extra, source, driving)
    if panels is not None:
        for path in panel_paths(panels):
            refuse_input_as_output(path, source, driving)
        if output.resolve() in [path.resolve() for path in panel_paths(panels)]:
            raise OutputError(f"The panels would overwrite the output {output.name!r}; choose another folder or name.")
        check_panels(panels)
    sheets = [] if panels is None else panel_paths(panels)
    replaced = existing([output, mesh, flow, coefficients, *sheets], keep)
    reenactor = Reenactor.load(device, model)
    source_picture, src = encode_file(reenactor, source, source_face, crop, driving=False)
    driving_picture, drv = encode_file(reenactor, driving, driving_face, crop, driving=True)
    result = reenactor.render(src, drv, wanted)
    whole = paste_back and crop == "face"
    pixels = reenactor.paste_back(src, result) if whole else result.image
    marks = marks.made_from(Input("source", source), Input("driver", driving))
    write_marked_image(output, pixels, marks, quality, source_picture.alpha if whole else None)
    written = [] if panels is None else write_panels(panels, reenactor.model, src, drv, result, marks)
    if mesh is not None:
        export_mesh(reenactor.model, upright(result.driving_mesh), mesh)
    if flow is not None:
        write_flow(flow, result.flow)
    if coefficients is not None:
        write_coefficients(coefficients, reenactor.model, src, drv, result, wanted)
    facts = {
        "output": str(output),
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "patch": RESOLUTION,
        "source": face_facts(source, source_picture, src, source_face),
        "driving": face_facts(driving, driving_picture, drv, driving_face),
        "controls": {"pose": wanted.pose, "expression": wanted.expression, "placement": wanted.placement},
        "marks": marks.names,
        "replaced": replaced,
        "panels": [str(path) for path in written],
        "mesh": None if mesh is None else str(mesh),
        "flow": None if flow is None else str(flow),
        "coefficients": None if coefficients is None else str(coefficients),
        "backend": reenactor.backend,
        "notice": reenactor.notice,
        "device": reenactor.device,
        "timings_ms": rounded(result.timings_ms),
    }
    hints = [reenactor.notice, several_faces(source, src, source_face, "--source-face"),
             several_faces(driving, drv, driving_face, "--driving-face")]  # fmt: skip
    lines = [
        f"Wrote {output} ({pixels.shape[1]}×{pixels.shape[0]}, reenacted patch {RESOLUTION}×{RESOLUTION}).",
        *replaced_lines(replaced),
        f"{reenactor.backend} on {reenactor.device}: {in_words(result.timings_ms)}",
        *source_picture.notes, *driving_picture.notes, *(hint for hint in hints if hint),
    ]  # fmt: skip
    show(facts, lines, as_json)
