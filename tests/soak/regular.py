"""A person who uses everything else, too: every kind of export, batches, comparisons, presets, crops."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog

from app.exports import KINDS
from app.views.batch_dialog import BatchDialog
from app.views.export_dialog import ExportDialog
from app.views.study_dialog import StudyDialog
from tests.app.acts import drag_mouse
from tests.soak.answering import answering
from tests.soak.mover import Mover
from tests.soak.waiting import until

MARKED = (".png", ".jpg", ".webp", ".gif", ".mp4")


class Regular(Mover):
    def acts(self) -> dict[Callable[[], None], int]:
        return {
            **super().acts(), self.export_all: 2, self.cancel: 1, self.batch: 1, self.presets: 2, self.crop: 2,
            self.looks: 3, self.help: 1, self.compare_blindly: 1, self.clear: 1,
        }  # fmt: skip

    def export_all(self) -> None:
        """Every kind at once, each in one of its formats; all are read again."""
        if not self.settled():
            return
        folder = self.out / "all"
        folder.mkdir(exist_ok=True)
        asked: list[Path] = []

        def answer(dialog: ExportDialog) -> None:
            for kind in KINDS:
                dialog.boxes[kind.name].setChecked(kind.name != "film" or self.moving)
                dialog.formats[kind.name].setCurrentIndex(self.dice.randrange(len(kind.suffixes)))
            dialog.frames.setValue(4)
            dialog._folder = folder
            dialog.stem.setText("all")
            asked.extend(dialog.wishes().files())
            dialog.go.click()

        with answering(ExportDialog, answer):
            self._desk.window.menus.export.trigger()
        self._jobs_end()
        for path in asked:
            if not self._reads(path):
                self.figures.lost.append(f"{path.name}: {self.said[-1:]}")
            path.unlink(missing_ok=True)
            self.figures.checks["files written and read again"] += 1

    def cancel(self) -> None:
        """A film that is stopped leaves nothing."""
        path = self.out / "stopped.gif"
        if self.settled():
            self.answers.path = path
            self._desk.window.menus.sweep.trigger()
            until(lambda: self._desk.session.jobs.unfinished, "a job")
            self._desk.window.result.cancel_button.click()
            self._jobs_end()
            newest = self._desk.session.jobs.newest
            if newest is not None and newest.state == "cancelled" and path.exists():
                self.figures.lost.append("a film that was stopped is there")
            path.unlink(missing_ok=True)

    def batch(self) -> None:
        folder = self.out / "batch"
        folder.mkdir(exist_ok=True)
        chosen = self._photos[:2]

        def answer(dialog: BatchDialog) -> None:
            dialog.grid.take("sources", chosen[:1])
            dialog.grid.take("drivers", chosen)
            dialog.take_folder([folder])
            until(dialog.go.isEnabled, "the look at a neutral photo", 15.0)
            dialog.go.click()

        if self.settled():
            with answering(BatchDialog, answer):
                self._desk.window.menus.batch.trigger()
            self._jobs_end()
            made = [path for path in folder.glob("*.png") if self._reads(path)]
            if len(made) != len(chosen):
                self.figures.lost.append(f"{len(chosen) - len(made)} pictures of a batch: {self.said[-1:]}")
            self.figures.checks["files written and read again"] += len(chosen)
            for path in folder.iterdir():
                path.unlink()

    def presets(self) -> None:
        """Kept, taken again, and thrown away."""
        panel, session = self._desk.window.edit, self._desk.session
        self.edit()
        if panel.save_preset.isEnabled():
            panel.save_preset_wanted.emit()
            edits = session.edits
            self._desk.window.menus.clear_edits.trigger()
            panel.preset_wanted.emit(self.answers.name, "")
            if session.edits != edits:
                self.figures.lost.append("what a preset held")
            panel.preset_deleted.emit(self.answers.name)
            self.figures.checks["presets taken again"] += 1

    def crop(self) -> None:
        """Moved, and where it was again or not."""
        role = self.dice.choice(("source", "driving"))
        window = self._desk.window
        if self.settled() and window.photos[role].bar.crop_button.isEnabled():
            window.menus.crop[role].trigger()
            drag_mouse(window.photos[role].image.viewport(), QPoint(self.dice.randint(-20, 20), 5))
            window.menus.crop[role].trigger()
            if self.dice.random() < 0.5:
                window.menus.undo.trigger()

    def looks(self) -> None:
        look = self._desk.window.menus.look
        for action in self.dice.choices((look.next_look, look.arrows, look.mask, look.front), k=3):
            action.trigger()

    def help(self) -> None:
        menus = self._desk.window.menus
        action = self.dice.choice((menus.shortcuts, menus.about, menus.consent))
        with answering(QDialog, lambda dialog: dialog.reject()):
            action.trigger()

    def compare_blindly(self) -> None:
        """Set up, and left."""
        if self.settled():
            self._desk.window.menus.keep_setting.trigger()
            with answering(StudyDialog, lambda dialog: dialog.reject()):
                self._desk.window.menus.compare_blind.trigger()

    def clear(self) -> None:
        """What Mimesh keeps; what is open stays.  A photo that is still being looked at would come meanwhile."""
        if not self.settled():
            return
        document = self._desk.session.document
        self._desk.window.menus.clear_kept.trigger()
        if self._desk.session.document != document:
            self.figures.lost.append("what was open when the rest was cleared")

    def _jobs_end(self) -> None:
        until(lambda: not self._desk.session.jobs.unfinished, "the end of the jobs")
        QApplication.processEvents()

    def _reads(self, path: Path) -> bool:
        """Whether a file is there, whole, and marked where it can be."""
        if not path.exists() or path.stat().st_size == 0:
            return False
        if path.suffix == ".json":
            return isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
        if path.suffix == ".flo":
            return _is_flow(path)
        if path.suffix in MARKED:
            if path.suffix != ".mp4":
                with PillowImage.open(path) as picture:
                    picture.load()
            return self._whole(path)
        return True


def _is_flow(path: Path) -> bool:
    """Middlebury's: a word, the size, two floats a pixel."""
    data = path.read_bytes()
    width, height = np.frombuffer(data, np.int32, 2, 4)
    return data[:4] == b"PIEH" and len(data) == 12 + 8 * int(width) * int(height)
