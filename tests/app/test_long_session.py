"""The long session, for a few seconds: no widget is left behind and no picture is kept."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.types import Controls, RenderResult
from tests.app.fake_engine import FakeEngine, FakeFace
from tests.app.long_session import Memory, run

pytestmark = pytest.mark.real_meshes
SECONDS = 12.0
ALLOWED_MB = 40.0
"""A picture of 512 × 512 kept by every fifth act would be about as much."""


class Forgetful(FakeEngine):
    """The stand-in without its diary."""

    def render(self, source: FakeFace, driving: FakeFace, controls: Controls, draft: bool = False) -> RenderResult:
        self.rendered.clear()
        self.drafts.clear()
        self.rested.clear()
        self.encoded.clear()
        return super().render(source, driving, controls, draft)


def test_minutes_of_use_leave_memory_flat(qtbot: QtBot, qapp: QApplication, capsys: pytest.CaptureFixture[str]) -> None:
    memory = run(SECONDS, 0, Forgetful, every=1.0)
    lines = capsys.readouterr().out.splitlines()
    widgets = [int(line.split()[-2]) for line in lines if line.endswith("widgets")]
    assert len(widgets) > 5 and widgets[-1] <= widgets[len(widgets) // 3], lines
    settled = memory.samples[len(memory.samples) // 3 :]
    assert settled[-1][1] - settled[0][1] < ALLOWED_MB, lines
    acts = int(lines[-2].split(" acts")[0].split()[-1])
    assert acts > 50, "somebody really used it"


def test_growth_is_seen() -> None:
    memory = Memory()
    memory.samples = [(10.0 * k, 500.0 + 60.0 * (k < 6) + 2.0 * k, 180.0) for k in range(30)]
    assert memory.growth() == pytest.approx(12.0)
