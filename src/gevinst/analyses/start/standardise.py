"""standardise(study): the difference as if both groups had had the same mix of strata.

Paired data give an estimate with its standard error. Margins give bounds: the smallest and the
largest estimate over every table that fits them. Sampling stands on top of that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.identified import IdentifiedSet, coupled_said, plain_coupled
from gevinst.analyses.start.stratum_gains import (
    MOVED,
    Asked,
    Groups,
    Moved,
    Stratum,
    groups_of,
    strata_bounds,
)
from gevinst.stats.intervals import Interval, level_of
from gevinst.stats.mean.estimate import or_none
from gevinst.stats.standardisation import (
    StandardPopulation,
    Weighting,
    standard_population,
    weight_variance,
)
from gevinst.study.strata import Strata, Wanted, all_in_one, population_of, strata_of
from gevinst.study.study import Study
from gevinst.study.transitions import Switch
from gevinst.text.form import isolated
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import Problem, say_all
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RAW = "raw"
"""Name of the comparison in which everybody is in one stratum."""
FEW = 10
"""Citizens behind a cell below which a warning names it."""


@dataclass(frozen=True, eq=False, repr=False)
class Standardised(Result):
    """A difference in net gain per citizen between two groups given the same mix of strata.

    Parameters
    ----------
    weights : str
        ``pooled``, ``intervention``, ``control``, ``overlap``, ``own``, ``given`` or ``raw``.
    basis, moved : str
        The rate basis, and what those lost to follow-up are taken to be (`MOVED`).
    found : IdentifiedSet
        Every table's estimate, and sampling on top.
    independent : float or None
        The value under the independent coupling, for margins: one table's worth among many, and
        no estimate. Under impossible transitions it is quasi-independence.
    with_weights : float
        Paired data: the standard error with the weights' own uncertainty; else NaN.
    paired : bool
        Whether citizens' paths are known.
    strata : tuple of Stratum
        What it is made of.
    by : Label
        What the strata are strata of.
    labels : mapping of str to Label
        What the arms and the rate basis are called.
    warnings : tuple of Problem
        Cells with nobody, one or few citizens.
    impossible : tuple of (str, str)
        Transitions taken as impossible.
    provenance : Provenance
        What made the result.
    couplings : mapping of str to IdentifiedSet, or None
        Counts kept per stratum, which fix the difference: it under each coupling, with its own
        standard error; none where they do not fix it. None for other data.
    """

    weights: str
    basis: str
    moved: str
    found: IdentifiedSet
    independent: float | None
    with_weights: float
    paired: bool
    strata: tuple[Stratum, ...]
    by: Label
    labels: Mapping[str, Label]
    warnings: tuple[Problem, ...]
    impossible: tuple[Switch, ...]
    provenance: Provenance
    couplings: Mapping[str, IdentifiedSet] | None = None

    drawn: ClassVar[tuple[str, ...]] = ("standardised",)

    @property
    def low(self) -> float:
        """Smallest difference over every table that fits, kr. per citizen."""
        return self.found.low

    @property
    def high(self) -> float:
        """Largest difference over every table that fits, kr. per citizen."""
        return self.found.high

    @property
    def identified(self) -> bool:
        """Whether the data fix the difference."""
        return self.found.identified

    @property
    def estimate(self) -> float | None:
        """The difference where the data fix it, else None."""
        return (self.low + self.high) / 2 if self.identified else None

    @property
    def sign(self) -> str:
        """Sign of the difference over every table that fits: positive, negative or either."""
        return self.found.sign

    @property
    def interval(self) -> Interval:
        """Interval for the difference on top of the bounds (Imbens & Manski)."""
        return self.found.interval

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            **self.row(),
            "strata": [stratum.to_dict() for stratum in self.strata],
            "warnings": [warning.to_dict() for warning in self.warnings],
            "impossible": [list(switch) for switch in self.impossible],
            "provenance": self.provenance.to_dict(),
        }

    def row(self) -> dict[str, Any]:
        """Return the estimate alone as plain values: one of the list the command prints."""
        found = self.found
        low, high = (or_none(error) for error in found.errors)
        return {
            "weights": self.weights,
            "shares": {stratum.id: stratum.weight for stratum in self.strata},
            "basis": self.basis,
            "moved": self.moved,
            **found.to_dict(),
            "estimate": self.estimate,
            "independent": self.independent,
            "standard_error": {"low": low, "high": high},
            "standard_error_with_weights": or_none(self.with_weights),
            "degrees_of_freedom": or_none(found.freedom),
            **({} if self.couplings is None else {"couplings": plain_coupled(self.couplings)}),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per stratum and one for the whole: weight, citizens, bounds, interval."""
        import pandas as pd

        rows = []
        for stratum in self.strata:
            rows.append(
                {
                    "stratum": stratum.id,
                    "weight": stratum.weight,
                    **stratum.citizens,
                    **_plain(stratum.difference),
                }
            )
        whole = {arm: sum(s.citizens[arm] for s in self.strata) for arm in self.strata[0].citizens}
        rows.append({"stratum": self.weights, "weight": 1.0, **whole, **_plain(self.found)})
        return pd.DataFrame(rows).set_index("stratum")

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table in words, in ``en`` or ``da``."""
        text = language(lang)
        rows = [
            [
                text(
                    "stratify.heading",
                    weights=text(f"stratify.weights.{self.weights}"),
                    by=text.label(self.by),
                    basis=self.basis_label(text),
                )
            ],
            [
                text("stratify.stratum"),
                text("stratify.weight"),
                *(text.label(self.labels[arm]) for arm in self.strata[0].citizens),
                text("stratify.allowed" if not self.paired else "stratify.difference"),
                text(
                    "adjust.interval" if self.paired else "stratify.interval",
                    level=text.percent(self.found.level),
                ),
            ],
            [],
        ]
        for stratum in self.strata:
            rows.append(
                [
                    text.label(stratum.label),
                    text.percent(stratum.weight, 1),
                    *map(str, stratum.citizens.values()),
                    *stratum.difference.written(text),
                ]
            )
        rows += [[], [text("stratify.whole"), "", "", "", *self.found.written(text)]]
        return "\n".join([table(rows), *self.notes(text), self.sentence(lang)])

    def notes(self, text: Language) -> list[str]:
        """Say for whom it is, what was assumed of the moved, and what to be wary of."""
        said = [text(f"stratify.estimand.{self.weights}"), text(f"stratify.moved.{self.moved}")]
        if self.independent is not None and not self.identified:
            said.append(text("stratify.independent", kr=text.kr(self.independent)))
        if self.impossible:
            switches = ", ".join(" -> ".join(switch) for switch in self.impossible)
            said.append(text("stratify.impossible", switches=switches))
        return [*said, *self.coupled(text), *say_all(self.warnings, text.code)]

    def coupled(self, text: Language) -> list[str]:
        """Say the standard error under each coupling, where counts fix the difference."""
        weights = text(f"stratify.weights.{self.weights}")
        return coupled_said(self.couplings or {}, weights, text)

    def sentence(self, lang: Lang = "en") -> str:
        """Say what every admissible table gives and what sampling leaves open, in a sentence."""
        text = language(lang)
        return text(
            "stratify.alone",
            weights=text(f"stratify.weights.{self.weights}"),
            clause=self.found.clause(text),
        )

    def basis_label(self, text: Language) -> str:
        """Name the rate basis briefly: the words of its label before a colon."""
        label = text.label(self.labels[self.basis]) if self.basis in self.labels else self.basis
        return isolated(label.partition(":")[0])

    def _standardised_picture(self, text: Language) -> Picture:
        """The bounds, and the interval on top of them."""
        return bands((self,), text)


def bands(results: Sequence[Standardised], text: Language) -> Picture:
    """Draw bands and intervals: a heading per basis, a row per weighting, a bar per reading."""
    from gevinst.plots.bands import Band, draw_bands

    shown = [
        Band(
            each.basis_label(text),
            text(f"stratify.weights.{each.weights}"),
            (each.low, each.low if each.identified else each.high),
            each.interval.limits if each.interval.available else None,
            MOVED.index(each.moved),
            raw=each.weights == RAW,
        )
        for each in results
    ]
    readings = [text(f"figure.{moved}") for moved in MOVED]
    return draw_bands(shown, readings, text, level=results[0].found.level)


def _plain(found: IdentifiedSet) -> dict[str, Any]:
    interval = found.interval
    return {
        "low": found.low,
        "high": found.high,
        "interval_low": interval.low,
        "interval_high": interval.high,
        "sign": found.sign,
    }


def standardise(
    study: Study,
    *,
    weights: Weighting = "pooled",
    strata: Wanted = None,
    basis: str | None = None,
    impossible: Sequence[Switch] = (),
    moved: Moved = "as_published",
    confidence_level: float = 0.95,
) -> Standardised:
    """Compare two groups as if both had had the same mix of strata at start.

    The weighted sum over strata of the difference in mean net gain (direct standardisation). Each
    choice of weights is an estimand of its own. Where margins are the data, who of a stratum ended
    where is not known, and the answer is the range over every table that fits, sharp at both ends,
    with an interval on top of it.

    Parameters
    ----------
    study : Study
        Margins or paired data, under the conventions it carries.
    weights : str, mapping of str to float, or sequence of float
        ``pooled`` (everybody), ``intervention``, ``control``, ``overlap``; ``own`` (no adjustment);
        ``stated``, where the study says how many each stratum stands for; or a weight per stratum.
    strata : mapping, sequence or str, optional
        A mapping of name to ids of statuses or groups, a sequence of such ids (a stratum each), or
        a column of person rows. The study's own by default.
    basis : str, optional
        The rate basis; the study's convention by default.
    impossible : sequence of (str, str), optional
        Switches that nobody makes between consecutive times; each is first tested against the
        margins. For margins only.
    moved : {"as_published", "left_out"}
        What those lost to follow-up are taken to be, as `MOVED`. Left out: means over the citizens
        seen at every time that counts; their start status is not known for margins, which widens
        the range. The weights are shares of all analysed citizens either way. Dropouts, enrolled
        and not analysed, have no start status and are in neither.
    confidence_level : float
        Between 0 and 1, ends excluded.

    Returns
    -------
    Standardised
        With Imbens & Manski's interval (2004). A cell that has weight and nobody in it is bounded
        by the smallest and the largest gain its citizens could have; a warning (W121) says so.

    Raises
    ------
    ValueError
        An unknown weighting, basis, status or level.
    StudyError
        E121 to E127 where the strata cannot be made; E111, E112 for transitions that the margins
        refute.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.standardise(gv.load("ishoj-smc"), weights="pooled")
    >>> round(found.low), round(found.high)
    (-61171, -13172)
    """
    asked = Asked(moved, tuple(impossible), level_of(confidence_level))
    study = study.choose(basis=basis)
    found = strata_of(study, strata)
    groups = groups_of(study, found, asked)
    population = population_of(study, weights, found)
    return estimate(study, found, groups, population, strata_bounds(study, found, groups))


def estimate(
    study: Study,
    strata: Strata,
    groups: Groups,
    population: StandardPopulation,
    parts: Sequence[Stratum],
) -> Standardised:
    """Standardise groups that are divided and bounded already to one population."""
    shares = population.shares
    found = groups.difference(shares)
    both = shares.mean(axis=0)
    return Standardised(
        weights=population.name,
        basis=study.conventions.basis,
        moved=groups.moved,
        found=found,
        independent=groups.independent(shares),
        with_weights=_with_weights(population, groups, found),
        paired=bool(groups.values),
        strata=tuple(replace(part, weight=float(w)) for part, w in zip(parts, both, strict=True)),
        by=strata.by,
        labels=study.labels,
        warnings=_warnings(study, strata, groups, shares),
        impossible=groups.impossible,
        provenance=provenance(study),
        couplings=groups.by_coupling(shares) if strata.counted else None,
    )


def raw(study: Study, asked: Asked) -> Standardised:
    """Compare the groups as they are: one stratum that holds everybody."""
    strata = all_in_one(study)
    groups = groups_of(study, strata, asked)
    everybody = standard_population("pooled", groups.sizes, strata.ids)
    found = estimate(study, strata, groups, everybody, strata_bounds(study, strata, groups))
    return replace(found, weights=RAW)


def _with_weights(population: StandardPopulation, groups: Groups, found: IdentifiedSet) -> float:
    """Return the standard error with the weights' uncertainty, where citizens are known."""
    if not groups.values or not math.isfinite(found.standard_error) or not found.identified:
        return math.nan
    means = np.array([[v.mean() if v.size else 0.0 for v in arm] for arm in groups.values])
    shift = groups.shifts[0] - groups.shifts[1]
    extra = weight_variance(population, groups.sizes, means[0] - means[1] + shift)
    return math.sqrt(found.standard_error**2 + extra)


def _warnings(study: Study, strata: Strata, groups: Groups, shares: Floats) -> tuple[Problem, ...]:
    """Name cells with nobody, one citizen or few, with their number."""
    found = []
    for a, arm in enumerate(study.contrast.arms):
        for s, name in enumerate(strata.ids):
            n = int(groups.sizes[a, s])
            if shares[a, s] > 0 and n < FEW:
                code = {0: "W121", 1: "W122"}.get(n, "W123")
                found.append(Problem(code, study.id, None, name, {"arm": arm, "n": n}))
            elif shares[a, s] == 0 and groups.sizes[:, s].any() and n == 0:
                found.append(Problem("W124", study.id, None, name, {"arm": arm}))
    return tuple(found)
