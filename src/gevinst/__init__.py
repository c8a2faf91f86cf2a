"""How sure can anyone be of a published gain?

A **study** states numbers and what is uncertain about them. **Sources** draw what is uncertain;
**rows** turns a study and what was drawn into rows of inputs; the **model** turns rows of inputs
into rows of a ledger. **Analyses** ask one question each, and **reports** show the answers.
**Files** read and write; **stats** holds the statistics of arrays, for use without a study.

Names are fetched when they are first used, so importing the package imports nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gevinst import stats as stats
    from gevinst.analyses.accounts.activity import activity as activity
    from gevinst.analyses.accounts.outcomes import outcomes as outcomes
    from gevinst.analyses.accounts.progression import progression as progression
    from gevinst.analyses.accounts.survey import survey as survey
    from gevinst.analyses.accounts.yearly import accounts as accounts
    from gevinst.analyses.alone.deadweight import deadweight as deadweight
    from gevinst.analyses.audit.registry import audit as audit
    from gevinst.analyses.bootstrap import bootstrap as bootstrap
    from gevinst.analyses.cases import cases as cases
    from gevinst.analyses.fits import distribution_fits as distribution_fits
    from gevinst.analyses.gain import gain as gain
    from gevinst.analyses.lost.missing import missing as missing
    from gevinst.analyses.outcome_tests import outcome_test as outcome_test
    from gevinst.analyses.planning.ask import ask as ask
    from gevinst.analyses.planning.plan import plan as plan
    from gevinst.analyses.scenarios.specifications import scenarios as scenarios
    from gevinst.analyses.simulate import simulate as simulate
    from gevinst.analyses.start.adjustment import adjust as adjust
    from gevinst.analyses.start.baseline import baseline as baseline
    from gevinst.analyses.start.citizen_frame import citizen_frame as citizen_frame
    from gevinst.analyses.start.standardise import standardise as standardise
    from gevinst.analyses.start.stratify import stratify as stratify
    from gevinst.analyses.tornado import tornado as tornado
    from gevinst.analyses.turning.bounds import bounds as bounds
    from gevinst.analyses.turning.break_even import break_even as break_even
    from gevinst.analyses.turning.fragility import fragility as fragility
    from gevinst.analyses.turning.misclassified import misclassification as misclassification
    from gevinst.analyses.turning.robustness import robustness as robustness
    from gevinst.analyses.turning.robustness import verify as verify
    from gevinst.analyses.turning.sensitivity import sensitivity as sensitivity
    from gevinst.analyses.turning.stress import stress as stress
    from gevinst.analyses.turning.switch_worth import switch_worth as switch_worth
    from gevinst.analyses.turning.two_way import two_way as two_way
    from gevinst.analyses.value.information import value_of_information as value_of_information
    from gevinst.analyses.variance import variance_shares as variance_shares
    from gevinst.analyses.years.years import years as years
    from gevinst.files.draws import read_draws as read_draws
    from gevinst.files.draws import write_draws as write_draws
    from gevinst.files.frames import from_persons as from_persons
    from gevinst.files.frames import person_gains as person_gains
    from gevinst.files.frames import read_persons as read_persons
    from gevinst.files.made.study import from_tables as from_tables
    from gevinst.files.many.asked import simulate_many as simulate_many
    from gevinst.files.many.batch import batch as batch
    from gevinst.files.studies import bundled as bundled
    from gevinst.files.studies import check as check
    from gevinst.files.studies import load as load
    from gevinst.files.studies import read as read
    from gevinst.files.written.study import to_tables as to_tables
    from gevinst.files.written.study import write as write
    from gevinst.model.evaluate import evaluate as evaluate
    from gevinst.reports.evaluations import gallery as gallery
    from gevinst.reports.report import report as report
    from gevinst.rows.build import build as build
    from gevinst.study.study import Study as Study
    from gevinst.text.problems import StudyError as StudyError
    from gevinst.text.problems import StudyWarning as StudyWarning

    __version__: str

_PLACES = {
    # what an evaluation states
    "Study": "study.study",
    "StudyError": "text.problems",
    "StudyWarning": "text.problems",
    "bundled": "files.studies",
    "gallery": "reports.evaluations",
    "check": "files.studies",
    "from_persons": "files.frames",
    "from_tables": "files.made.study",
    "load": "files.studies",
    "read": "files.studies",
    "read_persons": "files.frames",
    # questions one asks of it
    "accounts": "analyses.accounts.yearly",
    "activity": "analyses.accounts.activity",
    "adjust": "analyses.start.adjustment",
    "ask": "analyses.planning.ask",
    "audit": "analyses.audit.registry",
    "baseline": "analyses.start.baseline",
    "bootstrap": "analyses.bootstrap",
    "bounds": "analyses.turning.bounds",
    "break_even": "analyses.turning.break_even",
    "cases": "analyses.cases",
    "citizen_frame": "analyses.start.citizen_frame",
    "deadweight": "analyses.alone.deadweight",
    "distribution_fits": "analyses.fits",
    "fragility": "analyses.turning.fragility",
    "gain": "analyses.gain",
    "misclassification": "analyses.turning.misclassified",
    "missing": "analyses.lost.missing",
    "outcome_test": "analyses.outcome_tests",
    "outcomes": "analyses.accounts.outcomes",
    "plan": "analyses.planning.plan",
    "progression": "analyses.accounts.progression",
    "robustness": "analyses.turning.robustness",
    "scenarios": "analyses.scenarios.specifications",
    "sensitivity": "analyses.turning.sensitivity",
    "simulate": "analyses.simulate",
    "standardise": "analyses.start.standardise",
    "stratify": "analyses.start.stratify",
    "stress": "analyses.turning.stress",
    "survey": "analyses.accounts.survey",
    "switch_worth": "analyses.turning.switch_worth",
    "tornado": "analyses.tornado",
    "two_way": "analyses.turning.two_way",
    "value_of_information": "analyses.value.information",
    "variance_shares": "analyses.variance",
    "years": "analyses.years.years",
    "verify": "analyses.turning.robustness",
    # the same of many at once
    "batch": "files.many.batch",
    "simulate_many": "files.many.asked",
    # what is written, and read again
    "read_draws": "files.draws",
    "to_tables": "files.written.study",
    "report": "reports.report",
    "write": "files.written.study",
    "write_draws": "files.draws",
    # the calculation itself
    "build": "rows.build",
    "evaluate": "model.evaluate",
    # statistics of arrays, without a study
    "person_gains": "files.frames",
    "stats": "",
}
"""Where each public name lives: the one list of them."""

__all__ = list(_PLACES)


if not TYPE_CHECKING:  # a checker knows the names above, and no others

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import version

            return version("gevinst")
        if name not in _PLACES:
            raise AttributeError(f"module 'gevinst' has no attribute '{name}'")
        place = _PLACES[name]
        if not place:  # a room, not a name in one
            return import_module(f"gevinst.{name}")
        found = getattr(import_module(f"gevinst.{place}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
