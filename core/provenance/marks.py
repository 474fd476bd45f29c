"""Which marks an output gets, and what it is made from: plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Role = Literal["source", "driver", "further source", "neutral driver"]
"""A further source is another photo of the source's person, from which only the shape of the face is taken; a neutral
driver is the driver's person at rest, from which relative motion starts."""


@dataclass(frozen=True)
class Input:
    """A picture or film that an output was made from.

    ``path``    the file, None for pasted pixels.  A manifest that it carries is kept in the output's.
    ``sha256``  of the file when it was read, where known: a file that has changed since is not looked into.
    """

    role: Role
    path: Path | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Marks:
    """``watermark``, ``manifest`` and ``label``: what is wanted.

    ``synthetic``  whether it shows a reenacted person; a panel of the way there gets a manifest that says so, no more.
    ``inputs``     what it was made from.
    ``certificate``, ``key``  the user's own (PEM); None: see :func:`core.provenance.certificate.load_credentials`.
    """

    watermark: bool = True
    manifest: bool = True
    label: bool = False
    synthetic: bool = True
    inputs: tuple[Input, ...] = ()
    certificate: Path | None = None
    key: Path | None = None

    def made_from(self, source: Input, driver: Input, further: Sequence[Input] = ()) -> Marks:
        return replace(self, inputs=(source, driver, *further))

    def of_panel(self) -> Marks:
        """The same for a picture that shows no reenacted person: meshes, flow, the inputs' crops."""
        return replace(self, watermark=False, label=False, synthetic=False)

    @property
    def names(self) -> list[str]:
        return [name for name in ("manifest", "watermark", "label") if getattr(self, name)]


ALL_MARKS = Marks()
"""What every way out gives unless it is told otherwise: the manifest and the watermark."""
