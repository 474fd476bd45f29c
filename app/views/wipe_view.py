"""The result with the source to the left of a line that can be dragged, and the flow as arrows over both."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from .flow_arrows import Flow, FlowArrows
from .image_view import ImageView, Picture

STEP = 0.05


class WipeView(ImageView):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._after: Picture | None = None
        self._before: Picture | None = None
        self._comparing = False
        self.line = pg.InfiniteLine(0, 90, pg.mkPen(QColor(255, 255, 255, 230), width=2), True)
        self.line.setHoverPen(pg.mkPen(QColor(255, 255, 255), width=4))
        self.line.setCursor(Qt.CursorShape.SplitHCursor)
        self.line.hide()
        self._canvas.addItem(self.line, ignoreBounds=True)
        self.line.sigPositionChanged.connect(self._paint)
        self.share = 0.5
        self.arrows = FlowArrows()
        self._canvas.addItem(self.arrows, ignoreBounds=True)

    @property
    def share(self) -> float:
        """How much of the width, from the left, shows the picture before."""
        width = self._width()
        return float(min(max(self.line.value() / width, 0.0), 1.0))

    @share.setter
    def share(self, share: float) -> None:
        self.line.setValue(min(max(share, 0.0), 1.0) * self._width())

    def set_pair(self, after: Picture | None, before: Picture | None) -> None:
        """The picture, and the one before it (of the same size, or None)."""
        share, width = self.share, self._width()
        self._after, self._before = after, before
        if self._width() != width:
            self.line.setBounds((0, self._width()))
            self.share = share
        self._paint()

    def compare(self, on: bool) -> None:
        self._comparing = on
        self._paint()

    def show_arrows(self, flow: Flow | None) -> None:
        """The flow (H×W×2, pixels, backward) over the picture; None = none."""
        self.arrows.set_flow(flow)

    def _width(self) -> int:
        return 1 if self._after is None else self._after.shape[1]

    def _paint(self) -> None:
        after, before = self._after, self._before
        comparing = self._comparing and after is not None and before is not None and after.shape == before.shape
        self.line.setVisible(comparing)
        if not comparing or after is None or before is None:
            self.set_picture(after)
            return
        edge = round(self.share * after.shape[1])
        self.set_picture(np.concatenate([before[:, :edge], after[:, edge:]], axis=1))
