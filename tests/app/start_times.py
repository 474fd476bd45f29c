"""How long the window takes to be there, and its memory.

``python -m tests.app.start_times --runs 7`` starts the app with its sample so many times, as a person does, and prints
medians and interquartile ranges: milliseconds from the start of the process to the first paint, to a core that is
ready, and to the first picture; megabytes of the window's process after a slider has been moved for a while.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import click
import psutil
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from app.application import Desk
from app.store import json_file
from app.store.folders import Folders
from app.store.settings import Settings
from core.bench.timing import summary
from tests.app.acts import wait

ROOT = Path(__file__).parents[2]
MOVES = 40


class FirstPaint(QObject):
    """Notes when a widget is painted for the first time."""

    at: float | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.at is None:
            self.at = time.time()
        return False


def wait_until(there: Callable[[], bool]) -> None:
    while not there():
        wait(5)


def once(folder: Path, begun: float) -> dict[str, float]:
    """One start, in this process, which must be new.  ``begun``: ``time.time()`` before it was made; what the system
    says is true to a second only."""
    folders = Folders(folder / "config", folder / "state")
    json_file.write(folders.settings, Settings(noticed=True).to_text(), private=True)
    application = QApplication(sys.argv[:1])
    desk, paint = Desk(application, folders=folders), FirstPaint()
    desk.window.installEventFilter(paint)
    for role, photo in zip(("source", "driving"), ("collins.png", "driver_smile.png")):
        desk.photos[role].open_path(ROOT / "resources" / "samples" / photo)  # type: ignore[index]
    desk.show()
    seen = {}
    for name, there in (
        ("painted", lambda: paint.at is not None),
        ("ready", lambda: desk.session.engine.engine is not None),
        ("first picture", lambda: desk.session.result is not None),
    ):
        wait_until(there)
        seen[name] = time.time()
    seen["painted"] = paint.at or 0.0
    result = {f"{name} (ms)": (at - begun) * 1000 for name, at in seen.items()}
    for move in range(MOVES):
        desk.session.set_dial(pose=move / MOVES)
        wait(50)
    result["memory (MB)"] = psutil.Process().memory_info().rss / 2**20
    desk.window.may_close = lambda: True
    desk.window.close()
    return result


@click.command()
@click.option("--runs", default=7, help="How often.")
@click.option("--begun", type=float, hidden=True)
def main(runs: int, begun: float | None) -> None:
    """Start the app so many times and print how long it takes."""
    if begun is not None:
        with tempfile.TemporaryDirectory() as folder:
            click.echo(json.dumps(once(Path(folder), begun)))
        return
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        command = [sys.executable, "-m", "tests.app.start_times", "--begun", str(time.time())]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        for name, value in json.loads(done.stdout.splitlines()[-1]).items():
            found.setdefault(name, []).append(value)
    for name, values in found.items():
        of = summary(values)
        click.echo(f"{name:20s} {of['median']:8.0f}   ± {of['iqr']:.0f}")


if __name__ == "__main__":
    main()
