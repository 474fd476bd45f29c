"""The camera ↔ the session: on and off, which one, mirrored; its pictures go to the session one at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ..session import Session
from ..tr import tr
from ..views.main_window import MainWindow
from ..workers.camera_worker import CameraOrder, CameraWorker


class CameraPresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, worker: CameraWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window, self._worker = session, window, worker
        self._run = session.camera.run
        row, menu = window.drive.camera, window.menus.drive
        menu.camera.triggered.connect(self.switch)
        menu.keep.triggered.connect(self.keep)
        row.keep.clicked.connect(self.keep)
        row.stop.clicked.connect(lambda: session.set_camera(on=False))
        row.mirror_wanted.connect(lambda mirror: session.set_camera(mirror=mirror))
        row.device_wanted.connect(lambda device: session.set_camera(device=device))
        session.camera_changed.connect(self._follow)
        worker.found.connect(self._on_found)
        worker.framed.connect(self._on_framed)
        worker.failed.connect(self._on_failed)
        self._show()

    def switch(self, on: bool) -> None:
        self._session.dismiss_problem("driving")
        self._session.set_camera(on=on)

    def keep(self) -> None:
        """The picture that is shown becomes the driver, and part of the document; the camera goes off."""
        driver = self._session.driver
        if self._session.camera.live and driver is not None:
            self._session.order_photo("driving", driver.pixels, tr("Camera"))

    def _follow(self) -> None:
        """Switch on, over or off."""
        camera = self._session.camera
        if camera.run != self._run:
            self._run = camera.run
            self._worker.take()
            self._worker.mailbox.put(CameraOrder(camera.run, camera.on, camera.device, camera.mirror))
        self._show()

    def _on_found(self, run: int, devices: tuple[tuple[str, str], ...], device: str) -> None:
        if run == self._session.camera.run:
            self._session.note_devices(devices, device)

    def _on_framed(self) -> None:
        frame = self._worker.take()
        if frame is not None:
            self._session.accept_live(frame)

    def _on_failed(self, run: int, problem: str) -> None:
        if run == self._session.camera.run and self._session.camera.on:
            self._session.set_camera(on=False)
            self._session.refuse_origin("driving", problem)

    def _show(self) -> None:
        camera, menu = self._session.camera, self._window.menus.drive
        menu.camera.setChecked(camera.on)
        menu.keep.setEnabled(camera.live)
