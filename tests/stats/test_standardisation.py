"""Direct standardisation on arrays: weights, standard errors, R survey, intervals."""

from __future__ import annotations

import math
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gevinst.stats.standardisation import (
    WEIGHTS,
    imbens_manski,
    smd,
    standard_population,
    weight_variance,
)
from tests.conftest import direct, sampled

COUNTS = np.array([[17, 11], [21, 5]])


def weights_of(weights, counts, strata):
    """Return the shares of a standard population."""
    return standard_population(weights, counts, strata).shares


def test_weights_by_name() -> None:
    """Ishøj's four standard populations, by hand."""
    expected = {
        "pooled": 16 / 54,
        "intervention": 11 / 28,
        "control": 5 / 26,
        "overlap": (55 / 16) / (55 / 16 + 17 * 21 / 38),
    }
    for name, share in expected.items():
        found = weights_of(name, COUNTS, ["a", "b"])
        assert found[0] == pytest.approx([1 - share, share])
        assert (found[0] == found[1]).all()
    assert weights_of("own", COUNTS, ["a", "b"])[:, 1] == pytest.approx([11 / 28, 5 / 26])
    assert weights_of({"b": 1, "a": 3}, COUNTS, ["a", "b"])[0] == pytest.approx([0.75, 0.25])


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ("pool", "write one of pooled"),
        ({"a": 1}, "write one number for each of a, b"),
        ([1, 2, 3], "for each of a, b"),
        ([1, -1], "a number from 0"),
        ([0, 0], "above 0"),
    ],
)
def test_bad_weights(weights, words) -> None:
    """Weights that cannot be used are refused in words."""
    with pytest.raises(ValueError, match=words):
        weights_of(weights, COUNTS, ["a", "b"])


def test_overlap_without_overlap() -> None:
    """Groups that share no stratum cannot be compared at all, and a message says so."""
    with pytest.raises(ValueError, match="no stratum holds citizens of both"):
        weights_of("overlap", np.array([[3, 0], [0, 4]]), ["a", "b"])


@given(
    st.integers(0, 10_000),
    st.sampled_from(WEIGHTS),
    st.floats(-3, 3).filter(lambda f: abs(f) > 1e-3),
)
def test_relabel_and_scale(seed, name, factor) -> None:
    """The order of strata changes nothing; a factor multiplies estimate and standard error."""
    groups = sampled(seed)
    found = direct(groups, name)
    turned = direct([list(reversed(group)) for group in groups], name)
    scaled = direct([[factor * v for v in group] for group in groups], name)
    for a, b in ((found.estimate, turned.estimate), (factor * found.estimate, scaled.estimate)):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-6)
    assert turned.standard_error == pytest.approx(found.standard_error)
    assert turned.standard_error_with_weights == pytest.approx(found.standard_error_with_weights)
    assert scaled.standard_error == pytest.approx(abs(factor) * found.standard_error)


def test_one_stratum_is_welch() -> None:
    """With one stratum everything is Welch's two-sample t."""
    x, y = np.array([1.0, 5, 9, 30]), np.array([2.0, 2, 7])
    found = direct([[x], [y]])
    result = stats.ttest_ind(x, y, equal_var=False)
    assert found.degrees_of_freedom == pytest.approx(result.df)
    low, high = imbens_manski(
        found.estimate, found.estimate, found.standard_error, found.degrees_of_freedom, 0.95
    )
    interval = result.confidence_interval(0.95)
    assert (low, high) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize("name", WEIGHTS)
def test_weight_uncertainty_by_simulation(name) -> None:
    """200,000 samples: the variance of the estimate with random shares is that of the formula.

    Shares are drawn, means held at their true values: what is left is the weights' part, to order
    1/n^2. Six Monte Carlo errors and 3 % for that; a formula without the cross-arm slopes misses by
    half.
    """
    rng = np.random.default_rng(3)
    n, p = np.array([280, 260]), np.array([[0.5, 0.3, 0.2], [0.7, 0.2, 0.1]])
    delta = np.array([1.0, -2.0, 6.0])
    drawn = [rng.multinomial(n[a], p[a], 50_000).astype(float) for a in (0, 1)]
    if name == "overlap":
        raw = drawn[0] * drawn[1] / (drawn[0] + drawn[1])
    else:
        raw = {"pooled": drawn[0] + drawn[1], "intervention": drawn[0], "control": drawn[1]}[name]
    estimates = (raw / raw.sum(axis=1, keepdims=True)) @ delta
    counts = np.rint(n[:, None] * p).astype(int)
    formula = weight_variance(standard_population(name, counts, ["a", "b", "c"]), counts, delta)
    assert estimates.var() == pytest.approx(formula, rel=0.03 + 6 * math.sqrt(2 / 50_000))


def test_given_weights_have_no_uncertainty() -> None:
    """Weights that the caller gave are known."""
    groups = sampled(1)
    found = direct(groups, [1, 2, 3])
    assert found.standard_error_with_weights == found.standard_error


def test_a_stratum_of_one_has_no_variance() -> None:
    """One citizen in a weighted cell: an estimate, and no standard error, never 0."""
    found = direct(
        [[np.array([1.0, 2]), np.array([5.0])], [np.array([1.0, 4]), np.array([2.0, 3])]]
    )
    assert math.isfinite(found.estimate)
    assert math.isnan(found.standard_error)
    assert math.isnan(found.variances[0, 1])


