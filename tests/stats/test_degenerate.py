"""Degenerate arrays: every array function answers or refuses in words, and its answer is shown."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from gevinst import stats
from gevinst.stats.intervals import METHODS
from gevinst.text.result import Result

ARRAYS = {
    "one": [5.0],
    "one zero": [0.0],
    "two equal": [7.0, 7.0],
    "all equal": [13_652.0] * 9,
    "equal but for rounding": [0.1 + 0.2, 0.3, 0.3],
    "one unlike": [0.0] * 11 + [1e6],
    "yes and no": [0.0, 1.0] * 4,
    "tiny": [1e-300, 3e-300, 2e-300],
    "huge": [1e150, -1e150, 2e150],
    "far from zero": [1e15, 1e15 + 1, 1e15 + 2],
}


OUT_OF_RANGE = {"tiny", "huge"}


def _median(x):
    return stats.resample_statistic(x, np.median, n_resamples=100, rng=1)


def _mean(x):
    return stats.resample_statistic(x, np.mean, method="bca", n_resamples=100, rng=1)


def _whole(x):
    return np.rint(np.clip(np.abs(x), 0, 9)).astype(int)


def _estimates(*groups):
    yield (found := stats.bootstrap_mean_difference(*groups))
    for method in METHODS:
        yield found.interval(method, rng=1, n_resamples=200)


def _tests(x, y):
    for alternative in ("two-sided", "less", "greater", "absolute"):
        yield stats.permutation_test(x, y, alternative=alternative, rng=1)
        yield stats.sign_flip_test(np.concatenate([x, -np.array(y)]), alternative=alternative)


QUESTIONS = {
    "mean": lambda x, y: _estimates(x),
    "difference": _estimates,
    "tests": _tests,
    "median": lambda x, y: [_median(x)],
    "bca of a mean": lambda x, y: [_mean(x)],
    "band": lambda x, y: [stats.standard_error_band(x, x[::-1])],
    "bounds": lambda x, y: [
        stats.bound_functional(_whole(x), _whole(x), np.outer(_whole(x), _whole(x)))
    ],
    "odds ratio": lambda x, y: [stats.mantel_haenszel([[_whole(x)[[0, -1]], _whole(y)[[0, -1]]]])],
    "shares": lambda x, y: [
        stats.sobol_shares(_whole(x), _whole(x), [_whole(x)]),
        stats.multilinear_shares([_whole(x)], [np.zeros((len(x), len(x)))]),
    ],
}


def _shown(found: Result) -> list[str]:
    json.dumps(found.to_dict(), allow_nan=False)
    assert len(found.to_frame()) > 0
    return [found.summary("en"), found.summary("da"), repr(found), found._repr_html_()]


@pytest.mark.parametrize("other", ["one", "all equal", "yes and no", "huge"])
@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_function_of_a_degenerate_array(question: str, name: str, other: str) -> None:
    """No traceback, no warning (they are errors here), and no word of nan or infinity."""
    try:
        said = [
            s for each in QUESTIONS[question](ARRAYS[name], ARRAYS[other]) for s in _shown(each)
        ]
    except ValueError as refused:
        said = [str(refused)]
        assert re.search(r"; (write|join|merge) ", said[0]), said
    for text in said:
        assert not re.search(r"\b(nan|inf|infinity)\b", text, re.IGNORECASE), text


@pytest.mark.parametrize("name", sorted(ARRAYS.keys() - OUT_OF_RANGE))
@pytest.mark.parametrize("other", sorted(ARRAYS.keys() - OUT_OF_RANGE))
def test_a_p_is_never_zero_and_never_above_one(name: str, other: str) -> None:
    """Whatever the values and the alternative."""
    for found in _tests(ARRAYS[name], ARRAYS[other]):
        assert 0 < found.pvalue <= 1


def test_values_equal_but_for_rounding_hold_no_spread() -> None:
    """0.1 + 0.2 beside 0.3 is one value, so the data have no standard error to measure."""
    found = stats.bootstrap_mean_difference(ARRAYS["equal but for rounding"])
    assert found.reason == "no-spread"
    assert found.standard_error == 0
    assert stats.bootstrap_mean_difference(ARRAYS["far from zero"]).reason is None
