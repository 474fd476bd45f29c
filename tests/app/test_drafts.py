"""The real engine draws drafts only where a final picture takes longer than a frame."""

from __future__ import annotations

import pytest

from app.workers import core_engine
from app.workers.core_engine import CoreEngine
from core import Controls, Reenactor
from core.pipeline.encoded import EncodedFace
from core.types import RenderResult


@pytest.fixture
def drawn(reenactor: Reenactor, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each picture was a draft."""
    drafts: list[bool] = []
    render = Reenactor.render

    def noted(
        self: Reenactor, source: EncodedFace, driving: EncodedFace, controls: Controls, draft: bool = False
    ) -> RenderResult:
        drafts.append(draft)
        return render(self, source, driving, controls, draft)

    monkeypatch.setattr(Reenactor, "render", noted)
    return drafts


@pytest.mark.parametrize(("frame_ms", "expected"), [(0.0, [False, True, False]), (1e6, [False, False, False])])
def test_drafts_are_for_slow_machines(
    reenactor: Reenactor,
    source: EncodedFace,
    driving: EncodedFace,
    drawn: list[bool],
    monkeypatch: pytest.MonkeyPatch,
    frame_ms: float,
    expected: list[bool],
) -> None:
    monkeypatch.setattr(core_engine, "FRAME_MS", frame_ms)
    engine = CoreEngine(reenactor)
    for draft in (False, True, False):
        engine.render(source, driving, Controls(), draft)
    assert drawn == expected


def test_it_makes_ready_once_for_a_source(
    reenactor: Reenactor,
    source: EncodedFace,
    driving: EncodedFace,
    drawn: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(core_engine, "FRAME_MS", 0.0)
    engine = CoreEngine(reenactor)
    engine.rest(source)
    assert drawn == [], "nobody knows yet whether it is slow"
    engine.render(source, driving, Controls(), False)
    for face in (source, source, driving, source):
        engine.rest(face)
    assert drawn == [False, True, True, True]
