"""The map of what the source shows at all; where what draws has one, its flow mask stands there instead."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from core.types import Float, Image

from ..tr import tr
from .map_panels import MapPanel

WHITE, BLACK = "#FFFFFF", "#1A1A1A"


class ShareMapPanel(MapPanel):
    def __init__(self, parent: QWidget | None = None) -> None:
        self._legend = ShareLegend()
        super().__init__(tr("Visibility"), "", self._legend, parent)
        self.mask_button = self.add_button(
            tr("Mask"), tr("The flow mask: how much of the motion the net keeps at each pixel (V)")
        )
        self.mask_button.setCheckable(True)
        self.shows_mask = False
        self.show_maps(None, None, False)

    def show_maps(self, visibility: Float | None, mask: Float | None, wanted: bool) -> None:
        """Both maps (H×W in [0, 1]); the mask is shown where there is one and it is ``wanted``."""
        self.shows_mask = wanted and mask is not None
        self.mask_button.setVisible(mask is not None)
        self.mask_button.setChecked(self.shows_mask)
        self._title.setText(tr("Flow mask") if self.shows_mask else tr("Visibility"))
        tip = tr("How much of the motion the net keeps: what is dark stays where it is in the source")
        if not self.shows_mask:
            tip = tr("Bright where the source shows what the result needs")
        self.setToolTip(tip)
        self.header.setToolTip(tip)
        self._legend.show_mask(self.shows_mask)
        shown = mask if self.shows_mask else visibility
        self.show_picture(None if shown is None else grey(shown))


class ShareLegend(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(4)
        self._texts = QLabel(), QLabel()
        for row, (colour, label) in enumerate(zip((WHITE, BLACK), self._texts)):
            swatch = QLabel()
            swatch.setFixedSize(18, 12)
            swatch.setStyleSheet(f"background: {colour}; border: 1px solid #7F7F7F;")
            label.setObjectName("muted")
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(swatch, row, 0)
            grid.addWidget(label, row, 1)
        grid.setColumnStretch(1, 1)

    def show_mask(self, mask: bool) -> None:
        words = (tr("moves"), tr("stays in place")) if mask else (tr("from the source"), tr("hidden there"))
        for label, text in zip(self._texts, words):
            label.setText(text)


def grey(shares: Float) -> Image:
    """H×W in [0, 1] → H×W×3 uint8, 1 = white."""
    level = (np.clip(shares, 0, 1) * 255 + 0.5).astype(np.uint8)
    return np.repeat(level[..., None], 3, axis=2)
