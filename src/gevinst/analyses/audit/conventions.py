"""Figures of different kinds set against each other: flows and one-offs, years, groups."""

from __future__ import annotations

from collections.abc import Iterator

from gevinst.analyses.audit.evidence import Evidence
from gevinst.analyses.audit.finding import INCONSISTENCY, Finding, Place, Quantity

_WITHIN_ONE_ARM = ("gain", "gain_per_citizen", "net_gain", "net_gain_per_citizen", "cost_change")


def flow_and_one_off(evidence: Evidence) -> Iterator[Finding]:
    """An annual flow with a one-off amount subtracted from it."""
    study, calculated = evidence.study, evidence.gain
    if study is None or calculated is None or study.conventions.horizon != "annual_end":
        return
    said: set[str] = set()
    for figure in evidence.figures:
        if figure.measure != "net_gain" or figure.relation != "=" or figure.arm in said:
            continue
        a = study.axes.at("arm", figure.arm)
        if calculated.investment[a]:
            said.add(figure.arm)
            yield Finding(
                "flow_and_one_off",
                figure.id,
                figure.source,
                figure.value,
                None,
                INCONSISTENCY,
                values={
                    **evidence.what(figure),
                    "flow": Quantity(float(calculated.gain[a])),
                    "once": Quantity(float(calculated.investment[a])),
                },
            )


def said_as(evidence: Evidence) -> Iterator[Finding]:
    """An annual flow called a total, or a before-after number presented as the effect."""
    study = evidence.study
    annual = study is not None and study.conventions.horizon == "annual_end"
    for figure in evidence.figures:
        if figure.measure not in _WITHIN_ONE_ARM:
            continue
        if figure.said_as == "total" and annual:
            code = "flow_as_total"
        elif figure.said_as == "effect":
            code = "before_after_as_effect"
        else:
            continue
        yield Finding(
            code,
            figure.id,
            figure.source,
            figure.value,
            None,
            INCONSISTENCY,
            values={**evidence.what(figure), "quote": figure.quote},
        )


def _years(value: float) -> Quantity:
    return Quantity(value, "number", 0 if value == round(value) else 1)


def years(evidence: Evidence) -> Iterator[Finding]:
    """Figures that cover different numbers of years, joined in one formula."""
    for name, formula in evidence.formulas.items():
        joined = [evidence.by_id[part].years for part in (*formula.names, name)]
        covered = {years for years in joined if years is not None}
        if len(covered) > 1:
            figure = evidence.by_id[name]
            yield Finding(
                "years",
                name,
                figure.source,
                figure.value,
                None,
                INCONSISTENCY,
                values={
                    **evidence.what(figure),
                    "formula": formula.text,
                    "years": Place(tuple(_years(value) for value in sorted(covered))),
                },
            )
