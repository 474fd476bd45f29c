"""The child process that draws meshes with pyrender.

A process of its own because a graphics driver that fails takes its process with it, and because every GL call has to
stay on one thread.  Run as ``python -m app.workers.mesh_process``; it talks over stdin and stdout (see ``frames``).
"""

from __future__ import annotations

import os
import sys
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..rendering import MeshRequest
from .frames import receive, send
from .mesh_layout import normals, places
from .mesh_light import lit
from .mesh_lines import photos_behind, with_lines
from .mesh_message import unpacked

CAMERA, NEAR, FAR = 10.0, 0.01, 20.0
"""Where the camera stands in front of the middle, and between which distances from it things are seen."""


class Stage:
    """An off-screen view of two meshes.  Raises whatever pyrender raises where it cannot work."""

    def __init__(self) -> None:
        if sys.platform.startswith("linux"):
            os.environ["PYOPENGL_PLATFORM"] = "egl"  # before pyrender is imported
        import pyrender

        self._pyrender = pyrender
        self._renderer = pyrender.OffscreenRenderer(64, 64)

    def draw(self, request: MeshRequest) -> NDArray[np.uint8]:
        """H×W×3 uint8 of both meshes side by side."""
        width, height, look = request.width, request.height, request.look
        crops = look == "photo"
        *both, half_height = places(request.source, request.driving, request.turn, width / height, crops)
        view = both[0](request.source), both[1](request.driving)
        scene = self._scene(view, request.colours, request.faces, half_height, request.background)
        self._renderer.viewport_width, self._renderer.viewport_height = width, height
        picture, depth = self._renderer.render(scene, self._pyrender.RenderFlags.FLAT)
        if look in ("solid", "displacement"):
            return np.asarray(picture, np.uint8)
        canvas = np.empty((height, width, 3), np.uint8)
        canvas[:] = request.background
        if crops:
            canvas = photos_behind(request.photos, (both[0], both[1]), half_height, canvas)
        return with_lines(picture, _nearness(depth), view, request.faces, half_height, look, canvas)

    def _scene(
        self, view: Any, colours: Any, faces: NDArray[np.int32], half_height: float, background: tuple[int, int, int]
    ) -> Any:
        pyrender = self._pyrender
        scene = pyrender.Scene(bg_color=np.asarray(background) / 255.0)
        material = pyrender.MetallicRoughnessMaterial(doubleSided=True)
        for vertices, colour in zip(view, colours):
            primitive = pyrender.Primitive(
                positions=vertices,
                color_0=lit(normals(vertices, faces), colour),
                indices=faces,
                material=material,
                mode=pyrender.constants.GLTF.TRIANGLES,
            )
            scene.add(pyrender.Mesh([primitive]))
        camera = pyrender.OrthographicCamera(xmag=half_height, ymag=half_height, znear=NEAR, zfar=FAR)
        pose = np.eye(4)
        pose[2, 3] = CAMERA
        scene.add(camera, pose=pose)
        return scene


def _nearness(depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """pyrender's depth → view units towards the camera, −inf where nothing is drawn.

    pyrender reads every depth as if it were in perspective; this undoes it, for ours grows evenly.
    """
    empty = depth == 0
    even = (FAR + NEAR - 2 * FAR * NEAR / np.where(empty, 1.0, depth)) / (FAR - NEAR)
    distance = NEAR + (even + 1) / 2 * (FAR - NEAR)
    return np.asarray(np.where(empty, -np.inf, CAMERA - distance), np.float32)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the other side hangs up.  The first message says whether drawing works at all."""
    try:
        stage = Stage()
    except Exception as error:
        send(answers, {"ready": False, "why": f"{type(error).__name__}: {error}"})
        return
    send(answers, {"ready": True})
    while True:
        try:
            header, arrays = receive(requests)
        except EOFError:
            return
        try:
            picture = stage.draw(unpacked(header, arrays))
        except Exception as error:
            send(answers, {"ok": False, "why": f"{type(error).__name__}: {error}"})
            return
        send(answers, {"ok": True}, [picture])


def main() -> None:
    # Libraries that print to stdout must not break the messages: keep the real one, give them stderr.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if hasattr(os, "nice"):
        os.nice(10)  # the result matters more than the meshes
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
