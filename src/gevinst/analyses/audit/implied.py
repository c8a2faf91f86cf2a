"""Which unrounded rates explain every printed amount at once?

A table that prints rates rounded to whole kroner a month and cells rounded to whole kroner a year
was made from rates nobody printed. Each printed amount is linear in the rates, so it leaves a strip
of rates that round to it; what all strips share is a polytope, and a linear programme says whether
it is empty and how far each rate can move in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.gain import gain
from gevinst.analyses.headline import as_published
from gevinst.analyses.published import recompute
from gevinst.study.claims import Published
from gevinst.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

LINEAR = (
    "cost",
    "gain",
    "gain_per_citizen",
    "investment",
    "net_gain",
    "net_gain_per_citizen",
    "difference",
)
"""Measures that are linear in the rates."""

_MONTHS = {"kr/year": 1.0, "kr/month": 12.0, "kr": 1.0}


@dataclass(frozen=True)
class ImpliedRates:
    """What the printed amounts say of the rates behind them.

    Parameters
    ----------
    rates : tuple of str
        Ids.
    feasible : bool
        Whether one set of rates explains every printed amount within rounding.
    low, high : ndarray, shape (rates,)
        The range of each rate over all such sets, kr. per citizen-year or per unit; empty where
        there is none.
    centre : ndarray, shape (rates,)
        The set farthest from every rounding limit (the Chebyshev centre).
    figures : int
        Number of printed amounts used.
    """

    rates: tuple[str, ...]
    feasible: bool
    low: Floats
    high: Floats
    centre: Floats
    figures: int

    def to_frame(self) -> pd.DataFrame:
        """One row per rate: low, high and centre."""
        import pandas as pd

        columns = {"low": self.low, "high": self.high, "centre": self.centre}
        return pd.DataFrame(columns, index=pd.Index(self.rates, name="rate"))


def implied_rates(study: Study) -> ImpliedRates:
    """Find the rates that explain every printed amount within rounding.

    Parameters
    ----------
    study : Study
        With published figures; its rates tell which cell uses which rate, and their printed
        monthly values hold as amounts too.

    Returns
    -------
    ImpliedRates

    Raises
    ------
    ValueError
        If the study publishes no amount.
    """
    from scipy.optimize import linprog

    figures = linear_amounts(study)
    if not figures:
        raise ValueError(f"{study.id}: no published amount to find the rates from")
    found, bounds, size = strips(study, figures), rate_bounds(study), len(study.rates)
    upper, limits = found.upper, found.limits
    names = tuple(rate.id for rate in study.rates)
    # The Chebyshev centre: as far as possible, in kr., from the limits that can be kept away from.
    norm = np.linalg.norm(upper, axis=1, keepdims=True)
    free = np.concatenate([found.half, found.half]) > 0
    centred = linprog(
        np.r_[np.zeros(size), -1.0],
        np.hstack([upper, norm * free[:, np.newaxis]]),
        limits,
        bounds=[*bounds, (0, None)],
    )
    if centred.status != 0 or centred.x is None:
        empty = np.full(size, np.nan)
        return ImpliedRates(names, False, empty, empty, empty, len(figures))
    ends = np.empty((2, size))
    for k in range(size):
        for end, sign in enumerate((1.0, -1.0)):
            limit = linprog(sign * np.eye(size)[k], upper, limits, bounds=bounds).fun
            # A rate that no printed amount uses has no end.
            ends[end, k] = sign * (-np.inf if limit is None else limit)
    centre = np.where(np.isinf(ends).any(axis=0), np.nan, centred.x[:-1])
    return ImpliedRates(names, True, ends[0], ends[1], centre, len(figures))


def linear_amounts(study: Study) -> list[Published]:
    """Return the published amounts that are linear in the rates."""
    pair = as_published(study)
    return [
        f
        for f in study.published
        if f.measure in LINEAR and f.relation == "=" and (pair or f.measure != "difference")
    ]


def rate_bounds(study: Study) -> list[tuple[float, float] | tuple[None, None]]:
    """Return bounds of each rate: a fixed one is known, for what costs nothing has no rounding."""
    return [
        (rate.kr, rate.kr) if rate.distribution.kind == "fixed" else (None, None)
        for rate in study.rates
    ]


@dataclass(frozen=True)
class Strips:
    """Printed amounts and rates as strips: coefficients @ rates = middle ± half.

    Parameters
    ----------
    matrix : ndarray, shape (strips, rates)
    middle, half : ndarray, shape (strips,)
    figures : list of Published or None
        The figure of each strip; None for a rate's own printed value.
    """

    matrix: Floats
    middle: Floats
    half: Floats
    figures: list[Published | None]

    @property
    def upper(self) -> Floats:
        """Coefficients of both sides of each strip as upper limits, shape (2 strips, rates)."""
        return np.concatenate([self.matrix, -self.matrix])

    @property
    def limits(self) -> Floats:
        """The upper limits, shape (2 strips,)."""
        return np.concatenate([self.middle + self.half, self.half - self.middle])


def strips(study: Study, figures: list[Published]) -> Strips:
    """Write every printed amount and rate as a strip."""
    unit = np.eye(len(study.rates))
    columns = []
    for direction in unit:
        rates = tuple(replace(r, kr=float(d)) for r, d in zip(study.rates, direction, strict=True))
        calculated = gain(replace(study, rates=rates))
        columns.append([recompute(calculated, figure) or 0.0 for figure in figures])
    matrix = [np.array(columns).T]
    middle, half = [f.value for f in figures], [f.rounding / 2 for f in figures]
    kept: list[Published | None] = list(figures)
    for direction, rate in zip(unit, study.rates, strict=True):
        if rate.printed is not None:
            matrix.append(direction[np.newaxis] / _MONTHS[rate.printed_unit])
            middle.append(rate.printed)
            half.append(0.5)
            kept.append(None)
    rows = np.concatenate(matrix)
    used = np.asarray(rows.any(axis=1))
    return Strips(
        rows[used],
        np.array(middle)[used],
        np.array(half)[used],
        [figure for figure, keep in zip(kept, used, strict=True) if keep],
    )
