"""The visible label: "AI MODIFIED" in the lower right corner."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from ..types import Float, Image

TEXT = "AI MODIFIED"
_HEIGHT = 0.06
_LEAST = 15
_FINE = 4


def draw_label(image: Image) -> Image:
    """``image`` (H×W×3 uint8) with the label: white on a dark badge with a light rim, to be read on any background.

    6 % of the shorter side high, at least 15 pixels, at most as wide as the picture.
    """
    height, width = image.shape[:2]
    badge = _badge(max(_LEAST, round(_HEIGHT * min(height, width))), height, width)
    rows, columns = badge.shape[:2]
    margin = max(min(rows // 3, (width - columns) // 2, (height - rows) // 2), 0)
    labelled = image.copy()
    part = labelled[height - margin - rows : height - margin, width - margin - columns : width - margin]
    colour, weight = badge[..., :3], badge[..., 3:]
    part[:] = np.rint(part + weight * (colour - part))
    return labelled


@lru_cache(maxsize=8)
def _badge(rows: int, most_rows: int, most_columns: int) -> Float:
    """h×w×4 float32: colour 0–255 and weight 0–1, drawn larger and made smaller for smooth edges."""
    fine = rows * _FINE
    font = ImageFont.load_default(round(fine * 0.62))
    left, top, right, bottom = font.getbbox(TEXT)
    size = round(right - left + fine * 0.9), fine
    drawn = PillowImage.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(drawn)
    rim, body = (255, 255, 255, 200), (20, 20, 20, 215)
    pen.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), fine // 4, body, rim, max(fine // 16, 1))
    place = (size[0] - right - left) / 2, (size[1] - bottom - top) / 2
    pen.text(place, TEXT, font=font, fill=(255, 255, 255, 255))
    shrink = min(1 / _FINE, most_columns / size[0], most_rows / size[1])
    small = drawn.resize((max(round(size[0] * shrink), 1), max(round(size[1] * shrink), 1)), PillowImage.Resampling.BOX)
    badge = np.asarray(small, np.float32)
    badge[..., 3] /= 255.0
    return badge
