"""How well the watermark does: ``python -m core.provenance.measure DATA`` with a folder of portraits and clips.

Nothing of the watermark was learnt from pictures, so any of them may be used.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from tqdm import tqdm

from ..media.atomic import atomic_write
from .attacks import ATTACKS
from .detect import CHANCE, Reading, detect
from .embed import embed
from .measured_cost import cost
from .measured_pictures import inputs, outputs
from .pattern import BITS

Tell = Callable[[dict[str, Any]], None]
"""Takes the figures so far."""

EVERY = 10
"""Pictures between two writings of the report."""


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="JSON file for every number, written as they come."
)
@click.option(
    "--outputs", "marked", type=click.IntRange(0), default=200, show_default=True,
    help="Marked pictures made by the reenactor.",
)  # fmt: skip
@click.option("--unmarked", type=click.IntRange(0), default=1000, show_default=True, help="Pictures without a mark.")
@click.option("--runs", type=click.IntRange(0), default=31, show_default=True, help="Of which the cost is the median.")
@click.option("--seed", default=0, show_default=True)
def main(data: Path, output: Path | None, marked: int, unmarked: int, runs: int, seed: int) -> None:
    """Print cost, bit accuracy and detection rate under each attack, PSNR, and false alarms."""
    rng = np.random.default_rng(seed)
    report = _Report(output, {"seed": seed, "complete": False})
    if runs:
        report.put("cost", cost(next(inputs(data, 1, np.random.default_rng(seed))), runs))
        click.echo("\n".join(_cost_lines(report.figures["cost"])))
    if marked:
        _marked(data, marked, rng, lambda figures: report.put("marked", figures))
        click.echo("\n".join(_marked_lines(report.figures["marked"])))
    if unmarked:
        _unmarked(data, unmarked, rng, lambda figures: report.put("unmarked", figures))
        click.echo(_unmarked_line(report.figures["unmarked"]))
    report.put("complete", True)


class _Report:
    """Figures, and the file that always holds the newest of them."""

    def __init__(self, path: Path | None, figures: dict[str, Any]) -> None:
        self.figures = figures
        self._path = path

    def put(self, name: str, value: object) -> None:
        self.figures[name] = value
        if self._path is not None:
            with atomic_write(self._path) as temporary:
                temporary.write_text(json.dumps(self.figures, indent=1), encoding="utf-8")


def _marked(data: Path, count: int, rng: np.random.Generator, tell: Tell) -> None:
    """Every attack on ``count`` outputs; of every fifth the full picture instead of the 256×256 patch."""
    rows: dict[str, list[Reading]] = {name: [] for name in ATTACKS}
    psnr: list[float] = []
    milliseconds: list[float] = []
    made = outputs(data, count, rng)
    for image in tqdm(made, desc="marked", total=count, leave=False, disable=None):
        begin = time.perf_counter()
        marked = embed(image)
        milliseconds.append((time.perf_counter() - begin) * 1000)
        psnr.append(float(10 * np.log10(255.0**2 / np.mean((marked.astype(np.float64) - image) ** 2))))
        for name, attack in ATTACKS.items():
            rows[name].append(detect([attack(marked)]))
        if len(psnr) % EVERY == 0 or len(psnr) == count:
            tell(_marked_figures(rows, psnr, milliseconds))


def _marked_figures(rows: dict[str, list[Reading]], psnr: list[float], milliseconds: list[float]) -> dict[str, Any]:
    return {
        "outputs": len(psnr),
        "psnr": {"min": min(psnr), "mean": float(np.mean(psnr))},
        "embed_ms": float(np.median(milliseconds)),
        "attacks": {name: _summary(readings) for name, readings in rows.items()},
    }


def _summary(readings: list[Reading]) -> dict[str, float]:
    peaks = [reading.peak for reading in readings]
    return {
        "found": float(np.mean([reading.found for reading in readings])),
        "bits": float(np.mean([reading.right / BITS for reading in readings])),
        "lowest_peak": min(peaks),
        "median_peak": float(np.median(peaks)),
    }


def _unmarked(data: Path, count: int, rng: np.random.Generator, tell: Tell) -> None:
    """Pictures and frames as they are, and every third also under one of the attacks in turn."""
    attacks = [attack for name, attack in ATTACKS.items() if name != "none"]
    plain: list[Reading] = []
    attacked: list[Reading] = []
    shown = inputs(data, count, rng)
    for k, image in enumerate(tqdm(shown, desc="unmarked", total=count, leave=False, disable=None)):
        plain.append(detect([image]))
        if k % 3 == 0:
            attacked.append(detect([attacks[k // 3 % len(attacks)](image)]))
        if len(plain) % EVERY == 0 or len(plain) == count:
            tell(_unmarked_figures(plain, attacked))


def _unmarked_figures(plain: list[Reading], attacked: list[Reading]) -> dict[str, Any]:
    both = plain + attacked
    return {
        "pictures": len(plain),
        "readings": len(both),
        "found": sum(reading.found for reading in both),
        "highest_peak": max(reading.peak for reading in both),
        "least_log10_chance": min(reading.log10_chance for reading in both),
        "bits": float(np.mean([reading.right / BITS for reading in both])),
    }


def _cost_lines(rows: list[dict[str, Any]]) -> list[str]:
    return [
        f"{row['side']}×{row['side']} {row['format']}: watermark {row['watermark_ms']:.1f} ms, manifest "
        f"{row['manifest_ms']:.1f} ms, both {row['both_ms']:.1f} ms, of the processor {row['processor_ms']:.1f} ms "
        f"(medians of {row['runs']}, load {row['load']})"
        for row in rows
    ]


def _marked_lines(marked: dict[str, Any]) -> list[str]:
    psnr = marked["psnr"]
    return [
        f"{marked['outputs']} outputs, PSNR {psnr['mean']:.1f} dB on average, {psnr['min']:.1f} at least, "
        f"{marked['embed_ms']:.1f} ms a picture",
        "| attack | found | bits right | lowest peak | median peak |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {row['found']:.1%} | {row['bits']:.2%} | {row['lowest_peak']:.1f} σ "
            f"| {row['median_peak']:.1f} σ |"
            for name, row in marked["attacks"].items()
        ),
    ]


def _unmarked_line(unmarked: dict[str, Any]) -> str:
    return (
        f"{unmarked['pictures']} pictures without a mark, {unmarked['readings']} readings: {unmarked['found']} found "
        f"(threshold: a chance below {CHANCE:g}), highest peak {unmarked['highest_peak']:.1f} σ, least chance "
        f"10^{unmarked['least_log10_chance']:.1f}, {unmarked['bits']:.0%} of the bits right by chance."
    )


if __name__ == "__main__":
    main()
