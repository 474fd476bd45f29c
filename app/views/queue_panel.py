"""The list of jobs: how each stands, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..jobs import Job
from ..tr import tr
from .job_progress import how_far_in_words, show_share
from .panel import Button, ElidedLabel, Panel


class JobRow(QFrame):
    """One job: its name, a bar while it runs, a line of words, and buttons that fit its state."""

    cancel_wanted = Signal()
    retry_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._job: Job | None = None
        self.title, self.words, self.bar = ElidedLabel(), QLabel(), QProgressBar()
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.cancel, self.retry, self.folder = Button(tr("Cancel")), Button(tr("Retry")), Button(tr("Open folder"))
        self.cancel.setToolTip(tr("Stop this one; the others go on"))
        self.retry.setToolTip(tr("Do it again from the beginning"))
        self.folder.setToolTip(tr("Show in the file manager where it was written"))
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.title, 1)
        for button, signal in (
            (self.retry, self.retry_wanted),
            (self.folder, self.folder_wanted),
            (self.cancel, self.cancel_wanted),
        ):
            button.clicked.connect(signal)
            head.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 4, 6)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.bar)
        box.addWidget(self.words)

    def show_job(self, job: Job) -> None:
        if job is self._job:
            return
        self._job = job
        self.title.set_full_text(job.title)
        self.words.setText(in_words(job))
        self.words.setProperty("failed", job.state == "failed")
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
        self.bar.setVisible(job.state == "running")
        show_share(self.bar, job)
        self.cancel.setVisible(not job.ended)
        self.retry.setVisible(job.repeatable)
        self.folder.setVisible(job.state == "done")


class QueuePanel(Panel):
    cancel_wanted = Signal(int)  # number of the job, here and below
    retry_wanted = Signal(int)
    folder_wanted = Signal(int)
    clear_wanted = Signal()
    batch_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Queue"), "", parent, docked=True)
        self.setToolTip(tr("Files that are being written and batches that run, the newest first."))
        self.rows: dict[int, JobRow] = {}
        self.clear_button = self.add_button(tr("Clear"), tr("Take what has ended out of this list"))
        self.clear_button.clicked.connect(self.clear_wanted)
        self.batch_button = self.add_button(tr("Batch…"), tr("Reenact a folder of sources with a folder of drivers"))
        self.batch_button.clicked.connect(self.batch_wanted)
        empty = QLabel(tr("What you export appears here:\nhow far it is, and how it went."))
        empty.setObjectName("muted")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QWidget()
        inside.setObjectName("plain")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(area)
        self.add_body(self._pages)
        self.show_jobs(())

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """The newest on top; rows stay the same widgets, so that nothing jumps under the mouse."""
        numbers = {job.number for job in jobs}
        for gone in self.rows.keys() - numbers:
            row = self.rows.pop(gone)
            self._list.removeWidget(row)
            row.deleteLater()
        for job in jobs:
            if job.number not in self.rows:
                self._add(job.number)
            self.rows[job.number].show_job(job)
        self._pages.setCurrentIndex(1 if jobs else 0)
        self.clear_button.setEnabled(any(job.ended for job in jobs))

    def _add(self, number: int) -> None:
        row = JobRow()
        row.cancel_wanted.connect(lambda: self.cancel_wanted.emit(number))
        row.retry_wanted.connect(lambda: self.retry_wanted.emit(number))
        row.folder_wanted.connect(lambda: self.folder_wanted.emit(number))
        self._list.insertWidget(0, row)
        self.rows[number] = row


def in_words(job: Job) -> str:
    """How a job stands."""
    if job.state == "waiting":
        return tr("Waits for its turn.")
    if job.state != "running":
        return job.message
    if not job.total:
        return tr("Being written.")
    how_far = how_far_in_words(job)
    return how_far if job.seconds_left is None else f"{how_far}, {time_left(job.seconds_left)}"


def time_left(seconds: float) -> str:
    """A duration as people say it."""
    if seconds < 1:
        return tr("nearly done")
    if seconds < 90:
        return tr("about {seconds} s left", seconds=round(seconds))
    if seconds < 5400:
        return tr("about {minutes} min left", minutes=round(seconds / 60))
    return tr("about {hours} h left", hours=round(seconds / 3600))
