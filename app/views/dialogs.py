"""The dialogs: they ask for a file, a name, or leave to go on."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from core.media.open_input import is_folder

from ..tr import later, tr

PHOTOS = later("Photos (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.gif *.avif);;All files (*)")
DRIVERS = later(
    "Photos and films (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.gif *.avif *.mp4 *.mov *.m4v *.mkv *.webm *.avi "
    "*.mpg *.mpeg *.ts *.wmv *.ogv *.3gp);;All files (*)"
)
IMAGES = "PNG (*.png);;JPEG (*.jpg *.jpeg);;WebP (*.webp)"
ANIMATIONS = "GIF (*.gif);;MP4 (*.mp4);;WebP (*.webp)"
FILMS = "MP4 (*.mp4);;GIF (*.gif);;WebP (*.webp)"
PROJECTS = later("Mimesh projects (*.mimesh)")


def ask_open(parent: QWidget, title: str, folder: Path, kinds: str = PHOTOS) -> Path | None:
    name, _ = QFileDialog.getOpenFileName(parent, title, str(folder), tr(kinds))
    return Path(name) if name else None


def ask_photos(parent: QWidget, title: str, folder: Path) -> list[Path]:
    """Several photos at once, [] for none."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, str(folder), tr(PHOTOS))
    return [Path(name) for name in names]


def ask_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    name = QFileDialog.getExistingDirectory(parent, title, str(folder))
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, proposal: Path, kinds: str) -> Path | None:
    """A path to write.  Without a suffix it gets that of the chosen kind; the dialog asks before it overwrites."""
    dialog = QFileDialog(parent, title, str(proposal.parent), tr(kinds))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(proposal.suffix.lstrip("."))
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(kind.split("*.")[1].split(" ")[0].rstrip(")")))
    for kind in dialog.nameFilters():
        if f"*{proposal.suffix}" in kind:
            dialog.selectNameFilter(kind)
    dialog.selectFile(proposal.name)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None


def ask_name(parent: QWidget, title: str, label: str, known: list[str]) -> str:
    """A name to type, or one of ``known``; "" for none."""
    name, agreed = QInputDialog.getItem(parent, title, label, ["", *known], 0, True)
    return " ".join(name.split())[:60] if agreed else ""


def ask_replace(parent: QWidget, what: str) -> bool:
    return _ask(parent, what, tr("Replace it"))


def ask_go_on(parent: QWidget, what: str) -> bool:
    return _ask(parent, what, tr("Go on"))


def ask_delete(parent: QWidget, what: str) -> bool:
    return _ask(parent, what, tr("Delete it"))


def ask_clear(parent: QWidget, what: str) -> bool:
    return _ask(parent, what, tr("Clear"))


def ask_unsaved(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """What to do with the changes of a project."""
    text = tr("“{name}” has changes that are not saved.", name=name)
    answer = _choose(parent, text, {"save": tr("Save"), "discard": tr("Do not save")})
    return cast(Literal["save", "discard", "cancel"], answer)


def ask_stop(parent: QWidget, count: int) -> bool:
    """Whether to close the window over ``count`` jobs that are not finished."""
    text = tr("Something is still being written: stop it and quit?")
    if count > 1:
        text = tr("{count} things are still being written: stop them and quit?", count=count)
    return _choose(parent, text, {"stop": tr("Stop and quit")}) == "stop"


def ask_missing(parent: QWidget, label: str, path: Path) -> tuple[Literal["found", "without", "cancel"], Path | None]:
    """Where a project's photo is now; or go on without it, or do not open the project."""
    text = tr("The photo “{name}” of this project is not where it was:\n{path}", name=label, path=path)
    answer = _choose(parent, text, {"find": tr("Find it…"), "without": tr("Continue without it")})
    if answer == "find":
        title, folder = tr("Find “{name}”", name=label), path.parent if is_folder(path.parent) else Path.home()
        found = ask_open(parent, title, folder, DRIVERS) if path.suffix else ask_folder(parent, title, folder)
        return ("found", found) if found else ("cancel", None)
    return ("without", None) if answer == "without" else ("cancel", None)


def _ask(parent: QWidget, what: str, yes: str) -> bool:
    return _choose(parent, what, {"yes": yes}) == "yes"


def _choose(parent: QWidget, what: str, answers: dict[str, str]) -> str:
    """One of ``answers`` (key → button), or "cancel"."""
    box = QMessageBox(QMessageBox.Icon.Question, "Mimesh", what, QMessageBox.StandardButton.Cancel, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    buttons = {box.addButton(text, QMessageBox.ButtonRole.AcceptRole): key for key, text in answers.items()}
    box.exec()
    answer = next((key for button, key in buttons.items() if button is box.clickedButton()), "cancel")
    box.deleteLater()
    return answer
