"""The answer in a sentence, from the numbers by a fixed grammar."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.draws import DrawSummary, law_said
from gevinst.analyses.simulate import Simulation
from gevinst.analyses.start.stratify import Stratified
from gevinst.reports.results import Results
from gevinst.stats.standardisation import WEIGHTS
from gevinst.study.people import NO_COUPLING
from gevinst.text.language import Language


def sentence(
    simulation: Simulation,
    text: Language,
    reason: str | None = None,
    stratified: Stratified | None = None,
    told: Sequence[str] = (),
) -> str:
    """Say how sure the published difference is.

    Four verdicts and no more: every coupling's interval holds zero, all lie above it, all below, or
    it depends on the coupling. Of a study of cost lines it says first what was taken as known; of
    groups without spread (`reason`, a code of the bootstrap) that they say nothing of other
    citizens. Of a study with strata it says which sign is left with the same mix in both groups.
    Of stated courses, where nobody was compared with anybody, it says what is `told` of them.
    """
    if simulation.provenance.stated:
        return " ".join([*simulation.opening(text.code), *told])
    found = [draws.found for draws in simulation.by_coupling.values()]
    signs = {_side(each) for each in found}
    verdict = signs.pop() if len(signs) == 1 else "depends"
    wide = max(found, key=lambda each: each.high - each.low).written(text)
    ends = {end: wide[end][0] for end in ("low", "high")} | {"level": text.level(found[0].level)}
    one = "_one" if len(simulation.by_coupling) == 1 else ""
    point = "published" if simulation.published else "recomputed"
    said = [*simulation.opening(text.code), text(f"headline.{point}", kr=text.kr(simulation.point))]
    if NO_COUPLING in simulation.by_coupling and simulation.varied:
        names = ", ".join(text.label(source.label) for source in simulation.varied)
        said.append(text("headline.known", names=names))
    if not simulation.varied:
        return " ".join([*said, text("headline.nothing")])
    said += [
        text(f"headline.interval{one}", **ends),
        text(f"headline.{verdict}{one}"),
        *(law_said(found, text) if any(each.reason for each in found) else [_chance(found, text)]),
    ]
    if reason is not None and NO_COUPLING not in simulation.by_coupling:
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


def _side(found: DrawSummary) -> str:
    """Which side of zero an interval lies on."""
    if found.low > 0:
        return "above"
    return "below" if found.high < 0 else "both"


def context(results: Results, text: Language) -> dict[str, Any]:
    """The sentence, and the published numbers it is about."""
    gain = results.gain
    return {
        "sentence": sentence(
            results.simulation, text, results.bootstrap.reason, results.stratified
        ),
        "arms": [
            {
                "label": text.label(arm.label),
                "citizens": text("gain.citizens", n=arm.analysed),
                "net": text.kr(gain.net_gain_per_citizen[a]),
            }
            for a, arm in enumerate(results.study.arms)
        ],
        "difference": text.kr(gain.difference),
    }
