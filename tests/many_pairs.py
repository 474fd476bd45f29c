"""A thousand pairs through one reenactor, and the memory they take.

``python -m tests.many_pairs --count 1000`` looks at two pictures and renders, again and again, never twice the same
pictures; it prints the memory every fifty pairs, and ends with 1 if it grows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import click
import numpy as np
import psutil

from app.application import SAMPLES
from core import Controls, Reenactor
from core.media.read_image import read_image
from core.types import Image

GROWTH_MB = 20.0
"""Between the means of the third and the last quarter, for a thousand pairs: a picture of 512 × 512 kept by each of
the 250 pairs between them would be ten times as much."""


def pairs(count: int, seed: int = 0) -> Iterator[tuple[Image, Image, Controls]]:
    """Pictures that differ from each other in place, size and light."""
    rng = np.random.default_rng(seed)
    photos = [read_image(SAMPLES / name).pixels for name in ("collins.png", "driver_smile.png")]
    for _ in range(count):
        varied = []
        for photo in photos:
            x, y = rng.integers(0, 24, 2)
            part = photo[y : y + 488, x : x + 488].astype(np.float32) * rng.uniform(0.85, 1.0)
            varied.append(part.astype(np.uint8))
        yield varied[0], varied[1], Controls(float(rng.uniform(0, 1)), float(rng.uniform(0, 1)))


def run(reenactor: Reenactor, count: int, every: int = 50) -> list[float]:
    """Megabytes of this process after every so many pairs."""
    process, memory, start = psutil.Process(), [], time.monotonic()
    for done, (source, driving, controls) in enumerate(pairs(count), 1):
        reenactor.render(reenactor.encode_source(source), reenactor.encode_driving(driving), controls)
        if done % every == 0:
            memory.append(process.memory_info().rss / 2**20)
            print(f"{done:6d} pairs   {memory[-1]:7.1f} MB   {time.monotonic() - start:6.0f} s", flush=True)  # noqa: T201
    return memory


def growth(memory: list[float]) -> float:
    """Megabytes from the third quarter to the last."""
    quarter = max(1, len(memory) // 4)
    return float(np.mean(memory[-quarter:]) - np.mean(memory[-2 * quarter : -quarter]))


@click.command()
@click.option("--count", default=1000, help="How many pairs.")
def main(count: int) -> None:
    """Render so many pairs and print the memory it takes."""
    memory = run(Reenactor.load(), count)
    print(f"growth from the third to the last quarter: {growth(memory):+.1f} MB")  # noqa: T201
    sys.exit(growth(memory) > GROWTH_MB)


if __name__ == "__main__":
    main()
