"""The losses, one module each with its equation.  All take N×3×R×R pictures in [0, 1] and give a scalar."""
