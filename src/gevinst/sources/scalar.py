"""Scalar: one number that a source draws by itself, so that it can be varied alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.sources.latents import Latents
from gevinst.text.language import Label

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scalar:
    """One number of a source, with its law and the latents that carry it.

    Parameters
    ----------
    name : str
        ``<kind>.<what>``: ``rate.<rate>``, ``probability.<event>``; no two of a study are alike.
    current : float
        Its published value, in `unit`.
    unit : str
        ``kr``, ``kr/year``, ``kr/month``, ``share``, ``times``, ``pp`` or ``days``.
    quantile : callable
        Probabilities -> values in `unit`, both of shape (row,).
    latents : callable
        Values in `unit`, shape (row,) -> what the source would have drawn, the rest as published.
    place : tuple of Label
        What it is called, in parts; after the text of its kind, where there is one.
    """

    name: str
    current: float
    unit: str
    quantile: Callable[[Floats], Floats]
    latents: Callable[[Floats], Latents]
    place: tuple[Label, ...] = ()
