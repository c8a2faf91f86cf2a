"""How sure is Gladsaxe's saving? The story from the public API, held against expected.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import gevinst as gv


def main(n: int = 100_000) -> dict[str, dict[str, float]]:
    """Print the answer and return its figures."""
    study = gv.load("gladsaxe")
    audit = gv.audit(study)
    print(audit.summary().partition("\n")[0], end="\n\n")

    cases = gv.cases(study)
    print(cases, end="\n\n")
    course = gv.break_even(study)
    print(*(said for said in course.summary().splitlines() if "nobody lived" in said), end="\n\n")
    simulation = gv.simulate(study, n=n, rng=2014)
    print(simulation, end="\n\n")
    (drawn,) = simulation.by_coupling.values()
    interval = drawn.to_dict()["interval"]
    group = gv.simulate(study, n=n, vary=["events"], target="new_group", rng=2014)
    (chance,) = group.by_coupling.values()

    return {
        "weights": {w: gv.gain(study.choose(weights=w)).difference for w in study.weights},
        "case_work": {b: gv.gain(study.choose(basis=b)).difference for b in study.rate_maps},
        "swapped": {
            w: gv.gain(study.choose(weights=w, payers="swapped")).difference for w in study.weights
        },
        "payers": {
            payer: gv.gain(study.choose(perspective=payer)).difference
            for payer in ("all", *study.axes.payers)
        },
        "without": {case.id: case.without for case in cases.cases},
        "written_course": {
            each.input: each.distance for each in course.inputs if each.kind == "stated"
        },
        "if_citizens_differ": {
            f"{side}_{each.cv:g}": getattr(each, side)
            for each in cases.spreads
            for side in ("apart", "alike")
        },
        "if_a_sample": dict(zip(("low", "high"), cases.as_sample or (), strict=True)),
        "nobody": {each.event: each.nobody for each in cases.chances},
        "prices_and_events": {end: interval[end] for end in ("low", "high")},
        "events_as_events": {"sd": chance.to_dict()["standard_deviation"]},
    }


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
