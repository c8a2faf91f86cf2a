"""One adjustment by several methods, side by side: for data in which every citizen's path is known.

Direct standardisation, the same by one regression with the arm and centred strata, the exact
stratified bootstrap, and for a yes/no outcome Mantel-Haenszel: each row with what it estimates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.stratum_gains import Asked, Moved, groups_of
from gevinst.stats.intervals import level_of
from gevinst.stats.mean.atoms import Component
from gevinst.stats.mean.estimate import bootstrap_mean_difference, or_none
from gevinst.stats.mean.law import MeanLaw
from gevinst.stats.odds_ratio import mantel_haenszel
from gevinst.stats.standardisation import (
    GIVEN,
    Direct,
    StandardPopulation,
    Weighting,
    direct,
    standard_population,
)
from gevinst.study.strata import Strata, Wanted, all_in_one, strata_of
from gevinst.study.study import Study
from gevinst.text.language import Label, Language, language, table
from gevinst.text.problems import Problems, StudyError, suggest
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]

KR, ODDS_RATIO = "kr", "odds_ratio"
"""Units of a row: kr. per citizen, and an odds ratio."""
METHODS = ("raw", "direct", "weights", "bootstrap", "hc2", "hc3")
"""The rows of a difference in kr."""


@dataclass(frozen=True)
class Adjusted:
    """One method's estimate.

    Parameters
    ----------
    method : str
        One of `METHODS`, or ``mantel_haenszel``.
    unit : str
        `KR` per citizen, or `ODDS_RATIO`.
    estimate, standard_error, degrees_of_freedom : float
        NaN where the method has none.
    low, high : float
        Interval; NaN where a weighted cell holds one citizen.
    pvalue : float
        Of the Mantel-Haenszel test that no stratum's odds differ; NaN for differences in kr., which
        get none.
    """

    method: str
    unit: str
    estimate: float
    standard_error: float
    degrees_of_freedom: float
    low: float
    high: float
    pvalue: float = math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not there is None."""
        found = {
            "method": self.method,
            "unit": self.unit,
            "estimate": or_none(self.estimate),
            "standard_error": or_none(self.standard_error),
            "degrees_of_freedom": or_none(self.degrees_of_freedom),
            "low": or_none(self.low),
            "high": or_none(self.high),
        }
        return found | ({"pvalue": or_none(self.pvalue)} if self.unit == ODDS_RATIO else {})


