"""What a training leaves behind while it runs: a JSONL log, and plots drawn from it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..media.atomic import make_folder
from ..media.write_image import write_image
from ..types import Image

LOG = "log.jsonl"

_WIDTH, _HEIGHT, _PAD = 420, 240, 34
_COLUMNS = 3
_INK, _LINE, _GRID = (40, 40, 40), (200, 60, 30), (225, 225, 225)


class Record:
    """Appends to ``log.jsonl`` and draws ``plots.png`` in a folder.

    ``resume`` drops lines after that step, which a stopped training had written but not kept.
    """

    def __init__(self, folder: Path, resume: int) -> None:
        make_folder(folder)
        self.folder, self._path = folder, folder / LOG
        lines = read_log(self._path)
        kept = [line for line in lines if line["step"] <= resume]
        if len(kept) != len(lines):
            self._path.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")

    def add(self, step: int, **values: Any) -> None:
        """One line: step, wall-clock time and ``values``."""
        line = {"step": step, "time": round(time.time(), 1), **values}
        with self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    def plot(self) -> None:
        """Draw every number of the log over the steps."""
        curves: dict[str, list[tuple[float, float]]] = {}
        for line in read_log(self._path):
            for name, value in line.items():
                if name not in ("step", "time") and isinstance(value, (int, float)):
                    curves.setdefault(name, []).append((float(line["step"]), float(value)))
        if curves:
            write_image(self.folder / "plots.png", draw(curves))


def read_log(path: Path) -> list[dict[str, Any]]:
    """Lines of a log, without one that was cut off."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def draw(curves: dict[str, list[tuple[float, float]]]) -> Image:
    """One small plot for each curve of (step, value)."""
    plots = [_plot(name, points) for name, points in curves.items()]
    blank = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    plots += [blank] * (-len(plots) % _COLUMNS)
    rows = [np.concatenate(plots[k : k + _COLUMNS], axis=1) for k in range(0, len(plots), _COLUMNS)]
    return np.concatenate(rows)


def _plot(name: str, points: Sequence[tuple[float, float]]) -> Image:
    picture = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    xy = np.array([p for p in points if np.isfinite(p).all()], np.float64).reshape(-1, 2)
    _text(picture, name, (_PAD, 16), 0.45)
    if not len(xy):
        return picture
    low, high = xy.min(0), xy.max(0)
    span = np.maximum(high - low, 1e-12)
    box = np.array([_WIDTH - 1.5 * _PAD, _HEIGHT - 2 * _PAD])
    at = (xy - low) / span * box
    at = np.column_stack([_PAD + at[:, 0], _HEIGHT - _PAD - at[:, 1]])
    cv2.rectangle(picture, (_PAD, _PAD), (int(_WIDTH - _PAD / 2), _HEIGHT - _PAD), _GRID)
    cv2.polylines(picture, [np.rint(at).astype(np.int32)], False, _LINE, 1, cv2.LINE_AA)
    for value, y in ((high[1], _PAD), (low[1], _HEIGHT - _PAD)):
        _text(picture, f"{value:.4g}", (2, y + 4), 0.32)
    _text(picture, f"{low[0]:.0f}", (_PAD, _HEIGHT - 12), 0.36)
    _text(picture, f"{high[0]:.0f}   last {xy[-1, 1]:.4g}", (_WIDTH - 170, _HEIGHT - 12), 0.36)
    return picture


def _text(picture: Image, text: str, at: tuple[int, int], size: float) -> None:
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, _INK, 1, cv2.LINE_AA)
