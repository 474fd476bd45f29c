"""What every generator takes and gives (paper 3, Fig. 2), whatever is inside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple, TypeAlias

from torch import Tensor, nn

from .config import NetworkConfig

SourceFeatures: TypeAlias = tuple[Tensor, ...]
"""What a generator keeps of a source picture, so that a slider move does not encode it again."""

Stage: TypeAlias = Callable[[str], AbstractContextManager[object]]
"""Called around each stage of a render with its name (motion, warp, occlusion, decode), to take its time."""


class GeneratorInput(NamedTuple):
    """A batch of N; all float32, R the resolution of the configuration.  Frames as in conventions.md.

    ``source``           N×3×R×R in [0, 1].
    ``source_mesh``      N×n×3, pixels of the crop, y down, z away from the camera.
    ``driving_mesh``     N×n×3, the same frame.
    ``geometric_flow``   N×2×R×R, backward, pixels, x then y: ``core.geometry.flow.geometric_flow``.
    ``visibility``       N×1×R×R in [0, 1]: 1 = the source shows what belongs here, says the geometry.
    ``head``             N×1×R×R, 1 where the driving mesh is.
    ``normals``          N×3×R×R, the driving mesh's unit normals in camera axes, 0 outside the head.
    ``source_normals``   N×3×R×R, the same of the source mesh.
    ``person``           N×1×R×R in [0, 1]: 1 = the source shows the person there, 0 = background.
    ``hidden``           N×3×R×R in [−1, 1]: what the geometry adds to the warped source where mouth and lids hide
                         what is to be seen: ``core.geometry.paint.hidden_change``.
    ``background``       N×3×R×R in [0, 1], the source without the person: ``core.geometry.layers.background_plate``.
    ``other_flow``       N×2×R×R, backward, pixels, and ``other_share``  N×1×R×R in [0, 1]: where on the other half of
                         the head, and how far, what the source hides is taken from, and then counts as visible:
                         ``core.geometry.other_side.other_side``.  None = from nowhere.
    ``other_known``      N×1×R×R in [0, 1]: where the source shows a point and its counterpart, so that their light can
                         be compared.
    ``back_flow``        N×2×R×R, backward, pixels, and ``back_share``  N×1×R×R in [0, 1]: where in the source colours
                         for the back of the head are taken from, and where it goes on behind the person:
                         ``core.geometry.back_of_head.back_of_head``, and ``back_seam`` N×1×R×R in [0, 1], where these
                         colours pass into others.  None = nowhere.

    The configuration's ``needs`` names the fields a variant reads; the others may be None.
    """

    source: Tensor
    source_mesh: Tensor | None = None
    driving_mesh: Tensor | None = None
    geometric_flow: Tensor | None = None
    visibility: Tensor | None = None
    head: Tensor | None = None
    normals: Tensor | None = None
    source_normals: Tensor | None = None
    hidden: Tensor | None = None
    person: Tensor | None = None
    background: Tensor | None = None
    other_flow: Tensor | None = None
    other_share: Tensor | None = None
    other_known: Tensor | None = None
    back_flow: Tensor | None = None
    back_share: Tensor | None = None
    back_seam: Tensor | None = None


class GeneratorOutput(NamedTuple):
    """A batch of N, float32.

    ``image``       N×3×R×R in [0, 1], the reenacted picture.
    ``flow``        N×2×R×R, backward, pixels, x then y: what the source was warped by.
    ``occlusion``   N×1×R×R in [0, 1]: 1 = the source is taken, 0 = made up.
    ``warped``      N×3×R×R in [0, 1], the source warped by ``flow``.
    ``flow_mask``   N×1×R×R in [0, 1]: the share of the estimated motion that ``flow`` keeps, M in T = M · T*; None
                    for a variant that has no such mask.
    """

    image: Tensor
    flow: Tensor
    occlusion: Tensor
    warped: Tensor
    flow_mask: Tensor | None = None


class Generator(nn.Module, ABC):
    """Source picture and motion to reenacted picture; what depends on the source alone is computed once."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config

    @abstractmethod
    def encode_source(self, source: Tensor) -> SourceFeatures:
        """Features of the source N×3×R×R, to be kept while the driving changes."""

    @abstractmethod
    def render(self, inputs: GeneratorInput, features: SourceFeatures, stage: Stage = nullcontext) -> GeneratorOutput:
        """The reenacted picture, from the source's kept features."""

    def forward(self, inputs: GeneratorInput) -> GeneratorOutput:
        """Both steps.  Raises :class:`ValueError` naming the field if one that the variant needs is None."""
        return self.render(inputs, self.encode_source(inputs.source))

    def needed(self, inputs: GeneratorInput, field: str) -> Tensor:
        """The field of the inputs, which must not be None."""
        value = getattr(inputs, field)
        if value is None:
            raise ValueError(f"The {self.config.name} generator needs {field}.")
        return value  # type: ignore[no-any-return]
