"""Video files through FFmpeg (PyAV)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from functools import cached_property, partial
from itertools import chain, dropwhile
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from ..errors import InputError
from ..types import Image
from .deadline import Deadline
from .film_index import FilmIndex, index_packets
from .frame_to_rgb import to_rgb
from .hdr import HLG, PQ
from .open_film import check_size, open_film
from .open_input import quoted

_MAX_FPS = 240.0
_MANY_KEYS = 16


class Film:
    """One video file; see :class:`core.media.read_video.VideoReader`, whose interface for FFmpeg this is.

    Opening decodes the first frame: only that tells whether the file is sound, and how it is turned.
    """

    def __init__(self, path: Path, max_seconds: float) -> None:
        self._path = path
        self.notes: list[str] = []
        with open_film(self._path) as (container, stream):
            self._aspect = _pixel_aspect(stream)
            self._check(container, stream, max_seconds)
            self.fps = _frames_per_second(stream)
            self._seconds = _duration(container, stream)
            shown = None if self._seconds is None else max(1, round(self._seconds * self.fps))
            self.frame_count = stream.frames or shown
            first = next(self._decode(container.demux(stream), stream), None)
            if first is None:
                raise InputError(f"{quoted(path)} has no frame that can be decoded: export the video again.")
            if first.color_trc in (PQ, HLG):
                self.notes.append("The video is HDR; its light was brought into the range of an ordinary picture.")
            height, width = self._rgb(first).shape[:2]
            self.size = (width, height)

    @cached_property
    def _index(self) -> FilmIndex:
        """By the packets where they tell; else everything is decoded once, and jumps are not possible."""
        with open_film(self._path) as (container, stream):
            index = index_packets(container, stream)
        if index is None:
            times = np.array([seconds for _, seconds, _ in self.run(0)])
            index = FilmIndex(times, np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros(0, np.int64))
        return index

    @property
    def times(self) -> NDArray[np.float64]:
        """(n,) seconds since the first frame of every frame."""
        return self._index.times

    def quick(self, index: int) -> int:
        """The nearest key frame, where a film has many of them."""
        keys = self._index.keys
        return index if len(keys) < _MANY_KEYS else int(keys[np.abs(keys - index).argmin()])

    def run(self, start: int) -> Generator[tuple[int, float, Callable[[], Image]], None, None]:
        """(number, seconds since the first frame, what converts it to RGB) of frame ``start`` and all after it.

        It jumps to a key frame before ``start`` where the file allows, and decodes from there: the number is exact.
        """
        if start and self._index.starts(start):
            with open_film(self._path) as (container, stream):
                jumped = self._jump(container, stream, start)
                if jumped is not None:
                    for frame in jumped:
                        number = self._index.number(frame.pts)
                        if number is not None and number >= start:
                            yield number, float(self._index.times[number]), partial(self._convert, frame)
                    return
        with open_film(self._path) as (container, stream):
            origin: float | None = None
            for number, frame in enumerate(self._decode(container.demux(stream), stream)):
                stamp = number / self.fps if frame.time is None else float(frame.time)
                origin = stamp if origin is None else origin
                if number >= start:
                    yield number, max(0.0, stamp - origin), partial(self._convert, frame)
        if origin is None:  # damage that the decoder's threads take now one way, now the other
            raise InputError(f"{quoted(self._path)} has no frame that can be decoded: export the video again.")

    def _jump(self, container: InputContainer, stream: VideoStream, start: int) -> Iterator[VideoFrame] | None:
        """Frames from a key frame at or before ``start`` on; None where only decoding from the beginning is sure."""
        for key in self._index.starts(start):
            try:
                container.seek(int(self._index.stamps[key]), stream=stream)
                packets = dropwhile(lambda packet: not packet.is_keyframe, container.demux(stream))
                first = next(packets, None)
            except av.FFmpegError:
                return None
            landed = None if first is None else self._index.landed(first)
            if first is not None and landed is not None and landed <= start:
                return self._decode(chain([first], packets), stream, whole=False)
        return None

    def _convert(self, frame: VideoFrame) -> Image:
        return self._same_size(self._rgb(frame))

    def _rgb(self, frame: VideoFrame) -> Image:
        try:
            return to_rgb(frame, self._aspect)
        except (av.FFmpegError, ValueError) as error:
            raise InputError(f"{quoted(self._path)} stores its colours in an unusual way: export it again.") from error

    def _same_size(self, pixels: Image) -> Image:
        """Streams may change their size on the way; nobody downstream expects that."""
        if pixels.shape[1::-1] == self.size:
            return pixels
        note = "The video changes its size on the way; the later frames were scaled to the first."
        if note not in self.notes:
            self.notes.append(note)
        width, height = self.size
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        return np.asarray(frame.reformat(width=width, height=height, format="rgb24").to_ndarray(), np.uint8)

    def _check(self, container: InputContainer, stream: VideoStream, max_seconds: float) -> None:
        name = quoted(self._path)
        check_size(name, round(stream.width * self._aspect), stream.height)
        seconds = _duration(container, stream)
        if seconds is not None and seconds > max_seconds:
            raise InputError(f"{name} lasts {seconds:.0f} seconds; the limit is {max_seconds:g}: cut it first.")

    def _decode(
        self, packets: Iterator[Packet[VideoStream]], stream: VideoStream, whole: bool = True
    ) -> Generator[VideoFrame, None, None]:
        """Whole frames in the order they are shown, up to the end or the first damage, which becomes a note.

        ``whole``: from the beginning on, where the number of frames can be checked.
        """
        count, deadline, first, last = 0, Deadline(), None, None
        try:
            for packet in packets:
                for frame in self._decode_packet(stream, packet, count):
                    count += 1
                    first, last = frame.time if first is None else first, frame.time
                    yield frame
                    deadline.renew()
                if deadline.passed:
                    raise ValueError(f"no frame for {deadline.seconds:g} seconds")
        except (av.FFmpegError, ValueError):
            if whole:
                self.notes.append(f"The video is damaged after frame {count}; what comes before was used.")
            return
        if not whole:
            return
        expected = stream.frames or self.frame_count or 0
        if self._is_cut_off(stream, count, None if first is None or last is None else last - first):
            self.notes.append(f"The video is damaged or cut off: {count} of about {expected} frames were used.")

    def _is_cut_off(self, stream: VideoStream, count: int, seconds: float | None) -> bool:
        """Whether ``count`` frames over ``seconds`` are fewer than the file states, by number or else by its length."""
        if stream.frames:
            return count < stream.frames * 0.98 - 2
        if self._seconds is None or seconds is None:
            return False
        return seconds < self._seconds * 0.9 - 3 / self.fps  # frames may come seldom, where nothing moves

    def _decode_packet(self, stream: VideoStream, packet: Packet[VideoStream], count: int) -> list[VideoFrame]:
        try:
            decoded = stream.decode(packet)
        except av.FFmpegError:
            if count == 0 and packet.size:  # a cut that starts between two key frames
                return []
            raise
        return [frame for frame in decoded if not frame.is_corrupt]


def _pixel_aspect(stream: VideoStream) -> float:
    """Width of a stored pixel over its height; 1 where the file says nothing or nonsense."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 0.25 <= aspect <= 4.0 else 1.0


def _frames_per_second(stream: VideoStream) -> float:
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate is not None and 0 < rate <= _MAX_FPS:
            return float(rate)
    return 25.0


def _duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Seconds the video lasts, where the file says so."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base
