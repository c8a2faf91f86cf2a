"""The skewed start: who the groups were, and the difference with the same mix in both."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.start.baseline import cells
from gevinst.analyses.start.standardise import RAW, Standardised
from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """A sentence, the picture at start, the love plot, the bands, a table per reading.

    None, which leaves the section out, where the study declares no strata.
    """
    found = results.stratified
    if found is None:
        return None
    start = found.baseline
    level = text.percent(found.estimates[0].found.level)
    return {
        "sentence": found.sentence(text.code),
        "arms": [text.label(start.labels[arm]) for arm in start.analysed],
        "start": [
            {"label": text.label(row.label), "cells": cells(row, text)} for row in start.rows
        ],
        "more": start.sentence(text.code),
        "love": start.picture(lang=text.code),
        "figure": found.picture(lang=text.code),
        "paired": found.estimates[0].paired,
        "level": level,
        "readings": [
            {
                "title": text(f"stratify.moved.{moved}"),
                "rows": [
                    _row(found.of(weights, basis, moved), text)
                    for basis in found.bases
                    for weights in found.weightings
                ],
            }
            for moved in dict.fromkeys(each.moved for each in found.raw)
        ],
        "notes": found.notes(text),
    }


def _row(each: Standardised, text: Language) -> dict[str, Any]:
    apart = [] if each.paired else [_apart(each, text)]
    return {
        "basis": each.basis_label(text) if each.weights == RAW else "",
        "weights": text(f"stratify.weights.{each.weights}"),
        "cells": [*each.found.written(text), *apart],
    }


def _apart(each: Standardised, text: Language) -> str:
    return text("bootstrap.none") if each.independent is None else text.number(each.independent)
