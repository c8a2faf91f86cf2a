"""What the headline hangs on: stated alternatives, single strata, and empty periods."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gevinst.analyses.audit.evidence import NOTHING, StudyEvidence
from gevinst.analyses.audit.finding import Finding, Place, Quantity, pair
from gevinst.analyses.gain import under_alternatives
from gevinst.model.evaluate import evaluate
from gevinst.model.horizons import RECURRING
from gevinst.rows.build import build
from gevinst.study.study import Study


def stated(evidence: StudyEvidence) -> Iterator[Finding]:
    """What each alternative that the study names would make of the headline."""
    study, headline = evidence.study, evidence.gain.difference
    labels = {
        (kind, named.id): named.label
        for kind, alternatives in study.alternatives.items()
        for named in alternatives
    }
    for (kind, name), found in under_alternatives(study).items():
        if name == getattr(study.conventions, kind):
            continue
        before, after = pair(headline, found.difference)
        values = {
            "place": Place((labels[kind, name],)),
            "headline": before,
            "value": after,
        }
        where = f"{kind}.{name}", study.id
        finding = Finding("alternative", *where, headline, found.difference, values=values)
        effect = found.difference - headline
        if abs(effect) < NOTHING:
            continue
        yield evidence.moving(effect, finding).tied(*_about(study, kind, name))


def _about(study: Study, kind: str, name: str) -> list[str]:
    """What an alternative decides: the kind of choice, or of rates the items it prices anew."""
    if kind != "basis":
        return [kind]
    rates = study.rate_maps[name] != study.rate_maps[study.conventions.basis]
    return [f"rate {study.axes.items[i]}" for i in np.flatnonzero(rates.any(axis=(0, 1, 2)))]


def one_stratum(evidence: StudyEvidence) -> Iterator[Finding]:
    """A stratum without which the headline would have the other sign."""
    study, headline = evidence.study, evidence.gain.difference
    if len(study.strata) < 3:
        return
    each = evaluate(build(study), by=("stratum",)).difference("stratum")[0]
    weights = study.stratum_shares[0]
    for k, part in enumerate(each):
        if weights[k] == 1.0:
            continue
        # The mean over the citizens that are left.
        rest = float((headline - part) / (1.0 - weights[k]))
        if rest * headline < 0:
            values = {
                "place": Place((study.strata[k].label,)),
                "citizens": round(float(weights[k]) * study.arms[0].analysed),
                "all": study.arms[0].analysed,
                "rest": Quantity(rest),
            }
            where = study.strata[k].id, study.id
            finding = Finding("one_stratum", *where, headline, rest, values=values)
            yield evidence.moving(rest - headline, finding)


def empty_periods(evidence: StudyEvidence) -> Iterator[Finding]:
    """Periods in which one arm of a stratum costs nothing at all while the other does."""
    study = evidence.study
    if not study.amounts:
        return
    recurring = [i for i, item in enumerate(study.items) if item.kind == RECURRING]
    spent = evidence.gain.case_cost[:, :, :, recurring].sum(axis=(3, 4))
    placed = [t for t in range(len(study.times)) if spent[:, :, t].any(axis=0).sum() > 1]
    for a, arm in enumerate(study.arms):
        for k, stratum in enumerate(study.strata):
            empty = [t for t in placed if spent[a, k, t] == 0.0 and spent[1 - a, k, t] > 0.0]
            later = [t for t in placed if spent[a, k, t] > 0.0]
            if not empty or not later or min(empty) > max(later):
                continue
            other = float(np.sum(spent[1 - a, k, empty]))
            values = {
                "place": Place((arm.label, stratum.label)),
                "times": Place(tuple(study.times[t].label for t in empty)),
                "other": Quantity(other),
            }
            where = f"{arm.id}.{stratum.id}", study.id
            yield Finding("empty_period", *where, 0.0, other, values=values, ties=("empty",))
