"""How results are looked at: mesh looks, arrows, flow mask, and what lies under the cursor."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.types import RenderResult

from ..look import MESH_LOOKS
from ..numbers import shown
from ..session import Session
from ..tr import tr
from ..viewing import Pixel
from ..views.main_window import MainWindow

MINUS = "−"


class LookPresenter(QObject):
    def __init__(self, session: Session, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window = session, window
        menu = window.menus.look
        menu.meshes_wanted.connect(lambda name: session.set_look(meshes=name))
        window.meshes.looks.chosen.connect(lambda name: session.set_look(meshes=name))
        menu.next_look.triggered.connect(self._next)
        menu.arrows.triggered.connect(lambda on: session.set_look(arrows=on))
        menu.mask.triggered.connect(lambda on: session.set_look(mask=on))
        window.result.arrows_button.clicked.connect(lambda on: session.set_look(arrows=on))
        window.occlusion.mask_button.clicked.connect(lambda on: session.set_look(mask=on))
        for view in (window.result.image, window.flow.image, window.occlusion.image):
            view.pointed.connect(session.set_probe)
        session.look_changed.connect(self._show)
        session.result_changed.connect(self._show_result)
        session.probe_changed.connect(self._show_probe)
        self._show()

    def _next(self) -> None:
        now = MESH_LOOKS.index(self._session.look.meshes)
        self._window.docks["meshes"].bring_up()
        self._session.set_look(meshes=MESH_LOOKS[(now + 1) % len(MESH_LOOKS)])

    def _show(self) -> None:
        look, window = self._session.look, self._window
        window.menus.look.show_look(look)
        window.meshes.looks.show_choice(look.meshes)
        window.result.arrows_button.setChecked(look.arrows)
        self._show_result()

    def _show_result(self) -> None:
        output, window = self._output(), self._window
        window.result.image.show_arrows(output.flow if output is not None and self._session.look.arrows else None)
        mask = None if output is None else output.flow_mask
        window.menus.look.show_possible(mask is not None)
        window.occlusion.show_maps(None if output is None else output.occlusion, mask, self._session.look.mask)
        self._show_probe()

    def _show_probe(self) -> None:
        pixel, output, window = self._session.probe, self._output(), self._window
        if output is None:
            pixel = None
        for view in (window.result.image, window.flow.image, window.occlusion.image):
            view.show_mark(pixel)
        if pixel is None or output is None:
            window.result.overlay.show_reading(*self._scale_of_arrows())
            window.flow.set_subtitle("")
            window.occlusion.set_subtitle("")
            return
        *_, length = flow_words(output, pixel)
        window.result.overlay.show_reading(*reading(output, pixel))
        window.flow.set_subtitle(tr("{pixels} px", pixels=length))
        shown = output.flow_mask if window.occlusion.shows_mask else output.occlusion
        window.occlusion.set_subtitle("" if shown is None else percent(float(shown[pixel[1], pixel[0]])))

    def _scale_of_arrows(self) -> list[str]:
        """What there is to say of arrows that are not drawn at their length."""
        times = self._window.result.image.arrows.factor
        if self._output() is None or not self._session.look.arrows or times == 1:
            return []
        return [tr("Arrows are drawn at {percent} of their length.", percent=percent(times))]

    def _output(self) -> RenderResult | None:
        return None if self._session.result is None else self._session.result.output


def reading(output: RenderResult, pixel: Pixel) -> list[str]:
    """What there is to know of a pixel (x, y) of the result, in parts."""
    x, y = pixel
    dx, dy, length = flow_words(output, pixel)
    parts = [
        tr("pixel {x}, {y}: taken from {dx}, {dy} ({length} px)", x=x, y=y, dx=dx, dy=dy, length=length),
        tr("visible {share}", share=percent(float(output.occlusion[y, x]))),
    ]
    if output.flow_mask is not None:
        parts.append(tr("flow kept {share}", share=percent(float(output.flow_mask[y, x]))))
    return parts


def flow_words(output: RenderResult, pixel: Pixel) -> tuple[str, str, str]:
    """dx and dy with their signs, and the length, of the flow at a pixel (x, y)."""
    dx, dy = (float(value) for value in output.flow[pixel[1], pixel[0]])
    return signed(dx), signed(dy), shown((dx * dx + dy * dy) ** 0.5, 1)


def signed(value: float) -> str:
    rounded = round(value, 1)
    return shown(rounded, 1, sign=True).replace("-", MINUS) if rounded else shown(0.0, 1)


def percent(share: float) -> str:
    return tr("{number} %", number=shown(100 * share))
