"""Edits under names."""

from __future__ import annotations

from pathlib import Path

from core.edits import Edits
from core.errors import InputError

from ..sentences import tr_sentence
from ..tr import tr
from . import json_file

KIND, VERSION = "mimesh presets", 1
Presets = dict[str, Edits]

BUILT_IN: Presets = {
    "Smile": Edits(units=(
        ("cheekSquintLeft", 0.4), ("cheekSquintRight", 0.4), ("mouthSmileLeft", 0.8), ("mouthSmileRight", 0.8),
    )),
    "Surprise": Edits(units=(
        ("browInnerUp", 0.8), ("browOuterUpLeft", 0.7), ("browOuterUpRight", 0.7),
        ("eyeWideLeft", 0.7), ("eyeWideRight", 0.7), ("jawOpen", 0.45),
    )),
    "Wink": Edits(units=(("cheekSquintLeft", 0.5), ("eyeBlinkLeft", 1.0), ("mouthSmileLeft", 0.4))),
    "Pout": Edits(units=(("jawForward", 0.2), ("mouthPucker", 0.8), ("mouthShrugLower", 0.4))),
}  # fmt: skip
"""What a first start offers; like any other preset they can be changed and deleted."""


def read_presets(path: Path) -> tuple[Presets, str]:
    """The presets at ``path`` and, where that cannot be read, one sentence why (the file is kept as …broken)."""
    try:
        there = path.exists()
    except OSError:  # a folder that is closed to us
        there = False
    if not there:
        return dict(BUILT_IN), ""
    try:
        found = json_file.read(path, KIND, VERSION).get("presets")
        if not isinstance(found, dict):
            raise InputError(tr("The presets file holds no presets."))
        return {str(name): Edits.from_json(edits) for name, edits in found.items()}, ""
    except InputError as error:
        kept = path.with_suffix(".broken.json")
        try:
            path.replace(kept)
        except OSError:  # a folder or disk that is read-only
            text = tr("Your presets could not be read ({why}) The file stays as it is.", why=tr_sentence(str(error)))
            return dict(BUILT_IN), text
        return dict(BUILT_IN), tr(
            "Your presets could not be read ({why}) The file is kept as {name}.",
            why=tr_sentence(str(error)),
            name=kept.name,
        )


def presets_text(presets: Presets) -> str:
    return json_file.text_of(KIND, VERSION, {"presets": {name: edits.to_json() for name, edits in presets.items()}})
