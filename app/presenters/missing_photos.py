"""A project whose photos are not all where they were: found beside it, asked for, or done without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.media.open_input import is_there

from ..choice import PhotoChoice, of_person
from ..document import Document
from ..roles import ROLES
from ..store.project import missing
from ..views import dialogs


class Rather(Exception):
    """The person would rather not open the project."""


def complete(document: Document, folder: Path, parent: QWidget) -> Document | None:
    """``document`` of a project in ``folder`` with its missing photos found or left out; None = rather not open it."""
    try:
        for role in ROLES:
            choice = document.photo(role)
            if choice is not None and any(missing(photo) for photo in choice.photos):
                document = document.with_photo(role, _complete(choice, folder, parent))
    except Rather:
        return None
    return document


def _complete(choice: PhotoChoice, folder: Path, parent: QWidget) -> PhotoChoice | None:
    """The photos of one person that are there; without the main one the first of them is drawn."""
    found = [_found(photo, folder, parent) for photo in choice.photos]
    main = found[choice.place]
    left = [photo for photo in found if photo is not None]
    return of_person(left, left.index(main) if main is not None else 0) if left else None


def _found(photo: PhotoChoice, folder: Path, parent: QWidget) -> PhotoChoice | None:
    if not isinstance(photo.origin, Path) or not missing(photo):
        return photo
    beside = folder / photo.origin.name
    found: Path | None = beside if is_there(beside) else None
    if found is None:
        answer, found = dialogs.ask_missing(parent, photo.label, photo.origin)
        if answer == "cancel":
            raise Rather
    return replace(photo, origin=found, label=found.name) if found else None
