"""``python -m tests.offline ARGUMENTS``: Python with ``ARGUMENTS``, ended by the system if it opens an internet socket.

Compiled code and child processes too.  Only on Linux.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys

MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Name → (AUDIT_ARCH, number of the system call ``socket``)."""

LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def possible() -> bool:
    return sys.platform == "linux" and platform.machine() in MACHINES


def forbid_internet() -> None:
    """From now on, in this process and its children, whatever it becomes.  Raises OSError."""
    architecture, number = MACHINES[platform.machine()]
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 0, 5, architecture),
        (LOAD, 0, 0, NUMBER),
        (JUMP_IF_EQUAL, 0, 3, number),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_IF_EQUAL, 2, 0, int(socket.AF_INET)),
        (JUMP_IF_EQUAL, 1, 0, int(socket.AF_INET6)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, KILL_PROCESS),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value, more in ((PR_SET_NO_NEW_PRIVS, 1, 0), (PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program))):
        if libc.prctl(option, value, more, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the system does not let internet sockets be forbidden")


if __name__ == "__main__":
    forbid_internet()
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
