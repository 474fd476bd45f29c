"""Graph operators against dense textbook versions (paper 3.2)."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from core.face_model.model import FaceModel
from core.networks.graph import (
    SparseOperator,
    adjacency,
    largest_eigenvalue,
    normalised_laplacian,
    scaled_laplacian,
)

TETRAHEDRON = np.array([[0, 1, 2], [0, 3, 1], [0, 2, 3], [1, 3, 2]])


def dense_laplacian(faces: np.ndarray, count: int) -> np.ndarray:
    """I − D^-1/2 A D^-1/2, entry by entry from the definition."""
    a = np.zeros((count, count))
    for face in faces:
        for i in face:
            for j in face:
                a[i, j] = i != j
    degree = a.sum(1)
    laplacian = np.eye(count)
    for i in range(count):
        for j in range(count):
            if a[i, j]:
                laplacian[i, j] -= 1 / np.sqrt(degree[i] * degree[j])
    return laplacian


@st.composite
def meshes(draw: st.DrawFn) -> tuple[np.ndarray, int]:
    """Triangles on up to 30 vertices: degenerate, repeated and disconnected ones, isolated vertices, none at all."""
    count = draw(st.integers(1, 30))
    corner = st.integers(0, count - 1)
    faces = draw(st.lists(st.tuples(corner, corner, corner), max_size=40))
    return np.array(faces, np.int32).reshape(-1, 3), count


@settings(max_examples=60, deadline=None)
@given(meshes())
def test_laplacian_is_that_of_the_textbook(mesh: tuple[np.ndarray, int]) -> None:
    faces, count = mesh
    laplacian = normalised_laplacian(adjacency(faces, count))
    np.testing.assert_allclose(laplacian.toarray(), dense_laplacian(faces, count), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(meshes())
def test_scaling_brings_the_spectrum_between_minus_one_and_one(mesh: tuple[np.ndarray, int]) -> None:
    faces, count = mesh
    dense = dense_laplacian(faces, count)
    assert largest_eigenvalue(sparse.csr_array(dense)) == pytest.approx(np.linalg.eigvalsh(dense).max(), abs=1e-7)
    spectrum = np.linalg.eigvalsh(scaled_laplacian(faces, count).toarray())
    assert spectrum.max() == pytest.approx(1, abs=1e-7)
    assert spectrum.min() >= -1 - 1e-7


def test_known_largest_eigenvalues() -> None:
    """Complete graphs have n / (n − 1); where nothing is connected, L = I."""
    for faces, count, expected in (
        (TETRAHEDRON[:1], 3, 3 / 2),
        (TETRAHEDRON, 4, 4 / 3),
        (np.zeros((0, 3), int), 5, 1.0),
        (np.zeros((0, 3), int), 1, 1.0),
    ):
        assert largest_eigenvalue(normalised_laplacian(adjacency(faces, count))) == pytest.approx(expected)


def test_shipped_mesh_and_its_levels() -> None:
    model = FaceModel.load()
    for faces, count in [
        (model.faces, len(model.mean)),
        *((each.faces, len(each.vertices)) for each in model.hierarchy),
    ]:
        laplacian = normalised_laplacian(adjacency(faces, count))
        first, second = largest_eigenvalue(laplacian), largest_eigenvalue(laplacian)
        assert first == second
        if count < 2000:
            assert first == pytest.approx(np.linalg.eigvalsh(laplacian.toarray()).max(), abs=1e-8)
    # No smaller bound than λ_max may be used: the recurrence would grow.
    vector = np.random.default_rng(0).standard_normal(len(model.mean))
    product = scaled_laplacian(model.faces, len(model.mean)) @ vector
    assert np.linalg.norm(product) <= np.linalg.norm(vector)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1), st.sampled_from([(), (3,), (2, 3)]))
def test_sparse_product_is_the_dense_one(rows: int, columns: int, seed: int, trailing: tuple[int, ...]) -> None:
    rng = np.random.default_rng(seed)
    dense = rng.standard_normal((rows, columns)).astype(np.float32) * (rng.random((rows, columns)) < 0.3)
    features = rng.standard_normal((columns, *trailing)).astype(np.float32)
    product = SparseOperator(sparse.csr_array(dense))(torch.from_numpy(features))
    np.testing.assert_allclose(product.numpy(), np.tensordot(dense, features, 1), atol=1e-5)


@pytest.mark.parametrize(
    "dense",
    [
        [[2.0]],
        [[0.0]],
        [[0, 1, 0], [0, 0, 0], [3, 0, -1.5], [0, 1, 1]],
        dense_laplacian(TETRAHEDRON, 5),
    ],
    ids=["size one", "empty", "rectangular, with an empty row and a column used twice", "isolated vertex"],
)
def test_sparse_product_has_its_gradients(dense: list[list[float]]) -> None:
    operator = SparseOperator(sparse.csr_array(np.array(dense)))
    features = torch.randn(operator.shape[1], 2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(operator, features)
    assert torch.autograd.gradgradcheck(operator, features)
