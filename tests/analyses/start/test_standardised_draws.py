"""Draws of the standardised difference: what is drawn, refused and said."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.study.strata import strata_of
from tests.conftest import person_rows


def test_what_strata_have_no_answer_for(ishoj) -> None:
    """New groups, priors, extreme courses and empty cells are refused with their reason."""
    for study, asked in (
        (ishoj, {"target": "new_group"}),
        (ishoj.assume("outcomes", prior="perks"), {}),
        (ishoj.assume("missing", dropouts="worst"), {}),
    ):
        with pytest.raises(gv.StudyError, match="E131"):
            gv.simulate(study, n=10, weights="pooled", **asked)
    groups = {
        "placement": "cash_benefit_placement",
        "rest": ["cash_benefit", "resource_programme_all"],
    }
    with pytest.raises(gv.StudyError, match="E079"):  # one citizen of the control group
        gv.simulate(ishoj, n=10, strata=groups)
    sizes = strata_of(ishoj, groups).counts(ishoj)
    assert 1 in sizes


def test_the_summary_says_what_is_drawn(ishoj) -> None:
    """The heading names strata and weights, and each coupling has its calculated value."""
    found = gv.simulate(ishoj, n=200, weights="pooled", rng=1)
    assert "same mix by benefit at start (weights: pooled)" in found.summary()
    assert "−13,172" in found.summary()
    assert "−61.171" in found.summary("da")
    shares = gv.variance_shares(ishoj, weights="pooled", n=500, rng=1)
    assert shares.method == "swapping"
    assert "same mix by benefit at start" in shares.summary()
    with pytest.raises(ValueError, match="closed form does not hold"):
        gv.variance_shares(ishoj, vary=["outcomes"], weights="pooled", method="closed_form")


def test_an_empty_stratum_weighs_nothing(ishoj) -> None:
    """A stratum that nobody starts in changes no number."""
    strata = ["cash_benefit_all", "resource_programme_all"]
    for vary in (["rates"], ["outcomes"]):
        without, with_it = (
            gv.simulate(ishoj, n=200, vary=vary, weights="pooled", strata=each, rng=1)
            for each in (strata, [*strata, "flexjob"])
        )
        for coupling, draws in without.by_coupling.items():
            again = with_it.by_coupling[coupling].net_gain
            np.testing.assert_allclose(draws.net_gain, again, rtol=1e-12)


def test_who_goes_where_stays_where_citizens_stay(ishoj) -> None:
    """Without citizens that vary the matching is at its expected shares: nothing varies of it."""
    found = gv.simulate(ishoj, n=200, vary=[], weights="pooled", rng=1)
    for coupling, draws in found.by_coupling.items():
        assert draws.difference == pytest.approx(np.full(200, found.points[coupling]))
    shares = gv.variance_shares(ishoj, vary=["investment"], weights="pooled", n=4_000, rng=1)
    for each in shares.by_coupling.values():
        assert abs(each.first[0] - 1.0) < 6 * each.first_error[0]


def test_weights_as_an_array_and_in_words(ishoj) -> None:
    """Weights may be any numbers in order; the summary says them in its own language."""
    found, again = (
        gv.simulate(ishoj, n=20, vary=["outcomes"], weights=weights, rng=1)
        for weights in (np.array([1.0, 3.0]), [1, 3])
    )
    assert found.to_dict()["difference"] == again.to_dict()["difference"]
    assert "(weights: given)" in found.summary()
    pooled = gv.simulate(ishoj, n=20, vary=["outcomes"], weights="pooled", rng=1)
    assert "pooled" not in pooled.summary("da")


def test_known_paths_are_not_said_to_be_unknown(ishoj) -> None:
    """Of paired data the summary says nothing of couplings."""
    study = gv.from_persons(person_rows(ishoj), ishoj)
    found = gv.simulate(study, n=20, vary=[], weights="pooled", rng=1)
    assert "each coupling" not in found.summary()
