"""Controls and menu ↔ the session's dial."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ..session import Session
from ..views.controls_panel import ControlsPanel
from ..views.menus import Menus


class ControlsPresenter(QObject):
    def __init__(self, session: Session, panel: ControlsPanel, menus: Menus, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._panel, self._menus = session, panel, menus
        panel.moved.connect(self._move)
        panel.held.connect(session.set_dragging)
        panel.reset_wanted.connect(lambda name: self._move(name, 1.0))
        panel.only_wanted.connect(self._only)
        panel.placement_wanted.connect(lambda placement: session.set_dial(placement=placement))
        menus.pose_only.triggered.connect(lambda on: self._only("pose", on))
        menus.expression_only.triggered.connect(lambda on: self._only("expression", on))
        menus.flip.triggered.connect(self.flip)
        session.dial_changed.connect(self._show)
        self._show()

    def flip(self) -> None:
        """From anywhere to the source (α = 0), from the source to the driver (α = 1)."""
        dial = self._session.dial
        alpha = 0.0 if dial.controls.pose or dial.controls.expression else 1.0
        self._session.set_dial(pose=alpha, expression=alpha)

    def _move(self, name: str, alpha: float) -> None:
        names = ("pose", "expression") if name == "both" else (name,)
        self._session.set_dial(**dict.fromkeys(names, alpha))

    def _only(self, name: str, on: bool) -> None:
        self._session.set_dial(mode=name if on else "both")

    def _show(self) -> None:
        dial = self._session.dial
        self._panel.show_dial(dial)
        self._menus.pose_only.setChecked(dial.mode == "pose")
        self._menus.expression_only.setChecked(dial.mode == "expression")
