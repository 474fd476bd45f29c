"""Our own generator for live use on a CPU: refines the geometric flow and repaints what no flow can bring.

All work is done at a quarter of the side and below, by moving pixels into channels in front and back at the end: layers
of few channels at full size are bound by memory and would cost more than all the rest.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..geometry.halves import tensor_with_halves, warp_tensor_halves
from .blocks import ConvNorm, DownBlock, ResidualBlock, enlarge, resize, warp_features
from .config import NetworkConfig
from .detail import with_own_detail
from .folding import FOLD
from .interface import Generator, GeneratorInput, GeneratorOutput, SourceFeatures, Stage
from .other_half import light, squares
from .whole_head import beside, passed, surely

INPUTS = 3 + 1 + 1 + 1 + 3
"""Moved picture, moved person, visibility, head, normals."""

_HOLD = 32
"""The last R/32 pixels to the border fade to the geometric flow alone, so that the crop fits back without a seam."""


INSIDE = 0.5
"""Share of the learned flow inside the head, where the mesh knows better: with all of it the source is known less well,
by 0.0004 in CSIM, and nothing is gained."""

AWAKE = 96
"""Motions of R/96 pixels bring in 63 % of what is learned, of R/32 pixels 95 %: slow enough for α to look smooth."""


class Pyramid(nn.Module):
    """Features at R/4, R/8, … of a map at R/4."""

    def __init__(self, config: NetworkConfig, channels: int, blocks: tuple[int, ...]) -> None:
        super().__init__()
        norm, widths = config.norm, config.live_widths
        levels: list[nn.Module] = []
        for level, (width, count) in enumerate(zip(widths, blocks)):
            enter = DownBlock(widths[level - 1], width, norm) if level else ConvNorm(channels, width, norm=norm)
            levels.append(nn.Sequential(enter, *(ResidualBlock(width, norm) for _ in range(count))))
        self.levels = nn.ModuleList(levels)

    def forward(self, x: Tensor) -> list[Tensor]:
        found = []
        for level in self.levels:
            x = level(x)
            found.append(x)
        return found


class ResidualFlow(nn.Module):
    """What the geometry's flow lacks (hair, shoulders, errors of the fit): N×2×R×R in pixels, 0 at initialisation;
    inside the head (N×1×R×R) only a part of it."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.resolution = config.resolution
        width = config.live_widths[-1]
        self.features = nn.Sequential(ConvNorm(width, width // 2, norm=config.norm))
        self.flow = nn.Conv2d(width // 2, 2, 3, padding=1)
        nn.init.zeros_(self.flow.weight)
        nn.init.zeros_(self.flow.bias)  # type: ignore[arg-type]

    def forward(self, deepest: Tensor, head: Tensor) -> Tensor:
        flow = self.flow(enlarge(self.features(deepest))).float()
        return resize(flow * outside(head, flow.shape[-1]) * (self.resolution / 32), self.resolution)


def outside(head: Tensor, side: int) -> Tensor:
    """N×1×side×side: 1 outside the head, :data:`INSIDE` in it."""
    return 1 - (1 - INSIDE) * functional.avg_pool2d(head, head.shape[-1] // side)


class _Back(NamedTuple):
    """The back of the head, as the source shows what stands in for it: ``colours`` N×3×R×R and ``share`` N×1×R×R."""

    colours: Tensor
    share: Tensor


class Fuse(nn.Module):
    """One level of the way up: what comes from below, the level's own features, the source's warped ones."""

    def __init__(self, config: NetworkConfig, level: int, extra: int = 0) -> None:
        super().__init__()
        norm, widths = config.norm, config.live_widths
        width = widths[level]
        deeper = level + 1 < len(widths)
        self.below = ConvNorm(widths[level + 1], width, size=1, norm=norm) if deeper else None
        self.join = ConvNorm(width * (3 if deeper else 2) + extra, width, size=1, norm=norm)
        self.blocks = nn.Sequential(*(ResidualBlock(width, norm) for _ in range(config.live_blocks[level])))

    def forward(self, below: Tensor | None, *others: Tensor) -> Tensor:
        lower = () if self.below is None or below is None else (enlarge(self.below(below)),)
        return self.blocks(self.join(torch.cat([*lower, *others], dim=1)))  # type: ignore[no-any-return]


class _Clamp(torch.autograd.Function):
    """Into [0, 1]; the gradient passes, or a pixel that left the range would never come back."""

    @staticmethod
    def forward(ctx: Any, image: Tensor) -> Tensor:
        return image.clamp(0, 1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return gradients[0]


class LiveGenerator(Generator):
    """image = moved + m · (painted − moved): the mask m keeps the source's pixels, and with them the person, and
    :mod:`core.networks.detail` the source's detail wherever it is known.

    ``moved`` is the person's own light, warped by the flow, over the background, which stays, with what the geometry
    knows of hidden mouths and lids, of the other half of a head and of its back (:mod:`core.networks.whole_head`).  At
    initialisation painted = moved, exactly, whatever m (one half) is: the product of a small mask and a small picture
    would hardly learn.

    ``occlusion`` is 1 − max over the colours of m · |painted − moved|, for m alone says little: half of nothing is
    nothing.  ``flow`` fades to zero where the background shows: ``flow_mask`` is where the person then is.  Where
    nothing moves the picture is the source: all that is learned fades in over the first pixels of motion.
    """

    ranges: Tensor | None = None
    """Of its features in :class:`core.networks.live_inference.LiveInference`, for 8 bits; None = not measured."""

    _hold: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__(config)
        pixels = FOLD**2
        width = config.live_widths[0]
        self.source_encoder = Pyramid(config, 3 * pixels, config.live_source_blocks)
        self.encoder = Pyramid(config, INPUTS * pixels + 2, config.live_blocks)
        self.residual_flow = ResidualFlow(config)
        levels = range(len(config.live_widths))
        self.fuses = nn.ModuleList(Fuse(config, level, 0 if level else 3 * pixels) for level in levels)
        self.paint = nn.Sequential(ConvNorm(width, width, norm=config.norm), nn.Conv2d(width, 4 * pixels, 3, padding=1))
        nn.init.zeros_(self.paint[1].weight)  # type: ignore[arg-type]
        nn.init.zeros_(self.paint[1].bias)  # type: ignore[arg-type]
        self.register_buffer("_hold", _border_ramp(config.resolution), persistent=False)

    def encode_source(self, source: Tensor) -> SourceFeatures:
        return tuple(self.source_encoder(functional.pixel_unshuffle(source, FOLD)))

    def render(self, inputs: GeneratorInput, features: SourceFeatures, stage: Stage = nullcontext) -> GeneratorOutput:
        with stage("motion"):
            geometric = self.needed(inputs, "geometric_flow")
            fade = self._fade(geometric)
            own = self._own_light(inputs)
            fine = tensor_with_halves(inputs.source)
            back = self._back(inputs, own, fine, fade)
            plate = self.needed(inputs, "background")
            plate = torch.lerp(plate, back.colours, back.share) if back else plate
            moved, person = self._moved(plate, own, geometric, fade)
            other = self._other_half(inputs, moved, fine)
            moved, person, *_ = self._whole(inputs, moved, person, other, back, fade)
            seen = self.encoder(self._stacked(inputs, geometric, moved, person))
            flow = geometric + self.residual_flow(seen[-1], self.needed(inputs, "head")) * (self._hold * fade)
        with stage("warp"):
            moved, person, carried, free = self._whole(inputs, *self._moved(plate, own, flow, fade), other, back, fade)
            brought = [warp_features(each, flow) for each in features]
            shown = flow * carried
            warped = warp_tensor_halves(fine, shown)
        with stage("decode"):
            painted = self._painted(seen, brought, moved)
            change = torch.sigmoid(painted[:, 3:]) * painted[:, :3]
            visibility, head, hidden, there = (
                self.needed(inputs, name) for name in ("visibility", "head", "hidden", "person")
            )
            change = with_own_detail(change, visibility, head, hidden, (1 - person) * there) * free
            change = change * (self._hold * fade)
            image: Tensor = _Clamp.apply(moved + change)  # type: ignore[no-untyped-call]
            occlusion = 1 - change.abs().amax(1, keepdim=True).clamp(max=1)
        return GeneratorOutput(image, shown, occlusion, warped, carried)

    def _fade(self, flow: Tensor) -> Tensor:
        """N×1×1×1 in [0, 1): 1 − exp(−96 l / R), l the longest motion in pixels."""
        longest = flow.square().sum(1, keepdim=True).amax((2, 3), keepdim=True).sqrt()
        return 1 - torch.exp(-longest * (AWAKE / self.config.resolution))

    def _own_light(self, inputs: GeneratorInput) -> Tensor:
        """N×4×2R×2R: the person's own light (:func:`core.geometry.layers.own_light`) and the mask, with half pixels.

        What a soft edge shows of the background does not move with it.
        """
        person, background = self.needed(inputs, "person"), self.needed(inputs, "background")
        own = inputs.source - (1 - person) * background
        return tensor_with_halves(torch.cat([own, person], dim=1))

    def _moved(self, plate: Tensor, own: Tensor, flow: Tensor, fade: Tensor) -> tuple[Tensor, Tensor]:
        """The person, warped, over what is behind, N×3×R×R, and where the person then is N×1×R×R."""
        both = warp_tensor_halves(own, flow)
        gone = 1 - both[:, 3:]
        return both[:, :3] + gone * plate, (1 - fade * gone).clamp(0, 1)

    def _other_half(self, inputs: GeneratorInput, moved: Tensor, fine: Tensor) -> Tensor | None:
        """N×3×R×R: what comes from the other half of the head, out of the source with half pixels, in the light of the
        moved picture; None = nothing."""
        if inputs.other_flow is None or inputs.other_share is None or inputs.other_known is None:
            return None
        brought = warp_tensor_halves(fine, inputs.other_flow)
        factor = light(*(squares(each) for each in (moved, brought, inputs.other_known)))
        return brought * resize(factor, self.config.resolution)

    def _back(self, inputs: GeneratorInput, own: Tensor, fine: Tensor, fade: Tensor) -> _Back | None:
        """Out of the source with half pixels; None = nothing."""
        if inputs.back_flow is None or inputs.back_share is None or inputs.back_seam is None:
            return None
        there = warp_tensor_halves(own[:, 3:], inputs.back_flow)
        share = inputs.back_share * fade
        colours = passed(warp_tensor_halves(fine, inputs.back_flow), share, inputs.back_seam)
        return _Back(colours, share * surely(there))

    def _whole(
        self,
        inputs: GeneratorInput,
        moved: Tensor,
        person: Tensor,
        other: Tensor | None,
        back: _Back | None,
        fade: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Both with the other half of the head and its back, and the picture with what the geometry paints; and,
        N×1×R×R in [0, 1], where the person is brought by the flow and where nothing of the back is seen:
        :func:`core.networks.whole_head.whole`."""
        if other is not None and inputs.other_share is not None:
            share = inputs.other_share * fade
            moved, person = torch.lerp(moved, other, share), torch.maximum(person, share)
        carried, free = person, torch.ones_like(person)
        if back is not None:
            seen = back.share * beside(person)
            moved, person, free = torch.lerp(moved, back.colours, seen), torch.maximum(person, back.share), 1 - seen
            carried = carried * free
        return moved + self.needed(inputs, "hidden"), person, carried, free

    def _painted(self, seen: list[Tensor], brought: list[Tensor], moved: Tensor) -> Tensor:
        """N×4×R×R float32: what to add to the moved picture, RGB, and the mask's logit."""
        x: Tensor | None = None
        for level in reversed(range(len(seen))):
            extra = () if level else (functional.pixel_unshuffle(moved, FOLD),)
            x = self.fuses[level](x, seen[level], brought[level], *extra)
        return functional.pixel_shuffle(self.paint(x).float(), FOLD)

    def _stacked(self, inputs: GeneratorInput, flow: Tensor, moved: Tensor, person: Tensor) -> Tensor:
        """N×(16·9 + 2)×R/4×R/4: what the geometry knows of the new picture, and the flow, in units of R/2."""
        maps = [self.needed(inputs, name) for name in ("visibility", "head", "normals")]
        folded = functional.pixel_unshuffle(torch.cat([moved, person, *maps], dim=1), FOLD)
        motion = functional.avg_pool2d(flow, FOLD) / (self.config.resolution / 2)
        return torch.cat([folded, motion], dim=1)


def _border_ramp(side: int) -> Tensor:
    """1×1×side×side: 0 on the border rows and columns, 1 from R/32 pixels on."""
    index = torch.arange(side, dtype=torch.float32)
    distance = torch.minimum(index, index.flip(0))
    ramp = (distance / (side / _HOLD)).clamp(max=1)
    return torch.minimum(ramp[:, None], ramp[None]).reshape(1, 1, side, side)
