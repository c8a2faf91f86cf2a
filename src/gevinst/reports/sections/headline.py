"""The answer in a sentence, from the numbers by a fixed grammar."""

from __future__ import annotations

from typing import Any

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
) -> str:
    """Say how sure the published difference is.

    Four verdicts and no more: every coupling's interval holds zero, all lie above it, all below, or
    it depends on the coupling. Of a study of cost lines it says first what was taken as known; of
    groups without spread (`reason`, a code of the bootstrap) that they say nothing of other
    citizens. Of a study with strata it says which sign is left with the same mix in both groups.
    """
    found = [draws.to_dict() for draws in simulation.by_coupling.values()]
    signs = {_side(row["interval"]) for row in found}
    verdict = signs.pop() if len(signs) == 1 else "depends"
    wide = max(found, key=lambda row: row["interval"]["high"] - row["interval"]["low"])
    chances = sorted(found, key=lambda row: row["probability_positive"])
    low, high = (
        text.earned(100 * row["probability_positive"], 100 * row["mcse"]["probability_positive"])
        for row in (chances[0], chances[-1])
    )
    ends = {end: text.earned(wide["interval"][end], wide["mcse"][end]) for end in ("low", "high")}
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
        text("headline.chance_one" if low == high else "headline.chance", low=low, high=high),
    ]
    if reason is not None and NO_COUPLING not in simulation.by_coupling:
        said.append(text(f"reason.{reason}"))
    if stratified is not None:
        pooled = stratified.of(WEIGHTS[0], stratified.basis, stratified.moved)
        said.append(text(f"headline.standardised_{pooled.sign}"))
    return " ".join(said)


def _side(interval: dict[str, float]) -> str:
    """Which side of zero an interval lies on."""
    if interval["low"] > 0:
        return "above"
    return "below" if interval["high"] < 0 else "both"


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
