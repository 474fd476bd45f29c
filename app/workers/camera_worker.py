"""The thread in which the camera is on, from when it is asked for until it is stopped."""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from core.errors import InputError

from ..footage import LiveFrame
from ..tr import tr
from .engine import in_words
from .mailbox import Mailbox

WAIT_S = 0.005
PATIENCE_S = 6.0
"""Seconds without a picture after which a camera counts as stalled."""


@dataclass(frozen=True)
class CameraOrder:
    """``run`` numbers the frames' time; ``device``: the address, "" = the first; ``on`` false: switch it off."""

    run: int
    on: bool
    device: str = ""
    mirror: bool = True


@dataclass(frozen=True)
class Cameras:
    """How cameras are found and opened; see :mod:`core.media.camera`, whose import brings FFmpeg in."""

    find: Callable[[], list[Any]] = lambda: importlib.import_module("core.media.camera").list_cameras()
    open: Callable[[Any], Any] = lambda device: importlib.import_module("core.media.camera").Camera(device)


class CameraWorker(QThread):
    found = Signal(int, object, str)  # run, ((address, name), …), the one in use
    framed = Signal()  # there is a picture: take it
    failed = Signal(int, str)  # run, why it is off
    released = Signal()  # a camera was switched off

    def __init__(self, cameras: Cameras | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox: Mailbox[CameraOrder] = Mailbox()
        self.cameras = cameras or Cameras()
        self._lock = threading.Lock()
        self._newest: LiveFrame | None = None

    def take(self) -> LiveFrame | None:
        """The newest picture, once."""
        with self._lock:
            frame, self._newest = self._newest, None
            return frame

    def end(self) -> None:
        """Switch the camera off and let the thread end."""
        self.mailbox.close()

    def run(self) -> None:
        while (order := self.mailbox.take()) is not None:
            if order.on:
                try:
                    self._film(order)
                except Exception as error:
                    self.failed.emit(order.run, in_words(error))

    def _film(self, order: CameraOrder) -> None:
        devices = self.cameras.find()
        if not devices:
            raise InputError(tr("No camera was found; connect one, then try again."))
        device = next((each for each in devices if each.address == order.device), devices[0])
        self.found.emit(order.run, tuple((each.address, each.name) for each in devices), device.address)
        camera = self.cameras.open(device)
        try:
            self._read(camera, order, device.name)
        finally:
            camera.close()
            self.released.emit()

    def _read(self, camera: Any, order: CameraOrder, name: str) -> None:
        number, began = 0, time.monotonic()
        last = began
        while not self.mailbox.closed and self.mailbox.peek() is None:
            pixels, now = camera.read(), time.monotonic()
            if pixels is not None:
                last = now
                if order.mirror:
                    pixels = np.ascontiguousarray(pixels[:, ::-1])
                self._hand_over(LiveFrame(order.run, number, now - began, pixels))
                number += 1
            elif now - last > PATIENCE_S:
                raise InputError(
                    tr("The camera “{name}” gives no pictures; connect it again, then start it anew.", name=name)
                )
            else:
                time.sleep(WAIT_S)

    def _hand_over(self, frame: LiveFrame) -> None:
        with self._lock:
            waits, self._newest = self._newest is not None, frame
        if not waits:
            self.framed.emit()
