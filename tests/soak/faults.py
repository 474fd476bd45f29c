"""What goes wrong round a window in use: after each it says so, nothing is lost, and it goes on."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import numpy as np
from PySide6.QtCore import QTimer

from app.application import Desk
from core.errors import DeviceError, WeightsError
from core.media.unfinished import sweep
from tests.app.acts import drop, files, wait
from tests.soak.engine import Armed
from tests.soak.user import Saver, digest, hidden
from tests.soak.waiting import until

ROOT = Path(__file__).parents[2]
FULL_BYTES = 40_000
WRITE_AND_WAIT = """
import sys, time
from core.media.atomic import atomic_write
with atomic_write(sys.argv[1]) as temporary:
    temporary.write_bytes(bytes(100_000))
    print("writing", flush=True)
    time.sleep(600)
"""


class Faults:
    """Each method makes one fault and sees that it is survived; AssertionError where it is not."""

    def __init__(self, desk: Desk, user: Saver, armed: Armed) -> None:
        self._desk, self._user, self._armed, self._dice = desk, user, armed, user.dice
        self.kinds: dict[str, Callable[[], None]] = {
            "damaged photo": self.damaged_photo,
            "damaged project": self.damaged_project,
            "disk full": self.disk_full,
            "folder gone while a film is written": self.folder_gone,
            "mesh process killed": self.meshes_killed,
            "writer killed": self.writer_killed,
            "exception while drawing": self.drawing_fails,
            "exception while looking at a photo": self.looking_fails,
            "core does not load": self.loading_fails,
            "exception that nobody caught": self.uncaught,
        }

    def strike(self) -> None:
        """One of them."""
        self.make(self._dice.choice(list(self.kinds)))

    def make(self, kind: str) -> None:
        """This one, and what came of it into the figures."""
        figures = self._user.figures
        if not self._user.settled():
            figures.failures.append(f"nothing was drawn before: {kind}")
            return
        figures.injected[kind] += 1
        start, outcome = time.monotonic(), "survived"
        try:
            self.kinds[kind]()
            self.goes_on()
            figures.survived[kind] += 1
        except Exception as error:
            said = self._user.said[-1] if self._user.said else ""
            outcome = f"{kind}: {type(error).__name__}: {error} (the window said {said!r})"
            figures.failures.append(outcome)
        self._armed.errors.clear()
        click.echo(f"         {time.monotonic() - start:5.1f} s  {kind}: {outcome}", err=True)

    def goes_on(self) -> None:
        """Another pose is drawn; an offer at the top of the window is taken first."""
        session, trouble = self._desk.session, self._desk.window.trouble
        if trouble.isVisible():
            (trouble.yes if trouble.yes.isVisible() else trouble.no).click()
            until(lambda: session.engine.engine is not None, "the core loads again")
        before = session.result
        pose = session.document.dial.pose
        session.set_dial(pose=0.2 if pose > 0.7 else 0.9, mode="both")
        until(lambda: session.result is not before and session.result is not None, "the next result")

    def damaged_photo(self) -> None:
        data = bytearray(self._dice.choice(self._user._photos).read_bytes())
        random = np.random.default_rng(self._dice.randrange(2**32))
        for place in random.integers(0, len(data), 40):
            data[place] = int(random.integers(256))
        del data[int(random.integers(len(data) // 2, len(data))) :]
        path = self._user._folder / f"damaged{self._dice.choice(('.jpg', '.png', '.gif'))}"
        path.write_bytes(data)
        self._dropped(path)

    def _dropped(self, path: Path) -> None:
        """Wait until a photo is there or refused; a refused one changes nothing."""
        session = self._desk.session
        role = self._dice.choice(("source", "driving"))
        before = session.document
        drop(self._desk.window.photos[role], files(path))
        until(lambda: not session.slot(role).busy, "an answer about a photo")  # type: ignore[arg-type]
        if session.slot(role).problem:  # type: ignore[arg-type]
            assert session.document == before, "a refused photo changed the document"
            self._user.figures.checks["photos refused in a sentence"] += 1

    def damaged_project(self) -> None:
        path, session = self._user._folder / "damaged.mimesh", self._desk.session
        path.write_text('{"format": "mimesh project", "version": 1, "source": {"path": 7}}')
        before = session.document
        self._desk.projects.open(path)
        assert session.document == before and "damaged" in session.message, session.message

    def disk_full(self) -> None:
        user, path = self._user, self._user.out / "result.png"
        if not path.exists():
            user.export(self._desk.window.menus.save, path)
        before = digest(path)
        with no_room():
            self._try_to_write(path)
        assert user.heard("full"), user.said
        assert digest(path) == before, "the old file was touched"
        user.figures.checks["old files left alone by a failed write"] += 1

    def _try_to_write(self, path: Path) -> None:
        user, menus = self._user, self._desk.window.menus
        user.answers.path = path
        user.forget()
        (menus.sweep if path.suffix == ".gif" else menus.save).trigger()
        until(lambda: user.heard(path.name), f"a word about {path.name}")

    def folder_gone(self) -> None:
        folder = self._user._folder / "stick"
        folder.mkdir()
        QTimer.singleShot(200, lambda: shutil.rmtree(folder))
        self._try_to_write(folder / "moving.gif")
        assert not folder.exists() and not self._user.heard("Saved"), self._user.said

    def meshes_killed(self) -> None:
        child = self._desk.meshes._child
        if child is not None:
            os.kill(child.pid, signal.SIGKILL)
        drawn: list[object] = []
        connection = self._desk.meshes.drawn.connect(lambda *_: drawn.append(1))
        self._desk.window.docks["meshes"].bring_up()
        self._desk.session.set_turn(yaw=self._desk.session.turn.yaw + 7.0)
        until(lambda: drawn, "the meshes")
        self._desk.meshes.drawn.disconnect(connection)

    def writer_killed(self) -> None:
        user, path = self._user, self._user.out / "result.png"
        before = digest(path)
        command = [sys.executable, "-c", WRITE_AND_WAIT, str(path)]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None and child.stdout.readline() == "writing\n"
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        assert sweep() == 1 and not hidden(user.out), "what it left is still there"
        assert digest(path) == before, "the old file was touched"
        user.figures.checks["old files left alone by a killed writer"] += 1

    def drawing_fails(self) -> None:
        errors: tuple[BaseException, ...] = (
            ValueError("of the soak"), MemoryError(), SystemExit(3), DeviceError("The graphics card failed."),
        )  # fmt: skip
        self._armed.errors["render"] = self._dice.choice(errors)
        self._desk.session.set_dial(pose=self._dice.uniform(0.0, 1.5), mode="both")
        until(self._desk.window.trouble.isVisible, "an offer")

    def looking_fails(self) -> None:
        self._armed.errors["encode"] = ValueError("of the soak")
        role = self._dice.choice(("source", "driving"))
        session, before = self._desk.session, self._desk.session.document
        shown = before.photo(role)  # type: ignore[arg-type]
        origin = shown.origin if shown is not None else None
        photo = next(p for p in self._user._photos if not (isinstance(origin, Path) and p == origin))
        drop(self._desk.window.photos[role], files(photo))
        until(lambda: session.slot(role).problem, "a word about a photo")  # type: ignore[arg-type]
        assert session.document == before, "a refused photo changed the document"

    def loading_fails(self) -> None:
        """Twice: once because drawing failed, then because the core does not come back at once."""
        self.drawing_fails()
        error = self._dice.choice((WeightsError("The weights file is missing."), ImportError("torch", name="torch")))
        self._armed.errors["load"] = error
        trouble, session = self._desk.window.trouble, self._desk.session
        trouble.yes.click()
        until(lambda: session.engine.problem and trouble.isVisible(), "an offer after loading failed")

    def uncaught(self) -> None:
        """In a thread: what a slot raises would come out of the loop of this command, which a window has not."""
        self._user.forget()

        def explode() -> None:
            raise KeyError("of the soak")

        threading.Thread(target=explode).start()
        until(lambda: self._user.heard("KeyError"), "a word about an exception")
        wait(50)


@contextlib.contextmanager
def no_room() -> Iterator[None]:
    """The system lets no file grow beyond some bytes, which Mimesh cannot tell from a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
