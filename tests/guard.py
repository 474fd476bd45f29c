"""What nothing may do while tests run, whoever asks for it: reach the network, or unpickle."""

from __future__ import annotations

import os
import socket
import sys
from types import FrameType
from typing import Any

import torch

NETWORK = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
HERE = ("127.0.0.1", "::1", "localhost", "")
"""Processes of one training talk to each other through the loop of this machine."""

BETWEEN_PROCESSES = f"{os.sep}multiprocessing{os.sep}"
"""Where Python unpickles what it sent itself, from one process to the other."""


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook, which also sees what is called from compiled code and what is imported under other names."""
    if event in NETWORK:
        address = arguments[0] if event.startswith("socket.get") else arguments[1]
        host = address[0] if isinstance(address, tuple) else address
        unix = isinstance(arguments[0], socket.socket) and arguments[0].family == socket.AF_UNIX
        if not unix and host is not None and str(host) not in HERE:
            raise PermissionError(f"the network was asked for: {event} {host!r}")
    elif event == "pickle.find_class" and not _between_processes(sys._getframe(1)):
        raise PermissionError(f"{arguments[0]}.{arguments[1]} was unpickled")


def _between_processes(frame: FrameType | None) -> bool:
    while frame is not None:
        if BETWEEN_PROCESSES in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def install() -> None:
    """For the rest of this process: audit hooks cannot be taken off."""
    if torch.load is not _load:
        sys.addaudithook(watch)
        torch.load = _load


_torch_load = torch.load


def _load(*arguments: Any, **options: Any) -> Any:
    if options.get("weights_only") is not True:
        raise PermissionError("torch.load without weights_only=True")
    return _torch_load(*arguments, **options)
