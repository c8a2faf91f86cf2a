"""years(study): the difference by year, what it is worth at the start, and when it is paid back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.draws import LEVEL, Draws
from gevinst.analyses.provenance import provenance
from gevinst.analyses.years.asked import (
    Persistence,
    Seen,
    discounting_for,
    persistences_of,
    seen,
)
from gevinst.analyses.years.payback import paid_back, payback
from gevinst.analyses.years.result import Course, Ratio, Under, Years
from gevinst.model.axes import Contrast
from gevinst.model.discounting import Discounting
from gevinst.rows.build import build
from gevinst.rows.by_time import PARTS, ByTime, all_times, apart, counting, in_years
from gevinst.rows.workers import evaluated
from gevinst.sources.registry import ready
from gevinst.sources.source import MEAN, varied
from gevinst.stats import streams
from gevinst.stats.intervals import level_of
from gevinst.study.study import Study
from gevinst.text.problems import WrongValueError, whole

Floats = NDArray[np.float64]

MOST = 100
"""Years beyond which nobody asks."""
_ONE = "difference"


@dataclass(frozen=True, eq=False)
class _Asked:
    """A study with its costs placed in years, and what is drawn of it.

    Parameters
    ----------
    study : Study
        Under which every time counts.
    rows : ByTime
        What is drawn.
    seen : Seen
        How costs flow.
    years : int
        How many are looked at.
    discounting : Discounting
        Of later amounts.
    level : float
        Of intervals.
    """

    study: Study
    rows: ByTime
    seen: Seen
    years: int
    discounting: Discounting
    level: float

    def weights(self, persistence: Persistence, discounting: Discounting) -> tuple[Floats, Floats]:
        """Return what each time counts for by year, recurring and one-offs, (year, time)."""
        return self.seen.weights(persistence, self.years, discounting, len(self.study.times))

    def course(
        self, persistence: Persistence, point: Floats, drawn: Mapping[str, Floats]
    ) -> Course:
        """Follow one persistence: what falls in each year, of the calculation and of the draws."""
        worth = self.weights(persistence, self.discounting)
        flow = in_years(point, _columns(*self.weights(persistence, Discounting())))[:, 0]
        present = in_years(point, _columns(*worth))[:, 0]
        invested = in_years(point, _columns(*worth, invested=True).sum(axis=0)[np.newaxis])[0, 0]
        done: dict[int, Under] = {}
        under = {}
        for coupling, columns in drawn.items():
            if id(columns) not in done:
                done[id(columns)] = self._under(coupling, columns, *worth)
            under[coupling] = done[id(columns)]
        cumulative = np.cumsum(present)
        back = int(paid_back(cumulative[:, np.newaxis])[0])
        return Course(
            persistence=persistence,
            flow=flow,
            present=present,
            cumulative=cumulative,
            invested=float(-invested) + 0.0,
            back=back if back <= self.years else None,
            by_coupling=under,
        )

    def _under(self, coupling: str, columns: Floats, recurring: Floats, once: Floats) -> Under:
        """Follow the draws under a coupling: their law at the end of every year, row by row."""
        sums = np.cumsum(in_years(columns, _columns(recurring, once)), axis=0)
        limits = np.empty((len(sums), 2))
        so_far = np.cumsum(recurring, axis=0), np.cumsum(once, axis=0)
        for year, values in enumerate(sums):
            last = self._draws(values, coupling, so_far[0][year], so_far[1][year])
            limits[year] = self._limits(last)
            if not last.few:
                ordered = last.law
                values[np.argsort(values, kind="stable")] = ordered
        # The same law as behind the limits, so that what is never paid back is what ends below.
        told = not (last.few or last.stated)
        return Under(
            worth=last,
            limits=limits,
            payback=payback(sums) if told else None,
            ratio=self._ratio(last, sums[-1], columns, recurring, once),
        )

    def _draws(self, values: Floats, coupling: str, recurring: Floats, once: Floats) -> Draws:
        """Return values as draws, with what samples of citizens bring into their variance."""
        study = counting(self.rows.study, -recurring, -once)
        sampled = tuple(part for s in self.rows.sources for part in s.sampled(study, coupling))
        of = self.study.stated, self.study.voice
        rows = values[:, np.newaxis].copy()
        return Draws((_ONE,), rows, Contrast(_ONE), self.level, sampled, *of)

    def _limits(self, draws: Draws) -> tuple[float, float]:
        if draws.few:
            return draws.found.low, draws.found.high
        tail = (1.0 - self.level) / 2.0
        low, high = draws.quantile([tail, 1.0 - tail])
        return float(low), float(high)

    def _ratio(
        self, last: Draws, values: Floats, columns: Floats, recurring: Floats, once: Floats
    ) -> Ratio | None:
        """Return benefits per krone invested: quantiles of the draws; None without a law."""
        weights = _columns(recurring, once, invested=True).sum(axis=0)
        paid = -in_years(columns, weights[np.newaxis])[0]
        if last.few or not (paid > 0.0).all():
            return None
        tail = (1.0 - self.level) / 2.0
        low, high = np.quantile(1.0 + values / paid, [tail, 1.0 - tail])
        return Ratio(float(low), float(high))


def _columns(recurring: Floats, once: Floats, *, invested: bool = False) -> Floats:
    """Put the weights of times where the columns of rows are: shape (year, part and time)."""
    parts = [
        (once if is_once else recurring) * (1.0 if of_it or not invested else 0.0)
        for is_once, of_it in PARTS
    ]
    return np.concatenate(parts, axis=1)


def years(
    study: Study,
    *,
    years: int = 10,
    persistence: str | float | Sequence[str | float] | None = None,
    discount: str | None = None,
    timing: str | None = None,
    confidence_level: float = LEVEL,
    n: int = 100_000,
    rng: streams.Rng = None,
) -> Years:
    """Follow the difference by year: as the study saw it, and beyond under stated assumptions.

    Parameters
    ----------
    study : Study
        Under the conventions it carries. Its times are points with years, between which an annual
        cost goes by its own step rule (straight where it has none), or periods with years, in which
        amounts fall evenly.
    years : int
        How many are looked at.
    persistence : str, float or sequence of them, optional
        What comes after the last observation: ``none``, ``constant`` (each year as the last),
        ``fading=0.2`` or 0.2 (each year a fifth less than the one before); several stand side by
        side. ``none`` and ``constant`` by default, between which whatever fades lies.
    discount : str, optional
        A schedule (``finance_ministry``, ``treasury``, ``own``) or ``none``. As the study states
        by default; else none where fewer than 2 years are looked at, `finance_ministry` of
        Danish kroner, and none of another currency. The answer says which, and why.
    timing : {"end", "mid", "start"}, optional
        When in its year a flow counts as paid; as the study states, else at its end.
    confidence_level : float
        Of the intervals, between 0 and 1.
    n : int
        Number of draws, the same for every year, persistence and coupling.
    rng : what `numpy.random.default_rng` takes, optional
        Seed.

    Returns
    -------
    Years
        Per persistence what falls in each year, its present value and their sum, with intervals
        per coupling; in which year it is paid back; and benefits per krone invested beside it.

    Raises
    ------
    ValueError
        A number out of range, a persistence or a schedule that there is not.
    StudyError
        If nothing can be placed in years; the message says why.

    Notes
    -----
    The present value of year y is its flow times the product of 1 / (1 + r) over the years until
    then (`gevinst.model.discounting`). A row is paid back in the first year from which on its sum
    stays above zero until the last that is looked at. Behind interval and payback stands one law,
    the draws widened for few citizens (`gevinst.stats.mean.widening`) at the end of each year.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.years(gv.load("ishoj-smc"), years=5, n=1000, rng=1)
    >>> [(course.persistence.name, round(course.npv, -2)) for course in found.courses]
    [('none', 3400.0), ('constant', 261600.0)]
    """
    horizon, wanted = whole("years", years, 1), persistences_of(persistence)
    if horizon > MOST:
        raise WrongValueError("years", years, "years", most=MOST)
    n, level, placed_in = whole("n", n, 2), level_of(confidence_level), seen(study)
    discounting, why = discounting_for(study, horizon, discount, timing)
    seed = streams.entropy(rng)
    sources, problems = ready(study, None, MEAN)
    counted = all_times(study, falls=placed_in.falls)
    rows = ByTime(counted, sources)
    asked = _Asked(counted, rows, placed_in, horizon, discounting, level)
    point = apart(study, build(counted)).reshape(1, -1)
    drawn = dict(_drawn(rows, seed, n))
    return Years(
        years=horizon,
        seen=placed_in.until,
        known=placed_in.spans,
        steps=placed_in.horizon,
        discounting=discounting,
        why=why,
        factors=tuple(discounting.of_year(y) if y else 1.0 for y in range(horizon + 1)),
        courses=tuple(asked.course(each, point, drawn) for each in wanted),
        level=level,
        draws=n,
        varied=tuple(map(varied, sources)),
        problems=tuple(problems),
        provenance=provenance(study, seed),
    )


def _drawn(rows: ByTime, seed: int, n: int) -> Iterator[tuple[str, Floats]]:
    """Draw once, and keep the columns of every coupling; one and the same where all are."""
    kept: dict[str, list[Floats]] = {coupling: [] for coupling in rows.couplings}
    alike = True
    for _, by_coupling in evaluated(rows, seed, 0, n, 1):
        alike = alike and len({id(each) for each in by_coupling.values()}) == 1
        for coupling, columns in by_coupling.items():
            kept[coupling].append(columns)
    first: Floats | None = None
    for coupling, blocks in kept.items():
        if first is None or not alike:
            first = np.asfortranarray(np.concatenate(blocks)[:n])
        yield coupling, first
