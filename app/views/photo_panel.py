"""One of the two photos: a drop zone, the picture with its faces, and how to get another one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from ..crops import FAR_MOVE, GROW, MOVE
from ..theme import Colours
from ..tr import later, tr
from .drop_zone import DropZone
from .image_view import ImageView, Picture, Rect
from .overlay import Overlay
from .person_strip import PersonStrip
from .photo_bar import CROP, NOTE, PhotoBar
from .photo_menu import PhotoMenu

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
SIZES = {Qt.Key.Key_Plus: GROW, Qt.Key.Key_Equal: GROW, Qt.Key.Key_Minus: 1 / GROW}

EMPTY = later("Drop a photo here,\nor several of one person,\npaste one with Ctrl+V,\nor choose “Open…”.\n\n{purpose}.")
EMPTY_DRIVER = later("Drop a photo, a film or a folder,\npaste with Ctrl+V,\nor choose “Open…”.\n\n{purpose}.")


class PhotoPanel(DropZone):
    """Emits what the user wants with this photo; shows what it is told."""

    open_wanted = Signal()
    sample_wanted = Signal(object)  # Path
    clicked = Signal(float, float)  # corner coordinates of the photo
    dismissed = Signal()
    remedy_wanted = Signal()
    box_key = Signal(float, float, float)  # shares of the side by which to move right and down, and to make larger

    def __init__(
        self,
        title: str,
        subtitle: str,
        drop_text: str,
        empty: str = EMPTY,
        further_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """``empty``: a key of what to do, with a place for the ``purpose``, which is the subtitle; ``further_text``:
        what else a drop can do where there is a photo already.
        """
        super().__init__(title, parent)
        self.setToolTip(tr("{title}: {subtitle}.", title=title, subtitle=subtitle))
        self.header.setToolTip(self.toolTip())
        self._drop_text, self._further_text = drop_text, further_text
        self.image = ImageView()
        self.overlay = Overlay(self.image, tr(empty, purpose=subtitle[:1].upper() + subtitle[1:]))
        self.bar = PhotoBar(title)
        self.note = self.bar.note
        self.samples_menu = PhotoMenu(self)
        self.samples_button = self.add_button(
            tr("Photos ▾"), tr("Photos that come with the app, and those opened lately"), self.samples_menu
        )
        self.open_button = self.add_button(tr("Open…"))
        self.add_body(self.overlay)
        self.strip = PersonStrip()
        self.add_footer(self.strip)
        self.add_footer(self.bar)
        self.samples_button.setEnabled(False)
        self.samples_menu.filled.connect(self.samples_button.setEnabled)
        self.samples_menu.chosen.connect(self.sample_wanted)
        self.open_button.clicked.connect(self.open_wanted)
        self.image.clicked.connect(self.clicked)
        self.overlay.dismissed.connect(self.dismissed)
        self.overlay.remedy_wanted.connect(self.remedy_wanted)
        self.show_photo(None, [], "")

    def show_photo(self, picture: Picture | None, frames: list[tuple[Rect, str, bool]], note: str) -> None:
        """The photo with its frames (see :meth:`ImageView.set_frames`), and a line about it."""
        self.overlay.show_empty(picture is None)
        if picture is not self.image.picture:
            self.image.set_picture(picture)
        self.image.set_frames(frames)
        self.note.set_full_text(note)

    def show_mode(self, face: int) -> None:
        """The face of the line below; keys go to the square that lies on the photo."""
        self.bar.setCurrentIndex(face)
        if face != NOTE:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_colours(self, colours: Colours) -> None:
        self.image.show_colours(colours)

    def show_drag(self, active: bool) -> None:
        """Something droppable is over the window: say what dropping here would do."""
        further = "\n\n" + self._further_text if self._further_text and self.image.picture is not None else ""
        self.overlay.show_drop(self._drop_text + further if active else "", self.hovered)

    def is_further(self, event: QDropEvent) -> bool:
        """With Shift, or on the strip: not instead of the photo but beside it."""
        on_strip = self.strip.isVisible() and self.strip.geometry().contains(event.position().toPoint())
        return on_strip or super().is_further(event)

    # Qt events

    def event(self, event: QEvent) -> bool:
        """While a square lies on the photo its keys come before the menus' (+ and − zoom the result)."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._takes(event):
            if self.hasFocus() and self.bar.currentIndex() == NOTE and self.image.picture is not None:
                self.image.keyPressEvent(event)  # which ignores what neither zooms nor moves it
            else:
                super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            (self.bar.done_wanted if self.bar.currentIndex() == CROP else self.bar.cancel_wanted).emit()
        elif event.key() in ENTER:
            (self.bar.done_wanted if self.bar.currentIndex() == CROP else self.bar.look_wanted).emit()
        elif event.key() in SIZES:
            self.box_key.emit(0.0, 0.0, SIZES[Qt.Key(event.key())])
        else:
            right, down = ARROWS[Qt.Key(event.key())]
            step = FAR_MOVE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else MOVE
            self.box_key.emit(right * step, down * step, 1.0)

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether the square on the photo has a use for a key; all but Escape are those of what has the focus."""
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        mine = (*ENTER, *SIZES, *ARROWS) if self.window().focusWidget() is self else ()
        known = event.key() in (Qt.Key.Key_Escape, *mine)
        return self.bar.currentIndex() != NOTE and known and held == Qt.KeyboardModifier.NoModifier
