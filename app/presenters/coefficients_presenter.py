"""The session's result → the plot of its coefficients."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from PySide6.QtCore import QObject

from ..controls import numbers
from ..session import Session
from ..views.coefficients_panel import CoefficientsPanel


class CoefficientsPresenter(QObject):
    def __init__(self, session: Session, panel: CoefficientsPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._panel = session, panel
        self._order: list[int] = []
        session.engine_changed.connect(self._show_names)
        session.result_changed.connect(self._show)

    def _show_names(self) -> None:
        engine = self._session.engine.engine
        if engine is None:
            return
        units = list(engine.units)
        found = [number for number in numbers(tuple(units)) if number.key in units]
        self._order = [units.index(number.key) for number in found]
        groups = tuple((name, len(list(several))) for name, several in groupby(found, lambda n: n.section))
        self._panel.show_names(tuple(number.key for number in found), groups)

    def _show(self) -> None:
        reply = self._session.result
        readings = reply.readings if reply is not None else ()
        self._panel.show_readings([replace(r, expression=r.expression[self._order]) for r in readings])
