"""Learned models by name: exported weights and checkpoints of a training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core import Reenactor
from core.errors import InputError
from core.evaluation.methods import LearnedModel, find_model, load_backend
from core.pipeline.encoded import EncodedFace
from core.training.checkpoint import save_checkpoint
from core.training.config import from_dict
from core.training.export import export
from core.training.state import TrainState

from .networks_tiny import face_model, stirred
from .training_samples import config_values


@pytest.fixture
def training(tmp_path: Path) -> Path:
    """A checkpoint at step 3 of a training with batches of two."""
    config = from_dict(config_values(tmp_path / "pairs", tmp_path / "run"))
    state = TrainState(config, face_model(), torch.device("cpu"))
    stirred(state.ema.network, 0.05)
    state.step = 3
    save_checkpoint(state, tmp_path / "run")
    return tmp_path / "run"


def test_a_training_and_its_export_draw_alike(
    training: Path, tmp_path: Path, reenactor: Reenactor, source: EncodedFace, driving: EncodedFace
) -> None:
    export(training, "tiny", "nobody", folder=tmp_path / "weights")
    trained, exported = find_model(str(training)), find_model(str(tmp_path / "weights"))
    assert (trained.name, trained.listed) == ("run", False) and (exported.name, exported.listed) == ("tiny", True)
    assert trained.pairs_seen == exported.pairs_seen == 6
    assert trained.network == exported.network and trained.commit == exported.commit
    assert find_model("tiny", tmp_path / "weights") == exported
    mesh = reenactor.mesh(driving.coefficients)
    first, second = (load_backend(m, face_model()).reenact(source, mesh).image for m in (trained, exported))
    assert np.abs(first.astype(float) - second).mean() < 1  # float16 weights
    assert np.abs(first.astype(float) - source.image).mean() > 1


def test_other_weights_are_no_model(training: Path) -> None:
    with pytest.raises(InputError, match="no trained model"):
        find_model("face_landmarks")
    with pytest.raises(InputError, match="no model 'nowhere'"):
        find_model("nowhere")
    found = find_model(str(training))
    other: LearnedModel = replace(found, network=replace(found.network, live_widths=(8, 16, 24)))
    with pytest.raises(InputError, match="not of the network"):
        load_backend(other, face_model())
