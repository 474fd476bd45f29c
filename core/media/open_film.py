"""Opening a video file through FFmpeg: which formats, how large, how long, and nothing but that one file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from ..errors import InputError
from .open_input import quoted

MIN_SIDE, MAX_SIDE = 16, 8192
MAX_PIXELS = 36_000_000
"""Of a frame as it is shown: 8192×4320 and a little more."""

OPEN_SECONDS, READ_SECONDS = 5.0, 20.0
"""That FFmpeg may read before it knows what the file is, and until the next packet (a disk may have to wake up)."""

_PIXELS_AT_WORK = 72_000_000
_MAX_THREADS = 8

CODECS = frozenset(
    name
    for names in (
        "h264 hevc av1 vp8 vp9 mpeg4 mpeg1video mpeg2video h263 mjpeg prores dnxhd ffv1 theora vc1 wmv1 wmv2 wmv3",
        "flv1 vp6f msmpeg4v2 msmpeg4v3 huffyuv ffvhuff dvvideo rawvideo wrapped_avframe png",
    )
    for name in names.split()
)
"""Codecs, in FFmpeg's words, that cameras, phones and browsers write.  Its other two hundred are never tried."""

# Decoders that may look into the tracks while the file is opened: also of the usual sound.
_DECODERS = (
    ",".join(sorted(CODECS)) + ",flv,msmpeg4,libdav1d,libvpx,libvpx-vp9,aac,mp3,mp3float,mp2,mp2float,ac3,eac3,opus,"
    "vorbis,flac,alac,wmav1,wmav2,pcm_s16le,pcm_s16be,pcm_u8,pcm_s24le,pcm_f32le,pcm_alaw,pcm_mulaw,adpcm_ms"
)

# A playlist in disguise must not make FFmpeg open other files or the network.
_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,asf,flv,ogg,yuv4mpegpipe",
    "codec_whitelist": _DECODERS,
    "max_pixels": str(MAX_PIXELS),
    "max_streams": "64",
}


@contextmanager
def open_film(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file and its picture track, ready to be decoded.  Raises :class:`InputError`."""
    name = quoted(path)
    try:
        # "file:" keeps FFmpeg from reading a protocol into a name that holds a colon.
        container = av.open(
            f"file:{path}", "r", options=_OPTIONS, metadata_errors="replace", timeout=(OPEN_SECONDS, READ_SECONDS)
        )
    except av.error.ExitError as error:
        raise InputError(f"{name} takes too long to open: copy it to this computer or export it again.") from error
    except (av.FFmpegError, ValueError) as error:
        raise InputError(f"{name} is damaged or not a video: export or download it again.") from error
    with container:
        stream = next((s for s in container.streams.video if not s.disposition & Disposition.attached_pic), None)
        if stream is None and not (container.streams.audio or container.streams.subtitles):
            # the index was cut off before it says what its first track is
            raise InputError(f"{name} is damaged or not a video: export or download it again.")
        if stream is None:
            raise InputError(f"{name} has no picture track, only sound or text: give a video.")
        if stream.codec_context is None or stream.codec_context.codec.canonical_name not in CODECS:
            raise InputError(f"{name} is damaged or of an unusual codec: convert it to H.264 MP4 first.")
        check_size(name, stream.width, stream.height)
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}  # also when it grows on the way
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = _threads(stream.width * stream.height)
        yield container, stream


def check_size(name: str, width: int, height: int) -> None:
    """Raises :class:`InputError` for a video beyond the limits; ``name`` is what the message calls it."""
    if min(width, height) < MIN_SIDE:
        raise InputError(f"{name} is too small ({width}×{height} pixels): give one of at least {MIN_SIDE}×{MIN_SIDE}.")
    if max(width, height) > MAX_SIDE:
        raise InputError(f"{name} is {width}×{height} pixels; the limit is {MAX_SIDE} a side: make it smaller first.")
    if width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 1_000_000
        raise InputError(
            f"{name} is {width}×{height} pixels; the limit of a video is {limit} megapixels: make it smaller first."
        )


def _threads(pixels: int) -> int:
    """Each thread holds frames of its own: few for large ones."""
    return max(1, min(_MAX_THREADS, os.cpu_count() or 1, _PIXELS_AT_WORK // max(1, pixels)))
