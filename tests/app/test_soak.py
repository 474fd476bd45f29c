"""The soak command, for a few seconds and with the stand-in for the core: every fault is survived, a loss is seen."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.batches import BatchResult
from app.views import dialogs
from core.pipeline.outputs import write_flow
from core.provenance.export import open_marked_animation, write_marked_image
from core.provenance.marks import Marks
from core.types import Image, RenderResult
from tests.app.fake_engine import FakeEngine
from tests.app.long_session import Person
from tests.soak.__main__ import run
from tests.soak.faults import Faults
from tests.soak.figures import Figures, Sample
from tests.soak.regular import Regular

pytestmark = pytest.mark.real_meshes
FAULTS = 16


class Writing(FakeEngine):
    """The stand-in that really writes, as the core does."""

    def save_image(
        self, path: Path, image: Image, marks: Marks, quality: int, alpha: NDArray[np.uint8] | None = None
    ) -> None:
        write_marked_image(path, image, marks, quality, alpha)

    def save_sweep(self, path, source, driving, controls, sweep, on_progress, should_stop, marks):  # type: ignore[no-untyped-def]
        self._save(path, source, controls, should_stop, marks)

    def save_film(self, path, film, on_progress, should_stop):  # type: ignore[no-untyped-def]
        self._save(path, film.source, film.controls, should_stop, film.marks)

    def _save(self, path, source, controls, should_stop, marks):  # type: ignore[no-untyped-def]
        with open_marked_animation(path, 10.0, (256, 256), marks, should_stop) as writer:
            for shift in range(4):
                writer.add(self._moved(source, controls, shift))

    def save_flow(self, path: Path, output: RenderResult) -> None:
        write_flow(path, output.flow)

    def run_batch(self, pairs, folder, controls, on_progress, should_stop, marks):  # type: ignore[no-untyped-def]
        for source, driver in pairs:
            write_marked_image(folder / f"{source.stem}__{driver.stem}.png", np.zeros((64, 64, 3), np.uint8), marks)
        return BatchResult(len(pairs))

    def _moved(self, source, controls, shift):  # type: ignore[no-untyped-def]
        return self.render(source, source, type(controls)(pose=shift / 8, expression=0.5)).image


@pytest.fixture(autouse=True)
def own_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets them for its whole process."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, os.environ.get(name, "/tmp"))
    for name in ("ask_save", "ask_open", "ask_unsaved", "ask_missing", "ask_replace", "ask_delete",
                 "ask_go_on", "ask_clear", "ask_name"):  # fmt: skip
        monkeypatch.setattr(dialogs, name, getattr(dialogs, name))


def test_everything_is_done_and_every_fault_is_survived(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[str] = []
    acts: list[str] = []

    def each_kind(self: Faults) -> None:
        name = list(self.kinds)[len(kinds) % len(self.kinds)]
        kinds.append(name)
        self.make(name)

    def each_act(self: Regular) -> None:
        """At first all that only a soak does, then none."""
        for act in self._acts if not acts else ():
            if act.__name__ in vars(Person) and act.__name__ != "save":
                continue
            acts.append(act.__name__)
            self.done[act.__name__] = 1
            act()

    monkeypatch.setattr(Faults, "strike", each_kind)
    monkeypatch.setattr(Regular, "act", each_act)
    figures = run(0.0, 3, Writing, Writing, calm=1, every=1.0, faults=FAULTS)
    assert not figures.failures and not figures.lost and not figures.leaked
    assert len(figures.injected) == FAULTS and figures.survived == figures.injected
    row = json.loads(json.dumps(figures.row({"seed": 3})))
    assert row["faults"]["injected"] == FAULTS and row["operations"]["total"] == len(acts) > 15
    assert figures.checks["files written and read again"] > 10


@pytest.mark.parametrize("bad", ["failures", "lost", "leaked", "growth", "widgets", "much"])
def test_what_is_bad_is_not_called_good(bad: str) -> None:
    figures = Figures()
    measured = ("growth", "widgets", "much")
    growing = 2.0 if bad == "growth" else 0.0
    widgets = 3 if bad == "widgets" else 0
    most = 1001.0 if bad == "much" else 700.0
    figures.samples = [Sample(30.0 * k, most, 500.0 + growing * k, 0.0, 14, 8, 600 + widgets * k) for k in range(20)]
    figures.leaked = figures.left_behind()
    assert figures.good is (bad not in measured)
    if bad not in measured:
        getattr(figures, bad).append("something")
    assert not figures.good
