"""The back of a head and its neck, which no portrait shows, from what a photo shows nearest to it.

A driver who turns by 30° shows hair behind the ear that a photo from the front does not have; without it the
background stands there, inside the head.  Colours come from :mod:`core.geometry.stand_ins`, those of the skull from the
rim outwards where hair stands out from it, for what lies inside may be skin.  The back is drawn behind the person.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..face_model.mesh import smoothed
from ..types import Float
from .drawn_mesh import DrawnMesh
from .fragments import Indices
from .stand_ins import Mask, StandIns, Sums
from .visibility import within

_TALL = 3.81
"""Heights of a head over the mean distance of its vertices from their centre, which no turn changes."""

_HAIR = 0.1
"""Of the head's height: the person's outline is looked for so far out from the mesh's rim, and so far in."""

_INSET = 0.02
"""Of the head's height: so far inside the person's outline colours are taken, and twice as far a radian behind."""

_ROUNDS = 3
"""Times that the outline is smoothed."""

_SHORTER = 0.088
"""Of the head's height: the model's is too long by so much.  From the front people reach 0.049 beyond the mesh beside
it (median of 100 training photos), hair and all, and behind it, turned by 17, 22 and 30°, 0.039, 0.020 and 0.005.
Necks are taken to be as much too far behind, and no back is thinner by more than this."""

_SEAM = 0.05
"""Of the picture's side: so wide colours of skull and neck pass into each other."""

_NEW = 0.05, 0.3
"""By how much more, in cosines of its normal, a point faces the camera than in the source, for it to begin to be drawn
and to be drawn fully."""


@dataclass(frozen=True, eq=False)
class SourceBack:
    """What a source gives, whatever drives it.

    ``places``  n×4 float32, pixels x and y of the stand-ins on its skull and on its neck.
    ``facing``  (n,) float32, cosines by which the back's vertices face the camera.
    ``there``   (n,) float32 in [0, 1]: 0 where the mesh is wider than the person.
    ``thicker`` (n,) float32, by how much of the head's height the back is thicker than the mesh; below 0, thinner.
    """

    places: Float
    facing: Float
    there: Float
    thicker: Float

    @staticmethod
    def of(source: DrawnMesh, counterparts: Indices, person: Float, stand_ins: StandIns) -> SourceBack:
        """From a posed mesh, its vertices' counterparts on the other half and where the picture shows the person, H×W
        in [0, 1]."""
        mesh, normals = source.vertices, source.normals
        tall = _height(mesh)
        swapped = _turned_away(normals, counterparts, stand_ins)

        def of(sums: Sums, values: Float) -> Float:
            found = sums.of(values)
            found[swapped] = sums.of(values[counterparts])[swapped]
            return found

        def ends(mask: Float, places: Float, outward: Float) -> Float:
            return np.asarray(smoothed(_outline(places, outward, mask), stand_ins.faces, _ROUNDS), np.float32)

        inset = _INSET * (1 + stand_ins.behind)
        out_of_skull = of(stand_ins.skull, normals)
        rim, outward = of(stand_ins.skull, mesh)[:, :2], tall * _unit(out_of_skull[:, :2])
        edge = ends(person, rim, outward)
        hair = edge - ends(source.raster.mask.astype(np.float32), rim, outward)
        hair += _SHORTER * np.clip(-out_of_skull[:, 2], 0, 1)
        rim += outward * (stand_ins.outwards * (edge - inset))[:, None]
        side, outward = of(stand_ins.neck, mesh)[:, :2], tall * _unit(of(stand_ins.neck, normals)[:, :2])
        narrower = np.minimum(ends(person, side, outward), 0)
        side += outward * np.minimum(narrower - inset, 0)[:, None]
        own = stand_ins.places.of(mesh)
        there = np.maximum(_sampled(person, own[:, None, :2])[:, 0], stand_ins.is_neck)
        thicker = stand_ins.outwards * hair * (1 - stand_ins.is_neck) + narrower * stand_ins.is_neck
        thicker = np.maximum(thicker - _SHORTER * np.sin(np.minimum(stand_ins.behind, np.pi / 2)), -_SHORTER)
        facing = -_unit(stand_ins.places.of(normals))[:, 2]
        return SourceBack(np.column_stack([rim, side]), facing, there, np.asarray(thicker, np.float32))


