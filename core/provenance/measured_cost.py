"""What the marks cost: wall time of the watermark and of signing a written file."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..media.write_image import write_image
from ..types import Image
from .export import mark, signing
from .marks import ALL_MARKS, Input, Marks

SIDES = (256, 512)
SUFFIXES = (".png", ".jpg")


def cost(image: Image, runs: int) -> list[dict[str, Any]]:
    """A row for each side and format: medians over ``runs``, in milliseconds, and the machine's load meanwhile.
    ``processor_ms`` is what the processor did of ``both_ms``: the same on a busy machine.

    ``image`` is scaled to the side; it is signed as made from two pictures, as every output is.
    """
    with tempfile.TemporaryDirectory() as folder:
        return [_row(Path(folder), image, side, suffix, runs) for side in SIDES for suffix in SUFFIXES]


def _row(folder: Path, image: Image, side: int, suffix: str, runs: int) -> dict[str, Any]:
    square = np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    made_from = folder / "input.jpg"
    write_image(made_from, square)
    marks = ALL_MARKS.made_from(Input("source", made_from), Input("driver", made_from))
    sign, path = signing(marks), folder / f"output{suffix}"
    runs_of = [_run(square, marks, path, sign) for _ in range(runs + 1)][1:]  # the first loads the library
    medians = np.median(np.array(runs_of) * 1000.0, axis=0)
    return {
        "side": side, "format": suffix[1:], "runs": runs,
        **dict(zip(("watermark_ms", "manifest_ms", "both_ms", "processor_ms"), medians.tolist(), strict=True)),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }  # fmt: skip


def _run(image: Image, marks: Marks, path: Path, sign: Callable[[Path], None]) -> tuple[float, ...]:
    """Seconds: of the watermark, of signing, of both, and of both by the processor's clock."""
    begin, busy = time.perf_counter(), time.process_time()
    marked = mark(image, marks)
    watermark, busy = time.perf_counter() - begin, time.process_time() - busy
    write_image(path, marked)
    begin, busy = time.perf_counter(), time.process_time() - busy
    sign(path)
    manifest, busy = time.perf_counter() - begin, time.process_time() - busy
    return watermark, manifest, watermark + manifest, busy
