"""What drives the picture, in numbers: the expression units and angles of source, driver and result."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ..numbers import shown
from ..rendering import Reading
from ..theme import Colours
from ..tr import inside, later, tr
from .panel import ElidedLabel, Panel
from .whole_text_axis import WholeTextAxis

WHO = (later("Source"), later("Driver"), later("Result"))
ANGLES = (later("Yaw"), later("Pitch"), later("Roll"))
SOURCE_COLOUR, DRIVER_COLOUR = "#7FA8D1", "#DEA871"  # the skins of the two meshes
TOP = 1.5
NARROW = 2
"""A group of so few units has no room for its name; pointing at it tells."""


class CoefficientsPanel(Panel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Coefficients"), "", parent, docked=True)
        self.setToolTip(tr("How strongly each expression unit is on: bars are the result, ○ the source, ◆ the driver."))
        self.plot: pg.PlotWidget | None = None
        self._colours: Colours | None = None
        self._names: tuple[str, ...] = ()
        self._groups: tuple[tuple[str, int], ...] = ()
        self._shown: tuple[Reading, ...] = ()
        self._seen = False
        self.hint = ElidedLabel(tr("Point at a bar to read it."))
        self.hint.setObjectName("muted")
        self._cells = {(who, angle): QLabel("–") for who in WHO for angle in ANGLES}
        self.add_footer(self.hint)
        self.add_footer(self._table())
        self._box.addStretch(0)

    def _table(self) -> QWidget:
        table = QWidget()
        table.setObjectName("plain")
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        for column, angle in enumerate(ANGLES, 1):
            grid.addWidget(self._muted(tr(angle)), 0, column, Qt.AlignmentFlag.AlignRight)
        marks = {"Source": f"<span style='color:{SOURCE_COLOUR}'>○</span> {tr('Source')}",
                 "Driver": f"<span style='color:{DRIVER_COLOUR}'>◆</span> {tr('Driver')}",
                 "Result": f"▮ {tr('Result')}"}  # fmt: skip
        for row, who in enumerate(WHO, 1):
            grid.addWidget(QLabel(marks[who]), row, 0)
            for column, angle in enumerate(ANGLES, 1):
                grid.addWidget(self._cells[who, angle], row, column, Qt.AlignmentFlag.AlignRight)
        return table

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setObjectName("muted")
        return label

    def show_names(self, names: tuple[str, ...], groups: tuple[tuple[str, int], ...]) -> None:
        """The units in the order of the bars, and (group, how many) in the same order."""
        self._names, self._groups = names, groups
        self._draw()

    def show_readings(self, readings: Sequence[Reading]) -> None:
        """Source, driver and result, their units in the order of the names; empty = nothing to show."""
        self._shown = tuple(readings)
        self._draw()

    def show_colours(self, colours: Colours) -> None:
        self._colours = colours
        if self.plot is not None:
            self._dress(self.plot, colours)

    def see(self, seen: bool) -> None:
        """Whether the panel is in front: nothing is drawn behind another tab."""
        self._seen = seen
        self._draw()

    def _make(self) -> pg.PlotWidget:
        plot = pg.PlotWidget(background=None, axisItems={side: WholeTextAxis(side) for side in ("bottom", "left")})
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.setRange(xRange=(-0.7, len(self._names) + 0.7), yRange=(0, TOP), padding=0)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bars = pg.BarGraphItem(x=[], height=[], width=0.8)
        self._source = pg.ScatterPlotItem(symbol="o", size=7, brush=None, pen=pg.mkPen(SOURCE_COLOUR, width=1.5))
        self._driver = pg.ScatterPlotItem(symbol="d", size=7, brush=DRIVER_COLOUR, pen=None)
        for item in (self._bars, self._source, self._driver):
            plot.addItem(item)
        ticks, start = [], 0
        self._edges = []
        for group, count in self._groups:
            if count > NARROW:
                ticks.append((start + (count - 1) / 2, tr(group)))
            start += count
            edge = pg.InfiniteLine(start - 0.5, 90)
            self._edges.append(edge)
            plot.addItem(edge)
        plot.getAxis("bottom").setTicks([ticks])
        plot.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        plot.getAxis("left").setWidth(26)
        plot.getAxis("left").setTickSpacing(0.5, 0.5)
        plot.scene().sigMouseMoved.connect(self._point)
        if self._colours is not None:
            self._dress(plot, self._colours)
        return plot

    def _dress(self, plot: pg.PlotWidget, colours: Colours) -> None:
        plot.setBackground(QColor(colours.canvas))
        for name in ("bottom", "left"):
            plot.getAxis(name).setPen(colours.border)
            plot.getAxis(name).setTextPen(colours.muted)
        for edge in self._edges:
            edge.setPen(pg.mkPen(colours.border))
        self._bars.setOpts(brush=colours.accent, pen=None)

    def _draw(self) -> None:
        if not self._seen:
            return
        if self.plot is None and self._names:
            self.plot = self._make()
            self._box.insertWidget(0, self.plot, 1)
        for index, who in enumerate(WHO):
            reading = self._shown[index] if self._shown else None
            for angle in ANGLES:
                value = f"{shown(getattr(reading, angle.lower()), 1, sign=True)}°" if reading else "–"
                self._cells[who, angle].setText(value)
        if self.plot is None:
            return
        x = np.arange(len(self._names))
        if not self._shown:
            self._bars.setOpts(x=[], height=[])
            self._source.clear()
            self._driver.clear()
            return
        source, driver, result = self._shown
        self._bars.setOpts(x=x, height=result.expression)
        self._source.setData(x, source.expression)
        self._driver.setData(x, driver.expression)

    def _point(self, place: QPointF) -> None:
        if self.plot is None or not self._shown:
            return
        index = round(self.plot.getViewBox().mapSceneToView(place).x())
        if 0 <= index < len(self._names):
            values = [f"{inside(tr(who))} {shown(float(r.expression[index]), 2)}" for who, r in zip(WHO, self._shown)]
            self.hint.set_full_text(f"{self._names[index]}: {' · '.join(values)}")
