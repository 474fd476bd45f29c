"""What times depend on, and what they cost in memory."""

from __future__ import annotations

import platform
import sys
from typing import Any

import numpy as np
import psutil
import torch

from ..pipeline.machine import instructions
from ..pipeline.reenactor import Reenactor
from ..version import VERSION


def facts(reenactor: Reenactor) -> dict[str, Any]:
    """Processor, threads, number format and versions."""
    return {
        "device": reenactor.device,
        "backend": reenactor.backend,
        "computes in": reenactor.computes_in,
        "notice": reenactor.notice,
        "threads": torch.get_num_threads(),
        "instructions": instructions(),
        "processor": platform.processor() or platform.machine(),
        "mimesh": VERSION,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
    }


def peak_memory_mb() -> int:
    """The most that this process has held so far, in MB."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset / 1e6)
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most * (1 if sys.platform == "darwin" else 1024) / 1e6)
