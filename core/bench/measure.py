"""Times of every stage on this machine, medians of repeated runs after a warm-up; and how much a render computes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..geometry.drawn_mesh import DrawnMesh
from ..pipeline.animate import OnProgress, animate_sweep, nothing
from ..pipeline.encoded import EncodedFace
from ..pipeline.live_driver import LiveDriver
from ..pipeline.reenactor import Reenactor
from ..types import RESOLUTION, Controls, Image
from .count import count
from .facts import facts, peak_memory_mb
from .flops import convolution_peak
from .timing import Summary, summary, timed

TABLE_5 = {
    "motion": "motion net",
    "occlusion": "occlusion net",
    "warp": "warp",
    "encode": "encoder",
    "decode": "decoder",
}
"""Stage of a render → row of the paper's Table 5 (the warp is in none of its rows)."""

FILM_FRAMES = 12
"""Of the films that are written."""

FILM_RUNS = 3
MANY = 8

Job = Callable[[int], object]


def measure(
    reenactor: Reenactor, source: Image, driving: Image, runs: int = 15, on_progress: OnProgress = nothing
) -> dict[str, Any]:
    """Median and interquartile range in ms of each part of the way, of each row of the paper's Table 5, and GFLOP.

    "new pair" looks at both photos, "re-render" is a slider's move: the source is known; a "draft" is what is shown
    while the slider is held or a film plays.  Times "each" are a part of
    what several took together: pictures of a batch, frames of a film from the first to the whole file.
    """
    bench = _Bench(reenactor, source, driving, runs)
    with tempfile.TemporaryDirectory() as folder:
        jobs = {**bench.steps(), **bench.films(Path(folder))}
        times: dict[str, Summary] = {}
        for done, (name, job) in enumerate(jobs.items()):
            times[name] = job()
            on_progress(done + 1, len(jobs))
    counts = count(reenactor, bench.source, bench.driving, bench.points)
    peak = convolution_peak(torch.device(reenactor.device), getattr(torch, reenactor.computes_in))
    rate = counts["GFLOP of a re-render"] / times["re-render"]["median"] * 1000
    return {
        "times_ms": times,
        "stages_ms": bench.stages(),
        "table_5_ms": bench.table_5(times["mesh regression"]),
        "counts": counts,
        "gflop_per_s": {"convolution peak": round(peak, 1), "re-render": round(rate, 1)},
        "share_of_peak": round(rate / peak, 6),
        "peak_memory_mb": peak_memory_mb(),
        "runs": runs,
        "machine": facts(reenactor),
    }


class _Bench:
    """The jobs, and the stage times that renders note on their way."""

    def __init__(self, reenactor: Reenactor, source: Image, driving: Image, runs: int) -> None:
        self.reenactor, self.runs = reenactor, runs
        self.photos = source, driving
        self.source, self.driving = reenactor.encode_source(source), reenactor.encode_driving(driving)
        self.points = reenactor.landmarker.find(driving)[0].landmarks
        self.alphas = [float(alpha) for alpha in np.linspace(0.5, 1.0, runs)]
        self.noted: dict[str, list[float]] = {}

    def steps(self) -> dict[str, Callable[[], Summary]]:
        reenactor, (source, driving) = self.reenactor, self.photos
        faces, mesh = reenactor.model.faces, self.driving.mesh
        jobs: dict[str, Job] = {
            "mesh regression": lambda k: reenactor.encode_driving(driving),
            "find faces": lambda k: reenactor.landmarker.find(source),
            "landmark net (track a face)": lambda k: reenactor.landmarker.track(driving, self.points),
            "fit": lambda k: reenactor.fitter.fit(self.points.points),
            "rasteriser": lambda k: DrawnMesh.draw(mesh, faces, RESOLUTION, RESOLUTION),
            "re-render": self._render,
            "new pair": self._new_pair,
            "video frame (track, fit, render)": self._frames(draft=False),
        }
        if reenactor.drafts:
            jobs["re-render, draft"] = lambda k: self._render(k, draft=True)
            jobs["video frame, draft"] = self._frames(draft=True)
        return {name: _of(job, self.runs) for name, job in jobs.items()} | {
            f"re-render, each of {MANY} together": lambda: _each(timed(self._many, FILM_RUNS), MANY)
        }

    def films(self, folder: Path) -> dict[str, Callable[[], Summary]]:
        def film(name: str) -> Callable[[], Summary]:
            def write(k: int) -> None:
                animate_sweep(
                    self.reenactor, self.source, self.driving, Controls(), folder / name, FILM_FRAMES, ping_pong=False
                )

            return lambda: _each(timed(write, FILM_RUNS, warm_up=1), FILM_FRAMES)

        return {"GIF, marked, each frame": film("sweep.gif"), "MP4, marked, each frame": film("sweep.mp4")}

    def stages(self) -> dict[str, Summary]:
        """Of the renders that counted, in ms."""
        return {stage: summary(values[-self.runs :]) for stage, values in self.noted.items()}

    def table_5(self, regression: Summary) -> dict[str, Summary]:
        stages = self.stages()
        rows = {row: stages[stage] for stage, row in TABLE_5.items() if stage in stages}
        return {"mesh regression": regression, **rows}

    def _render(self, k: int, draft: bool = False) -> None:
        alpha = self.alphas[k]
        times = self.reenactor.render(self.source, self.driving, Controls(alpha, alpha), draft).timings_ms
        if not draft:
            self._note(times)

    def _many(self, k: int) -> None:
        wanted = ((self.driving, Controls(alpha, alpha)) for alpha in np.linspace(0.5, 1.0, MANY).tolist())
        for _ in self.reenactor.render_many(self.source, wanted):
            pass

    def _new_pair(self, k: int) -> None:
        source, driving = (self.reenactor.encode_source(p) for p in self.photos)
        times = self.reenactor.render(source, driving, Controls()).timings_ms
        self._note({name: value for name, value in times.items() if name == "encode"})

    def _frames(self, draft: bool) -> Job:
        """A driver that moves a little from frame to frame, seen as a film is: found once, then tracked."""
        driver, number = LiveDriver(self.reenactor), 0

        def frame(k: int) -> None:
            nonlocal number
            number += 1
            picture = np.roll(self.driving.original, (number % 5, number % 3), (0, 1))
            seen: EncodedFace = driver.see(number, number / 25, picture)
            self.reenactor.render(self.source, seen, Controls(), draft)

        return frame

    def _note(self, times_ms: dict[str, float]) -> None:
        for stage, value in times_ms.items():
            self.noted.setdefault(stage, []).append(value)


def _of(job: Job, runs: int) -> Callable[[], Summary]:
    return lambda: timed(job, runs)


def _each(whole: Summary, parts: int) -> Summary:
    return {name: round(value / parts, 2) for name, value in whole.items()}
