"""The difference under one assumption about those who were lost: per coupling, with its error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gevinst.analyses.lost.assumed import ASSUMPTIONS, AT_RANDOM, GIVEN_START, Arm, Assumption
from gevinst.analyses.start.standardise import raw
from gevinst.analyses.start.stratum_gains import Asked
from gevinst.stats.mean.widening import Sampled, effective_degrees_of_freedom
from gevinst.study.people import OBSERVED, couplings_of
from gevinst.study.study import Study

Limits = tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """The difference under one assumption and one coupling.

    Parameters
    ----------
    difference : float
        kr. per citizen.
    error : float
        Standard error; NaN where an arm has one citizen.
    degrees_of_freedom : float
        Of the error (Welch-Satterthwaite).
    """

    difference: float
    error: float
    degrees_of_freedom: float

    def interval(self, level: float) -> Limits | None:
        """Limits by Student's t; None where there is no standard error."""
        from scipy.special import stdtrit

        if not (math.isfinite(self.error) and math.isfinite(self.difference)):
            return None
        if not self.error:
            return self.difference, self.difference
        reach = float(stdtrit(self.degrees_of_freedom, (1.0 + level) / 2.0)) * self.error
        return self.difference - reach, self.difference + reach


@dataclass(frozen=True)
class Estimates:
    """The difference under one assumption.

    Parameters
    ----------
    assumed : Assumption
        What is assumed.
    by_coupling : mapping of str to Estimate
        Per coupling, the widest last.
    citizens : tuple of int
        Whose gains are averaged: of the treated, of the reference.
    reach : tuple of float or None
        Smallest and largest difference over everybody it can be of, where the tables do not say
        who is left out; else the couplings say all.
    """

    assumed: Assumption
    by_coupling: Mapping[str, Estimate]
    citizens: tuple[int, ...]
    reach: Limits | None = None

    @property
    def coupling(self) -> str:
        """The coupling that is shown: the widest of those the data leave open."""
        return list(self.by_coupling)[-1]

    @property
    def shown(self) -> Estimate:
        """The difference under it."""
        return self.by_coupling[self.coupling]

    @property
    def between(self) -> Limits:
        """Smallest and largest difference, by who went where and who is left out."""
        if self.reach is not None:
            return self.reach
        found = [each.difference for each in self.by_coupling.values()]
        return min(found), max(found)


def estimates_of(study: Study, pair: tuple[Arm, ...]) -> Iterator[Estimates]:
    """Estimate by every assumption that says something of a study."""
    lost = any(arm.lost_somebody for arm in pair)
    gone = any(arm.gone[t] for arm in pair for t in arm.counted_times)
    dropped = any(arm.dropouts for arm in pair)
    # Margins say nobody's start of the moved.
    moved = gone and couplings_of(study) == (OBSERVED,)
    known = any(arm.starts.any() for arm in pair)
    given = {
        "moved": GIVEN_START if moved else AT_RANDOM,
        "dropouts": GIVEN_START if known else AT_RANDOM,
    }
    applies = {
        "as_published": True,
        GIVEN_START: moved or known,
        "unchanged": dropped,
        "no_gain": dropped,
    }
    for assumed in ASSUMPTIONS:
        if applies.get(assumed.name, lost):
            if assumed.name == GIVEN_START:
                assumed = assumed._replace(**given)
            found = under(pair, assumed, couplings_of(study))
            unsaid = gone and assumed.moved == "left_out" and study.paths is None
            yield replace(found, reach=_whoever(study)) if unsaid else found


def _whoever(study: Study) -> Limits:
    """Bound the difference with those lost to follow-up left out, whoever they were at start."""
    found = raw(study, Asked("left_out")).found
    return found.low, found.high


def under(pair: tuple[Arm, ...], assumed: Assumption, couplings: tuple[str, ...]) -> Estimates:
    """Estimate by one assumption: the first arm less the second, or alone where there is none."""
    by_coupling, citizens = {}, []
    lines = [arm.lines(assumed.counted) for arm in pair]
    for coupling in couplings:
        means = [arm.mean(coupling, assumed) for arm in pair]
        values = [mean.value + line for mean, line in zip(means, lines, strict=True)]
        parts = [Sampled(m.variance, max(m.citizens - 1, 1), m.citizens) for m in means]
        variance = math.fsum(part.variance for part in parts)
        freedom = effective_degrees_of_freedom(variance, parts) if variance > 0.0 else math.nan
        by_coupling[coupling] = Estimate(values[0] - sum(values[1:]), math.sqrt(variance), freedom)
        citizens = [
            arm.n + arm.dropouts if assumed.counted else mean.citizens
            for arm, mean in zip(pair, means, strict=True)
        ]
    return Estimates(assumed, by_coupling, tuple(citizens))
