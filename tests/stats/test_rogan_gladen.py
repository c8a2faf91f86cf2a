"""A share corrected for a test that errs: known answers, and what is warned of or refused."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.text.problems import StudyWarning

KNOWN = [(45, 150, 0.96, 0.89, 0.2235), (100, 189, 0.65, 0.95, 0.799)]


@pytest.mark.parametrize(("positive", "n", "sensitivity", "specificity", "share"), KNOWN)
def test_known_answers(positive, n, sensitivity, specificity, share) -> None:
    """As R's epiR and published examples have them."""
    found = gv.stats.rogan_gladen(positive, n, sensitivity, specificity)
    assert found.estimate == pytest.approx(share, abs=6e-4)
    assert found.apparent == pytest.approx(
        found.estimate * sensitivity + (1 - found.estimate) * (1 - specificity)
    )
    assert found.reason is None


def test_what_is_no_share_is_warned_of_and_not_clipped() -> None:
    """Six of 151 with a specificity of .927: fewer than the test finds among the healthy."""
    with pytest.warns(StudyWarning, match="no share"):
        found = gv.stats.rogan_gladen(6, 151, 0.964, 0.927)
    assert found.estimate == pytest.approx(-0.037, abs=5e-4)
    assert found.reason == "outside"
    assert "ikke er en andel" in found.summary("da")


def test_standard_error_is_that_of_repeated_samples() -> None:
    """The spread of the estimate over 40,000 binomial samples, within six errors of it."""
    n, sensitivity, specificity = 400, 0.9, 0.8
    apparent = 0.3 * sensitivity + 0.7 * (1 - specificity)
    drawn = np.random.default_rng(30).binomial(n, apparent, 40_000)
    spread = float(((drawn / n + specificity - 1) / (sensitivity + specificity - 1)).std())
    expected = (apparent * (1 - apparent) / n) ** 0.5 / (sensitivity + specificity - 1)
    assert spread == pytest.approx(expected, rel=6 / (2 * 40_000) ** 0.5)
    exact = gv.stats.rogan_gladen(round(apparent * n), n, sensitivity, specificity)
    assert exact.standard_error == pytest.approx(expected, rel=1e-2)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((5, 4, 0.9, 0.9), "positive"),
        ((1, 0, 0.9, 0.9), "positive"),
        ((1.5, 4, 0.9, 0.9), "positive"),
        ((1, 4, 1.2, 0.9), "sensitivity"),
        ((1, 4, 0.9, -0.1), "specificity"),
        ((1, 4, 0.5, 0.5), "sum is above 1"),
    ],
)
def test_refusals_name_what_is_wrong(given, named: str) -> None:
    """One message with what was read."""
    with pytest.raises(ValueError, match=named):
        gv.stats.rogan_gladen(*given)
