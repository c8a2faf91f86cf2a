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
from gevinst.text.language import Lang, language
from gevinst.text.result import Listed

__all__ = ["PermutationResult", "permutation_test", "sign_flip_test"]

_MAX_STATES = 2_000_000  # per half: 24 bytes a state, so below 50 MB
_MAX_ADDITIONS = 4_000_000_000  # of citizens to sums: some seconds
_MAX_CELLS = 20_000_000  # sums held at once, per number chosen: 160 MB
_MAX_FREQUENCIES = 2048
_MAX_EXACT_BINOMIAL = 1000  # beyond it a binomial coefficient is no floating-point number
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


@dataclass(frozen=True, slots=True)
class _States:
    """Ways to choose from some of the values: how many chosen, their sum, number of ways."""

    chosen: NDArray[np.int64]
    sums: NDArray[np.int64]
    ways: Floats  # times the chance of choosing so many, each with the same probability


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
    >>> permutation_test([5, 7, 9], [1, 2, 3]).pvalue
    0.1
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
    counted = _counted_tails(values, repeats, m, limits)
    if counted is not None:
        p = _pvalue(*counted, alternative)
        return PermutationResult(statistic, p, True, "counted", 0.0, alternative)
    below, above, error = _frequency_tails(values, repeats, m, limits)
    if error <= 1e-6:
        p = max(_pvalue(below, above, alternative), 2 * error)
        return PermutationResult(statistic, p, False, "frequency", 2 * error, alternative)
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
    counted = _counted_tails(values, repeats, None, limits)
    if counted is not None:
        p = _pvalue(*counted, alternative)
        return PermutationResult(statistic, p, True, "counted", 0.0, alternative)
    below, above, error = _frequency_tails(values, repeats, None, limits)
    p = max(_pvalue(below, above, alternative), 2 * error)
    return PermutationResult(statistic, p, False, "frequency", 2 * error, alternative)


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
    tails = {
        "less": below,
        "greater": above,
        "absolute": below + above,
        "two-sided": 2 * min(below, above),
    }
    return never_zero(min(1.0, tails[alternative]))


def _counted_tails(
    values: NDArray[np.int64],
    repeats: NDArray[np.int64],
    chosen: int | None,
    limits: tuple[int, int],
) -> tuple[float, float] | None:
    """Shares of all choices whose sum is at most the first limit, and at least the second.

    Of `chosen` of the values, or of any number where it is None; None where that is too much to
    count. Only positive numbers are added, so that the smallest tail has its digits.
    """
    halves = _halves(values, repeats, chosen)
    if halves is not None:
        return _tails(*halves, chosen=chosen or 0, limits=limits)
    each = np.repeat(values, repeats)
    if chosen is not None and 2 * chosen > each.size:  # those left out are fewer
        total = int(each.sum())
        turned = _counted_tails(
            values, repeats, each.size - chosen, (total - limits[1], total - limits[0])
        )
        return turned and turned[::-1]
    sums = 1 + int(each.sum() if chosen is None else each[each.size - chosen :].sum())
    counts = 1 if chosen is None else chosen + 1
    if counts * sums > _MAX_CELLS or each.size * counts * sums > _MAX_ADDITIONS:
        return None
    share = _share(each.size, chosen)
    law = np.zeros((counts, sums))
    law[0, 0] = 1.0
    more = min(counts - 1, 1)
    for value in each.tolist():
        joined = law[: counts - more, : sums - value] * share
        law *= 1.0 - share
        law[more:, value:] += joined
    total = float(law[-1].sum())
    below, above = max(limits[0] + 1, 0), max(limits[1], 0)
    return float(law[-1, :below].sum()) / total, float(law[-1, above:].sum()) / total


def _share(size: int, chosen: int | None) -> float:
    """Probability with which each is chosen, so that the number chosen is near `chosen`.

    Given that number every choice is equally likely, whatever the share; and every term is a
    probability, so nothing overflows.
    """
    return 0.5 if chosen is None else chosen / size


def _halves(
    values: NDArray[np.int64], repeats: NDArray[np.int64], chosen: int | None
) -> tuple[_States, _States] | None:
    """Enumerate two halves of the distinct values, or None when a half would be too large."""
    people = int(repeats.sum())
    if values.size and int(values[-1]) * people >= 2**62:
        return None  # the sums would not fit an int64
    sizes = [1.0, 1.0]
    parts: tuple[list[int], list[int]] = ([], [])
    for index in np.argsort(-repeats, kind="stable").tolist():
        side = 0 if sizes[0] <= sizes[1] else 1
        sizes[side] *= float(repeats[index]) + 1.0
        parts[side].append(index)
    if max(sizes) > _MAX_STATES:
        return None
    share = _share(people, chosen)
    left, right = (
        _states(values[part], repeats[part], share, counted=chosen is not None) for part in parts
    )
    return left, right


def _states(
    values: NDArray[np.int64], repeats: NDArray[np.int64], share: float, *, counted: bool
) -> _States:
    chosen = np.zeros(1, np.int64)
    sums = np.zeros(1, np.int64)
    ways = np.ones(1)
    for value, times in zip(values.tolist(), repeats.tolist(), strict=True):
        taken = np.arange(times + 1)
        if counted:
            chosen = np.add.outer(taken, chosen).ravel()
        sums = np.add.outer(taken * value, sums).ravel()
        ways = np.multiply.outer(_binomial(times, share), ways).ravel()
    return _States(chosen if counted else np.zeros(sums.size, np.int64), sums, ways)


def _binomial(times: int, share: float) -> Floats:
    """Probabilities of 0, 1, ... `times` chosen."""
    taken = np.arange(times + 1)
    if times <= _MAX_EXACT_BINOMIAL:
        ways = np.array([math.comb(times, k) for k in range(times + 1)], dtype=np.float64)
        return np.asarray(ways * share**taken * (1.0 - share) ** (times - taken))
    from scipy.stats import binom

    return np.asarray(binom.pmf(taken, times, share))


def _tails(
    left: _States, right: _States, *, chosen: int, limits: tuple[int, int]
) -> tuple[float, float]:
    """Shares of the choices of two halves: see `_counted_tails`."""
    (first, starts), (second, ends) = _by_count(left), _by_count(right)
    below = above = total = 0.0
    for count in range(max(0, chosen - ends.size + 2), min(chosen, starts.size - 2) + 1):
        mine = slice(starts[count], starts[count + 1])
        rest = slice(ends[chosen - count], ends[chosen - count + 1])
        sums, ways = second.sums[rest], second.ways[rest]
        up_to = np.concatenate([[0.0], np.cumsum(ways)])
        from_on = np.concatenate([np.cumsum(ways[::-1])[::-1], [0.0]])
        own = first.ways[mine]
        places = np.searchsorted(sums, limits[0] - first.sums[mine], side="right")
        below += float(own @ up_to[places])
        places = np.searchsorted(sums, limits[1] - first.sums[mine], side="left")
        above += float(own @ from_on[places])
        total += float(own.sum()) * float(up_to[-1])
    return below / total, above / total


def _by_count(states: _States) -> tuple[_States, NDArray[np.int64]]:
    """Sort states by how many are chosen, and by sum; say where each number of them begins."""
    order = np.lexsort((states.sums, states.chosen))
    chosen = states.chosen[order]
    starts = np.searchsorted(chosen, np.arange(int(chosen[-1]) + 2))
    return _States(chosen, states.sums[order], states.ways[order]), starts


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
    share = _share(values.size, chosen)  # the count has probability of about 1/sqrt(n)
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
