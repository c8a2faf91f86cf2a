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
from gevinst.text.language import Lang, language
from gevinst.text.result import Listed

__all__ = ["PermutationResult", "permutation_test", "sign_flip_test"]

_MAX_STATES = 2_000_000  # per half: 24 bytes a state, so below 50 MB
_MAX_FREQUENCIES = 2048
_WANTED_ERROR = 1e-9
Alternative = Literal["two-sided", "less", "greater", "absolute"]
ALTERNATIVES: tuple[Alternative, ...] = get_args(Alternative)

Floats = NDArray[np.float64]
Generator = np.random.Generator


@dataclass(frozen=True, repr=False)
class PermutationResult(Listed):
    """A p-value that knows how it was counted.

    Attributes
    ----------
    statistic : float
        Difference of means (x minus y), or mean of the differences, in the unit of the data.
    pvalue : float
        Share of relabellings at least as far out. "two-sided" is twice the smaller tail, at most
        one, as in `scipy.stats.permutation_test`; "absolute" counts both tails beyond the
        observed distance from zero, as R's `coin` does. They differ where the law is skewed.
    exact : bool
        True when every relabelling was counted. Sums of values that are neither whole numbers nor
        decimals are ties within n * 2**-40 of the range.
    method : str
        "counted", "frequency" (Fourier series of the law) or "monte-carlo".
    error : float
        Bound of the p-value's error: 0 when counted, the certificate of the Fourier series, or
        the standard error of the Monte Carlo p-value.
    """

    statistic: float
    pvalue: float
    exact: bool
    method: str
    error: float = 0.0

    def heading(self, lang: Lang) -> str:
        """Say the p-value and how it was counted."""
        text = language(lang)
        how = text(f"stats.{self.method.replace('-', '_')}", error=text.significant(self.error, 2))
        statistic = text.significant(self.statistic)
        return text("stats.permutation_test", p=text.p(self.pvalue), how=how, statistic=statistic)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _States:
    """Ways to choose from some of the values: how many chosen, their sum, number of ways."""

    chosen: NDArray[np.int64]
    sums: NDArray[np.int64]
    ways: Floats


