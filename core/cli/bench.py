"""``bench``: how long each stage takes here."""

from __future__ import annotations

from typing import Any

import click

from ..media.read_image import read_image
from ..pipeline.bench import measure
from ..pipeline.reenactor import Reenactor
from ..pipeline.samples import sample_driving, sample_source
from .options import device_option, json_option
from .output import show
from .progress import progress


@click.command()
@click.option("--runs", type=click.IntRange(3, 500), default=15, show_default=True, help="Runs after the warm-up.")
@device_option
@json_option
def bench(runs: int, device: str, as_json: bool) -> None:
    """Measure each stage on the sample pair: medians and interquartile ranges."""
    source, driving = read_image(sample_source()).pixels, read_image(sample_driving()).pixels
    with progress("Measuring", as_json) as on_progress:
        report = measure(Reenactor.load(device), source, driving, runs, on_progress)
    show(report, _lines(report), as_json)


def _lines(report: dict[str, Any]) -> list[str]:
    machine = report["machine"]
    lines = [
        f"{machine['backend']} on {machine['device']}, {machine['threads']} threads, {machine['instructions']}, "
        f"torch {machine['torch']}; {report['runs']} runs",
        f"{'':<16}{'median ms':>10}{'IQR':>8}",
    ]
    for group in ("times_ms", "stages_ms"):
        lines += [f"{name:<16}{v['median']:>10.1f}{v['iqr']:>8.1f}" for name, v in report[group].items()]
    return lines
