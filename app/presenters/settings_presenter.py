"""What the window remembers: colours, layout, recent files."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from ..choice import PhotoChoice
from ..look import MESH_LOOKS
from ..roles import Role
from ..session import Session
from ..store.folders import Folders
from ..store.settings import Settings, as_bytes, as_text
from ..theme import Choice, Theme
from ..tr import LANGUAGES, tr
from ..views.main_window import MainWindow
from ..workers.keeper import Keeper, KeepOrder

LAYOUT_VERSION = 2
"""Of the panels there are: a layout of other panels is not taken."""


class SettingsPresenter(QObject):
    recent_changed = Signal()

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        theme: Theme,
        keeper: Keeper,
        folders: Folders,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._window, self._theme, self._keeper = session, window, theme, keeper
        self._path = folders.settings
        self.settings = settings
        self._told = False
        self._noted: dict[Role, PhotoChoice] = {}
        window.menus.theme_wanted.connect(self._choose_theme)
        window.menus.language_wanted.connect(self._choose_language)
        keeper.failed.connect(self._tell)
        window.menus.reset_layout.triggered.connect(window.arrange)
        session.photo_changed.connect(self._note_photo)
        self._apply()
        session.habits_changed.connect(self._note_habits)

    def _apply(self) -> None:
        settings = self.settings
        if settings.theme in ("light", "dark"):
            self._theme.choose(cast(Choice, settings.theme))
        self._window.menus.show_theme(self._theme.choice)
        self._window.menus.show_language(settings.language if settings.language in LANGUAGES else "system")
        self._window.edit.linked.setChecked(settings.both_eyes)
        self._session.set_camera(device=settings.camera, mirror=settings.mirror)
        self._window.placed = bool(settings.geometry) and self._window.restoreGeometry(as_bytes(settings.geometry))
        if settings.layout:
            self._window.restoreState(as_bytes(settings.layout), LAYOUT_VERSION)
        meshes = settings.meshes if settings.meshes in MESH_LOOKS else MESH_LOOKS[0]
        self._session.set_look(meshes=meshes, arrows=settings.arrows, mask=settings.mask)
        self._session.set_habits(settings.habits)
        self._show_recent()

    def note_project(self, path: Path) -> None:
        self._keep_recent("recent_projects", path)

    def finish(self) -> None:
        """The window closes: write how it stands."""
        window = self._window
        self.settings = replace(
            self.settings,
            geometry=as_text(bytes(window.saveGeometry().data())),
            layout=as_text(bytes(window.saveState(LAYOUT_VERSION).data())),
            both_eyes=window.edit.linked.isChecked(),
            camera=self._session.camera.device,
            mirror=self._session.camera.mirror,
            **asdict(self._session.look),
        )
        self._keep()

    def note_notice(self) -> None:
        """The notice about consent was accepted: it does not come again."""
        self.settings = replace(self.settings, noticed=True)
        self._keep()

    def forget_recent(self) -> None:
        """Name no recent file any more, in dialogs neither."""
        self._told = False  # whoever asks to be forgotten is to know where that did not work
        self.settings = replace(self.settings, recent_projects=(), recent_photos=(), recent_films=())
        self._session.set_habits(self._session.habits.without_names())
        self._keep()
        self._show_recent()

    def _note_habits(self) -> None:
        self.settings = replace(self.settings, habits=self._session.habits)
        self._keep()

    def _choose_language(self, choice: str) -> None:
        self.settings = replace(self.settings, language=choice)
        self._session.set_message(tr("The language changes when Mimesh is started again."))
        self._told = False  # it is a promise: where it cannot be kept, that is said in its place
        self._keep()

    def _choose_theme(self, choice: Choice) -> None:
        self._theme.choose(choice)
        self.settings = replace(self.settings, theme=choice)
        self._keep()

    def _note_photo(self, role: Role) -> None:
        """Once it was read: only then is it known whether it moves."""
        slot = self._session.slot(role)
        if slot.shown is None or slot.busy or slot.shown.order.choice == self._noted.get(role):
            return
        choice = self._noted[role] = slot.shown.order.choice
        if isinstance(choice.origin, Path) and choice.origin not in self._window.samples:
            kind = "recent_photos" if slot.shown.footage is None else "recent_films"
            self._keep_recent(kind, choice.origin.absolute())

    def _keep_recent(self, kind: str, path: Path) -> None:
        settings = self.settings.with_recent(kind, path)
        if settings != self.settings:
            self.settings = settings
            self._keep()
            self._show_recent()

    def _keep(self) -> None:
        self._keeper.keep(KeepOrder(self._path, self.settings.to_text()))

    def _tell(self, order: KeepOrder, why: str) -> None:
        """Settings that cannot be written are worth one sentence, not one each time."""
        if order.path == self._path and not self._told:
            self._told = True
            self._session.set_message(tr("What you set here will not be remembered: {why}", why=why))

    def _show_recent(self) -> None:
        self._window.menus.show_recent([Path(path) for path in self.settings.recent_projects])
        for role, panel in self._window.photos.items():
            panel.samples_menu.show_recent([Path(path) for path in self.settings.recent_for(role)])
