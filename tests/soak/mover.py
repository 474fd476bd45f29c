"""A person who also takes films, folders and the camera as the driver."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.application import Desk
from app.workers.camera_worker import Cameras
from tests.app.acts import drop, files, wait
from tests.soak.figures import Figures
from tests.soak.footage import DEVICE, SoakCamera, frames, make_films
from tests.soak.user import Saver
from tests.soak.waiting import until


class Mover(Saver):
    def __init__(self, desk: Desk, folder: Path, photos: list[Path], seed: int, figures: Figures) -> None:
        super().__init__(desk, folder, photos, seed, figures)
        self.films = make_films(photos[0], folder)
        SoakCamera.shown, SoakCamera.on, SoakCamera.pulled = frames(photos[-1]), 0, False
        desk.camera.cameras = Cameras(lambda: [DEVICE], SoakCamera)

    def acts(self) -> dict[Callable[[], None], int]:
        moving = {self.film: 3, self.play: 4, self.drive: 4, self.save_driven: 1, self.camera: 1}
        return {**super().acts(), **moving}

    @property
    def moving(self) -> bool:
        """Whether a film or a folder drives."""
        session = self._desk.session
        return session.footage is not None and not session.camera.on

    def film(self) -> None:
        """A film, an animation or a folder becomes the driver."""
        drop(self._desk.window.photos["driving"], files(self.dice.choice(self.films)))
        until(lambda: not self._desk.session.slot("driving").busy, "an answer about a film")

    def play(self) -> None:
        if self.moving:
            play = self._desk.window.menus.drive.play
            play.trigger()
            wait(300)
            if self._desk.session.playing:
                play.trigger()

    def drive(self) -> None:
        """To another frame, marks, another neutral frame, relative or not."""
        if self.moving:
            menu = self._desk.window.menus.drive
            ways = (menu.back, menu.forward, menu.mark_in, menu.mark_out, menu.clear, menu.neutral, menu.relative)
            self._desk.session.go_to(self.dice.randrange(10))
            for action in self.dice.choices(ways, k=3):
                action.trigger()
            self._desk.session.set_smoothing(self.dice.choice((0.0, 0.1, 0.3)))

    def save_driven(self) -> None:
        if not self.moving:
            self.film()
        if self.settled() and self.moving:
            suffix = self.dice.choice((".mp4", ".gif", ".webp"))
            self.export(self._desk.window.menus.drive.save_film, self.out / f"driven{suffix}")

    def camera(self) -> None:
        """On, one of its pictures kept; which switches it off."""
        if self.settled():
            self.switch_on()
            self._desk.window.menus.drive.keep.trigger()
            self.goes_off()

    def switch_on(self) -> None:
        session = self._desk.session
        self._desk.window.menus.drive.camera.trigger()
        until(lambda: session.camera.live and session.driver is not None, "pictures of the camera")

    def goes_off(self) -> None:
        until(lambda: not self._desk.session.camera.on and SoakCamera.on == 0, "the camera going off")
