"""The own-shares law: strata that weigh as each arm's own shares change no difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from tests.conftest import direct, sampled


def test_own_shares_law(two_types) -> None:
    """Strata weighted by the arm's own shares give what one pooled stratum gives."""
    inputs = build(two_types)
    by_stratum = evaluate(inputs, by=("stratum",)).over("arm", "stratum")[0]
    weight = two_types.weights["stated"]
    unweighted = by_stratum / weight
    assert evaluate(inputs).over("arm")[0] == pytest.approx((weight * unweighted).sum(axis=1))


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_own_shares_are_the_raw_difference_of_arrays(seed, strata) -> None:
    """With each group's own shares the standardised difference is the raw one (law, 1e-9)."""
    groups = sampled(seed, strata)
    found = direct(groups, "own").estimate
    raw = np.concatenate(groups[0]).mean() - np.concatenate(groups[1]).mean()
    assert found == pytest.approx(raw, rel=1e-9, abs=1e-6)


def test_own_shares_are_the_raw_difference(ishoj) -> None:
    """Law: strata with the arms' own shares give the raw difference, to 1e-9."""
    for basis in ishoj.rate_maps:
        study = ishoj.choose(basis=basis)
        own = gv.standardise(study, weights="own")
        assert own.identified
        assert own.estimate == pytest.approx(gv.gain(study).difference, rel=1e-9)


def test_own_shares_are_no_adjustment(ishoj) -> None:
    """With each arm's own mix every coupling's value is the raw difference."""
    found = gv.simulate(ishoj, n=2, vary=[], weights="own", rng=1)
    for point in found.points.values():
        assert point == pytest.approx(gv.gain(ishoj).difference)
