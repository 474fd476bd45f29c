"""A head that the source shows in part, made whole: its other half, in the light of this one, over what is moved, and
its back behind it.  Pictures have their channels last.

    plate' = plate + b (back − plate),  moved' = moved + s (other − moved),  moved" = moved' + b c (back − moved'),

s the other half's share, b the back's, and c in [0, 1] grows from the person, who is moved over the new plate, to where
there is none: for masks are a pixel too wide, and soft edges still hold the background's colour.  What is behind is not
changed by a net, like open mouths: no pair shows it what a back should be (core/training/make_pair.py).
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..geometry.alike import SQUARES
from ..geometry.back_of_head import seam_width
from ..geometry.one_by_one import one_by_one
from ..geometry.planes import repeated
from ..types import Float
from .blocks import resize
from .folding import channels_first, channels_last
from .interface import GeneratorInput
from .layers import Layers
from .other_half import light, squares

_LEAST = 1e-3
"""Of a back in a neighbourhood whose mean counts."""

_EDGE = 3
"""Of a square of pixels, at whatever side: masks are narrowed by one, a draft's by two of the final picture's."""


def surely(there: Tensor) -> Tensor:
    """In [0, 1]: how far colours are the person's, where the mask is ``there`` in [0, 1]."""
    return (2 * there - 1).clamp(0, 1)


