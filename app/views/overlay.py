"""A picture with things that lie over it: what to do when it is empty, what went wrong, what is going on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from ..tr import tr
from .panel import Button

MARGIN = 8
PADDING = (10, 8)
"""Points left and right of what a banner says, and above and below it."""


class Banner(QLabel):
    """A message that can be clicked away."""

    dismissed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._below = 0
        self.setObjectName("banner")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(tr("Click to close this message"))

    def keep_room(self, below: int) -> None:
        """So many points for what lies in it below the text."""
        self._below = below
        across, down = PADDING
        self.setContentsMargins(across, down, across, down + below)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:  # by which Qt takes the margins for those of the style
            self.keep_room(self._below)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.dismissed.emit()


class Overlay(QWidget):
    """Holds ``content`` and, over it, an empty state, a busy note, a drop hint and a banner.  Nothing ever moves."""

    dismissed = Signal()
    remedy_wanted = Signal()

    def __init__(self, content: QWidget, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._content = content
        self._empty = True
        self._parts: tuple[str, ...] = ()
        content.setParent(self)
        self.empty = self._label("empty", empty)
        self.busy = self._label("busy", "")
        self.drop = self._label("drop", "")
        self.reading = self._label("busy", "")
        self.banner = Banner(self)
        self.banner.dismissed.connect(self.dismissed)
        self.remedy = Button("", self.banner)
        self.remedy.clicked.connect(self.remedy_wanted)
        for hidden in (self.busy, self.drop, self.reading, self.banner, self.remedy):
            hidden.hide()
        self.setMinimumSize(content.minimumSize())

    def show_empty(self, shown: bool) -> None:
        self._empty = shown
        self._content.setVisible(not shown)
        self.empty.setVisible(shown and self.drop.isHidden())

    def show_busy(self, text: str) -> None:
        self.busy.setText(text)
        self.busy.setVisible(bool(text))
        self._place()

    def show_reading(self, *parts: str) -> None:
        """What lies under the cursor, at the lower edge; none = nothing.  Lines break between parts."""
        if parts != self._parts:
            self._parts = parts
            self.reading.setVisible(bool(parts))
            self._place()

    def show_problem(self, text: str, remedy: str = "") -> None:
        """``remedy`` is what a button in the banner says, "" = there is none."""
        self.banner.setText(text)
        self.banner.setVisible(bool(text))
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self.banner.keep_room(self.remedy.sizeHint().height() + MARGIN if remedy else 0)
        self._place()

    def show_drop(self, text: str, hover: bool) -> None:
        """``text`` "" hides the hint; ``hover`` says that letting go now drops here."""
        self.drop.setText(text)
        self.drop.setVisible(bool(text))
        self.empty.setVisible(self._empty and not text)
        self.drop.setProperty("hover", hover)
        self.drop.style().unpolish(self.drop)
        self.drop.style().polish(self.drop)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _label(self, name: str, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(name != "busy")
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return label

    def _place_reading(self, bottom: int, width: int) -> None:
        """At the lower edge, in as many lines as it takes; a part that is wider than ``width`` is wrapped."""
        self.reading.setWordWrap(False)
        lines: list[str] = []
        for part in self._parts:
            longer = f"{lines[-1]} · {part}" if lines else part
            if lines and self._reading_size(longer).width() <= width:
                lines[-1] = longer
            else:
                lines.append(part)
        hint = self._reading_size("\n".join(lines))
        wide, high = hint.width(), hint.height()
        if wide > width:
            self.reading.setWordWrap(True)
            wide, high = width, self.reading.heightForWidth(width)
        self.reading.setGeometry(MARGIN, bottom - high - MARGIN, wide, high)

    def _reading_size(self, text: str) -> QSize:
        self.reading.setText(text)
        return self.reading.sizeHint()

    def _place(self) -> None:
        area = self.rect()
        for filling in (self._content, self.empty, self.drop):
            filling.setGeometry(area)
        width = area.width() - 2 * MARGIN
        height = max(self.banner.heightForWidth(width), self.banner.sizeHint().height() if width <= 0 else 0)
        self.banner.setGeometry(MARGIN, area.height() - height - MARGIN, width, height)
        button = self.remedy.sizeHint()
        self.remedy.setGeometry(PADDING[0], height - button.height() - PADDING[1], button.width(), button.height())
        hint = self.busy.sizeHint()
        wide = min(hint.width(), width)
        self.busy.setGeometry((area.width() - wide) // 2, MARGIN, wide, hint.height())
        self._place_reading(area.height(), width)
        self.drop.raise_()
        self.banner.raise_()
