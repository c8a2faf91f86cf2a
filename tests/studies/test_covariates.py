"""The study of adjustments, made small: the truth is right, and the adjustments are near it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.conftest import SIX, STUDIES, script

run = script(STUDIES / "covariates" / "run.py")


@pytest.mark.parametrize("mechanism", run.MECHANISMS, ids=lambda each: each.name)
def test_the_truth_by_drawing(mechanism) -> None:
    """Means over 100,000 of each group's numbers are the quadrature's, to six errors."""
    rng, n = np.random.default_rng(1), 100_000
    found, variance = 0.0, 0.0
    for size, middle in zip(mechanism.sizes, (run.APART, 0.0), strict=True):
        x = rng.standard_normal((n, mechanism.columns))
        x[:, 0] += middle
        first, second = (mechanism.outcome(x, group) for group in (0, 1))
        each = run.chance(first) - run.chance(second) if mechanism.yes_no else first - second
        share = size / sum(mechanism.sizes)
        found += share * each.mean()
        variance += share**2 * each.var() / n
    assert abs(found - run.truth(mechanism)) < SIX * variance**0.5


def test_adjusted_and_not() -> None:
    """On a line 200 repetitions show the raw difference's bias, and none of the adjusted.

    The mean error of 200 is within six standard errors, 0.42 standard deviations, of its
    expectation: a false alarm in one of 500 million.
    """
    rows = run.measure(run.MECHANISMS[0], 200, seed=5)
    bias = {row["method"]: row["bias in standard deviations"] for row in rows}
    most = SIX / 200**0.5
    assert bias["raw"] > most
    for method in ("lin_hc2", "lin_hc3", "g_computation"):
        assert abs(bias[method]) < most


def test_the_page_says_what_was_measured() -> None:
    """The README's table is the committed results, rounded."""
    found = pd.read_csv(STUDIES / "covariates" / "results.csv")
    page = (STUDIES / "covariates" / "README.md").read_text("utf-8")
    for mechanism in run.MECHANISMS:
        rows = found[found["mechanism"] == mechanism.name]
        shares = [f"{share:.3f}" for share in rows["coverage"]]
        last = rows.iloc[-1]
        if mechanism.yes_no:
            shares[1:1] = ["", ""]
        bias, none = last["bias in standard deviations"], 100 * last["without an answer"]
        cells = [mechanism.name, *shares, f"{bias:z.2f}", f"{none:.1f} %"]
        assert f"| {' | '.join(cells)} |" in page


def test_resamples_are_lost() -> None:
    """Of data with rare answers, that do have a logistic regression, many resamples have none."""
    rare = next(each for each in run.MECHANISMS if each.name.startswith("rarely"))
    assert 0.02 < run.separated_resamples(rare, 20, seed=5) < 0.98