def _height(mesh: Float) -> float:
    """Of the head, in pixels, however it is turned; ``mesh`` n×3."""
    return _TALL * float(np.linalg.norm(mesh - mesh.mean(axis=0), axis=1).mean())


def _turned_away(normals: Float, counterparts: Indices, stand_ins: StandIns) -> Mask:
    """(n,) bool: on the half whose skull's stand-ins face away from the camera, and those of the other half less so."""
    own, other = (-stand_ins.skull.of(each)[:, 2] for each in (normals, normals[counterparts]))
    away = np.zeros(len(own), bool)
    for half in (stand_ins.other, ~stand_ins.other):
        if half.any():
            away[half] = own[half].mean() < min(0, other[half].mean())
    return away


def _unit(directions: Float) -> Float:
    """n×k of length 1."""
    return np.asarray(directions / np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-3), np.float32)


def _outline(start: Float, outward: Float, person: Float) -> Float:
    """(n,) how far from ``start`` (n×2 pixels) along ``outward`` the person ends, in its lengths."""
    steps = np.linspace(-_HAIR, _HAIR, 65, dtype=np.float32)
    covered = _sampled(person, start[:, None] + outward[:, None] * steps[:, None])
    ends = np.column_stack([covered[:, 1:] < 0.5, np.ones(len(start), bool)])
    return np.asarray(steps[np.argmax(ends, axis=1)])


def _sampled(values: Float, at: Float) -> Float:
    """n×k: a map H×W at the pixels ``at`` (n×k×2), bilinear."""
    x, y = (np.ascontiguousarray(at[..., axis], np.float32) for axis in range(2))
    return np.asarray(cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


@dataclass(frozen=True, eq=False)
class BackOfHead:
    """Maps H×W.

    ``flow``   H×W×2 float32 in pixels, x then y: from each pixel of the back to its stand-in in the source; else 0.
    ``share``  H×W float32 in [0, 1]: where the head goes on behind what the source shows of it.
    ``seam``   H×W float32 in [0, 1]: where colours of the skull pass into those of the neck, as hair does.
    """

    flow: Float
    share: Float
    seam: Float


def back_of_head(source: SourceBack, driving: DrawnMesh, stand_ins: StandIns) -> BackOfHead:
    """For a driving mesh, in pictures of its size."""
    height, width = driving.shape
    normals = _unit(stand_ins.places.of(driving.normals))
    least, enough = _NEW
    new = np.clip((-normals[:, 2] - source.facing - least) / (enough - least), 0, 1) * source.there
    if not new.any():
        nothing = np.zeros((height, width), np.float32)
        return BackOfHead(np.zeros((height, width, 2), np.float32), nothing, nothing)
    vertices = stand_ins.places.of(driving.vertices)
    vertices[:, :2] += normals[:, :2] * (_height(driving.vertices) * source.thicker)[:, None]
    back = DrawnMesh.draw(vertices, stand_ins.faces, height, width)
    apart = source.places - np.tile(vertices[:, :2], 2)
    carried = back.carried(np.column_stack([apart, stand_ins.is_neck, new]))
    neck = carried[:, 4:5] > 0.5
    flow = np.where(neck, carried[:, 2:4], carried[:, :2])
    share = np.clip(back.spread(carried[:, 5:])[..., 0], 0, 1) * within(back.raster.mask, 5)  # weights are rounded
    seam = _seam(back.spread(neck.astype(np.float32))[..., 0], back.raster.mask.astype(np.float32))
    return BackOfHead(back.spread(np.ascontiguousarray(flow)), np.asarray(share, np.float32), seam)


def _seam(neck: Float, back: Float) -> Float:
    """H×W: 1 on the line between skull and neck, falling to 0 over :data:`_SEAM`, from masks H×W of neck and back."""
    size = seam_width(max(neck.shape))
    part, all_of_it = (cv2.blur(each, (size, size), borderType=cv2.BORDER_REPLICATE) for each in (neck, back))
    share = part / np.maximum(all_of_it, 1e-3)
    return np.asarray(4 * share * (1 - share) * back, np.float32)


def seam_width(side: int) -> int:
    """Pixels over which colours pass into each other in a picture of ``side``; an odd number."""
    return 2 * round(_SEAM * side / 2) + 1
