"""The marks and the signer that the user chose for the window: remembered, everything on until somebody says no."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ..errors import OutputError
from ..media.atomic import atomic_write
from ..media.open_input import quoted
from ..media.read_json import read_json
from ..user_folders import PRIVATE_FILE, config_folder, make_private
from .marks import Marks

_MAX_BYTES = 1 << 16
SWITCHES = ("manifest", "watermark", "label")
OWN = ("certificate", "key")

REASON = (
    "Pictures of people that were changed must say so in a way that programs can read (EU AI Act, Article 50). "
    "Without it nobody can tell a joke from a lie."
)
"""Why the marks are on, shown to whoever switches one off."""


def choice_path() -> Path:
    return config_folder() / "marks.json"


def read_choice() -> Marks:
    """What was chosen; whatever is missing or makes no sense is as at a first start."""
    try:
        found = read_json(choice_path(), _MAX_BYTES)
    except (OSError, ValueError):
        return Marks()
    chosen = found if isinstance(found, dict) else {}
    own = {name: Path(chosen[name]) for name in OWN if isinstance(chosen.get(name), str) and chosen[name]}
    switches = {name: chosen[name] for name in SWITCHES if isinstance(chosen.get(name), bool)}
    marks = Marks(**switches)
    return replace(marks, certificate=own["certificate"], key=own["key"]) if len(own) == len(OWN) else marks


def keep_choice(marks: Marks) -> None:
    """Remember it.  Raises :class:`OutputError`."""
    path = choice_path()
    try:
        make_private(path.parent)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(
            f"The choice cannot be kept in {quoted(path.parent)} ({reason}): make it writable."
        ) from error
    with atomic_write(path) as temporary:
        temporary.chmod(PRIVATE_FILE)
        own = {name: str(path) for name in OWN if (path := getattr(marks, name)) is not None}
        temporary.write_text(json.dumps({name: getattr(marks, name) for name in SWITCHES} | own), encoding="utf-8")
