"""A motion net's weights apart from the generator round it, which a training of the task "motion" leaves as it was."""

from __future__ import annotations

from torch import Tensor

from ..errors import InputError
from ..face_model.model import FaceModel
from ..networks import NetworkConfig, build_generator
from ..networks.paper import PaperGenerator

ARCHITECTURE = "core.networks.motion_net.MotionNet"
"""What the manifest calls a motion net: nothing that draws pictures, something that trainings start from."""

_PART = "motion_net."


def of_motion_net(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Those of a generator's tensors that are its motion net's, by the generator's names."""
    return {name: value for name, value in tensors.items() if name.startswith(_PART)}


def with_motion_net(network: NetworkConfig, model: FaceModel, tensors: dict[str, Tensor]) -> PaperGenerator:
    """A generator with these weights in its motion net.  Raises InputError where they are not of it."""
    generator = build_generator(network, model)
    assert isinstance(generator, PaperGenerator)  # others have no motion net, and are refused before
    mine = {name.removeprefix(_PART): value for name, value in of_motion_net(tensors).items()}
    try:
        generator.motion_net.load_state_dict(mine)
    except RuntimeError as error:
        raise InputError("These weights are not of the motion net that they name; take others.") from error
    return generator
