"""One adjustment by several methods, side by side: for data in which every citizen's path is known.

By strata direct standardisation, the same by one regression with the arm and centred strata, the
exact stratified bootstrap, and for a yes/no outcome Mantel-Haenszel. By covariates, and strata
beside them, a regression with everything crossed, and g-computation. Each row says what it
estimates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.regressed import Balanced, balanced, design_of, standard_of
from gevinst.analyses.start.stratum_gains import Asked, Moved, citizen_gains, groups_of
from gevinst.stats.adjusted import (
    KR,
    METHODS,
    ODDS_RATIO,
    SHARE,
    Adjusted,
    adjusted_differences,
    adjusted_for,
    adjusted_shares,
)
from gevinst.stats.intervals import level_of
from gevinst.stats.standardisation import Weighting, standard_population
from gevinst.stats.yes_no.odds_ratio import mantel_haenszel
from gevinst.study.covariates import covariates_of
from gevinst.study.named import label_of
from gevinst.study.strata import Strata, Wanted, all_in_one, comparable, strata_of
from gevinst.study.study import Study
from gevinst.text.form import isolated, one_form
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
        The status of the yes/no rows; empty where there are none.
    by : Label
        What the strata are strata of; empty where there are none.
    balance : tuple of Balanced
        The covariates, and how unlike the groups are in them.
    labels : mapping of str to Label
        What the arms are called.
    provenance : Provenance
        What made the result.
    """

    weights: str
    level: float
    rows: tuple[Adjusted, ...]
    outcome: Label
    by: Label
    balance: tuple[Balanced, ...]
    labels: Mapping[str, Label]
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
            "covariates": [each.to_dict() for each in self.balance],
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
                "reason": row.reason,
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
            whom=text(f"adjust.whom.{self.weights}") if self.balance else "",
            by=text.label(self.by),
            numbers=self.held_equal(text),
            outcome=text.label(self.outcome),
        )

    def held_equal(self, text: Language) -> str:
        """Name what the rows by covariates hold equal: strata, if there are any, and columns."""
        columns = dict.fromkeys(each.column for each in self.balance)
        strata = [text.label(self.by)] if self.by else []
        return ", ".join([*strata, *map(isolated, columns)])

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a table in words, in ``en`` or ``da``."""
        text = language(lang)
        heading = "heading_covariates" if self.balance else "heading"
        rows: list[list[str]] = [
            [text(f"adjust.{heading}", by=text.label(self.by), numbers=self.held_equal(text))],
            [
                "",
                text("adjust.estimate"),
                text("bootstrap.standard_error"),
                text("adjust.interval", level=text.percent(self.level)),
            ],
            [],
        ]
        said = []
        for row in self.rows:
            method = text(f"adjust.method.{row.method}")
            rows.append([method, *_cells(row, text)])
            said.append(f"{method}: {self.estimand(row, text)}")
            if row.reason is not None:
                said[-1] += f" ({text(f'adjust.reason.{row.reason}')})"
        tests = [
            text("adjust.test", p=text.p(row.pvalue)) + " " + text("outcome.label")
            for row in self.rows
            if math.isfinite(row.pvalue)
        ]
        return "\n".join([table(rows), *said, *tests, *self._covariates(text)])

    def _covariates(self, text: Language) -> list[str]:
        """Say how unlike the groups are in the covariates, and what the rows by them assume."""
        if not self.balance:
            return []
        arms = [text.label(self.labels[arm]) for arm in self.balance[0].means]
        heads = [*arms, text("adjust.population"), text("baseline.smd")]
        rows = [["", *heads], [], *([text.label(b.label), *b.cells(text)] for b in self.balance)]
        texts = {each.column: each.base for each in self.balance if each.value}
        return [
            "",
            table(rows),
            text("adjust.balance"),
            *(text("adjust.of_text", column=c, base=base) for c, base in texts.items()),
            text("adjust.assumes", numbers=self.held_equal(text)),
        ]

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
        caption = text("figure.methods_caption", level=text.percent(self.level))
        if self.balance:
            caption += " " + text("figure.methods_held", numbers=self.held_equal(text))
        return bars(
            rows,
            text,
            title=text(f"figure.methods_title{'_covariates' if self.balance else ''}"),
            alt="; ".join(alt),
            axis=text("figure.difference"),
            caption=caption,
        )


def _cells(row: Adjusted, text: Language) -> list[str]:
    """Write estimate, standard error and interval: kr. whole, shares in percentage points."""
    unit, digits = {KR: (1, 0), SHARE: (100, 1), ODDS_RATIO: (1, 2)}[row.unit]
    estimate, error, low, high = (
        text.number(unit * each, digits)
        for each in (row.estimate, row.standard_error, row.low, row.high)
    )
    none = text("bootstrap.none")
    return [
        none if math.isnan(row.estimate) else estimate,
        error if math.isfinite(row.standard_error) else "",
        text("bootstrap.limits", low=low, high=high) if math.isfinite(row.low) else none,
    ]


def adjust(
    study: Study,
    *,
    weights: Weighting = "pooled",
    strata: Wanted = None,
    covariates: Sequence[str] | str = (),
    outcome: str | None = None,
    time: str | None = None,
    moved: Moved = "as_published",
    confidence_level: float = 0.95,
) -> Adjustment:
    """Adjust a difference for strata and covariates, where citizens' paths are known.

    Parameters
    ----------
    study : Study
        Paired data, under the conventions it carries.
    weights, moved, confidence_level
        As in `gevinst.standardise`; with covariates the weights are
        ``pooled``, ``intervention`` or ``control``.
    strata : mapping, sequence or str, optional
        As there. With covariates the rows by them hold the strata equal too; a study that declares
        none, or an empty sequence, then has none.
    covariates : sequence of str, or str
        Columns that came with the citizens, from before the start: numbers, or text of which each
        value but the first is a number, 1 or 0 (`gevinst.study.covariates.covariates_of`).
    outcome : str, optional
        Id of a status, or of a group of statuses: a yes/no outcome, for Mantel-Haenszel by strata
        and for a difference of shares by covariates. All analysed citizens are counted; one who is
        lost to follow-up is not in the status.
    time : str, optional
        When; the last time by default.

    Returns
    -------
    Adjustment
        By strata the difference directly standardised, by covariates Lin's regression (2013) and
        g-computation (Robins 1986), each with its standard error and interval.

    Raises
    ------
    ValueError
        An unknown status, time or weighting; a weighted stratum in which an arm has nobody;
        covariates of a course that somebody wrote down.
    StudyError
        E129 where the data are margins; E125, E180 to E184 for covariates that cannot be held equal
        (`gevinst.study.covariates.covariates_of`, `gevinst.analyses.start.regressed.design_of`);
        else as `gevinst.standardise`.

    Examples
    --------
    >>> import gevinst as gv
    >>> study = gv.load("ishoj-smc")
    >>> rows = {
    ...     "id": range(8),
    ...     "arm": ["intervention", "control"] * 4,
    ...     "0": ["cash_benefit"] * 6 + ["resource_programme"] * 2,
    ...     "1": ["cash_benefit"] * 8,
    ...     "1.5": ["flexjob", "cash_benefit"] * 2 + ["cash_benefit"] * 4,
    ... }
    >>> paired = gv.from_persons(rows, study)
    >>> found = gv.adjust(paired, outcome="flexjob")
    >>> [row.method for row in found.rows]
    ['raw', 'direct', 'weights', 'bootstrap', 'hc2', 'hc3', 'mantel_haenszel']
    """
    level = level_of(confidence_level)
    asked = Asked(moved, level=level)
    columns = [covariates] if isinstance(covariates, str) else list(covariates)
    none = bool(columns) and (not strata if strata is not None else not study.stratification)
    comparable(study)
    found = all_in_one(study) if none else strata_of(study, strata)
    if study.paths is None:
        raise needs_paths(study)
    standard = standard_of(study, weights) if columns else (True, True)
    groups = groups_of(study, found, asked)
    population = standard_population(weights, groups.sizes, found.ids)
    label, answers = ({}, []) if outcome is None else _answers(study, outcome, time)
    balance: tuple[Balanced, ...] = ()
    by_columns: list[Adjusted] = []
    shares: list[Adjusted] = []
    if columns:
        held = covariates_of(study, columns)
        gains = [citizen_gains(study, arm, asked) for arm in study.contrast.arms]
        used = np.flatnonzero(population.shares[0]).tolist()
        design = design_of(study, held, found, used, [np.isfinite(each) for each in gains])
        fitted = design.numbers, standard, level
        by_columns = adjusted_for(design.of(gains), *fitted)
        shares = adjusted_shares(design.of(answers), *fitted) if answers else []
        balance = balanced(study, held, standard)
    by_strata = adjusted_differences(groups.values, population, level, found.ids, groups.sizes)
    shift = groups.shifts[0] - groups.shifts[1]
    rows = [row.shifted(shift) for row in (*by_strata[: 1 if none else None], *by_columns)]
    if answers and not none:
        rows.append(_pooled_odds(found, answers, study.contrast.arms, level))
    return Adjustment(
        weights=population.name,
        level=level,
        rows=(*rows, *shares),
        outcome=label,
        by={} if none else found.by,
        balance=balance,
        labels={arm: label_of(study.arms, arm) for arm in study.contrast.arms},
        provenance=provenance(study),
    )


def needs_paths(study: Study) -> StudyError:
    """Return the error that paths are not known."""
    problems = Problems()
    problems.add("E129", study.id)
    return StudyError(problems)


def _answers(study: Study, outcome: str, time: str | None) -> tuple[Label, list[Floats]]:
    """Name a yes/no outcome, and return it of each arm's citizens: 1 for yes, 0 for no."""
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
    answers = [np.isin((study.paths or {})[arm][:, t], items) for arm in study.contrast.arms]
    return label or study.items[items[0]].label, [yes.astype(np.float64) for yes in answers]


def _pooled_odds(
    strata: Strata, answers: Sequence[Floats], arms: Sequence[str], level: float
) -> Adjusted:
    """Return Mantel-Haenszel's row: yes and no per arm and stratum."""
    tables = np.zeros((len(strata.ids), 2, 2), dtype=np.int64)
    for a, (arm, yes) in enumerate(zip(arms, answers, strict=True)):
        inside = (strata.of_citizen or {})[arm]
        for column, count in enumerate((yes, 1.0 - yes)):
            tables[:, a, column] = np.bincount(inside, count, len(strata.ids))
    pooled = mantel_haenszel(tables, confidence_level=level)
    unknown = math.nan, math.nan
    ends = pooled.low, pooled.high, pooled.pvalue
    return Adjusted("mantel_haenszel", ODDS_RATIO, pooled.estimate, *unknown, *ends)
