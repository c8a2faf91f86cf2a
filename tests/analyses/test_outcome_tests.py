"""Outcome tests: counts of a status, by Fisher and by Boschloo."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from tests.conftest import two_times


def test_job_outcome(ishoj) -> None:
    """Ordinary job 4 of 28 against 1 of 26: Fisher's p by the hypergeometric law, both labelled."""
    found = gv.outcome_test(ishoj, "ordinary_employment")
    assert found.yes == {"intervention": 4, "control": 1}
    law = stats.hypergeom(54, 5, 28)
    chances = law.pmf(np.arange(6))
    assert found.fisher == pytest.approx(chances[chances <= chances[4] * (1 + 1e-9)].sum())
    assert "not formed by lot" in found.summary("en")
    assert "lodtrækning" in found.summary("da")
    assert found.to_dict()["descriptive"] is True
    assert found.to_frame().share["intervention"] == pytest.approx(4 / 28)
    json.dumps(found.to_dict(), allow_nan=False)


def test_boschloo_by_plain_enumeration(ishoj) -> None:
    """Boschloo's one-sided p is the largest chance, over a common share, of a Fisher p as small."""
    found = gv.outcome_test(ishoj, "ordinary_employment", alternative="greater")
    yes = np.array(list(product(range(29), range(27))))
    fisher = np.array([stats.hypergeom(54, a + b, 28).sf(a - 1) for a, b in yes])
    extreme = yes[fisher <= found.fisher * (1 + 1e-9)]
    shares = np.linspace(0.0005, 0.9995, 2000)[:, None]
    chance = (
        stats.binom.pmf(extreme[:, 0], 28, shares) * stats.binom.pmf(extreme[:, 1], 26, shares)
    ).sum(axis=1)
    assert found.boschloo == pytest.approx(chance.max(), rel=1e-3)
    assert found.boschloo <= found.fisher


def test_outcome_test_of_nobody(ishoj) -> None:
    """A status nobody is in differs in nothing; unknown names are refused in words."""
    found = gv.outcome_test(ishoj, "flexjob", time="0")
    assert found.boschloo == found.fisher == 1.0
    with pytest.raises(ValueError, match="status: read 'job'"):
        gv.outcome_test(ishoj, "job")
    with pytest.raises(ValueError, match=r"time: read '2'; write one of: 0, 1, 1\.5"):
        gv.outcome_test(ishoj, "flexjob", time="2")
    with pytest.raises(ValueError, match="alternative"):
        gv.outcome_test(ishoj, "flexjob", alternative="absolute")


def test_a_small_p_is_never_printed_as_zero(ishoj) -> None:
    """101 of 1,875 against 161 of 1,875: Fisher's p is 0.0001485, as scipy and R have it.

    Boschloo's would take a minute at this size: it is left out, and said to be.
    """
    yes, no, n = "ordinary_employment", "cash_benefit", 1875
    ends = ({yes: 101, no: n - 101}, {yes: 161, no: n - 161})
    found = gv.outcome_test(two_times(ishoj, ({no: n}, {no: n}), ends), yes)
    assert found.fisher == pytest.approx(0.00014851913836925)
    assert "p < 0.001" in found.summary("en")
    assert "p < 0,001" in found.summary("da")
    assert "not computed" in found.summary("en")
    assert found.to_dict()["pvalue"]["boschloo"] is None


def test_a_p_is_above_zero_at_any_size(ishoj) -> None:
    """Where all of one arm and none of the other are in the status, with 3,000 citizens each."""
    yes, no, n = "ordinary_employment", "cash_benefit", 3000
    study = two_times(ishoj, ({no: n}, {no: n}), ({yes: n}, {no: n}))
    assert 0 < gv.outcome_test(study, yes).fisher < 1e-300
