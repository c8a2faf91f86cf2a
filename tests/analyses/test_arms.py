"""Studies of one arm and of three go through the engine, the simulation and the bootstrap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.model.axes import Contrast
from gevinst.study.comparison import Comparison


def arms_of(study, names: dict[str, int], comparison: Contrast | None):
    """Make a study whose arms are copies of some of a study's, under other ids."""
    order = list(names.values())
    return replace(
        study,
        arms=tuple(replace(study.arms[a], id=name) for name, a in names.items()),
        counts=study.counts[order],
        lines=study.lines[order],
        group_lines=study.group_lines[order],
        uncounted=study.uncounted[order],
        rate_maps={basis: rates[order] for basis, rates in study.rate_maps.items()},
        shares={reading: share[order] for reading, share in study.shares.items()},
        weights={name: weights[order] for name, weights in study.weights.items()},
        sources=tuple(s for s in study.sources if s.name not in ("uncounted", "reported")),
        comparison=comparison and Comparison("control", comparison),
    )


def test_one_arm_is_a_change(ishoj) -> None:
    """Where nobody is the reference the difference is the arm's own net gain, everywhere."""
    study = arms_of(ishoj, {"project": 0}, None)
    assert study.contrast == Contrast("project", None)
    found = gv.gain(study)
    assert found.difference == pytest.approx(gv.gain(ishoj).net_gain_per_citizen[0], rel=1e-12)
    exact = gv.bootstrap(study)
    assert exact.estimate == pytest.approx(found.difference)
    assert exact.difference["widest"].standard_error == pytest.approx(
        gv.bootstrap(ishoj).arms["intervention"]["widest"].standard_error
    )
    draws = gv.simulate(study, n=20_000, vary="outcomes", rng=1)
    for coupling, drawn in draws.by_coupling.items():
        se = exact.difference[coupling].standard_error
        # Six Monte Carlo errors: fails by chance less than once in 100 million runs.
        assert abs(drawn.found.standard_deviation - se) < 6 * drawn.found.mcse["standard_deviation"]
    with pytest.raises(gv.StudyError, match="E132"):
        gv.standardise(study)


def test_three_arms_have_one_contrast(ishoj) -> None:
    """A third arm is evaluated beside the two that are compared, and any two can be."""
    names = {"mild": 1, "strong": 0, "usual": 1}
    study = arms_of(ishoj, names, Contrast("strong", "usual"))
    ledger = gv.evaluate(gv.build(study))
    assert ledger.over("arm").shape == (1, 3)
    assert ledger.difference()[0] == pytest.approx(gv.gain(ishoj).difference, rel=1e-9)
    assert (
        gv.gain(
            replace(study, comparison=Comparison("control", Contrast("mild", "usual")))
        ).difference
        == 0.0
    )
    turned = gv.gain(replace(study, comparison=Comparison("control", Contrast("usual", "strong"))))
    assert turned.difference == pytest.approx(-gv.gain(ishoj).difference, rel=1e-9)
    found = gv.simulate(study, n=500, rng=1)
    assert list(found.by_coupling["widest"].to_frame().columns) == [*names, "difference"]
    assert set(gv.gain(study).to_dict()["arms"]) == set(names)


def test_closed_form_of_one_arm(ishoj) -> None:
    """The terms of a study of one arm give the spread that draws have."""
    study = arms_of(ishoj, {"project": 0}, None)
    vary = ["rates", "outcomes"]
    exact = gv.variance_shares(study, vary=vary, method="closed_form")
    draws = gv.simulate(study, n=40_000, vary=vary, rng=4)
    for coupling, shares in exact.by_coupling.items():
        drawn = draws.by_coupling[coupling].found
        # Six Monte Carlo errors, as above.
        assert abs(drawn.standard_deviation - np.sqrt(shares.variance)) < (
            6 * drawn.mcse["standard_deviation"]
        )
