"""Projects: the document as versioned JSON, its photos by path and SHA-256."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, TypeGuard, get_args

from core.edits import Edits
from core.errors import InputError
from core.media.open_input import is_there, quoted
from core.types import Image

from ..choice import MOST_PHOTOS, PhotoChoice
from ..clip import Clip
from ..dial import Mode
from ..document import Dial, Document
from ..roles import ROLES
from ..tr import tr
from . import json_file
from .regions import read_crop, read_face

KIND, VERSION, SUFFIX = "mimesh project", 3, ".mimesh"
"""Version 2: a photo's ``crop``, and a ``face`` that is a box.  Version 3: ``others`` of the same person."""

_LONGEST_PATH, _LONGEST_LABEL, _MOST_FRAMES = 4096, 255, 10**9
Pictures = tuple[tuple[Path, Image], ...]


def project_text(document: Document, path: Path, **more: Any) -> tuple[str, Pictures]:
    """The project that would be written to ``path``, and the pasted pictures to write beside it.

    Photos below the project's folder are named relative to it, so that the folder can be moved as a whole.
    """
    pictures: list[tuple[Path, Image]] = []
    photos: dict[str, Any] = {}
    for role in ROLES:
        choice = document.photo(role)
        photos[role] = None if choice is None else _with_others(choice, path, pictures)
    content = {**photos, "dial": asdict(document.dial), "edits": document.edits.to_json(),
               "clip": asdict(document.clip), **more}  # fmt: skip
    return json_file.text_of(KIND, VERSION, content), tuple(pictures)


def read_project(path: Path) -> tuple[Document, dict[str, Any]]:
    """The document of a project, whose photos may be missing, and everything the file says.

    Raises InputError in one sentence where it cannot be used.
    """
    found = json_file.read(path, KIND, VERSION)
    try:
        photos = {role: _person(found.get(role), path.parent) for role in ROLES}
        dial, clip = _dial(found.get("dial")), _clip(found.get("clip", {}))
        return Document(photos["source"], photos["driving"], dial, Edits.from_json(found.get("edits")), clip), found
    except InputError as error:
        raise InputError(
            tr("The project {name} is damaged ({why}); choose another file.", name=quoted(path.name), why=error)
        ) from error


def missing(choice: PhotoChoice | None) -> bool:
    """Whether a photo's file, or the folder of a driver, is not where it was."""
    return choice is not None and isinstance(choice.origin, Path) and not is_there(choice.origin)


def _named(origin: Path, folder: Path) -> str:
    origin, folder = origin.absolute(), folder.absolute()
    return origin.relative_to(folder).as_posix() if origin.is_relative_to(folder) else str(origin)


def _with_others(choice: PhotoChoice, path: Path, pictures: list[tuple[Path, Image]]) -> dict[str, Any]:
    others = [_described(each, path, pictures) for each in choice.others]
    return {**_described(choice, path, pictures), **({"others": others, "place": choice.place} if others else {})}


def _described(choice: PhotoChoice, path: Path, pictures: list[tuple[Path, Image]]) -> dict[str, Any]:
    """One photo for the project at ``path``; pasted pixels join ``pictures``, which are to be written."""
    origin, sha256 = choice.origin, choice.sha256
    if not isinstance(origin, Path):
        picture = path.with_name(f"{path.stem}-{sha256[:16]}.png")
        pictures.append((picture, origin))
        origin, sha256 = picture, ""  # the hash is that of the pixels, not that of the file
    return {
        "path": _named(origin, path.parent), "sha256": sha256, "label": choice.label,
        "face": choice.face, "crop": choice.crop,
    }  # fmt: skip


def _person(found: Any, folder: Path) -> PhotoChoice | None:
    """A photo with the others of the same person."""
    if found is None:
        return None
    main = _photo(found, folder)
    others, place = found.get("others", []), found.get("place", 0)
    if not isinstance(others, list) or len(others) >= MOST_PHOTOS or type(place) is not int:
        raise InputError(tr("the photos of one person are not described"))
    if not 0 <= place <= len(others):
        raise InputError(tr("the photos of one person are not described"))
    return replace(main, others=tuple(_photo(each, folder) for each in others), place=place)


def _photo(found: Any, folder: Path) -> PhotoChoice:
    if not isinstance(found, dict):
        raise InputError(tr("a photo is not described"))
    path, label, sha256 = (found.get(name) for name in ("path", "label", "sha256"))
    if not (_is_text(path, _LONGEST_PATH) and _is_text(label, _LONGEST_LABEL) and _is_text(sha256, _LONGEST_LABEL)):
        raise InputError(tr("a photo has no usable path, label or check sum"))
    if not path or "\0" in path:
        raise InputError(tr("a photo has no usable path, label or check sum"))
    return PhotoChoice(folder / path, label, read_face(found.get("face")), sha256, read_crop(found.get("crop")))


def _is_text(found: Any, longest: int) -> TypeGuard[str]:
    return isinstance(found, str) and len(found) <= longest


def _clip(found: Any) -> Clip:
    why = tr("the driver's settings are no numbers, or of another kind")
    if not isinstance(found, dict) or not set(found) <= {field.name for field in fields(Clip)}:
        raise InputError(why)
    if any(type(value) is int and value > _MOST_FRAMES for value in found.values()):
        raise InputError(why)
    try:
        return Clip(**found)
    except (TypeError, ValueError) as error:
        raise InputError(why) from error


def _dial(found: Any) -> Dial:
    if not isinstance(found, dict) or not set(found) <= {field.name for field in fields(Dial)}:
        raise InputError(tr("the sliders are not described"))
    dial = Dial(**found)
    if dial.mode not in get_args(Mode):
        raise InputError(tr("an unknown mode"))
    for mode in get_args(Mode):  # which checks the numbers, those that a mode masks too
        _ = Dial(dial.pose, dial.expression, mode, dial.placement).controls
    return dial
