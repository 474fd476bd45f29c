"""Mimesh's core: one-shot face reenactment guided by meshes.  No Qt in here."""

from typing import TYPE_CHECKING, Any

from .edits import Edits
from .types import Coefficients, Controls, RenderResult

if TYPE_CHECKING:
    from .pipeline.reenactor import Reenactor

__all__ = ["Coefficients", "Controls", "Edits", "Reenactor", "RenderResult"]


def __getattr__(name: str) -> Any:
    # The app imports core's plain values before its first paint; torch (seconds) must not come along with them.
    if name == "Reenactor":
        from .pipeline.reenactor import Reenactor

        return Reenactor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
