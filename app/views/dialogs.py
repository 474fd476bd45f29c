"""The dialogs that ask for a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

PHOTOS = "Photos (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.gif *.avif);;All files (*)"
IMAGES = "PNG (*.png);;JPEG (*.jpg *.jpeg);;WebP (*.webp)"
ANIMATIONS = "GIF (*.gif)"


def ask_open(parent: QWidget, title: str, folder: Path) -> Path | None:
    name, _ = QFileDialog.getOpenFileName(parent, title, str(folder), PHOTOS)
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, proposal: Path, kinds: str) -> Path | None:
    """A path to write.  Without a suffix it gets that of the chosen kind; the dialog asks before it overwrites."""
    dialog = QFileDialog(parent, title, str(proposal.parent), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(proposal.suffix.lstrip("."))
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(kind.split("*.")[1].split(" ")[0].rstrip(")")))
    dialog.selectFile(proposal.name)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None
