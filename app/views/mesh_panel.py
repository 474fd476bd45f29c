"""Both meshes, and how they are drawn."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ..look import MESH_TIPS, MESH_WORDS
from ..tr import tr
from .mesh_view import MeshView
from .overlay import Overlay
from .panel import Panel
from .segments import Segments


class MeshPanel(Panel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Meshes"), "", parent, docked=True)
        self.view = MeshView()
        self.overlay = Overlay(self.view, tr("Both face meshes appear here."))
        self.overlay.empty.setProperty("quiet", True)
        self.overlay.show_empty(True)
        words: dict[str, str] = {name: tr(text) for name, text in MESH_WORDS.items()}
        tips: dict[str, str] = {name: tr("{tip} (M: the next)", tip=tr(text)) for name, text in MESH_TIPS.items()}
        self.looks = Segments(words, tips)
        self.add_to_header(self.looks)
        self.add_body(self.overlay)
