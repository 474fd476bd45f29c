"""``python -m tests.soak --minutes 60``: a window used while things go wrong; figures as JSON, 1 where any was bad."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import click
import psutil
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.application import Desk, load_core, load_core_on_cpu
from app.store.autosave import Autosave
from app.store.project import read_project
from app.workers.engine import Loader
from core.log.file import MAX_BYTES, log_files
from core.log.watch import watching
from core.version import VERSION
from tests.app.acts import wait
from tests.app.long_session import opened, photos_of
from tests.soak.engine import Armed, faulty
from tests.soak.faults import Faults
from tests.soak.figures import Figures
from tests.soak.regular import Regular
from tests.soak.user import Saver, hidden
from tests.soak.waiting import until

EVERY_SECONDS = 30.0
DIALOG_SECONDS = 20.0
REST_SECONDS = 60.0


def run(
    seconds: float,
    seed: int,
    load: Loader,
    load_on_cpu: Loader,
    calm: int = 12,
    every: float = EVERY_SECONDS,
    faults: int = 0,
    user_kind: type[Regular] = Regular,
    faults_kind: type[Faults] = Faults,
) -> Figures:
    """Use a window for so long and for so many faults, with one after ``calm`` acts each.

    What is kept for the user and temporary files go to folders that are looked at.
    """
    figures, armed = Figures(), Armed()
    desks: list[Desk] = []

    def tell(error: BaseException) -> None:
        for desk in desks:
            desk.trouble.unexpected.emit(type(error).__name__)

    with own_folders() as folder, watching(tell):
        threads = set(threading.enumerate())
        with opened(folder, faulty(load, armed), faulty(load_on_cpu, armed)) as desk:
            desks.append(desk)
            user = user_kind(desk, folder, photos_of(desk), seed, figures)
            user.new()
            watch = dialog_watch(desk, figures)
            use(user, faults_kind(desk, user, armed), seconds, calm, every, faults)
            watch.stop()
            figures.operations.update(user.done)
            document = desk.session.document
            autosave = desk.autosave
            desks.clear()
        check_end(figures, folder, threads)
        check_session(figures, autosave, (document.dial, document.edits))
    return figures


def use(user: Saver, faults: Faults, seconds: float, calm: int, every: float, least: int) -> None:
    start = due = time.monotonic()
    count = 0
    while time.monotonic() < start + seconds or user.figures.injected.total() < least:
        count += 1
        try:
            user.act()
        except Exception as error:
            user.figures.failures.append(f"{type(error).__name__}: {error} (the window said {user.said[-1:]})")
            click.echo(user.figures.failures[-1], err=True)
            traceback.print_exception(error)
        if count % calm == 0:
            faults.strike()
        if time.monotonic() >= due:
            due += every
            rest(user)
            say(user.figures, sum(user.done.values()))
    rest(user)
    say(user.figures, sum(user.done.values()))


def rest(user: Saver) -> None:
    """Let what is under way come to its end, that samples of memory are of one state: no job, nothing to be drawn."""
    user.settled()
    with contextlib.suppress(AssertionError):
        until(lambda: user.idle, "jobs that end", REST_SECONDS)


def say(figures: Figures, acts: int) -> None:
    now = figures.measure()
    click.echo(
        f"{now.seconds:6.0f} s  {now.memory_mb:7.1f} MB, {now.held_mb:.1f} held  meshes {now.meshes_mb:6.1f} MB  "
        f"{now.handles} handles  {now.threads} threads  {now.widgets} widgets  {acts} operations  "
        f"{figures.survived.total()}/{figures.injected.total()} faults  {len(figures.failures)} failures",
        err=True,
    )


def dialog_watch(desk: Desk, figures: Figures) -> QTimer:
    """Nobody is there to answer a dialog that was not expected: one that stays is a failure, and closed."""
    timer, since = QTimer(desk), {"name": "", "when": 0.0}

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        name = type(dialog).__name__ if dialog is not None else ""
        if name != since["name"]:
            since.update(name=name, when=time.monotonic())
        elif dialog is not None and time.monotonic() - float(since["when"]) > DIALOG_SECONDS:
            figures.failures.append(f"a dialog stayed: {name}")
            dialog.close()

    timer.timeout.connect(look)
    timer.start(1000)
    return timer


def check_end(figures: Figures, folder: Path, threads: set[threading.Thread]) -> None:
    """What the window left when it was closed."""
    wait(500)
    figures.leaked += figures.left_behind()
    alive = [t for t in threading.enumerate() if t not in threads and not isinstance(t, threading._DummyThread)]
    figures.leaked += [f"thread {thread.name}" for thread in alive]
    children = [" ".join(child.cmdline()) for child in psutil.Process().children()]
    # Python's own tracker of shared resources stays as long as the process that first needed one.
    figures.leaked += [f"process {line}" for line in children if "resource_tracker" not in line]
    figures.leaked += [f"unfinished {name}" for name in hidden(folder)]
    figures.leaked += [f"temporary {path.name}" for path in (folder / "temp").rglob("*") if path.is_file()]
    if sum(path.stat().st_size for path in log_files()) > 3 * MAX_BYTES:
        figures.leaked.append("a log that does not rotate")


def check_session(figures: Figures, autosave: Autosave, expected: tuple[object, object]) -> None:
    found = read_project(autosave.last)[0]
    if (found.dial, found.edits) != expected:
        figures.lost.append("the last session")
    figures.checks["last session as it was left"] += 1


@contextmanager
def own_folders() -> Iterator[Path]:
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="mimesh-soak-") as name:
        folder = Path(name)
        (folder / "temp").mkdir()
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[variable] = str(folder / "user")
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "temp")
        try:
            yield folder
        finally:
            tempfile.tempdir = before


@click.command()
@click.option("--minutes", default=60.0, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--calm", default=12, show_default=True, help="Acts between two faults.")
@click.option("--json", "report", type=click.Path(path_type=Path), help="File for the figures; without it stdout.")
def main(minutes: float, seed: int, calm: int, report: Path | None) -> None:
    """Use a window while things go wrong round it."""
    faulthandler.register(signal.SIGUSR1)  # shows where it is
    figures = run(minutes * 60.0, seed, load_core, load_core_on_cpu, calm)
    text = json.dumps(figures.row({"version": VERSION, "seed": seed, "processors": os.cpu_count()}), indent=1)
    if report is None:
        click.echo(text)
    else:
        report.write_text(text + "\n", encoding="utf-8")
    sys.exit(0 if figures.good else 1)


if __name__ == "__main__":
    main()
