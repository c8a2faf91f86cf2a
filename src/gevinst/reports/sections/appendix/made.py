"""What the report was made from: the study, the versions, the seed, and what was chosen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from gevinst.reports.results import Results
from gevinst.study.study import Study
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """Each as a label and a text."""
    made = results.simulation.provenance
    return {
        "made": {
            text("report.made.study"): f"{made.study}, SHA-256 {made.study_hash[:16]}",
            text("report.made.versions"): ", ".join(f"{k} {v}" for k, v in made.versions.items()),
            text("report.made.seed"): f"{made.seed}",
            text("report.made.draws"): text.number(results.simulation.draws),
            text("report.made.conventions"): "; ".join(_chosen(results.study, text)),
            **{text("report.made.assumed"): said for said in made.settings()},
        }
    }


def _chosen(study: Study, text: Language) -> Iterator[str]:
    """Say each convention and what was chosen; not those that leave no choice."""
    labels = {name: {each.id: each.label for each in a} for name, a in study.alternatives.items()}
    labels["perspective"] = {study.conventions.perspective: study.whose_money}
    for name, value in dataclasses.asdict(study.conventions).items():
        key = f"scenarios.choice.{name}_{value}"
        own = labels.get(name, {}).get(value)
        if own or text.has(key):
            said = text.label(own) if own else text(key)
            yield f"{text(f'scenarios.axis.{name}')}: {said}"
