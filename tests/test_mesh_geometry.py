"""Closest points, normals, decimation and the mesh hierarchy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.face_model.decimate import decimate, vertex_quadrics
from core.face_model.hierarchy import build_hierarchy
from core.face_model.mesh import closest_on_mesh, closest_on_triangles, edges, vertex_normals
from core.face_model.model import FaceModel


def grid(rows: int, columns: int, height: float = 0.1) -> tuple[Any, Any]:
    """A wavy sheet."""
    y, x = np.mgrid[:rows, :columns].reshape(2, -1)
    vertices = np.stack([x / columns, y / rows, height * np.sin(6 * x / columns) * np.cos(5 * y / rows)], -1)
    i = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    faces = np.concatenate([np.stack([i, i + 1, i + columns + 1], 1), np.stack([i, i + columns + 1, i + columns], 1)])
    return vertices, faces


def closest_by_sampling(point: Any, triangle: Any) -> float:
    """Slow reference: distance to a dense sampling of the triangle."""
    u, v = np.mgrid[0:1:201j, 0:1:201j].reshape(2, -1)
    inside = u + v <= 1
    weights = np.stack([1 - u - v, u, v], 1)[inside]
    return float(np.linalg.norm(weights @ triangle - point, axis=1).min())


@given(st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_closest_point_against_sampling(seed: int) -> None:
    random = np.random.default_rng(seed)
    triangle, point = random.normal(size=(3, 3)), 2 * random.normal(size=3)
    weights, squared = closest_on_triangles(point, triangle)
    assert (weights >= 0).all() and weights.sum() == pytest.approx(1)
    assert np.linalg.norm(weights @ triangle - point) == pytest.approx(np.sqrt(squared))
    assert np.sqrt(squared) == pytest.approx(closest_by_sampling(point, triangle), abs=0.03)
    assert np.sqrt(squared) <= closest_by_sampling(point, triangle) + 1e-9


def test_closest_on_mesh_against_all_triangles() -> None:
    vertices, faces = grid(12, 15)
    points = np.random.default_rng(0).uniform([0, 0, -0.2], [1, 1, 0.2], (50, 3))
    face, weights, distance = closest_on_mesh(points, vertices, faces)
    _, squared = closest_on_triangles(points[:, None], vertices[faces][None].repeat(len(points), 0))
    np.testing.assert_allclose(distance, np.sqrt(squared.min(1)), atol=1e-12)
    found = np.einsum("pc,pcd->pd", weights, vertices[faces[face]])
    np.testing.assert_allclose(np.linalg.norm(found - points, axis=1), distance, atol=1e-12)


def test_normals_of_a_sheet_point_up() -> None:
    vertices, faces = grid(6, 7, height=0)
    np.testing.assert_allclose(vertex_normals(vertices, faces), np.tile([0, 0, 1], (42, 1)), atol=1e-12)


def test_edges_of_two_triangles() -> None:
    np.testing.assert_array_equal(edges(np.array([[0, 1, 2], [2, 1, 3]])), [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]])


def test_quadrics_measure_the_squared_distance_to_the_planes() -> None:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], float)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])  # closed: no walls
    quadric = vertex_quadrics(vertices, faces)[0]
    full = np.zeros((4, 4))
    full[np.triu_indices(4)] = quadric
    full = full + np.triu(full, 1).T
    point = np.array([0.3, 0.4, 0.5, 1.0])
    assert point @ full @ point == pytest.approx(0.5 * (0.3**2 + 0.4**2 + 0.5**2))


def test_decimation_keeps_a_subset_and_the_shape() -> None:
    vertices, faces = grid(30, 30)
    kept, smaller = decimate(vertices, faces, 225)
    assert len(kept) == 225 and (np.diff(kept) > 0).all()
    assert sorted(np.unique(smaller)) == list(range(225))
    _, _, distance = closest_on_mesh(vertices, vertices[kept], smaller)
    assert distance.max() < 0.02
    assert {0, 29, 870, 899} <= set(kept.tolist())  # the corners of the sheet stay
    assert (vertex_normals(vertices[kept], smaller)[:, 2] > 0).all()


def test_decimation_of_a_flat_sheet_is_exact() -> None:
    vertices, faces = grid(10, 10, height=0)
    kept, smaller = decimate(vertices, faces, 10)
    a, b, c = (vertices[kept][smaller[:, k]] for k in range(3))
    assert np.cross(b - a, c - a)[:, 2].sum() / 2 == pytest.approx(0.81)


def test_decimation_stops_at_a_tetrahedron() -> None:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], float)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    kept, smaller = decimate(vertices, faces, 1)
    assert len(kept) == 4 and len(smaller) == 4


def test_decimation_is_deterministic() -> None:
    vertices, faces = grid(25, 20)
    first, second = decimate(vertices, faces, 100), decimate(vertices, faces, 100)
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return FaceModel.load()


def test_the_shipped_hierarchy(model: FaceModel) -> None:
    above = len(model.mean)
    assert len(model.hierarchy) == 4
    for level in model.hierarchy:
        k = len(level.vertices)
        assert k == level.faces.max() + 1 == len(np.unique(level.faces))
        assert level.down.shape == (k, above) and level.up.shape == (above, k)
        np.testing.assert_array_equal(np.asarray(level.down.sum(1)).ravel(), 1)
        np.testing.assert_allclose(np.asarray(level.up.sum(1)).ravel(), 1, atol=1e-6)
        assert level.up.data.min() > 0 and np.diff(level.up.indptr).max() <= 3
        np.testing.assert_allclose((level.down @ level.up).toarray(), np.eye(k), atol=1e-6)
        above = k
    assert [len(level.vertices) for level in model.hierarchy[:3]] == [1216, 304, 76]


def test_levels_are_subsets_of_the_base(model: FaceModel) -> None:
    points = model.mean
    for level in model.hierarchy:
        points = level.down @ points
        np.testing.assert_allclose(points, model.mean[level.vertices], atol=1e-6)


def test_going_up_again_stays_near(model: FaceModel) -> None:
    level = model.hierarchy[0]
    back = level.up @ (level.down @ model.mean)
    assert np.median(np.linalg.norm(back - model.mean, axis=1)) < 0.005
    assert np.linalg.norm(back - model.mean, axis=1).max() < 0.2


def test_up_sampling_does_not_mix_parts(model: FaceModel) -> None:
    """Eyeballs, teeth and tongue are islands: a lid must not be interpolated from an eyeball."""
    level = model.hierarchy[0]
    pairs = edges(model.faces)
    graph = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(len(model.mean),) * 2)
    part = connected_components(graph, directed=False)[1]
    entries = level.up.tocoo()
    np.testing.assert_array_equal(part[entries.coords[0]], part[level.vertices[entries.coords[1]]])


def test_rebuilding_the_hierarchy_gives_the_shipped_one(model: FaceModel) -> None:
    level = build_hierarchy(model.mean, model.faces, levels=1)[0]
    np.testing.assert_array_equal(level.vertices, model.hierarchy[0].vertices)
    np.testing.assert_array_equal(level.faces, model.hierarchy[0].faces)
