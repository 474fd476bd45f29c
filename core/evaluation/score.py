"""Scores of one output, and their summary."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from ..pipeline.reenactor import Reenactor
from ..types import Float, Image
from .metrics.actions import aucon, expression_error
from .metrics.pose_rmse import pose_rmse
from .metrics.psnr import psnr
from .metrics.rigid import RigidPose, rigid_pose
from .metrics.ssim import ssim
from .protocols import Job

Scores = dict[str, float | None]


class Scorer:
    """Finds the landmarks of an output and of its driver, and compares."""

    def __init__(self, reenactor: Reenactor) -> None:
        self._landmarker = reenactor.landmarker
        self._reference: Float = reenactor.model.landmarks(reenactor.model.mean)

    def score(self, job: Job, image: Image) -> Scores:
        """Scores of ``image`` (256×256×3); the pose and expression ones are None where it shows no face."""
        pose = self._pose(image)
        driving = self._pose(job.driving.image)
        scores: Scores = {"face found": float(pose is not None), "PRMSE": None, "expression error": None, "AUCON": None}
        if pose is not None and driving is not None:
            scores |= {
                "PRMSE": pose_rmse(pose, driving),
                "expression error": expression_error(pose, driving),
                "AUCON": aucon(pose, driving),
            }
        if job.same_person:
            scores |= {"SSIM": ssim(image, job.driving.image), "PSNR": psnr(image, job.driving.image)}
        return scores

    def _pose(self, image: Image) -> RigidPose | None:
        faces = self._landmarker.find(image)
        return rigid_pose(faces[0].landmarks.points, self._reference) if faces else None


def summary(rows: Sequence[Scores]) -> dict[str, Any]:
    """Mean and median of each score over the rows that have it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    result: dict[str, Any] = {"pairs": len(rows)}
    for name in names:
        values = [value for row in rows if (value := row.get(name)) is not None]
        if values:
            result[name] = {"mean": round(statistics.fmean(values), 4), "median": round(statistics.median(values), 4)}
    return result
