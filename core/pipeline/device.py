"""The one place that decides where tensors live."""

from __future__ import annotations

import torch

from ..errors import InputError

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
