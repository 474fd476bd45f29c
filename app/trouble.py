"""Something that came to an end, and what a person can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Remedy = Literal["again", "cpu", "meshes", "pyrender", "none"]


@dataclass(frozen=True)
class Trouble:
    """``text``: one sentence.  ``remedy``: load the core and try again; the same on the CPU; draw meshes again; draw
    them with pyrender again, as software does it meanwhile; or there is nothing to do but to know.
    """

    text: str
    remedy: Remedy
