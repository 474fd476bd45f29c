"""The window.  ``session`` holds the truth, ``views`` draw, ``presenters`` connect, ``workers`` compute."""

from __future__ import annotations

from pathlib import Path


def run(
    argv_source: Path | None = None, argv_driving: Path | None = None, sample: bool = True, model: str | None = None
) -> int:
    """Open the window and return its exit code.

    ``argv_source`` and ``argv_driving`` are opened at once; with ``sample`` the bundled sample fills what is not given.
    ``model`` draws: a name, or a folder of exported weights; None = the one shipped.
    """
    # Here and not above: the mesh process imports ``app.workers`` and must not pull in Qt.
    from .application import run_window

    return run_window(argv_source, argv_driving, sample, model)
