"""What concerns the window as a whole: menu, clipboard, drops beside the photos, colours."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication

from ..roles import ROLES, Role
from ..session import Session
from ..theme import Theme
from ..tr import tr
from ..views.main_window import MainWindow
from .mesh_presenter import MeshPresenter
from .photo_presenter import PhotoPresenter


class WindowPresenter(QObject):
    def __init__(
        self,
        session: Session,
        window: MainWindow,
        theme: Theme,
        photos: dict[Role, PhotoPresenter],
        mesh: MeshPresenter,
        samples: list[Path],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._window, self._photos, self._mesh = session, window, photos, mesh
        menus = window.menus
        menus.open_source.triggered.connect(lambda: photos["source"].open())
        menus.open_driving.triggered.connect(lambda: photos["driving"].open())
        for role in ROLES:
            menus.crop[role].triggered.connect(photos[role].crop.toggle)
        menus.paste.triggered.connect(self.paste)
        menus.swap.triggered.connect(session.swap)
        window.swap_button.clicked.connect(session.swap)
        menus.look.front.triggered.connect(mesh.face_front)
        menus.quit.triggered.connect(window.close)
        window.moves.nowhere.connect(
            lambda: session.set_message(tr("Go into a panel first, with Tab or a click: then keys move it."))
        )
        window.dropped.connect(self._take)
        window.samples = samples
        theme.changed.connect(self._show_colours)
        for role in ROLES:
            window.photos[role].samples_menu.show_samples(samples)
        window.show_colours(theme.colours)

    def paste(self) -> None:
        """Into the photo that has the focus; without one, into the first that is empty, else the driver."""
        data = QGuiApplication.clipboard().mimeData()
        if data is not None:
            focused = [role for role in ROLES if self._window.docks[role].isAncestorOf(self._window.focusWidget())]
            with_focus = [role for role in ROLES if self._window.photos[role].hasFocus()]
            for role in (with_focus + focused)[:1]:
                self._photos[role].take_here(data)
                return
            self._photos[self._free()].take(data)

    def _take(self, data: QMimeData) -> None:
        """Something was dropped beside the photos: it is for the side that is free."""
        self._photos[self._free()].take(data)

    def _free(self) -> Role:
        return "source" if self._session.slot("source").wanted is None else "driving"

    def _show_colours(self, colours: object) -> None:
        self._window.show_colours(colours)  # type: ignore[arg-type]
        self._mesh.show_colours(colours)  # type: ignore[arg-type]
        for presenter in self._photos.values():
            presenter.show_colours(colours)  # type: ignore[arg-type]
