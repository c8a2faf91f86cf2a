"""Shapley shares of a variance: against closed forms, all orders, and models with known answers."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from gevinst.stats.sensitivity.shapley import MOST_AXES, shapley_shares


def explained(rows, values, axes) -> float:
    """Variance of the mean given the choices along some axes, counted row by row."""
    groups: dict[tuple[int, ...], list[float]] = {}
    for row, value in zip(rows, values, strict=True):
        groups.setdefault(tuple(row[a] for a in axes), []).append(value)
    whole = sum(values) / len(values)
    return sum(len(g) * (sum(g) / len(g) - whole) ** 2 for g in groups.values()) / len(values)


def over_all_orders(rows, values) -> list[float]:
    """What each axis adds when the axes become known one by one, averaged over all orders."""
    k = len(rows[0])
    added, orders = [0.0] * k, list(permutations(range(k)))
    for order in orders:
        for place, axis in enumerate(order):
            before = explained(rows, values, order[:place])
            added[axis] += explained(rows, values, order[: place + 1]) - before
    whole = explained(rows, values, range(k))
    return [each / len(orders) / whole for each in added]


def test_an_additive_model_is_shared_by_its_variances() -> None:
    """In a full factorial of sums each axis has its own variance, over their sum."""
    effects = ([0.0, 3.0], [0.0, 1.0, 5.0], [-2.0, 2.0])
    rows = list(product(*(range(len(each)) for each in effects)))
    values = [sum(e[c] for e, c in zip(effects, row, strict=True)) for row in rows]
    own = [np.var(each) for each in effects]
    np.testing.assert_allclose(shapley_shares(rows, values), own / np.sum(own), rtol=1e-12)


def test_an_interaction_is_shared_alike() -> None:
    """A product of two signs belongs to neither alone, so each has half; a bystander nothing."""
    rows = list(product((0, 1), repeat=3))
    values = [(2 * a - 1) * (2 * b - 1) for a, b, _ in rows]
    np.testing.assert_allclose(shapley_shares(rows, values), [0.5, 0.5, 0.0], atol=1e-14)


def test_choices_that_always_go_together_share_alike() -> None:
    """Where two axes are one, each has half of what it does."""
    rows = [(a, a, b) for a in (0, 1, 2) for b in (0, 1)]
    values = [10.0 * a + b for a, _, b in rows]
    found = shapley_shares(rows, values)
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    both, rest = np.var([0.0, 10.0, 20.0]), 0.25
    np.testing.assert_allclose(found, np.array([both / 2, both / 2, rest]) / (both + rest))


def test_ishigami_is_shared_as_its_decomposition_says() -> None:
    """The third input of Ishigami's function acts with the first alone: each has half of that."""
    at = (np.arange(16) + 0.5) / 16 * 2 * np.pi - np.pi
    rows = list(product(range(16), repeat=3))
    x, y, z = at[np.array(rows).T]
    values = np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    fourth, eighth = np.mean(at**4), np.mean(at**8)
    first, second = (1.0 + 0.1 * fourth) ** 2 / 2.0, 49.0 / 8.0
    together = 0.01 * (eighth - fourth**2) / 2.0
    expected = np.array([first + together / 2.0, second, together / 2.0])
    np.testing.assert_allclose(shapley_shares(rows, values), expected / expected.sum(), rtol=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_any_rows_are_shared_as_all_orders_say(seed: int) -> None:
    """Of a factorial with holes the shares are those of going through every order of the axes."""
    rng = np.random.default_rng(seed)
    rows = [row for row in product(range(3), range(2), range(2), range(2)) if rng.random() < 0.6]
    values = rng.normal(size=len(rows)).tolist()
    found = shapley_shares(rows, values)
    np.testing.assert_allclose(found, over_all_orders(rows, values), rtol=1e-10, atol=1e-12)
    assert found.sum() == pytest.approx(1.0, rel=1e-12)
    assert (found >= 0.0).all()


def test_nothing_varies() -> None:
    """Equal values, however large, leave nothing to share."""
    assert shapley_shares([[0, 0], [1, 1]], [1e9 + 0.1, 1e9 + 0.1]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("rows", "values", "said"),
    [
        ([[0], [1]], [1.0], "read shapes"),
        (np.zeros((0, 2)), [], "read shapes"),
        ([0, 1], [1.0, 2.0], "read shapes"),
        (np.zeros((2, MOST_AXES + 1)), [1.0, 2.0], "read 13 axes"),
    ],
)
def test_what_cannot_be_shared_is_named(rows, values, said: str) -> None:
    """Shapes that do not fit, no rows, and too many axes are refused."""
    with pytest.raises(ValueError, match=said):
        shapley_shares(rows, values)
