"""PRMSE: root mean square of the yaw, pitch and roll differences, output against driving, in degrees."""

from __future__ import annotations

from .rigid import RigidPose


def pose_rmse(output: RigidPose, driving: RigidPose) -> float:
    """Degrees; 0 is best.  Differences are taken the short way round."""
    squares = [((a - b + 180.0) % 360.0 - 180.0) ** 2 for a, b in zip(output.angles, driving.angles)]
    return float((sum(squares) / 3) ** 0.5)
