"""``inspect``: what the fit says of every face in a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..errors import NoFaceError
from ..face_model.export import check_mesh_path, export_mesh, upright
from ..media.read_image import read_image
from ..pipeline.choose import choose_face
from ..pipeline.crop import whole_crop
from ..pipeline.encoded import EncodedFace
from ..pipeline.learned_weights import GEOMETRIC
from ..pipeline.outputs import coefficient_facts
from ..pipeline.reenactor import Reenactor
from ..regression.pose import angles, decompose
from .clash import existing, keep_option, replaced_lines
from .options import device_option, json_option
from .output import refuse_input_as_output, show


@click.command()
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--mesh", type=click.Path(path_type=Path), help="Write the mesh of a face: .glb, .obj or .ply.")
@click.option("--face", type=click.IntRange(min=0), default=0, show_default=True, help="Which face's mesh.")
@click.option("--crop", type=click.Choice(["face", "whole"]), default="face", show_default=True,
              help="whole: the picture already is the aligned crop.")  # fmt: skip
@keep_option
@device_option
@json_option
def inspect(image: Path, mesh: Path | None, face: int, crop: str, keep: bool, device: str, as_json: bool) -> None:
    """Show the faces in IMAGE: boxes, pose in degrees, coefficients by name."""
    if mesh is not None:
        check_mesh_path(mesh)
        refuse_input_as_output(mesh, image)
    replaced = existing([mesh], keep)
    picture = read_image(image)
    reenactor = Reenactor.load(device, GEOMETRIC)
    found = reenactor.landmarker.find(picture.pixels)
    boxes = tuple(f.detection.box for f in found)
    region = whole_crop(picture.pixels) if crop == "whole" else None
    faces = [reenactor.encode_found(picture.pixels, each, boxes, region) for each in found]
    if mesh is not None:
        try:
            choose_face(boxes, face, None)
        except NoFaceError as error:
            raise NoFaceError(f"{image.name}: {error}") from error
        export_mesh(reenactor.model, upright(faces[face].mesh), mesh)
    facts = {
        "file": str(image),
        "width": picture.pixels.shape[1],
        "height": picture.pixels.shape[0],
        "notes": list(picture.notes),
        "faces": [_facts(k, f, reenactor) for k, f in enumerate(faces)],
        "mesh": None if mesh is None else str(mesh),
        "replaced": replaced,
        "device": reenactor.device,
    }
    show(facts, _lines(image, facts), as_json)


def _facts(index: int, face: EncodedFace, reenactor: Reenactor) -> dict[str, Any]:
    c, box, crop = face.coefficients, face.box, face.crop
    yaw, pitch, roll = angles(c.pose)
    return {
        "index": index,
        "box": [round(v, 1) for v in (box.x, box.y, box.width, box.height)],
        "score": round(box.score, 4),
        "crop": {"cx": crop.cx, "cy": crop.cy, "size": crop.size},
        "pose": {"yaw": round(yaw, 2), "pitch": round(pitch, 2), "roll": round(roll, 2)},
        "scale": round(decompose(c.pose)[0], 4),
        "coefficients": coefficient_facts(c, reenactor.model.expression_names),
        "timings_ms": {stage: round(v, 2) for stage, v in face.timings_ms.items()},
    }


def _lines(image: Path, facts: dict[str, Any]) -> list[str]:
    count = len(facts["faces"])
    lines = [f"{image}: {facts['width']}×{facts['height']}, {count} face{'' if count == 1 else 's'} found."]
    for face in facts["faces"]:
        active = sorted(face["coefficients"]["expression"].items(), key=lambda item: -item[1])[:6]
        pose, box = face["pose"], face["box"]
        lines += [
            f"Face {face['index']}: at {box[0]:.0f}, {box[1]:.0f}, size {box[2]:.0f}×{box[3]:.0f}",
            f"  yaw {pose['yaw']:+.1f}°, pitch {pose['pitch']:+.1f}°, roll {pose['roll']:+.1f}°",
            "  " + ", ".join(f"{name} {value:.2f}" for name, value in active if value >= 0.05),
        ]
    written = [f"Wrote {facts['mesh']}."] if facts["mesh"] else []
    return [*lines, *facts["notes"], *written, *replaced_lines(facts["replaced"])]
