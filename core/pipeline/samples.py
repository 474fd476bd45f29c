"""The pictures that come with Mimesh (resources/samples/README.md says whose they are)."""

from __future__ import annotations

from pathlib import Path

from ..errors import WeightsError
from ..weights import RESOURCES

SAMPLES = RESOURCES / "samples"


def sample_source() -> Path:
    """The photo that the app opens with."""
    return _existing("collins")


def sample_driving() -> Path:
    """The driver that the app opens with: a render of the project's own head."""
    return _existing("driver_smile")


def all_samples() -> list[Path]:
    """Every sample picture, by name."""
    return sorted(p for p in SAMPLES.glob("*") if p.suffix in (".png", ".jpg"))


def _existing(stem: str) -> Path:
    for path in all_samples():
        if path.stem == stem:
            return path
    raise WeightsError(f"The sample picture {stem!r} is missing; restore resources/samples from the repository.")
