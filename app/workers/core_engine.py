"""The real engine.  Importing this module imports torch: only a worker thread does it, after the first paint."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import WeightsError
from core.geometry.flow_colour import flow_colours, legend, scale_of
from core.pipeline.animate import animate_sweep
from core.pipeline.batch import run_batch
from core.pipeline.batch_rows import Row
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned_weights import GEOMETRIC, generators
from core.pipeline.outputs import write_coefficients, write_flow, write_meshes
from core.pipeline.panels import write_sheet
from core.pipeline.reenactor import Reenactor
from core.pipeline.several import strangers
from core.provenance.export import mark, write_marked_image
from core.provenance.marks import Marks
from core.regression.pose import angles
from core.types import Controls, Float, Image, RenderResult

from ..batches import BatchResult, batch_settings
from ..choice import Frame, Region
from ..clip import FilmOrder
from ..exports import SweepOrder
from ..paint import paint
from ..progress import OnProgress, ShouldStop
from ..rendering import Reading
from ..roles import Role
from .core_driver import CoreDriver, open_camera, open_film
from .core_film import save_film

FINEST_REACH = 2
"""Pixels of full colour at least; larger motions double it, so that colours can be compared while a slider moves."""

FRAME_MS = 1000 / 30
"""Where a final picture is done within this, there are no drafts."""


class CoreEngine:
    """Implements :class:`app.workers.engine.Engine` with a :class:`core.Reenactor`."""

    def __init__(self, reenactor: Reenactor) -> None:
        self._reenactor = reenactor
        self._ready_for: weakref.ref[EncodedFace] | None = None  # the source that drafts know
        self._slow = False  # whether there are drafts, and the last final picture took longer than a frame
        self.device = reenactor.device
        self.backend = reenactor.backend
        self.notice = reenactor.notice
        self.faces: NDArray[np.int32] = np.ascontiguousarray(reenactor.model.faces, np.int32)
        self.units = reenactor.model.expression_names
        self.paint = paint(reenactor.model.regions, len(reenactor.model.mean))

    @property
    def others(self) -> tuple[str, ...]:
        """Geometry and the trained generators, but for what draws here."""
        try:
            names = (GEOMETRIC, *generators())
        except WeightsError:
            names = (GEOMETRIC,)
        return tuple(name for name in names if self.backend not in (name, f"{name} flow", f"learned model {name}"))

    def with_model(self, name: str) -> CoreEngine:
        """Another engine on the same device, with the model ``name``.  Raises InputError, WeightsError."""
        return CoreEngine(Reenactor.load(self.device, name))

    def encode(self, role: Role, pixels: Image, face: int | Frame | None, crop: Region | None) -> EncodedFace:
        look = self._reenactor.encode_source if role == "source" else self._reenactor.encode_driving
        return look(pixels, face=face, crop=crop)

    def aside(self, face: EncodedFace) -> EncodedFace:
        return replace(face, original=face.image)

    def fit_person(self, faces: Sequence[EncodedFace], main: int) -> EncodedFace:
        return self._reenactor.fit_person(faces)[main]

    def strangers(self, faces: Sequence[EncodedFace], main: int) -> tuple[bool, ...]:
        return tuple(strangers(faces, main))

    def open_driver(self, path: Path, face: int | Frame | None) -> CoreDriver | None:
        return open_film(self._reenactor, path, face)

    def open_camera(self) -> CoreDriver:
        return open_camera(self._reenactor)

    def save_film(
        self,
        path: Path,
        film: FilmOrder,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> None:
        save_film(self._reenactor, path, film, on_progress, should_stop)

    def render(self, source: EncodedFace, driving: EncodedFace, controls: Controls, draft: bool) -> RenderResult:
        if draft and self._slow:
            return self._reenactor.render(source, driving, controls, draft=True)
        output = self._reenactor.render(source, driving, controls)
        if self._reenactor.drafts:
            self._slow = sum(ms for stage, ms in output.timings_ms.items() if stage != "encode") > FRAME_MS
        return output

    def rest(self, source: EncodedFace) -> None:
        """The net of the drafts is loaded, and looks at the source, before a slider is first taken."""
        if self._slow and (self._ready_for is None or self._ready_for() is not source):
            self._ready_for = weakref.ref(source)
            self._reenactor.render(source, source, Controls(), draft=True)

    def paste_back(self, source: EncodedFace, output: RenderResult) -> Image:
        return self._reenactor.paste_back(source, output)

    def readings(self, source: EncodedFace, driving: EncodedFace, output: RenderResult) -> tuple[Reading, ...]:
        """Source, driver, result."""
        return tuple(
            Reading(c.expression, *angles(c.pose))
            for c in (source.coefficients, driving.coefficients, output.coefficients)
        )

    def flow_picture(self, flow: Float) -> tuple[Image, float]:
        reach = reach_of(flow)
        return flow_colours(flow, reach), float(reach)

    def flow_wheel(self, side: int) -> Image:
        """side×side×4 uint8 RGBA."""
        wheel, coverage = legend(side)
        return np.dstack([wheel, np.rint(coverage * 255).astype(np.uint8)])

    def marked(self, image: Image, marks: Marks) -> Image:
        return mark(image, marks)

    def save_image(
        self, path: Path, image: Image, marks: Marks, quality: int, alpha: NDArray[np.uint8] | None = None
    ) -> None:
        write_marked_image(path, image, marks, quality, alpha)

    def save_sheet(
        self, path: Path, source: EncodedFace, driving: EncodedFace, output: RenderResult, marks: Marks, quality: int
    ) -> None:
        write_sheet(path, self._reenactor.model, source, driving, output, marks, quality)

    def save_meshes(self, path: Path, output: RenderResult) -> None:
        write_meshes(path, self._reenactor.model, output)

    def save_flow(self, path: Path, output: RenderResult) -> None:
        write_flow(path, output.flow)

    def save_coefficients(
        self, path: Path, source: EncodedFace, driving: EncodedFace, output: RenderResult, controls: Controls
    ) -> None:
        write_coefficients(path, self._reenactor.model, source, driving, output, controls)

    def run_batch(
        self,
        pairs: list[tuple[Path, Path]],
        folder: Path,
        controls: Controls,
        on_progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
        marks: Marks,
        neutral: Path | None = None,
    ) -> BatchResult:
        wanted = {"pose": f"{controls.pose}", "expression": f"{controls.expression}", "placement": controls.placement}
        rows = [
            Row(number, {"source": str(source), "driving": str(driver), **wanted}, folder)
            for number, (source, driver) in enumerate(pairs, 1)
        ]
        outcomes = run_batch(
            self._reenactor, rows, folder, on_progress, should_stop, marks, edits=controls.edits, neutral=neutral,
            settings=batch_settings(controls, neutral, self.backend),
        )  # fmt: skip
        failed = [(Path(each.source).name, Path(each.driving).name, each.error) for each in outcomes if each.error]
        return BatchResult(len(outcomes) - len(failed), tuple(failed))

    def save_sweep(
        self,
        path: Path,
        order: SweepOrder,
        on_progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> None:
        animate_sweep(
            self._reenactor,
            order.source,
            order.driving,
            order.controls,
            path,
            order.sweep.frames,
            order.sweep.fps,
            order.sweep.there_and_back,
            on_progress=on_progress,
            should_stop=should_stop,
            marks=order.marks,
        )


def reach_of(flow: Float) -> int:
    """The pixels of full colour for an H×W×2 flow: the first of 2, 4, 8, 16 … that its longest vector does not pass."""
    reach = FINEST_REACH
    while reach < scale_of(flow):
        reach *= 2
    return reach


def load(device: str = "auto", model: str | None = None) -> CoreEngine:
    """``model``: None = the default.  Raises InputError, WeightsError, DeviceError or whatever the machine lacks."""
    return CoreEngine(Reenactor.load(device, model))
