"""Exact permutation and sign-flip tests of means with tied values.

The law of a sum under relabelling depends on the distinct values and how often each occurs, so it
is counted over those and not over the citizens: 28 against 26 citizens have 2 * 10**15 labellings,
and eleven distinct costs are counted in a millisecond. Where allocation was not random, as in most
municipal pilots, the p-value describes the data and is no statement about an effect.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.stats import streams
from gevinst.stats.lattice import as_numbers, whole_numbers
from gevinst.stats.pvalue import never_zero
from gevinst.stats.random_sums import counted_tails, frequency_tails
from gevinst.text.language import Lang, language
from gevinst.text.problems import one_of
from gevinst.text.result import Listed

__all__ = ["PermutationResult", "permutation_test", "sign_flip_test"]

Alternative = Literal["two-sided", "less", "greater", "absolute"]
ALTERNATIVES: tuple[Alternative, ...] = get_args(Alternative)

Generator = np.random.Generator


@dataclass(frozen=True, repr=False)
class PermutationResult(Listed):
    """A p-value that knows how it was counted.

    Attributes
    ----------
    statistic : float
        Difference of means (x minus y), or mean of the differences, in the unit of the data.
    pvalue : float
        Share of relabellings at least as far out, the observed one among them, so never 0.
    exact : bool
        True when every relabelling was counted. Sums of values that are neither whole numbers nor
        decimals are ties within n * 2**-40 of the range.
    method : str
        "counted", "frequency" (Fourier series of the law) or "monte-carlo".
    error : float
        Bound of the p-value's error: 0 when counted, the certificate of the Fourier series (a
        p-value below it is given as the certificate), or the standard error of the Monte Carlo
        p-value.
    alternative : {"two-sided", "less", "greater", "absolute"}
        What counted as far out. There are two conventions of two-sided, and they differ where the
        law is skewed: "two-sided" is twice the smaller tail, at most one, as in
        `scipy.stats.permutation_test`; "absolute" counts both tails beyond the observed distance
        from zero, as StatXact and R's `coin` do.
    """

    statistic: float
    pvalue: float
    exact: bool
    method: str
    error: float = 0.0
    alternative: Alternative = "two-sided"

    def heading(self, lang: Lang) -> str:
        """Say the p-value and how it was counted."""
        text = language(lang)
        how = text(f"stats.{self.method.replace('-', '_')}", error=text.significant(self.error, 2))
        statistic = text.significant(self.statistic)
        return text("stats.permutation_test", p=text.p(self.pvalue), how=how, statistic=statistic)

    def listed(self, lang: Lang) -> list[tuple[str, str]]:
        """Return what counted as far out."""
        text = language(lang)
        return [(text("stats.label.alternative"), text(f"stats.alternative.{self.alternative}"))]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def permutation_test(
    x: ArrayLike,
    y: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    rng: streams.Rng = None,
) -> PermutationResult:
    """Test a difference of two means by counting the relabellings of the citizens.

    Counted over the distinct values, meeting in the middle, or over the sums that whole numbers of
    a common step can have (Pagano & Tritchler 1983, JASA 78, section 2). Where both are too many,
    their recursion in frequency space (section 3) with the sum of the dropped terms as
    certificate; and Monte Carlo with p = (1 + #)/(1 + B) (Phipson & Smyth 2010) where that
    certificate is not small.

    Parameters
    ----------
    x, y : array_like, shapes (m,) and (n,)
        One number per citizen, same unit.
    alternative : {"two-sided", "less", "greater", "absolute"}
        "greater" counts relabellings whose difference x minus y is at least the observed one.
        "two-sided" is twice the smaller tail, "absolute" both tails at least as far from zero; see
        `PermutationResult`.
    rng : int, Generator or None
        Used by the Monte Carlo fallback only.

    Returns
    -------
    PermutationResult

    Raises
    ------
    ValueError
        Values that are not finite numbers, an empty group, an unknown alternative.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.stats.permutation_test([5, 7, 9], [1, 2, 3]).pvalue
    0.1
    """
    first, second = as_numbers(x, "x"), as_numbers(y, "y")
    alternative = one_of("alternative", alternative, ALTERNATIVES)
    generator = streams.generator(rng)
    statistic = float(first.mean() - second.mean())
    both = np.concatenate([first, second])
    whole = whole_numbers(both)
    m = first.size
    observed = int(whole.integers[:m].sum())
    slack = 0 if whole.exact else both.size
    limits = _limits(observed, m * int(whole.integers.sum()), both.size, slack, alternative)
    values, repeats = np.unique(whole.integers, return_counts=True)
    counted = counted_tails(values, repeats, m, limits)
    if counted is not None:
        p = _pvalue(*counted, alternative)
        return PermutationResult(statistic, p, True, "counted", 0.0, alternative)
    below, above, error = frequency_tails(values, repeats, m, limits)
    if error <= 1e-6:
        p = max(_pvalue(below, above, alternative), 2 * error)
        return PermutationResult(statistic, p, False, "frequency", 2 * error, alternative)
    return _monte_carlo(whole.integers, m, limits, statistic, alternative, generator)


def sign_flip_test(
    d: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
) -> PermutationResult:
    """Test a mean of paired differences by counting their sign flips (Fisher 1935, section 21).

    Parameters
    ----------
    d : array_like, shape (n,)
        One difference per pair.
    alternative : {"two-sided", "less", "greater", "absolute"}
        "greater" counts flips whose mean is at least the observed one.
        "two-sided" and "absolute" are the same here: the law is symmetric.

    Returns
    -------
    PermutationResult
        ``exact`` is False only beyond some 40 pairs of distinct size whose sums are too many to
        count; the law is then a Fourier series and ``error`` bounds what was dropped.

    Raises
    ------
    ValueError
        Values that are not finite numbers, no pair, an unknown alternative.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.stats.sign_flip_test([3, 1, 4, 1, 5]).pvalue
    0.0625
    """
    differences = as_numbers(d, "d")
    alternative = one_of("alternative", alternative, ALTERNATIVES)
    statistic = float(differences.mean())
    # Sizes are put on a step that contains zero, so that a flip moves a sum by twice the size.
    whole = whole_numbers(np.concatenate([np.abs(differences), [0.0]]))
    sizes = whole.integers[:-1] - whole.integers[-1]
    observed = int(sizes[differences > 0].sum())
    slack = 0 if whole.exact else differences.size
    limits = _limits(observed, int(sizes.sum()), 2, slack, alternative)
    values, repeats = np.unique(sizes[sizes > 0], return_counts=True)
    counted = counted_tails(values, repeats, None, limits)
    if counted is not None:
        p = _pvalue(*counted, alternative)
        return PermutationResult(statistic, p, True, "counted", 0.0, alternative)
    below, above, error = frequency_tails(values, repeats, None, limits)
    p = max(_pvalue(below, above, alternative), 2 * error)
    return PermutationResult(statistic, p, False, "frequency", 2 * error, alternative)


def _limits(observed: int, total: int, parts: int, slack: int, alternative: str) -> tuple[int, int]:
    """Return the sums that bound the two tails; ``total / parts`` is the mean of the sum."""
    if alternative != "absolute":
        return observed + slack, observed - slack
    distance = abs(parts * observed - total)
    return (total - distance) // parts + slack, -((-total - distance) // parts) - slack


def _pvalue(below: float, above: float, alternative: str) -> float:
    tails = {
        "less": below,
        "greater": above,
        "absolute": below + above,
        "two-sided": 2 * min(below, above),
    }
    return never_zero(min(1.0, tails[alternative]))


def _monte_carlo(
    integers: NDArray[np.int64],
    m: int,
    limits: tuple[int, int],
    statistic: float,
    alternative: Alternative,
    generator: Generator,
) -> PermutationResult:
    draws, block = 99_999, 4096
    below = above = 0
    for start in range(0, draws, block):
        rows = min(block, draws - start)
        tiled = np.broadcast_to(integers, (rows, integers.size))
        sums = generator.permuted(tiled, axis=1)[:, :m].sum(axis=1)
        below += int((sums <= limits[0]).sum())
        above += int((sums >= limits[1]).sum())
    # The observed labelling is one of them, in each tail (Phipson & Smyth 2010, equation 2).
    p = _pvalue((1 + below) / (1 + draws), (1 + above) / (1 + draws), alternative)
    error = math.sqrt(p * (1 - p) / (draws + 1))
    return PermutationResult(statistic, p, False, "monte-carlo", error, alternative)
