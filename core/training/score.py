"""The held-out score: the averaged generator on stored pairs of people never trained on, next to the geometric flow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..evaluation.contact_sheet import contact_sheet
from ..evaluation.metrics.psnr import psnr
from ..evaluation.metrics.ssim import ssim
from ..face_model.model import FaceModel
from ..geometry.flow_colour import flow_colours
from ..geometry.warp import warp_tensor
from ..networks import Generator
from ..networks.paper import PaperGenerator
from ..types import RESOLUTION, Image
from .batch import Batch, pack, unpack
from .config import TrainConfig
from .losses.endpoint import endpoint_errors
from .pair_cache import StoredPairs

Score = dict[str, float]

_BATCH = 8
_ROWS = 12
"""Pairs on the contact sheet."""


class HeldOut:
    """Scores on one set of pairs; SSIM and PSNR of whole pictures, for clips and pseudo-pairs apart."""

    def __init__(self, config: TrainConfig, model: FaceModel) -> None:
        """Raises InputError where the pairs are missing or of a smaller resolution."""
        self.config, self.model = config, model
        self.pairs = StoredPairs(Path(config.data.dev_pairs)).at(config.network.resolution)

    @torch.no_grad()
    def score(self, generator: Generator, device: torch.device, sheet: Path | None = None) -> Score:
        """Mean scores of ``generator``; ``sheet`` names a picture of the first pairs to be written."""
        generator.eval()
        found: dict[str, list[float]] = {}
        rows: list[list[Image]] = []
        for batch in self._batches(device):
            values, pictures = self._motion(generator, batch) if self.motion else self._pictures(generator, batch)
            for name, each in values.items():
                found.setdefault(name, []).extend(each)
            rows += pictures
        if sheet is not None:
            titles = ["exact", "output"] if self.motion else ["source", "target", "geometric", "output", "O", "flow"]
            contact_sheet(rows[:_ROWS], titles, sheet)
        return {name: float(np.mean(values)) for name, values in sorted(found.items())}

    @property
    def motion(self) -> bool:
        return self.config.task == "motion"

    def _batches(self, device: torch.device) -> Iterator[Batch]:
        meshes = "driving_mesh" in self.config.network.needs
        for start in range(0, len(self.pairs), _BATCH):
            pairs = [self.pairs.make(k) for k in range(start, min(start + _BATCH, len(self.pairs)))]
            yield unpack(pack(pairs, self.model, meshes), device)

    def _pictures(self, generator: Generator, batch: Batch) -> tuple[dict[str, list[float]], list[list[Image]]]:
        output = generator(batch.inputs)
        flow = batch.inputs.geometric_flow
        assert flow is not None
        columns = [batch.inputs.source, batch.target, warp_tensor(batch.inputs.source, flow), output.image]
        source, target, floor, image = (_pixels(each) for each in columns)
        values: dict[str, list[float]] = {}
        for k, wanted in enumerate(target):
            kind = "pseudo" if bool(batch.pseudo[k]) else "clip"
            for method, picture in (("", image[k]), (" geometric", floor[k])):
                values.setdefault(f"{kind} SSIM{method}", []).append(ssim(picture, wanted))
                values.setdefault(f"{kind} PSNR{method}", []).append(psnr(picture, wanted))
        occlusion = _pixels(output.occlusion.expand(-1, 3, -1, -1))
        return values, [list(row) for row in zip(source, target, floor, image, occlusion, _flows(output.flow))]

    def _motion(self, generator: Generator, batch: Batch) -> tuple[dict[str, list[float]], list[list[Image]]]:
        """Endpoint errors inside the head against the mesh's own motion, in pixels of a 256² picture."""
        assert isinstance(generator, PaperGenerator)
        flow, head = generator.estimate_flow(batch.inputs), batch.inputs.head
        assert head is not None
        errors = endpoint_errors(flow, batch.exact, head) * (RESOLUTION / flow.shape[-1])
        rows = zip(_flows(batch.exact), _flows(flow * head))
        return {"EPE": errors.tolist()}, [list(row) for row in rows]


def _pixels(images: Tensor) -> list[Image]:
    scaled = images.float().clamp(0, 1).mul(255).round().to(torch.uint8)
    return list(scaled.permute(0, 2, 3, 1).cpu().numpy())


def _flows(flows: Tensor) -> list[Image]:
    longest = flows.shape[-1] / 16
    return [flow_colours(flow, longest) for flow in flows.float().permute(0, 2, 3, 1).cpu().numpy()]
