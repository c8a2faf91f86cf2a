"""Results: what a report is written from, each analysis run once with one seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gevinst.analyses.accounts.activity import ActivityAccount, activity
from gevinst.analyses.accounts.outcomes import Outcomes, outcomes
from gevinst.analyses.accounts.progression import Progression, progresses, progression
from gevinst.analyses.accounts.survey import SurveyShares, survey
from gevinst.analyses.accounts.yearly import Accounts, accounts
from gevinst.analyses.alone.deadweight import Deadweight, deadweight
from gevinst.analyses.audit.registry import Audit, audit
from gevinst.analyses.bootstrap import Bootstrap, bootstrap
from gevinst.analyses.cases import Cases, cases, has_cases
from gevinst.analyses.gain import Gain, gain, under_alternatives
from gevinst.analyses.lost.missing import Attrition, missing
from gevinst.analyses.planning.ask import Questions, questions_of
from gevinst.analyses.planning.plan import Plan, plan
from gevinst.analyses.provenance import Provenance
from gevinst.analyses.scenarios.specifications import Scenarios, scenarios
from gevinst.analyses.simulate import Simulation, simulate
from gevinst.analyses.start.stratify import Stratified, stratify
from gevinst.analyses.tornado import Tornado, tornado
from gevinst.analyses.turning.bounds import CountBounds, bounds
from gevinst.analyses.turning.robustness import Robustness, robustness
from gevinst.analyses.turning.sensitivity import Sensitivity, beside
from gevinst.analyses.turning.switch_worth import SwitchWorth, first_switch
from gevinst.analyses.value.information import ValueOfInformation, value_of_information
from gevinst.analyses.variance import VarianceShares, variance_shares
from gevinst.analyses.years.asked import placeable
from gevinst.analyses.years.result import Years
from gevinst.analyses.years.years import years
from gevinst.stats import streams
from gevinst.study.prices import priced_alike
from gevinst.study.study import Study
from gevinst.text.language import Lang

VALUED = 16_384
"""Draws that values of information are found from: their errors show their digits."""


@dataclass(frozen=True)
class Results:
    """What the report is written from: each analysis, run once with one seed.

    Parameters
    ----------
    gain : Gain
        The calculation under the study's conventions.
    simulation : Simulation
        All sources.
    bootstrap : Bootstrap
        Citizens alone, exactly.
    variance : VarianceShares
        What each source has of the uncertainty.
    tornado : Tornado
        One source at a time.
    alternatives : dict of (str, str) to Gain
        The calculation under each stated alternative: (kind, name).
    audit : Audit
        Which published figures do not follow.
    value : ValueOfInformation
        What it would be worth to know more before choosing.
    missing : Attrition
        What those who were lost can have done to the difference.
    sensitivity : Sensitivity
        What would turn the difference.
    questions : Questions
        What the authors could answer, and what hangs on it.
    plan : Plan
        What the next pilot would show, and what was left open.
    robustness : Robustness
        The claims about it, each with a witness and a proof.
    scenarios : Scenarios
        The difference under every combination of choices.
    cheaper : CountBounds or None
        How many cost less at the end, at rates that are alike in both groups; None of nobody
        counted.
    cases : Cases or None
        What each described case does, of stated courses that are told by some.
    stratified : Stratified or None
        The difference with the same mix in both groups, where the study declares strata.
    progression : Progression or None
        Where the citizens were, where they are counted at two times.
    activity : ActivityAccount or None
        What else was counted, where something was.
    survey : SurveyShares or None
        What was answered, where something was asked.
    worth : SwitchWorth or None
        What knowing one switch would be worth, where counts leave it open.
    deadweight : Deadweight or None
        What may have come without the intervention, where nobody is the reference.
    outcomes : Outcomes or None
        What came out in units other than money, where the study states it.
    accounts : Accounts or None
        Totals by year that are of no persons, where the study states some.
    years : Years or None
        The difference by year, longer than the study saw, where it says when its times are.
    """

    gain: Gain
    simulation: Simulation
    bootstrap: Bootstrap
    variance: VarianceShares
    tornado: Tornado
    alternatives: dict[tuple[str, str], Gain]
    audit: Audit
    value: ValueOfInformation
    missing: Attrition
    sensitivity: Sensitivity
    questions: Questions
    plan: Plan
    robustness: Robustness
    scenarios: Scenarios
    cheaper: CountBounds | None = None
    cases: Cases | None = None
    stratified: Stratified | None = None
    progression: Progression | None = None
    activity: ActivityAccount | None = None
    survey: SurveyShares | None = None
    worth: SwitchWorth | None = None
    deadweight: Deadweight | None = None
    outcomes: Outcomes | None = None
    accounts: Accounts | None = None
    years: Years | None = None

    @property
    def made(self) -> Provenance:
        """What made it all."""
        return self.simulation.provenance

    def told(self, lang: Lang) -> str:
        """Say what moved the mean of the simulation, and what was assumed of it."""
        return self.simulation.told(lang)

    @property
    def study(self) -> Study:
        """The study the results are of."""
        return self.gain.study

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Every number of the report as plain values, ready for JSON; sentences in `lang`."""
        what = "change" if self.deadweight else "difference"
        return {
            "gain": self.gain.to_dict(),
            "simulate": {**self.simulation.to_dict(), "sources": self.variance.to_dict()},
            "bootstrap": self.bootstrap.to_dict(),
            **({"stratify": self.stratified.to_dict()} if self.stratified else {}),
            **({"cases": self.cases.to_dict()} if self.cases else {}),
            "missing": self.missing.to_dict(),
            **({"progression": self.progression.to_dict()} if self.progression else {}),
            **({"activity": self.activity.to_dict()} if self.activity else {}),
            **({"survey": self.survey.to_dict()} if self.survey else {}),
            **({"outcomes": self.outcomes.to_dict()} if self.outcomes else {}),
            **({"accounts": self.accounts.to_dict()} if self.accounts else {}),
            **({"years": self.years.to_dict()} if self.years else {}),
            "tornado": self.tornado.to_dict(),
            "sensitivity": self.sensitivity.to_dict(),
            **({"deadweight": self.deadweight.to_dict()} if self.deadweight else {}),
            "plan": self.plan.to_dict(),
            "ask": self.questions.to_dict(lang),
            **({"switch_worth": self.worth.to_dict()} if self.worth else {}),
            "value_of_information": self.value.to_dict(),
            "audit": self.audit.to_dict(lang),
            "scenarios": self.scenarios.to_dict(),
            "alternatives": [
                {"kind": kind, "name": name, what: found.difference}
                for (kind, name), found in self.alternatives.items()
            ],
        }


