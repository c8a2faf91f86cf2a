"""The published calculation, line by line, and which printed figures it does not give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.gain import Gain
from gevinst.published import agrees, recompute
from gevinst.study import Published
from gevinst.text import Language

if TYPE_CHECKING:
    from gevinst.report.page import Results


def context(results: Results, text: Language) -> dict[str, Any]:
    """A table per arm, and the published figures that do not come out."""
    gain, study = results.gain, results.study
    values = [(figure, recompute(gain, figure)) for figure in study.published]
    differ = [_finding(gain, f, value, text) for f, value in values if not agrees(f, value)]
    return {
        "arms": [_table(gain, a, text) for a in range(len(study.arms))],
        "times": [text.label(time.label) for time in study.times],
        "horizon": text(f"horizon.{study.conventions.horizon}"),
        "unit": text("gain.kr" if study.statuses else "unit.kr"),
        "statuses": bool(study.statuses),
        "difference": text.kr(gain.difference),
        "agree": text("check.agree", n=len(values) - len(differ), all=len(values))
        if values
        else "",
        "differ": differ,
    }


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
        "enrolled": text("report.calculation.enrolled", n=arm.enrolled, gone=arm.dropouts),
        "lines": lines,
        "cost": list(map(text.number, gain.cost[a])),
        "totals": [(text(key), text.number(kr)) for key, kr in gain.totals(a)],
    }


def _finding(gain: Gain, figure: Published, value: float, text: Language) -> dict[str, str]:
    study = gain.study
    names = {named.id: named.label for named in (*study.arms, *study.times, *study.items)}
    names |= {name: label for name, (label, _) in study.groups.items()}
    names |= {named.id: named.label for named in study.activity_items}
    where = (figure.arm, figure.item, figure.since, figure.time)
    places = [text.label(names[part]) if part in names else part for part in where if part]
    relation = "" if figure.relation == "=" else f"{figure.relation} "
    digits = 1 if figure.unit == "pct" else 0
    return {
        "what": f"{text('measure.' + figure.measure)}: {', '.join(places)}",
        "published": relation + text.number(figure.value),
        "recomputed": text.number(value, digits),
        "unit": text(f"unit.{figure.unit.replace('/', '_per_')}"),
        "source": figure.source,
    }
