"""The pictures of a folder as a strip: a click goes to one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from ..tr import tr

ICON = QSize(64, 48)
CELL = QSize(70, 56)


class ThumbnailStrip(QListWidget):
    picked = Signal(int)
    wanted = Signal(list)  # numbers of the pictures that are seen and have no thumbnail yet

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setIconSize(ICON)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(CELL.height() + 18)
        self.setAccessibleName(tr("Pictures of the folder"))
        self._pictures: tuple[Path, ...] = ()
        self._has: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(30)
        self._timer.timeout.connect(self._ask)
        self.horizontalScrollBar().valueChanged.connect(lambda _: self._timer.start())
        self.currentRowChanged.connect(self._pick)

    def show_pictures(self, pictures: tuple[Path, ...]) -> None:
        """The files of a folder, () for none; those that are shown already stay."""
        if pictures == self._pictures:
            return
        self._pictures = pictures
        self._has = set()
        self.blockSignals(True)
        self.clear()
        for picture in pictures:
            item = QListWidgetItem()
            item.setSizeHint(CELL)
            item.setToolTip(picture.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, picture.name)
            self.addItem(item)
        self.blockSignals(False)
        self._timer.start()

    def show_thumbnail(self, path: Path, image: QImage) -> None:
        if path in self._pictures:
            number = self._pictures.index(path)
            self._has.add(number)
            pixmap = QPixmap.fromImage(image)
            icon = QIcon(pixmap)
            icon.addPixmap(pixmap, QIcon.Mode.Selected)  # or Qt would tint the one that is shown
            self.item(number).setIcon(icon)

    def show_current(self, number: int) -> None:
        if number != self.currentRow() and number < self.count():
            self.blockSignals(True)
            self.setCurrentRow(number)
            self.blockSignals(False)
            self.scrollToItem(self.item(number))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._timer.start()

    def _pick(self, number: int) -> None:
        if number >= 0:
            self.picked.emit(number)

    def _ask(self) -> None:
        if not self._pictures or not self.isVisible():
            return
        left = self.horizontalScrollBar().value()
        first, last = left // CELL.width(), (left + self.viewport().width()) // CELL.width() + 1
        seen = range(max(first, 0), min(last + 1, len(self._pictures)))
        missing = [number for number in seen if number not in self._has]
        if missing:
            self.wanted.emit(missing)
