"""One adjustment by several methods, side by side: for data in which every citizen's path is known.

Direct standardisation, the same by one regression with the arm and centred strata, the exact
stratified bootstrap, and for a yes/no outcome Mantel-Haenszel: each row with what it estimates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.stratum_gains import Asked, Moved, groups_of
from gevinst.stats.adjusted import KR, METHODS, ODDS_RATIO, Adjusted, adjusted_differences
from gevinst.stats.intervals import level_of
from gevinst.stats.standardisation import Weighting, standard_population
from gevinst.stats.yes_no.odds_ratio import mantel_haenszel
from gevinst.study.strata import Strata, Wanted, strata_of
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.language import Label, Lang, Language, language, table
from gevinst.text.problems import Problems, StudyError, WrongValueError, suggest
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]


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

    drawn: ClassVar[tuple[str, ...]] = ("methods",)

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

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
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

    def summary(self, lang: Lang = "en") -> str:
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
                    text("bootstrap.none")
                    if math.isnan(row.estimate)
                    else text.number(row.estimate, digits),
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
        As in `gevinst.analyses.start.standardise.standardise`.
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
        E129 where the data are margins; else as `gevinst.analyses.start.standardise.standardise`.
    """
    level = level_of(confidence_level)
    asked = Asked(moved, level=level)
    found = strata_of(study, strata)
    if study.paths is None:
        raise needs_paths(study)
    groups = groups_of(study, found, asked)
    sizes = np.array([[v.size for v in of_arm] for of_arm in groups.values], dtype=np.int64)
    population = standard_population(weights, sizes, found.ids)
    shift = groups.shifts[0] - groups.shifts[1]
    found_rows = adjusted_differences(groups.values, population, level, found.ids)
    rows = [row.shifted(shift) for row in found_rows]
    label: Label = {}
    if outcome is not None:
        tables, label = _counted(study, found, outcome, time)
        pooled = mantel_haenszel(tables, confidence_level=level)
        unknown = math.nan, math.nan
        ends = pooled.low, pooled.high, pooled.pvalue
        rows.append(Adjusted("mantel_haenszel", ODDS_RATIO, pooled.estimate, *unknown, *ends))
    return Adjustment(
        weights=population.name,
        level=level,
        rows=tuple(rows),
        outcome=label,
        by=found.by,
        provenance=provenance(study),
    )


def needs_paths(study: Study) -> StudyError:
    """Return the error that paths are not known."""
    problems = Problems()
    problems.add("E129", study.id)
    return StudyError(problems)


def _counted(
    study: Study, strata: Strata, outcome: str, time: str | None
) -> tuple[NDArray[np.int64], Label]:
    """Count yes and no per arm and stratum, shape (strata, 2, 2), and name the outcome."""
    statuses = [study.items[i].id for i in study.statuses]
    outcome = one_form(outcome)
    time = study.axes.times[-1] if time is None else one_form(str(time))
    for name, read, known in (
        ("outcome", outcome, (*statuses, *study.groups)),
        ("time", time, study.axes.times),
    ):
        if read not in known:
            raise WrongValueError(name, read, "one_of", known=suggest(read, known))
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
