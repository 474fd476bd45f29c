"""Whether a photo can be the neutral one of a batch: the work of a job."""

from __future__ import annotations

from pathlib import Path

from core.errors import NoFaceError

from ..tr import tr
from .engine import Engine, Reader


def neutral_work(engine: Engine, photo: Path, read: Reader, *_: object) -> str:
    """What is wrong with ``photo`` and what to do, "" for nothing.  Raises MimeshError where it cannot be read."""
    try:
        engine.encode("driving", read(photo).pixels, None, None)
    except NoFaceError:
        return tr(
            "There is no face in the neutral photo “{name}”: choose one that shows the driver's face from the front, "
            "or none.",
            name=photo.name,
        )
    return ""
