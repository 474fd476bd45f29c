"""Facts about this machine and this user's folders, in words, for whoever is asked for help."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from ..log.file import last_error, log_files
from ..user_folders import config_folder, data_folder, state_folder

LEAST_FREE = 500 * 2**20
"""Bytes below which films and pictures soon have no room."""


def processor() -> str:
    """Cores and memory."""
    memory = psutil.virtual_memory()
    return (
        f"{psutil.cpu_count(logical=False) or psutil.cpu_count()} cores, "
        f"{memory.total / 2**30:.1f} GiB of memory, {memory.available / 2**30:.1f} free"
    )


def instructions() -> str:
    """What torch's kernels are chosen for, and what the processor has beyond that."""
    import torch

    has = torch.cpu.get_capabilities()
    extra = [name for name in ("avx2", "avx512_f", "avx512_vnni", "avx512_bf16", "amx_bf16", "bf16") if has.get(name)]
    limited = os.environ.get("ONEDNN_MAX_CPU_ISA")
    return (
        f"{torch.backends.cpu.get_cpu_capability()} ({', '.join(extra) or 'no extensions that matter'})"
        f"{f', ONEDNN_MAX_CPU_ISA={limited}' if limited else ''}"
    )


def threads() -> str:
    """How many torch computes with, and what the environment says about it."""
    import torch

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    said = [f"{name}={os.environ[name]}" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS") if name in os.environ]
    return ", ".join([f"torch computes with {torch.get_num_threads()} on {allowed} cores it may use", *said])


def folders() -> Iterator[tuple[str, bool, str]]:
    """Name, whether it can be written, and words, for each folder that Mimesh keeps something in."""
    places = {
        "settings folder": config_folder(),
        "data folder": data_folder(),
        "state folder": state_folder(),
        "temporary folder": Path(tempfile.gettempdir()),
    }
    for name, folder in places.items():
        there = _there(folder)
        ok = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
        missing = "" if there == folder else ", not made yet"
        yield name, ok, f"{short(folder)}{missing}" if ok else f"{short(folder)} cannot be written; make it writable"


def disk() -> tuple[bool, str]:
    """Whether there is room where things are kept, and how much."""
    free = {
        short(folder): shutil.disk_usage(_there(folder)).free
        for folder in (state_folder(), Path(tempfile.gettempdir()), Path.cwd())
    }
    return min(free.values()) >= LEAST_FREE, ", ".join(
        f"{room / 2**30:.1f} GiB at {name}" for name, room in free.items()
    )


def last_logged() -> str:
    """The last error in the log."""
    try:
        files, error = log_files(), last_error()
    except OSError as problem:
        return f"the log cannot be read ({problem.strerror})"
    if not files:
        return "there is no log: nothing unexpected has happened"
    return f"{error or 'none'} (log: {short(files[0])})"


def short(path: Path) -> str:
    """``path`` with ~ for the home folder: the name of the user is nobody's business."""
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def _there(folder: Path) -> Path:
    """``folder``, or the nearest above it that exists."""
    return next(each for each in (folder, *folder.parents) if each.exists())
