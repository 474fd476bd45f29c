"""A person who never tires: the window used for minutes, and the memory it takes meanwhile.

``python -m tests.app.long_session --minutes 10`` drives the window with the real engine, prints the memory every ten
seconds, and ends with 1 if it grows.  Photos, sliders, edits, meshes, panels, colours, undo, projects, saving, errors:
one after the other in a random order, which ``--seed`` fixes; by mouse, keys, menus and dialogs.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import click
import numpy as np
import psutil
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scipy.stats import theilslopes

from app.application import Desk, load_core
from app.store import json_file
from app.store.folders import Folders
from app.store.settings import Settings
from app.workers.engine import Loader
from tests.app.acts import LEFT, drag_mouse, drag_slider, drop, files, wait
from tests.app.hands import choose, file_dialog
from tests.soak.waiting import until

MEGABYTE = 2**20
FLAT_MB_PER_MINUTE = 3.0
"""Growth below this, fitted over the second half, is noise of the allocators."""


@dataclass
class Memory:
    """Seconds and megabytes of the window's process and of the one that draws meshes."""

    samples: list[tuple[float, float, float]] = field(default_factory=list)
    start: float = field(default_factory=time.monotonic)

    def measure(self) -> tuple[float, float, float]:
        process = psutil.Process()
        children = sum(_resident(child) for child in process.children())
        self.samples.append((time.monotonic() - self.start, _resident(process), children))
        return self.samples[-1]

    def growth(self) -> float:
        """Megabytes a minute of the window's process: the median slope of the second half (Theil and Sen), which a
        moment when much was just given back does not bend."""
        late = np.array([s for s in self.samples if s[0] >= self.samples[-1][0] / 2])
        return float(theilslopes(late[:, 1], late[:, 0] / 60.0).slope)


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / MEGABYTE
    except psutil.Error:
        return 0.0


class Person:
    """What they do, one act at a time."""

    def __init__(self, desk: Desk, folder: Path, photos: list[Path], seed: int) -> None:
        self._desk, self._folder, self._photos = desk, folder, photos
        self._random = random.Random(seed)
        self.done: dict[str, int] = {}
        broken = folder / "broken.png"
        broken.write_bytes(b"no picture at all")
        self._broken = broken
        acts = self.acts()
        self._acts, self._weights = list(acts), list(acts.values())

    def acts(self) -> dict[Callable[[], None], int]:
        """What they do, and how often."""
        return {
            self.alpha: 30, self.edit: 25, self.lock: 4, self.undo: 12, self.turn: 8, self.photo: 6, self.swap: 3,
            self.compare: 3, self.panels: 3, self.search: 3, self.resize: 2, self.colours: 1, self.copy: 2,
            self.paste: 1, self.save: 2, self.mistake: 2, self.project: 1, self.new: 1,
        }  # fmt: skip

    def act(self) -> None:
        """One of them."""
        (chosen,) = self._random.choices(self._acts, self._weights)
        self.done[chosen.__name__] = self.done.get(chosen.__name__, 0) + 1
        chosen()
        wait(self._random.choice((5, 20, 60)))

    def alpha(self) -> None:
        slider = self._random.choice(list(self._desk.window.controls.sliders.values())).slider
        if slider.isEnabled():
            drag_slider(slider, self._random.randrange(0, 151), 8)

    def edit(self) -> None:
        """Open the section of a control where it is closed, scroll to it, and pull it."""
        edit = self._desk.window.edit
        if not edit.rows or not self.front("edit"):
            return
        row = self._random.choice(list(edit.rows.values()))
        if not row.isVisible():
            section = next(each for each in edit.sections.values() if row in each.rows)
            QTest.mouseClick(section.head, LEFT)
            wait(1)
        edit.area.ensureWidgetVisible(row)
        if row.slider.isEnabled():
            drag_slider(row.slider, self._random.randint(row.slider.minimum(), row.slider.maximum()), 8)

    def lock(self) -> None:
        if self.front("edit"):
            QTest.mouseClick(self._random.choice(list(self._desk.window.edit.locks.values())), LEFT)

    def undo(self) -> None:
        menus = self._desk.window.menus
        for action in self._random.choices((menus.undo, menus.redo), k=4):
            self.use(action)

    def turn(self) -> None:
        if self.front("meshes"):
            drag_mouse(self._desk.window.mesh, QPoint(self._random.randint(-90, 90), self._random.randint(-40, 40)))

    def photo(self) -> None:
        panel = self._random.choice(list(self._desk.window.photos.values()))
        drop(panel, files(self._random.choice(self._photos)))

    def swap(self) -> None:
        QTest.mouseClick(self._desk.window.swap_button, LEFT)

    def compare(self) -> None:
        menus = self._desk.window.menus
        for action in (menus.compare, menus.wipe_left, menus.zoom_in, menus.fit):
            self.use(action)

    def panels(self) -> None:
        self.use(self._random.choice(self._desk.window.menus.panels.actions()))
        if self._random.random() < 0.5:
            self.use(self._desk.window.menus.reset_layout)

    def search(self) -> None:
        self.use(self._desk.window.menus.find)
        QTest.keyClicks(self._desk.window.edit.search, self._random.choice(("smile", "brow", "left", "")))
        wait(20)
        for key in ("Ctrl+A", "Del"):
            QTest.keySequence(self._desk.window.edit.search, key)

    def resize(self) -> None:
        self._desk.window.resize(self._random.randint(1180, 1500), self._random.randint(700, 950))

    def colours(self) -> None:
        self.use(self._desk.window.menus.themes[self._random.choice(("light", "dark"))])

    def copy(self) -> None:
        self.use(self._desk.window.menus.copy)

    def paste(self) -> None:
        QGuiApplication.clipboard().setImage(QImage(str(self._random.choice(self._photos))).scaled(320, 320))
        self.use(self._desk.window.menus.paste)

    def save(self) -> None:
        """Through the file dialog, always to the same name; what is done is cleared from the queue."""
        menus, session = self._desk.window.menus, self._desk.session
        if menus.save.isEnabled() and not session.jobs.unfinished:
            path = self._folder / "saved.png"
            path.unlink(missing_ok=True)  # or the dialog would ask about it
            with file_dialog(path):
                self.use(menus.save)
            until(lambda: not session.jobs.unfinished, "the end of a job")
            assert path.exists(), session.message
            if self.front("queue"):
                QTest.mouseClick(self._desk.window.queue.clear_button, LEFT)

    def mistake(self) -> None:
        panel = self._random.choice(list(self._desk.window.photos.values()))
        drop(panel, files(self._broken))

    def project(self) -> None:
        if self._desk.session.document.source is not None:
            self.use(self._desk.window.menus.last_session)

    def new(self) -> None:
        self.use(self._desk.window.menus.new)
        for panel, photo in zip(self._desk.window.photos.values(), self._photos):
            drop(panel, files(photo))

    def use(self, action: QAction) -> None:
        """By its keys where those are no letter, which would go into a text; else through the menus.

        What cannot be chosen now is left alone.
        """
        keys = action.shortcut().toString()
        if not action.isEnabled():
            return
        if keys.startswith("Ctrl+"):
            self._desk.window.activateWindow()  # as a window manager does where a dialog has gone; it comes later
            wait(5)
            QTest.keySequence(self._desk.window, keys)
        else:
            choose(action)

    def front(self, name: str) -> bool:
        """Bring a panel to the front; whether it can be seen then."""
        dock, menus = self._desk.window.docks[name], self._desk.window.menus
        if not dock.in_front:
            self.use(next(each for each in menus.panels.actions() if each.text() == dock.windowTitle()))
            wait(20)
        return dock.in_front


