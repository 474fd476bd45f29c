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

from app.views import dialogs
from core.provenance.export import open_marked_animation, write_marked_image
from core.provenance.marks import Marks
from core.types import Image
from tests.app.fake_engine import FakeEngine
from tests.soak.__main__ import run
from tests.soak.faults import Faults
from tests.soak.figures import Figures, Sample


class Writing(FakeEngine):
    """The stand-in that really writes, as the core does."""

    def save_image(
        self, path: Path, image: Image, marks: Marks, quality: int, alpha: NDArray[np.uint8] | None = None
    ) -> None:
        write_marked_image(path, image, marks, quality, alpha)

    def save_sweep(self, path, source, driving, controls, sweep, on_progress, should_stop, marks):  # type: ignore[no-untyped-def]
        with open_marked_animation(path, 10.0, (256, 256), marks, should_stop) as writer:
            for shift in range(8):
                writer.add(self._moved(source, controls, shift))

    def _moved(self, source, controls, shift):  # type: ignore[no-untyped-def]
        return self.render(source, source, type(controls)(pose=shift / 8, expression=0.5)).image


@pytest.fixture(autouse=True)
def own_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets them for its whole process."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, os.environ.get(name, "/tmp"))
    for name in ("ask_save", "ask_open", "ask_unsaved", "ask_missing", "ask_replace", "ask_delete"):
        monkeypatch.setattr(dialogs, name, getattr(dialogs, name))


def test_every_fault_is_survived(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: list[str] = []

    def each_in_turn(self: Faults) -> None:
        name = list(self.kinds)[len(kinds) % len(self.kinds)]
        kinds.append(name)
        self.make(name)

    monkeypatch.setattr(Faults, "strike", each_in_turn)
    figures = run(0.0, 3, Writing, Writing, calm=1, every=1.0, faults=10)
    assert not figures.failures and not figures.lost and not figures.leaked
    assert len(figures.injected) == 10 and figures.survived == figures.injected
    row = json.loads(json.dumps(figures.row({"seed": 3})))
    assert row["faults"]["injected"] == 10 and row["operations"]["total"] >= 10


@pytest.mark.parametrize("bad", ["failures", "lost", "leaked", "growth"])
def test_what_is_bad_is_not_called_good(bad: str) -> None:
    figures = Figures()
    growing = 2.0 if bad == "growth" else 0.0
    figures.samples = [Sample(30.0 * k, 500.0 + growing * k, 0.0, 14, 8, 600) for k in range(20)]
    assert figures.good is (bad != "growth")
    if bad != "growth":
        getattr(figures, bad).append("something")
    assert not figures.good
