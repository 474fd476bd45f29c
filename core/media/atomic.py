"""Files are written whole or not at all: a hidden temporary file beside the target, renamed over it at the end."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import Cancelled, OutputError
from .new_only import check_new, put
from .open_input import quoted
from .unfinished import hidden_name, noted

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_GONE = {
    errno.EIO, errno.EROFS, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT,
    errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH,
}  # fmt: skip
"""What the system says when a disk was taken out or a network is gone."""


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield the path of an empty temporary file in the folder of ``path``, with the same suffix.

    Leaving the block normally flushes it to the disk and renames it to ``path``, replacing what was there; leaving it
    by any exception (cancellation and Ctrl-C too) removes it and leaves ``path`` as it was.  A new file gets the
    permissions the umask gives; a replaced one keeps its own.  Through a symbolic link the file it names is written.
    At names held by :class:`core.media.new_only.NewOnly` nothing is replaced.
    What a killed process leaves is removed by :func:`core.media.unfinished.sweep`.

    Raises :class:`OutputError` when ``path`` cannot be written, the disk is full, or its folder goes away meanwhile.
    """
    shown = Path(path)
    target = check_writable(shown)
    check_new(target)
    temporary = target.with_name(hidden_name(target.suffix))
    with noted(temporary), _held(target.parent) as there:
        try:
            with _explained(shown):
                os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            with _explained(shown, temporary, there):
                yield temporary
                if not there():
                    raise FileNotFoundError(temporary)
            with _explained(shown):
                _flush(temporary)
                if target.exists():
                    shutil.copymode(target, temporary)
                put(temporary, target)
                _flush_folder(target.parent)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def check_writable(path: str | os.PathLike[str]) -> Path:
    """The real path that writing ``path`` would replace; :class:`OutputError` when it plainly cannot be written.

    Cheap, and touches nothing: long jobs call it before they start.
    """
    shown = Path(path)
    if not shown.name:
        raise OutputError(f"{quoted(shown)} does not name a file: give a file name to write to.")
    try:
        target = Path(os.path.realpath(shown))
        status = _status(target)
        folder = _status(target.parent)
    except (OSError, ValueError, RuntimeError) as error:
        raise OutputError(f"{quoted(shown)} is not a usable file name ({_reason(error)}): choose another.") from error
    if folder is None:
        raise OutputError(f"The folder {quoted(target.parent)} does not exist: create it or choose another.")
    if not stat.S_ISDIR(folder.st_mode):
        raise OutputError(
            f"{quoted(target.parent)} is a file, not a folder: choose another place for {quoted(shown.name)}."
        )
    if status is not None and stat.S_ISDIR(status.st_mode):
        raise OutputError(f"{quoted(shown)} is a folder: give the name of a file to write.")
    if status is not None and not stat.S_ISREG(status.st_mode):
        raise OutputError(f"{quoted(shown)} is not an ordinary file: choose another name.")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError(f"The folder {quoted(target.parent)} is not writable: choose another.")
    if status is not None and not os.access(target, os.W_OK):
        raise OutputError(f"{quoted(shown)} is write-protected: choose another name.")
    return target


def make_folder(folder: Path) -> None:
    """Make ``folder`` with its parents where it is missing; :class:`OutputError` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {str(folder)!r} cannot be made ({error.strerror}); choose another.") from error


def _status(path: Path) -> os.stat_result | None:
    """What is at ``path``, or None when there is nothing."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return None


def _flush(path: Path) -> None:
    """Wait until the bytes of ``path`` are on the disk, so that a power cut cannot leave an empty file behind."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    """The same for the new name; systems that cannot open folders (Windows) do without."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _explained(path: Path, inside: Path | None = None, there: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Turn what the system says about writing ``path`` into an :class:`OutputError`.

    ``inside`` the caller's block, which writes that file, only what is plainly about its disk: the rest is its own.
    ``there``: whether the folder is still the one it was.
    """
    try:
        yield
    except Exception as error:
        # FFmpeg's errors carry an errno too without all being OSErrors.
        if getattr(error, "errno", None) in _FULL:
            raise OutputError(f"{quoted(path)} cannot be written because the disk is full: free some space.") from error
        if not isinstance(error, Cancelled) and not there():
            text = f"{quoted(path)} cannot be written because its folder is gone: choose another place."
            raise OutputError(text) from error
        if not isinstance(error, OSError) or (inside is not None and not _disk_is_gone(error, inside)):
            raise
        raise OutputError(f"{quoted(path)} cannot be written ({_reason(error)}): choose another place.") from error


def _disk_is_gone(error: OSError, file: Path) -> bool:
    """Whether ``error`` says so of the disk that ``file`` is on, and not of some other that is read from."""
    about = None if error.filename is None else Path(os.fsdecode(error.filename))
    return error.errno in _GONE and (about is None or about.parent == file.parent)


@contextmanager
def _held(folder: Path) -> Iterator[Callable[[], bool]]:
    """Hold ``folder`` open; gives what tells whether it still is the one at its path.

    Where a network or a disk was, an empty folder of the same name may be left, to which one can write.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows does not open folders
        yield folder.is_dir
        return
    try:
        yield lambda: _same(descriptor, folder)
    finally:
        os.close(descriptor)


def _same(descriptor: int, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), folder.stat())
    except OSError:
        return False


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) else None
    return (text or str(error) or type(error).__name__).lower()
