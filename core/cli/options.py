"""Options that several commands share, and what they mean together."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from ..provenance.export import check_marks
from ..provenance.marks import Marks
from ..types import Controls, Placement

F = TypeVar("F", bound=Callable[..., Any])


class Number(click.FloatRange):
    """A finite number in a range: click lets NaN through every range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


ALPHA = Number(0.0, 1.5)

device_option = click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or mps.")
model_option = click.option(
    "--model", help="What draws: geometric, a model's name, or a folder of exported weights.  Default: the one shipped."
)


def control_options(command: F) -> F:
    """--alpha | --pose --expression, --placement."""
    for option in (
        click.option("--placement", type=click.Choice(["source", "driving"]), default="source", show_default=True,
                     help="Whose scale and position the head takes."),
        click.option("--expression", type=ALPHA, help="α of the expression: 0 = source, 1 = driver, up to 1.5."),
        click.option("--pose", type=ALPHA, help="α of the pose: 0 = source, 1 = driver, up to 1.5."),
        click.option("--alpha", type=ALPHA, help="Both at once."),
    ):  # fmt: skip
        command = option(command)
    return command


def face_options(command: F) -> F:
    """--crop, --source-face, --driving-face, --device, --model."""
    for option in (
        model_option,
        device_option,
        click.option("--driving-face", type=click.IntRange(min=0), help="Which face of the driver, counted from 0."),
        click.option("--source-face", type=click.IntRange(min=0), help="Which face of the source, counted from 0."),
        click.option("--crop", type=click.Choice(["face", "whole"]), default="face", show_default=True,
                     help="face: cut round the face; whole: the picture already is the aligned crop."),
    ):  # fmt: skip
        command = option(command)
    return command


def mark_options(command: F) -> F:
    """--no-watermark, --no-manifest, --label, --certificate, --key; the command gets them as one value ``marks``."""

    @functools.wraps(command)
    def marked(
        *arguments: Any,
        watermark: bool,
        manifest: bool,
        label: bool,
        certificate: Path | None,
        key: Path | None,
        **others: Any,
    ) -> Any:
        marks = Marks(watermark, manifest, label, certificate=certificate, key=key)
        check_marks(marks)
        return command(*arguments, marks=marks, **others)

    wrapped = cast(F, marked)
    for option in (
        click.option("--key", type=click.Path(path_type=Path), help="The key of --certificate (PEM, no password)."),
        click.option("--certificate", type=click.Path(path_type=Path),
                     help="Your own signing certificate (PEM) for the manifest, or MIMESH_CERTIFICATE and MIMESH_KEY."),
        click.option("--label", is_flag=True, help='Draw a visible "AI MODIFIED" in a corner.'),
        click.option("--no-manifest", "manifest", flag_value=False, default=True,
                     help="Leave out the signed note of how the file was made."),
        click.option("--no-watermark", "watermark", flag_value=False, default=True,
                     help="Leave out the invisible mark. In the EU synthetic faces must be marked (AI Act, Art. 50)."),
    ):  # fmt: skip
        wrapped = option(wrapped)
    return wrapped


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


def controls(alpha: float | None, pose: float | None, expression: float | None, placement: Placement) -> Controls:
    """The α options as one value; --alpha excludes the other two.  UsageError otherwise."""
    if alpha is not None:
        if pose is not None or expression is not None:
            raise click.UsageError("Give either --alpha or --pose and --expression, not both.")
        pose = expression = alpha
    return Controls(1.0 if pose is None else pose, 1.0 if expression is None else expression, placement)
