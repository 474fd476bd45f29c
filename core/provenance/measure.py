"""How well the watermark does: ``python -m core.provenance.measure DATA`` with a folder of portraits and clips.

Nothing of the watermark was learnt from pictures, so any of them may be used.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
from tqdm import tqdm

from ..errors import InputError, NoFaceError
from ..media.atomic import atomic_write
from ..media.read_image import read_image
from ..media.read_video import VideoReader
from ..media.sniff import VIDEO_SUFFIXES
from ..pipeline.encoded import EncodedFace
from ..pipeline.reenactor import Reenactor
from ..types import Controls, Image
from .attacks import ATTACKS
from .detect import CHANCE, Reading, detect
from .embed import embed
from .pattern import BITS

PICTURES = (".jpg", ".jpeg", ".png", ".webp")
FULL_SIZE = 5


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="JSON file for every number.")
@click.option(
    "--outputs", type=click.IntRange(0), default=200, show_default=True, help="Marked pictures made by the reenactor."
)
@click.option("--unmarked", type=click.IntRange(0), default=1000, show_default=True, help="Pictures without a mark.")
@click.option("--seed", default=0, show_default=True)
def main(data: Path, output: Path | None, outputs: int, unmarked: int, seed: int) -> None:
    """Print bit accuracy and detection rate under each attack, PSNR, cost, and false alarms."""
    rng = np.random.default_rng(seed)
    report: dict[str, Any] = {}
    if outputs:
        report["marked"] = _marked(data, outputs, rng)
        click.echo("\n".join(_marked_lines(report["marked"])))
    if unmarked:
        report["unmarked"] = _unmarked(data, unmarked, rng)
        click.echo(_unmarked_line(report["unmarked"]))
    if output is not None:
        with atomic_write(output) as temporary:
            temporary.write_text(json.dumps(report, indent=1), encoding="utf-8")


def _marked(data: Path, count: int, rng: np.random.Generator) -> dict[str, Any]:
    """Every attack on ``count`` outputs; every fifth output is the full picture instead of the 256×256 patch."""
    rows: dict[str, list[Reading]] = {name: [] for name in ATTACKS}
    psnr, milliseconds = [], []
    for image in tqdm(_outputs(data, count, rng), desc="marked", total=count, leave=False, disable=None):
        begin = time.perf_counter()
        marked = embed(image)
        milliseconds.append((time.perf_counter() - begin) * 1000)
        psnr.append(10 * np.log10(255.0**2 / np.mean((marked.astype(np.float64) - image) ** 2)))
        for name, attack in ATTACKS.items():
            rows[name].append(detect([attack(marked)]))
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


def _outputs(data: Path, count: int, rng: np.random.Generator) -> Iterator[Image]:
    """Reenactments of random pairs."""
    reenactor = Reenactor.load()
    pictures = rng.permutation([str(path) for path in _files(data, PICTURES)])
    faces: list[EncodedFace] = []
    made = 0
    for name in pictures:
        try:
            faces.append(reenactor.encode_source(read_image(name).pixels))
        except NoFaceError:
            continue
        if len(faces) < 2:
            continue
        source, driving = faces[-1], faces[int(rng.integers(len(faces) - 1))]
        result = reenactor.render(source, driving, Controls())
        made += 1
        yield reenactor.paste_back(source, result) if made % FULL_SIZE == 0 else result.image
        faces = faces[-20:]
        if made == count:
            return
    raise InputError(f"{data} has too few portraits for {count} outputs; ask for {made}.")


def _unmarked(data: Path, count: int, rng: np.random.Generator) -> dict[str, Any]:
    """Pictures and frames as they are, and every third also under one of the attacks in turn."""
    attacks = [attack for name, attack in ATTACKS.items() if name != "none"]
    plain, attacked = [], []
    for k, image in enumerate(tqdm(_inputs(data, count, rng), desc="unmarked", total=count, leave=False, disable=None)):
        plain.append(detect([image]))
        if k % 3 == 0:
            attacked.append(detect([attacks[k // 3 % len(attacks)](image)]))
    both = plain + attacked
    return {
        "pictures": len(plain),
        "readings": len(both),
        "found": sum(reading.found for reading in both),
        "highest_peak": max(reading.peak for reading in both),
        "least_log10_chance": min(reading.log10_chance for reading in both),
        "bits": float(np.mean([reading.right / BITS for reading in both])),
    }


def _inputs(data: Path, count: int, rng: np.random.Generator) -> Iterator[Image]:
    """All pictures in a random order, then frames spread over the clips until there are ``count``."""
    pictures = rng.permutation([str(path) for path in _files(data, PICTURES)])[:count]
    for name in pictures:
        yield read_image(name).pixels
    clips = _files(data, tuple(VIDEO_SUFFIXES))
    left = count - len(pictures)
    for k, clip in enumerate(clips):
        share = left // len(clips) + (k < left % len(clips))
        with VideoReader(clip) as video:
            step = max((video.frame_count or share) // max(share, 1), 1)
            chosen = [frame.pixels for frame in video if frame.index % step == 0]
        yield from chosen[:share]


def _files(data: Path, suffixes: tuple[str, ...]) -> list[Path]:
    return sorted(path for path in data.rglob("*") if path.suffix.lower() in suffixes)


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
