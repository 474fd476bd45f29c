"""``animate``: the α sweep of a still, or a driving video frame by frame."""

from __future__ import annotations

from pathlib import Path

import click

from ..media.open_input import is_folder
from ..media.sniff import probe
from ..media.write_animation import check_animation_path
from ..pipeline.animate import animate_sweep, animate_track
from ..pipeline.motion import Motion
from ..pipeline.reenactor import Reenactor
from ..pipeline.video_track import Span, track_video
from ..provenance.marks import Input, Marks
from ..types import Placement
from .clash import existing, keep_option, replaced_lines
from .encode import encode_file, face_facts, several_faces
from .interruption import requested
from .options import Number, control_options, controls, face_options, json_option, mark_options
from .output import refuse_input_as_output, show
from .progress import progress


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("driving", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="GIF, MP4 or WebP to write.")
@control_options
@face_options
@click.option("--frames", type=click.IntRange(2, 600), default=21, show_default=True, help="Still: steps from 0 to α.")
@click.option("--ping-pong/--one-way", default=True, show_default=True, help="Still: come back to the source.")
@click.option("--fps", type=Number(1, 60), help="Frames per second; default: 20, or the video's.")
@click.option("--smoothing", type=Number(0, 1), default=0.5, show_default=True,
              help="Video: temporal smoothing of pose and expression, 0 = none.")  # fmt: skip
@click.option("--relative", is_flag=True, help="Video: add the driver's motion since its neutral frame to the source.")
@click.option("--neutral", type=click.IntRange(min=0), help="Video: the neutral frame; default: the first one used.")
@click.option("--first", type=click.IntRange(min=0), default=0, show_default=True, help="Video: the first frame used.")
@click.option("--last", type=click.IntRange(min=0), help="Video: the last frame used; default: the last there is.")
@keep_option
@mark_options
@json_option
def animate(
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
    frames: int,
    ping_pong: bool,
    fps: float | None,
    smoothing: float,
    relative: bool,
    neutral: int | None,
    first: int,
    last: int | None,
    keep: bool,
    as_json: bool,
    marks: Marks,
) -> None:
    """Animate SOURCE: by the α sweep where DRIVING is a still, frame by frame where it is a video or a folder."""
    wanted = controls(alpha, pose, expression, placement)
    check_animation_path(output)
    refuse_input_as_output(output, source, driving)
    replaced = existing([output], keep)
    folder = is_folder(driving)
    moving = folder or probe(driving) != "image"
    reenactor = Reenactor.load(device, model)
    picture, src = encode_file(reenactor, source, source_face, crop, driving=False)
    notes = [reenactor.notice, *picture.notes, several_faces(source, src, source_face, "--source-face")]
    marks = marks.made_from(Input("source", source), Input("driver", None if folder else driving))
    if moving:
        with progress("Tracking", as_json) as on_progress:
            track = track_video(
                reenactor,
                driving,
                src.coefficients,
                Motion(relative, smoothing),
                Span(first, last, neutral),
                driving_face,
                crop == "whole",
                on_progress,
                requested,
            )
        notes += track.notes
        rate = fps or track.fps
        with progress("Rendering", as_json) as on_progress:
            count = animate_track(
                reenactor, src, track.coefficients, wanted, output, rate, on_progress, requested, marks
            )
    else:
        still, drv = encode_file(reenactor, driving, driving_face, crop, driving=True)
        notes += [*still.notes, several_faces(driving, drv, driving_face, "--driving-face")]
        rate = fps or 20.0
        with progress("Rendering", as_json) as on_progress:
            count = animate_sweep(
                reenactor, src, drv, wanted, output, frames, rate, ping_pong, on_progress, requested, marks
            )
    said = [note for note in notes if note]
    facts = {
        "output": str(output),
        "frames": count,
        "fps": rate,
        "source": face_facts(source, picture, src, source_face),
        "driving": "video" if moving else "still",
        "controls": {"pose": wanted.pose, "expression": wanted.expression, "placement": wanted.placement},
        "backend": reenactor.backend,
        "notice": reenactor.notice,
        "device": reenactor.device,
        "marks": marks.names,
        "replaced": replaced,
        "notes": said,
    }
    show(facts, [f"Wrote {output} ({count} frames, {rate:g} per second).", *replaced_lines(replaced), *said], as_json)
