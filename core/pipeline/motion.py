"""How the motion of a driver is taken: as it is, or relative to a neutral frame; and how smooth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..brief import brief
from ..errors import InputError
from ..regression.pose import compose, decompose
from ..types import Coefficients


@dataclass(frozen=True)
class Motion:
    """``relative``   what the driver does since its neutral frame is added to the source, instead of its own pose and
                      expression being taken over.
    ``smoothing``     0 = none to 1, see :mod:`core.pipeline.smoothing`.
    """

    relative: bool = False
    smoothing: float = 0.5

    def __post_init__(self) -> None:
        number = self.smoothing
        if not isinstance(number, (int, float)) or isinstance(number, bool) or not 0.0 <= number <= 1.0:
            raise InputError(f"smoothing must be a number from 0 to 1, not {brief(number)}.")
        if not isinstance(self.relative, bool):
            raise InputError(f"relative must be true or false, not {brief(self.relative)}.")


PLAIN = Motion()


def transplant(source: Coefficients, driving: Coefficients, neutral: Coefficients) -> Coefficients:
    """The source, moved as the driver moved from ``neutral`` to ``driving``:

    c_e = c_e^s + c_e^d − c_e^n,  R = R^d (R^n)ᵀ R^s,  s = s^s s^d / s^n,  t = t^s + (t^d − t^n) s^s / s^n.

    c_e may leave its range here, so that half of the motion is half of it; mixing brings it back.
    """
    s_s, r_s, t_s = decompose(source.pose)
    s_d, r_d, t_d = decompose(driving.pose)
    s_n, r_n, t_n = decompose(neutral.pose)
    expression = source.expression + driving.expression - neutral.expression
    pose = compose(s_s * s_d / s_n, r_d @ r_n.T @ r_s, t_s + (t_d - t_n) * (s_s / s_n))
    return Coefficients(driving.identity, expression.astype(np.float32), pose)
