"""The published calculation, line by line."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.gain import Gain, item_said
from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """The numbers it is about, and a table per arm."""
    gain, study = results.gain, results.study
    return {
        "headline": _headline(gain, text),
        "arms": [_table(gain, a, text) for a in range(len(study.arms))],
        "times": [text.label(time.label) for time in study.times],
        "horizon": text(f"horizon.{gain.convention}"),
        "unit": text("gain.kr" if study.statuses else "unit.kr"),
        "statuses": bool(study.statuses),
        "payers": _payers(gain, text),
    }


def _headline(gain: Gain, text: Language) -> dict[str, Any]:
    """The net gain of each group and the difference, and what they are of."""
    study = gain.study
    over = study.comparison.over if study.comparison else {}
    over_said = f" {text.label(over)}" if over else ""
    cost = gain.contrast_only
    number = text("gain.cost_per_citizen" if cost else "gain.net_gain_per_citizen") + over_said
    rows = []
    for a, arm in enumerate(study.arms):
        citizens = text("gain.citizens", n=arm.analysed)
        if study.stated and arm.id == study.contrast.reference:
            citizens = text("report.headline.same")
        net = float(gain.net_gain_per_citizen[a])
        rows.append([text.label(arm.label), citizens, text.kr(-net if cost else net)])
    foot = [[text("report.headline.difference"), "", text.kr(gain.difference)]]
    if study.stated:
        treated = next(arm for arm in study.arms if arm.id == study.contrast.treated)
        citizens = text("gain.citizens", n=treated.analysed)
        foot.append([text("report.headline.total"), citizens, text.kr(gain.total)])
        if (printed := gain.printed_total) is not None:
            foot.append([text("report.headline.total_printed"), "", text.kr(printed)])
    return {
        "heads": ["", text("report.headline.citizens"), number],
        "rows": rows,
        "foot": foot,
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
            "label": item_said(study.items[i], text),
            "counts": list(map(text.number, study.counts[a, :, i]))
            if study.items[i].status
            else [],
            "rate": gain.monthly(a, i, text) if study.items[i].status else "",
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
        "present": [] if gain.present is None else list(map(text.number, gain.present[a])),
        "totals": [(text(key), text.number(kr)) for key, kr in gain.totals(a)],
    }
