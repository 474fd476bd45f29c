"""The app as ``main.py app`` starts it, and every 50 ms in ``STATE`` where its widgets are and what it shows.

``python -m tests.app.story.app STATE.json``.  It is only watched from here: whatever happens, happens by X events.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMenuBar,
    QSpinBox,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)
from shiboken6 import getCppPointer

from app.application import Desk
from app.views.slider import ResetSlider
from app.views.timeline import Timeline

SIZE = (1280, 800)
LEFT = Qt.DockWidgetArea.LeftDockWidgetArea


class Watch:
    def __init__(self, desk: Desk, path: Path) -> None:
        self._desk, self._path = desk, path
        self.timer = QTimer(desk)
        self.timer.timeout.connect(self.write)
        self.timer.start(50)

    def write(self) -> None:
        session, window = self._desk.session, self._desk.window
        widgets: dict[str, QWidget] = {
            "source": window.photos["source"].overlay,
            "driving": window.photos["driving"].overlay,
            "result": window.result.image,
            "mesh": window.mesh,
            "flow": window.flow.header,
            "search": window.edit.search,
            "open source": window.photos["source"].open_button,
            "timeline": window.drive.timeline,
            "in": window.drive.mark_in,
            "out": window.drive.mark_out,
            "play": window.drive.play,
            **{name: alpha.slider for name, alpha in window.controls.sliders.items()},
            **{key: row.slider for key, row in window.edit.rows.items()},
            **{f"{key} box": row.box for key, row in window.edit.rows.items()},
        }
        focus = QApplication.focusWidget()
        photos = {role: session.slot(role).shown for role in window.photos}
        dialogs = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isWindow() and w is not window]
        state = {
            "ready": session.engine.engine is not None,
            "photos": {role: photo.order.label if photo else "" for role, photo in photos.items()},
            "person": [portrait.label for portrait in photos["source"].person] if photos["source"] else [],
            "dial": [session.dial.pose, session.dial.expression, session.dial.mode],
            "edits": dict(session.edits.units),
            "turn": session.turn.yaw,
            "zoom": session.turn.zoom,
            "zoomed": window.result.image.zoomed,
            "left": [n for n, dock in window.docks.items() if window.dockWidgetArea(dock) is LEFT],
            "drawn": window.mesh.has_picture,
            "result": session.result.request.number if session.result else 0,
            "rendered": list(session.result.request.controls.edits.units) if session.result else [],
            "shown_pose": session.result.request.controls.pose if session.result else None,
            "frames": session.footage.count if session.footage else 0,
            "frame": session.clip.frame,
            "shown_frame": session.result.frame if session.result else None,
            "marks": [session.clip.first, session.clip.last],
            "playing": session.playing,
            "jobs": [job.state for job in session.jobs.all],
            "title": window.windowTitle(),
            "unsaved": window.isWindowModified(),
            "held": session.dragging,
            "carried": bool(window.findChildren(QDrag)),
            "message": session.message,
            "drop": {role: panel.overlay.drop.isVisible() for role, panel in window.photos.items()},
            "dialogs": {type(w).__name__: int(w.winId()) for w in dialogs},
            "typed": [e.text() for w in dialogs if isinstance(w, QFileDialog) for e in w.findChildren(QLineEdit)],
            "texts": texts(QApplication.activePopupWidget() or QApplication.activeModalWidget() or window.menuBar()),
            "focus": next((name for name, w in widgets.items() if w is focus), type(focus).__name__),
            "focus_id": getCppPointer(focus)[0] if focus else 0,  # Python's own object may be another each time
            "window": int(window.winId()),
            "active": active(),
            "places": {name: place(w) for name, w in widgets.items() if not w.visibleRegion().isEmpty()},
        }
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(state), encoding="utf-8")
        temporary.replace(self._path)


def active() -> int:
    """The window that keys go to, 0 if none of the app's."""
    window = QApplication.activeWindow()
    return int(window.winId()) if window else 0


def texts(front: QWidget) -> dict[str, list[int]]:
    """What can be clicked in the dialog or menu that is in front: the text on it → where, on the screen."""
    if isinstance(front, QMenu | QMenuBar):
        entries = {action.text(): (front, front.actionGeometry(action).center()) for action in front.actions()}
    else:
        buttons = {each.text(): each for each in front.findChildren(QAbstractButton) if each.isVisible()}
        numbers = {each.suffix(): each.lineEdit() for each in front.findChildren(QSpinBox) if each.isEnabled()}
        entries = {text: (each, middle(each)) for text, each in {**buttons, **numbers}.items()}
    found = {text.replace("&", "").strip(): each.mapToGlobal(point) for text, (each, point) in entries.items() if text}
    return {text: [point.x(), point.y()] for text, point in found.items()}


def middle(widget: QWidget) -> QPoint:
    """Of what takes a click: of a check box its box and its words, and not the room beside them."""
    size = widget.sizeHint() if isinstance(widget, QCheckBox) else widget.size()
    return QRect(QPoint(0, 0), size.boundedTo(widget.size())).center()


def place(widget: QWidget) -> list[int]:
    """Where to press: the handle of a slider, the middle of anything else; and the width."""
    point = widget.rect().center()
    if isinstance(widget, Timeline):
        point.setX(round(widget.place(widget.value())))
    elif isinstance(widget, ResetSlider):
        option = QStyleOptionSlider()
        widget.initStyleOption(option)
        part = QStyle.SubControl.SC_SliderHandle
        point = widget.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, widget).center()
    where = widget.mapToGlobal(QPoint(point))
    return [where.x(), where.y(), widget.width()]


def main() -> int:
    application = QApplication(sys.argv[:1])
    application.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    desk = Desk(application)
    desk.show()
    desk.window.setGeometry(0, 0, *SIZE)
    watch = Watch(desk, Path(sys.argv[1]))
    code = application.exec()
    watch.timer.stop()
    return code


if __name__ == "__main__":
    assert os.environ["QT_QPA_PLATFORM"] == "xcb"
    sys.exit(main())
