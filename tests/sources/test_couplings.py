"""Couplings: paths fit the margins, and spread as the coupling says."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

import gevinst as gv
from gevinst.sources import latents
from gevinst.sources.couplings import Coupling
from gevinst.study.people import COUPLINGS, OBSERVED, standard_errors
from tests.conftest import four_citizens, person_rows


@pytest.mark.parametrize("kind", COUPLINGS)
def test_paths_have_the_margins(ishoj, kind: str) -> None:
    """Every coupling's paths count up to the published margins in every row."""
    drawn = Coupling(kind).draw(ishoj, 50, np.random.default_rng(1))
    for a, arm in enumerate(ishoj.arms):
        for t, time in enumerate(ishoj.times):
            for row in drawn[latents.path(arm.id, time.id)]:
                counted = np.bincount(row, minlength=len(ishoj.items))
                assert np.array_equal(counted, ishoj.counts[a, t])


def test_independent_is_the_hypergeometric_law(ishoj) -> None:
    """Every citizen is as likely to end in any place: chi-square on one start's end statuses.

    24 cells and 200,000 rows; a statistic above 120 comes by chance less than once in a million.
    """
    rows = 200_000
    drawn = Coupling("independent").draw(ishoj, rows, np.random.default_rng(5))
    path = drawn[latents.path("intervention", "1.5")]
    n = path.shape[1]
    statistic = 0.0
    for citizen in (0, n - 1):
        for item, number in enumerate(ishoj.counts[0, 2]):
            if number:
                expected = rows * number / n
                seen = int((path[:, citizen] == item).sum())
                statistic += (seen - expected) ** 2 / expected
    assert statistic < 120
    # Two citizens are without replacement: both in a status of one is impossible.
    alone = int(np.flatnonzero(ishoj.counts[0, 2] == 1)[0])
    assert not ((path[:, 0] == alone) & (path[:, 1] == alone)).any()
    middle = drawn[latents.path("intervention", "1")]
    assert len(middle) == 1  # a time that counts for nothing is not matched anew
    every = Coupling("independent", every_time=True).draw(ishoj, 5, np.random.default_rng(5))
    assert len(every[latents.path("intervention", "1")]) == 5


def test_standard_errors_are_those_of_the_paths(ishoj) -> None:
    """The printed standard errors are s / sqrt(n) of the gains along the couplings' paths."""
    costs, counted = ishoj.status_costs, ishoj.status_horizon
    for kind in ("narrowest", "widest"):
        drawn = Coupling(kind).draw(ishoj, 1, np.random.default_rng(1))
        for a, arm in enumerate(ishoj.arms):
            gains = sum(
                counted[t] * costs[a, t, drawn[latents.path(arm.id, time.id)][0]]
                for t, time in enumerate(ishoj.times)
            )
            by_hand = gains.std(ddof=1) / np.sqrt(arm.analysed)
            assert standard_errors(ishoj, kind)[a] == pytest.approx(by_hand)


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
        Coupling("random")


def test_margins_never_become_persons(ishoj) -> None:
    """Asking margins for observed paths is an error that names the couplings."""
    with pytest.raises(ValueError, match="the data are margins"):
        Coupling(OBSERVED).draw(ishoj, 1, np.random.default_rng(1))
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
