"""Matchings: how many citizens are on each path, with nobody listed."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gevinst.stats.margins import matching
from gevinst.stats.margins.matching import Tally, comonotone, matched_at_random, paths_at_random


def column(*counts: int):
    """Counts of one time."""
    return np.array(counts)[:, np.newaxis]


@given(
    st.integers(1, 40).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(0, n), min_size=0, max_size=5).map(
                lambda cuts: np.diff([0, *sorted(cuts), n]).tolist()
            ),
            min_size=1,
            max_size=4,
        )
    )
)
def test_first_goes_with_first(times) -> None:
    """The paths are those of citizens listed in order at each time, and there are few of them."""
    found = comonotone([column(*counts) for counts in times])
    sizes = found.citizens[:, 0].astype(int)
    assert (sizes > 0).all()
    assert len(sizes) <= sum(map(len, times)) - len(times) + 1
    for counts, place in zip(times, found.places, strict=True):
        np.testing.assert_array_equal(
            np.repeat(place[:, 0], sizes), np.repeat(np.arange(len(counts)), counts)
        )


def test_rows_of_their_own_counts() -> None:
    """Where counts differ from row to row, each row is paired as if it were alone."""
    first = np.array([[3, 1, 0], [1, 3, 4]])
    last = np.array([[2, 2, 1], [1, 0, 2], [1, 2, 1]])
    found = comonotone([first, last])
    for row in range(3):
        alone = comonotone([first[:, [row]], last[:, [row]]])
        some = found.citizens[:, row] > 0
        np.testing.assert_array_equal(found.citizens[some, row], alone.citizens[:, 0])
        for place, by_itself in zip(found.places, alone.places, strict=True):
            np.testing.assert_array_equal(place[some, row], by_itself[:, 0])


def tables(found, first: int, last: int):
    """Each row's table, shape (row, first, last)."""
    rows = max(found.citizens.shape[1], found.places[-1].shape[1])
    table = np.zeros((rows, first, last))
    for path, sizes in enumerate(found.citizens):
        ends = [np.broadcast_to(place[path], rows) for place in found.places]
        np.add.at(table, (np.arange(rows), *ends), np.broadcast_to(sizes, rows))
    return table


@pytest.mark.parametrize("way", ["listed", "by place", "by citizen"])
@pytest.mark.parametrize("turned", [False, True])
def test_every_way_is_the_hypergeometric_law(monkeypatch, way: str, turned: bool) -> None:
    """Chi-square against the exact law over all tables; false alarm below one in a million."""
    if way != "listed":
        monkeypatch.setattr(matching, "_listed", lambda first, last: None)
    if way == "by citizen":
        monkeypatch.setattr(matching, "_by_place", lambda counts, n, cells: False)
    first, last = ((3, 4), (2, 1, 4)) if not turned else ((2, 1, 4), (3, 4))
    rows = 100_000
    counts = [column(*first), column(*last)]
    drawn = tables(matched_at_random(counts, rows, np.random.default_rng(1)), len(first), len(last))
    assert (drawn.sum(axis=2) == first).all()
    assert (drawn.sum(axis=1) == last).all()
    law = stats.random_table(first, last)
    distinct, seen = np.unique(drawn, axis=0, return_counts=True)
    expected = rows * law.pmf(distinct.astype(int))
    assert expected.sum() == pytest.approx(rows)  # every table has come
    assert stats.chisquare(seen, expected).pvalue > 1e-6


@pytest.mark.parametrize("by_place", [True, False])
def test_three_times_are_matched_anew_each(monkeypatch, by_place: bool) -> None:
    """Each time is matched at random with the paths before it: the law over all permutations."""
    monkeypatch.setattr(matching, "_by_place", lambda counts, n, cells: by_place)
    times = [(1, 2), (2, 1), (1, 2)]
    rows = 50_000
    found = matched_at_random([column(*c) for c in times], rows, np.random.default_rng(2))
    paths = np.zeros((rows, 2, 2, 2))
    for path, sizes in enumerate(found.citizens):
        ends = [np.broadcast_to(place[path], rows) for place in found.places]
        np.add.at(paths, (np.arange(rows), *ends), np.broadcast_to(sizes, rows))
    exact: dict[bytes, float] = {}
    slots = [np.repeat([0, 1], c) for c in times]
    for second in permutations(slots[1].tolist()):
        for third in permutations(slots[2].tolist()):
            one = np.zeros((2, 2, 2))
            np.add.at(one, (slots[0], list(second), list(third)), 1.0)
            exact[one.tobytes()] = exact.get(one.tobytes(), 0.0) + 1 / 36
    distinct, seen = np.unique(paths, axis=0, return_counts=True)
    expected = [rows * exact[each.tobytes()] for each in distinct]
    assert len(distinct) == len(exact)
    assert stats.chisquare(seen, expected).pvalue > 1e-6


def test_many_citizens_make_no_more_paths() -> None:
    """Paths are as few for a thousand times as many citizens, and the law has its moments."""
    counts = [column(17, 11), column(7, 1, 4, 3, 8, 4, 1)]
    many = [1000 * each for each in counts]
    assert paths_at_random(many) == paths_at_random(counts) == 14
    rows = 20_000
    found = matched_at_random(many, rows, np.random.default_rng(3)).citizens
    n, k, m = 28_000, 17_000, 7_000
    expected, variance = k * m / n, k * m / n * (1 - m / n) * (n - k) / (n - 1)
    assert abs(found[0].mean() - expected) < 6 * (variance / rows) ** 0.5
    spread = (found[0] - expected) ** 2
    assert abs(spread.mean() - variance) < 6 * spread.std() / rows**0.5


def test_a_tally_is_its_citizens() -> None:
    """A tally has the variance of the citizens it stands for."""
    tally = Tally(np.array([1.0, 5.0, 5.0, 9.0]), np.array([2.0, 0.0, 3.0, 1.0]))
    assert tally.n == 6
    assert tally.variance == pytest.approx(np.var([1, 1, 5, 5, 5, 9], ddof=1))
