"""Effects from elsewhere: what was measured, when it is there, and what one of it comes to."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.elsewhere.borrowed import size_said, sure_said
from gevinst.reports.results import Results
from gevinst.reports.sections.cited import cited
from gevinst.study.elsewhere.effects import Consequence, treated
from gevinst.study.study import Study
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """Three tables, and what the answer is without what takes the effects down.

    None, which leaves the section out, where the study's effects are its own.
    """
    study, found = results.study, results.simulation.provenance.borrowed
    if study.elsewhere is None or found is None:
        return None
    said = study.elsewhere
    heads = {
        "effects": ("effect", "size", "sure", "expected", "source"),
        "course": ("effect",),
        "consequences": ("effect", "item", "comes_to", "paid_by", "when", "source"),
    }
    named = {name: [text(f"report.elsewhere.{h}") for h in each] for name, each in heads.items()}
    named["course"] += [text.label(time.label) for time in study.times]
    stated = {(each.effect, each.time) for each in said.presence}
    return {
        "effects": [
            named["effects"],
            *(
                [
                    text.label(each.label),
                    size_said(each, text),
                    sure_said(each, text),
                    text.percent(each.transfer),
                    cited(each.source, study),
                ]
                for each in found.effects
            ),
        ],
        "course": [
            named["course"],
            *(
                [
                    text.label(each.label),
                    *(
                        text.percent(said.present(each.id, time))
                        if (each.id, time) in stated
                        else text("report.elsewhere.unstated")
                        for time in study.axes.times
                    ),
                ]
                for each in found.effects
            ),
        ],
        "open": any(
            (each.id, time) not in stated for each in found.effects for time in study.axes.times
        ),
        "consequences": [
            named["consequences"],
            *(_consequence(study, each, text) for each in said.consequences),
        ],
        "lines": [*found.transfer(text), *found.off(text)],
    }


def _consequence(study: Study, each: Consequence, text: Language) -> list[str]:
    """Say what one of an effect comes to in an item, who has it, and when."""
    said = study.elsewhere
    effect = None if said is None else said.effect(each.effect)
    rate = next(rate for rate in study.rates if rate.id == each.rate)
    t = study.axes.at("time", each.time or study.axes.times[0])
    i = study.axes.at("item", each.item)
    a = study.axes.at("arm", treated(study))
    shares = zip(study.payers, study.shares[study.conventions.payers][a, 0, t, i], strict=True)
    paying = [(text.label(payer.label), float(share)) for payer, share in shares if share]
    item = study.items[i]
    way = "less" if each.falls else "more"
    key = f"report.elsewhere.{'income' if item.income else 'cost'}_{way}"
    return [
        text.label(effect.label) if effect else "",
        text.label(item.label),
        text(key, kr=text.kr(rate.kr), one=text(f"report.elsewhere.one_{effect.unit}"))
        if effect
        else "",
        ", ".join(
            who if len(paying) == 1 else f"{who} {text.percent(share)}" for who, share in paying
        ),
        text.label(study.times[t].label) if each.time else text("report.elsewhere.each_time"),
        cited(each.source, study),
    ]
