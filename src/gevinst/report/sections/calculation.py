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
        "statuses": bool(study.statuses),
        "difference": text.kr(gain.difference),
        "agree": text("check.agree", n=len(values) - len(differ), all=len(values))
        if values
        else "",
        "differ": differ,
    }


def _table(gain: Gain, a: int, text: Language) -> dict[str, Any]:
    study, arm = gain.study, gain.study.arms[a]
    lines = []
    for i, item in enumerate(study.items):
        if item.investment or not (study.counts[a, :, i].any() or gain.cells[a, :, i].any()):
            continue
        rates = study.rate_maps[study.conventions.rates][a, 0, :, i]
        monthly = dict.fromkeys(text.number(study.rates[r].kr / 12) for r in rates if r >= 0)
        lines.append(
            {
                "label": text.label(item.label),
                "counts": [str(n) for n in study.counts[a, :, i]] if item.status else [],
                "rate": " / ".join(monthly) if item.status else "",
                "kr": [text.number(kr) for kr in gain.cells[a, :, i]],
            }
        )
    totals = [
        (text("gain.gain"), text.number(gain.gain[a])),
        (text("gain.gain_per_citizen"), text.number(gain.gain[a] / arm.analysed)),
    ]
    if gain.investment[a]:
        totals += [
            (text("gain.investment"), text.number(gain.investment[a])),
            (text("gain.net_gain"), text.number(gain.net_gain[a])),
            (text("gain.net_gain_per_citizen"), text.number(gain.net_gain_per_citizen[a])),
        ]
    return {
        "label": text.label(arm.label),
        "citizens": text("gain.citizens", n=arm.analysed),
        "enrolled": text("report.calculation.enrolled", n=arm.enrolled, gone=arm.dropouts),
        "lines": lines,
        "cost": [text.number(kr) for kr in gain.cost[a]],
        "totals": totals,
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
