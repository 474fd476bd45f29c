"""From a configuration to networks; the same seed gives the same weights, bit for bit."""

from __future__ import annotations

import torch

from ..face_model.model import FaceModel
from .config import NetworkConfig
from .discriminator import Discriminator
from .interface import Generator
from .live import LiveGenerator
from .paper import PaperGenerator


def build_generator(config: NetworkConfig, model: FaceModel, seed: int = 0) -> Generator:
    """The configuration's generator on the CPU, in training mode; ``model`` gives the mesh its graph.

    Raises :class:`WeightsError` if the face model has too few mesh levels.  Torch's own random state is left alone.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LiveGenerator(config) if config.kind == "live" else PaperGenerator(config, model)


def build_discriminator(config: NetworkConfig, seed: int = 0) -> Discriminator:
    """The configuration's discriminator on the CPU, in training mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Discriminator(config)
