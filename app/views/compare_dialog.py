"""The questions of a blind comparison, one after the other, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QMouseEvent, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..study import Choice, Question
from ..tr import tr
from .image_view import Picture
from .panel import Button

SMALL, LARGE = 176, 300
KEYS: dict[str, Choice] = {"Left": "left", "Right": "right", "Down": "none"}


class ClickPicture(QLabel):
    """A picture of a fixed size that can be clicked."""

    clicked = Signal()

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture")
        self.setFixedSize(side, side)
        self.setScaledContents(True)

    def show_picture(self, picture: Picture) -> None:
        """H×W×3 uint8 RGB."""
        height, width = picture.shape[:2]
        data = picture.tobytes()
        self.setPixmap(QPixmap.fromImage(QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class CompareDialog(QDialog):
    """Source and driver above, the two results below.  Emits answers; shows what it is told."""

    answered = Signal(str)  # Choice
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Blind comparison"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.source, self.driver = ClickPicture(SMALL), ClickPicture(SMALL)
        self.left, self.right = ClickPicture(LARGE), ClickPicture(LARGE)
        self.note, self.problem, self.progress = QLabel(), QLabel(), QProgressBar()
        self.stop = Button(tr("Stop"))
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self.reject)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()  # and not the button
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        for label in (self.note, self.problem):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.problem.setObjectName("banner")
        self._pages = QStackedWidget()
        for page in (self.note, self._question_page()):
            self._pages.addWidget(page)
        below = QHBoxLayout()
        below.addWidget(self.progress, 1)
        below.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        column.addWidget(self.problem)
        column.addWidget(self._pages, 1)
        column.addLayout(below)
        self._ended = False
        for key, choice in KEYS.items():  # shortcuts: they come before a button that has the focus
            QShortcut(QKeySequence(key), self, lambda choice=choice: self._answer(choice))
        self.show_problem("")
        self.show_waiting()

    def _question_page(self) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        above = QHBoxLayout()
        above.setSpacing(14)
        for text, picture in ((tr("Source"), self.source), (tr("Driver"), self.driver)):
            part = QVBoxLayout()
            label = QLabel(text)
            label.setObjectName("muted")
            part.addWidget(label)
            part.addWidget(picture)
            above.addLayout(part)
        ask = QLabel(
            tr("Which shows the source with the driver's pose and expression better?  Click it, or press ← or →.")
        )
        ask.setObjectName("title")
        self.buttons: dict[Choice, Button] = {
            "left": Button(tr("← This one")),
            "none": Button(tr("No difference ↓")),
            "right": Button(tr("This one →")),
        }
        for choice, button in self.buttons.items():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrows are there; Enter or Space would answer unseen
            button.clicked.connect(lambda _=False, choice=choice: self._answer(choice))
        for picture, choice in ((self.left, "left"), (self.right, "right")):
            picture.setCursor(Qt.CursorShape.PointingHandCursor)
            picture.clicked.connect(lambda choice=choice: self._answer(choice))
        answers = QHBoxLayout()
        answers.addStretch(1)
        for choice in ("left", "none", "right"):
            answers.addWidget(self.buttons[choice])
            answers.addStretch(1)
        centre = Qt.AlignmentFlag.AlignHCenter
        grid.addLayout(above, 0, 0, 1, 2, centre)
        grid.addWidget(ask, 1, 0, 1, 2, centre)
        grid.addWidget(self.left, 2, 0, centre)
        grid.addWidget(self.right, 2, 1, centre)
        grid.addLayout(answers, 3, 0, 1, 2)
        return page

    def show_question(self, question: Question, index: int, total: int) -> None:
        """Question ``index`` from 0 of ``total``."""
        for label, picture in (
            (self.source, question.source),
            (self.driver, question.driver),
            (self.left, question.left),
            (self.right, question.right),
        ):
            label.show_picture(picture)
        self.progress.setRange(0, total)
        self.progress.setValue(index)
        self.progress.setFormat(tr("question {number} of {total}", number=index + 1, total=total))
        self._pages.setCurrentIndex(1)

    def show_waiting(self) -> None:
        """The next question is not there yet."""
        self.note.setText(tr("The next pictures are being made…"))
        self._pages.setCurrentIndex(0)

    def show_end(self, text: str) -> None:
        """What came of it; the dialog only closes now."""
        self._ended = True
        self.note.setText(text)
        self._pages.setCurrentIndex(0)
        self.progress.hide()
        self.stop.setText(tr("Close"))
        self.stop.setFocus()

    def show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def reject(self) -> None:
        """Escape, Stop and the window's own button: the end, and once that is shown, away."""
        if self._ended:
            super().reject()
        else:
            self.stop_wanted.emit()

    def _answer(self, choice: Choice) -> None:
        if self._pages.currentIndex() == 1:
            self.answered.emit(choice)