@dataclass(frozen=True, eq=False, repr=False)
class Adjustment(Result):
    """The methods side by side.

    Parameters
    ----------
    weights : str
        The standard population of all rows in kr. but the raw one.
    level : float
        Of the intervals.
    rows : tuple of Adjusted
        One per method.
    outcome : Label
        The status of the yes/no row; empty where there is none.
    by : Label
        What the strata are strata of.
    provenance : Provenance
        What made the result.
    """

    weights: str
    level: float
    rows: tuple[Adjusted, ...]
    outcome: Label
    by: Label
    provenance: Provenance

    pictures: ClassVar[tuple[str, ...]] = ("methods",)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON; estimands in both languages."""
        rows = [
            {
                **row.to_dict(),
                "estimand": {lang: self.estimand(row, language(lang)) for lang in ("da", "en")},
            }
            for row in self.rows
        ]
        return {
            "study": self.provenance.study,
            "weights": self.weights,
            "level": self.level,
            "methods": rows,
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """One row per method: estimate, standard error, limits, and the estimand in words."""
        import pandas as pd

        text = language(lang)
        rows = [
            {
                "method": row.method,
                "unit": row.unit,
                "estimate": row.estimate,
                "standard_error": row.standard_error,
                "degrees_of_freedom": row.degrees_of_freedom,
                "low": row.low,
                "high": row.high,
                "estimand": self.estimand(row, text),
            }
            for row in self.rows
        ]
        return pd.DataFrame(rows).set_index("method")

    def estimand(self, row: Adjusted, text: Language) -> str:
        """Say what a row estimates, and for whom."""
        return text(
            f"adjust.estimand.{row.method}",
            weights=text(f"stratify.weights.{self.weights}"),
            by=text.label(self.by),
            outcome=text.label(self.outcome),
        )

    def summary(self, lang: str = "en") -> str:
        """Say the result as a table in words, in ``en`` or ``da``."""
        text = language(lang)
        rows: list[list[str]] = [
            [text("adjust.heading", by=text.label(self.by))],
            [
                "",
                text("adjust.estimate"),
                text("bootstrap.standard_error"),
                text("adjust.interval", level=text.percent(self.level)),
            ],
            [],
        ]
        for row in self.rows:
            digits = 0 if row.unit == KR else 2
            limits = text("bootstrap.none")
            if math.isfinite(row.low):
                low, high = text.number(row.low, digits), text.number(row.high, digits)
                limits = text("bootstrap.limits", low=low, high=high)
            error = row.standard_error
            rows.append(
                [
                    text(f"adjust.method.{row.method}"),
                    text.number(row.estimate, digits)
                    if math.isfinite(row.estimate)
                    else text("bootstrap.none"),
                    text.number(error, digits) if math.isfinite(error) else "",
                    limits,
                ]
            )
        said = [
            f"{text(f'adjust.method.{row.method}')}: {self.estimand(row, text)}"
            for row in self.rows
        ]
        tests = [
            text("adjust.test", p=text.p(row.pvalue)) + " " + text("outcome.label")
            for row in self.rows
            if math.isfinite(row.pvalue)
        ]
        return "\n".join([table(rows), *said, *tests])

    def _methods_picture(self, text: Language) -> Picture:
        """A row per method with an interval in kr., against zero."""
        from gevinst.plots.bars import Bar, Row, bars
        from gevinst.plots.style import DARK, POINT

        rows, alt = [], []
        for row in (r for r in self.rows if r.unit == KR and math.isfinite(r.low)):
            label = text(f"adjust.method.{row.method}")
            ends = text.number(row.low), text.number(row.high)
            colour = POINT if row.method == METHODS[0] else DARK
            bar = Bar(row.low, row.high, colour, labels=ends, dot=row.estimate)
            rows.append(Row(label, (bar,)))
            alt.append(text("figure.bar_alt", source=label, low=ends[0], high=ends[1]))
        return bars(
            rows,
            text,
            title=text("figure.methods_title"),
            alt="; ".join(alt),
            axis=text("figure.difference"),
            caption=text("figure.methods_caption", level=text.percent(self.level)),
        )


def adjust(
    study: Study,
    *,
    weights: Weighting = "pooled",
    strata: Wanted = None,
    outcome: str | None = None,
    time: str | None = None,
    moved: Moved = "as_published",
    confidence_level: float = 0.95,
) -> Adjustment:
    """Adjust a difference for strata by several methods, where citizens' paths are known.

    Parameters
    ----------
    study : Study
        Paired data, under the conventions it carries.
    weights, strata, moved, confidence_level
        As in `gevinst.analyses.standardise.standardise`.
    outcome : str, optional
        Id of a status, or of a group of statuses: a yes/no outcome for Mantel-Haenszel.
    time : str, optional
        When; the last time by default.

    Returns
    -------
    Adjustment

    Raises
    ------
    ValueError
        An unknown status, time or weighting; a weighted stratum in which an arm has nobody.
    StudyError
        E129 where the data are margins; else as `gevinst.analyses.standardise.standardise`.
    """
    level = level_of(confidence_level)
    asked = Asked(moved, level=level)
    found = strata_of(study, strata)
    if study.paths is None:
        raise _margins(study)
    groups = groups_of(study, found, asked)
    sizes = np.array([[v.size for v in of_arm] for of_arm in groups.values], dtype=np.int64)
    population = standard_population(weights, sizes, found.ids)
    shift = groups.shifts[0] - groups.shifts[1]
    rows = list(_differences(groups.values, found, population, shift, level))
    label: Label = {}
    if outcome is not None:
        tables, label = _counted(study, found, outcome, time)
        pooled = mantel_haenszel(tables, confidence_level=level)
        unknown = math.nan, math.nan
        ends = pooled.low, pooled.high, pooled.pvalue
        rows.append(Adjusted("mantel_haenszel", ODDS_RATIO, pooled.estimate, *unknown, *ends))
    return Adjustment(
        weights=weights if isinstance(weights, str) else GIVEN,
        level=level,
        rows=tuple(rows),
        outcome=label,
        by=found.by,
        provenance=provenance(study),
    )


def citizen_frame(study: Study, *, strata: Wanted = None) -> pd.DataFrame:
    """Return one row per analysed citizen of paired data, ready for a regression.

    Parameters
    ----------
    study : Study
        Paired data, under the conventions it carries.
    strata : mapping, sequence or str, optional
        As in `gevinst.analyses.standardise.standardise`.

    Returns
    -------
    DataFrame
        ``id``; ``arm``; ``treated``, 1 in the intervention group; ``stratum``; ``cost_<time>``, kr.
        a year at each time; ``gain``, kr., lines and investment of the arm included, so that its
        mean is the arm's net gain per citizen; then the columns that came with the citizens.

    Raises
    ------
    StudyError
        E129 where the data are margins; else as `gevinst.analyses.standardise.standardise`.
    """
    import pandas as pd

    found = strata_of(study, strata)
    if study.paths is None or found.of_citizen is None:
        raise _margins(study)
    everybody = all_in_one(study)
    groups = groups_of(study, everybody, Asked())
    costs, times = study.status_costs, np.arange(len(study.times))
    frames = []
    for a, arm in enumerate(study.contrast.arms):
        cost = costs[study.axes.at("arm", arm)][times, study.paths[arm]]
        columns: dict[str, object] = {
            "id": study.citizens[arm]["id"],
            "arm": arm,
            "treated": 1 - a,
            "stratum": [found.ids[s] for s in found.of_citizen[arm]],
            **{f"cost_{time}": cost[:, t] for t, time in enumerate(study.axes.times)},
            "gain": groups.values[a][0] + groups.shifts[a],
        }
        others = {c: v for c, v in study.citizens[arm].items() if c not in columns}
        frames.append(pd.DataFrame({**columns, **others}))
    return pd.concat(frames, ignore_index=True)


def _margins(study: Study) -> StudyError:
    """Return the error that paths are not known."""
    problems = Problems()
    problems.add("E129", study.id)
    return StudyError(problems)


def _differences(
    groups: Sequence[Sequence[Floats]],
    strata: Strata,
    population: StandardPopulation,
    shift: float,
    level: float,
) -> list[Adjusted]:
    """Return a row per method for a difference in kr. per citizen."""
    from scipy.special import stdtrit

    found = direct(groups, population)
    if not math.isfinite(found.estimate):
        empty = strata.ids[int(np.argmax(((found.weights > 0) & (found.sizes == 0)).any(axis=0)))]
        raise ValueError(
            f"strata: an arm has nobody in '{empty}', so there is no estimate; "
            'write weights="overlap", or merge strata'
        )
    t = float(stdtrit(found.degrees_of_freedom, (1 + level) / 2))
    estimate = found.estimate + shift
    plain = bootstrap_mean_difference(
        *(np.concatenate(list(group)) for group in groups), confidence_level=level
    )
    welch = plain.interval("welch")
    rows = [
        Adjusted(
            "raw",
            KR,
            plain.estimate + shift,
            plain.standard_error,
            plain.degrees_of_freedom,
            welch.low + shift,
            welch.high + shift,
        )
    ]
    for method, error in (
        ("direct", found.standard_error),
        ("weights", found.standard_error_with_weights),
    ):
        rows.append(
            Adjusted(
                *(method, KR, estimate, error, found.degrees_of_freedom),
                *(estimate - t * error, estimate + t * error),
            )
        )
    low, high = _exact_limits(groups, found, t)
    freedom = found.degrees_of_freedom
    rows.append(Adjusted("bootstrap", KR, estimate, math.nan, freedom, low + shift, high + shift))
    return [*rows, *(_regressed(groups, found, kind, shift, level) for kind in ("hc2", "hc3"))]


def _exact_limits(
    groups: Sequence[Sequence[Floats]], found: Direct, t: float
) -> tuple[float, float]:
    """Expanded percentile limits of the exact law of citizens resampled within their stratum.

    The standardised difference is a sum of independent means, each of values times its weight
    (`gevinst.stats.mean.law.MeanLaw`); the level is expanded as for two groups (Hesterberg 2015,
    4.4).
    """
    from scipy.special import ndtr

    parts = [
        Component.of(found.weights[a, s] * values, (1, -1)[a])
        for a, group in enumerate(groups)
        for s, values in enumerate(group)
        if found.weights[a, s] > 0
    ]
    law = MeanLaw(parts)
    if not (found.standard_error > 0 and law.sd > 0):
        return math.nan, math.nan
    tail = max(float(ndtr(-t * found.standard_error / law.sd)), 1e-12)
    low, high = law.quantile(np.array([tail, 1 - tail])).tolist()
    return low, high


def _regressed(
    groups: Sequence[Sequence[Floats]], found: Direct, kind: str, shift: float, level: float
) -> Adjusted:
    """Return the coefficient of the arm in a regression on arm x strata centred at the weights.

    With every interaction the arm's coefficient is the effect at the strata's weighted mean, which
    is the standardised difference (Lin 2013, Annals of Applied Statistics 7(1), 295-318), and
    HC2's standard error is that of direct standardisation.
    """
    import statsmodels.api as sm  # type: ignore[import-untyped]

    used = [s for s in range(found.weights.shape[1]) if found.weights[0, s] > 0]
    if (found.sizes[:, used] < 2).any():
        return Adjusted(kind, KR, found.estimate + shift, *[math.nan] * 4)
    values = np.concatenate([groups[a][s] for a in (0, 1) for s in used])
    arm = np.concatenate([np.full(groups[a][s].size, 1.0 - a) for a in (0, 1) for s in used])
    inside = [np.full(groups[a][s].size, s) for a in (0, 1) for s in used]
    stratum = np.concatenate(inside)
    centred = [(stratum == s) - found.weights[0, s] for s in used[1:]]
    columns = [np.ones_like(arm), arm, *centred, *(arm * column for column in centred)]
    fitted = sm.OLS(values, np.column_stack(columns)).fit(cov_type=kind.upper(), use_t=True)
    low, high = fitted.conf_int(alpha=1 - level)[1].tolist()
    return Adjusted(
        kind,
        KR,
        float(fitted.params[1]) + shift,
        float(fitted.bse[1]),
        float(fitted.df_resid),
        low + shift,
        high + shift,
    )


def _counted(
    study: Study, strata: Strata, outcome: str, time: str | None
) -> tuple[NDArray[np.int64], Label]:
    """Count yes and no per arm and stratum, shape (strata, 2, 2), and name the outcome."""
    statuses = [study.items[i].id for i in study.statuses]
    time = study.axes.times[-1] if time is None else str(time)
    for name, read, known in (
        ("outcome", outcome, (*statuses, *study.groups)),
        ("time", time, study.axes.times),
    ):
        if read not in known:
            near = ", ".join(suggest(read, known))
            raise ValueError(f"{name}: read '{read}'; write one of: {near}")
    label, members = study.groups.get(outcome, ({}, (outcome,)))
    items = [study.axes.at("item", member) for member in members]
    t = study.axes.at("time", time)
    tables = np.zeros((len(strata.ids), 2, 2), dtype=np.int64)
    for a, arm in enumerate(study.contrast.arms):
        yes = np.isin((study.paths or {})[arm][:, t], items)
        where = (strata.of_citizen or {})[arm]
        for s in range(len(strata.ids)):
            tables[s, a] = int(yes[where == s].sum()), int((~yes)[where == s].sum())
    return tables, label or study.items[items[0]].label
