"""The answer in a sentence, from the numbers by a fixed grammar."""

from __future__ import annotations

from gevinst.analyses.bootstrap import NO_CITIZENS
from gevinst.analyses.draws import DrawSummary, law_said
from gevinst.analyses.simulate import Simulation
from gevinst.analyses.start.stratify import Stratified
from gevinst.reports.front.verdict import alone, nobody, verdict
from gevinst.reports.results import Results
from gevinst.reports.sections.appendix.uncertainty import known
from gevinst.stats.standardisation import WEIGHTS
from gevinst.text.language import Language


def sentence(
    simulation: Simulation,
    text: Language,
    reason: str | None = None,
    stratified: Stratified | None = None,
) -> str:
    """Say how sure the published difference is.

    Four verdicts and no more: every coupling's interval holds zero, all lie above it, all below, or
    it depends on the coupling. Of a study of cost lines it says first what was taken as known; of
    groups without spread (`reason`, a code of the bootstrap) that they say nothing of other
    citizens. Of a study with strata it says which sign is left with the same mix in both groups.
    """
    found = [draws.found for draws in simulation.by_coupling.values()]
    verdict, wide = simulation.side, simulation.widest.found.written(text)
    ends = {end: wide[end][0] for end in ("low", "high")} | {"level": text.level(found[0].level)}
    one = "_one" if len(simulation.by_coupling) == 1 else ""
    point = "published" if simulation.published else "recomputed"
    said = [*simulation.opening(text.code), text(f"headline.{point}", kr=text.kr(simulation.point))]
    said += known(simulation, text)
    if not simulation.varied:
        return " ".join([*said, text("headline.nothing")])
    said += [
        text(f"headline.interval{one}", **ends),
        text(f"headline.{verdict}{one}"),
        *(law_said(found, text) if any(each.reason for each in found) else [_chance(found, text)]),
    ]
    if reason not in (None, NO_CITIZENS):
        said.append(text(f"reason.{reason}"))
    if stratified is not None:
        pooled = stratified.of(WEIGHTS[0], stratified.basis, stratified.moved)
        said.append(text(f"headline.standardised_{pooled.sign}"))
    return " ".join(said)


def _chance(found: list[DrawSummary], text: Language) -> str:
    """Say the share above zero: the smallest and the largest over the couplings."""
    chances = sorted(found, key=lambda each: each.probability_positive or 0.0)
    low, high = (chances[end].written(text)["probability_positive"][0] for end in (0, -1))
    return text("headline.chance_one" if low == high else "headline.chance", low=low, high=high)


def told(results: Results, text: Language) -> str:
    """Say the answer: how sure the difference is, or that stated courses cannot tell."""
    return " ".join(filter(None, _told(results, text)))


def _told(results: Results, text: Language) -> tuple[str, str]:
    """The verdict where there can be none, and the sentence."""
    simulation, study = results.simulation, results.study
    if results.deadweight is not None:
        said = [*simulation.opening(text.code), *alone(results, text)]
        return nobody(study, text), " ".join(said)
    if not study.stated or study.comparison is None:
        return "", sentence(simulation, text, results.bootstrap.reason, results.stratified)
    if study.elsewhere is not None:
        undecided, others = verdict(results, text)
        return undecided, " ".join([*simulation.foremost(text.code), *others])
    basis = study.comparison.basis
    said = [
        *simulation.opening(text.code),
        *([text.label(basis)] if basis else []),
        results.cases.sentence(text.code) if results.cases else _point(simulation, text),
    ]
    return text("headline.undecided"), " ".join(said)


def _point(simulation: Simulation, text: Language) -> str:
    point = "published" if simulation.published else "recomputed"
    return text(f"headline.{point}", kr=text.kr(simulation.point))
