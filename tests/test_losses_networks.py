"""The losses that look through a network: perceptual features, and the coefficients of Eq. 6."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional

from core import Reenactor
from core.errors import WeightsError
from core.face_model.landmarks import LIPS_LOWER, LIPS_UPPER
from core.pipeline.encoded import EncodedFace
from core.regression.landmarks import roi_from_landmarks
from core.regression.roi import Roi
from core.training.losses.coefficients import CoefficientLoss, roi_matrices
from core.training.losses.efficientnet import EfficientNetFeatures, SameConv2d
from core.training.losses.mouths import SIDE, MouthCrops
from core.training.losses.vgg import VggFeatures

from .training_samples import features_file


def test_padding_is_tensorflows() -> None:
    """At stride 2 on an even side the one row of padding goes below, not above."""
    layer = SameConv2d(1, 1, 3, 2)
    torch.nn.init.ones_(layer.weight)
    image = torch.arange(16.0).view(1, 1, 4, 4)
    expected = functional.conv2d(functional.pad(image, (0, 1, 0, 1)), layer.weight, stride=2)
    assert torch.equal(layer(image), expected)


def test_efficientnet_features_are_frozen_and_at_four_strides(tmp_path: Path) -> None:
    net = EfficientNetFeatures.load(features_file(tmp_path / "lite0.pth"))
    image = torch.rand(1, 3, 64, 64, requires_grad=True)
    features = net.train()(image)
    assert [tuple(f.shape[1:]) for f in features] == [(16, 32, 32), (24, 16, 16), (40, 8, 8), (112, 4, 4)]
    assert not net.training and not any(p.requires_grad for p in net.parameters())
    sum(f.square().mean() for f in features).backward()
    assert image.grad is not None and image.grad.abs().sum() > 0


def test_weights_that_would_run_code_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.pth"
    torch.save({"_conv_stem.weight": Roi(0, 0, 1)}, path)
    with pytest.raises(WeightsError, match="does not hold") as refused:
        EfficientNetFeatures.load(path)
    assert "Weights only load failed" in str(refused.value.__cause__)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    torch.save({"x": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(WeightsError, match="EfficientNet-Lite0"):
        EfficientNetFeatures.load(tmp_path / "other.pth")


def test_vgg_takes_torchvisions_names(tmp_path: Path) -> None:
    net = VggFeatures()
    convolutions = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28]
    assert {k.split(".")[1] for k in net.state_dict()} == {str(k) for k in convolutions}
    path = tmp_path / "vgg19.safetensors"
    save_file({**net.state_dict(), "classifier.0.weight": torch.zeros(1)}, path)
    features = VggFeatures.load(path)(torch.rand(1, 3, 32, 32))
    assert [tuple(f.shape[1:]) for f in features] == [
        (64, 32, 32),
        (128, 16, 16),
        (256, 8, 8),
        (512, 4, 4),
        (512, 2, 2),
    ]
    assert all((f >= 0).all() for f in features)


def test_vgg_names_a_file_that_is_something_else(tmp_path: Path) -> None:
    path = tmp_path / "vgg19.safetensors"
    save_file({"x": torch.zeros(1)}, path)
    with pytest.raises(WeightsError, match=r"vgg19\.safetensors"):
        VggFeatures.load(path)


def test_regions_are_those_of_the_landmark_net() -> None:
    roi = Roi(100.0, 80.0, 150.0, 0.3)
    found = roi_matrices(torch.tensor([[roi.cx, roi.cy, roi.size, roi.angle]]))[0]
    np.testing.assert_allclose(found, roi.matrix(192), atol=1e-4)


@pytest.fixture(scope="module")
def loss(reenactor: Reenactor) -> CoefficientLoss:
    return CoefficientLoss(reenactor.model, reenactor.landmarker.net)


def of(face: EncodedFace) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Picture, coefficients and region of a face."""
    roi = roi_from_landmarks(face.landmarks)
    image = torch.from_numpy(face.image).permute(2, 0, 1)[None] / 255
    region = torch.tensor([[roi.cx, roi.cy, roi.size, roi.angle]], dtype=torch.float32)
    return image, torch.from_numpy(face.coefficients.vector)[None], region


