"""What an adjustment for covariates holds equal, and how unlike the groups are in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.mean.estimate import or_none
from gevinst.stats.standardisation import Weighting, smd
from gevinst.study.covariates import Covariate
from gevinst.study.strata import Strata
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.language import Label, Language
from gevinst.text.problems import Problems, StudyError, WrongValueError

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

STANDARD = {"pooled": (True, True), "intervention": (True, False), "control": (False, True)}
"""Weights that are a population of citizens, and whether each group is of it."""
_ROUNDING = 1e-9
"""Share of a design's largest singular value below which another is none."""


@dataclass(frozen=True, eq=False)
class Design:
    """What is held equal, of the citizens of the strata that weigh.

    Parameters
    ----------
    counted : tuple of ndarray of bool, shape (n,)
        Per arm which of its analysed citizens they are.
    numbers : tuple of ndarray, shape (citizens, columns)
        Per arm the strata but the first, then the covariates, each on a scale of its own.
    """

    counted: tuple[Booleans, ...]
    numbers: tuple[Floats, ...]

    def of(self, values: Sequence[Floats]) -> list[Floats]:
        """Return those citizens' values, of each arm's."""
        return [each[who] for each, who in zip(values, self.counted, strict=True)]


def standard_of(study: Study, weights: Weighting) -> tuple[bool, bool]:
    """Return whether each arm is of the standard population that weights ask for.

    Raises
    ------
    WrongValueError
        Weights that are no citizens, and a reference that is nobody's course.
    """
    if study.stated:
        raise WrongValueError("covariates", None, "covariates_stated")
    name = one_form(weights).casefold() if isinstance(weights, str) else ""
    if name not in STANDARD:
        raise WrongValueError("weights", weights, "weights_covariates", known=[*STANDARD])
    return STANDARD[name]


def design_of(
    study: Study,
    covariates: Sequence[Covariate],
    strata: Strata,
    used: Sequence[int],
    seen: Sequence[Booleans],
) -> Design:
    """Put strata and covariates together, and hold them against the citizens they are fitted to.

    Parameters
    ----------
    study : Study
        Paired data.
    covariates : sequence of Covariate
        One or more.
    strata : Strata
        One that holds everybody where there are none.
    used : sequence of int
        Those of them that weigh.
    seen : sequence of ndarray of bool, shape (n,)
        Per arm whose gain is known.

    Raises
    ------
    StudyError
        E182 more numbers than an arm's citizens carry, E183 a number that is the same for all of
        an arm, E184 one that follows from those before it.
    """
    names = [strata.ids[s] for s in used[1:]] + [c.label["en"] for c in covariates]
    counted, columns = [], []
    for arm in study.contrast.arms:
        mine = (strata.of_citizen or {})[arm]
        inside = [(mine == s).astype(np.float64) for s in used[1:]]
        counted.append(np.isin(mine, used))
        columns.append(np.column_stack([*inside, *(c.of[arm] for c in covariates)])[counted[-1]])
    both = np.vstack(columns)
    both -= both.mean(axis=0)
    both /= np.maximum(np.abs(both).max(axis=0), np.finfo(float).tiny)
    first, second = np.split(both, [len(columns[0])])
    problems, said = Problems(), set()
    for arm, numbers, who, known in zip(
        study.contrast.arms, (first, second), counted, seen, strict=True
    ):
        for code, name, values in _wrong(numbers[known[who]], names):
            if (code, name) not in said or not name:  # of a column once
                problems.add(code, study.id, None, name, arm=arm, **values)
            said.add((code, name))
    if problems:
        raise StudyError(problems)
    return Design(tuple(counted), (first, second))


def _wrong(numbers: Floats, names: Sequence[str]) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Say why no line is fitted to an arm: a code, the number it is of, and what the text names."""
    citizens, columns = numbers.shape
    if citizens < columns + 2:
        yield "E182", "", {"n": citizens, "numbers": columns}
        return
    same = [name for name, column in zip(names, numbers.T, strict=True) if np.ptp(column) == 0.0]
    yield from (("E183", name, {}) for name in same)
    if same:
        return
    full = np.column_stack([np.ones(citizens), numbers])
    for j, name in enumerate(names, 2):
        sizes = np.linalg.svd(full[:, :j], compute_uv=False)
        if sizes[-1] <= _ROUNDING * sizes[0]:
            yield "E184", name, {}
            return


@dataclass(frozen=True)
class Balanced:
    """A covariate, and how unlike the groups are in it.

    Parameters
    ----------
    column, value, base
        As `gevinst.study.covariates.Covariate`.
    label : Label
        What it is called.
    means : mapping of str to float
        Per arm the mean of its analysed citizens; of a text the share who have the value.
    population : float
        The same of the standard population, at which both groups are read off.
    smd : float
        Standardised mean difference, treated minus reference; NaN without spread.
    """

    column: str
    value: str
    base: str
    label: Label
    means: dict[str, float]
    population: float
    smd: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "column": self.column,
            "value": self.value or None,
            "base": self.base or None,
            "means": self.means,
            "population": self.population,
            "smd": or_none(self.smd),
        }

    def cells(self, text: Language) -> list[str]:
        """Write the means of both groups and the population, and how unlike the groups are."""
        means = (*self.means.values(), self.population)
        shown = [text.percent(m) if self.value else text.significant(m, 4) for m in means]
        return [*shown, text.number(self.smd, 2)]


def balanced(
    study: Study, covariates: Sequence[Covariate], standard: tuple[bool, bool]
) -> tuple[Balanced, ...]:
    """Compare the groups in each covariate."""
    found = []
    for each in covariates:
        of = [each.of[arm] for arm in study.contrast.arms]
        population = [mine for mine, belongs in zip(of, standard, strict=True) if belongs]
        means = [float(mine.mean()) for mine in of]
        spreads = [float(mine.var(ddof=0 if each.value else 1)) for mine in of]
        found.append(
            Balanced(
                *(each.column, each.value, each.base, each.label),
                dict(zip(study.contrast.arms, means, strict=True)),
                float(np.concatenate(population).mean()),
                smd((means[0], spreads[0]), (means[1], spreads[1])),
            )
        )
    return tuple(found)
