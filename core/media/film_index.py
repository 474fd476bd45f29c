"""Which frames a video file has, when each is shown, and where decoding can begin: what exact jumps need."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

MAX_FRAMES = 600 * 240
"""Ten minutes at 240 frames a second; a file that claims more is not followed further."""


@dataclass(frozen=True)
class FilmIndex:
    """Frames in the order they are shown.

    ``times``   (n,) float64: seconds since the first frame.
    ``stamps``  (n,) int64: presentation stamps in the stream's time base, by which frames are known after a jump.
    ``keys``    (k,) int64, ascending, the first is 0: frames at which decoding can begin.
    ``sizes``   (n,) int64: bytes of each frame as it is stored.
    """

    times: NDArray[np.float64]
    stamps: NDArray[np.int64]
    keys: NDArray[np.int64]
    sizes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.times)

    def number(self, stamp: int | None) -> int | None:
        """The frame with that stamp, None where there is none."""
        if stamp is None:
            return None
        at = int(np.searchsorted(self.stamps, stamp))
        return at if at < len(self.stamps) and self.stamps[at] == stamp else None

    def landed(self, packet: Packet[VideoStream]) -> int | None:
        """The frame with which decoding begins there, None where it cannot be told.

        Where a file holds no stamp for each frame (MPEG-PS), FFmpeg gives what follows a jump the stamps of its
        neighbours: then the size is not that of the frame with that stamp.
        """
        frame = self.number(packet.pts)
        return frame if frame is not None and self.sizes[frame] == packet.size else None

    def starts(self, frame: int) -> list[int]:
        """Frames at which to begin in order to reach ``frame``: the nearest key frame, then ever safer ones."""
        nearest = int(np.searchsorted(self.keys, frame, side="right")) - 1
        return [int(self.keys[k]) for k in dict.fromkeys((nearest, nearest - 1, nearest - 4)) if k > 0]


def index_packets(container: InputContainer, stream: VideoStream) -> FilmIndex | None:
    """The index by the packets alone, nothing is decoded; None where they do not say when each frame is shown."""
    shown: list[tuple[int, bool, int]] = []
    with contextlib.suppress(av.FFmpegError):  # cut off or damaged: what comes before counts
        for packet in container.demux(stream):
            if packet.size and not packet.is_discard:
                if packet.pts is None:
                    return None
                shown.append((packet.pts, packet.is_keyframe, packet.size))
            if len(shown) == MAX_FRAMES:
                break
    if not shown or stream.time_base is None:
        return None
    shown.sort()
    stamps = np.array([stamp for stamp, _, _ in shown], np.int64)
    if (np.diff(stamps) == 0).any():
        return None
    keys = np.flatnonzero([key for _, key, _ in shown]).astype(np.int64)
    sizes = np.array([size for _, _, size in shown], np.int64)
    times = (stamps - stamps[0]) * float(stream.time_base)
    return FilmIndex(times, stamps, keys if keys.size and keys[0] == 0 else np.append(np.int64(0), keys), sizes)
