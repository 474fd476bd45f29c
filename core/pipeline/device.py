"""The one place that decides where tensors live, and what networks compute in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from ..errors import DeviceError, InputError
from ..networks.quantised import can_quantise

DEVICES = ("auto", "cpu", "cuda", "mps")


def pick_device(name: str = "auto") -> torch.device:
    """auto = CUDA, else Apple's GPU, else the CPU.  A device that is asked for and not there is an InputError."""
    if name not in DEVICES:
        raise InputError(f"Device {name!r} is unknown; choose one of {', '.join(DEVICES)}.")
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(device for device in ("cuda", "mps", "cpu") if there[device])
    if not there[name]:
        raise InputError(f"Device {name!r} is not available on this machine; use --device cpu or auto.")
    return torch.device(name)


@contextmanager
def device_errors() -> Iterator[None]:
    """Turns what a graphics card says when it cannot go on into a DeviceError, and a full memory into MemoryError."""
    try:
        yield
    except RuntimeError as error:  # as are torch's own OutOfMemoryError and AcceleratorError
        said = str(error)
        if isinstance(error, torch.OutOfMemoryError) or ("out of memory" in said and _names_a_card(said)):
            raise DeviceError(
                "The graphics card has not enough memory for this: close what else uses it, or compute on the CPU."
            ) from error
        if isinstance(error, torch.AcceleratorError) or _names_a_card(said):
            raise DeviceError("The graphics card failed: compute on the CPU, or start the computer again.") from error
        if "can't allocate memory" in said:
            raise MemoryError from error
        raise


def _names_a_card(said: str) -> bool:
    return any(name in said for name in ("CUDA", "cuDNN", "CUDNN", "CUBLAS", "HIP error", "MPS"))


def network_device(device: torch.device) -> torch.device:
    """Where generators run: on ``device``, but for Apple's GPUs, which cannot warp with repeated borders."""
    return torch.device("cpu") if device.type == "mps" else device


def inference_dtype(device: torch.device) -> torch.dtype:
    """What convolutions are computed in on ``device``: 16 bits where it has instructions for them, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return torch.bfloat16 if device.type == "cpu" and _fast_bf16() else torch.float32


def in_8_bits(device: torch.device) -> bool:
    """Whether convolutions in 8 bits are faster on ``device`` than in any other format."""
    return device.type == "cpu" and can_quantise() and _has("amx_int8", "avx512_vnni") and _allows("VNNI", *_BF16)


_BF16 = "BF16", "FP16", "AMX", "AVX10"
"""Parts of names of what oneDNN may be limited to that multiplies bf16."""


def _fast_bf16() -> bool:
    """Whether the processor multiplies bf16 (AMX or AVX-512 BF16), and oneDNN may use it."""
    return _has("amx_bf16", "avx512_bf16") and _allows(*_BF16)


def _has(*names: str) -> bool:
    has = torch.cpu.get_capabilities()
    return any(has.get(name) for name in names)


def _allows(*names: str) -> bool:
    """Whether oneDNN is limited to nothing, or to instructions with one of ``names`` in theirs."""
    allowed = os.environ.get("ONEDNN_MAX_CPU_ISA", "DEFAULT").upper()
    if not allowed.startswith(("SSE", "AVX")):
        return True
    return allowed.startswith(("AVX512", "AVX10")) and any(name in allowed for name in names)
