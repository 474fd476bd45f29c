"""A quick stand-in for the core: a face in the middle of every photo, a head that is an egg, a warp that is a shift."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from app.batches import BatchResult
from app.choice import Frame, Region
from app.clip import FilmOrder
from app.exports import SweepOrder
from app.progress import MAKING, READING, OnProgress, ShouldStop
from app.rendering import Reading
from core.errors import Cancelled, NoFaceError, OutputError
from core.face_model.storage import DEFAULT
from core.provenance.export import mark
from core.provenance.marks import Marks
from core.types import Box, Coefficients, Controls, Crop, Float, Image, RenderResult
from tests.app.fake_driver import FakeDriver, open_fake

SIDE = 256
UNITS = tuple(json.loads(DEFAULT.with_suffix(".json").read_text(encoding="utf-8"))["expression_names"])
FACELESS = (1, 2, 3)
"""A photo whose first pixel has this colour has no face."""
CROWDED = (4, 5, 6)
"""... and with this colour it has two: left and right."""
STRANGE = (7, 8, 9)
"""... and with this colour it shows someone else."""


@dataclass(frozen=True)
class FakeFace:
    image: Image
    box: Box
    boxes: tuple[Box, ...]
    crop: Crop
    level: float
    landmarks: Float
    strange: bool = False
    fitted_to: int = 1


def egg() -> tuple[Float, NDArray[np.int32]]:
    """An egg of 24 × 48 vertices in crop pixels, with its triangles."""
    rows, columns = 24, 48
    v, u = np.meshgrid(np.linspace(0, np.pi, rows), np.linspace(0, 2 * np.pi, columns, False), indexing="ij")
    nose = np.exp(-((np.cos(u) - 1) ** 2 + (v - 1.7) ** 2) / 0.02)
    radius = 60 + 22 * nose
    x, y, z = radius * np.sin(v) * np.sin(u), -80 * np.cos(v), -radius * np.sin(v) * np.cos(u)
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b = index[:-1], np.roll(index[:-1], -1, 1)
    c, d = index[1:], np.roll(index[1:], -1, 1)
    faces = np.concatenate([np.stack([a, c, b], -1).reshape(-1, 3), np.stack([b, c, d], -1).reshape(-1, 3)])
    vertices = np.stack([x, y, z], -1).reshape(-1, 3) + np.array([128, 128, 0])
    return vertices.astype(np.float32), faces.astype(np.int32)


class FakeEngine:
    device = "cpu"
    backend = "geometric flow"
    notice = ""

    def __init__(self, render_seconds: float = 0.0) -> None:
        self.mesh, self.faces = egg()
        self.paint = np.zeros((len(self.mesh), 4), np.float32)
        self.units = UNITS
        self.render_seconds = render_seconds
        self.encoded: list[str] = []
        self.saved_with: list[Marks] = []
        self.batched: list[tuple[Controls, Path | None]] = []
        self.alphas: list[NDArray[np.uint8] | None] = []
        self.rendered: list[Controls] = []
        self.drafts: list[bool] = []  # of each of these
        self.rested: list[FakeFace] = []
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False
        self.frame_seconds = 0.02
        self.brightness = 0
        self.others: tuple[str, ...] = ("bright",)
        self.masked = True
        self.seen: list[int] = []
        self.drivers: list[FakeDriver] = []
        self.films: list[FilmOrder] = []

    def open_driver(self, path: Path, face: int | Frame | None) -> FakeDriver | None:
        driver = open_fake(self, path, face if isinstance(face, int) else None)
        self.drivers += [driver] if driver is not None else []
        return driver

    def save_film(
        self,
        path: Path,
        film: FilmOrder,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> None:
        self.films.append(film)
        for step in (READING, MAKING):
            for done in range(1, 11):
                if should_stop():
                    raise Cancelled("Cancelled; nothing was written.")
                time.sleep(self.frame_seconds / 2)
                on_progress(done, 10, step=step)
        path.write_bytes(b"film")

    def open_camera(self) -> FakeDriver:
        self.drivers.append(FakeDriver(self, None, None))
        return self.drivers[-1]

    def with_model(self, name: str) -> FakeEngine:
        """Paints everything brighter, so that it can be told apart."""
        other = FakeEngine(self.render_seconds)
        other.backend, other.brightness = name, 60
        return other

    def encode(self, role: str, pixels: Image, face: int | Frame | None, crop: Region | None = None) -> FakeFace:
        """Where no face is found one is seen in any box of at most half of the photo's height."""
        self.encoded.append(role)
        first = tuple(int(value) for value in pixels[0, 0])
        drawn = face if isinstance(face, tuple) else None
        if drawn is not None and drawn[3] > pixels.shape[0] / 2:
            raise NoFaceError("No face was found in the box; draw it round a whole face.")
        if first == FACELESS and drawn is None:
            raise NoFaceError("No face was found; try another photo, or one where the face is larger.")
        height, width = pixels.shape[:2]
        box = Box(width * 0.3, height * 0.15, width * 0.4, height * 0.5)
        boxes = (box,)
        if first == CROWDED:
            boxes = tuple(Box(width * x, height * 0.2, width * 0.3, height * 0.4) for x in (0.1, 0.6))
        boxes = boxes if drawn is None else (Box(*drawn),)
        box = boxes[face] if isinstance(face, int) else boxes[0]
        region = Crop(*crop) if crop else Crop(*box.centre, min(width, height) * 0.8)
        corners = np.array([[box.x, box.y, 0], [box.x + box.width, box.y + box.height, 0]], np.float32)
        landmarks = (corners - [region.cx - region.size / 2, region.cy - region.size / 2, 0]) * SIDE / region.size
        level = float(pixels.mean()) / 255
        strange = first == STRANGE
        return FakeFace(_cut(pixels, region), box, boxes, region, level, landmarks.astype(np.float32), strange)

    def aside(self, face: FakeFace) -> FakeFace:
        return face

    def fit_person(self, faces: Sequence[FakeFace], main: int) -> FakeFace:
        return replace(faces[main], fitted_to=len(faces))

    def strangers(self, faces: Sequence[FakeFace], main: int) -> tuple[bool, ...]:
        return tuple(face.strange for face in faces)

    def rest(self, source: FakeFace) -> None:
        self.rested.append(source)

    def render(self, source: FakeFace, driving: FakeFace, controls: Controls, draft: bool = False) -> RenderResult:
        self.gate.wait(10)
        time.sleep(self.render_seconds)
        if self.broken:
            raise ValueError("fake trouble")
        self.rendered.append(controls)
        self.drafts.append(draft)
        shift = round(20 * controls.pose)
        image = np.roll(source.image, shift, axis=1)
        image = image * (1 - 0.3 * controls.expression) + 60 * controls.expression * driving.level + self.brightness
        image = np.clip(image, 0, 255)
        y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
        bump = np.exp(-((x - 128) ** 2 + (y - 128) ** 2) / 5000)
        flow = np.stack([-shift * bump + 6 * controls.expression * np.sin(y / 20) * bump, (x - 128) / 20 * bump], -1)
        occlusion = 1 - np.exp(-((x - 70) ** 2 / 200 + (y - 130) ** 2 / 2500)) * min(controls.pose, 1)
        turn = np.radians(30 * controls.pose)
        middle = np.array([128, 128, 0], np.float32)
        r = np.array([[np.cos(turn), 0, -np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, np.cos(turn)]], np.float32)
        moved = (self.mesh - middle) @ r.T + middle
        return RenderResult(
            image.astype(np.uint8),
            image.astype(np.uint8),
            flow.astype(np.float32),
            occlusion.astype(np.float32),
            self.mesh,
            moved.astype(np.float32),
            Coefficients(np.zeros(50, np.float32), np.zeros(51, np.float32), np.zeros(12, np.float32)),
            {"regression": 1.2, "motion": 9.1, "occlusion": 2.2, "warp": 1.1, "decode": 0.0},
            bump.astype(np.float32) if self.masked else None,
            draft,
        )

    def paste_back(self, source: FakeFace, output: RenderResult) -> Image:
        return np.repeat(np.repeat(output.image, 2, 0), 2, 1)

    def readings(self, source: FakeFace, driving: FakeFace, output: RenderResult) -> tuple[Reading, ...]:
        rising = np.linspace(0, 1, len(UNITS), dtype=np.float32)
        return tuple(Reading(rising * share, 10 * share, 0.0, -5.0) for share in (0.2, 0.9, 0.5))

    def flow_picture(self, flow: Float) -> tuple[Image, float]:
        from core.geometry.flow_colour import flow_colours

        return flow_colours(flow, 32), 32.0

    def flow_wheel(self, side: int) -> Image:
        from core.geometry.flow_colour import legend

        wheel, coverage = legend(side)
        return np.dstack([wheel, np.rint(coverage * 255).astype(np.uint8)])

    def marked(self, image: Image, marks: Marks) -> Image:
        return mark(image, marks)

    def save_image(
        self, path: Path, image: Image, marks: Marks, quality: int, alpha: NDArray[np.uint8] | None = None
    ) -> None:
        self.saved_with.append(marks)
        self.alphas.append(alpha)
        if not path.parent.is_dir():
            raise OutputError(f"The folder '{path.parent}' does not exist; choose another.")
        PillowImage.fromarray(image).save(path, quality=quality)

    def save_sheet(
        self, path: Path, source: FakeFace, driving: FakeFace, output: RenderResult, marks: Marks, quality: int
    ) -> None:
        self.save_image(path, np.concatenate([source.image, driving.image, output.image], axis=1), marks, quality)

    def save_meshes(self, path: Path, output: RenderResult) -> None:
        for which in ("source", "driving"):
            path.with_name(f"{path.stem}_{which}{path.suffix}").write_bytes(b"mesh")

    def save_flow(self, path: Path, output: RenderResult) -> None:
        path.write_bytes(b"PIEH")

    def save_coefficients(
        self, path: Path, source: FakeFace, driving: FakeFace, output: RenderResult, controls: Controls
    ) -> None:
        path.write_text("{}")

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
        self.saved_with.append(marks)
        self.batched.append((controls, neutral))
        failed = []
        for done, (source, driver) in enumerate(pairs, 1):
            if should_stop():
                raise Cancelled("Cancelled; the pictures made so far are in results.csv.")
            time.sleep(self.frame_seconds)
            if "bad" in source.name:
                failed.append((source.name, driver.name, "No face was found; try another photo."))
            else:
                (folder / f"{source.stem}__{driver.stem}.png").write_bytes(b"png")
            on_progress(done, len(pairs))
        return BatchResult(len(pairs) - len(failed), tuple(failed))

    def save_sweep(
        self,
        path: Path,
        order: SweepOrder,
        on_progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.saved_with.append(order.marks)
        for done in range(1, order.sweep.frames + 1):
            if should_stop():
                raise Cancelled("Cancelled; nothing was written.")
            time.sleep(self.frame_seconds)
            on_progress(done, order.sweep.frames)
        path.write_bytes(b"GIF89a")


def _cut(pixels: Image, crop: Crop) -> Image:
    left, top = max(round(crop.cx - crop.size / 2), 0), max(round(crop.cy - crop.size / 2), 0)
    side = max(round(crop.size), 1)
    part = PillowImage.fromarray(np.ascontiguousarray(pixels[top : top + side, left : left + side]))
    return np.asarray(part.resize((SIDE, SIDE)))
