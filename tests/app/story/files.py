"""A window like that of a file manager, from which files can be dragged.

``python -m tests.app.story.files X Y FILE...``: one line of 40 pixels for each argument, at X, Y of the screen.  Files
joined by ``os.pathsep`` are one line, as if they were marked: they are dragged together.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

LINE = 40


class Line(QLabel):
    def __init__(self, paths: list[Path]) -> None:
        super().__init__(" + ".join(path.name for path in paths))
        self._paths = paths
        self.setFixedHeight(LINE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in self._paths])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


def main() -> int:
    application = QApplication(sys.argv[:1])
    window = QWidget()
    window.setWindowTitle("Files")
    box = QVBoxLayout(window)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    lines = [[Path(name) for name in argument.split(os.pathsep)] for argument in sys.argv[3:]]
    for paths in lines:
        box.addWidget(Line(paths))
    window.setGeometry(int(sys.argv[1]), int(sys.argv[2]), 200, LINE * len(lines))
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
