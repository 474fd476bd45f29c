"""Threads that do not get into each other's way."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def calm_blas() -> None:
    """Give NumPy's and SciPy's matrix library one thread for the rest of the process.

    A render multiplies only small matrices.  OpenBLAS's other threads then do nothing but spin for a while after each
    product, on the very cores that the networks want: on two cores a re-render took 120 ms instead of 50.
    """
    threadpool_limits(1, user_api="blas")
