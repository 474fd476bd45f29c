"""The result, as large as the window allows, and how to keep it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QProgressBar, QStackedWidget, QWidget

from ..jobs import Job
from ..theme import Colours
from ..tr import tr
from .drag_source import DragSource
from .image_view import Picture
from .job_progress import how_far_in_words, show_share
from .overlay import Overlay
from .panel import Button, ElidedLabel, Panel
from .wipe_view import WipeView


class ResultPanel(Panel):
    copy_wanted = Signal()
    save_wanted = Signal()
    save_full_wanted = Signal()
    sweep_wanted = Signal()
    film_wanted = Signal()
    export_wanted = Signal()
    cancel_wanted = Signal()
    queue_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Result"), "", parent)
        self.image = WipeView()
        self.image.take_keys(tr("Result"))
        self.drag = DragSource(self.image)
        self.overlay = Overlay(
            self.image, tr("The reenacted face appears here\nas soon as there is a source and a driver.")
        )
        self.overlay.show_empty(True)
        self.add_body(self.overlay)
        self._said, self._possible = "", False
        self._add_actions()
        self._add_progress()
        self.show_job(None, 0)
        self.show_possible(False)

    def _add_actions(self) -> None:
        menu = QMenu(self)
        self.save_action = self._entry(menu, tr("Result as image…"), tr("The face, 256 × 256 pixels"), self.save_wanted)
        self.save_full_action = self._entry(
            menu,
            tr("Full photo as image…"),
            tr("The source photo at its own size, with the new face"),
            self.save_full_wanted,
        )
        self.sweep_action = self._entry(
            menu, tr("Animation…"), tr("From the source to the present setting and back"), self.sweep_wanted
        )
        self.film_action = self._entry(
            menu, tr("Driven film…"), tr("Frame by frame as the driver moves, between the marks"), self.film_wanted
        )
        menu.addSeparator()
        self.export_action = self._entry(
            menu,
            tr("Export…"),
            tr("Several files at once: also all panels, meshes, flow, coefficients (Ctrl+E)"),
            self.export_wanted,
        )
        menu.setToolTipsVisible(True)
        self.arrows_button = self.add_button(
            tr("Arrows"), tr("The flow as arrows, each from where in the source its tip is taken (A)")
        )
        self.arrows_button.setCheckable(True)
        self.compare_button = self.add_button(
            tr("Compare"), tr("Wipe between source and result: drag the line (C; [ and ] move it)")
        )
        self.compare_button.setCheckable(True)
        self.compare_button.toggled.connect(self.image.compare)
        self.copy_button = self.add_button(tr("Copy"), tr("Copy the result to the clipboard (Ctrl+C)"))
        self.copy_button.clicked.connect(self.copy_wanted)
        self.save_button = self.add_button(tr("Save ▾"), tr("Save the result as a picture or as an animation"), menu)

    def _entry(self, menu: QMenu, text: str, tip: str, signal: object) -> QAction:
        action = menu.addAction(text)
        action.setToolTip(tip)
        action.triggered.connect(lambda: signal.emit())  # type: ignore[attr-defined]
        return action

    def _add_progress(self) -> None:
        self.progress_text = ElidedLabel()
        self.progress_text.setObjectName("muted")
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.progress.setFixedHeight(20)
        self.cancel_button, self.queue_button = Button(tr("Cancel")), Button(tr("Queue"))
        self.queue_button.setToolTip(tr("Show all that is being written"))
        running = QWidget()
        running.setObjectName("plain")
        row = QHBoxLayout(running)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.progress, 1)
        row.addWidget(self.queue_button)
        row.addWidget(self.cancel_button)
        self._line = QStackedWidget()
        self._line.setObjectName("plain")
        self._line.addWidget(self.progress_text)
        self._line.addWidget(running)
        self._line.setMinimumWidth(1)  # else the buttons of the page behind push what stands beside the hint outside
        self._line.setFixedHeight(max(self.cancel_button.sizeHint().height(), 26))
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.queue_button.clicked.connect(self.queue_wanted)
        self.size_note = QLabel()
        self.size_note.setObjectName("muted")
        self.size_note.setToolTip(
            tr("The face is computed at this size; the full photo keeps its own pixels wherever they only move.")
        )
        footer = QWidget()
        footer.setObjectName("plain")
        line = QHBoxLayout(footer)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._line, 1)
        line.addWidget(self.size_note)
        self.add_footer(footer)
        self.show_size("")

    def show_result(self, picture: Picture | None, before: Picture | None) -> None:
        """The result, and the crop of the source it was made from."""
        self.overlay.show_empty(picture is None)
        self.image.set_pair(picture, before)

    def show_size(self, text: str) -> None:
        """How large what is computed is, and what it becomes a part of."""
        self.size_note.setText(text)
        usual = tr("Patch {patch} in {photo}", patch="256 × 256", photo="4096 × 4096")
        # Room for the usual from the beginning, so that nothing moves when it comes.  Qt indents the text of a label
        # with padding, and does not count that.
        metrics = self.size_note.fontMetrics()
        self.size_note.setMinimumWidth(max(metrics.horizontalAdvance(f"{each}xx") for each in (text, usual)))

    def show_job(self, job: Job | None, unfinished: int) -> None:
        """Progress with cancel while files are written, else how the last one went.  A failure has its banner."""
        busy = job is not None and not job.ended
        self._line.setCurrentIndex(1 if busy else 0)
        self.size_note.setVisible(not busy)
        if job is None or not busy:
            said = job.message.split("\n")[0] if job is not None and job.state != "failed" else ""
            self._said = said
            self._say()
            return
        show_share(self.progress, job)
        more = tr(" and {count} more", count=unfinished - 1) if unfinished > 1 else ""
        self.progress.setFormat(f"{job.title}{more}" + (f"   {how_far_in_words(job)}" if job.total else ""))

    def _say(self) -> None:
        """How the last job went, else what can be done with a result; nothing where there is none."""
        hint = tr("Drag it out; the wheel zooms.")
        self.progress_text.set_full_text((self._said or hint) if self._possible else "")

    def show_possible(self, possible: bool, moves: bool = False) -> None:
        """Whether there is a result to keep, and whether its driver ``moves``."""
        self.film_action.setVisible(moves)
        self._possible = possible
        self._say()
        for action in (self.save_action, self.save_full_action, self.sweep_action, self.export_action):
            action.setEnabled(possible)
        self.save_button.setEnabled(possible)
        self.copy_button.setEnabled(possible)

    def show_colours(self, colours: Colours) -> None:
        self.image.show_colours(colours)
