"""What comes in is damaged, gone, too large or unplugged: it is refused in a sentence, and nothing changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication, QImage

from app.roles import ROLES, Role
from app.workers.camera_worker import Cameras
from tests.app.acts import drop, files
from tests.soak.footage import SoakCamera
from tests.soak.kinds import Kinds
from tests.soak.waiting import until


class FaultsOfInput(Kinds):
    @property
    def kinds(self) -> dict[str, Callable[[], None]]:
        return {
            **super().kinds,
            "damaged photo": self.damaged_photo,
            "damaged film": self.damaged_film,
            "damaged project": self.damaged_project,
            "enormous picture pasted": self.enormous,
            "photo gone before saving": self.photo_gone,
            "camera unplugged": self.camera_unplugged,
            "no camera": self.no_camera,
        }

    def damaged_photo(self) -> None:
        path = self._user._folder / f"damaged{self._dice.choice(('.jpg', '.png', '.gif'))}"
        path.write_bytes(self._spoilt(self._dice.choice(self._user._photos)))
        self._dropped(path, self._dice.choice(ROLES))

    def _spoilt(self, path: Path) -> bytes:
        """Its bytes, 40 of them others, and the end cut off."""
        data = bytearray(path.read_bytes())
        random = np.random.default_rng(self._dice.randrange(2**32))
        for place in random.integers(0, len(data), 40):
            data[place] = int(random.integers(256))
        del data[int(random.integers(len(data) // 2, len(data))) :]
        return bytes(data)

    def _dropped(self, path: Path, role: Role) -> None:
        """Wait until a photo is there or refused; a refused one changes nothing."""
        session = self._desk.session
        before = session.document
        drop(self._desk.window.photos[role], files(path))
        until(lambda: not session.slot(role).busy, "an answer about a photo")
        if session.slot(role).problem:
            assert session.document == before, "a refused photo changed the document"
            self._user.figures.checks["photos refused in a sentence"] += 1

    def damaged_project(self) -> None:
        path, session = self._user._folder / "damaged.mimesh", self._desk.session
        path.write_text('{"format": "mimesh project", "version": 1, "source": {"path": 7}}')
        before = session.document
        self._desk.projects.open(path)
        assert session.document == before and "damaged" in session.message, session.message

    def damaged_film(self) -> None:
        film = self._dice.choice(self._user.films[:2])
        path = self._user._folder / f"damaged{film.suffix}"
        path.write_bytes(self._spoilt(film))
        self._dropped(path, "driving")

    def enormous(self) -> None:
        session, before = self._desk.session, self._desk.session.document
        QGuiApplication.clipboard().setImage(QImage(12_001, 10_000, QImage.Format.Format_Mono))
        self._desk.window.menus.paste.trigger()
        assert any("megapixels" in session.slot(role).problem for role in ROLES), session.message
        assert session.document == before, "a refused picture changed the document"
        QGuiApplication.clipboard().clear()
        for role in ROLES:
            session.dismiss_problem(role)

    def photo_gone(self) -> None:
        """What was read is in the window: it is saved, and says less of where it comes from."""
        photo, user = self._user._photos[0], self._user
        path = user._folder / f"gone{photo.suffix}"
        shutil.copy(photo, path)
        self._shown(path)
        path.unlink()
        user.export(self._desk.window.menus.save, user.out / "result.png")
        self._shown(photo)

    def _shown(self, path: Path) -> None:
        drop(self._desk.window.photos["source"], files(path))
        until(lambda: not self._desk.session.slot("source").busy, "a source")
        assert self._user.settled() and not self._desk.session.slot("source").problem

    def camera_unplugged(self) -> None:
        self._user.switch_on()
        SoakCamera.pulled = True
        try:
            self._user.goes_off()
        finally:
            SoakCamera.pulled = False
        until(lambda: self._user.heard("sends no more pictures"), "a word about the camera")

    def no_camera(self) -> None:
        worker, before = self._desk.camera, self._desk.camera.cameras
        worker.cameras = Cameras(list, SoakCamera)
        try:
            self._user.forget()
            self._desk.window.menus.drive.camera.trigger()
            self._user.goes_off()
            until(lambda: self._user.heard("No camera was found"), "a word about the camera")
        finally:
            worker.cameras = before
