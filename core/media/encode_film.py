"""MP4 and animated WebP through FFmpeg (PyAV), frame by frame."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from ..types import Image

_CRF = "18"
_WEBP_QUALITY = "90"
_WEBP_MIN_SECONDS = Fraction(2, 100)
"""Browsers show a WebP frame of 10 ms for 100 ms."""


class FilmEncoder:
    """Writes ``path`` as its suffix says; ``size`` is (width, height).  ``loop`` is for WebP.

    MP4: H.264, yuv420p, BT.709 in video range and tagged so, the index in front so that it plays while it loads.
    """

    def __init__(self, path: Path, fps: float, size: tuple[int, int], loop: bool) -> None:
        self._webp = path.suffix.lower() == ".webp"
        self._rate = Fraction(fps).limit_denominator(1001)
        self._count = 0
        self._next = Fraction(0)
        width, height = size
        self._padding = ((0, 0), (0, 0), (0, 0)) if self._webp else ((0, height % 2), (0, width % 2), (0, 0))
        if self._webp:
            self._container = av.open(str(path), "w", format="webp", options={"loop": "0" if loop else "1"})
        else:
            self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self._stream = self._add_stream(width + self._padding[1][1], height + self._padding[0][1])

    def _add_stream(self, width: int, height: int) -> VideoStream:
        stream = self._container.add_stream("libwebp_anim" if self._webp else "libx264", rate=self._rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = width, height
        if self._webp:
            stream.pix_fmt = "bgra"
            stream.options = {"quality": _WEBP_QUALITY, "compression_level": "3"}
            return stream
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": _CRF, "preset": "medium"}
        context = stream.codec_context
        context.colorspace = Colorspace.ITU709
        context.color_range = ColorRange.MPEG
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        return stream

    def add(self, frame: Image) -> None:
        index, seconds = self._count, self._count / self._rate
        self._count += 1
        if self._webp:
            if seconds < self._next:
                return  # faster than browsers play: leave it out, so that the rest keeps its time
            self._next = seconds + _WEBP_MIN_SECONDS
        self._encode(frame, index)

    def _encode(self, frame: Image, index: int) -> None:
        padded = np.ascontiguousarray(np.pad(frame, self._padding, mode="edge"))
        picture = VideoFrame.from_ndarray(padded, format="rgb24")
        if self._webp:
            picture = picture.reformat(format="bgra")
        else:
            picture = picture.reformat(
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            )
        picture.pts = index
        picture.time_base = 1 / self._rate
        self._container.mux(self._stream.encode(picture))

    def finish(self) -> None:
        """Write what the encoder still holds, and the index."""
        self._container.mux(self._stream.encode())
        self._container.close()

    def close(self) -> None:
        """Let go of the file, finished or not; an unfinished one is of no use and its errors of no interest."""
        with contextlib.suppress(av.FFmpegError):
            self._container.close()
