"""A window like that of a file manager, from which files can be dragged.

``python -m tests.app.story.files X Y FILE...``: one line of 40 pixels for each file, at X, Y of the screen.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

LINE = 40


class File(QLabel):
    def __init__(self, path: Path) -> None:
        super().__init__(path.name)
        self._path = path
        self.setFixedHeight(LINE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self._path))])
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
    files = [Path(name) for name in sys.argv[3:]]
    for path in files:
        box.addWidget(File(path))
    window.setGeometry(int(sys.argv[1]), int(sys.argv[2]), 200, LINE * len(files))
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
