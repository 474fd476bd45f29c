"""The one way out for pictures and films: marked, signed, and whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..media.colour import Alpha, unflatten
from ..media.write_animation import AnimationWriter, open_animation
from ..media.write_image import write_image
from ..types import Image
from .certificate import load_credentials
from .embed import embed
from .label import draw_label
from .manifest import sign
from .marks import Marks


def check_marks(marks: Marks) -> None:
    """Raises :class:`SigningError` where a manifest is wanted and cannot be signed; long jobs ask first."""
    if marks.manifest:
        load_credentials(marks.certificate, marks.key)


def mark(image: Image, marks: Marks) -> Image:
    """The pixels (H×W×3 uint8) with the label and the watermark that are wanted."""
    labelled = draw_label(image) if marks.label else image
    return embed(labelled) if marks.watermark else labelled


def write_marked_image(path: Path, image: Image, marks: Marks, quality: int = 95, alpha: Alpha | None = None) -> None:
    """:func:`core.media.write_image.write_image` with marks; whole and signed, or not at all.  Raises OutputError.

    ``alpha`` (H×W uint8) of the picture that ``image`` was made from: ``image`` shows it on white.
    """
    marked = mark(image, marks)
    colours = marked if alpha is None else unflatten(marked, alpha)
    write_image(path, colours, alpha, quality=quality, finish=signing(marks))


class MarkedAnimation:
    """Takes frames as :class:`AnimationWriter` does, and marks each."""

    def __init__(self, writer: AnimationWriter, marks: Marks) -> None:
        self._writer = writer
        self._marks = marks

    def add(self, frame: Image) -> None:
        self._writer.add(mark(frame, self._marks))


@contextmanager
def open_marked_animation(
    path: Path, fps: float, size: tuple[int, int], marks: Marks, should_stop: Callable[[], bool]
) -> Iterator[MarkedAnimation]:
    """:func:`core.media.write_animation.open_animation` with marks; whole and signed, or not at all."""
    check_marks(marks)
    with open_animation(path, fps, size, should_stop=should_stop, finish=signing(marks)) as writer:
        yield MarkedAnimation(writer, marks)


def signing(marks: Marks) -> Callable[[Path], None]:
    """Signs a finished file in place; it is still the temporary one, so nobody ever sees it unsigned."""

    def finish(path: Path) -> None:
        if not marks.manifest:
            return
        credentials = load_credentials(marks.certificate, marks.key)
        signed = path.with_name(f"{path.stem}-signed{path.suffix}")
        try:
            sign(path, signed, marks, credentials)
            signed.replace(path)
        finally:
            with contextlib.suppress(OSError):
                signed.unlink(missing_ok=True)

    return finish
