"""What the report was made from: the study, the versions, the seed, and what was chosen."""

from __future__ import annotations

import dataclasses
from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """Each as a label and a text, in the spelling that repeats it."""
    made = results.simulation.provenance
    conventions = dataclasses.asdict(made.conventions)
    return {
        "made": {
            text("report.made.study"): f"{made.study}, SHA-256 {made.study_hash[:16]}",
            text("report.made.versions"): ", ".join(f"{k} {v}" for k, v in made.versions.items()),
            text("report.made.seed"): f"{made.seed}",
            text("report.made.draws"): text.number(results.simulation.draws),
            text("report.made.conventions"): ", ".join(
                f"{k} = {v}" for k, v in conventions.items()
            ),
            **{text("report.made.assumed"): said for said in made.settings()},
        }
    }