def beside(person: Tensor) -> Tensor:
    """c in [0, 1], of the mask of the moved person N×1×R×R: 0 more than a pixel inside it, 1 from half of it on."""
    narrow = -functional.max_pool2d(-person, _EDGE, stride=1, padding=_EDGE // 2)
    return (2 - 2 * narrow).clamp(0, 1)


def _beside_last(person: Tensor) -> Tensor:
    """The same with the channels last."""
    if person.device.type != "cpu":
        return channels_last(beside(channels_first(person)))
    return (2 - 2 * one_by_one(_narrow, person)).clamp(0, 1)


def _narrow(person: Float) -> Float:
    return np.asarray(cv2.erode(person, np.ones((_EDGE, _EDGE), np.uint8))[..., None], np.float32)


class OtherHalf(NamedTuple):
    """What comes from the other half of a head: ``picture`` N×S×S×4 and ``share`` N×S×S×1, and what these were made of:
    ``flow`` N×S×S×2 and ``factor`` N×1×32×32, its light."""

    picture: Tensor
    share: Tensor
    flow: Tensor
    factor: Tensor

    @staticmethod
    def of(inputs: GeneratorInput, fade: Tensor, moved: Tensor, layers: Layers) -> OtherHalf | None:
        """Beside the moved picture N×S×S×3; None where the inputs have none."""
        if inputs.other_flow is None or inputs.other_share is None or inputs.other_known is None:
            return None
        flow, share = channels_last(inputs.other_flow), channels_last(inputs.other_share) * fade
        brought = layers.brought(flow)
        seen = (_squares(each) for each in (moved, brought[..., :3], channels_last(inputs.other_known)))
        return OtherHalf._lit(brought, share, flow, light(*seen))

    def enlarged(self, layers: Layers) -> OtherHalf:
        """For pictures of the layers' side."""
        side = layers.source.shape[-1]
        flow = enlarged(self.flow, side) * (side / self.flow.shape[1])
        return self._lit(layers.brought(flow), enlarged(self.share, side), flow, self.factor)

    @staticmethod
    def _lit(brought: Tensor, share: Tensor, flow: Tensor, factor: Tensor) -> OtherHalf:
        return OtherHalf(brought * channels_last(resize(factor, brought.shape[1])), share, flow, factor)


def passed(colours: Tensor, share: Tensor, seam: Tensor) -> Tensor:
    """N×3×S×S: ``colours`` of a back drawn where ``share`` N×1×S×S says; their means on its ``seam`` N×1×S×S."""
    size = seam_width(colours.shape[-1])
    wide = functional.pad(torch.cat([colours * share, share], dim=1), (size // 2,) * 4, mode="replicate")
    means = functional.avg_pool2d(wide, size, stride=1)
    return torch.lerp(colours, means[:, :3] / means[:, 3:].clamp(min=_LEAST), seam)


def _passed(picture: Float, share: Float, seam: Float) -> Float:
    """The same of S×S×4, S×S×1 and S×S×1, whose fourth channel stays; only round the seam is anything worked out."""
    x, y, width, height = cv2.boundingRect((seam[..., 0] > 0).astype(np.uint8))
    if not width:
        return picture
    size = seam_width(picture.shape[0])
    reach = size // 2
    wide = np.s_[max(y - reach, 0) : y + height + reach, max(x - reach, 0) : x + width + reach]
    near = np.s_[y - wide[0].start :, x - wide[1].start :]
    weight = share[wide][..., 0]
    weighed = cv2.merge([*(each * weight for each in cv2.split(picture[wide])[:3]), weight])
    means = cv2.blur(weighed, (size, size), borderType=cv2.BORDER_REPLICATE)[near][:height, :width]
    inside = np.s_[y : y + height, x : x + width]
    colours, known = picture[inside][..., :3], np.maximum(means[..., 3:], _LEAST)
    result = picture.copy()
    result[inside][..., :3] = colours + seam[inside] * (means[..., :3] / known - colours)
    return result


class Back(NamedTuple):
    """The back of a head: ``picture`` N×S×S×4 and ``share`` N×S×S×1, where it goes on, and what these were made of:
    ``flow`` N×S×S×2, ``wanted`` N×S×S×1, where it should, and its ``seam`` N×S×S×1."""

    picture: Tensor
    share: Tensor
    flow: Tensor
    wanted: Tensor
    seam: Tensor

    @staticmethod
    def of(inputs: GeneratorInput, fade: Tensor, layers: Layers) -> Back | None:
        """None where the inputs have none."""
        if inputs.back_flow is None or inputs.back_share is None or inputs.back_seam is None:
            return None
        flow, share, seam = (channels_last(each) for each in (inputs.back_flow, inputs.back_share, inputs.back_seam))
        return Back._brought(layers, flow, share * fade, seam)

    def enlarged(self, layers: Layers) -> Back:
        """For pictures of the layers' side."""
        side = layers.source.shape[-1]
        return self._brought(
            layers,
            enlarged(self.flow, side) * (side / self.flow.shape[1]),
            enlarged(self.wanted, side),
            enlarged(self.seam, side),
        )

    @staticmethod
    def _brought(layers: Layers, flow: Tensor, wanted: Tensor, seam: Tensor) -> Back:
        picture = layers.brought(flow)
        share = wanted * surely(picture[..., 3:])
        if picture.device.type == "cpu":
            picture = one_by_one(_passed, picture, wanted, seam)
        else:
            first = (channels_first(each) for each in (picture[..., :3], wanted, seam))
            picture = torch.cat([channels_last(passed(*first)), picture[..., 3:]], dim=3)
        return Back(picture, share, flow, wanted, seam)


def before_back(layers: Layers, back: Back | None) -> Layers:
    """The layers with the back of the head, where there is one, on their background."""
    return layers if back is None else layers._replace(behind=_over(layers.behind, back.picture, back.share))


class Whole(NamedTuple):
    """``moved`` N×S×S×3, the picture; ``person`` N×S×S×1, where the person is in it; ``carried`` N×S×S×1, where by the
    flow, which does not bring the back; ``back`` N×S×S×1 in [0, 1], where that is seen; None = nowhere."""

    moved: Tensor
    person: Tensor
    carried: Tensor
    back: Tensor | None

    def changed(self, change: Tensor) -> Tensor:
        """A net's change N×S×S×3, without what it would do to the back."""
        return change if self.back is None else change * (1 - self.back)


def whole(moved: Tensor, person: Tensor, other: OtherHalf | None, back: Back | None) -> Whole:
    """The moved picture and the moved person's mask, with the other half of the head and with its back, where there are
    such."""
    if other is not None:
        moved, person = _over(moved, other.picture, other.share), torch.maximum(person, other.share)
    if back is None:
        return Whole(moved, person, person, None)
    seen = back.share * _beside_last(person)
    moved = _over(moved, back.picture, seen)
    return Whole(moved, torch.maximum(person, back.share), person * (1 - seen), seen)


def _over(moved: Tensor, picture: Tensor, share: Tensor) -> Tensor:
    """N×S×S×3: the first three channels of ``picture`` N×S×S×4 over ``moved``."""
    if moved.device.type != "cpu":
        return torch.lerp(moved, picture[..., :3], share)
    return one_by_one(_mixed, moved, picture, share)


def _mixed(moved: Float, other: Float, share: Float) -> Float:
    """S×S×3 of S×S×3, S×S×4 and S×S×1."""
    colours = cv2.cvtColor(other, cv2.COLOR_RGBA2RGB)
    return np.asarray(moved + repeated(share[..., 0], 3) * (colours - moved), np.float32)


def _squares(pictures: Tensor) -> Tensor:
    """N×S×S×C → N×C×32×32: means."""
    if pictures.device.type != "cpu":
        return squares(channels_first(pictures))
    return channels_first(one_by_one(_reduced, pictures))


def _reduced(picture: Float) -> Float:
    small = cv2.resize(picture, (SQUARES, SQUARES), interpolation=cv2.INTER_AREA)
    return np.asarray(small.reshape(SQUARES, SQUARES, -1), np.float32)


def enlarged(x: Tensor, side: int) -> Tensor:
    """N×R×R×C → N×side×side×C."""
    return channels_last(resize(channels_first(x), side))
