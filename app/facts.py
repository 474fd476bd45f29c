"""What runs here, for Help, About: versions and what draws."""

from __future__ import annotations

import importlib.metadata
import platform
import tomllib
from pathlib import Path

from .rendering import EngineState
from .sentences import tr_sentence
from .tr import later, tr

ROOT = Path(__file__).parents[1]
GEOMETRY = later("geometric flow")
"""What core calls it where no learned model draws."""
LIBRARIES = ("torch", "PySide6-Essentials", "numpy", "opencv-python-headless", "av", "pyrender", "c2pa-python")


def facts(engine: EngineState) -> list[tuple[str, str]]:
    """(what, which) in the language in use."""
    return [
        (tr("Mimesh"), version()),
        (tr("Licence"), tr("Apache-2.0; the parts have licences of their own")),
        *_state(engine),
        (tr("System"), f"{platform.platform()}, Python {platform.python_version()}"),
        (tr("Libraries"), ", ".join(f"{name} {_installed(name)}" for name in LIBRARIES)),
    ]


def version() -> str:
    """As ``pyproject.toml`` says."""
    try:
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        return tr("unknown")


def licences() -> str:
    """Markdown: the licence of Mimesh, and who made the parts."""
    texts = []
    for name in ("THIRD_PARTY.md", "NOTICE"):
        try:
            texts.append((ROOT / name).read_text(encoding="utf-8"))
        except OSError:
            continue
    return "\n\n".join(texts)


def model_in_words(backend: str) -> str:
    """What draws, as the window says it: the name of a backend, or one that a model is chosen by."""
    name = backend.removeprefix("learned model ")
    if name != backend:
        return tr("learned model {name}", name=name)
    return tr(GEOMETRY) if backend in ("geometric", GEOMETRY) else tr(backend)


def _state(engine: EngineState) -> list[tuple[str, str]]:
    if engine.engine is None:
        return [(tr("Model"), tr_sentence(engine.problem) or tr("Loading the face model…"))]
    model = model_in_words(engine.engine.backend)
    if engine.engine.notice:
        model = f"{model}. {tr_sentence(engine.engine.notice)}"
    return [(tr("Model"), model), (tr("Device"), engine.engine.device.upper())]


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return tr("not installed")
