"""Action quantities of a frontalised face, and what is compared of them: expression error and AUCON.

Each is a distance in inter-ocular distances.  Range (5th to 95th percentile) and threshold (midway) were measured once
on the training portraits and clips and are fixed: the metric must not move with the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rigid import EYE_CORNERS, EYE_CORNERS_68, RigidPose

Indices = tuple[int, ...]


@dataclass(frozen=True)
class Scheme:
    """Where a set of landmarks has the points that the quantities need; left and right as in the image.

    ``ranges``   quantity → (5th, 95th percentile) over the training people; see ``python -m core.evaluation.ranges``.
    ``lips``     inner rim, middle of the upper and of the lower lip;  ``mouth`` its corners.
    ``lids``     per eye, points of the upper rim and those of the lower rim under them.
    ``brows``    per eye, inner half of the brow;  ``inner_brows`` their inner ends;  ``corners`` of the eyes.
    """

    ranges: dict[str, tuple[float, float]]
    lips: tuple[int, int]
    mouth: tuple[int, int]
    lids: tuple[tuple[Indices, Indices], tuple[Indices, Indices]]
    brows: tuple[Indices, Indices]
    inner_brows: tuple[int, int]
    corners: Indices


SCHEME_478 = Scheme(
    {
        "lips parted": (0.001, 0.234),
        "mouth wide": (0.729, 1.143),
        "corners up": (-0.079, 0.062),
        "left lid closed": (-0.182, -0.089),
        "right lid closed": (-0.180, -0.083),
        "left brow up": (0.296, 0.457),
        "right brow up": (0.295, 0.458),
        "brows together": (-0.446, -0.366),
    },
    lips=(13, 14),
    mouth=(61, 291),
    lids=(((159,), (145,)), ((386,), (374,))),
    brows=((105, 66, 107), (334, 296, 336)),
    inner_brows=(55, 285),
    corners=EYE_CORNERS,
)

SCHEME_68 = Scheme(
    {
        "lips parted": (0.001, 0.232),
        "mouth wide": (0.764, 1.160),
        "corners up": (-0.069, 0.111),
        "left lid closed": (-0.161, -0.067),
        "right lid closed": (-0.164, -0.064),
        "left brow up": (0.213, 0.423),
        "right brow up": (0.218, 0.426),
        "brows together": (-0.488, -0.264),
    },
    lips=(62, 66),
    mouth=(48, 54),
    lids=(((37, 38), (41, 40)), ((43, 44), (47, 46))),
    brows=((19, 20, 21), (22, 23, 24)),
    inner_brows=(21, 22),
    corners=EYE_CORNERS_68,
)


def actions(pose: RigidPose, scheme: Scheme) -> NDArray[np.float64]:
    """(8,) in the order of ``scheme.ranges``; left and right as in the image.  Larger means more of what it says."""
    f = pose.frontal

    def gap(a: int, b: int) -> float:
        return float(np.linalg.norm(f[a] - f[b]))

    corners = f[list(scheme.mouth), 1].mean() - f[scheme.lips[0], 1]
    lids = [-np.mean([gap(a, b) for a, b in zip(*rims)]) for rims in scheme.lids]
    eyes = f[list(scheme.corners), 1]
    brows = [f[list(b), 1].mean() - eye.mean() for b, eye in zip(scheme.brows, (eyes[:2], eyes[2:]))]
    return np.array([gap(*scheme.lips), gap(*scheme.mouth), corners, *lids, *brows, -gap(*scheme.inner_brows)])


def expression_error(output: RigidPose, driving: RigidPose, scheme: Scheme) -> float:
    """Mean absolute difference of the quantities, each over its usual range; 0 is best."""
    low, high = np.array(list(scheme.ranges.values())).T
    return float(np.mean(np.abs(actions(output, scheme) - actions(driving, scheme)) / (high - low)))


def aucon(output: RigidPose, driving: RigidPose, scheme: Scheme) -> float:
    """Share of quantities that are on the same side of their threshold; 1 is best."""
    middle = np.array(list(scheme.ranges.values())).mean(axis=1)
    return float(np.mean((actions(output, scheme) > middle) == (actions(driving, scheme) > middle)))
