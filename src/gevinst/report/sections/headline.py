"""The answer in a sentence, from the numbers by a fixed grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.draws import Simulation
from gevinst.text import Language

if TYPE_CHECKING:
    from gevinst.report.page import Results


def sentence(simulation: Simulation, text: Language) -> str:
    """Say how sure the published difference is.

    Four endings and no more: every coupling's interval holds zero, all lie above it, all below, or
    it depends on the coupling.
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
    known = "_one" if len(simulation.by_coupling) == 1 else ""
    return " ".join(
        (
            text("headline.published", kr=text.kr(simulation.point)),
            text(f"headline.interval{known}", **ends),
            text(f"headline.{verdict}{known}"),
            text("headline.chance_one" if low == high else "headline.chance", low=low, high=high),
        )
    )


def _side(interval: dict[str, float]) -> str:
    """Which side of zero an interval lies on."""
    if interval["low"] > 0:
        return "above"
    return "below" if interval["high"] < 0 else "both"


def context(results: Results, text: Language) -> dict[str, Any]:
    """The sentence, and the published numbers it is about."""
    gain = results.gain
    return {
        "sentence": sentence(results.simulation, text),
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
