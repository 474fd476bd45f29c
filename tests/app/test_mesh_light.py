"""Light on vertices, against the shader that it stands for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.workers.mesh_light import AMBIENT, GAMMA, lit

SHADER = """
import os
import sys
if sys.platform.startswith("linux"):
    os.environ["PYOPENGL_PLATFORM"] = "egl"
import numpy as np
import pyrender
import trimesh
from app.workers.mesh_light import GAMMA, AMBIENT, LIGHTS, ROUGHNESS, _towards, lit

ball = trimesh.creation.icosphere(subdivisions=4)
points = np.asarray(ball.vertices, np.float32)
colours = np.tile(np.array([0.62, 0.72, 0.82], np.float32), (len(points), 1))
renderer = pyrender.OffscreenRenderer(200, 200)
camera = pyrender.OrthographicCamera(xmag=1.2, ymag=1.2, znear=0.01, zfar=2000.0)

def picture(colour, flags, lights):
    scene = pyrender.Scene(bg_color=np.zeros(3), ambient_light=np.full(3, AMBIENT))
    material = pyrender.MetallicRoughnessMaterial(metallicFactor=0.0, roughnessFactor=ROUGHNESS, doubleSided=True)
    scene.add(pyrender.Mesh([pyrender.Primitive(
        positions=points, normals=points, color_0=colour, indices=ball.faces, material=material, mode=4)]))
    pose = np.eye(4)
    pose[2, 3] = 1000
    scene.add(camera, pose=pose)
    for strength, yaw, pitch in lights:
        towards = _towards(yaw, pitch)
        across = np.cross([0, 1, 0], towards)
        across /= np.linalg.norm(across)
        pose = np.eye(4)
        pose[:3, :3] = np.stack([across, np.cross(towards, across), towards], axis=1)
        scene.add(pyrender.DirectionalLight(intensity=strength), pose=pose)
    return renderer.render(scene, flags)[0].astype(int)

by_shader = picture(colours**GAMMA, pyrender.RenderFlags.NONE, LIGHTS)
by_vertex = picture(lit(points, colours), pyrender.RenderFlags.FLAT, ())
assert by_shader.max() > 100
difference = np.abs(by_shader - by_vertex)
print(difference.max(), difference.mean())
"""


def test_vertices_are_lit_as_pyrenders_shader_would() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHADER], capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=120
    )
    assert done.returncode == 0, done.stderr
    most, mean = map(float, done.stdout.split())
    assert most <= 8 and mean < 0.5


def test_what_faces_no_light_keeps_the_light_of_the_room() -> None:
    normals = np.array([[0, 0, 1], [0, 0, -1], [-0.5, 0.5, 0.7071]], np.float32)
    grey = lit(normals, np.full((3, 3), 0.5, np.float32))
    assert grey.dtype == np.float32 and (grey[:, 0] == grey[:, 1]).all()
    assert grey[1, 0] == pytest.approx(0.5 * AMBIENT ** (1 / GAMMA), abs=0.01)
    assert grey[1, 0] < grey[0, 0] < grey[2, 0] <= 1, "the stronger light stands at the upper left"
