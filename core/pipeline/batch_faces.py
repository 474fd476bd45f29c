"""The faces that a batch saw last: pairs share their pictures, and each is looked at once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from ..errors import InputError, MimeshError
from ..media.read_image import read_image
from .encoded import EncodedFace
from .reenactor import Reenactor

KEPT = 16


@dataclass(eq=False)
class _Slot:
    lock: Lock = field(default_factory=Lock)
    face: EncodedFace | None = None


class BatchFaces:
    """Reads and encodes pictures; the last :data:`KEPT` are kept.  Safe between threads, which wait for each other
    only where they want the same picture."""

    def __init__(self, reenactor: Reenactor) -> None:
        self._reenactor = reenactor
        self._slots: OrderedDict[tuple[Path, str, bool], _Slot] = OrderedDict()
        self._lock = Lock()

    def get(self, path: Path, crop: str, driving: bool) -> EncodedFace:
        """The face in ``path``.  Raises InputError that names the file."""
        slot = self._slot((path, crop, driving))
        with slot.lock:
            if slot.face is None:
                slot.face = self._encode(path, crop, driving)
            return slot.face

    def _slot(self, key: tuple[Path, str, bool]) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            if len(self._slots) > KEPT:
                self._slots.popitem(last=False)
            return slot

    def _encode(self, path: Path, crop: str, driving: bool) -> EncodedFace:
        encode = self._reenactor.encode_driving if driving else self._reenactor.encode_source
        try:
            return encode(read_image(path).pixels, crop="whole" if crop == "whole" else None)
        except MimeshError as error:
            text = str(error)
            raise InputError(text if path.name in text else f"{path.name}: {text}") from error
