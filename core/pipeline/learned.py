"""The learned backend: any generator of :mod:`core.networks`, ready for use."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from ..face_model.model import FaceModel
from ..geometry.warp import resize_flow
from ..networks import Generator, GeneratorInput, GeneratorOutput
from ..networks.inference import for_inference
from ..networks.live_inference import LiveInference
from ..types import RESOLUTION, Float, Image
from .backend import Motion
from .compose import compose, moved
from .device import in_8_bits, inference_dtype, network_device
from .encoded import EncodedFace
from .learned_inputs import InputMaker, SourceState
from .source_cache import SourceCache
from .stopwatch import Stopwatch, stopwatch


class LearnedBackend:
    """Runs a trained generator; the source's features are computed once.  Safe between threads."""

    def __init__(
        self, net: Generator, model: FaceModel, name: str, device: torch.device, dtype: torch.dtype | None = None
    ) -> None:
        """``name`` of the weights, for people; ``dtype`` of the convolutions, None = what is fast on ``device``: 8 bits
        where the processor multiplies bytes and the ranges of the weights are known."""
        self.name = f"learned model {name}"
        self.device = network_device(device)
        self.dtype = dtype or inference_dtype(self.device)
        self.parameters = sum(parameter.numel() for parameter in net.parameters())
        in_bytes = dtype is None and in_8_bits(self.device)
        self._net = for_inference(net, self.dtype, in_bytes).to(self.device)
        narrow = isinstance(self._net, LiveInference) and self._net.in_bytes
        self.computes_in = str(torch.int8 if narrow else self.dtype).removeprefix("torch.")
        self._autocasts = self.dtype != torch.float32 and not isinstance(self._net, LiveInference)
        self._inputs = InputMaker(model, net.config, self.device)
        self._sources: SourceCache[SourceState] = SourceCache()

    @torch.inference_mode()
    def reenact(self, source: EncodedFace, driving_mesh: Float) -> Motion:
        """As :class:`core.pipeline.backend.Backend` says; the first time for a source there is a stage "encode"."""
        watch = stopwatch(self.device)
        state = self._sources.get(source, lambda: self._encode(source, watch))
        with watch.stage("motion"):
            inputs = self._inputs.inputs(state, driving_mesh)
        with self._autocast():
            output = self._render(inputs, state, watch)
        with watch.stage("decode"):
            motion = _arrays(output)
            motion = motion if motion.image.shape[0] == RESOLUTION else _at_full_size(motion, source.image)
        return replace(motion, timings_ms=watch.finish())

    def _encode(self, source: EncodedFace, watch: Stopwatch) -> SourceState:
        with watch.stage("encode"):
            state = self._inputs.source(source)
            with self._autocast():
                return replace(state, features=self._net.encode_source(state.picture))

    def _render(self, inputs: GeneratorInput, state: SourceState, watch: Stopwatch) -> GeneratorOutput:
        if isinstance(self._net, LiveInference) and state.full and state.small:
            return self._net.render_on(state.full, state.small, inputs, state.features, watch.stage)
        return self._net.render(inputs, state.features, watch.stage)

    def _autocast(self) -> AbstractContextManager[Any]:
        return torch.autocast(self.device.type, self.dtype) if self._autocasts else nullcontext()


def _arrays(output: GeneratorOutput) -> Motion:
    """The first of a batch, at the generator's resolution; the only place that waits for the device."""
    flow = output.flow[0].permute(1, 2, 0).contiguous()
    occlusion = _numbers(output.occlusion[0, 0])
    mask = None if output.flow_mask is None else _numbers(output.flow_mask[0, 0])
    return Motion(_bytes(output.image), _bytes(output.warped), _numbers(flow), occlusion, {}, mask)


def _numbers(values: Tensor) -> Float:
    return np.asarray(values.float().cpu().numpy())


def _bytes(images: Tensor) -> Image:
    """1×3×R×R in [0, 1] → R×R×3 uint8."""
    values = images[0].permute(1, 2, 0).float().clamp(0, 1).contiguous().cpu().numpy()
    return np.asarray(cv2.convertScaleAbs(values, alpha=255), np.uint8)  # rounds, too


def _at_full_size(motion: Motion, source: Image) -> Motion:
    """Maps and picture of a net of another resolution, at the crop's; kept pixels are the source's own."""
    flow = resize_flow(motion.flow, RESOLUTION, RESOLUTION)
    painted = motion.image.astype(np.float32) - motion.warped
    mask = None if motion.flow_mask is None else _resized(motion.flow_mask)
    picture = compose(source, motion.flow, painted)
    return Motion(picture, moved(source, flow), flow, _resized(motion.occlusion), {}, mask)


def _resized(values: Float) -> Float:
    """An S×S map at the crop's resolution."""
    size = (RESOLUTION, RESOLUTION)
    map_ = torch.from_numpy(values)[None, None]
    return np.asarray(torch.nn.functional.interpolate(map_, size, mode="bilinear", antialias=True)[0, 0].numpy())
