"""Newcombe's interval of a difference of two shares."""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from gevinst.stats.yes_no.newcombe import newcombe_interval


@pytest.mark.parametrize(
    ("yes", "citizens", "low", "high"),
    [
        ((56, 48), (70, 80), 0.0524, 0.3339),
        ((9, 3), (10, 10), 0.1705, 0.8090),
        ((6, 2), (7, 7), 0.0582, 0.8062),
        ((5, 0), (56, 29), -0.0381, 0.1926),
        ((0, 0), (10, 20), -0.1611, 0.2775),
        ((10, 0), (10, 10), 0.6075, 1.0000),
    ],
)
def test_the_examples_of_the_paper(yes, citizens, low, high) -> None:
    """Newcombe 1998, table II, method 10: examples (a) to (h), to the digits printed."""
    found = newcombe_interval(yes, citizens)
    assert found == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_statsmodels_says_the_same(level: float) -> None:
    """An independent implementation agrees, and swapping the groups turns the sign."""
    for yes, citizens in (((4, 1), (28, 26)), ((0, 3), (9, 12)), ((101, 161), (1875, 1875))):
        low, high = newcombe_interval(yes, citizens, confidence_level=level)
        other = confint_proportions_2indep(
            yes[0], citizens[0], yes[1], citizens[1], method="newcomb", alpha=1 - level
        )
        assert (low, high) == pytest.approx(other, abs=1e-12)
        turned = newcombe_interval(yes[::-1], citizens[::-1], confidence_level=level)
        assert turned == pytest.approx((-high, -low), abs=1e-15)


@pytest.mark.parametrize(
    ("yes", "citizens"), [((3, 1), (2, 5)), ((0, 0), (0, 5)), ((-1, 0), (1, 1))]
)
def test_no_share_is_refused(yes, citizens) -> None:
    """More than all, of nobody, fewer than none."""
    with pytest.raises(ValueError, match="yes: read"):
        newcombe_interval(yes, citizens)
