"""Names at which nothing was when a person chose them: what has appeared there since is not replaced."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from ..errors import OutputError
from .open_input import is_there, quoted

_names: ContextVar[NewOnly | None] = ContextVar("names", default=None)


class NewOnly:
    """Those of ``paths`` at which there is nothing now; what is written there meanwhile may be written again."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._free = {_real(path) for path in paths if not is_there(path)}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within this block, in this thread, :func:`core.media.atomic.atomic_write` replaces none of them."""
        token = _names.set(self)
        try:
            yield
        finally:
            _names.reset(token)

    def keeps(self, target: Path) -> bool:
        return target in self._free

    def note(self, target: Path) -> None:
        self._free.discard(target)


def check_new(target: Path) -> None:
    """Raises OutputError where something is at a name that was free when it was chosen."""
    names = _names.get()
    if names is not None and names.keeps(target) and is_there(target):
        raise _appeared(target)


def put(temporary: Path, target: Path) -> None:
    """Give the file at ``temporary`` the name ``target``, over what is there unless that has appeared since.

    Raises OutputError where it has; the system decides, so that nothing can come in between.
    """
    names = _names.get()
    if names is None or not names.keeps(target):
        temporary.replace(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError as error:
        raise _appeared(target) from error
    except OSError:  # a file system without hard links
        check_new(target)
        temporary.replace(target)
    names.note(target)


def _appeared(target: Path) -> OutputError:
    return OutputError(
        f"{quoted(target)} has appeared since its name was chosen, and was left as it is: save under another name."
    )


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
