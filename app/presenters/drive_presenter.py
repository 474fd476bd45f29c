"""Driver bar and menu ↔ the session's film, folder and marks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from ..clip import Clip
from ..numbers import shortest, shown
from ..session import Session
from ..tr import tr
from ..views import dialogs
from ..views.main_window import MainWindow
from ..workers.thumbnail_worker import ThumbnailWorker
from .play_presenter import PlayPresenter


class DrivePresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, thumbnails: ThumbnailWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window, self._bar = session, window, window.drive
        self._thumbnails = thumbnails
        self._rate = 0.0
        self.player = PlayPresenter(session, self)
        self._connect()
        thumbnails.made.connect(self._bar.strip.show_thumbnail)
        self.player.rate_changed.connect(self._show_rate)
        session.photo_changed.connect(self._show)
        session.camera_changed.connect(self._show)
        session.clip_changed.connect(self._show_clip)
        session.playing_changed.connect(self._show_playing)
        session.seen_changed.connect(self._show_note)
        self._show()

    def _connect(self) -> None:
        bar, menu, session = self._bar, self._window.menus.drive, self._session
        for button, action, act in (
            (bar.play.clicked, menu.play.triggered, lambda: self.player.toggle()),
            (bar.back.clicked, menu.back.triggered, lambda: session.step(-1)),
            (bar.forward.clicked, menu.forward.triggered, lambda: session.step(1)),
            (bar.mark_in.clicked, menu.mark_in.triggered, session.mark_in),
            (bar.mark_out.clicked, menu.mark_out.triggered, session.mark_out),
            (bar.clear_marks.clicked, menu.clear.triggered, session.clear_marks),
            (bar.loop.clicked, menu.loop.triggered, session.set_loop),
            (bar.neutral.clicked, menu.neutral.triggered, session.set_neutral),
            (bar.relative_wanted, menu.relative.triggered, session.set_relative),
        ):
            button.connect(act)
            action.connect(act)
        menu.folder.triggered.connect(self.open_folder)
        bar.frame_wanted.connect(session.go_to)
        bar.held.connect(session.set_dragging)
        bar.smoothing_wanted.connect(session.set_smoothing)
        bar.smoothing_reset_wanted.connect(lambda: session.set_smoothing(Clip().smoothing))
        bar.strip.wanted.connect(self._order_thumbnails)

    def open_folder(self) -> None:
        """Ask for a folder of pictures and take it as the driver."""
        choice = self._session.document.driving
        origin = choice.origin if choice is not None else None
        folder = origin.parent if isinstance(origin, Path) else Path.home()
        path = dialogs.ask_folder(self._window, tr("Open a folder of pictures as the driver"), folder)
        if path is not None:
            self._session.order_photo("driving", path, path.name)

    def _order_thumbnails(self, numbers: list[int]) -> None:
        footage = self._session.footage
        if footage is not None:
            self._thumbnails.mailbox.put([footage.pictures[number] for number in numbers])

    def _show(self) -> None:
        session, menu = self._session, self._window.menus.drive
        footage, camera = session.footage, session.camera
        self._bar.show_driver(footage, camera)
        for action in menu.of_film:
            action.setEnabled(footage is not None and not camera.on)
        for action in menu.of_motion:
            action.setEnabled(footage is not None or camera.on)
        self._show_clip()
        self._show_playing()
        self._show_note()

    def _show_clip(self) -> None:
        clip, menu = self._session.clip, self._window.menus.drive
        self._bar.show_clip(clip, self._session.footage)
        menu.loop.setChecked(clip.loop)
        menu.relative.setChecked(clip.relative)

    def _show_playing(self) -> None:
        self._bar.show_playing(self._session.playing)

    def _show_rate(self, rate: float) -> None:
        self._rate = rate
        self._show_note()

    def _show_note(self) -> None:
        """Quietly: a frame without a face, else how fast it plays."""
        session = self._session
        driver, seen = session.driver, session.seen
        if driver is not None and driver.encoded is None and seen is not None:
            self._bar.note.set_full_text(seen.note)
        elif session.camera.on:
            self._bar.note.set_full_text(self._camera_note())
        elif session.playing and self._rate and session.footage is not None:
            self._bar.note.set_full_text(
                tr("{rate} of {fps} frames a second", rate=in_words(self._rate), fps=shortest(session.footage.fps))
            )
        else:
            self._bar.note.set_full_text("")

    def _camera_note(self) -> str:
        if not self._session.camera.live:
            return tr("The camera starts…")
        return tr("{rate} frames a second", rate=in_words(self._rate)) if self._rate else ""


def in_words(rate: float) -> str:
    """A number of pictures a second: few have a decimal."""
    return shown(rate, 0 if rate >= 9.5 else 1)
