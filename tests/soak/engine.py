"""The real core, which fails when it is told to."""

from __future__ import annotations

from typing import Any

from app.workers.engine import Engine, Loader


class Armed:
    """What is to go wrong next, by method of the engine; each once."""

    def __init__(self) -> None:
        self.errors: dict[str, BaseException] = {}

    def strike(self, method: str) -> None:
        error = self.errors.pop(method, None)
        if error is not None:
            raise error


class FaultyEngine:
    """Passes everything on to ``engine``; ``render`` and ``encode`` fail once where ``armed`` says so."""

    def __init__(self, engine: Engine, armed: Armed) -> None:
        self._engine, self._armed = engine, armed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def encode(self, *arguments: Any) -> Any:
        self._armed.strike("encode")
        return self._engine.encode(*arguments)

    def render(self, *arguments: Any, **named: Any) -> Any:
        self._armed.strike("render")
        return self._engine.render(*arguments, **named)


def faulty(load: Loader, armed: Armed) -> Loader:
    """``load``, whose engine fails as ``armed`` says; so does loading itself, as ``load``."""

    def load_faulty() -> Any:
        armed.strike("load")
        return FaultyEngine(load(), armed)

    return load_faulty
