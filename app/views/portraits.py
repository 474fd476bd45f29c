"""How the photos of one person are drawn in a strip: the main one framed, a stranger with a mark."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..theme import DARK, Colours

CELL, ICON, GAP, ROUND = QSize(44, 46), 38, 3, 5
"""Five photos lie side by side where the panel is as wide as at first."""

MAIN, STRANGER = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
MARK = 7.0
"""Radius of the mark."""


class Portraits(QStyledItemDelegate):
    colours: Colours = DARK

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CELL

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect = option.rect
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        box = QRectF(rect.x() + GAP, rect.y() + GAP + 1, ICON, ICON)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        shape = QPainterPath()
        shape.addRoundedRect(box, ROUND, ROUND)
        painter.setClipPath(shape)
        icon: QIcon = index.data(Qt.ItemDataRole.DecorationRole)
        painter.setOpacity(1.0 if index.data(MAIN) else 0.8)
        icon.paint(painter, box.toRect())
        painter.restore()
        if index.data(MAIN):
            self._frame(painter, box.adjusted(-1, -1, 1, 1), self.colours.accent, Qt.PenStyle.SolidLine)
        if focused:
            self._frame(painter, box.adjusted(-3, -3, 3, 3), self.colours.text, Qt.PenStyle.DotLine, 1.0)
        if index.data(STRANGER):
            self._mark(painter, box)
        painter.restore()

    def _frame(self, painter: QPainter, box: QRectF, colour: str, style: Qt.PenStyle, width: float = 2.0) -> None:
        painter.setPen(QPen(QColor(colour), width, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, ROUND, ROUND)

    def _mark(self, painter: QPainter, box: QRectF) -> None:
        disc = QRectF(box.right() - 2 * MARK + 2, box.top() - 2, 2 * MARK, 2 * MARK)
        painter.setPen(QPen(QColor(self.colours.on_error), 1.0))
        painter.setBrush(QColor(self.colours.error))
        painter.drawEllipse(disc)
        font = painter.font()
        font.setBold(True)
        font.setPixelSize(11)
        painter.setFont(font)
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, "!")
