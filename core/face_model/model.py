"""The morphable face model (paper Eq. 1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import WeightsError
from ..types import Float
from .codec import decode, encode
from .gaze import Eyeball
from .hierarchy import MeshLevel
from .storage import DEFAULT, read_model, write_model
from .symmetry import Symmetry

Indices: TypeAlias = NDArray[np.int32]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class FaceModel:
    """V = V_mean + c_i·V_id + c_e·V_exp (Eq. 1), in the model frame, decimetres (see conventions.md).

    ``mean``              n×3 float32.
    ``identity_basis``    k×n×3 float32, one standard deviation each.
    ``expression_basis``  e×n×3 float32, full activation each, named by ``expression_names``.
    ``faces``             m×3 int32, counter-clockwise from outside.
    ``regions``           name → (n,) bool; they may overlap.
    ``landmark_faces``    (l,) int32 triangle of each landmark; ``landmark_weights`` l×3 float32, barycentric.
    ``hierarchy``         coarser and coarser sub-meshes under the base.
    ``eyeballs``          turn with the eyeLook units (none in models that lack eyes).
    ``symmetry``          None when the model has none.
    ``facts``             licence, source, version and the like.
    """

    mean: Float
    identity_basis: Float
    expression_basis: Float
    expression_names: tuple[str, ...]
    faces: Indices
    regions: dict[str, Mask]
    landmark_faces: Indices
    landmark_weights: Float
    hierarchy: tuple[MeshLevel, ...] = ()
    eyeballs: tuple[Eyeball, ...] = ()
    symmetry: Symmetry | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def load(path: Path | None = None) -> FaceModel:
        """Read ``<path>.safetensors`` with its ``.json`` beside it; the shipped model by default.

        Raises :class:`WeightsError` when a file is missing, damaged, or does not match the other.
        """
        arrays, facts = read_model(DEFAULT if path is None else path)
        return FaceModel(**decode(arrays, facts))

    def save(self, path: Path) -> None:
        """Write ``<path>.safetensors`` and ``<path>.json``; equal models give equal bytes.."""
        write_model(path, *encode(vars(self)))

    @property
    def n_identity(self) -> int:
        """Number of identity components."""
        return len(self.identity_basis)

    @property
    def n_expression(self) -> int:
        """Number of expression components."""
        return len(self.expression_basis)

    @cached_property
    def _basis(self) -> Float:
        """(k+e, 3n): one product serves both bases."""
        stacked = np.concatenate([self.identity_basis, self.expression_basis])
        return np.ascontiguousarray(stacked.reshape(len(stacked), -1))

    def vertices(self, identity: Float, expression: Float) -> Float:
        """Eq. 1, then eyeballs turned by the eyeLook units and lids kept outside of them.

        ``identity`` (…, k) in standard deviations, ``expression`` (…, e) activations, equal leading dimensions (a
        batch).  Returns (…, n, 3) float32 in the model frame.
        """
        identity, expression = np.asarray(identity, np.float32), np.asarray(expression, np.float32)
        coefficients = np.concatenate([identity, expression], -1)
        vertices = (coefficients @ self._basis).reshape(*coefficients.shape[:-1], -1, 3) + self.mean
        for eyeball in self.eyeballs:
            eyeball.turn(vertices, identity, expression)
        return np.asarray(vertices, np.float32)

    def landmarks(self, vertices: Float) -> Float:
        """Landmarks (…, l, 3) of vertices (…, n, 3), in whatever frame these are.

        Raises :class:`WeightsError` if the model was imported without landmarks.
        """
        if not len(self.landmark_faces):
            raise WeightsError("This face model has no landmarks; import it again with its key points.")
        corners = np.asarray(vertices, np.float32)[..., self.faces[self.landmark_faces], :]
        return np.asarray(np.einsum("lc,...lcd->...ld", self.landmark_weights, corners), np.float32)

    def landmark_basis(self) -> tuple[Float, Float, Float]:
        """Eq. 1 at the landmarks: mean l×3, identity k×l×3, expression e×l×3.

        The turning of the eyeballs is in it to first order (chords at full activation), so irises follow the gaze.
        """
        mean, identity = self.landmarks(self.mean), self.landmarks(self.identity_basis)
        expression = self.landmarks(self.expression_basis)
        owners = self.faces[self.landmark_faces, 0]
        for eyeball in self.eyeballs:
            on_ball = np.isin(owners, eyeball.vertices)
            for unit, offset in zip(eyeball.units, eyeball.offsets(mean[on_ball])):
                expression[unit, on_ball] += offset
        return mean, identity, expression
