"""The law of the sum of values chosen at random: so many of them, or each by the toss of a coin.

What permutation and sign-flip tests count. Values are whole numbers (`gevinst.stats.lattice`) in
ascending order from 0 up, distinct, with how often each occurs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["counted_tails", "frequency_tails"]

_MAX_STATES = 2_000_000  # per half: 24 bytes a state, so below 50 MB
_MAX_ADDITIONS = 4_000_000_000  # of citizens to sums: some seconds
_MAX_CELLS = 20_000_000  # sums held at once, per number chosen: 160 MB
_MAX_FREQUENCIES = 2048
_MAX_EXACT_BINOMIAL = 1000  # beyond it a binomial coefficient is no floating-point number
_WANTED_ERROR = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _States:
    """Ways to choose from some of the values: how many chosen, their sum, number of ways."""

    chosen: NDArray[np.int64]
    sums: NDArray[np.int64]
    ways: Floats  # times the chance of choosing so many, each with the same probability


def counted_tails(
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
        turned = counted_tails(
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
    mass = float(law[-1].sum())
    below, above = max(limits[0] + 1, 0), max(limits[1], 0)
    return float(law[-1, :below].sum()) / mass, float(law[-1, above:].sum()) / mass


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
    """Shares of the choices of two halves: see `counted_tails`."""
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


def frequency_tails(
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
