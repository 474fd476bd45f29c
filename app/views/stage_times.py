"""How long each stage of the last picture took: in a line where there is room, in any case as a table in its tip."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ..numbers import shown
from ..tr import tr

Stages = list[tuple[str, float]]
LEAST = 0.5
"""Milliseconds: shorter stages are in the table alone."""
BAR = 24
"""Letters of the longest bar, which are"""
SOLID = "letter-spacing: -1px"
"""pushed together: where letters begin between pixels, there would be lines between them."""


class StageTimes(QLabel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stages: Stages = []
        self._draft = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_stages(self, stages: Stages, draft: bool = False) -> None:
        """(name, milliseconds) in the order they were done in; none = nothing was done yet.  ``draft``: of a draft."""
        self.stages, self._draft = stages, draft
        self.setToolTip(table(stages, draft))
        self._choose()
        self.updateGeometry()

    @property
    def total(self) -> str:
        total = shown(sum(ms for _, ms in self.stages))
        if not self.stages:
            return ""
        return tr("{total} ms, draft", total=total) if self._draft else tr("{total} ms", total=total)

    @property
    def whole(self) -> str:
        parts = " · ".join(f"{name} {shown(ms)}" for name, ms in self.stages if ms >= LEAST)
        return f"{parts} = {self.total}" if parts else self.total

    def sizeHint(self) -> QSize:
        return QSize(self._width(self.whole), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(self.total), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose()

    def _choose(self) -> None:
        text = self.whole if self.width() >= self._width(self.whole) else self.total
        if text != self.text():
            self.setText(text)

    def _width(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 14  # the padding of the style sheet


def table(stages: Stages, draft: bool) -> str:
    """Rich text: a row with a bar for each stage, the sum, and what a draft is where it is of one."""
    longest = max((ms for _, ms in stages), default=0.0)
    rows = []
    for name, ms in stages:
        bar = f"<span style='{SOLID}'>{'█' * round(BAR * ms / longest)}</span>" if longest else ""
        rows.append(f"<tr><td>{escape(name)}</td><td align='right'>&nbsp;{shown(ms, 1)}&nbsp;</td><td>{bar}</td></tr>")
    total = sum(ms for _, ms in stages)
    rows.append(
        f"<tr><td><b>{escape(tr('together'))}</b></td><td align='right'>&nbsp;<b>{shown(total, 1)}</b>&nbsp;</td></tr>"
    )
    heading = escape(tr("Time each stage of the last picture took, in milliseconds"))
    text = f"<p>{heading}</p><table>{''.join(rows)}</table>"
    if not draft:
        return text
    return f"{text}<p>{escape(tr('A draft: a smaller net draws while something moves, the finer one what stays.'))}</p>"
