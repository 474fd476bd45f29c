"""How many frames a second a film plays with in the window, and how far behind its own time what is shown is.

``python -m tests.app.play_rate --seconds 15`` opens the window with the sample and a film, presses Play, and prints:
frames that were painted a second, of how many the film has; milliseconds from when a frame is due until it is painted,
in the middle, for 95 % of them, and in the first and the last third, which differ where playing falls behind.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import click
import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from app.application import SAMPLES, Desk, load_core
from app.store import json_file
from app.store.folders import Folders
from app.store.settings import Settings
from app.workers.engine import Loader
from tests.app.acts import wait


@dataclass(frozen=True)
class Painted:
    """A frame that was painted: when, in seconds since Play, which, and how late."""

    at: float
    frame: int
    late: float


class Painting(QObject):
    """Notes each frame of the film when it is first painted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._due = desk, dict[int, float]()
        self.begun = time.perf_counter()
        self.seen: list[Painted] = []
        desk.window.result.image.viewport().installEventFilter(self)
        desk.session.clip_changed.connect(self._note)

    def _note(self) -> None:
        self._due[self._desk.session.clip.frame] = time.perf_counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        result = self._desk.session.result
        if event.type() == QEvent.Type.Paint and result is not None and result.frame is not None:
            frame, now = result.frame, time.perf_counter()
            if frame in self._due and (not self.seen or self.seen[-1].frame != frame):
                self.seen.append(Painted(now - self.begun, frame, now - self._due[frame]))
        return False


def play(desk: Desk, film: Path, seconds: float) -> tuple[list[Painted], float]:
    """What is painted in that time, and how many frames a second the film has."""
    session = desk.session
    for role, path in (("source", SAMPLES / "collins.png"), ("driving", film)):
        desk.photos[role].open_path(path)  # type: ignore[index]
    while session.result is None or session.footage is None or session.result.frame is None:
        wait(20)
        problem = session.render_problem or session.slot("driving").problem
        if problem:
            raise click.ClickException(problem)
    session.set_loop(True)
    painting = Painting(desk)
    session.play()
    wait(round(seconds * 1000))
    session.stop()
    return painting.seen, session.footage.fps


def figures(seen: list[Painted], fps: float, seconds: float) -> dict[str, float]:
    """Raises click.ClickException where too little was painted to say anything."""
    if len(seen) < 3:
        raise click.ClickException("Fewer than three frames were painted; give more --seconds.")
    late = np.array([each.late for each in seen]) * 1000
    third = len(late) // 3
    return {
        "painted a second": len(seen) / seconds,
        "of the film's": fps,
        "behind (ms, median)": float(np.median(late)),
        "behind (ms, 95 %)": float(np.percentile(late, 95)),
        "behind (ms, first third)": float(np.median(late[:third])),
        "behind (ms, last third)": float(np.median(late[-third:])),
    }


def measure(folder: Path, film: Path, seconds: float, load: Loader = load_core) -> dict[str, float]:
    """Opens a window, plays, and closes it."""
    folders = Folders(folder / "config", folder / "state")
    json_file.write(folders.settings, Settings(noticed=True).to_text(), private=True)
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    desk = Desk(application, load, folders=folders)
    desk.show()
    try:
        return figures(*play(desk, film, seconds), seconds)
    finally:
        desk.window.may_close = lambda: True
        desk.window.close()


@click.command()
@click.option("--film", type=click.Path(exists=True, path_type=Path), default=SAMPLES / "driver_talk.mp4")
@click.option("--seconds", default=15.0, help="How long to play.")
def main(film: Path, seconds: float) -> None:
    """Play a film in the window and print how fast that is."""
    with tempfile.TemporaryDirectory() as folder:
        for name, value in measure(Path(folder), film, seconds).items():
            click.echo(f"{name:26s} {value:8.1f}")


if __name__ == "__main__":
    main()