def test_an_empty_cell_has_no_estimate_but_by_overlap() -> None:
    """An empty cell leaves no estimate under pooled weights; overlap compares the rest."""
    groups = [[np.array([1.0, 2, 6]), np.array([])], [np.array([1.0, 4]), np.array([2.0, 3])]]
    assert math.isnan(direct(groups).estimate)
    assert direct(groups, "overlap").estimate == pytest.approx(3.0 - 2.5)


# --- R survey ------------------------------------------------------------------

R = """
suppressMessages(library(survey))
d <- read.csv("{path}")
w <- c({weights})
d$cell <- interaction(d$arm, d$stratum, drop = TRUE)
n <- table(d$arm, d$stratum)
d$w <- w[d$stratum + 1] / n[cbind(as.character(d$arm), as.character(d$stratum))]
out <- c()
# Stratified: the cells are strata of the design, so their sizes are fixed.
s <- svydesign(ids = ~1, strata = ~cell, weights = ~w, data = d)
m <- svyby(~y, ~arm, s, svymean, covmat = TRUE)
e <- svycontrast(m, c("1" = 1, "0" = -1))
out <- c(out, coef(e), SE(e))
# Post-stratified: each arm a simple random sample, weighted to the standard population.
for (a in c(1, 0)) {{
  p <- svydesign(ids = ~1, weights = rep(1, sum(d$arm == a)), data = d[d$arm == a, ])
  p <- postStratify(p, ~stratum, data.frame(stratum = seq_along(w) - 1, Freq = w))
  out <- c(out, coef(svymean(~y, p)), SE(svymean(~y, p)))
}}
cat(format(out, digits = 15), "\\n")
"""


def _r_with_survey() -> str | None:
    """Path of R where it has the package survey."""
    path = shutil.which("Rscript")
    if path is None:
        return None
    done = subprocess.run([path, "-e", "library(survey)"], capture_output=True, check=False)
    return path if done.returncode == 0 else None


@pytest.mark.parametrize("name", ["pooled", "intervention", "overlap"])
def test_post_stratification_agrees_with_r_survey(tmp_path, name) -> None:
    """R `survey` gives the same estimate; its stratified standard error is ours to 1e-9.

    `svymean(~y, svydesign(ids = ~1, strata = ~cell, weights = ~w))` has our standard error. That of
    `postStratify` lets the strata's sizes vary: per arm n/(n-1) sum w^2 (n_s-1)/n_s s^2/n_s.
    """
    rscript = _r_with_survey()
    if rscript is None:
        pytest.skip("R with the package survey is not installed")
    groups = sampled(5)
    found = direct(groups, name)
    path = tmp_path / "citizens.csv"
    lines = ["arm,stratum,y"]
    for a in (0, 1):
        for s, values in enumerate(groups[a]):
            lines += [f"{1 - a},{s},{float(v)!r}" for v in values]
    path.write_text("\n".join(lines), "utf-8")
    weights = ", ".join(repr(float(w)) for w in found.weights[0])
    script = R.format(path=path.as_posix(), weights=weights)
    done = subprocess.run([rscript, "-e", script], capture_output=True, text=True, check=True)
    estimate, error, *arms = map(float, done.stdout.split())
    assert estimate == pytest.approx(found.estimate, rel=1e-9)
    assert error == pytest.approx(found.standard_error, rel=1e-9)
    assert arms[0] - arms[2] == pytest.approx(found.estimate, rel=1e-9)
    for a, theirs in ((0, arms[1]), (1, arms[3])):
        sizes, w = found.sizes[a].astype(float), found.weights[a]
        n = sizes.sum()
        ours = n / (n - 1) * (w**2 * (sizes - 1) / sizes * found.variances[a] / sizes).sum()
        assert theirs**2 == pytest.approx(ours, rel=1e-9)


# --- intervals and distances ----------------------------------------------------


def test_imbens_manski_solves_its_equation() -> None:
    """F(c + width/error) - F(-c) is the level; c falls from the two-sided to the one-sided t."""
    t = stats.t(12.5)
    previous = t.ppf(0.975)
    for width in (0.0, 0.1, 1.0, 3.0, 50.0):
        low, high = imbens_manski(-2.0, -2.0 + width, 1.0, 12.5, 0.95)
        c = -2.0 - low
        assert high - (-2.0 + width) == pytest.approx(c)
        assert t.cdf(c + width) - t.cdf(-c) == pytest.approx(0.95, abs=1e-9)
        assert t.ppf(0.95) - 1e-9 <= c <= previous + 1e-12
        previous = c
    assert c == pytest.approx(t.ppf(0.95))


def test_imbens_manski_normal_constants() -> None:
    """Imbens & Manski's constants at many degrees of freedom: 1.96 without width, 1.64 with much.

    Between them the defining equation, at a width of one standard error.
    """
    low, _ = imbens_manski(0.0, 1.0, 1.0, 1e9, 0.95)
    c = -low
    assert stats.norm.cdf(c + 1) - stats.norm.cdf(-c) == pytest.approx(0.95, abs=1e-8)
    assert 1.645 < c < 1.96


def test_standardised_mean_difference() -> None:
    """Ishøj's resource programme: 11/28 against 5/26, by hand; nothing to compare is no zero."""
    p, q = 11 / 28, 5 / 26
    expected = (p - q) / math.sqrt((p * (1 - p) + q * (1 - q)) / 2)
    assert smd((p, p * (1 - p)), (q, q * (1 - q))) == pytest.approx(expected)
    assert smd((1.0, 0.0), (1.0, 0.0)) == 0.0
    assert math.isnan(smd((1.0, 0.0), (0.0, 0.0)))
