"""Flows: between the times at which a study states its costs, how much falls in which year.

Everything is linear in the costs at the times, so a flow is told by coefficients, one for each time
(`Floats`, shape (times,)), of minus the cost there: a saving is then positive.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gevinst.model.discounting import Discounting

Floats = NDArray[np.float64]
Span = tuple[float, float]


class Piece(NamedTuple):
    """A flow a year that goes straight from one rate to another, between two years."""

    begins: float
    ends: float
    first: Floats
    last: Floats

    def within(self, low: float, high: float) -> Floats:
        """Return what of it falls between two years."""
        low, high = max(low, self.begins), min(high, self.ends)
        if high <= low:
            return np.zeros_like(self.first)
        middle = ((low + high) / 2.0 - self.begins) / (self.ends - self.begins)
        found: Floats = (high - low) * (self.first + middle * (self.last - self.first))
        return found


@dataclass(frozen=True, eq=False)
class Flow:
    """What falls over the years, and what at one moment.

    Parameters
    ----------
    pieces : tuple of Piece
        What is spread over years.
    moments : tuple of (float, ndarray)
        What is paid at once: when, and its coefficients.
    level : ndarray or None
        Its rate a year at the last observation; None where no flow was seen.
    """

    pieces: tuple[Piece, ...] = ()
    moments: tuple[tuple[float, Floats], ...] = ()
    level: Floats | None = None

    def by_year(self, years: int, discounting: Discounting, times: int) -> Floats:
        """Return what falls in each year, as it is worth at the start.

        Parameters
        ----------
        years : int
            How many; what comes later is left out.
        discounting : Discounting
            A flow counts as its year does, what is paid at once as of its own moment.
        times : int
            How many times there are.

        Returns
        -------
        ndarray, shape (1 + years, times)
            In row 0 what is paid at the very start; year y is the time from y - 1 to y.
        """
        found = np.zeros((1 + years, times))
        for piece in self.pieces:
            for year in range(1 + int(piece.begins), 1 + min(years, math.ceil(piece.ends))):
                found[year] += discounting.of_year(year) * piece.within(year - 1.0, float(year))
        for moment, coefficients in self.moments:
            if (year := math.ceil(moment)) <= years:
                found[year] += discounting.factor(moment) * coefficients
        return found

    def present(self, discounting: Discounting, times: int) -> Floats:
        """Return what all of it is worth at the start, shape (times,)."""
        ends = (*(p.ends for p in self.pieces), *(moment for moment, _ in self.moments))
        years = math.ceil(max(ends, default=0.0))
        found: Floats = self.by_year(years, discounting, times).sum(axis=0)
        return found


def between_points(years: Sequence[float], left: float) -> Flow:
    """Return the fall in an annual cost since the first time.

    Parameters
    ----------
    years : sequence of float, shape (times,)
        When each annual cost is.
    left : float
        How a cost goes from one level to the next: 1 it stays until then, 0 it is the next's at
        once, 0.5 straight.
    """
    fall = np.eye(len(years)) - np.eye(len(years))[0]
    steps = range(len(years) - 1)
    return Flow(
        tuple(
            Piece(
                years[i],
                years[i + 1],
                fall[i if left > 0.0 else i + 1],
                fall[i if left == 1.0 else i + 1],
            )
            for i in steps
        ),
        level=fall[-1],
    )


def in_periods(years: Sequence[float | None], spans: Sequence[Span | None]) -> Flow:
    """Return amounts where they fall: evenly over their period, or at their point in time.

    Parameters
    ----------
    years, spans : sequence, shape (times,)
        When each time is: a point, or from when to when; one of the two each.
    """
    each = np.eye(len(years))
    pieces = tuple(
        Piece(*span, own / (span[1] - span[0]), own / (span[1] - span[0]))
        for own, span in zip(each, spans, strict=True)
        if span is not None
    )
    over = max((piece.ends for piece in pieces), default=0.0)
    return Flow(
        pieces,
        tuple((at, own) for own, at in zip(each, years, strict=True) if at is not None),
        sum((piece.last for piece in pieces if piece.ends == over), start=np.zeros(len(years)))
        if pieces
        else None,
    )


def covered(spans: Iterable[Span], low: float, high: float) -> float:
    """Return how many of the years between two lie in a period; those in several count once.

    Examples
    --------
    >>> covered([(0.0, 1.0), (0.5, 1.5), (3.0, 4.0)], 0.0, 3.25)
    1.75
    """
    found = 0.0
    for begins, ends in sorted(spans):
        begins, ends = max(begins, low), min(ends, high)
        if ends > begins:
            found, low = found + ends - begins, ends
    return found


def persisting(flow: Flow, kept: float, years: int) -> Flow:
    """Return a flow that goes on after its last piece.

    Parameters
    ----------
    flow : Flow
        As it was seen.
    kept : float
        What each year after keeps of the year before: 0 nothing, 1 all.
    years : int
        Until when.
    """
    if flow.level is None:
        return flow
    begins, part = max(piece.ends for piece in flow.pieces), kept
    more = []
    while begins < years and part > 0.0:
        more.append(Piece(begins, begins + 1.0, part * flow.level, part * flow.level))
        begins, part = begins + 1.0, part * kept
    return replace(flow, pieces=(*flow.pieces, *more))
