"""Posteriors are calibrated, and wrong ones are found out: the calibration study, made small.

Ranks of the truth are held against uniform ones by two tests; each line of the study has a stream
of its own. A right line fails by chance less than once in 100 million seeds, any of them less than
once in a million.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import STUDIES, script

run = script(STUDIES / "calibration" / "run.py")

CHANCE = 1e-9


@pytest.mark.parametrize(
    "line", [pytest.param(each, id=each.name) for each in run.LINES if each.posterior]
)
def test_a_posterior_is_calibrated(line) -> None:
    """What is drawn given data is what the truth of such data is, for 600 truths."""
    assert run.look(run.ranks_of(line.model, 600, run.stream(line))).p > CHANCE


@pytest.mark.parametrize(
    "line", [pytest.param(each, id=each.name) for each in run.LINES if each.posterior is False]
)
def test_a_wrong_posterior_is_found_out(line) -> None:
    """A prior forgotten or shares taken for known give ranks that both tests together refuse.

    With 2,500 truths, at the level at which a right posterior would pass.
    """
    assert run.look(run.ranks_of(line.model, 2_500, run.stream(line))).p < CHANCE


def test_the_tests_have_their_level() -> None:
    """Of uniform ranks one in twenty is below 5 % by either test, and of shifted ones many more.

    1,000 data sets: six standard errors are 4.1 points.
    """
    rng = np.random.default_rng(3)
    for p_of in (run.chi_square, run.band_p):
        p = np.array([p_of(rng.integers(0, run.DRAWS + 1, 300)) for _ in range(1_000)])
        assert abs(np.mean(p < 0.05) - 0.05) < 0.041
        shifted = [p_of(rng.binomial(run.DRAWS, rng.beta(1.4, 1.0, 300))) for _ in range(50)]
        assert np.mean(np.array(shifted) < 0.05) > 0.8
