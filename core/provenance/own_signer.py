"""Whether somebody's own certificate can sign: found out by signing."""

from __future__ import annotations

import datetime
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .certificate import load_credentials
from .credentials import SigningError
from .export import write_marked_image
from .marks import Marks
from .read_manifest import read_manifest


@dataclass(frozen=True)
class Signer:
    """Whom readers of the files will see, and until when (that day included) the certificate signs."""

    owner: str
    last_day: datetime.date


def try_signer(certificate: Path, key: Path) -> Signer:
    """Sign a small picture, which is thrown away.  Raises :class:`SigningError` where real ones could not be signed."""
    marks = Marks(watermark=False, certificate=certificate, key=key)
    credentials = load_credentials(certificate, key)
    with tempfile.TemporaryDirectory(prefix="mimesh-") as folder:
        trial = Path(folder) / "trial.png"
        write_marked_image(trial, np.zeros((32, 32, 3), np.uint8), marks)
        manifest = read_manifest(trial)
    if manifest is None or manifest.state != "valid":
        problems = "; ".join(manifest.problems) if manifest is not None else "no manifest"
        raise SigningError(f"What this certificate signs is not valid ({problems}): use another.")
    return Signer(credentials.owner, credentials.last_day)