def use(desk: Desk, person: Person, seconds: float, every: float, say: Callable[[str], None]) -> Memory:
    """Let ``person`` use the window; its memory, measured ``every`` so many seconds after the first tenth."""
    memory = Memory()
    start = time.monotonic()
    due = start + every
    while time.monotonic() < start + seconds:
        person.act()
        if time.monotonic() >= due:
            due += every
            at, own, children = memory.measure()
            acts, widgets = sum(person.done.values()), len(QApplication.allWidgets())
            say(f"{at:6.0f} s   {own:7.1f} MB   meshes {children:6.1f} MB   {acts:6d} acts   {widgets} widgets")
    return memory


@contextmanager
def opened(folder: Path, load: Loader, load_on_cpu: Loader | None = None) -> Iterator[Desk]:
    """A window that keeps what is the user's below ``folder``, with its core loaded; it is taken apart at the end."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    folders = Folders(folder / "config", folder / "state")
    json_file.write(folders.settings, Settings(noticed=True, theme="dark").to_text(), private=True)
    desk = Desk(application, load, folders=folders, load_on_cpu=load_on_cpu or load)
    desk.show()
    try:
        while desk.session.engine.engine is None and not desk.session.engine.problem:
            wait(50)
        assert not desk.session.engine.problem, desk.session.engine.problem
        yield desk
    finally:
        desk.window.may_close = lambda: True
        desk.window.close()
        desk.window.deleteLater()
        desk.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def photos_of(desk: Desk) -> list[Path]:
    """The samples that a person drops."""
    return [path for path in desk.samples if "twin" not in path.stem]


def run(seconds: float, seed: int, load: Loader = load_core, every: float = 10.0) -> Memory:
    with tempfile.TemporaryDirectory(prefix="mimesh-session-") as name, opened(Path(name), load) as desk:
        person = Person(desk, Path(name), photos_of(desk), seed)
        person.new()
        memory = use(desk, person, seconds, every, lambda line: print(line, flush=True))  # noqa: T201
    print(", ".join(f"{name} {count}" for name, count in sorted(person.done.items())))  # noqa: T201
    return memory


@click.command()
@click.option("--minutes", default=10.0, help="How long.")
@click.option("--seed", default=0, help="Another order of the acts.")
def main(minutes: float, seed: int) -> None:
    """Use the window for minutes and print the memory it takes."""
    memory = run(minutes * 60.0, seed)
    growth = memory.growth()
    first, last = memory.samples[len(memory.samples) // 2][1], memory.samples[-1][1]
    print(f"second half: {first:.1f} → {last:.1f} MB, {growth:+.2f} MB a minute")  # noqa: T201
    sys.exit(growth > FLAT_MB_PER_MINUTE)


if __name__ == "__main__":
    main()
