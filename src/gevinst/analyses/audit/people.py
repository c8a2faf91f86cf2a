"""Enrolled, dropped out, moved, analysed: do they add up, and who costs nothing?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gevinst.analyses.audit.evidence import Evidence
from gevinst.analyses.audit.finding import Finding, Place, Quantity
from gevinst.analyses.gain import gain
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.sources import latents


def lost_at_no_cost(evidence: Evidence) -> Iterator[Finding]:
    """Citizens lost to follow-up who are entered at no cost, as if they had been saved."""
    study, calculated = evidence.study, evidence.gain
    if study is None or calculated is None or not study.statuses:
        return
    lost = [i for i, item in enumerate(study.items) if item.lost]
    last = len(study.times) - 1
    for a, arm in enumerate(study.arms):
        n = int(study.counts[a, last, lost].sum())
        spent = float(calculated.cells[a, last, lost].sum())
        if n == 0 or spent > 0.0 or study.conventions.horizon != "annual_end":
            continue
        # As the others in the arm at that time cost on average: missing at random within it.
        mean = float(calculated.cost[a, last]) / (arm.analysed - n)
        effect = mean * n / arm.analysed * -study.contrast.sign(arm.id)
        yield Finding(
            "lost_at_no_cost",
            f"lost.{arm.id}",
            arm.source,
            0.0,
            None,
            evidence.severity(effect),
            headline=effect,
            values={
                "place": Place((arm.label,)),
                "time": Place((study.times[last].label,)),
                "n": n,
            },
        )


def few_citizens(evidence: Evidence) -> Iterator[Finding]:
    """A headline that one citizen's status can outweigh."""
    study, calculated = evidence.study, evidence.gain
    if study is None or calculated is None or not study.statuses or not calculated.difference:
        return
    # The status that most citizens start in, at the rate that prices it there.
    start = study.counts[:, 0].sum(axis=0)
    kr = [*(rate.kr for rate in study.rates), 0.0]
    rates = study.rate_of[:, 0, 0]
    priced = [i for i in np.argsort(-start) if start[i] and kr[rates[0, i]] > 0.0]
    if not priced:
        return
    item = priced[0]
    cost = kr[rates[0, item]]
    one = cost / max(arm.analysed for arm in study.arms)
    if one <= abs(calculated.difference):
        return
    yield Finding(
        "one_citizen",
        "difference",
        study.id,
        calculated.difference,
        one,
        evidence.severity(-one if calculated.difference > 0 else one),
        values={
            "place": Place((study.items[item].label,)),
            "kr": Quantity(cost, "kr/year"),
            "one": Quantity(one),
            "headline": Quantity(calculated.difference),
        },
    )


def precision(evidence: Evidence) -> Iterator[Finding]:
    """Inputs whose last printed digit moves the headline by more than the headline."""
    study, calculated = evidence.study, evidence.gain
    if study is None or calculated is None:
        return
    rates = {rate.id: rate for rate in study.rates}
    for figure in evidence.figures:
        if figure.measure != "investment" or figure.rounding <= 0.0:
            continue
        items = [item.id for item in study.items if item.investment]
        moved = 0.0
        for name in items:
            if name in rates:
                up = {latents.rate(name): np.array([rates[name].kr + figure.rounding / 2])}
                moved += float(evaluate(build(study, up)).difference()[0]) - calculated.difference
        if abs(moved) > abs(calculated.difference):
            yield Finding(
                "precision",
                figure.id,
                figure.source,
                figure.value,
                None,
                evidence.severity(moved),
                headline=moved,
                values={
                    **evidence.what(figure),
                    "half": Quantity(figure.rounding / 2),
                    "headline": Quantity(calculated.difference),
                },
            )


def per_enrolled(evidence: Evidence) -> Iterator[Finding]:
    """An investment spread over those analysed, when more were enrolled and treated."""
    study, calculated = evidence.study, evidence.gain
    if study is None or calculated is None or not calculated.investment.any():
        return
    heads = study.conventions.heads
    other = "enrolled" if heads == "analysed" else "analysed"
    effect = gain(study.choose(heads=other)).difference - calculated.difference
    if abs(effect) < 0.5:
        return
    arm = study.arms[int(np.argmax(calculated.investment))]
    yield Finding(
        "heads",
        f"investment.{arm.id}",
        arm.source,
        float(calculated.investment.max()) / arm.analysed,
        float(calculated.investment.max()) / arm.enrolled,
        evidence.severity(effect),
        headline=effect,
        values={"place": Place((arm.label,)), "analysed": arm.analysed, "enrolled": arm.enrolled},
    )
