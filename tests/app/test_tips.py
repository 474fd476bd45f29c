"""Whatever can be used with the mouse says in plain words what it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.application import Desk
from app.batches import Batch
from app.exports import Wishes
from app.study import Contestant, Study
from app.views.alpha_slider import AlphaSlider
from app.views.batch_dialog import BatchDialog
from app.views.export_dialog import ExportDialog
from app.views.number_row import NumberRow
from app.views.offer_bar import OfferBar
from app.views.study_dialog import StudyDialog
from core.errors import OutputError
from core.types import Controls
from tests.app.acts import drop, files
from tests.app.conftest import PATIENCE
from tests.app.driver_films import animation, folder
from tests.app.test_camera import cameras, live

__all__ = ["cameras"]
CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QListWidget)
ROWS = (NumberRow, AlphaSlider)
"""Their tip is that of all that is in them: Qt asks the parent of a widget without one."""


def controls(window: QWidget) -> list[QWidget]:
    """What is seen and can be used, but for what Qt itself puts in: scroll bars, arrows of tabs, lines of boxes."""
    return [
        widget
        for kind in CONTROLS
        for widget in window.findChildren(kind)
        if widget.isVisible()
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parent(), QTabBar | QLineEdit | QComboBox | QAbstractSpinBox)
    ]


def silent(window: QWidget) -> list[str]:
    """Those that say nothing."""
    return sorted(
        f"{type(each).__name__} “{getattr(each, 'text', str)()}” in {type(each.parent()).__name__}"
        for each in controls(window)
        if not each.toolTip()
        and not (isinstance(each.parent(), ROWS) and each.parent().toolTip())
        and not isinstance(each.parent(), OfferBar)  # whose sentence its two answers belong to
    )


def test_every_control_of_the_window_has_a_tip(loaded: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    window, found = loaded.window, []

    def fail(*_: object) -> str:
        raise OutputError("no")

    loaded.jobs.add("a.png", tmp_path, fail)
    loaded.jobs.add("b.png", tmp_path, lambda *_: "done")
    qtbot.waitUntil(lambda: not loaded.session.jobs.unfinished, timeout=PATIENCE)
    window.offer.offer("a", "b")
    window.trouble.offer("a", "b")
    window.docks["edit"].bring_up()
    QApplication.processEvents()
    for section in window.edit.sections.values():
        if not section.rows[0].isVisible():
            section.head.click()
    loaded.session.set_edit("yaw", 5.0)
    for dock in window.docks.values():
        dock.bring_up()
        QApplication.processEvents()
        found += silent(window)
    for driver in (animation(tmp_path / "film.webp"), folder(tmp_path / "faces")):
        drop(window.photos["driving"], files(driver))
        qtbot.waitUntil(lambda: loaded.session.footage is not None, timeout=PATIENCE)
        found += silent(window)
    assert len(controls(window)) > 40 and not found, "\n".join(sorted(set(found)))


def test_so_has_the_camera(desk: Desk, qtbot: QtBot, photos: dict[str, Path], cameras: object) -> None:
    live(desk, qtbot, photos)
    assert desk.window.drive.camera.isVisible() and not silent(desk.window)


@pytest.mark.parametrize("kind", ["export", "batch", "study"])
def test_every_control_of_a_dialog_has_a_tip(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    """But the buttons that end it, which say all there is to say."""
    dialogs: dict[str, QDialog] = {
        "export": ExportDialog(Wishes(("image",), (), moves=True), "marked"),
        "batch": BatchDialog(Batch(), tmp_path, "as now", "with edits"),
        "study": StudyDialog(Study(None, None, (), ()), [Contestant("a", None, Controls())], tmp_path),
    }
    for dialog in dialogs.values():
        qtbot.addWidget(dialog)
    shown = dialogs[kind]
    shown.show()
    left = [each for each in silent(shown) if "“Cancel”" not in each and shown.go.text() not in each]
    assert not left, "\n".join(left)
