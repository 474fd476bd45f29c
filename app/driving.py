"""The driver that moves: which frame is shown and played, the marks, how its motion is taken; and the camera."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from .clip import Clip
from .editing import Editing
from .footage import CameraState, Footage, LiveFrame, SeenFrame
from .tr import tr


class Driving(Editing):
    """The part of the session that is about a film, a folder or a camera as the driver.

    While it plays, the frame shown is the playhead, which becomes part of the document where it stops: one step.
    """

    playing_changed = Signal()
    seen_changed = Signal()
    camera_changed = Signal()
    live_changed = Signal()  # the camera has another picture

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playing = False
        self.seen: SeenFrame | None = None
        self.camera = CameraState()
        self.live: LiveFrame | None = None
        self._playhead: int | None = None

    @property
    def footage(self) -> Footage | None:
        """What is known of the driver that is shown, where it moves."""
        raise NotImplementedError

    @property
    def clip(self) -> Clip:
        """As it is wanted now: the document's, at the playhead."""
        clip = self.document.clip
        return clip if self._playhead is None else replace(clip, frame=self._playhead)

    # Frames

    def go_to(self, frame: int) -> None:
        """Show a frame; what is playing stops there."""
        footage = self.footage
        if footage is not None:
            self.stop()
            self._set_clip(tr("Go to another frame"), ("frame",), frame=min(max(frame, 0), footage.count - 1))

    def step(self, frames: int) -> None:
        self.go_to(self.clip.frame + frames)

    def play(self) -> None:
        """From the frame that is shown, or from the in mark where it lies outside of what is played."""
        footage = self.footage
        if footage is None or footage.count < 2 or self.playing or self.camera.on:
            return
        clip = self.clip
        inside = clip.first <= clip.frame < clip.end(footage.count)
        self.playing, self._playhead = True, clip.frame if inside else clip.first
        self.playing_changed.emit()
        self.clip_changed.emit()

    def set_playhead(self, frame: int) -> None:
        """The frame to show while it plays."""
        if self.playing and frame != self._playhead:
            self._playhead = frame
            self.clip_changed.emit()

    def stop(self) -> None:
        if not self.playing:
            return
        clip, self._playhead, self.playing = self.clip, None, False
        self.playing_changed.emit()
        self._change(tr("Play"), replace(self.document, clip=clip))
        self.clip_changed.emit()

    # Marks and motion

    def mark_in(self) -> None:
        """Play from the frame that is shown; an out mark before it goes."""
        clip = self.clip
        last = clip.last if clip.last is None or clip.last > clip.frame else None
        self._mark(tr("Set the in mark"), first=clip.frame, last=last)

    def mark_out(self) -> None:
        clip = self.clip
        self._mark(tr("Set the out mark"), first=clip.first if clip.first < clip.frame else 0, last=max(clip.frame, 1))

    def clear_marks(self) -> None:
        self._mark(tr("Remove the marks"), first=0, last=None)

    def set_neutral(self) -> None:
        """Relative motion starts from what is shown."""
        if self.camera.on:
            if self.live is not None and self.seen is not None and self.seen.order is None:
                self.set_camera(neutral=self.seen.number)
            self.set_relative(True)
        elif self.footage is not None:
            self._set_clip(tr("Set the neutral frame"), None, neutral=self.clip.frame, relative=True)

    def set_relative(self, relative: bool) -> None:
        self._set_clip(tr("Relative motion") if relative else tr("Absolute motion"), None, relative=relative)

    def set_smoothing(self, smoothing: float) -> None:
        self._set_clip(tr("Smoothing"), ("smoothing",), smoothing=round(min(max(smoothing, 0.0), 1.0), 2))

    def set_loop(self, loop: bool) -> None:
        self._set_clip(tr("Repeat"), None, loop=loop)

    def _mark(self, step: str, first: int, last: int | None) -> None:
        footage = self.footage
        if footage is not None and not self.camera.on:
            last = None if last is None or last >= footage.count - 1 else last
            self._set_clip(step, None, first=first, last=last)

    def _set_clip(self, step: str, gesture: Hashable | None, **changes: Any) -> None:
        self._change(step, replace(self.document, clip=replace(self.document.clip, **changes)), gesture)

    # The camera

    def set_camera(self, **changes: Any) -> None:
        """Switched on and off, chosen or mirrored; pictures from before belong to nothing any more."""
        camera = replace(self.camera, **changes)
        if {"on", "device", "mirror"} & {name for name in changes if changes[name] != getattr(self.camera, name)}:
            camera = replace(camera, run=self.camera.run + 1, live=False, neutral=None)
            self.live = None
        if camera == self.camera:
            return
        if camera.on and not self.camera.on:
            self.stop()
        self.camera = camera
        self.camera_changed.emit()
        if not camera.on:
            self.live_changed.emit()

    def note_devices(self, devices: tuple[tuple[str, str], ...], device: str) -> None:
        """Which cameras there are, and which of them is the one that is on."""
        self.camera = replace(self.camera, devices=devices, device=device)
        self.camera_changed.emit()

    def accept_live(self, frame: LiveFrame) -> None:
        """A picture of the camera, unless it is of a time before."""
        if self.camera.on and frame.run == self.camera.run:
            if not self.camera.live:
                self.set_camera(live=True, neutral=frame.number)
            self.live = frame
            self.live_changed.emit()
