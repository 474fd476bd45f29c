"""The learned networks: motion net and reenacting module of the paper, its ablations, and one built for CPUs."""

from .build import build_discriminator, build_generator
from .config import VARIANTS, NetworkConfig
from .interface import Generator, GeneratorInput, GeneratorOutput, SourceFeatures, Stage

__all__ = [
    "VARIANTS",
    "Generator",
    "GeneratorInput",
    "GeneratorOutput",
    "NetworkConfig",
    "SourceFeatures",
    "Stage",
    "build_discriminator",
    "build_generator",
]
