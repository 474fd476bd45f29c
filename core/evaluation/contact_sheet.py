"""Contact sheets: pairs as rows with each method's output, or sources by drivers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from ..media.write_image import write_image
from ..types import Image

CELL = 160
HEADER = 22


def contact_sheet(rows: Sequence[Sequence[Image]], titles: Sequence[str], path: Path) -> None:
    """Write a sheet of equally large pictures; ``titles`` head the columns."""
    head = np.full((HEADER, CELL * len(titles), 3), 255, np.uint8)
    for k, title in enumerate(titles):
        cv2.putText(head, title, (k * CELL + 4, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (30, 30, 30), 1, cv2.LINE_AA)
    write_image(path, np.concatenate([head, *map(_line, rows)]))


def grid_sheet(sources: Sequence[Image], drivers: Sequence[Image], rows: Sequence[Sequence[Image]], path: Path) -> None:
    """Write sources (first column) by drivers (first row); ``rows`` holds what each source became."""
    corner = np.full((CELL, CELL, 3), 255, np.uint8)
    lines = [_line([source, *row]) for source, row in zip(sources, rows, strict=True)]
    write_image(path, np.concatenate([_line([corner, *drivers]), *lines]))


def _line(pictures: Sequence[Image]) -> Image:
    cells = [cv2.resize(picture, (CELL, CELL), interpolation=cv2.INTER_AREA) for picture in pictures]
    return np.asarray(np.concatenate(cells, axis=1), np.uint8)
