"""Does each figure follow from its inputs, from other figures, and all of them together?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gevinst.analyses.audit.evidence import Evidence, StudyEvidence, is_masked
from gevinst.analyses.audit.finding import (
    CHANGES,
    INCONSISTENCY,
    ROUNDING,
    Between,
    Finding,
    Quantity,
    Written,
    about,
)
from gevinst.analyses.audit.formulas import Span
from gevinst.analyses.audit.implied import linear_amounts, rate_bounds, strips
from gevinst.analyses.headline import headlines
from gevinst.study.claims import Published
from gevinst.study.study import Study


def follows(evidence: Evidence) -> Iterator[Finding]:
    """Each figure and claim against what it follows from: the study's inputs, other figures."""
    if isinstance(evidence, StudyEvidence):
        yield from _from_inputs(evidence)
    yield from _from_figures(evidence)


def _from_inputs(evidence: StudyEvidence) -> Iterator[Finding]:
    """Each figure and claim against what the study's own counts, rates and lines give.

    Rates of cells are left to `gevinst.analyses.audit.rates`, which says which cells they are
    behind, and shares to `gevinst.analyses.audit.percentages`, which says which count they are.
    """
    printed = headlines(evidence.study)
    for figure in evidence.figures:
        value = evidence.recomputed.get(figure.id)
        elsewhere = figure.measure == "share" or (
            figure.measure == "rate" and _used(evidence.study, figure)
        )
        if value is None or elsewhere or figure.agrees(value):
            continue
        code, severity = "claim" if figure.relation != "=" else "figure", INCONSISTENCY
        if evidence.agrees(figure):
            code, severity = "rounding", ROUNDING
        elif figure in printed:
            code, severity = "headline", CHANGES
        found = evidence.finding(code, figure, value, severity)
        found = found.tied(*evidence.ties(figure))
        off = _made_of_those(evidence, figure)
        # The headline comes first, whatever it follows from.
        yield found.tied(*map(about, off)) if code == "headline" else found.follows(off)


def _made_of_those(evidence: Evidence, figure: Published) -> list[str]:
    """Printed figures a figure follows from, while inputs do not give them."""
    formula = evidence.formulas.get(figure.id)
    if formula is None or not _holds(figure, formula.evaluate(evidence.spans), evidence):
        return []
    return [name for name in formula.names if name in evidence.off]


def _used(study: Study, figure: Published) -> bool:
    """Whether any citizen of the arm was ever in the status a rate is for."""
    if figure.item not in study.axes.items:
        return True
    at = study.axes.at
    return bool(study.counts[at("arm", figure.arm), :, at("item", figure.item)].any())


def _from_figures(evidence: Evidence) -> Iterator[Finding]:
    """Each figure against the other published figures it follows from, with exact roundings."""
    points = {
        f.id: evidence.spans[f.id] if is_masked(f) else Span(f.value, f.value)
        for f in evidence.figures
    }
    for name, formula in evidence.formulas.items():
        figure = evidence.by_id[name]
        if _holds(figure, formula.evaluate(evidence.spans), evidence):
            continue
        given = formula.evaluate(points)
        digits, several = figure.digits, {}
        if given.low < given.high:
            ends = (Quantity(end, figure.unit, digits) for end in (given.low, given.high))
            several = {"recomputed": Between(*ends)}
        found = evidence.finding(
            "formula" if figure.relation == "=" else "claim",
            figure,
            given.middle,
            formula=Written(formula.text),
            **several,
        )
        yield found.tied(about(name)).follows(_mended_by(evidence, figure))


def _mended_by(evidence: Evidence, figure: Published) -> list[str]:
    """Parts of a sum that follows with what inputs give for them.

    A figure that is to equal one other is no sum: then only two printings differ.
    """
    formula, given = evidence.formulas[figure.id], evidence.recomputed
    off = [name for name in formula.names if name in evidence.off and len(formula.names) > 1]
    put_right = {**evidence.spans, **{name: Span(given[name], given[name]) for name in off}}
    return off if off and _holds(figure, formula.evaluate(put_right), evidence) else []


def _holds(figure: Published, found: Span, evidence: Evidence) -> bool:
    if figure.relation == ">":
        return found.high > figure.value
    if figure.relation == "<":
        return found.low < figure.value
    return found.meets(evidence.spans[figure.id], 1e-9 * max(1.0, abs(figure.value)))


def ranges(evidence: Evidence) -> Iterator[Finding]:
    """Figures that lie outside the range that is printed around them."""
    for figure in evidence.figures:
        if figure.low is None or figure.high is None:
            continue
        low, high = sorted((figure.low, figure.high))
        if not evidence.spans[figure.id].meets(Span(low, high), figure.rounding / 2):
            digits = figure.digits
            ends = {k: Quantity(v, figure.unit, digits) for k, v in (("low", low), ("high", high))}
            yield evidence.finding("range", figure, **ends).tied(about(figure.id))


def together(evidence: StudyEvidence) -> Iterator[Finding]:
    """All amounts at once: is there one set of unrounded rates behind them?

    If there is none, the fewest-kroner relaxation that lets one exist names the figures that stand
    out of line (least absolute deviations over the strips each printed amount leaves).
    """
    study = evidence.study
    if not study.statuses or study.masked:
        return
    figures = linear_amounts(study)
    if all(figure.agrees(evidence.recomputed[figure.id]) for figure in figures):
        return  # the study's own rates are such a set
    from scipy.optimize import linprog

    found = strips(study, figures)
    rows, size = found.matrix.shape
    slack = np.vstack([np.eye(rows), np.eye(rows)])
    solved = linprog(
        np.r_[np.zeros(size), np.ones(rows)],
        np.hstack([found.upper, -slack]),
        found.limits,
        bounds=[*rate_bounds(study), *[(0, None)] * rows],
    )
    if solved.x is None:
        return
    rates, excess = solved.x[:size], solved.x[size:]
    for row in np.flatnonzero(excess > 1e-6 * np.maximum(1.0, np.abs(found.middle))):
        figure = found.figures[row]
        if figure is not None:
            value = float(found.matrix[row] @ rates)
            said = evidence.finding("together", figure, value, figures=rows)
            yield said.tied(about(figure.id))
