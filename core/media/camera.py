"""Cameras through FFmpeg (PyAV): which there are, and their pictures one after the other."""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

import av
from av.container import InputContainer
from av.video.frame import VideoFrame

from ..errors import InputError
from ..types import Image
from .frame_to_rgb import to_rgb
from .open_input import quoted

SYSTEM = {"darwin": "avfoundation", "win32": "dshow"}.get(sys.platform, "v4l2")
"""FFmpeg's name for how this system's cameras are reached."""

LINUX_DEVICES = Path("/sys/class/video4linux")
WISHES: dict[str, dict[str, str]] = {
    # 4 = do not wait for a picture (AVFMT_FLAG_NONBLOCK): a camera that stalls must not keep its thread
    "v4l2": {"fflags": "4", "framerate": "30", "video_size": "640x480"},
    "avfoundation": {"framerate": "30", "video_size": "640x480", "pixel_format": "nv12"},
    "dshow": {"rtbufsize": "32M"},
}
"""What is asked for first; a camera that cannot do it is opened as it is."""
KEPT = ("fflags", "rtbufsize")
"""Options of reading, which no camera refuses."""


@dataclass(frozen=True)
class CameraDevice:
    """``address``: what FFmpeg opens with the input format ``system``; ``name`` for people."""

    address: str
    name: str
    system: str = SYSTEM


class CameraSource(Protocol):
    """A camera that is on."""

    def read(self) -> Image | None:
        """The next picture, H×W×3 uint8 RGB, None = there is none yet.  Raises InputError where none will come."""

    def close(self) -> None:
        """Switch it off; any number of times."""


def list_cameras() -> list[CameraDevice]:
    """The cameras of this machine; none of them is switched on for it."""
    if SYSTEM == "v4l2":
        return _linux_cameras(LINUX_DEVICES)
    try:
        found = av.enumerate_input_devices(SYSTEM)
    except (av.FFmpegError, ValueError, OSError):
        return []
    videos = [device for device in found if "video" in device.media_types]
    prefix = "video=" if SYSTEM == "dshow" else ""
    return [CameraDevice(prefix + device.name, device.description or device.name) for device in videos]


def _linux_cameras(folder: Path) -> list[CameraDevice]:
    """The first node of each device: the others carry what is no picture."""
    found = []
    for node in sorted(folder.glob("video*"), key=lambda node: (len(node.name), node.name)):
        try:
            name = (node / "name").read_text(encoding="utf-8", errors="replace").strip()
            first = (node / "index").read_text(encoding="ascii").strip() == "0"
        except OSError:
            continue
        if first:
            found.append(CameraDevice(f"/dev/{node.name}", name.split(": ")[0] or node.name))
    return found


class Camera:
    """One camera, on from here until :meth:`close`.  Raises InputError in one sentence where it cannot be used."""

    def __init__(self, device: CameraDevice) -> None:
        self._device = device
        self._container: InputContainer | None = _open(device)
        if not self._container.streams.video:
            self.close()
            raise InputError(f"The camera {quoted(device.name)} gives no pictures: choose another one.")

    def read(self) -> Image | None:
        if self._container is None:
            return None
        try:
            for packet in self._container.demux(video=0):
                frames = [frame for frame in packet.decode() if isinstance(frame, VideoFrame)]
                if frames:
                    return to_rgb(frames[-1], 1.0)
                if packet.size == 0:  # the end of the stream
                    break
        except BlockingIOError:
            return None
        except (av.FFmpegError, OSError, ValueError) as error:
            raise self._gone() from error
        raise self._gone()

    def close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None

    def __enter__(self) -> Camera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _gone(self) -> InputError:
        return InputError(
            f"The camera {quoted(self._device.name)} sends no more pictures: connect it again, then start it anew."
        )


def _open(device: CameraDevice) -> InputContainer:
    wishes = WISHES.get(device.system, {})
    plain = {key: value for key, value in wishes.items() if key in KEPT}
    try:
        return _opened(device, wishes)
    except (av.FFmpegError, OSError, ValueError) as first:
        if wishes == plain or _number(first) in (errno.EBUSY, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENODEV):
            raise _refused(device, first) from first
    try:
        return _opened(device, plain)
    except (av.FFmpegError, OSError, ValueError) as second:
        raise _refused(device, second) from second


def _opened(device: CameraDevice, options: dict[str, str]) -> InputContainer:
    return av.open(device.address, format=device.system, options=dict(options), timeout=(10.0, 5.0))


def _number(error: Exception) -> int | None:
    return getattr(error, "errno", None)


def _refused(device: CameraDevice, error: Exception) -> InputError:
    name, number = quoted(device.name), _number(error)
    if number == errno.EBUSY:
        return InputError(f"The camera {name} is used by another program: close that program, then try again.")
    if number in (errno.EACCES, errno.EPERM):
        return InputError(
            f"Mimesh may not use the camera {name}: allow it in the system's privacy settings, then try again."
        )
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return InputError(f"The camera {name} is not there any more: connect it, then try again.")
    return InputError(
        f"The camera {name} cannot be used: close other programs that use it, or allow Mimesh to in the system's "
        "privacy settings."
    )
