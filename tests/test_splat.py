"""Vertices land where they are, near ones over far ones, and a new motion net already moves as they do."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.networks.splat import VertexSplat
from core.training.random_motion import MotionConfig, RandomMotion
from core.types import Coefficients

from .networks_tiny import build, face_model

SIDE, COARSEST = 16, 8


@pytest.fixture
def splat() -> VertexSplat:
    return VertexSplat(face_model(), 64, SIDE, COARSEST)


def meshes(count: int) -> torch.Tensor:
    """Heads of the model in pictures of 64²; the nose looks at the camera, which is at negative z."""
    generator = torch.Generator().manual_seed(1)
    mesh = torch.from_numpy(face_model().mean * np.float32([1, -1, -1]) * np.float32(64 / 6)) + torch.tensor(
        [32, 32, 0]
    )
    return mesh[None] + torch.randn(count, 1, 3, generator=generator) * torch.tensor([3.0, 3.0, 1.0])


def by_hand(splat: VertexSplat, mesh: torch.Tensor, values: torch.Tensor) -> np.ndarray:
    """Vertex after vertex: weighted means on SIDE², NaN where nothing fell."""
    vertices, faces = mesh.double().numpy(), splat.faces.numpy()
    normals = np.zeros_like(vertices)
    for a, b, c in faces:
        normals[[a, b, c]] += np.cross(vertices[b] - vertices[a], vertices[c] - vertices[a])
    towards = -normals[:, 2] / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)
    weights = (np.maximum(towards, 0) + 1e-3) * np.exp(-40 * (vertices[:, 2] - vertices[:, 2].min()) / 64)
    sums = np.zeros((SIDE, SIDE, values.shape[1] + 1))
    for (x, y, _), value, weight in zip((vertices + 0.5) / (64 / SIDE) - 0.5, values.double().numpy(), weights):
        left, top = int(np.floor(x)), int(np.floor(y))
        for column, across in ((left, left + 1 - x), (left + 1, x - left)):
            for row, down in ((top, top + 1 - y), (top + 1, y - top)):
                if 0 <= column < SIDE and 0 <= row < SIDE:
                    sums[row, column] += weight * across * down * np.append(value, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sums[..., -1:] > 1e-4, sums[..., :-1] / sums[..., -1:], np.nan)


def test_means_are_those_by_hand(splat: VertexSplat) -> None:
    mesh = meshes(2)
    features = torch.rand(mesh.shape[1], 2, 4)
    coarse, fine = splat(mesh + torch.tensor([2.0, -1.0, 0]), mesh, features, 4.0)
    assert coarse.shape == (2, 8, COARSEST, COARSEST) and fine.shape == (2, 8, SIDE, SIDE)
    for index in range(2):
        expected = by_hand(splat, mesh[index], features[:, index])
        seen = ~np.isnan(expected[..., 0])
        assert seen.sum() > 30
        np.testing.assert_allclose(fine[index, 3:7].permute(1, 2, 0).numpy()[seen], expected[seen], atol=2e-3)
        np.testing.assert_allclose(fine[index, :2].permute(1, 2, 0).numpy()[seen] - [0.5, -0.25], 0, atol=1e-4)


def test_the_near_side_of_the_head_is_what_is_seen(splat: VertexSplat) -> None:
    mesh = meshes(1)
    depth = mesh[0, :, 2]
    features = (depth < depth.median()).float()[:, None, None]  # 1 in front
    fine = splat(mesh, mesh, features, 1.0)[-1][0]
    middle = fine[3, 6:10, 6:10]
    assert middle.mean() > 0.8  # of all vertices there it is half
    assert fine[-1, 6:10, 6:10].min() > fine[-1, 0, 0] + 0.2  # the corner of the picture saw less


def test_gaps_are_filled_from_around(splat: VertexSplat) -> None:
    mesh = meshes(1)
    constant = torch.full((mesh.shape[1], 1, 1), 0.7)
    for each in splat(mesh, mesh, constant, 1.0):
        torch.testing.assert_close(each[:, 3:4], torch.full_like(each[:, 3:4], 0.7), atol=1e-4, rtol=0)
    assert all(
        torch.isfinite(each).all() for each in splat(mesh + 500, mesh + 500, constant, 1.0)
    )  # out of the picture


def test_a_new_net_moves_as_the_vertices_do() -> None:
    """Before any training the flow inside the head is that of the nearest vertices; the paper's starts at zero."""
    net, plain = build("ours_splat", 256), build("ours_paper", 256)
    maker = RandomMotion(face_model(), MotionConfig(seed=4))
    shares = []
    for k in range(3):
        pair = maker.make(k)
        vectors = (pair.source_coefficients, pair.driving_coefficients)
        source, driving = (
            torch.from_numpy(maker._geometry.mesh(Coefficients.from_vector(vector)))[None] for vector in vectors
        )
        with torch.no_grad():
            flow = net.eval().motion_net(source, driving)[0].permute(1, 2, 0).numpy()
            assert plain.eval().motion_net(source, driving).abs().max() == 0
        head, exact = pair.head > 0, pair.exact.astype(np.float32)
        error = np.linalg.norm(flow - exact, axis=2)[head].mean()
        shares.append(error / np.linalg.norm(exact, axis=2)[head].mean())
    assert np.mean(shares) < 0.15
