"""The mean head, turned, for the tests of what completes a head."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.networks import GeneratorOutput
from core.networks.live import LiveGenerator
from core.networks.live_inference import LiveInference
from core.regression.pose import apply, compose, rotation_from_angles
from core.types import Float

from .networks_tiny import batch, build, face_model, stirred

SIDE = 128


def posed(yaw: float, pitch: float = 0.0) -> Float:
    """In the middle of a picture of SIDE pixels."""
    pose = compose(0.3 * SIDE, rotation_from_angles(yaw, pitch, 0), np.array([SIDE / 2, SIDE / 2, 0.0]))
    return apply(pose, face_model().mean)


def in_training_and_in_use(side: int, which: str) -> tuple[GeneratorOutput, GeneratorOutput, Tensor]:
    """What a stirred net draws as it is trained and without the ``which`` ("other" half or "back") in a square of each
    picture, where ``share`` N×1×side×side is; as it is used, it is held to draw the same as in training."""
    net = stirred(build("live", side))
    inputs = batch(resolution=side)
    share = torch.zeros_like(inputs.source[:, :1])
    share[..., side // 4 : side // 2, side // 4 : side // 2] = 0.8
    flow = torch.full_like(inputs.source[:, :2], 3.5)
    inputs = inputs._replace(other_known=1 - share, back_seam=share, **{f"{which}_flow": flow, f"{which}_share": share})
    assert isinstance(net, LiveGenerator)
    with torch.inference_mode():
        wanted = net.eval()(inputs)
        found = LiveInference(net)(inputs)
        without = net(inputs._replace(**{f"{which}_share": None}))
    assert torch.allclose(found.image, wanted.image, atol=2e-4)
    assert torch.allclose(found.flow, wanted.flow, atol=1e-3)
    return wanted, without, share
