"""The photos of one person as a strip: a click draws one, Delete or its menu removes one, + adds more."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QIcon, QImage, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListWidget, QListWidgetItem, QMenu, QWidget

from ..slot import Portrait
from ..theme import Colours
from ..tr import tr
from .panel import Button
from .portraits import CELL, ICON, MAIN, STRANGER, Portraits


class PersonStrip(QWidget):
    """Nothing is seen of it where there are not several photos."""

    chosen = Signal(int)
    removal_wanted = Signal(int)
    add_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.list = PortraitList()
        self.add_button = Button("+")
        self.add_button.setObjectName("small")
        self.add_button.setToolTip(tr("Add photos of this person: the face’s shape is fitted to all (Ctrl+Shift+A)"))
        self.add_button.setAccessibleName(tr("Add photos of this person"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.list, 1)
        row.addWidget(self.add_button)
        self.list.chosen.connect(self.chosen)
        self.list.removal_wanted.connect(self.removal_wanted)
        self.add_button.clicked.connect(self.add_wanted)
        self.hide()

    def show_photos(self, photos: tuple[Portrait, ...], main: int) -> None:
        """Several photos, () for a single one, and which of them is drawn."""
        panel = self.parentWidget()
        if not photos and panel is not None and self.isAncestorOf(self.window().focusWidget()):
            panel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.list.show_photos(photos, main)
        self.setVisible(bool(photos))

    def show_colours(self, colours: Colours) -> None:
        self.list.portraits.colours = colours
        self.list.viewport().update()


class PortraitList(QListWidget):
    chosen = Signal(int)
    removal_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Photos of this person"))
        self.portraits = Portraits(self)
        self.setItemDelegate(self.portraits)
        self.menu = QMenu(self)
        self.draw_action = self.menu.addAction(tr("&Draw this photo"))
        self.remove_action = self.menu.addAction(tr("&Remove this photo"))
        self.draw_action.triggered.connect(lambda: self.chosen.emit(self.currentRow()))
        self.remove_action.triggered.connect(lambda: self.removal_wanted.emit(self.currentRow()))
        self._photos: tuple[Portrait, ...] = ()
        self._make_room()

    def show_photos(self, photos: tuple[Portrait, ...], main: int) -> None:
        if photos is not self._photos:
            row = self.currentRow()
            self._photos = photos
            self.clear()
            for number, photo in enumerate(photos):
                self.addItem(_item(photo, number == main))
            self.setCurrentRow(min(row, len(photos) - 1) if row >= 0 else main)
            self._make_room()

    # Qt events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.chosen.emit(self.currentRow())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.currentRow() >= 0:
            self.removal_wanted.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        item = self.itemAt(event.position().toPoint())
        if item is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.row(item))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the photo under the mouse, or by the menu key of the one that has the focus."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if by_mouse else self.currentItem()
        if item is not None:
            self.setCurrentItem(item)
            self.draw_action.setEnabled(not item.data(MAIN))
            at = event.globalPos() if by_mouse else self.viewport().mapToGlobal(self.visualItemRect(item).bottomLeft())
            self.menu.popup(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        scrolls = self.count() * CELL.width() > self.width() - 2 * self.frameWidth()
        bar = self.horizontalScrollBar().sizeHint().height() if scrolls else 0
        self.setFixedHeight(CELL.height() + 2 * self.frameWidth() + bar)


def _item(photo: Portrait, main: bool) -> QListWidgetItem:
    item = QListWidgetItem()
    item.setIcon(QIcon(_pixmap(photo)))
    item.setData(MAIN, main)
    item.setData(STRANGER, photo.stranger)
    lines = [photo.label]
    if photo.stranger:
        lines.append(tr("This face is unlike the others. If it is someone else’s, remove the photo (Delete)."))
    lines.append(tr("The photo that is drawn") if main else tr("Click to draw this photo"))
    item.setToolTip("\n".join(lines))
    item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(lines))
    return item


def _pixmap(photo: Portrait) -> QPixmap:
    data = np.ascontiguousarray(photo.picture)
    height, width = data.shape[:2]
    image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    side = 2 * ICON  # for screens with small pixels
    mode = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(side, side, *mode))
