"""A stand-in for the core that really writes, as the core does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.batches import BatchResult
from core.pipeline.outputs import write_flow
from core.provenance.export import open_marked_animation, write_marked_image
from core.provenance.marks import Marks
from core.types import Image, RenderResult
from tests.app.fake_engine import FakeEngine


class Writing(FakeEngine):
    def save_image(
        self, path: Path, image: Image, marks: Marks, quality: int, alpha: NDArray[np.uint8] | None = None
    ) -> None:
        write_marked_image(path, image, marks, quality, alpha)

    def save_sweep(self, path, order, on_progress, should_stop):  # type: ignore[no-untyped-def]
        self._save(path, order.source, order.controls, should_stop, order.marks)

    def save_film(self, path, film, on_progress, should_stop):  # type: ignore[no-untyped-def]
        self._save(path, film.source, film.controls, should_stop, film.marks)

    def _save(self, path, source, controls, should_stop, marks):  # type: ignore[no-untyped-def]
        with open_marked_animation(path, 10.0, (256, 256), marks, should_stop) as writer:
            for shift in range(4):
                writer.add(self._moved(source, controls, shift))

    def save_flow(self, path: Path, output: RenderResult) -> None:
        write_flow(path, output.flow)

    def run_batch(self, pairs, folder, controls, on_progress, should_stop, marks, neutral=None):  # type: ignore[no-untyped-def]
        for source, driver in pairs:
            write_marked_image(folder / f"{source.stem}__{driver.stem}.png", np.zeros((64, 64, 3), np.uint8), marks)
        return BatchResult(len(pairs))

    def _moved(self, source, controls, shift):  # type: ignore[no-untyped-def]
        return self.render(source, source, type(controls)(pose=shift / 8, expression=0.5)).image
