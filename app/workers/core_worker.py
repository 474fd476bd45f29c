"""The thread in which the core lives: it reads photos, encodes them once, and renders."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from core.errors import Cancelled, DeviceError, MimeshError, NoFaceError

from ..choice import Origin
from ..footage import SeenFrame
from ..rendering import RenderReply, RenderRequest
from ..slot import Photo, PhotoOrder
from ..trouble import Trouble
from .drivers import Drivers
from .engine import Engine, Loader, Reader, in_words
from .give_back import give_back
from .mailbox import Mailbox
from .people import LeftOut
from .sight import Sight

REST_SECONDS = 1.0
"""After so long without anything to draw, what drawing left free goes back to the system."""


class CoreWorker(QThread):
    """Loads the core, then answers the newest request, for ever."""

    engine_ready = Signal(object, object)  # Engine, the flow's colour wheel
    engine_failed = Signal(str)
    photo_read = Signal(object, object)  # PhotoOrder, pixels
    photo_ready = Signal(object)  # Photo
    photo_failed = Signal(object, str, object)  # PhotoOrder, why, its pixels where all it lacks is a face
    photos_left_out = Signal(object, object)  # PhotoOrder, {number of a photo: why}
    photos_looked_at = Signal(object, int)  # PhotoOrder, how many of them
    frame_seen = Signal(object)  # SeenFrame
    rendered = Signal(object)  # RenderReply
    render_failed = Signal(object, str)  # RenderRequest, why
    troubled = Signal(object)  # Trouble: what other photos cannot put right

    def __init__(
        self, read: Reader, load: Loader, parent: QObject | None = None, load_on_cpu: Loader | None = None
    ) -> None:
        super().__init__(parent)
        self.mailbox: Mailbox[RenderRequest] = Mailbox()
        self._load, self._load_on_cpu = load, load_on_cpu or load
        self._wanted: Loader | None = load
        self._ended = False
        self._photos: dict[str, Photo] = {}
        self._drivers = Drivers()
        self._sight = Sight(read, self._drivers)

    def end(self) -> None:
        """Let the thread end after what it is doing now."""
        self.mailbox.close()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self.end()
        self.wait()

    def start_again(self, request: RenderRequest, on_cpu: bool) -> None:
        """Load the core afresh, then answer ``request`` or what is newer; a thread that ended is started again."""
        self._wanted = self._load_on_cpu if on_cpu else self._load
        self.mailbox.put(request)
        if self._ended:
            self.wait()
            self.start()

    def run(self) -> None:
        self._ended = False
        try:
            self._show_early()
            self._serve()
        except BaseException as error:  # whatever ends this thread: the window has to know
            self._ended = True
            self.troubled.emit(Trouble(in_words(error), "again"))
        finally:
            self._drivers.close()

    def _serve(self) -> None:
        engine = self._started()
        while (request := self.mailbox.take(give_back, REST_SECONDS)) is not None:
            if self._wanted is not None:
                engine = self._started()
            if engine is not None:
                self._answer(engine, request)

    def _started(self) -> Engine | None:
        """The core that is wanted, or None; either is told."""
        load, self._wanted = self._wanted or self._load, None
        self._photos.clear()  # encoded by the one before
        self._sight.forget()
        self._drivers.close()
        try:
            engine = load()
            self.engine_ready.emit(engine, engine.flow_wheel(96))
            return engine
        except Exception as error:
            said = in_words(error)
            self.engine_failed.emit(said)
            self.troubled.emit(Trouble(said, "cpu" if isinstance(error, DeviceError) else "again"))
            return None

    def _show_early(self) -> None:
        """Loading takes seconds: show the photos that wait already, errors wait for their turn."""
        request = self.mailbox.peek()
        for order in (request.source, request.driving) if request else ():
            if order is not None:
                try:
                    self.photo_read.emit(order, self._sight.read(order.origin).pixels)
                except Exception:
                    continue

    def _answer(self, engine: Engine, request: RenderRequest) -> None:
        source, driving = (self._photo(engine, order) for order in (request.source, request.driving))
        try:
            seen = self._drivers.look(engine, request)
            if seen is not None:
                self.frame_seen.emit(seen)
            if source is not None and (driving is not None if seen is None else seen.encoded is not None):
                self._render(engine, request, source, driving, seen)
                self._look_round(engine, request, source, driving, seen)
                if not request.passing and self.mailbox.peek() is None:
                    engine.rest(source.encoded)
        except Exception as error:
            said = in_words(error)
            self.render_failed.emit(request, said)
            if isinstance(error, DeviceError) or not isinstance(error, MimeshError):
                self.troubled.emit(Trouble(said, "cpu" if isinstance(error, DeviceError) else "again"))

    def _render(
        self, engine: Engine, request: RenderRequest, source: Photo, driving: Photo | None, seen: SeenFrame | None
    ) -> None:
        if seen is not None:
            encoded = self._drivers.driving(request, seen, source.encoded)
        else:
            encoded = driving.encoded if driving is not None else None
        reply = render(engine, request, source.encoded, encoded)
        self.rendered.emit(replace(reply, frame=None if seen is None else seen.number))

    def _look_round(
        self, engine: Engine, request: RenderRequest, source: Photo, driving: Photo | None, seen: SeenFrame | None
    ) -> None:
        """A frame that stays is smoothed over those round it: look at them while nothing else is wanted."""
        unseen = self._drivers.unseen(request)
        for number in unseen:
            if self.mailbox.closed or self.mailbox.peek() is not None:
                return
            self._drivers.look_at(number)
        if unseen:
            self._render(engine, request, source, driving, seen)

    def _photo(self, engine: Engine, order: PhotoOrder | None) -> Photo | None:
        """The encoded photo of an order; it is encoded once and told once."""
        if order is None:
            return None
        known = self._photos.get(order.role)
        if known is not None and known.order is order:
            return known

        def should_stop() -> bool:
            """Many photos take a while: another order comes first."""
            newer = self.mailbox.peek()
            return self.mailbox.closed or (newer is not None and newer.source is not order)

        try:
            photo = self._sight.look(engine, order, lambda count: self.photos_looked_at.emit(order, count), should_stop)
        except Cancelled:
            return None
        except LeftOut as error:
            photos = order.choice.photos
            said = {number: _words(each, photos[number].origin) for number, each in error.problems.items()}
            self.photos_left_out.emit(order, said)
            return None
        except Exception as error:
            self._refuse(order, error)
            return None
        self._photos[order.role] = photo
        self.photo_ready.emit(photo)
        return photo

    def _refuse(self, order: PhotoOrder, error: Exception) -> None:
        said = _words(error, order.origin)
        self.photo_failed.emit(order, said, self._sight.faceless(order) if isinstance(error, NoFaceError) else None)
        if isinstance(error, DeviceError):
            self.troubled.emit(Trouble(said, "cpu"))


def _words(error: Exception, origin: Origin) -> str:
    return in_words(error, origin if isinstance(origin, Path) else None)


def render(engine: Engine, request: RenderRequest, source: Any, driving: Any) -> RenderReply:
    """Render a request and colour its flow."""
    start = time.perf_counter()
    output = engine.render(source, driving, request.controls, request.passing)
    milliseconds = (time.perf_counter() - start) * 1000.0
    picture, reach = engine.flow_picture(output.flow)
    readings = engine.readings(source, driving, output)
    return RenderReply(request, output, picture, reach, milliseconds, readings, driving)
