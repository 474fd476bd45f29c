"""Files inside optional Python packages."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

HINT = "run pip install -r requirements-eval.txt"


def package_folder(name: str) -> Path | None:
    """The folder of an installed package, found without importing it; None where it is not installed."""
    spec = find_spec(name)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent
