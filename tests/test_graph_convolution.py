"""Chebyshev convolution, spectral residual block and mesh encoder (paper Eq. 2 and 3)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.polynomial import chebyshev

from core.errors import WeightsError
from core.face_model.model import FaceModel
from core.networks import VARIANTS
from core.networks.graph import SparseOperator, scaled_laplacian
from core.networks.mesh_encoder import ChebyshevConvolution, MeshEncoder, SpectralResidualBlock, VertexNorm

FACES = np.array([[0, 1, 2], [0, 2, 3], [2, 3, 4], [4, 5, 3], [6, 7, 8], [6, 8, 9]])
COUNT = 12  # two parts, and two vertices on their own


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


def convolution(order: int, faces: np.ndarray = FACES, count: int = COUNT, widths: tuple[int, int] = (4, 5)):
    torch.manual_seed(1)
    return ChebyshevConvolution(SparseOperator(scaled_laplacian(faces, count)), *widths, order)


@pytest.mark.parametrize("order", [1, 2, 3, 6])
def test_convolution_is_the_filter_of_the_spectrum(order: int) -> None:
    """U g(Λ) Uᵀ x with g the Chebyshev series of NumPy: no recurrence, no sparse matrix."""
    layer = convolution(order)
    x = np.random.default_rng(0).standard_normal((COUNT, 2, 4))
    values, vectors = np.linalg.eigh(scaled_laplacian(FACES, COUNT).toarray())
    theta = layer.theta.weight.detach().numpy().reshape(5, order, 4)
    expected = np.zeros((COUNT, 2, 5))
    for j in range(5):
        for i in range(4):
            g = chebyshev.chebval(values, theta[j, :, i])
            expected[..., j] += vectors @ (g[:, None] * (vectors.T @ x[..., i]))
    result = layer(torch.from_numpy(x.astype(np.float32))).detach().numpy()
    np.testing.assert_allclose(result, expected, atol=2e-6)


def test_convolution_reaches_two_edges_and_no_more() -> None:
    """K = 3 sees the neighbours' neighbours; other parts and vertices on their own see nothing."""
    x = torch.zeros(COUNT, 1, 4, requires_grad=True)
    convolution(3)(x)[0].sum().backward()
    assert x.grad is not None
    reached = set(x.grad.abs().sum((1, 2)).nonzero().ravel().tolist())
    assert reached == {0, 1, 2, 3, 4, 5}
    x.grad = None
    convolution(2)(x)[0].sum().backward()
    assert set(x.grad.abs().sum((1, 2)).nonzero().ravel().tolist()) == {0, 1, 2, 3}


def test_convolution_does_not_know_the_vertices_order() -> None:
    order = np.random.default_rng(3).permutation(COUNT)
    place = np.argsort(order)
    x = torch.randn(COUNT, 2, 4)
    torch.testing.assert_close(convolution(3, place[FACES])(x[order]), convolution(3)(x)[order])


@pytest.mark.parametrize("count", [1, 2])
def test_graphs_without_edges(count: int) -> None:
    """L~ = I there, so that every T_k is 1 and the filter is the sum of its θ."""
    layer = convolution(3, np.zeros((0, 3), int), count)
    x = torch.randn(count, 2, 4)
    torch.testing.assert_close(layer(x), x @ layer.theta.weight.reshape(5, 3, 4).sum(1).T)


def test_convolution_and_block_have_their_gradients() -> None:
    block = SpectralResidualBlock(SparseOperator(scaled_laplacian(FACES, COUNT)), 3, 2, 3).double()
    x = torch.randn(COUNT, 2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: block.norm(block.convolution(x)) + block.shortcut(x), x)
    block(x).sum().backward()
    assert all(p.grad is not None for p in block.parameters())


def test_norm_is_torchs_instance_norm() -> None:
    norm = VertexNorm(5)
    torch.nn.init.normal_(norm.weight)
    torch.nn.init.normal_(norm.bias)
    x = 3 * torch.randn(40, 2, 5) + 7
    expected = torch.nn.functional.instance_norm(x.permute(1, 2, 0), weight=norm.weight, bias=norm.bias)
    torch.testing.assert_close(norm(x), expected.permute(2, 0, 1), atol=2e-5, rtol=1e-5)
    torch.testing.assert_close(norm(x[:1])[0, 0], norm.bias)


def encoder(model: FaceModel, resolution: int = 64) -> MeshEncoder:
    config = replace(VARIANTS["ours_paper"], resolution=resolution, graph_widths=(4, 4, 4, 4), latent=16)
    torch.manual_seed(0)
    return MeshEncoder(config, model)


def posed(model: FaceModel, resolution: int = 64) -> torch.Tensor:
    middle = (resolution - 1) / 2  # pixel centres are at integers
    return torch.from_numpy(model.mean * resolution / 6 + np.float32([middle, middle, 0]))[None]


def test_down_sampling_keeps_the_vertices_of_the_level(model: FaceModel) -> None:
    x = torch.from_numpy(model.mean.copy())
    for down, level in zip(encoder(model).downs, model.hierarchy):
        x = down(x)
        np.testing.assert_array_equal(x.numpy(), model.mean[level.vertices])


def test_feature_tells_where_the_head_is_in_spite_of_the_norm(model: FaceModel) -> None:
    """Instance norm alone takes position and size away; the shortcut keeps them."""
    net, mesh = encoder(model), posed(model)
    rest, _ = net(mesh, mesh)
    for moved in (mesh + torch.tensor([4.0, 0, 0]), mesh + torch.tensor([0, 4.0, 0])):
        assert (net(moved, moved)[0] - rest).abs().max() > 1e-3
    assert (net(mesh, mesh + 2)[0] - rest).abs().max() > 1e-3


def test_feature_does_not_know_the_resolution(model: FaceModel) -> None:
    """The same heads in pictures twice as large: what was learnt at 128² holds at 256²."""
    small = [posed(model, 64), posed(model, 64) * 1.1]
    large = [2 * mesh + torch.tensor([0.5, 0.5, 0]) for mesh in small]  # pixel centres are at integers
    first, second = encoder(model, 64)(*small), encoder(model, 128)(*large)
    torch.testing.assert_close(first, second, atol=1e-5, rtol=1e-4)


def test_feature_is_float32_under_autocast(model: FaceModel) -> None:
    net, mesh = encoder(model), posed(model)
    expected = net(mesh, mesh + 0.25)
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(net(mesh, mesh + 0.25), expected)


def test_feature_of_a_batch_is_that_of_each(model: FaceModel) -> None:
    net, mesh = encoder(model), posed(model)
    batch = torch.cat([mesh, mesh + 3, mesh * 0.9])
    together, of_vertices = net(batch, batch.flip(0))
    for index in range(3):
        alone, its = net(batch[index : index + 1], batch.flip(0)[index : index + 1])
        torch.testing.assert_close(together[index : index + 1], alone, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(of_vertices[:, index : index + 1], its, atol=1e-4, rtol=1e-3)


def test_a_model_with_too_few_levels_is_refused(model: FaceModel) -> None:
    with pytest.raises(WeightsError, match="has 1 mesh levels and the network 'ours_paper' needs 3"):
        MeshEncoder(VARIANTS["ours_paper"], replace(model, hierarchy=model.hierarchy[:1]))
