"""Projects: the document as versioned JSON, its photos by path and SHA-256."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from core.edits import Edits
from core.errors import InputError
from core.media.open_input import quoted
from core.types import Image

from ..clip import Clip
from ..document import Dial, Document
from ..tr import tr
from ..values import ROLES, Mode, PhotoChoice
from . import json_file

KIND, VERSION, SUFFIX = "mimesh project", 1, ".mimesh"
Pictures = tuple[tuple[Path, Image], ...]


def project_text(document: Document, path: Path, **more: Any) -> tuple[str, Pictures]:
    """The project that would be written to ``path``, and the pasted pictures to write beside it.

    Photos below the project's folder are named relative to it, so that the folder can be moved as a whole.
    """
    pictures: list[tuple[Path, Image]] = []
    photos: dict[str, Any] = {}
    for role in ROLES:
        choice = document.photo(role)
        if choice is None:
            photos[role] = None
            continue
        origin, sha256 = choice.origin, choice.sha256
        if not isinstance(origin, Path):
            picture = path.with_name(f"{path.stem}-{sha256[:16]}.png")
            pictures.append((picture, origin))
            origin, sha256 = picture, ""  # the hash is that of the pixels, not that of the file
        photos[role] = {
            "path": _named(origin, path.parent), "sha256": sha256, "label": choice.label, "face": choice.face
        }  # fmt: skip
    content = {**photos, "dial": asdict(document.dial), "edits": document.edits.to_json(),
               "clip": asdict(document.clip), **more}  # fmt: skip
    return json_file.text_of(KIND, VERSION, content), tuple(pictures)


def read_project(path: Path) -> tuple[Document, dict[str, Any]]:
    """The document of a project, whose photos may be missing, and everything the file says.

    Raises InputError in one sentence where it cannot be used.
    """
    found = json_file.read(path, KIND, VERSION)
    try:
        photos = {role: _photo(found.get(role), path.parent) for role in ROLES}
        dial, clip = _dial(found.get("dial")), Clip(**found.get("clip", {}))
        return Document(photos["source"], photos["driving"], dial, Edits.from_json(found.get("edits")), clip), found
    except (InputError, LookupError, TypeError, ValueError) as error:
        raise InputError(
            tr("The project {name} is damaged ({why}); choose another file.", name=quoted(path.name), why=error)
        ) from error


def missing(choice: PhotoChoice | None) -> bool:
    """Whether a photo's file, or the folder of a driver, is not where it was."""
    return choice is not None and isinstance(choice.origin, Path) and not choice.origin.exists()


def _named(origin: Path, folder: Path) -> str:
    origin, folder = origin.absolute(), folder.absolute()
    return origin.relative_to(folder).as_posix() if origin.is_relative_to(folder) else str(origin)


def _photo(found: Any, folder: Path) -> PhotoChoice | None:
    if found is None:
        return None
    path, label, face, sha256 = (found[name] for name in ("path", "label", "face", "sha256"))
    if not all(isinstance(text, str) for text in (path, label, sha256)) or not path or "\0" in path:
        raise ValueError("a photo has no path")
    if face is not None and (not isinstance(face, int) or isinstance(face, bool) or face < 0):
        raise ValueError("a photo's face is no number")
    return PhotoChoice(folder / path, label, face, sha256)


def _dial(found: Any) -> Dial:
    dial = Dial(**found)
    if dial.mode not in get_args(Mode):
        raise ValueError("an unknown mode")
    for mode in get_args(Mode):  # which checks the numbers, those that a mode masks too
        _ = Dial(dial.pose, dial.expression, mode, dial.placement).controls
    return dial
