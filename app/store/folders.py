"""Where the window keeps what is the user's, readable by the user alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.user_folders import config_folder, state_folder


@dataclass(frozen=True)
class Folders:
    """``config``: settings and presets.  ``state``: what restores a session."""

    config: Path
    state: Path

    @staticmethod
    def of_user() -> Folders:
        return Folders(config_folder(), state_folder() / "sessions")

    @property
    def dragged(self) -> Path:
        return self.state.with_name("dragged")

    @property
    def presets(self) -> Path:
        return self.config / "presets.json"

    @property
    def settings(self) -> Path:
        return self.config / "settings.json"
