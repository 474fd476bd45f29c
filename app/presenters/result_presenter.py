"""The session's result → the result panel and the maps."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.types import Image

from ..numbers import shown
from ..session import Session
from ..tr import tr
from ..views.image_view import ZOOM_STEP
from ..views.main_window import MainWindow
from ..views.wipe_view import STEP


class ResultPresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window = session, window
        session.result_changed.connect(self._show)
        session.engine_changed.connect(self._show_wheel)
        session.render_problem_changed.connect(window.result.overlay.show_problem)
        menus, view = window.menus, window.result.image
        menus.compare.toggled.connect(window.result.compare_button.setChecked)
        window.result.compare_button.toggled.connect(menus.compare.setChecked)
        for action, step in ((menus.wipe_left, -STEP), (menus.wipe_right, STEP)):
            action.triggered.connect(lambda _=False, step=step: self._wipe(step))
        menus.zoom_in.triggered.connect(lambda: self._zoom(ZOOM_STEP))
        menus.zoom_out.triggered.connect(lambda: self._zoom(1 / ZOOM_STEP))
        menus.fit.triggered.connect(view.fit)
        window.result.overlay.dismissed.connect(lambda: session.set_render_problem(""))

    def _zoom(self, factor: float) -> None:
        """What is enlarged has the focus: arrows move it."""
        view = self._window.result.image
        view.zoom(factor)
        if view.zoomed:
            view.setFocus()

    def _wipe(self, step: float) -> None:
        self._window.menus.compare.setChecked(True)
        self._window.result.image.share += step

    def _show(self) -> None:
        reply, window = self._session.result, self._window
        if reply is None:
            window.result.show_result(None, None)
            window.result.set_subtitle("")
            window.result.show_size("")
            window.flow.show_picture(None)
            window.flow_legend.show_reach(None)
            return
        controls = reply.request.controls
        source = self._session.slot("source").shown
        window.result.show_result(reply.output.image, source.encoded.image if source else None)
        window.result.set_subtitle(
            tr(
                "pose {pose} · expression {expression}",
                pose=shown(controls.pose, 2),
                expression=shown(controls.expression, 2),
            )
        )
        if source is not None:
            window.result.show_size(size_words(reply.output.image, source.pixels))
        window.flow.show_picture(reply.flow_picture)
        window.flow_legend.show_reach(reply.flow_reach)

    def _show_wheel(self) -> None:
        if self._session.engine.wheel is not None:
            self._window.flow_legend.show_wheel(self._session.engine.wheel)


def size_words(patch: Image, photo: Image) -> str:
    """What is computed, and the photo it is pasted into: width × height of both."""
    (inner_height, inner_width), (height, width) = patch.shape[:2], photo.shape[:2]
    return tr("Patch {patch} in {photo}", patch=f"{inner_width} × {inner_height}", photo=f"{width} × {height}")