def permutation_test(
    x: ArrayLike,
    y: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    rng: streams.Rng = None,
) -> PermutationResult:
    """Test a difference of two means by counting the relabellings of the citizens.

    Meet in the middle over the distinct values; where these are too many, the recursion of Pagano
    & Tritchler (1983, JASA 78, section 3) in frequency space with the sum of the dropped terms as
    certificate; and Monte Carlo with p = (1 + #)/(1 + B) (Phipson & Smyth 2010) where that
    certificate is not small.

    Parameters
    ----------
    x, y : array_like, shapes (m,) and (n,)
        One number per citizen, same unit.
    alternative : {"two-sided", "less", "greater", "absolute"}
        "greater" counts relabellings whose difference x minus y is at least the observed one.
    rng : int, Generator or None
        Used by the Monte Carlo fallback only.

    Returns
    -------
    PermutationResult

    Raises
    ------
    ValueError
        Values that are not finite numbers, an empty group, an unknown alternative.
    """
    first, second = as_numbers(x, "x"), as_numbers(y, "y")
    _check_alternative(alternative)
    statistic = float(first.mean() - second.mean())
    both = np.concatenate([first, second])
    whole = whole_numbers(both)
    m = first.size
    observed = int(whole.integers[:m].sum())
    slack = 0 if whole.exact else both.size
    limits = _limits(observed, m * int(whole.integers.sum()), both.size, slack, alternative)
    values, repeats = np.unique(whole.integers, return_counts=True)
    halves = _halves(values, repeats, counted=True)
    if halves is not None:
        tails = _tails(*halves, chosen=m, limits=limits)
        return PermutationResult(statistic, _pvalue(*tails, alternative), True, "counted")
    below, above, error = _frequency_tails(values, repeats, m, limits)
    if error <= 1e-6:
        p = _pvalue(below, above, alternative)
        return PermutationResult(statistic, p, False, "frequency", 2 * error)
    return _monte_carlo(whole.integers, m, limits, statistic, alternative, streams.generator(rng))


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

    Returns
    -------
    PermutationResult
        ``exact`` is False only beyond some 40 pairs of distinct size; the law is then a Fourier
        series and ``error`` bounds what was dropped.

    Raises
    ------
    ValueError
        Values that are not finite numbers, no pair, an unknown alternative.
    """
    differences = as_numbers(d, "d")
    _check_alternative(alternative)
    statistic = float(differences.mean())
    # Sizes are put on a step that contains zero, so that a flip moves a sum by twice the size.
    whole = whole_numbers(np.concatenate([np.abs(differences), [0.0]]))
    sizes = whole.integers[:-1] - whole.integers[-1]
    observed = int(sizes[differences > 0].sum())
    slack = 0 if whole.exact else differences.size
    limits = _limits(observed, int(sizes.sum()), 2, slack, alternative)
    values, repeats = np.unique(sizes[sizes > 0], return_counts=True)
    halves = _halves(values, repeats, counted=False)
    if halves is not None:
        tails = _tails(*halves, chosen=0, limits=limits)
        return PermutationResult(statistic, _pvalue(*tails, alternative), True, "counted")
    below, above, error = _frequency_tails(values, repeats, None, limits)
    p = _pvalue(below, above, alternative)
    return PermutationResult(statistic, p, False, "frequency", 2 * error)


def _check_alternative(alternative: str) -> None:
    if alternative not in ALTERNATIVES:
        raise ValueError(
            f"alternative: read {alternative!r}; write one of {', '.join(ALTERNATIVES)}"
        )


def _limits(observed: int, total: int, parts: int, slack: int, alternative: str) -> tuple[int, int]:
    """Return the sums that bound the two tails; ``total / parts`` is the mean of the sum."""
    if alternative != "absolute":
        return observed + slack, observed - slack
    distance = abs(parts * observed - total)
    return (total - distance) // parts + slack, -((-total - distance) // parts) - slack


def _pvalue(below: float, above: float, alternative: str) -> float:
    if alternative == "less":
        return min(1.0, below)
    if alternative == "greater":
        return min(1.0, above)
    if alternative == "absolute":
        return min(1.0, below + above)
    return min(1.0, 2 * min(below, above))


def _halves(
    values: NDArray[np.int64], repeats: NDArray[np.int64], *, counted: bool
) -> tuple[_States, _States] | None:
    """Enumerate two halves of the distinct values, or None when a half would be too large."""
    people = int(repeats.sum())
    if values.size and int(values[-1]) * people * (people + 1) >= 2**62:
        return None  # the keys of _tails would not fit an int64
    sizes = [1.0, 1.0]
    parts: tuple[list[int], list[int]] = ([], [])
    for index in np.argsort(-repeats, kind="stable").tolist():
        side = 0 if sizes[0] <= sizes[1] else 1
        sizes[side] *= float(repeats[index]) + 1.0
        parts[side].append(index)
    if max(sizes) > _MAX_STATES:
        return None
    left, right = (_states(values[part], repeats[part], counted=counted) for part in parts)
    return left, right


def _states(values: NDArray[np.int64], repeats: NDArray[np.int64], *, counted: bool) -> _States:
    chosen = np.zeros(1, np.int64)
    sums = np.zeros(1, np.int64)
    ways = np.ones(1)
    for value, times in zip(values.tolist(), repeats.tolist(), strict=True):
        taken = np.arange(times + 1)
        binomial = np.array([math.comb(times, k) for k in range(times + 1)], dtype=np.float64)
        if counted:
            chosen = np.add.outer(taken, chosen).ravel()
        sums = np.add.outer(taken * value, sums).ravel()
        ways = np.multiply.outer(binomial, ways).ravel()
    return _States(chosen if counted else np.zeros(sums.size, np.int64), sums, ways)


def _tails(
    left: _States, right: _States, *, chosen: int, limits: tuple[int, int]
) -> tuple[float, float]:
    """Shares of all choices whose sum is at most the first limit, and at least the second."""
    least, most = int(right.sums.min()), int(right.chosen.max())
    span = int(right.sums.max()) - least + 1
    # One sort and one search for all counts: the key puts each count on a stretch of its own.
    keys = right.chosen * span + (right.sums - least)
    order = np.argsort(keys)
    keys = keys[order]
    cumulated = np.concatenate([[0.0], np.cumsum(right.ways[order])])
    starts = np.searchsorted(keys, np.arange(most + 2) * span)
    fits = (left.chosen <= chosen) & (chosen - left.chosen <= most)
    count = chosen - left.chosen[fits]
    sums_left, ways = left.sums[fits], left.ways[fits]
    low, high = starts[count], starts[count + 1]

    def at_most(limit: NDArray[np.int64]) -> Floats:
        key = count * span + np.clip(limit - least, -1, span - 1)
        found: Floats = cumulated[np.searchsorted(keys, key, side="right")]
        return found

    total = float(ways @ (cumulated[high] - cumulated[low]))
    below = float(ways @ (at_most(limits[0] - sums_left) - cumulated[low])) / total
    above = float(ways @ (cumulated[high] - at_most(limits[1] - 1 - sums_left))) / total
    return below, above


def _frequency_tails(
    values: NDArray[np.int64],
    repeats: NDArray[np.int64],
    chosen: int | None,
    limits: tuple[int, int],
) -> tuple[float, float, float]:
    """Both tails by a Fourier series of half-integer frequencies, with the bound of its error.

    On integers S with max - min < P the distribution function between two integers is
    1/2 + sum_j Im(exp(i w_j x) conj(phi(w_j))) / (P sin(w_j / 2)), w_j = (2j + 1) pi / P,
    j < P/2, without aliasing; the certificate sums the moduli of the terms dropped.
    """
    each = np.repeat(values, repeats)
    if chosen is None:
        low, high = 0, int(each.sum())
    else:
        low, high = int(each[:chosen].sum()), int(each[each.size - chosen :].sum())
    period = 2 * ((high - low) // 2 + 1)
    count, error = 128, math.inf
    shift = float(each.sum()) * (0.5 if chosen is None else chosen / each.size)
    while True:
        count = min(count, period // 2)
        frequency = (2.0 * np.arange(count) + 1.0) * (math.pi / period)
        phi = _centred_characteristic(frequency, each, chosen)
        terms = np.abs(phi) / (period * np.sin(frequency / 2))
        kept = count if count == period // 2 else count // 2
        error = float(terms[kept:].sum()) + 1e-13
        if error <= _WANTED_ERROR or kept == count or count >= _MAX_FREQUENCIES:
            break
        count *= 2
    weights = phi[:kept] / (period * np.sin(frequency[:kept] / 2))

    def distribution(x: float) -> float:
        phase = np.exp(1j * frequency[:kept] * (x - shift))
        return float(np.clip(0.5 + np.imag(phase * np.conj(weights)).sum(), 0.0, 1.0))

    return distribution(limits[0] + 0.5), 1 - distribution(limits[1] - 0.5), error


def _centred_characteristic(
    frequency: NDArray[np.floating], values: NDArray[np.int64], chosen: int | None
) -> NDArray[np.complex128]:
    """Characteristic function of the sum of a random choice less its mean, per frequency."""
    if chosen is None:  # each value is in or out with probability one half
        flips = np.prod(np.cos(np.multiply.outer(frequency, values / 2)), axis=1)
        real: NDArray[np.complex128] = flips.astype(np.complex128)
        return real
    centred = values - values.mean()
    share = chosen / values.size
    # Binomial inclusion with this share, then given the count: every term is a probability, so
    # nothing overflows, and the count has probability of about 1/sqrt(n).
    table: NDArray[np.complex128] = np.zeros((chosen + 1, frequency.size), np.complex128)
    table[0] = 1.0
    for value in centred.tolist():
        joined = table[:-1] * (share * np.exp(1j * frequency * value))
        table *= 1.0 - share
        table[1:] += joined
    size = values.size
    given = math.lgamma(size + 1) - math.lgamma(chosen + 1) - math.lgamma(size - chosen + 1)
    given += chosen * math.log(share) + (size - chosen) * math.log1p(-share)
    phi: NDArray[np.complex128] = np.asarray(table[chosen] * math.exp(-given))
    return phi


def _monte_carlo(
    integers: NDArray[np.int64],
    m: int,
    limits: tuple[int, int],
    statistic: float,
    alternative: str,
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
    return PermutationResult(statistic, p, False, "monte-carlo", error)
