"""Maps beside the result, and the legend of the one that says where pixels come from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ..numbers import shown
from ..theme import Colours
from ..tr import tr
from .image_view import ImageView, Picture
from .overlay import Overlay
from .panel import Panel
from .pixmaps import sharp

LEGEND_HEIGHT = 46


class MapPanel(Panel):
    """A picture of the crop and, below it, a legend of fixed height, which goes where there is no room for both."""

    keeps_room = True

    def __init__(self, title: str, tip: str, legend: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(title, "", parent, docked=True)
        self.setToolTip(tip)
        self.header.setToolTip(tip)
        self.image = ImageView()
        self.image.take_keys(title)
        self.overlay = Overlay(self.image, tr("Appears with the result."))
        self.overlay.empty.setProperty("quiet", True)
        self.overlay.show_empty(True)
        self.setMinimumWidth(178)
        legend.setFixedHeight(LEGEND_HEIGHT)
        self._legend_below = legend
        self.add_body(self.overlay)
        self.add_footer(legend)
        margins = self._box.contentsMargins()
        self._lowest = margins.top() + self.overlay.minimumHeight() + margins.bottom()
        self.setMinimumHeight(self._lowest)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._legend_below.setVisible(event.size().height() >= self._lowest + self._box.spacing() + LEGEND_HEIGHT)

    def show_picture(self, picture: Picture | None) -> None:
        self.overlay.show_empty(picture is None)
        self.image.set_picture(picture)

    def show_colours(self, colours: Colours) -> None:
        self.image.show_colours(colours)


class FlowLegend(QWidget):
    """The colour wheel: colour is direction, strength is distance."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._wheel, self._text = QLabel(), QLabel()
        self._wheel.setObjectName("picture")
        self._wheel.setFixedSize(LEGEND_HEIGHT, LEGEND_HEIGHT)
        self._text.setObjectName("muted")
        self._text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._wheel)
        row.addWidget(self._text, 1)
        self.show_reach(None)

    def show_wheel(self, wheel: NDArray[np.uint8]) -> None:
        """H×W×4 uint8 RGBA."""
        self._wheel.setPixmap(sharp(_image(wheel), LEGEND_HEIGHT, self.devicePixelRatioF()))

    def show_reach(self, pixels: float | None) -> None:
        """``pixels``: the distance that is drawn in full colour."""
        text = tr("where it comes from")
        if pixels is not None:
            text = tr("where it comes from; full = {pixels} pixels", pixels=shown(pixels))
        self._text.setText(text)


def _image(wheel: NDArray[np.uint8]) -> QImage:
    """H×W×4 uint8 RGBA."""
    height, width = wheel.shape[:2]
    data = np.ascontiguousarray(wheel)
    # copy(): QImage does not keep the array alive
    return QImage(data.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
