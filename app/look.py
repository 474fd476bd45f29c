"""How results are looked at: remembered from one start to the next, and nothing that undo would take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from .tr import later

MeshLook = Literal["solid", "wire", "photo", "displacement"]
MESH_LOOKS: tuple[MeshLook, ...] = get_args(MeshLook)
MESH_WORDS: dict[MeshLook, str] = {
    "solid": later("Solid"), "wire": later("Wire"), "photo": later("Photo"), "displacement": later("Motion"),
}  # fmt: skip
MESH_TIPS: dict[MeshLook, str] = {
    "solid": later("Both meshes as smooth surfaces"),
    "wire": later("The triangles that can be seen from here"),
    "photo": later("The triangles over the pictures they belong to: the source's crop, and the result"),
    "displacement": later("Coloured by how far each point moves in the picture, in pixels of the crop"),
}


@dataclass(frozen=True)
class Look:
    """``meshes``: how both are drawn; ``arrows``: the flow as arrows over the result; ``mask``: the flow mask stands
    where the visibility does.
    """

    meshes: MeshLook = "solid"
    arrows: bool = False
    mask: bool = False


@dataclass(frozen=True)
class Turn:
    """How the two meshes are turned: degrees and magnification."""

    yaw: float = 0.0
    pitch: float = 0.0
    zoom: float = 1.0
