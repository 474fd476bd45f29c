"""The live generator rearranged for use: the same numbers, several times less time.

Pictures and features keep their channels last, so that folding pixels into channels is a view, and everything linear
is done where it is cheapest.  A level joins what comes from below, its own features, the source's warped features and
the folded picture with one 1×1 convolution over their concatenation:

    J · [↑b, s, W(f), p] = ↑(J_b · b) + J_s · s + W(J_f · f) + J_p · p,

for enlarging ↑ and warping W are linear and the same for all channels.  J_b · b is computed at half the side, J_f · f
once for a source, and nothing is concatenated.
"""

from __future__ import annotations

from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..geometry.halves import warp_last_halves
from .blocks import ConvNorm, enlarge, folded, resize
from .detail import own_detail_last
from .folding import FOLD, channels_first, channels_last, fold, unfold
from .fused import FusedConv, fused, fused_sequence, pack
from .interface import Generator, GeneratorInput, GeneratorOutput, SourceFeatures, Stage
from .layers import Layers
from .live import AWAKE, INPUTS, Fuse, LiveGenerator, outside
from .quantised import LEVELS, QuantisedConv, Scale, quantise
from .whole_head import Back, OtherHalf, before_back, enlarged, whole

_ROUND = 32
"""Channels of the first convolution's input are filled up with zeros to a multiple of this: twice as fast with AMX."""

_MOTION = 2
"""Factor of the flow among the inputs, taken back by the weights: bytes are then fine enough for it."""