STEPS = ("tornado", "simulation", "variance", "turning", "tables")
"""What `analyse` does, one after another."""


def analyse(
    study: Study,
    *,
    n: int = 100_000,
    rng: streams.Rng = None,
    begin: Callable[[str], None] = lambda step: None,
) -> Results:
    """Run what the report shows.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    n : int
        Draws per coupling, and per source in the tornado.
    rng : what `numpy.random.default_rng` takes, optional
        One seed for all.
    begin : callable, optional
        Called with the name of each of `STEPS` as it begins.
    """
    seed, alone = streams.entropy(rng), study.contrast.reference is None
    begin("tornado")
    bars = tornado(study, n=n, rng=seed)
    begin("simulation")
    simulation = simulate(study, n=n, rng=seed)
    begin("variance")
    variance = variance_shares(study, rng=seed)
    begin("turning")
    sensitivity, worth = beside(bars, study), first_switch(study)
    begin("tables")
    exact = bootstrap(study)
    return Results(
        gain=gain(study),
        simulation=simulation,
        bootstrap=exact,
        variance=variance,
        tornado=bars,
        alternatives=under_alternatives(study),
        audit=audit(study),
        value=value_of_information(study, n=VALUED, rng=seed),
        missing=missing(study),
        sensitivity=sensitivity,
        questions=questions_of(study, exact),
        plan=plan(study),
        robustness=robustness(study),
        scenarios=scenarios(study),
        # A sentence about people must not count a rate that one arm alone got.
        cheaper=bounds(priced_alike(study), "cheaper") if _counted(study) else None,
        cases=cases(study) if study.stated and has_cases(study) else None,
        stratified=stratify(study) if study.stratification and not alone else None,
        progression=progression(study) if progresses(study) else None,
        activity=activity(study) if study.activity else None,
        survey=survey(study) if study.survey else None,
        worth=worth,
        deadweight=deadweight(study) if alone else None,
        outcomes=outcomes(study) if study.outcomes else None,
        accounts=accounts(study) if study.accounts else None,
        years=years(study, n=min(n, VALUED), rng=seed) if placeable(study) else None,
    )


def _counted(study: Study) -> bool:
    """Whether there are citizens who were seen, and not courses that somebody wrote."""
    return bool(study.statuses) and not study.stated
