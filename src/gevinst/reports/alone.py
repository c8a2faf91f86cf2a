"""Outcomes alone: what the report of a study without prices is written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gevinst.analyses.accounts.activity import ActivityAccount, activity
from gevinst.analyses.accounts.outcomes import Outcomes, outcomes
from gevinst.analyses.accounts.survey import SurveyShares, survey
from gevinst.analyses.audit.registry import Audit, audit
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.baseline import Baseline, baseline
from gevinst.analyses.turning.bounds import CountBounds, bounds
from gevinst.study.study import Study
from gevinst.text.language import Lang


@dataclass(frozen=True)
class Alone:
    """Each answer that needs no price, once.

    Parameters
    ----------
    study : Study
        Without prices.
    audit : Audit
        Which published figures do not follow.
    made : Provenance
        What made it all.
    outcomes : Outcomes or None
        Side by side, where some are stated.
    start : Baseline or None
        Who the groups were at start, where two are compared within declared strata.
    stayed : mapping of str to CountBounds
        Per status that can be asked for: how many who were in it at start were in it at the end,
        where citizens are counted at two times.
    activity, survey
        The accounts beside them, where there are such.
    """

    study: Study
    audit: Audit
    made: Provenance
    outcomes: Outcomes | None
    start: Baseline | None
    stayed: dict[str, CountBounds]
    activity: ActivityAccount | None
    survey: SurveyShares | None

    def told(self, lang: Lang) -> str:
        """Say what the first line says; here nothing beside the page itself."""
        return ""

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Every number of the report as plain values, ready for JSON; sentences in `lang`."""
        return {
            **({"outcomes": self.outcomes.to_dict()} if self.outcomes else {}),
            **({"baseline": self.start.to_dict()} if self.start else {}),
            "stayed": [found.to_dict() for found in self.stayed.values()],
            "audit": self.audit.to_dict(lang),
            **({"activity": self.activity.to_dict()} if self.activity else {}),
            **({"survey": self.survey.to_dict()} if self.survey else {}),
        }


def alone(study: Study) -> Alone:
    """Ask of a study without prices what it can answer."""
    two = study.contrast.reference is not None and not study.stated
    followed = len(study.times) > 1 and not study.stated
    seen = [study.items[i] for i in study.statuses if study.counts[:, :, i].any()]
    return Alone(
        study=study,
        audit=audit(study),
        made=provenance(study),
        outcomes=outcomes(study) if study.outcomes else None,
        start=baseline(study) if study.stratification and study.statuses and two else None,
        stayed={
            item.id: bounds(study, f"{item.id} -> {item.id}")
            for item in seen
            if followed and not item.lost
        },
        activity=activity(study) if study.activity else None,
        survey=survey(study) if study.survey else None,
    )
