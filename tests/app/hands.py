"""Longer acts of a person: through the menus to an entry, into a list of choices, an answer to a dialog."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMenu,
    QMenuBar,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from tests.app.acts import LEFT, NONE, wait
from tests.soak.answering import LOOK_MS, answering
from tests.soak.waiting import until


def choose(action: QAction) -> None:
    """Open the menus above an entry, one after the other, and click on it; of several ways that of the menu bar."""
    menus = [each for each in action.associatedObjects() if isinstance(each, QMenu)]
    menu = min(menus, key=lambda each: isinstance(_above(each), QPushButton))
    open_menu(menu)
    _click_entry(menu, action)


def open_menu(menu: QMenu) -> None:
    """With the button or the menu bar it belongs to."""
    above = _above(menu)
    if isinstance(above, QPushButton):
        assert above.isEnabled()
        _click(above, above.rect().center())
    else:
        if isinstance(above, QMenu):
            open_menu(above)
        _click_entry(above, menu.menuAction())
    assert menu.isVisible(), "the menu does not open"


def _above(menu: QMenu) -> QMenuBar | QMenu | QPushButton:
    """What opens it."""
    return next(
        each for each in menu.menuAction().associatedObjects() if isinstance(each, QMenuBar | QMenu | QPushButton)
    )


def _click_entry(menu: QMenuBar | QMenu, action: QAction) -> None:
    assert action.isVisible() and action.isEnabled(), f"{action.text()} cannot be chosen"
    _click(menu, menu.actionGeometry(action).center())


def _click(widget: QWidget, place: QPoint) -> None:
    """A menu closes where the mouse has not moved since it opened."""
    assert widget.isVisible(), "nobody could click there"  # and Qt would crash
    QTest.mouseMove(widget, place)
    QTest.mouseClick(widget, LEFT, NONE, place)


def texts(menu: QMenu) -> list[str]:
    """The entries a person reads."""
    return [action.text().replace("&&", "&") for action in menu.actions() if action.isVisible() and action.text()]


def pick(box: QComboBox, text: str) -> None:
    """Open a list of choices with the mouse, go to the one with ``text`` in it by arrow keys, take it."""
    wanted = next(index for index in range(box.count()) if text in box.itemText(index))
    QTest.mouseClick(box, LEFT)
    view = box.view()
    assert view.isVisible(), "the list does not open"
    steps = wanted - view.currentIndex().row()
    for _ in range(abs(steps)):
        QTest.keyClick(view, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert text in box.currentText()


def press(box: QCheckBox | QRadioButton) -> None:
    """Click on its words: beside them it takes no click."""
    QTest.mouseClick(box, LEFT, NONE, QPoint(min(30, box.width() // 2), box.height() // 2))


def write(field: QLineEdit | QSpinBox, text: str) -> None:
    """Type over what stands there."""
    field.setFocus()
    field.selectAll()
    type_text(field, text)


def type_text(widget: QWidget, text: str) -> None:
    """Letters that are not ASCII come as a keyboard sends them: ``QTest.keyClicks`` would crash."""
    for letter in text:
        if letter.isascii():
            QTest.keyClicks(widget, letter)
        else:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(widget, QKeyEvent(kind, 0, NONE, letter))


def file_dialog(*paths: Path, proposal: str = "") -> AbstractContextManager[None]:
    """Inside, the file dialog that opens gets these paths pasted and a click, or Escape where there is none.

    ``proposal``: the name that has to stand there before.
    """

    def answer(dialog: QFileDialog) -> None:
        name = _name_field(dialog)
        assert not proposal or name.text() == proposal, name.text()
        if paths:
            fill(dialog, *paths)
        else:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

    return answering(QFileDialog, answer)


def fill(dialog: QFileDialog, *paths: Path) -> None:
    """Paste them, and click."""
    name = _name_field(dialog)
    # Pasted: without a window system what is typed letter by letter marks files in the list, whose names take over.
    QGuiApplication.clipboard().setText(str(paths[0]) if len(paths) == 1 else " ".join(f'"{p}"' for p in paths))

    def pasted() -> bool:
        """A folder is listed in its own time, and then marks the file that was proposed once more."""
        name.selectAll()
        QTest.keySequence(name, QKeySequence.StandardKey.Paste)
        return {Path(each).stem for each in dialog.selectedFiles()} == {path.stem for path in paths}

    until(pasted, "the name in the file dialog")
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    QTest.mouseClick(buttons.buttons()[0], LEFT)


def _name_field(dialog: QFileDialog) -> QLineEdit:
    (name,) = (edit for edit in dialog.findChildren(QLineEdit) if edit.objectName() == "fileNameEdit")
    return name


def question(button: str, *words: str) -> AbstractContextManager[None]:
    """Inside, a question that says ``words`` is answered by clicking on ``button``."""

    def answer(box: QMessageBox) -> None:
        said = f"{box.text()}\n{box.informativeText()}"
        found = {each.text().replace("&", ""): each for each in box.buttons()}
        try:
            assert all(word in said for word in words), said
        finally:
            QTest.mouseClick(found[button], LEFT)

    return answering(QMessageBox, answer)


@contextmanager
def unasked() -> Iterator[None]:
    """Inside, no dialog may open: one that does is left with Escape, or the test would wait for it."""
    seen: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            seen.append(getattr(dialog, "text", dialog.windowTitle)())
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    try:
        yield
        wait(3 * LOOK_MS)
    finally:
        timer.stop()
    assert not seen, f"it was asked: {seen}"


def name_dialog(name: str) -> AbstractContextManager[None]:
    """Inside, the dialog that asks for a name gets one, and Enter."""

    return answering(QInputDialog, lambda dialog: give_name(dialog, name))


def give_name(dialog: QInputDialog, name: str) -> None:
    (box,) = dialog.findChildren(QComboBox)
    type_text(box, name)  # what stands there is marked, and typed over
    QTest.keyClick(box, Qt.Key.Key_Return)


def dialog_of(kind: type[QWidget]) -> QWidget:
    """The only open window of a kind."""
    (found,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())
    return found


def named(window: QWidget, text: str) -> list[QPushButton]:
    """The buttons that bear a text, from the top down."""
    found = [each for each in window.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    return sorted(found, key=lambda each: each.mapTo(window, QPoint(0, 0)).y())
