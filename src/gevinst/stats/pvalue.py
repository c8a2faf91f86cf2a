"""A p-value is the chance of data at least as far out, the observed among them: never 0."""

from __future__ import annotations

import sys

__all__ = ["never_zero"]


def never_zero(p: float) -> float:
    """Return a p-value, or the smallest number above 0 where it fell below all numbers."""
    return max(p, sys.float_info.min)
