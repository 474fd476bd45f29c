"""Rows in which photos are chosen: which sources, which drivers, and what a dialog adds below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QWidget

from core.errors import InputError

from ..batches import MOST, pictures
from ..numbers import shown
from ..tr import tr
from . import dialogs
from .panel import Button, ElidedLabel


class PairsGrid(QGridLayout):
    """``photos``: what is chosen as "sources" and as "drivers"; ``start``: the folder that is shown first."""

    changed = Signal()

    def __init__(self, photos: dict[str, tuple[Path, ...]], start: Path, owner: QWidget) -> None:
        super().__init__()
        self.photos, self.start, self._owner = dict(photos), start, owner
        self._problems: dict[str, str] = {}
        self.texts: dict[str, ElidedLabel] = {}
        self.setHorizontalSpacing(12)
        self.setVerticalSpacing(8)
        self.setColumnStretch(1, 1)
        for name, label in (("sources", tr("Sources")), ("drivers", tr("Drivers"))):
            some, folder = Button(tr("Photos…")), Button(tr("Folder…"))
            some.setToolTip(tr("Choose one or several photos"))
            folder.setToolTip(tr("Choose a folder: all photos in it are taken"))
            some.clicked.connect(lambda _=False, name=name: self._choose_photos(name))
            folder.clicked.connect(lambda _=False, name=name: self.take(name, self.ask_folder()))
            self.texts[name] = self.add_row(label, some, folder)
            self._show(name)

    def add_row(self, label: str, *buttons: Button) -> ElidedLabel:
        """A row with a label, a text that is given back, and buttons at the right."""
        row, text = self.rowCount(), ElidedLabel()
        self.addWidget(QLabel(label), row, 0)
        self.addWidget(text, row, 1)
        for column, button in enumerate(buttons, 4 - len(buttons)):
            self.addWidget(button, row, column)
        return text

    def add_widget_row(self, label: str, widget: QWidget) -> None:
        """A row that a widget fills."""
        row, name = self.rowCount(), QLabel(label)
        name.setBuddy(widget)
        self.addWidget(name, row, 0)
        self.addWidget(widget, row, 1, 1, 3)

    def take(self, name: str, paths: list[Path]) -> None:
        """Photos, or folders of them, as "sources" or "drivers"; where there are none, nothing is chosen."""
        if not paths:
            return
        self._problems.pop(name, None)
        try:
            self.photos[name] = pictures(paths)
            self.start = paths[0].parent
        except InputError as error:
            self.photos[name], self._problems[name] = (), str(error)
        self._show(name)
        self.changed.emit()

    @property
    def problem(self) -> str:
        """What is wrong with what was chosen, "" for nothing."""
        return next(iter(self._problems.values()), "")

    @property
    def wanted(self) -> str:
        """What is to be chosen next, or wrong with the number of pairs; "" for nothing."""
        count = len(self.photos["sources"]) * len(self.photos["drivers"])
        if not self.photos["sources"]:
            return tr("Choose the sources: photos, or a folder of photos, of the faces you keep.")
        if not self.photos["drivers"]:
            return tr("Choose the drivers: photos, or a folder of photos, with the poses and expressions to copy.")
        if count > MOST:
            return tr("That would be {count} pictures; the limit is {most}.", count=shown(count), most=shown(MOST))
        return ""

    @property
    def counted(self) -> str:
        """How many of each are chosen."""
        sources, drivers = (shown(len(self.photos[name])) for name in ("sources", "drivers"))
        return tr("Sources: {sources}. Drivers: {drivers}.", sources=sources, drivers=drivers)

    def ask_folder(self) -> list[Path]:
        """The folder that is chosen, or nothing."""
        found = QFileDialog.getExistingDirectory(self._owner, tr("Folder"), str(self.start))
        return [Path(found)] if found else []

    def _choose_photos(self, name: str) -> None:
        found, _ = QFileDialog.getOpenFileNames(self._owner, tr("Photos"), str(self.start), tr(dialogs.PHOTOS))
        self.take(name, [Path(each) for each in found])

    def _show(self, name: str) -> None:
        self.texts[name].set_full_text(_in_words(self.photos[name]))


def _in_words(chosen: tuple[Path, ...]) -> str:
    if not chosen:
        return tr("none chosen")
    names = ", ".join(path.name for path in chosen[:3])
    return names if len(chosen) <= 3 else tr("{count} photos: {names}, …", count=shown(len(chosen)), names=names)
