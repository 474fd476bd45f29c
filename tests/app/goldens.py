"""Pictures of the window as it should look, and how near another one must be to pass for the same.

Letters and curves are drawn a little differently on every system, so pictures are compared by the mean colour of small
blocks.  ``pytest tests/app/test_goldens.py --renew-goldens`` writes the pictures anew: look at each before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont, QFontDatabase, QImage
from PySide6.QtWidgets import QApplication, QWidget

FOLDER = Path(__file__).resolve().parents[1] / "goldens" / "app"
BLOCK = 8
DIFFERENT = 14.0
"""Levels of 255 by which the mean colour of a block must differ to count."""
ALLOWED = 0.002
"""Share of all blocks that may count: about 30 of a window's 16,000, less than a button has."""
HIDDEN = 128
"""What is not to be compared is grey of this level."""
LEVELS, OFTEN = 12, 2000
"""Colours are kept as multiples of LEVELS, which saves half of the bytes, but for those that fill areas."""

Picture = NDArray[np.uint8]


@contextmanager
def own_font(application: QApplication) -> Iterator[None]:
    """The same letters on every machine."""
    before = application.font()
    numbers = [QFontDatabase.addApplicationFont(str(FOLDER / name)) for name in ("font.ttf", "font-Bold.ttf")]
    assert -1 not in numbers
    font = QFont(QFontDatabase.applicationFontFamilies(numbers[0])[0])
    font.setPixelSize(12)
    application.setFont(font)
    yield
    application.setFont(before)


def photograph(window: QWidget, hidden: list[QWidget]) -> Picture:
    """H×W×3 uint8 of ``window``, with what differs from run to run ``hidden`` under grey."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    picture = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
    ratio = image.devicePixelRatio()
    for widget in hidden:
        if not widget.visibleRegion().isEmpty():
            place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
            left, top, right, bottom = (
                round(edge * ratio) for edge in (place.left(), place.top(), place.right() + 1, place.bottom() + 1)
            )
            picture[top:bottom, left:right] = HIDDEN
    return picture


def keep(name: str, picture: Picture) -> None:
    FOLDER.mkdir(exist_ok=True)
    coarse = np.clip(np.round(picture / LEVELS) * LEVELS, 0, 255).astype(np.uint8)
    _, which, counts = np.unique(picture.astype(np.int64) @ [65536, 256, 1], return_inverse=True, return_counts=True)
    kept = np.where((counts > OFTEN)[which].reshape(picture.shape[:2])[..., None], picture, coarse)
    image = PillowImage.fromarray(kept)
    if (colours := image.getcolors(256)) is not None:  # a number each, which takes half of the bytes again
        palette = PillowImage.new("P", (1, 1))
        palette.putpalette([level for _, colour in colours for level in colour])
        image = image.quantize(palette=palette, dither=PillowImage.Dither.NONE)
    image.save(FOLDER / f"{name}.png", optimize=True)


def golden(name: str) -> Picture:
    return np.asarray(PillowImage.open(FOLDER / f"{name}.png").convert("RGB"))


def difference(picture: Picture, wanted: Picture) -> float:
    """Share of blocks whose mean colour is another one; 1 where the sizes differ.

    Blocks that are hidden in one of the two, even in part, are equal: a text that is hidden may be of another width.
    """
    if picture.shape != wanted.shape:
        return 1.0
    compared = (_blocks(_hidden(picture)) == 0) & (_blocks(_hidden(wanted)) == 0)
    return float(((np.abs(_blocks(picture) - _blocks(wanted)) > DIFFERENT) & compared).any(axis=2).mean())


def compare(name: str, picture: Picture, folder: Path, renew: bool) -> float:
    """The share of the picture that looks different, 0 where that is little; what was seen is left in ``folder``."""
    if renew:
        keep(name, picture)
    share = difference(picture, golden(name))
    if share <= ALLOWED:
        return 0.0
    PillowImage.fromarray(picture).save(folder / f"{name}.png")
    return share


def _hidden(picture: Picture) -> NDArray[np.bool_]:
    """H×W×1: whether a pixel is of the hidden grey, and so are its neighbours on one side: an area, not an edge."""
    grey = (picture == HIDDEN).all(axis=2)
    solid = np.zeros_like(grey)
    for step in (-1, 1):
        solid |= grey & np.roll(grey, step, 0) & np.roll(grey, 2 * step, 0) & np.roll(grey, 3 * step, 0)
    return solid[..., None]


def _blocks(picture: NDArray[Any]) -> NDArray[np.float64]:
    height, width = (side // BLOCK * BLOCK for side in picture.shape[:2])
    parts = picture[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, -1)
    return np.asarray(parts.mean(axis=(1, 3)))
