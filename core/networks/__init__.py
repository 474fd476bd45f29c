"""The learned networks: motion net and reenacting module of the paper, its ablations, and one built for CPUs."""

from .config import VARIANTS, NetworkConfig
from .interface import Generator, GeneratorInput, GeneratorOutput, SourceFeatures

__all__ = [
    "VARIANTS",
    "Generator",
    "GeneratorInput",
    "GeneratorOutput",
    "NetworkConfig",
    "SourceFeatures",
]
