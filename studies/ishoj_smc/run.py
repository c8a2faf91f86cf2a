"""How sure is Ishøj's 1,631 kr.? The story from the public API, held against expected.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np

import gevinst as gv
from gevinst.analyses.audit.implied import implied_rates
from gevinst.study.people import COUPLINGS, standard_errors

COUNTED = ["rates", "outcomes", "missing", "investment"]
"""What is uncertain about what the memo counts; the other sources question its assumptions."""


def main(n: int = 100_000) -> dict[str, dict[str, float]]:
    """Print the answer and return its figures."""
    study = gv.load("ishoj-smc")
    rates = implied_rates(study)
    print(f"One set of rates explains {rates.figures} printed amounts: {rates.feasible}")
    print(rates.to_frame().round(4), end="\n\n")

    simulation = gv.simulate(study, n=n, rng=2018)
    print(simulation, end="\n\n")
    counted = gv.simulate(study, n=n, vary=COUNTED, rng=2018)
    print(counted, end="\n\n")
    print(gv.variance_shares(study, rng=2018), end="\n\n")
    factors = [source.name for source in study.sources if source.name != "missing"]
    exact = gv.variance_shares(study, vary=factors)
    print(exact, end="\n\n")
    print(gv.tornado(study, n=n, rng=2018), end="\n\n")

    adjusted = gv.stratify(study)
    print(adjusted, end="\n\n")
    shown = {f"{e.weights}.{e.basis}.{e.moved}": e for e in adjusted.estimates}

    found = {
        "difference": {b: gv.gain(study.choose(basis=b)).difference for b in study.rate_maps},
        "standard_error": {c: float(np.hypot(*standard_errors(study, c))) for c in COUPLINGS},
        "share_of_outcomes": {
            c: float(shares.first[factors.index("outcomes")])
            for c, shares in exact.by_coupling.items()
        },
        "start": {
            "more_to_save": adjusted.baseline.more_to_save,
            "by_strata": adjusted.baseline.by_strata,
        },
        "standardised_low": {name: e.low for name, e in shown.items()},
        "standardised_high": {name: e.high for name, e in shown.items()},
        "interval_low": {name: e.interval.low for name, e in shown.items()},
        "interval_high": {name: e.interval.high for name, e in shown.items()},
        "signs": {
            sign: float(sum(e.sign == sign for e in shown.values()))
            for sign in ("positive", "negative", "either")
        },
    }
    for group, drawn in (("", simulation), ("counted_", counted)):
        rows = {name: draws.to_dict() for name, draws in drawn.by_coupling.items()}
        for end in ("low", "high"):
            found[group + end] = {name: row["interval"][end] for name, row in rows.items()}
    return found


def misses(found: dict[str, dict[str, float]]) -> list[str]:
    """Name the figures that lie outside their tolerance."""
    expected = tomllib.loads(Path(__file__).with_name("expected.toml").read_text("utf-8"))
    return [
        f"{group}.{name}: {found[group][name]:.4f}, expected {value} ± {tolerance}"
        for group, figures in expected.items()
        for name, (value, tolerance) in figures.items()
        if abs(found[group][name] - value) > tolerance
    ]


if __name__ == "__main__":
    missed = misses(main())
    print("\n".join(missed) or "Every figure is as expected.")
    raise SystemExit(bool(missed))