class LiveInference(Generator):
    """What :class:`LiveGenerator` computes, for inference.  Convolutions run in ``dtype``, or in 8 bits
    (:mod:`core.networks.quantised`), the rest in float32.

    Features of a source are N×h×w×C tables, one for each level, ready to be sampled.
    """

    _hold: Tensor

    def __init__(self, net: LiveGenerator, dtype: torch.dtype = torch.float32, ranges: Tensor | None = None) -> None:
        """``ranges`` of :func:`core.networks.ranges.measured_ranges`: nearly all convolutions in 8 bits and the others
        in float32; None = all in ``dtype``."""
        super().__init__(net.config)
        net = folded(net)
        self.in_bytes = ranges is not None
        self.dtype = dtype = dtype if ranges is None else torch.float32
        side, widths = net.config.resolution // FOLD, net.config.live_widths
        sides = [side >> level for level in range(len(widths))]
        _take_folded(_first(net.source_encoder.levels), 3)
        _take_folded(_first(net.encoder.levels), INPUTS)
        _give_folded(net.paint[1], 4)  # type: ignore[arg-type]
        self.source_levels, self.levels = (
            nn.ModuleList(fused_sequence(level, dtype) for level in pyramid.levels)  # type: ignore[arg-type]
            for pyramid in (net.source_encoder, net.encoder)
        )
        self.flow_features = fused_sequence(net.residual_flow.features, dtype)
        self.flow = fused(net.residual_flow.flow, dtype)
        self.joins = nn.ModuleList(_Join(fuse, width, dtype) for fuse, width in zip(net.fuses, widths))  # type: ignore[arg-type]
        self.paint = fused_sequence(net.paint, dtype)
        if ranges is not None:
            self._quantise(ranges)
        for modules, place in ((self.source_levels, sides), (self.levels, sides), (self.joins, sides)):
            for level, module in enumerate(modules):
                pack(module, place[max(level - 1, 0)] if modules is not self.joins else place[level])
        pack(self.flow_features, sides[-1])
        pack(self.flow, 2 * sides[-1])
        pack(self.paint, side)
        self.register_buffer("_hold", net._hold.permute(0, 2, 3, 1).contiguous(), persistent=False)

    def _quantise(self, ranges: Tensor) -> None:
        joins: list[_Join] = list(self.joins)  # type: ignore[arg-type]
        pictures = [join.picture for join in joins if join.picture is not None]
        summands = [each for join in joins for each in (join.own, join.lower, join.source) if each is not None]
        quantise(self, ranges, kept=[self.flow, *pictures], floats=[self.flow_features[-1], self.paint[-1], *summands])
        for join in joins:
            join.count_in_steps()

    def encode_source(self, source: Tensor) -> SourceFeatures:
        x = fold(channels_last(source).to(self.dtype))
        tables = []
        for level, join in zip(self.source_levels, self.joins, strict=True):
            x = channels_last(level(channels_first(x)))
            brought = join.source(channels_first(x))  # type: ignore[operator]
            tables.append(channels_last(brought).contiguous())
        return tuple(tables)

    def render(self, inputs: GeneratorInput, features: SourceFeatures, stage: Stage = nullcontext) -> GeneratorOutput:
        layers = Layers.of(inputs.source, self.needed(inputs, "person"), self.needed(inputs, "background"))
        return self.render_on(layers, layers, inputs, features, stage)

    def render_on(
        self, full: Layers, small: Layers, inputs: GeneratorInput, features: SourceFeatures, stage: Stage = nullcontext
    ) -> GeneratorOutput:
        """The picture at the side of ``full``, which may be larger than the network's, that of ``small`` and inputs.

        Flow and change are smooth and stand being enlarged; the source's detail is taken at full size.
        """
        with stage("motion"):
            geometric = channels_last(self.needed(inputs, "geometric_flow"))
            hidden = channels_last(self.needed(inputs, "hidden"))
            longest = geometric.square().sum(3).amax((1, 2)).sqrt()
            fade = (1 - torch.exp(-longest * (AWAKE / self.config.resolution)))[:, None, None, None]
            maps = [channels_last(self.needed(inputs, name)) for name in ("visibility", "head", "normals")]
            back = Back.of(inputs, fade, small)
            before = before_back(small, back)
            moved, person = before.moved(geometric, fade)
            other = OtherHalf.of(inputs, fade, moved, small)
            shown = whole(moved, person, other, back)
            seen = self._seen(torch.cat([shown.moved + hidden, shown.person, *maps], dim=3), geometric)
            flow = geometric + self._learned_flow(seen[-1], self.needed(inputs, "head")) * (self._hold * fade)
        with stage("warp"):
            shown = whole(*before.moved(flow, fade), other, back)
            brought = [_sample(table, _shrunk(flow, flow.shape[1] // table.shape[1])) for table in features]
        with stage("decode"):
            painted = self._painted(seen, brought, shown.moved + hidden)
            change = torch.sigmoid(painted[..., 3:]) * painted[..., :3]
            uncovered = (1 - shown.person) * channels_last(small.person)
            change = own_detail_last(change, maps[0], maps[1], hidden, uncovered)
            change = shown.changed(change) * (self._hold * fade)
            side, added = full.source.shape[-1], change + hidden
            if side != self.config.resolution:
                flow = enlarged(flow, side) * (side / self.config.resolution)
                change, added = enlarged(change, side), enlarged(added, side)
                other, back = other and other.enlarged(full), back and back.enlarged(full)
                shown = whole(*before_back(full, back).moved(flow, fade), other, back)
            image = (shown.moved + added).clamp(0, 1)
            occlusion = 1 - change.abs().amax(3, keepdim=True).clamp(max=1)
            kept = flow * shown.carried
            warped = warp_last_halves(full.picture, kept)[..., :3]
        return GeneratorOutput(*(channels_first(each) for each in (image, kept, occlusion, warped, shown.carried)))

    def _seen(self, maps: Tensor, flow: Tensor) -> list[Tensor]:
        """Features at R/4, R/8, …, from maps N×R×R×9 and the flow N×R×R×2."""
        motion = _shrunk(flow, FOLD) * (_MOTION * FOLD / (self.config.resolution / 2))
        count, side = motion.shape[:2]
        folds = maps.shape[3] * FOLD**2
        maps, motion = (self._taken(each) for each in (maps, motion))
        x = maps.new_zeros((count, side, side, _padded(folds + 2)))
        x[..., :folds] = fold(maps)
        x[..., folds : folds + 2] = motion
        found, features = [], channels_first(x)
        for level in self.levels:
            features = level(features)
            found.append(features)
        return found

    def _taken(self, x: Tensor) -> Tensor:
        """Floats as the first convolution wants them."""
        first = self.levels[0][0]  # type: ignore[index]
        return first.taken.bytes_of(x) if isinstance(first, QuantisedConv) else x.to(self.dtype)

    def _learned_flow(self, deepest: Tensor, head: Tensor) -> Tensor:
        flow = self.flow(enlarge(self.flow_features(deepest))).float().contiguous()
        flow = flow * outside(head, flow.shape[-1])
        return channels_last(resize(flow * (self.config.resolution / 32), self.config.resolution))

    def _painted(self, seen: list[Tensor], brought: list[Tensor], moved: Tensor) -> Tensor:
        """N×R×R×4 float32: what to add to the moved picture, RGB, and the mask's logit."""
        x: Tensor | None = None
        for level in reversed(range(len(seen))):
            picture = None if level else channels_first(fold(moved.to(self.dtype)))
            x = self.joins[level](x, seen[level], brought[level], picture)
        return unfold(channels_last(self.paint(x)), 4).float()


class _Join(nn.Module):
    """A :class:`Fuse` whose convolution over a concatenation is split into one for each part."""

    def __init__(self, fuse: Fuse, width: int, dtype: torch.dtype) -> None:
        super().__init__()
        weight, bias = fuse.join.conv.weight, fuse.join.conv.bias
        self.below = self.lower = self.picture = None
        start = 0
        if fuse.below is not None:
            self.below, self.lower = fused(fuse.below, dtype), _part(weight[:, :width], None, dtype)
            start = width
        self.own = _part(weight[:, start : start + width], bias, dtype, relu=True)
        self.source = _part(weight[:, start + width : start + 2 * width], None, dtype)
        if weight.shape[1] > start + 2 * width:
            self.picture = _part(_reordered(weight[:, start + 2 * width :], 3), None, dtype)
        self.blocks = fused_sequence(fuse.blocks, dtype)
        self.in_steps = False

    def count_in_steps(self) -> None:
        """In 8 bits: let the sum come out in the steps of the bytes that it becomes, half a step up for rounding."""
        taken: Scale = self.blocks[0].first.taken  # type: ignore[assignment, union-attr]
        for each in (self.own, self.lower, self.source, self.picture):
            if each is not None:
                each.scale(1 / taken.step)
        assert self.own.bias is not None
        self.own.bias += 0.5
        self.in_steps = True

    def forward(self, below: Tensor | None, own: Tensor, brought: Tensor, picture: Tensor | None) -> Tensor:
        """``brought`` N×h×w×C is W(J_f · f), the rest are features N×C×h×w, ``below`` of half the side."""
        x = channels_first(brought)
        if self.below is not None and self.lower is not None:
            lower = channels_last(self.lower(self.below(below)))
            count, height, width, channels = brought.shape
            pairs = brought.view(count, height // 2, 2, width // 2, 2, channels)
            x = channels_first((pairs + lower[:, :, None, :, None]).view(brought.shape))
        if self.picture is not None:
            x = self.picture(picture, x)
        x = self.own(own, x)
        return self.blocks(x.clamp_(max=LEVELS).to(torch.uint8) if self.in_steps else x)  # type: ignore[no-any-return]


def _sample(table: Tensor, flow: Tensor) -> Tensor:
    """N×h×w×C: features M×h×w×C, M = N or 1, warped by a flow N×h×w×2 in their pixels.

    Bilinear, borders repeated: four rows of the table for each pixel, weighted and summed.
    """
    count, height, width = flow.shape[:3]
    x = (flow[..., 0] + torch.arange(width, device=flow.device)).clamp(0, width - 1)
    y = (flow[..., 1] + torch.arange(height, device=flow.device)[:, None]).clamp(0, height - 1)
    left, top = x.floor(), y.floor()
    right, down = x - left, y - top
    first = (top * width + left).long()
    if table.shape[0] > 1:
        first = first + (torch.arange(count, device=flow.device) * (height * width))[:, None, None]
    across = (left < width - 1).long()
    under = (top < height - 1).long() * width
    rows = torch.stack([first, first + across, first + under, first + under + across], dim=3)
    weights = torch.stack([(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down], dim=3)
    flat = table.view(-1, table.shape[3])
    per_row = weights.view(-1, 4).to(table.dtype)
    found = functional.embedding_bag(rows.view(-1, 4), flat, mode="sum", per_sample_weights=per_row)
    return found.view(count, height, width, table.shape[3])


def _shrunk(flow: Tensor, factor: int) -> Tensor:
    """N×R×R×2 → N×R/f×R/f×2: the flow's means over f×f pixels, in pixels of that size."""
    count, height, width, _ = flow.shape
    # Rows first, then columns: one sum over both goes through memory in small steps and takes three times as long.
    rows = flow.reshape(-1, factor, 2 * width).sum(1)
    sums = rows.view(count, height // factor, width // factor, factor, 2).sum(3)
    return sums / factor**3


def _first(levels: nn.ModuleList) -> nn.Conv2d:
    enter = levels[0][0]  # type: ignore[index]
    assert isinstance(enter, ConvNorm)
    return enter.conv


def _padded(channels: int) -> int:
    return -(-channels // _ROUND) * _ROUND


def _take_folded(conv: nn.Conv2d, channels: int) -> None:
    """Input channels in the order of :func:`_fold`; zeros fill up where other channels follow the folded ones."""
    weight = _reordered(conv.weight.detach(), channels)
    if weight.shape[1] > channels * FOLD**2:
        missing = _padded(weight.shape[1]) - weight.shape[1]
        weight = torch.cat([weight, weight.new_zeros(weight.shape[0], missing, *weight.shape[2:])], dim=1)
        weight[:, channels * FOLD**2 :] /= _MOTION
    conv.weight = nn.Parameter(weight, requires_grad=False)


def _reordered(weight: Tensor, channels: int) -> Tensor:
    """The first 16C input channels from the order of ``pixel_unshuffle``, (C, row, column), to (row, column, C)."""
    order = torch.arange(channels * FOLD**2).view(channels, FOLD**2).t().reshape(-1)
    return torch.cat([weight[:, order], weight[:, len(order) :]], dim=1)


def _give_folded(conv: nn.Conv2d, channels: int) -> None:
    """Output channels from the order of ``pixel_shuffle`` to that of :func:`_unfold`."""
    order = torch.arange(channels * FOLD**2).view(channels, FOLD**2).t().reshape(-1)
    conv.weight = nn.Parameter(conv.weight.detach()[order], requires_grad=False)
    if conv.bias is not None:
        conv.bias = nn.Parameter(conv.bias.detach()[order], requires_grad=False)


def _part(weight: Tensor, bias: Tensor | None, dtype: torch.dtype, relu: bool = False) -> FusedConv:
    """A 1×1 convolution of its own out of a larger one."""
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], 1, bias=bias is not None)
    conv.weight = nn.Parameter(weight.detach(), requires_grad=False)
    if bias is not None:
        conv.bias = nn.Parameter(bias.detach(), requires_grad=False)
    return FusedConv(conv, relu, dtype)
