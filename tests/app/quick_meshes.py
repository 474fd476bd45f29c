"""A stand-in for the mesh process: grey pictures, without numpy, pyrender or a graphics driver.

Run as a file of its own.  pyrender takes two seconds of a processor to be there, in every window a test opens.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from typing import Any, BinaryIO

GREY = b"\x80"


def send(stream: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    head = json.dumps(header).encode()
    stream.write(struct.pack("<I", len(head)) + head + body)
    stream.flush()


def receive(stream: BinaryIO) -> dict[str, Any] | None:
    """The header of the next message, None at the end; its arrays are passed over."""
    length = stream.read(4)
    if len(length) < 4:
        return None
    header: dict[str, Any] = json.loads(stream.read(*struct.unpack("<I", length)))
    for kind, shape in header["arrays"]:
        stream.read(int(kind[2:]) * math.prod(shape))
    return header


def main() -> None:
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    send(answers, {"ready": True, "arrays": []})
    while (header := receive(requests)) is not None:
        width, height = header["size"]
        send(answers, {"ok": True, "arrays": [["|u1", [height, width, 3]]]}, GREY * (width * height * 3))


if __name__ == "__main__":
    main()