def test_a_perfect_output_costs_nothing(loss: CoefficientLoss, source: EncodedFace) -> None:
    image, coefficients, region = of(source)
    assert loss(image, image, coefficients, region).item() == 0


def test_jacobian_against_finite_differences(loss: CoefficientLoss, source: EncodedFace) -> None:
    c = torch.from_numpy(source.coefficients.vector)[None].double()
    slow = CoefficientLoss.__new__(CoefficientLoss)
    torch.nn.Module.__init__(slow)
    slow.mean, slow.basis = loss.mean.double(), loss.basis.double()

    def landmarks(vector: torch.Tensor) -> torch.Tensor:
        shape = slow.mean + torch.einsum("c,cld->ld", vector[:101], slow.basis)
        matrix = vector[101:].view(3, 4)
        return (shape @ matrix[:, :3].T + matrix[:, 3]).flatten()

    expected = torch.autograd.functional.jacobian(landmarks, c[0]).T
    matrix = c[:, 101:].view(1, 3, 4)
    size = matrix[:, :, :3].norm(dim=2).mean(1)
    expected[101:] *= size
    torch.testing.assert_close(slow._jacobian(c, matrix, size)[0], expected)


def test_read_out_finds_a_small_change(loss: CoefficientLoss, source: EncodedFace) -> None:
    _, coefficients, _ = of(source)
    matrix = coefficients[:, 101:].view(1, 3, 4)
    size = matrix[:, :, :3].norm(dim=2).mean(1)
    jacobian, gain = loss._jacobian(coefficients, matrix, size), loss.read_out(coefficients)
    change = torch.zeros(1, 113)
    change[0, 101 + 3], change[0, 50 + 17] = 0.05, 0.5  # to the right, and one unit of the expression
    found = torch.einsum("nck,nk->nc", gain, torch.einsum("nc,nck->nk", change, jacobian))
    assert found[0, 104].item() == pytest.approx(0.05, abs=0.02)
    assert found[0, :101].abs().argmax().item() == 67 and found[0, 67].item() > 0.2


def test_gradient_pulls_the_output_towards_the_target(
    loss: CoefficientLoss, source: EncodedFace, driving: EncodedFace
) -> None:
    image, coefficients, region = of(source)
    moved = torch.roll(image, 6, 3).requires_grad_(True)
    before = loss(moved, image, coefficients, region)
    before.backward()
    assert before.item() > 0.05 and moved.grad is not None and torch.isfinite(moved.grad).all()
    step = moved.detach() - 0.02 * moved.grad / moved.grad.abs().max()
    assert loss(step, image, coefficients, region).item() < before.item()


def test_mouths_are_cut_out_where_the_lips_are(reenactor: Reenactor, driving: EncodedFace) -> None:
    crops = MouthCrops(reenactor.model)
    coefficients = torch.from_numpy(driving.coefficients.vector)[None]
    side = driving.image.shape[0]
    ramp = torch.arange(side, dtype=torch.float32).expand(side, side)
    places = torch.stack([ramp, ramp.T, torch.ones(side, side)])[None].requires_grad_(True)
    seen = crops(places, coefficients)
    assert seen.shape == (1, 3, SIDE, SIDE) and torch.allclose(seen[:, 2], torch.ones(1))
    x, y = seen[0, 0, 0].detach(), seen[0, 1, :, 0].detach()
    lips = driving.landmarks[[*LIPS_LOWER, *LIPS_UPPER]]
    for k, axis in enumerate((x, y)):
        low, high = float(lips[:, k].min()), float(lips[:, k].max())
        assert axis[0] < low and high < axis[-1], "all of the lips are seen"
        assert abs(float(axis.mean()) - (low + high) / 2) < 0.1 * float(axis[-1] - axis[0]), "in the middle"
    assert x.diff().min() > 0 and torch.allclose(x.diff(), y.diff(), atol=1e-3), "square, and not mirrored"
    seen.sum().backward()
    assert places.grad is not None and places.grad.abs().sum() > 0
