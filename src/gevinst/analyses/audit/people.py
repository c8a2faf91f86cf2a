"""Enrolled, dropped out, moved, analysed: do they add up, and who costs nothing?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gevinst.analyses.audit.evidence import NOTHING, StudyEvidence
from gevinst.analyses.audit.finding import Finding, Place, Quantity
from gevinst.analyses.gain import gain
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.sources import latents
from gevinst.study.conventions import Heads


def lost_at_no_cost(evidence: StudyEvidence) -> Iterator[Finding]:
    """Citizens lost to follow-up who are entered at no cost, as if they had been saved."""
    study, calculated = evidence.study, evidence.gain
    if not study.statuses or not evidence.annual:
        return
    lost, last = list(study.lost), len(study.times) - 1
    for a, arm in enumerate(study.arms):
        n = int(study.counts[a, last, lost].sum())
        spent = float(calculated.cells[a, last, lost].sum())
        if n in (0, arm.analysed) or spent > 0.0:
            continue
        # As the others in the arm at that time cost on average: missing at random within it.
        mean = float(calculated.cost[a, last]) / (arm.analysed - n)
        effect = mean * n / arm.analysed * -study.contrast.sign(arm.id)
        if abs(effect) < NOTHING:
            continue
        when = Place((study.times[last].label,))
        values = {"place": Place((arm.label,)), "time": when, "n": n}
        finding = Finding("lost_at_no_cost", f"lost.{arm.id}", arm.source, 0.0, values=values)
        yield evidence.moving(effect, finding).tied("lost")


def few_citizens(evidence: StudyEvidence) -> Iterator[Finding]:
    """A headline that one citizen's status can outweigh."""
    study, headline = evidence.study, evidence.gain.difference
    if not study.statuses or not headline:
        return
    # The status that most citizens start in, at the rate that prices it there.
    start = study.counts[:, 0].sum(axis=0)
    kr = np.append(study.kr, 0.0)[study.rate_of[0, 0, 0]]
    priced = [i for i in np.argsort(-start) if start[i] and kr[i] > 0.0]
    if not priced:
        return
    item, cost = priced[0], float(kr[priced[0]])
    one = cost / max(arm.analysed for arm in study.arms)
    if one <= abs(headline):
        return
    yield Finding(
        "one_citizen",
        "difference",
        study.id,
        headline,
        one,
        evidence.severity(-one if headline > 0 else one),
        values={
            "place": Place((study.items[item].label,)),
            "kr": Quantity(cost, "kr/year"),
            "one": Quantity(one),
            "headline": Quantity(headline),
        },
    )


def precision(evidence: StudyEvidence) -> Iterator[Finding]:
    """Inputs whose last printed digit moves the headline by more than the headline."""
    study, headline = evidence.study, evidence.gain.difference
    rates = {rate.id: rate for rate in study.rates}
    for figure in evidence.figures:
        if figure.measure != "investment" or figure.rounding <= 0.0:
            continue
        items = [item.id for item in study.items if item.investment]
        moved = 0.0
        for name in items:
            if name in rates:
                up = {latents.rate(name): np.array([rates[name].kr + figure.rounding / 2])}
                moved += float(evaluate(build(study, up)).difference()[0]) - headline
        if abs(moved) > abs(headline):
            values = {"half": Quantity(figure.rounding / 2), "headline": Quantity(headline)}
            yield evidence.moving(moved, evidence.finding("precision", figure, **values))


def per_enrolled(evidence: StudyEvidence) -> Iterator[Finding]:
    """An investment spread over those analysed, when more were enrolled and treated."""
    study, calculated = evidence.study, evidence.gain
    if not calculated.investment.any():
        return
    other: Heads = "analysed" if study.conventions.heads == "enrolled" else "enrolled"
    found = gain(study.choose(heads=other))
    for name in study.contrast.arms:  # of those that are compared
        a = study.axes.at("arm", name)
        arm, paid = study.arms[a], float(calculated.investment[a])
        moved = found.net_gain_per_citizen[a] - calculated.net_gain_per_citizen[a]
        effect = study.contrast.sign(name) * float(moved)
        if abs(effect) < NOTHING:
            continue
        where = f"investment.{arm.id}", arm.source
        values = {"place": Place((arm.label,)), "analysed": arm.analysed, "enrolled": arm.enrolled}
        per_head = paid / arm.analysed, paid / arm.enrolled
        yield evidence.moving(effect, Finding("heads", *where, *per_head, values=values))
