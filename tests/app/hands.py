"""Longer acts of a person: through the menus to an entry, into a list of choices, an answer to a dialog."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
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
from tests.soak.answering import answering

READING_MS = 100
"""Milliseconds a file dialog takes to list its folder: what is answered before is taken for a folder to enter."""


def choose(action: QAction) -> None:
    """Open the menus above an entry, one after the other, and click on it."""
    menu = next(each for each in action.associatedObjects() if isinstance(each, QMenu))
    open_menu(menu)
    _click_entry(menu, action)


def open_menu(menu: QMenu) -> None:
    """With the button or the menu bar it belongs to."""
    above = next(
        each for each in menu.menuAction().associatedObjects() if isinstance(each, QMenuBar | QMenu | QPushButton)
    )
    if isinstance(above, QPushButton):
        assert above.isEnabled()
        _click(above, above.rect().center())
    else:
        if isinstance(above, QMenu):
            open_menu(above)
        _click_entry(above, menu.menuAction())
    assert menu.isVisible(), "the menu does not open"


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
    QTest.keyClicks(field, text)


def file_dialog(*paths: Path) -> AbstractContextManager[None]:
    """Inside, the file dialog that opens is answered by typing these paths, or left with Escape where there is none."""

    def answer(dialog: QFileDialog) -> None:
        (name,) = (edit for edit in dialog.findChildren(QLineEdit) if edit.objectName() == "fileNameEdit")
        if not paths:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            return
        write(name, str(paths[0]) if len(paths) == 1 else " ".join(f'"{path}"' for path in paths))
        wait(READING_MS)
        QTest.keyClick(QApplication.activePopupWidget() or name, Qt.Key.Key_Return)  # the list of proposals

    return answering(QFileDialog, answer)


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


def name_dialog(name: str) -> AbstractContextManager[None]:
    """Inside, the dialog that asks for a name gets one, and Enter."""

    def answer(dialog: QInputDialog) -> None:
        (box,) = dialog.findChildren(QComboBox)
        line = box.lineEdit()
        assert line is not None
        write(line, name)
        QTest.keyClick(line, Qt.Key.Key_Return)

    return answering(QInputDialog, answer)


def dialog_of(kind: type[QWidget]) -> QWidget:
    """The only open window of a kind."""
    (found,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())
    return found
