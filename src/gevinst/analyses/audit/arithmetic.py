"""Does each figure follow from its inputs, from other figures, and all of them together?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gevinst.analyses.audit.evidence import Evidence
from gevinst.analyses.audit.finding import INCONSISTENCY, ROUNDING, Finding, Quantity
from gevinst.analyses.audit.formulas import Span
from gevinst.analyses.audit.implied import LINEAR, strips
from gevinst.analyses.published import agrees
from gevinst.study.claims import Published


def inputs(evidence: Evidence) -> Iterator[Finding]:
    """Each figure and claim against what the study's own counts, rates and lines give.

    Rates of cells are left to `gevinst.analyses.audit.rates`, which says which cells they are
    behind, and shares to `gevinst.analyses.audit.percentages`, which says which count they are.
    """
    for figure in evidence.figures:
        value = evidence.recomputed.get(figure.id)
        elsewhere = figure.measure == "share" or (
            figure.measure == "rate" and used(evidence, figure)
        )
        if value is None or elsewhere or agrees(figure, value):
            continue
        code, severity = "claim" if figure.relation != "=" else "figure", INCONSISTENCY
        if evidence.agrees(figure):
            code, severity = "rounding", ROUNDING
        digits = 1 if figure.unit == "pct" else 0
        yield Finding(
            code,
            figure.id,
            figure.source,
            figure.value,
            value,
            severity,
            values={**evidence.what(figure), "recomputed": Quantity(value, figure.unit, digits)},
        )


def used(evidence: Evidence, figure: Published) -> bool:
    """Whether any citizen of the arm was ever in the status a rate is for."""
    study = evidence.study
    if study is None or figure.item not in study.axes.items:
        return True
    at = study.axes.at
    return bool(study.counts[at("arm", figure.arm), :, at("item", figure.item)].any())


def formulas(evidence: Evidence) -> Iterator[Finding]:
    """Each figure against the other published figures it follows from, with exact roundings."""
    for name, formula in evidence.formulas.items():
        figure = evidence.by_id[name]
        found = formula.evaluate(evidence.spans)
        printed = evidence.spans[name]
        hair = 1e-9 * max(1.0, abs(figure.value))
        if _holds(figure, found, printed, hair):
            continue
        middle = formula.evaluate(
            {part: _point(evidence.by_id[part]) for part in formula.names}
        ).middle
        yield Finding(
            "formula" if figure.relation == "=" else "claim",
            name,
            figure.source,
            figure.value,
            middle,
            INCONSISTENCY,
            values={
                **evidence.what(figure),
                "recomputed": Quantity(middle, figure.unit, _digits(figure)),
                "formula": formula.text,
            },
        )


def _point(figure: Published) -> Span:
    return Span(figure.value, figure.value)


def _digits(figure: Published) -> int:
    whole = figure.rounding >= 1 or figure.unit == "citizens" or abs(figure.value) >= 1000
    return 0 if whole or figure.unit == "kr" else 2


def _holds(figure: Published, found: Span, printed: Span, hair: float) -> bool:
    if figure.relation == ">":
        return found.high > figure.value
    if figure.relation == "<":
        return found.low < figure.value
    return found.low - hair <= printed.high and printed.low - hair <= found.high


def together(evidence: Evidence) -> Iterator[Finding]:
    """All amounts at once: is there one set of unrounded rates behind them?

    If there is none, the fewest-kroner relaxation that lets one exist names the figures that stand
    out of line (least absolute deviations over the strips each printed amount leaves).
    """
    study = evidence.study
    if study is None or not study.statuses or study.masked:
        return
    figures = [f for f in study.published if f.measure in LINEAR and f.relation == "="]
    if all(agrees(figure, evidence.recomputed[figure.id]) for figure in figures):
        return  # the study's own rates are such a set
    from scipy.optimize import linprog

    free = [rate.distribution.kind != "fixed" for rate in study.rates]
    matrix, middle, half, kept = strips(study, figures)
    rows, size = matrix.shape
    relaxed = np.hstack([np.vstack([matrix, -matrix]), -np.vstack([np.eye(rows), np.eye(rows)])])
    bounds = [
        (None, None) if varies else (rate.kr, rate.kr)
        for rate, varies in zip(study.rates, free, strict=True)
    ]
    solved = linprog(
        np.r_[np.zeros(size), np.ones(rows)],
        relaxed,
        np.concatenate([middle + half, half - middle]),
        bounds=[*bounds, *[(0, None)] * rows],
    )
    if solved.x is None:
        return
    rates, excess = solved.x[:size], solved.x[size:]
    for row in np.flatnonzero(excess > 1e-6 * np.maximum(1.0, np.abs(middle))):
        figure = kept[row]
        if figure is None:
            continue
        value = float(matrix[row] @ rates)
        yield Finding(
            "together",
            figure.id,
            figure.source,
            figure.value,
            value,
            INCONSISTENCY,
            values={
                **evidence.what(figure),
                "recomputed": Quantity(value, figure.unit),
                "figures": rows,
            },
        )
