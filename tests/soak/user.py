"""A person who also saves, and looks whether what was saved is there."""

from __future__ import annotations

import contextlib
import hashlib
import random
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox

from app.application import Desk
from app.roles import ROLES
from app.store.project import read_project
from core.provenance.verify import verify
from tests.app.acts import LEFT
from tests.app.hands import fill, give_name
from tests.app.long_session import Person
from tests.soak.answering import LOOK_MS
from tests.soak.figures import Figures
from tests.soak.waiting import until

YES = ("Do not save", "Continue without it", "Replace it", "Delete it", "Go on", "Clear", "Yes")


class Answers(QObject):
    """Answers the dialogs as they come: ``path`` to those that ask for a file, ``name`` to those for a name, yes to
    questions.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self.name = "of the soak"
        self._wait()

    def _wait(self) -> None:
        # Not a timer that goes on: Qt lets none begin again within itself, and an answer may bring the next question.
        QTimer.singleShot(LOOK_MS, self, self._look)

    def _look(self) -> None:
        self._wait()
        dialog = QApplication.activeModalWidget()
        if dialog is None or dialog.property("met"):
            return
        if isinstance(dialog, QFileDialog | QMessageBox | QInputDialog):
            dialog.setProperty("met", True)
        if isinstance(dialog, QFileDialog):
            assert self.path is not None, dialog.windowTitle()
            fill(dialog, self.path)
        elif isinstance(dialog, QInputDialog):
            give_name(dialog, self.name)
        elif isinstance(dialog, QMessageBox):
            (yes,) = (each for each in dialog.buttons() if each.text().replace("&", "") in YES)
            QTest.mouseClick(yes, LEFT)


class Saver(Person):
    def __init__(self, desk: Desk, folder: Path, photos: list[Path], seed: int, figures: Figures) -> None:
        super().__init__(desk, folder, photos, seed)
        self.figures, self.answers = figures, Answers(desk)
        self.said: list[str] = []
        self.out = folder / "out"
        self.out.mkdir(exist_ok=True)
        self.dice = random.Random(seed + 1)
        desk.session.message_changed.connect(self._hear)

    def _hear(self, text: str) -> None:
        self.said = [*self.said[-50:], text]

    def acts(self) -> dict[Callable[[], None], int]:
        return {**super().acts(), self.save: 3, self.save_film: 1, self.save_project: 2}

    @property
    def ready(self) -> bool:
        """There is a result, and nothing is on its way."""
        session = self._desk.session
        return session.result is not None and session.engine.engine is not None and not session.opening

    @property
    def idle(self) -> bool:
        """No photo is looked at, and no job runs."""
        session = self._desk.session
        return not session.jobs.unfinished and not any(session.slot(role).busy for role in ROLES)

    def settled(self) -> bool:
        """Wait until :attr:`ready`; where a photo is missing, drop both first.  Whether it came to that."""
        if None in (self._desk.session.document.source, self._desk.session.document.driving):
            self.new()
        with contextlib.suppress(AssertionError):
            until(lambda: self.ready, "a result")
        return self.ready

    def save(self) -> None:
        """A picture over the one before; it is whole, and carries its marks."""
        menus = self._desk.window.menus
        self.export(self.dice.choice((menus.save, menus.save_full)), self.out / "result.png")

    def save_film(self) -> None:
        self.export(self._desk.window.menus.sweep, self.out / "moving.gif")

    def export(self, action: object, path: Path) -> None:
        if self.settled() and action.isEnabled():  # type: ignore[attr-defined]
            self.answers.path, before = path, digest(path)
            self.forget()
            action.trigger()  # type: ignore[attr-defined]
            until(lambda: self.heard(path.name) or self.failed(), f"saving {path.name}")
            if digest(path) == before or not self._whole(path):
                self.figures.lost.append(f"{path.name}: {self.said[-1] if self.said else 'nothing was said'}")
            self.figures.checks["files written and read again"] += 1

    def failed(self) -> bool:
        """What failed need not name the file: what is lost then is told, not waited for."""
        newest = self._desk.session.jobs.newest
        return newest is not None and newest.state == "failed"

    def forget(self) -> None:
        """What the window says from now on is new: what it says twice in a row it says once."""
        self._desk.session.set_message("")
        self.said.clear()

    def heard(self, words: str) -> bool:
        return any(words in text for text in self.said)

    def _whole(self, path: Path) -> bool:
        found = verify(path)
        return found.manifest is not None and found.manifest.state == "valid"

    def save_project(self) -> None:
        """Saved and read again, it says what the window says."""
        session = self._desk.session
        if self.settled():
            self.answers.path = self.out / "my.mimesh"
            self.forget()
            document = session.document
            self._desk.projects.save_as()
            until(lambda: self.heard("my.mimesh"), "saving a project")
            found = read_project(self.answers.path)[0]
            if (found.dial, found.edits) != (document.dial, document.edits):
                self.figures.lost.append("a project's dial or edits")
            self.figures.checks["projects written and read again"] += 1


def digest(path: Path) -> str:
    """ "" for none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def hidden(folder: Path) -> list[str]:
    """Files that are not finished."""
    return sorted(path.name for path in folder.rglob(".mimesh-*"))
