"""Reading and looking at a picture, with the file's name in front of what went wrong."""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError, NoFaceError
from ..media.read_image import LoadedImage, read_image
from ..pipeline.encoded import EncodedFace
from ..pipeline.reenactor import Reenactor


def encode_file(
    reenactor: Reenactor, path: Path, face: int | None, crop: str, driving: bool
) -> tuple[LoadedImage, EncodedFace]:
    """The picture behind ``path`` and its face; NoFaceError and InputError name the file."""
    picture = read_image(path)
    encode = reenactor.encode_driving if driving else reenactor.encode_source
    try:
        return picture, encode(picture.pixels, face=face, crop="whole" if crop == "whole" else None)
    except NoFaceError as error:
        raise NoFaceError(f"{path.name}: {error}") from error
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error


def face_facts(path: Path, picture: LoadedImage, encoded: EncodedFace, chosen: int | None) -> dict[str, object]:
    """What is said of an input in --json."""
    crop, box = encoded.crop, encoded.box
    return {
        "file": str(path),
        "faces": len(encoded.boxes),
        "face": chosen or 0,
        "box": [round(v, 1) for v in (box.x, box.y, box.width, box.height)],
        "crop": {"cx": crop.cx, "cy": crop.cy, "size": crop.size},
        "notes": list(picture.notes),
    }


def several_faces(path: Path, encoded: EncodedFace, chosen: int | None, option: str) -> str | None:
    """A hint where there was a choice and none was made."""
    if len(encoded.boxes) < 2 or chosen is not None:
        return None
    return f"{path.name} shows {len(encoded.boxes)} faces; the most prominent was used ({option} N chooses)."
