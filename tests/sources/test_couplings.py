"""Couplings: paths fit the margins, and spread as the coupling says."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

import gevinst as gv
from gevinst.sources import latents
from gevinst.sources.couplings import Coupling
from gevinst.study.people import COUPLINGS, OBSERVED, standard_errors
from tests.conftest import courses, four_citizens, many_lost, person_rows, relabelled


@pytest.mark.parametrize("kind", COUPLINGS)
def test_paths_have_the_margins(ishoj, kind: str) -> None:
    """Every coupling's paths count up to the published margins in every row."""
    drawn = Coupling(ishoj, kind).draw(50, np.random.default_rng(1))
    for a, arm in enumerate(ishoj.arms):
        sizes = drawn[latents.size(arm.id)]
        assert sizes.shape[1] <= Coupling(ishoj, kind).most_paths
        sizes = np.broadcast_to(sizes, (50, sizes.shape[1]))
        for t, time in enumerate(ishoj.times):
            path = np.broadcast_to(drawn[latents.path(arm.id, time.id)], sizes.shape)
            for row, number in zip(path, sizes, strict=True):
                counted = np.bincount(row, weights=number, minlength=len(ishoj.items))
                assert np.array_equal(counted, ishoj.counts[a, t])


def test_standard_errors_are_those_of_the_paths(ishoj) -> None:
    """The printed standard errors are s / sqrt(n) of the gains along the couplings' paths."""
    costs, counted = ishoj.status_costs, ishoj.status_horizon
    for kind in ("narrowest", "widest"):
        for a, arm in enumerate(ishoj.arms):
            path = courses(ishoj, kind, arm.id)
            gains = sum(counted[t] * costs[a, t, at] for t, at in enumerate(path))
            by_hand = gains.std(ddof=1) / np.sqrt(arm.analysed)
            assert standard_errors(ishoj, kind)[a] == pytest.approx(by_hand)


def test_no_order_of_statuses_breaks_a_tie(ishoj) -> None:
    """Whatever order the statuses are listed in, each coupling is one: results are the same.

    The last status of those who moved, and of the lost in an arm that lost many, hangs on it.
    """
    for study in (ishoj, many_lost(ishoj)):
        study = study.assume("missing", moved="last_status", dropouts="as_published")
        rng = np.random.default_rng(2)
        found = []
        for order in (np.arange(len(study.items)), *(rng.permutation(len(study.items)),) * 3):
            turned = relabelled(study, order)
            draws = gv.simulate(turned, n=2, vary=["missing"], rng=1)
            found.append([draws.by_coupling[c].difference[0] for c in ("narrowest", "widest")])
        np.testing.assert_allclose(found, found[:1] * len(found))


@pytest.mark.parametrize("kind", COUPLINGS)
def test_standard_errors_on_known_paths(ishoj, kind: str) -> None:
    """Ishøj's standard errors of the difference stay those first calculated."""
    known = {"narrowest": 18718.4, "independent": 32921.1, "widest": 41686.3}
    assert np.hypot(*standard_errors(ishoj, kind)) == pytest.approx(known[kind], abs=0.1)


def test_independent_adds_the_variances(ishoj) -> None:
    """Under independence the variances of start and end add; the mean over all matchings agrees."""
    small = four_citizens(ishoj)
    costs = small.status_costs[0]
    slots = [np.repeat(np.arange(len(small.items)), n) for n in small.counts[0][[0, 2]]]
    variances = [
        (costs[0, slots[0]] - costs[2, list(order)]).var(ddof=1) for order in permutations(slots[1])
    ]
    assert standard_errors(small, "independent")[0] ** 2 * 4 == pytest.approx(np.mean(variances))


def test_unknown_coupling() -> None:
    """An unknown coupling is an error that lists those there are."""
    with pytest.raises(ValueError, match="narrowest, independent, widest"):
        Coupling(None, "random")


def test_margins_never_become_persons(ishoj) -> None:
    """Asking margins for observed paths is an error that names the couplings."""
    with pytest.raises(ValueError, match="the data are margins"):
        Coupling(ishoj, OBSERVED).draw(1, np.random.default_rng(1))
    with pytest.raises(ValueError, match="the data are margins"):
        standard_errors(ishoj, OBSERVED)
    with pytest.raises(ValueError, match="no transitions are left open"):
        gv.bootstrap(gv.from_persons(person_rows(ishoj), ishoj), impossible=[("flexjob", "*")])


def test_observed_standard_error_by_hand(ishoj, paired) -> None:
    """The standard error of paired data is s / sqrt(n) of the citizens' own gains."""
    costs = paired.status_costs
    frame = person_rows(ishoj).dropna()
    for a, arm in enumerate(paired.arms):
        rows = frame[frame.arm == arm.id]
        start, end = ([paired.axes.items.index(s) for s in rows[t]] for t in ("0", "1.5"))
        gains = costs[a, 0, start] - costs[a, 2, end]
        expected = gains.std(ddof=1) / np.sqrt(len(gains))
        assert standard_errors(paired, OBSERVED)[a] == pytest.approx(expected)
        assert gv.bootstrap(paired).arms[arm.id][OBSERVED].standard_error == pytest.approx(expected)
