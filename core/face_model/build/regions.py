"""Region masks of the head, from MakeHuman's mask textures, its rig and the mean shape."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ..mesh import Array, edges, vertex_normals
from .source import AnnySource, Doubles
from .topology import HeadTopology, Mask

_LID_REACH = 0.07
"""Skin this near (dm) to the lid rims still belongs to the lids."""


def texture_masks(source: AnnySource, head: HeadTopology) -> dict[str, Mask]:
    """(n,) masks painted by MakeHuman's artists: face, ears, lips, inside-mouth, eyelids (their rims)."""
    uv = source.mesh().uv[np.maximum(head.origin, 0)]
    skin = head.parts["skin"]
    masks: dict[str, Mask] = {}
    for name in ("face", "ears", "lips", "inside-mouth", "eyelids"):
        image = source.texture(name)
        height, width = image.shape
        row = np.clip(((1 - uv[:, 1]) * height).astype(int), 0, height - 1)
        column = np.clip((uv[:, 0] * width).astype(int), 0, width - 1)
        painted = skin & (image[row, column] > (0.25 if name == "face" else 0.5))
        masks[name] = painted | painted[head.mirror]
    return masks


def neck(source: AnnySource, head: HeadTopology) -> Mask:
    """Skin more than half driven by the bones of neck and torso."""
    weight = np.zeros(len(source.mesh().vertices))
    for bone, pairs in source.bone_weights().items():
        if bone.startswith(("neck", "spine", "clavicle", "shoulder")):
            weight[pairs[:, 0].astype(np.int64)] += pairs[:, 1]
    return np.asarray(head.parts["skin"] & (weight[np.maximum(head.origin, 0)] > 0.5))


def _socket(head: HeadTopology, mean: Doubles) -> Mask:
    """Skin behind the lids: turned towards the eyeball's centre and connected to the point nearest its back."""
    normals = vertex_normals(mean, head.faces)
    pairs = edges(head.faces)
    found = np.zeros(len(mean), bool)
    for side in ("eyeball_left", "eyeball_right"):
        centre = mean[head.parts[side]].mean(0)
        towards = centre - mean
        distance = np.linalg.norm(towards, axis=1)
        turned = head.parts["skin"] & (distance < 0.35) & ((normals * towards).sum(1) > 0.3 * distance)
        back = centre - [0, 0, 0.15]
        seed = np.where(turned, np.linalg.norm(mean - back, axis=1), np.inf).argmin()
        inner = pairs[turned[pairs].all(1)]
        graph = coo_array((np.ones(len(inner)), tuple(inner.T)), shape=(len(mean), len(mean)))
        label = connected_components(graph, directed=False)[1]
        found |= label == label[seed]
    return found


def _is_nose(points: Doubles, eye: Doubles) -> Mask:
    """A wedge from the bridge (at eye height) to below the nostrils."""
    below = eye[1] - points[:, 1]
    width = np.interp(below, [-0.05, 0.2, 0.5, 0.62], [0.09, 0.13, 0.24, 0.2])
    return np.asarray((np.abs(points[:, 0]) < width) & (below > -0.08) & (below < 0.62))


def brow_height(x: Array) -> Array:
    """Height (dm) of the middle of the brow above the eye's centre at |x| dm from the face's middle.

    A drawn curve, as MakeHuman has no brows on the skin: level from the inner end, then falling to the temple.
    """
    across, above = zip((0.10, 0.165), (0.16, 0.185), (0.30, 0.225), (0.42, 0.245), (0.50, 0.215), (0.58, 0.15))
    return np.asarray(np.interp(np.abs(x), across, above))


def is_brow(points: Array, eye: Array, half_width: float) -> Mask:
    """Which points (…×3, rest shape) lie in the brows; ``eye`` is the centre of the left eyeball."""
    x = np.abs(points[..., 0])
    taper = half_width * np.interp(x, [0.10, 0.14, 0.40, 0.58], [0.8, 1.0, 0.9, 0.4])
    near = np.abs(points[..., 1] - eye[1] - brow_height(x)) < taper
    return np.asarray(near & (x > 0.10) & (x < 0.58) & (points[..., 2] > eye[2] - 0.05))


def name_regions(source: AnnySource, head: HeadTopology, mean: Doubles) -> dict[str, Mask]:
    """All region masks (n,).  They may overlap: iris lies in the eyeballs, rigid in the skin."""
    paint = texture_masks(source, head)
    skin = head.parts["skin"]
    eye = mean[head.parts["eyeball_left"]].mean(0)
    inside = skin & paint["inside-mouth"]
    rims = mean[paint["eyelids"]]
    near = cKDTree(rims).query(mean)[0] < _LID_REACH
    socket = skin & _socket(head, mean)
    lids = skin & (paint["eyelids"] | near) & ~socket
    lips = paint["lips"] & ~inside
    ears = paint["ears"]
    face = skin & paint["face"] & ~ears & ~inside & ~socket
    rest = skin & ~(face | ears | inside | socket)
    throat = rest & (neck(source, head) | (mean[:, 1] < mean[lips, 1].mean()))
    brows = face & is_brow(mean, eye, 0.06) & ~lids
    nose = face & _is_nose(mean, eye) & ~lids & ~lips
    scalp = rest & ~throat
    return {
        "face": face,
        "lids": lids,
        "eye_sockets": socket,
        "brows": brows,
        "nose": nose,
        "lips": lips,
        "mouth_interior": inside,
        "ears": ears,
        "scalp": scalp,
        "neck": throat,
        **{name: head.parts[name] for name in ("teeth_upper", "teeth_lower", "tongue")},
        **{name: head.parts[name] for name in ("eyeball_left", "eyeball_right", "iris", "pupil")},
    }
