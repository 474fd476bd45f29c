"""``bench``: how long each stage takes here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..bench.history import compared, differences, keep, last
from ..bench.measure import measure
from ..media.read_image import read_image
from ..pipeline.reenactor import Reenactor
from ..pipeline.samples import sample_driving, sample_source
from .options import device_option, json_option, model_option
from .output import show
from .progress import progress


@click.command()
@click.option("--runs", type=click.IntRange(3, 500), default=15, show_default=True, help="Runs after the warm-up.")
@click.option("--keep", "history", type=click.Path(path_type=Path), help="Append the report to this JSON Lines file.")
@click.option(
    "--compare",
    type=click.Path(path_type=Path),
    help="Compare with the last report kept in this file: exit 1 where sizes or arithmetic differ, times only shown.",
)
@device_option
@model_option
@json_option
def bench(runs: int, history: Path | None, compare: Path | None, device: str, model: str | None, as_json: bool) -> int:
    """Measure each stage on the sample pair: medians and interquartile ranges."""
    source, driving = read_image(sample_source()).pixels, read_image(sample_driving()).pixels
    reenactor = Reenactor.load(device, model)
    entry = None if compare is None else last(compare, reenactor.backend)
    with progress("Measuring", as_json) as on_progress:
        report = measure(reenactor, source, driving, runs, on_progress)
    lines = _lines(report)
    changed: list[str] = []
    if entry is not None:
        changed = differences(report, entry)
        report |= {"compared with": entry["date"], "changed": changed}
        lines += ["", *compared(report, entry)]
    show(report, lines, as_json)
    for sentence in changed:
        click.echo(f"Changed: {sentence}", err=True)
    if history is not None:
        keep(history, report)
    return 1 if changed else 0


def _lines(report: dict[str, Any]) -> list[str]:
    machine, rates = report["machine"], report["gflop_per_s"]
    lines = [
        f"{machine['backend']} on {machine['device']} in {machine['computes in']}, {machine['threads']} threads, "
        f"{machine['instructions']}, torch {machine['torch']}; {report['runs']} runs",
        *([machine["notice"]] if machine["notice"] else []),
    ]
    for title, group in (("", "times_ms"), ("stages of a render (paper, Table 5)", "table_5_ms")):
        lines += [f"{title:<36}{'median ms':>10}{'IQR':>8}"]
        lines += [f"{name:<36}{v['median']:>10.1f}{v['iqr']:>8.1f}" for name, v in report[group].items()]
    lines += [f"{name:<36}{value:>10,}" for name, value in report["counts"].items()]
    lines += [
        f"{'convolution peak here, GFLOP/s':<36}{rates['convolution peak']:>10.0f}",
        f"{'a re-render computes, GFLOP/s':<36}{rates['re-render']:>10.0f} ({report['share_of_peak']:.0%} of it)",
        f"{'peak memory, MB':<36}{report['peak_memory_mb']:>10}",
    ]
    return lines
