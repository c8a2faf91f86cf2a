"""Figures of different kinds set against each other: flows and one-offs, years, groups."""

from __future__ import annotations

from collections.abc import Iterator

from gevinst.analyses.audit.evidence import Evidence, StudyEvidence
from gevinst.analyses.audit.finding import Finding, Place, Quantity, Written

_WITHIN_ONE_ARM = ("gain", "gain_per_citizen", "net_gain", "net_gain_per_citizen", "cost_change")


def flow_and_one_off(evidence: StudyEvidence) -> Iterator[Finding]:
    """An annual flow with a one-off amount subtracted from it."""
    said: set[str] = set()
    for figure in evidence.figures if evidence.annual else ():
        if figure.measure != "net_gain" or figure.relation != "=" or figure.arm in said:
            continue
        a = evidence.study.axes.at("arm", figure.arm)
        flow, once = float(evidence.gain.gain[a]), float(evidence.gain.investment[a])
        if once:
            said.add(figure.arm)
            values = {"flow": Quantity(flow), "once": Quantity(once)}
            yield evidence.finding("flow_and_one_off", figure, **values).tied("annual")


def said_as(evidence: Evidence) -> Iterator[Finding]:
    """An annual flow called a total, or a before-after number presented as the effect."""
    for figure in evidence.figures:
        if figure.measure in _WITHIN_ONE_ARM:
            if figure.said_as == "total" and evidence.annual:
                yield evidence.finding("flow_as_total", figure, quote=figure.quote).tied("annual")
            elif figure.said_as == "effect":
                yield evidence.finding("before_after_as_effect", figure, quote=figure.quote)


def years(evidence: Evidence) -> Iterator[Finding]:
    """Figures that cover different numbers of years, joined in one formula."""
    for name, formula in evidence.formulas.items():
        joined = [evidence.by_id[part].years for part in (*formula.names, name)]
        covered = sorted({years for years in joined if years is not None})
        if len(covered) > 1:
            said = Place(tuple(Quantity(n, "number", int(n != round(n))) for n in covered))
            figure = evidence.by_id[name]
            found = evidence.finding("years", figure, formula=Written(formula.text), years=said)
            yield found.tied(f"years {covered}")
