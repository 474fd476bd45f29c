"""Keys that stay the window's while a text has the focus."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent, QKeySequence

# Emacs' editing keys, which Qt's texts take on X11: Ctrl+D would delete a letter, Ctrl+K the rest of the line.
_TAKEN_ON_X11 = tuple(QKeySequence(keys) for keys in ("Ctrl+D", "Ctrl+E", "Ctrl+K"))


def is_of_window(event: QKeyEvent) -> bool:
    """Whether a key means what the menus say, and not what texts of this system do with it."""
    return QKeySequence(event.keyCombination()) in _TAKEN_ON_X11
