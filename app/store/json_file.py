"""JSON files with a kind and a version, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.errors import InputError, OutputError
from core.media.atomic import atomic_write, make_folder
from core.media.open_input import check_readable, quoted, read_bytes
from core.media.read_json import parse_json
from core.user_folders import PRIVATE_FILE, make_private

from ..tr import tr

MAX_BYTES = 16 * 2**20


def text_of(kind: str, version: int, content: dict[str, Any]) -> str:
    return json.dumps({"format": kind, "version": version, **content}, indent=1, ensure_ascii=False) + "\n"


def read(path: Path, kind: str, version: int) -> dict[str, Any]:
    """The content of a file that :func:`text_of` made.

    Raises InputError where it is missing, damaged, of another kind, or of a version this Mimesh does not know.
    """
    check_readable(path)
    try:
        found = parse_json(read_bytes(path, MAX_BYTES + 1), MAX_BYTES)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != kind:
        raise InputError(
            tr("{name} is no {kind}, or it is damaged; choose another file.", name=quoted(path), kind=kind)
        )
    made = found.get("version")
    if not isinstance(made, int) or isinstance(made, bool) or made < 1:
        raise InputError(tr("{name} is damaged: it does not say its version; choose another file.", name=quoted(path)))
    if made > version:
        raise InputError(tr("{name} was made by a newer Mimesh; update Mimesh to open it.", name=quoted(path)))
    return found


def private_folder(folder: Path) -> None:
    """Make ``folder`` where it is missing, and keep others out of it.  Raises OutputError."""
    make_folder(folder)
    try:
        make_private(folder)
    except OSError as error:
        text = tr("The folder {name} cannot be closed to others ({why}).", name=quoted(folder), why=error.strerror)
        raise OutputError(text) from error


def write(path: Path, text: str, private: bool = False) -> None:
    """Write ``text``; ``private`` files and their folders are readable by the user alone.  Raises OutputError."""
    if private:
        private_folder(path.parent)
    with atomic_write(path) as temporary:
        if private:
            temporary.chmod(PRIVATE_FILE)
        temporary.write_text(text, encoding="utf-8")
