"""Contact sheets: pairs as rows, source, driving and each method's output as columns."""

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
    lines = [np.concatenate([_fit(picture) for picture in row], axis=1) for row in rows]
    write_image(path, np.concatenate([head, *lines]))


def _fit(picture: Image) -> Image:
    return np.asarray(cv2.resize(picture, (CELL, CELL), interpolation=cv2.INTER_AREA))
