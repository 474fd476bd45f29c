"""Scores of one output.  Each name says its protocol: "dlib" or "478" landmarks, face embedding, pixels."""

from __future__ import annotations

from ..types import Image
from .look import DlibLook, Look
from .metrics.actions import SCHEME_68, SCHEME_478, Scheme, aucon, expression_error
from .metrics.identity import SAME_PERSON, cosine_similarity, identity_distance
from .metrics.pose_rmse import pose_rmse
from .metrics.psnr import psnr
from .metrics.rigid import RigidPose
from .metrics.ssim import ssim

Scores = dict[str, float | None]


def score(output: Look, source: Look, driving: Look) -> Scores:
    """Of what was seen in the output, against source (identity) and driver (pose, expression).

    None where a face was not found, or where the scorer is not installed.
    """
    scores: Scores = {"face found 478": float(output.pose is not None)}
    scores |= _motion("478", output.pose, driving.pose, SCHEME_478)
    scores["face found dlib"] = None if driving.dlib is None else float(output.dlib is not None)
    scores |= _motion("dlib", _pose(output.dlib), _pose(driving.dlib), SCHEME_68)
    return scores | _identity(output.dlib, source.dlib, driving.dlib)


def pixel_scores(output: Image, target: Image) -> Scores:
    """Where the driving crop (256×256×3 uint8) is the ground truth."""
    return {"SSIM": ssim(output, target), "PSNR": psnr(output, target)}


def _motion(name: str, output: RigidPose | None, driving: RigidPose | None, scheme: Scheme) -> Scores:
    if output is None or driving is None:
        return {f"PRMSE {name}": None, f"expression error {name}": None, f"AUCON {name}": None}
    return {
        f"PRMSE {name}": pose_rmse(output, driving),
        f"expression error {name}": expression_error(output, driving, scheme),
        f"AUCON {name}": aucon(output, driving, scheme),
    }


def _pose(look: DlibLook | None) -> RigidPose | None:
    return None if look is None else look.pose


def _identity(output: DlibLook | None, source: DlibLook | None, driving: DlibLook | None) -> Scores:
    scores: Scores = dict.fromkeys(("CSIM", "identity distance", "same person", "CSIM target"))
    if output is not None and source is not None:
        distance = identity_distance(output.embedding, source.embedding)
        scores["CSIM"] = cosine_similarity(output.embedding, source.embedding)
        scores |= {"identity distance": distance, "same person": float(distance < SAME_PERSON)}
    if output is not None and driving is not None:
        scores["CSIM target"] = cosine_similarity(output.embedding, driving.embedding)
    return scores
