"""Outcomes or accounts alone: what the report of a study without prices is written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gevinst.analyses.accounts.activity import ActivityAccount, activity
from gevinst.analyses.accounts.outcomes import Outcomes, outcomes
from gevinst.analyses.accounts.parts import stayed, sums_of
from gevinst.analyses.accounts.survey import SurveyShares, survey
from gevinst.analyses.accounts.yearly import Accounts, accounts
from gevinst.analyses.audit.registry import Audit, audit
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.baseline import Baseline, baseline
from gevinst.study.study import Study
from gevinst.text.language import Lang


@dataclass(frozen=True)
class Whereabouts:
    """How many of an arm were in a status.

    Parameters
    ----------
    arm, status : str
        Ids.
    least, most : tuple of int
        Per time the fewest and the most; they differ where a count is suppressed.
    stayed : tuple of int or None
        Fewest and most who were in it at the first time and at the last; None with one time, of
        those lost, and of stated courses.
    """

    arm: str
    status: str
    least: tuple[int, ...]
    most: tuple[int, ...]
    stayed: tuple[int, int] | None


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
    whereabouts : tuple of Whereabouts
        Per arm and status that anybody is in.
    activity, survey, accounts
        What stands beside them, where there is such.
    """

    study: Study
    audit: Audit
    made: Provenance
    outcomes: Outcomes | None
    start: Baseline | None
    whereabouts: tuple[Whereabouts, ...]
    activity: ActivityAccount | None
    survey: SurveyShares | None
    accounts: Accounts | None

    @property
    def accounts_first(self) -> bool:
        """Whether the first page holds accounts by year, as there are no outcomes."""
        return self.accounts is not None and self.outcomes is None

    def told(self, lang: Lang) -> str:
        """Say what the first line says; here nothing beside the page itself."""
        return ""

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Every number of the report as plain values, ready for JSON; sentences in `lang`."""
        return {
            **({"outcomes": self.outcomes.to_dict()} if self.outcomes else {}),
            **({"baseline": self.start.to_dict()} if self.start else {}),
            "whereabouts": [vars(each) for each in self.whereabouts],
            "audit": self.audit.to_dict(lang),
            **({"activity": self.activity.to_dict()} if self.activity else {}),
            **({"survey": self.survey.to_dict()} if self.survey else {}),
            **({"accounts": self.accounts.to_dict()} if self.accounts else {}),
        }


def alone(study: Study) -> Alone:
    """Ask of a study without prices what it can answer."""
    two = study.contrast.reference is not None and not study.stated
    return Alone(
        study=study,
        audit=audit(study),
        made=provenance(study),
        outcomes=outcomes(study) if study.outcomes else None,
        start=baseline(study) if study.stratification and study.statuses and two else None,
        whereabouts=tuple(_whereabouts(study)),
        activity=activity(study) if study.activity else None,
        survey=survey(study) if study.survey else None,
        accounts=accounts(study) if study.accounts else None,
    )


def _whereabouts(study: Study) -> Iterator[Whereabouts]:
    """Count each arm's citizens in every status that anybody is in."""
    followed = len(study.times) > 1 and not study.stated
    for a, arm in enumerate(study.arms):
        for i in study.statuses:
            if study.counts[:, :, i].any():
                sums, item = sums_of(study, a, [i]), study.items[i]
                least, most = (tuple(int(end(n)) for n in sums) for end in (min, max))
                both = stayed(study, a, [i]) if followed and not item.lost else None
                yield Whereabouts(arm.id, item.id, least, most, both)
