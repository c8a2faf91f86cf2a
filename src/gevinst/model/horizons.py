"""Time conventions: what each point in time counts for, per kind of item.

Each convention is a vector over the times, so a cost at a time becomes part of a gain by one
multiplication. Gain is positive when it saves: a cost counts with a minus, and a cost that would
have gone on (the cost at start) with a plus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.model.discounting import NONE, Discounting
from gevinst.model.flows import Flow, Span, between_points, in_periods
from gevinst.text.problems import WrongValueError

Floats = NDArray[np.float64]

RECURRING, ONE_OFF = "recurring", "one_off"
"""Kinds of items: a flow that each time has its own level of, and an amount paid once."""


@dataclass(frozen=True)
class Convention:
    """What a recurring cost at each time counts for.

    Parameters
    ----------
    name : str
        As a study and a user write it.
    vector : callable
        Years of the times, shape (times,) -> what each time counts for, shape (times,).
    fits : callable
        Whether it has a meaning: (all times are points with years, citizens are counted in
        statuses) -> bool.
    needs_years : bool
        Whether it reads how many years lie between the times.
    annual : bool
        Whether what it counts is an annual level, and no sum over time.
    contrast_only : bool
        Whether an arm's own gain is but minus what it cost, so that only a contrast is a gain.
    flow : callable or None
        Years and periods of the times -> how a recurring cost flows between them, by which it is
        discounted; None of an annual level, which is not.
    """

    name: str
    vector: Callable[[Floats], Floats]
    fits: Callable[[bool, bool], bool]
    needs_years: bool = False
    annual: bool = False
    contrast_only: bool = False
    flow: Callable[[Sequence[float | None], Sequence[Span | None]], Flow] | None = None


def _annual_end(years: Floats) -> Floats:
    """Annual cost at the first time minus annual cost at the last."""
    vector = np.zeros(len(years))
    vector[0] += 1.0
    vector[-1] -= 1.0
    return vector


def _period_sum(years: Floats) -> Floats:
    """Minus the sum of the periods: only a contrast between arms has a meaning."""
    return np.full(len(years), -1.0)


def _cumulative(name: str, left: float) -> Convention:
    """Accumulated fall in cost since the start; `left` is the weight of a step's left end."""

    def vector(years: Floats) -> Floats:
        steps = np.diff(years)
        weights = np.zeros(len(years))
        weights[:-1] += left * steps
        weights[1:] += (1.0 - left) * steps
        horizon = -weights
        horizon[0] += weights.sum()
        return horizon

    return Convention(
        name,
        vector,
        lambda points, statuses: points,
        needs_years=True,
        flow=lambda years, spans: between_points([year or 0.0 for year in years], left),
    )


CONVENTIONS = {
    convention.name: convention
    for convention in (
        Convention(
            "annual_end", _annual_end, lambda points, statuses: points or statuses, annual=True
        ),
        Convention(
            "period_sum",
            _period_sum,
            lambda points, statuses: not points,
            contrast_only=True,
            flow=in_periods,
        ),
        _cumulative("cumulative_trapezoid", 0.5),
        _cumulative("cumulative_left", 1.0),
        _cumulative("cumulative_right", 0.0),
    )
}
"""Every time convention by name, in the order they are offered."""


def horizon(
    convention: str,
    years: Sequence[float | None],
    kinds: Sequence[str],
    spans: Sequence[Span | None] = (),
    discounting: Discounting | None = None,
) -> Floats:
    """Return what each cell counts for.

    Parameters
    ----------
    convention : str
        One of `CONVENTIONS`. ``annual_end``: (1, 0, ..., 0, -1). ``period_sum``: -1 at each time.
        ``cumulative_trapezoid``, ``cumulative_left``, ``cumulative_right``: the fall in cost since
        the start, accumulated over the years between the first and the last time.
    years : sequence of float or None, shape (times,)
        When each time is, in years; only the cumulative conventions and discounting read them.
    kinds : sequence of str, shape (items,)
        ``recurring`` or ``one_off``; a one-off counts -1 at whatever time it is paid.
    spans : sequence of (float, float) or None, shape (times,)
        From when to when each time is, of those that are periods with years.
    discounting : Discounting, optional
        A recurring cost then counts as the years in which it flows, but an annual level, which is
        no sum over years, as it stands; a one-off as the time at which it is paid.

    Returns
    -------
    ndarray, shape (times, items)
        Years for the cumulative conventions, else a pure number.

    Raises
    ------
    ValueError
        If the convention is unknown, or a cumulative one meets a time without years; or one that
        is discounted.
    """
    if convention not in CONVENTIONS:
        raise WrongValueError("horizon", convention, "one_of", known=list(CONVENTIONS))
    found = CONVENTIONS[convention]
    if found.needs_years and None in years:
        raise WrongValueError("horizon", convention, "needs_years")
    points = np.array([np.nan if year is None else year for year in years], dtype=float)
    recurring, one_off = found.vector(points), np.full(len(years), -1.0)
    if discounting is not None and discounting.schedule != NONE:
        spans = spans or [None] * len(years)
        if any(year is None and span is None for year, span in zip(years, spans, strict=True)):
            raise WrongValueError("discount", discounting.schedule, "needs_years")
        one_off = -in_periods(years, spans).present(discounting, len(years))
        if found.flow is not None:
            recurring = -found.flow(years, spans).present(discounting, len(years))
    return np.stack([recurring if kind == RECURRING else one_off for kind in kinds], axis=1)
