"""What went wrong and cannot be put right by other photos → a line at the top of the window with a way on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ..session import Session
from ..tr import later, tr
from ..trouble import Remedy, Trouble
from ..views.main_window import MainWindow
from ..workers.core_worker import CoreWorker
from ..workers.mesh_worker import MeshWorker
from .render_presenter import RenderPresenter

ANSWERS: dict[Remedy, tuple[str, str]] = {
    "again": (later("Try again"), later("Not now")),
    "cpu": (later("Continue on the CPU"), later("Not now")),
    "meshes": (later("Try again"), later("Continue without the meshes")),
    "pyrender": (later("Try again"), later("Not now")),
    "none": ("", later("Close")),
}
"""What the two buttons say; "" = there is none."""


class TroublePresenter(QObject):
    unexpected = Signal(str)  # kind of an exception that nobody caught; may be emitted in any thread

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        core: CoreWorker,
        meshes: MeshWorker,
        renders: RenderPresenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._window, self._meshes, self._renders = session, window, meshes, renders
        self._shown: Trouble | None = None
        core.troubled.connect(self.show)
        meshes.troubled.connect(self.show)
        meshes.drawn.connect(lambda: self._over("meshes"))
        core.rendered.connect(lambda: self._over("again"))
        core.engine_ready.connect(lambda: self._over("again"))
        self.unexpected.connect(self._tell_unexpected)
        window.trouble.accepted.connect(self._accept)
        window.trouble.declined.connect(self._decline)

    def show(self, trouble: Trouble) -> None:
        """Offer the way on; it stays until it is answered or things go well again by themselves."""
        self._shown = trouble
        yes, no = ANSWERS[trouble.remedy]
        self._window.trouble.offer(trouble.text, tr(yes) if yes else "", tr(no))

    def _tell_unexpected(self, kind: str) -> None:
        text = tr("Something unexpected went wrong ({kind}); Mimesh goes on, and the log says more.", kind=kind)
        self._session.set_message(text)
        if self._shown is None:  # which may be of more use
            self.show(Trouble(text, "none"))

    def _accept(self) -> None:
        ways: dict[Remedy, Callable[[], None]] = {
            "again": lambda: self._renders.start_again(on_cpu=False),
            "cpu": lambda: self._renders.start_again(on_cpu=True),
            "meshes": self._meshes.start_again,
            "pyrender": self._meshes.start_again,
        }
        if self._shown is not None and self._shown.remedy in ways:
            ways[self._shown.remedy]()
        self._hide()

    def _decline(self) -> None:
        if self._shown is not None and self._shown.remedy == "meshes":
            self._window.docks["meshes"].hide()
        self._hide()

    def _over(self, remedy: Remedy) -> None:
        if self._shown is not None and self._shown.remedy == remedy:
            self._hide()

    def _hide(self) -> None:
        self._shown = None
        self._window.trouble.hide()
