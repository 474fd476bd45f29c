"""Light on the meshes, worked out for their vertices.

A graphics card could do it for every pixel; where there is none, a quarter of the time is what this takes, and the
heads' vertices stand so close that nobody sees the difference.  It is what pyrender's own shader computes (the glTF
material: Lambert, and GGX with Smith's shadowing and Schlick's Fresnel) for a rough dielectric, lit from two sides.
"""

from __future__ import annotations

import numpy as np

from .mesh_layout import Float

GAMMA = 2.2
ROUGHNESS, MIRRORED = 0.8, 0.04
"""Of the surface, and the share of light that it throws back straight on."""

AMBIENT = 0.16
LIGHTS = ((2.4, -35.0, -30.0), (0.8, 50.0, 10.0))
"""Strength, and degrees of yaw and pitch of the place that each shines from; positive pitch is below."""


def lit(normals: Float, colours: Float) -> Float:
    """Colours (n×3, sRGB in [0, 1]) under the light: n×3 float32 in [0, 1].

    ``normals``  n×3, unit, in view units: x right, y up, z towards the viewer, who is far away.
    """
    light = np.full(len(normals), AMBIENT, np.float32)
    for strength, yaw, pitch in LIGHTS:
        light += np.float32(strength) * _reflected(normals, _towards(yaw, pitch))
    return np.asarray(np.clip(light, 0, 1)[:, None] ** np.float32(1 / GAMMA) * colours, np.float32)


def _towards(yaw: float, pitch: float) -> Float:
    """(3,) unit vector to a light."""
    y, p = np.radians([yaw, pitch])
    return np.array([np.sin(y) * np.cos(p), -np.sin(p), np.cos(y) * np.cos(p)], np.float32)


def _reflected(normals: Float, light: Float) -> Float:
    """(n,): light of strength 1 that comes back to the viewer."""
    half = light + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    nl = np.clip(normals @ light, 0.001, 1)
    nv = np.clip(np.abs(normals[:, 2]), 0.001, 1)
    nh = np.clip(normals @ half, 0, 1)
    fresnel = MIRRORED + (1 - MIRRORED) * np.clip(1 - half[2], 0, 1) ** 5
    k = (ROUGHNESS**2 + 1) ** 2 / 8
    shadowing = nl / (nl * (1 - k) + k) * (nv / (nv * (1 - k) + k))
    a2 = ROUGHNESS**8
    facets = a2 / (np.pi * (nh * nh * (a2 - 1) + 1) ** 2)
    mirrored = fresnel * shadowing * facets / (4 * nl * nv + 0.001)
    return np.asarray(nl * ((1 - fresnel) * (1 - MIRRORED) / np.pi + mirrored), np.float32)
