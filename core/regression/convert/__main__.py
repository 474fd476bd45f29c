"""``python -m core.regression.convert --wheel mediapipe-0.10.21-….whl [--output weights]``."""

from __future__ import annotations

import argparse
import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from core.weights import WEIGHTS, save_weights

from ..blazeface import FullRangeNet, ShortRangeNet
from ..landmark_net import LandmarkNet
from ..person_net import PersonNet
from .assemble import state_dict
from .tflite import Model


@dataclass(frozen=True)
class Conversion:
    """Which file of the wheel fills which network; ``outputs`` in the order of the network's layers."""

    weights: str
    path: str
    net: type[nn.Module]
    outputs: tuple[str, ...]


_DETECTION = "mediapipe/modules/face_detection/"
_LANDMARK = "mediapipe/modules/face_landmark/"

_LANDMARK_OUTPUTS = (
    "output_mesh_identity",
    "output_lips",
    "output_left_eye",
    "output_left_iris",
    "output_right_eye",
    "output_right_iris",
    "conv_faceflag",
)

CONVERSIONS = (
    Conversion(
        "face_detector_short",
        _DETECTION + "face_detection_short_range.tflite",
        ShortRangeNet,
        ("regressors", "classificators"),
    ),
    Conversion(
        "face_detector_full",
        _DETECTION + "face_detection_full_range_sparse.tflite",
        FullRangeNet,
        ("Identity", "Identity_1"),
    ),
    Conversion(
        "face_landmarks",
        _LANDMARK + "face_landmark_with_attention.tflite",
        LandmarkNet,
        _LANDMARK_OUTPUTS,
    ),
    Conversion(
        "person",
        "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
        PersonNet,
        ("activation_10",),
    ),
)


def convert(wheel: Path, output: Path) -> list[Path]:
    """Write the weight files and their manifest entries into ``output``; gives the files."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    written = []
    with zipfile.ZipFile(wheel) as archive:
        for item in CONVERSIONS:
            data = archive.read(item.path)
            facts = {
                "architecture": f"{item.net.__module__}.{item.net.__name__}",
                "licence": "Apache-2.0",
                "source": f"{wheel.name}: {item.path}",
                "source_sha256": {"wheel": digest, "file": hashlib.sha256(data).hexdigest()},
            }
            tensors = state_dict(Model(data), item.outputs, item.net())
            written.append(save_weights(item.weights, tensors, facts, output))
    return written


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m core.regression.convert", description="Convert MediaPipe's weights."
    )
    parser.add_argument("--wheel", type=Path, required=True, help="mediapipe-0.10.21-….whl")
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="folder of weights and manifest")
    arguments = parser.parse_args()
    convert(arguments.wheel, arguments.output)


if __name__ == "__main__":
    main()
