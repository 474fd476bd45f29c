"""The driving coefficients: the source's identity with the driver's pose and expression (paper section 3.1, Eq. 1).

α of pose and of expression are separate (paper section 6): (1, 0) is pose-only, (0, 1) expression-only.
"""

from __future__ import annotations

import numpy as np

from ..types import Coefficients, Controls
from .pose import compose, decompose, geodesic


def mix(source: Coefficients, driving: Coefficients, controls: Controls) -> Coefficients:
    """Coefficients of the driving mesh.

    Identity is the source's.  R goes along the geodesic; with placement "driving" log s and t go linearly to the
    driver's, with "source" they stay.  c_e goes linearly and stays in [0, 1.5].
    """
    scale, rotation, translation = decompose(source.pose)
    if controls.pose == 0.0:
        pose = source.pose
    else:
        driver_scale, driver_rotation, driver_translation = decompose(driving.pose)
        rotation = geodesic(rotation, driver_rotation, controls.pose)
        if controls.placement == "driving":
            scale *= (driver_scale / scale) ** controls.pose
            translation = translation + controls.pose * (driver_translation - translation)
        pose = compose(scale, rotation, translation)
    expression = source.expression + np.float32(controls.expression) * (driving.expression - source.expression)
    return Coefficients(source.identity, np.clip(expression, 0.0, 1.5).astype(np.float32), pose)
