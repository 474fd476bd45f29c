"""The real engine draws drafts only where a final picture takes longer than a frame."""

from __future__ import annotations

import pytest

from app.workers import core_engine
from app.workers.core_engine import CoreEngine
from core import Controls, Reenactor
from core.pipeline.draft import Draft
from core.pipeline.encoded import EncodedFace
from core.pipeline.geometric import GeometricBackend
from core.regression.calibration import Calibration
from core.types import RenderResult


@pytest.fixture
def drafting(reenactor: Reenactor) -> Reenactor:
    """With drafts, which geometry draws here as well."""
    face_model, calibration = reenactor.model, Calibration.load()
    draft = Draft(lambda: GeometricBackend(face_model))
    return Reenactor(face_model, reenactor.landmarker, calibration, GeometricBackend(face_model), "cpu", draft=draft)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
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
    drafting: Reenactor,
    source: EncodedFace,
    driving: EncodedFace,
    drawn: list[bool],
    monkeypatch: pytest.MonkeyPatch,
    frame_ms: float,
    expected: list[bool],
) -> None:
    monkeypatch.setattr(core_engine, "FRAME_MS", frame_ms)
    engine = CoreEngine(drafting)
    for draft in (False, True, False):
        engine.render(source, driving, Controls(), draft)
    assert drawn == expected


def test_it_makes_ready_once_for_a_source(
    drafting: Reenactor,
    source: EncodedFace,
    driving: EncodedFace,
    drawn: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(core_engine, "FRAME_MS", 0.0)
    engine = CoreEngine(drafting)
    engine.rest(source)
    assert drawn == [], "nobody knows yet whether it is slow"
    engine.render(source, driving, Controls(), False)
    for face in (source, source, driving, source):
        engine.rest(face)
    assert drawn == [False, True, True, True]


def test_where_there_are_none_nothing_is_made_ready(
    source: EncodedFace, drawn: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core_engine, "FRAME_MS", 0.0)
    engine = CoreEngine(Reenactor.load("cpu", "geometric"))
    engine.render(source, source, Controls(), False)
    engine.rest(source)
    assert drawn == [False]
