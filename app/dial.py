"""The dials of both α: which of them acts, and how far they go."""

from __future__ import annotations

from typing import Literal

Mode = Literal["both", "pose", "expression"]
ALPHA_MAX = 1.5
