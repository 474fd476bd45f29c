"""``bench``: how long each stage takes here."""

from __future__ import annotations

from typing import Any

import click

from ..media.read_image import read_image
from ..pipeline.bench import measure
from ..pipeline.reenactor import Reenactor
from ..pipeline.samples import sample_driving, sample_source
from .options import device_option, json_option, model_option
from .output import show
from .progress import progress


@click.command()
@click.option("--runs", type=click.IntRange(3, 500), default=15, show_default=True, help="Runs after the warm-up.")
@device_option
@model_option
@json_option
def bench(runs: int, device: str, model: str | None, as_json: bool) -> None:
    """Measure each stage on the sample pair: medians and interquartile ranges."""
    source, driving = read_image(sample_source()).pixels, read_image(sample_driving()).pixels
    with progress("Measuring", as_json) as on_progress:
        report = measure(Reenactor.load(device, model), source, driving, runs, on_progress)
    show(report, _lines(report), as_json)


def _lines(report: dict[str, Any]) -> list[str]:
    machine = report["machine"]
    lines = [
        f"{machine['backend']} on {machine['device']} in {machine['computes in']}, {machine['threads']} threads, "
        f"{machine['instructions']}, torch {machine['torch']}; {report['runs']} runs",
        *([machine["notice"]] if machine["notice"] else []),
    ]
    for title, group in (("", "times_ms"), ("stages of a render (paper, Table 5)", "table_5_ms")):
        lines += [f"{title:<36}{'median ms':>10}{'IQR':>8}"]
        lines += [f"{name:<36}{v['median']:>10.1f}{v['iqr']:>8.1f}" for name, v in report[group].items()]
    lines += [f"{'GFLOP of a re-render':<36}{report['gflop']['re-render']:>10.2f}"]
    return [*lines, f"{'GFLOP of the encoder, once a source':<36}{report['gflop']['encoder']:>10.2f}"]
