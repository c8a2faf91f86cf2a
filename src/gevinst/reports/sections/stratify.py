"""The skewed start: who the groups were, and the difference with the same mix in both."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.start.standardise import RAW, Standardised
from gevinst.analyses.start.stratify import Stratified
from gevinst.reports.results import Results
from gevinst.stats.standardisation import WEIGHTS
from gevinst.study.study import Study
from gevinst.text.language import Language
from gevinst.text.problems import Problem


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """The sentence, the difference as it is and with the same mix, and who they were at start.

    None, which leaves the section out, where the study declares no strata.
    """
    found = results.stratified
    if found is None:
        return None
    start = found.baseline
    answer = [
        _row(found.of(weights, basis, found.moved), text)
        for basis in found.bases
        for weights in (RAW, WEIGHTS[0])
    ]
    head, clauses, signs = found.said(text)
    return {
        "sentence": f"{head}:",
        "clauses": [f"{said[0].upper()}{said[1:]}." for said in (*clauses, signs)],
        "lead": f"report.stratify.lead{_known(found.estimates[0])}",
        "answer": [_heads(found, text), *answer],
        "start": start.tables(text),
        "more": start.sentence(text.code),
    }


def _known(first: Standardised) -> str:
    """How far the data fix the difference, as the lead's key says it."""
    return "_paired" if first.paired else "_counted" if first.couplings else ""


def weights(results: Results, text: Language) -> dict[str, Any] | None:
    """Every choice of weights, of rates, and of the moved: the bands, a table each, and the plot.

    None, which leaves it out, where the study declares no strata.
    """
    found = results.stratified
    if found is None:
        return None
    return {
        "figure": found.picture(lang=text.code),
        "readings": [
            {
                "title": text(f"stratify.moved.{moved}"),
                "heads": _heads(found, text),
                "rows": [
                    _row(found.of(weights, basis, moved), text)
                    for basis in found.bases
                    for weights in found.weightings
                ],
            }
            for moved in dict.fromkeys(each.moved for each in found.raw)
        ],
        "notes": [*found.notes(text), *(_warned(w, results.study, text) for w in found.warnings)],
        "love": found.baseline.picture(lang=text.code),
    }


def _warned(warning: Problem, study: Study, text: Language) -> str:
    """Say a warning of a cell by the labels of its stratum and its arm."""
    stratum = study.labels.get(warning.read, {text.code: warning.read})
    said = {"arm": text.label(study.labels[warning.values["arm"]]), "n": warning.values.get("n")}
    return text(f"report.weights.{warning.code}", stratum=text.label(stratum), **said)


def _heads(found: Stratified, text: Language) -> list[str]:
    paired, level = found.estimates[0].paired, text.percent(found.estimates[0].found.level)
    return [
        text("report.stratify.basis"),
        text("report.stratify.weights"),
        text("stratify.difference" if paired else "stratify.allowed"),
        text("adjust.interval" if paired else "stratify.interval", level=level),
        *([] if paired else [text("coupling.independent")]),
    ]


def _row(each: Standardised, text: Language) -> list[str]:
    return [
        each.basis_label(text) if each.weights == RAW else "",
        text(f"stratify.weights.{each.weights}"),
        *each.found.written(text),
        *([] if each.paired else [_apart(each, text)]),
    ]


def _apart(each: Standardised, text: Language) -> str:
    return text("bootstrap.none") if each.independent is None else text.number(each.independent)
