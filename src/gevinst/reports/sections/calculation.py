"""The published calculation, line by line."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.gain import Gain
from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """A table per arm, and the difference."""
    gain, study = results.gain, results.study
    return {
        "arms": [_table(gain, a, text) for a in range(len(study.arms))],
        "times": [text.label(time.label) for time in study.times],
        "horizon": text(f"horizon.{study.conventions.horizon}"),
        "unit": text("gain.kr" if study.statuses else "unit.kr"),
        "statuses": bool(study.statuses),
        "difference": gain.said(text),
        "payers": _payers(gain, text),
    }


def _payers(gain: Gain, text: Language) -> list[list[str]]:
    """A row per payer and one of all, where there are several; costs where only those have a sense.

    In kr. per citizen.
    """
    study = gain.study
    if len(study.payers) < 2:
        return []
    found, arms = gain.payers(), study.contrast.arms
    sign = -1.0 if gain.contrast_only else 1.0
    rows = [[*(sign * of[arm] for arm in arms), of["difference"]] for of in found.values()]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    names = [
        *(text.label(payer.label) for payer in study.payers),
        text("report.calculation.everybody"),
    ]
    heads = [
        text(
            "report.calculation.cost_by_payer"
            if gain.contrast_only
            else "report.calculation.by_payer"
        ),
        *(text.label(study.labels[arm]) for arm in arms),
        text("report.headline.difference"),
    ]
    said = [[name, *map(text.number, row)] for name, row in zip(names, rows, strict=True)]
    return [heads, *said]


def _table(gain: Gain, a: int, text: Language) -> dict[str, Any]:
    study, arm = gain.study, gain.study.arms[a]
    lines = [
        {
            "label": text.label(study.items[i].label),
            "counts": list(map(str, study.counts[a, :, i])) if study.items[i].status else [],
            "rate": " / ".join(map(text.number, gain.monthly(a, i)))
            if study.items[i].status
            else "",
            "kr": list(map(text.number, gain.cells[a, :, i])),
        }
        for i in gain.shown(a)
    ]
    return {
        "label": text.label(arm.label),
        "citizens": text("gain.citizens", n=arm.analysed),
        "enrolled": text(
            "report.calculation.enrolled" if arm.dropouts else "report.calculation.all",
            n=arm.enrolled,
            gone=arm.dropouts,
        ),
        "lines": lines,
        "cost": list(map(text.number, gain.cost[a])),
        "totals": [(text(key), text.number(kr)) for key, kr in gain.totals(a)],
    }
