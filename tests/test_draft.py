"""Pictures of a moment: a smaller net draws them, the default one those that stay."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import torch

from core import Controls, Reenactor
from core.bench.flops import gflop
from core.errors import WeightsError
from core.pipeline.backend import Backend
from core.pipeline.draft import Draft
from core.pipeline.encoded import EncodedFace
from core.pipeline.learned_weights import draft_of
from core.weights import draft_model

from .networks_tiny import face_model
from .test_learned_weights import store

CPU = torch.device("cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store("fine", tmp_path, use="default")
    store("quick", tmp_path, use="draft", seed=1)
    store("other", tmp_path, seed=2)
    return tmp_path


def named(draft: Draft | None) -> str:
    backend = None if draft is None else draft.backend()
    return "" if backend is None else backend.name


@pytest.mark.parametrize(
    ("model", "name"),
    [(None, "learned model quick"), ("fine", "learned model quick"), ("other", ""), ("geometric", "")],
)
def test_only_the_default_has_drafts(folder: Path, model: str | None, name: str) -> None:
    assert draft_model(folder) == "quick"
    assert named(draft_of(model, face_model(), CPU, folder)) == name


def test_a_gpu_needs_none(folder: Path) -> None:
    assert draft_of(None, face_model(), torch.device("cuda"), folder) is None


def test_without_one_in_the_manifest_there_is_none(tmp_path: Path) -> None:
    store("fine", tmp_path, use="default")
    assert draft_of(None, face_model(), CPU, tmp_path) is None


def test_damaged_drafts_are_noted_once_and_done_without(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "quick.safetensors").write_bytes(b"no weights")
    draft = draft_of(None, face_model(), CPU, folder)
    assert draft is not None
    with caplog.at_level(logging.WARNING):
        assert draft.backend() is None and draft.backend() is None
    assert len(caplog.records) == 1 and "quick.safetensors" in caplog.text


def test_they_are_loaded_when_first_wanted_and_only_once() -> None:
    loaded: list[int] = []

    def load() -> Backend:
        loaded.append(1)
        raise WeightsError("The file is missing; restore it.")

    draft = Draft(load)
    assert not loaded
    for _ in range(3):
        assert draft.backend() is None
    assert loaded == [1]


def test_what_is_released_draws_drafts_like_the_final_pictures_for_a_third_of_the_work(
    source: EncodedFace, driving: EncodedFace
) -> None:
    released = Reenactor.load("cpu")
    assert released.drafts and not released.notice
    final, draft = (released.render(source, driving, Controls(), each) for each in (False, True))
    difference = np.abs(final.image.astype(np.float32) - draft.image)
    moved = np.abs(final.image.astype(np.float32) - source.image).mean()
    assert 0 < difference.mean() < 0.25 * moved
    assert draft.draft and not final.draft
    assert draft.image.shape == final.image.shape and draft.flow.shape == final.flow.shape
    assert np.array_equal(draft.driving_mesh, final.driving_mesh)
    work = [gflop(lambda: released.render(source, driving, Controls(), each)) for each in (False, True)]  # noqa: B023
    assert work[1] < work[0] / 3


def test_a_draft_of_a_model_without_drafts_is_the_final_picture(
    reenactor: Reenactor, source: EncodedFace, driving: EncodedFace
) -> None:
    assert not reenactor.drafts  # geometry
    final, draft = (reenactor.render(source, driving, Controls(), each) for each in (False, True))
    assert np.array_equal(final.image, draft.image)
