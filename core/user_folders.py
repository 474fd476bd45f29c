"""Where Mimesh keeps what is the user's: folders of the system's choice, readable by the user alone."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def config_folder() -> Path:
    """Settings, presets, which marks were chosen."""
    return Path(platformdirs.user_config_dir("mimesh", appauthor=False))


def data_folder() -> Path:
    """The signing certificate."""
    return Path(platformdirs.user_data_dir("mimesh", appauthor=False))


def state_folder() -> Path:
    """Logs, and the sessions that a crash would lose."""
    return Path(platformdirs.user_state_dir("mimesh", appauthor=False))


def make_private(folder: Path) -> Path:
    """Make ``folder``, one of the above or inside one, where it is missing; nobody else may look into any of them.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    mine = (config_folder(), data_folder(), state_folder())
    for each in (folder, *folder.parents):
        if each == folder or any(each.is_relative_to(own) for own in mine):
            _close(each)
    return folder


def _close(folder: Path) -> None:
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(PRIVATE_FOLDER)
