"""Action quantities of a frontalised face, and what is compared of them: expression error and AUCON.

Each is a distance in inter-ocular distances.  Range (5th to 95th percentile) and threshold (midway) were measured once
on the training portraits and clips and are fixed: the metric must not move with the model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .rigid import RigidPose

# name → (5th percentile, 95th percentile) over the training people; see `python -m core.evaluation.ranges`.
RANGES: dict[str, tuple[float, float]] = {
    "lips parted": (0.001, 0.231),
    "mouth wide": (0.732, 1.151),
    "corners up": (-0.072, 0.068),
    "left lid closed": (-0.180, -0.089),
    "right lid closed": (-0.178, -0.087),
    "left brow up": (0.294, 0.452),
    "right brow up": (0.293, 0.454),
    "brows together": (-0.446, -0.367),
}


def actions(pose: RigidPose) -> NDArray[np.float64]:
    """(8,) in the order of :data:`RANGES`; left and right as in the image.  Larger means more of what the name says."""
    f = pose.frontal[:, :2]

    def gap(a: int, b: int) -> float:
        return float(np.linalg.norm(f[a] - f[b]))

    corners = (f[61, 1] + f[291, 1]) / 2 - f[13, 1]
    left_brow = f[[105, 66, 107], 1].mean() - f[[33, 133], 1].mean()
    right_brow = f[[334, 296, 336], 1].mean() - f[[263, 362], 1].mean()
    left_lid, right_lid = -gap(159, 145), -gap(386, 374)
    return np.array(
        [gap(13, 14), gap(61, 291), corners, left_lid, right_lid, left_brow, right_brow, -gap(55, 285)], np.float64
    )


def expression_error(output: RigidPose, driving: RigidPose) -> float:
    """Mean absolute difference of the quantities, each over its usual range; 0 is best."""
    low, high = np.array(list(RANGES.values())).T
    return float(np.mean(np.abs(actions(output) - actions(driving)) / (high - low)))


def aucon(output: RigidPose, driving: RigidPose) -> float:
    """Share of quantities that are on the same side of their threshold; 1 is best."""
    middle = np.array(list(RANGES.values())).mean(axis=1)
    return float(np.mean((actions(output) > middle) == (actions(driving) > middle)))
