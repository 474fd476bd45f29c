"""A motion net's weights apart from the generator round it, which a training of the task "motion" leaves as it was."""

from __future__ import annotations

from torch import Tensor

from ..errors import InputError
from ..networks.paper import PaperGenerator

ARCHITECTURE = "core.networks.motion_net.MotionNet"
"""What the manifest calls a motion net: nothing that draws pictures, something that trainings start from."""

_PART = "motion_net."


def of_motion_net(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Those of a generator's tensors that are its motion net's, by the generator's names."""
    return {name: value for name, value in tensors.items() if name.startswith(_PART)}


def put_motion_net(generator: PaperGenerator, tensors: dict[str, Tensor]) -> PaperGenerator:
    """Into a generator, in place.  Raises InputError where they are not of its motion net."""
    mine = {name.removeprefix(_PART): value for name, value in of_motion_net(tensors).items()}
    try:
        generator.motion_net.load_state_dict(mine)
    except RuntimeError as error:
        raise InputError("These weights are not of the motion net that they name; take others.") from error
    return generator
