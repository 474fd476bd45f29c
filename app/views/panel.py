"""A card with a title line, a body and an optional line below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

HEADER_HEIGHT = 26


class ElidedLabel(QLabel):
    """A label that shortens its text in the middle instead of pushing its neighbours; the tip shows all of it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_full_text(text)

    @property
    def full_text(self) -> str:
        return self._full

    def set_full_text(self, text: str) -> None:
        self._full = text
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics = self.fontMetrics()
        # Qt indents the text of a label with padding by half an x; what does not fit loses its last letters unseen.
        room = self.contentsRect().width() - metrics.horizontalAdvance("x")
        wanted = self._full if metrics.horizontalAdvance(self._full) <= room else self._shorter()
        shown = metrics.elidedText(wanted, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")

    def _shorter(self) -> str:
        """What is shortened where there is no room for all of it."""
        return self._full


class PartsLabel(ElidedLabel):
    """Of parts with a · between them, where not all fit, the first alone is shown."""

    def _shorter(self) -> str:
        return self.full_text.split(" · ")[0]


class Subtitle(ElidedLabel):
    """Words that may be missing: where not all of them fit, none is shown."""

    def _elide(self) -> None:
        super()._elide()
        if self.text() != self.full_text:
            self.setText("")


class Button(QPushButton):
    """A button that Enter presses while it has the focus: Space belongs to the window.  Its text is never cut off."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAutoDefault(True)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._make_room()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._make_room()
        return done

    def _make_room(self) -> None:
        """A minimum width in the style sheet would be the least a layout leaves, whatever the text."""
        self.setMinimumWidth(self.sizeHint().width())


class Panel(QFrame):
    """Title, a muted explanation beside it, action widgets at the right; ``add_body`` and ``add_footer`` fill it.

    The title line is ``header``; a ``docked`` panel leaves it to its dock, which takes it as the handle.
    """

    keeps_room = False
    """Whether an explanation comes and goes while the panel is used, and must move nothing."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None, docked: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.title = title
        self._title = QLabel(title)
        self._title.setObjectName("title")
        self._subtitle = Subtitle(subtitle)
        self._subtitle.setObjectName("muted")
        self.header = QFrame()
        self._header = QHBoxLayout(self.header)
        self._header.setSpacing(8)
        self._title.setMinimumHeight(HEADER_HEIGHT)
        self._header.addWidget(self._title)
        self._header.addWidget(self._subtitle, 1)
        self.set_subtitle(subtitle)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(10, 7, 10, 10)
        self._box.setSpacing(7)
        if docked:
            self.header.setObjectName("panel")
            self.header.setProperty("part", "top")
            self.setProperty("part", "body")
            self._header.setContentsMargins(10, 7, 10, 0)
        else:
            self.header.setObjectName("plain")
            self._header.setContentsMargins(0, 0, 0, 0)
            self._box.addWidget(self.header)

    def set_subtitle(self, text: str) -> None:
        self._subtitle.set_full_text(text)
        self._subtitle.setVisible(bool(text) or self.keeps_room)  # an empty one costs the space between two widgets
        self._header.setStretchFactor(self._title, 0 if text else 1)

    @property
    def subtitle(self) -> str:
        return self._subtitle.full_text

    def add_button(self, text: str, tip: str = "", menu: QMenu | None = None) -> Button:
        """A button at the right of the title line, which drops ``menu`` where one is given."""
        button = Button(text)
        button.setToolTip(tip)
        button.setFixedHeight(HEADER_HEIGHT)
        if menu is not None:
            button.setMenu(menu)
        self._header.addWidget(button)
        return button

    def add_to_header(self, widget: QWidget) -> None:
        """At the right of the title line."""
        self._header.addWidget(widget)

    def add_body(self, widget: QWidget) -> None:
        self._box.addWidget(widget, 1)

    def add_footer(self, widget: QWidget) -> None:
        self._box.addWidget(widget)
