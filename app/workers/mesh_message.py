"""A request for a mesh picture as a message between the window and the mesh process, and back again."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ..look import Turn
from ..rendering import MeshRequest


def packed(request: MeshRequest) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """Header and arrays."""
    turn = request.turn
    header: dict[str, Any] = {
        "number": request.number,
        "look": request.look,
        "turn": [turn.yaw, turn.pitch, turn.zoom],
        "size": [request.width, request.height],
        "background": list(request.background),
    }
    return header, [request.source, request.driving, request.faces, *request.colours, *request.photos]


def unpacked(header: dict[str, Any], arrays: list[NDArray[Any]]) -> MeshRequest:
    """The inverse of :func:`packed`."""
    source, driving, faces, one, other, *photos = arrays
    width, height = header["size"]
    red, green, blue = header["background"]
    return MeshRequest(
        header["number"],
        source,
        driving,
        faces,
        (one, other),
        header["look"],
        Turn(*header["turn"]),
        width,
        height,
        (red, green, blue),
        tuple(photos),
    )
