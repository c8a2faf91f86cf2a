"""Which block of inputs the variance comes from: first and total shares of Sobol.

A *block* is whatever varies together: a rate, a table of them, the citizens' weights. Blocks are
independent of each other; within a block anything goes. Of the variance of a model's value D,

    first share = Var(E[D | block]) / Var(D)             what the block explains alone
    total share = E[Var(D | all other blocks)] / Var(D)  what is left when only it is unknown

(Sobol 2001, Mathematics and Computers in Simulation 55, for groups of inputs). They come in two
ways: for any model by swapping a block between two sets of draws, with Monte Carlo errors; and in
closed form where the model is a sum of products of blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gevinst.text.language import Lang, language
from gevinst.text.result import Listed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Shares", "multilinear_shares", "sobol_shares", "swap_blocks"]

Floats = NDArray[np.float64]

_ROUNDING = 1e-13  # of the size of the terms: a closed variance below this is cancellation
_EXACT = 1e-9  # how far from one an exact sum of shares may be
_ERRORS = 3.0  # standard errors from one before a sum of shares speaks of interactions


@dataclass(frozen=True, eq=False, repr=False)
class Shares(Listed):
    """Shares of a variance by block, with their Monte Carlo errors.

    Where nothing varies (``variance`` 0) all shares and errors are 0.

    Attributes
    ----------
    variance : float
        Variance of the model's value, in its unit squared.
    first : ndarray, shape (k,)
        Share explained by a block alone. The errors of a small share can take it below zero.
    total : ndarray, shape (k,)
        Share a block takes part in, alone or with others.
    first_error, total_error : ndarray, shape (k,)
        Monte Carlo standard errors; 0 in closed form. They are no statement about the model or
        the laws of its inputs.
    sum_first_error : float
        Monte Carlo standard error of ``sum_first``, whose parts are correlated; 0 in closed form.
    mean : float
        Mean of the model's value, in its unit.
    """

    variance: float
    first: Floats
    total: Floats
    first_error: Floats
    total_error: Floats
    sum_first_error: float
    mean: float

    def heading(self, lang: Lang) -> str:
        """Say whose shares they are."""
        text = language(lang)
        return text("stats.shares", variance=text.significant(self.variance))

    def summary(self, lang: Lang = "en") -> str:
        """Say each block's shares with their errors."""
        text = language(lang)
        lines = [self.heading(lang)]
        for number, row in enumerate(self.to_dict()["blocks"], 1):
            said = {name: text.significant(value, 3) for name, value in row.items()}
            lines.append(text("stats.label.block", number=number, **said))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        columns = ("first", "first_error", "total", "total_error")
        return {
            "variance": self.variance,
            "mean": self.mean,
            "sum_first": self.sum_first,
            "sum_first_error": self.sum_first_error,
            "blocks": [
                dict(zip(columns, map(float, row), strict=True))
                for row in zip(*(getattr(self, name) for name in columns), strict=True)
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per block: first and total share, and their errors."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["blocks"]).rename_axis("block")

    @property
    def sum_first(self) -> float:
        """Sum of the first shares: one without interactions, less with them."""
        return float(self.first.sum())

    @property
    def additive(self) -> bool:
        """Whether the first shares sum to one within three standard errors.

        False says that blocks interact, so the first shares do not divide the whole variance. An
        additive model is called so in 997 of 1,000 runs; True by Monte Carlo means that no
        interaction was seen, which with few draws is little. True where nothing varies.
        """
        away = abs(self.sum_first - 1.0)
        return self.variance == 0.0 or away <= max(_ERRORS * self.sum_first_error, _EXACT)


def sobol_shares(base: ArrayLike, other: ArrayLike, swapped: ArrayLike) -> Shares:
    """Estimate first and total shares from the values of a model at swapped draws.

    With A and B two independent sets of n draws, first shares are Saltelli et al. (2010, Computer
    Physics Communications 181, table 2, estimator b), total shares Jansen (1999, ibid. 117), as
    table 2, estimator f. Values are centred first: the expected first share does not depend on
    the centre, but far from the mean its error grows with the distance. Errors are those of a
    ratio of means by the delta method (van der Vaart 1998, theorem 3.1), as in Janon et al.
    (2014, ESAIM: Probability and Statistics 18) for first shares. They are for rows drawn
    independently; those of quasi-random rows are usually smaller.

    Parameters
    ----------
    base : array_like, shape (n,)
        Values at A, in any unit.
    other : array_like, shape (n,)
        Values at B.
    swapped : array_like, shape (k, n)
        Row j: values at A with block j taken from B. A block that changes no value has shares and
        errors of exactly 0.

    Returns
    -------
    Shares
        ``variance`` is that of ``base`` and ``other`` together, divided by 2n.

    Raises
    ------
    ValueError
        Shapes that do not fit, fewer than 2 draws, values that are not finite numbers.

    Examples
    --------
    >>> import gevinst as gv
    >>> a, b = [0.0, 1.0, 2.0, 3.0], [2.0, 0.0, 3.0, 1.0]
    >>> gv.stats.sobol_shares(a, b, [b]).first.tolist()  # one block is everything
    [1.0]
    """
    at_a, at_b = finite_numbers(base, "base", 1), finite_numbers(other, "other", 1)
    at_ab = finite_numbers(swapped, "swapped", 2)
    n = at_a.size
    if at_b.size != n or at_ab.shape[1] != n or not len(at_ab):
        raise ValueError(
            f"base, other, swapped: read shapes {at_a.shape}, {at_b.shape}, {at_ab.shape}; "
            "write (n,), (n,) and (k, n) with the same n and k at least 1"
        )
    return _estimate(at_a, at_b, at_ab, len(at_ab))


def swap_blocks(
    model: Callable[[Sequence[Floats]], ArrayLike], a: Sequence[object], b: Sequence[object]
) -> Shares:
    """Estimate first and total shares by swapping whole blocks between two sets of draws.

    The model is evaluated 2 + k times: at ``a``, at ``b``, and at ``a`` with each block in turn
    taken from ``b`` (Saltelli et al. 2010). The values of a swap are not kept, so memory does not
    grow with k. See `sobol_shares` for the estimators.

    Parameters
    ----------
    model : callable
        Takes a tuple of k blocks and returns n values, row i of row i of the blocks, changing
        none of them. Nothing random happens in it: what is random is a block.
    a, b : sequences of k array_like
        Independent draws of the blocks. The last axis is the draw, n of them in all blocks;
        before it a block may have any axes, the same in ``a`` and ``b``.

    Returns
    -------
    Shares
        In the order of the blocks.

    Raises
    ------
    ValueError
        Blocks whose shapes do not fit, fewer than 2 draws, a model that does not return n finite
        numbers.

    Examples
    --------
    >>> import gevinst as gv
    >>> from scipy.stats import norm
    >>> a, b = norm.rvs(size=(2, 2, 20_000), random_state=1)
    >>> found = gv.stats.swap_blocks(lambda x: x[0] + 2 * x[1], a, b)
    >>> found.total.round(1).tolist()  # 1 and 4 of 5
    [0.2, 0.8]
    """
    ours, theirs = tuple(map(np.asarray, a)), tuple(map(np.asarray, b))
    if not ours or len(ours) != len(theirs):
        raise ValueError(
            f"a, b: read {len(ours)} and {len(theirs)} blocks; write the same blocks in both"
        )
    for j, (block, partner) in enumerate(zip(ours, theirs, strict=True)):
        if block.shape != partner.shape or block.shape[-1:] != ours[0].shape[-1:] or not block.ndim:
            raise ValueError(
                f"block {j}: read shapes {block.shape} in a and {partner.shape} in b, and "
                f"{ours[0].shape[-1:]} draws in block 0; write the draws along the last axis, "
                "as many in each block"
            )
    n = ours[0].shape[-1]
    base = _evaluate(model, ours, n).copy()  # a model may use one array for all its answers
    other = _evaluate(model, theirs, n)
    swapped = (
        _evaluate(model, (*ours[:j], partner, *ours[j + 1 :]), n)
        for j, partner in enumerate(theirs)
    )
    return _estimate(base, other, swapped, len(ours))


def multilinear_shares(means: ArrayLike, covariances: ArrayLike, constant: float = 0.0) -> Shares:
    """Return the exact shares of a sum of products of independent blocks.

    The model is D = constant + sum over terms t of prod over blocks b of x[b, t]. Block b is a
    random vector over the terms, and only its mean m_b and covariance C_b matter. With

        E[D_t D_u] = prod over b of (C_b + m_b m_b')[t, u]

    the total share of b is sum over t, u of C_b[t, u] times that product over the other blocks,
    and the first share the same with m m' in the place of C + m m', both over the variance (law
    of total variance). Each is a sum of covariances without a difference of large squares, and
    products over all blocks but one are formed from both sides, so nothing is divided by a mean.

    Parameters
    ----------
    means : array_like, shape (k, T)
        Mean of each block's factor in each term; 1 where a block is not in a term.
    covariances : array_like, shape (k, T, T)
        Covariance of each block's factors, positive semidefinite; 0 for what is known, and for
        terms the block is not in.
    constant : float
        In the unit of D. It moves the mean and no share.

    Returns
    -------
    Shares
        Errors are 0. Where terms cancel to below 1e-13 of their size, nothing varies. Memory
        is some five arrays of k * T * T.

    Raises
    ------
    ValueError
        Shapes that do not fit, values that are not finite numbers, a negative variance.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.stats.multilinear_shares([[2.0], [3.0]], [[[0.04]], [[0.09]]])
    >>> found.total.round(3).tolist()
    [0.502, 0.502]
    """
    mean, covariance = (
        finite_numbers(means, "means", 2),
        finite_numbers(covariances, "covariances", 3),
    )
    blocks, terms = mean.shape
    if covariance.shape != (blocks, terms, terms) or not mean.size:
        raise ValueError(
            f"means, covariances: read shapes {mean.shape} and {covariance.shape}; write (k, T) "
            "and (k, T, T)"
        )
    if covariance.diagonal(0, 1, 2).min() < 0:
        raise ValueError("covariances: read a variance below zero; write covariance matrices")
    means_before, means_after = _products_beside(mean)
    before, after = _products_beside(covariance + mean[:, :, None] * mean[:, None, :])
    # Telescoped prod (C + m m') - prod m m', one block at a time; no two large squares are
    # subtracted from each other, so a variance far below the squared mean keeps its digits.
    rising = before * covariance
    pieces = rising * means_after[:, :, None] * means_after[:, None, :]
    variance = float(pieces.sum())
    value = float((mean[0] * means_after[0]).sum()) + constant
    if variance <= _ROUNDING * float(np.abs(pieces).sum()):
        return _nothing_varies(blocks, value)
    others = means_before * means_after
    first = np.einsum("bt,btu,bu->b", others, covariance, others)
    total = np.einsum("btu,btu->b", rising, after)
    zero = np.zeros(blocks)
    return Shares(variance, first / variance, total / variance, zero, zero, 0.0, value)


def _products_beside(factors: Floats) -> tuple[Floats, Floats]:
    """Return the products of all factors before each one, and after it, along axis 0."""
    before, after = np.ones_like(factors), np.ones_like(factors)
    np.multiply.accumulate(factors[:-1], axis=0, out=before[1:])
    np.multiply.accumulate(factors[:0:-1], axis=0, out=after[-2::-1])
    return before, after


def _estimate(at_a: Floats, at_b: Floats, rows: Iterable[Floats], blocks: int) -> Shares:
    """Estimate the shares; ``rows`` are asked for one at a time, and only if anything varies."""
    n = at_a.size
    if n < 2:
        raise ValueError(f"read {n} draws; write at least 2 of each block")
    # In two steps, so that equal values are exactly zero: their mean can be off by rounding.
    a, b = at_a - at_a[0], at_b - at_a[0]
    centre = (a.sum() + b.sum()) / (2 * n)
    a -= centre
    b -= centre
    mean = float(at_a[0] + centre)
    squares = a * a + b * b
    whole = float(squares.sum())
    if whole == 0.0:
        return _nothing_varies(blocks, mean)
    firsts, totals = [], []
    power = _dot(squares, squares)
    moved = np.zeros(n)
    b *= 2
    for row in rows:
        step = row - at_a
        moved += step
        # table 2 (b) and (f), both doubled: f(B) (f(AB) - f(A)) and (f(A) - f(AB))^2 / 2
        firsts.append(_ratio(b * step, squares, whole, power))
        step *= step
        totals.append(_ratio(step, squares, whole, power))
    first, first_error = np.array(firsts).T
    total, total_error = np.array(totals).T
    sum_error = _ratio(b * moved, squares, whole, power)[1]
    return Shares(whole / (2 * n), first, total, first_error, total_error, sum_error, mean)


def _ratio(part: Floats, whole: Floats, size: float, power: float) -> tuple[float, float]:
    """Return sum(part) / sum(whole) and its standard error.

    ``size`` and ``power`` are the sums of ``whole`` and of its squares. The error is
    sqrt(sum((part - ratio * whole)^2)) / size, multiplied out. That the centre of the values is
    a mean of the same draws is of second order, for first and total shares.
    """
    ratio = float(part.sum()) / size
    left = _dot(part, part) - ratio * (2 * _dot(part, whole) - ratio * power)
    return ratio, float(np.sqrt(max(left, 0.0))) / size


def _dot(x: Floats, y: Floats) -> float:
    # einsum, not @: BLAS would give other last bits with another number of threads
    return float(np.einsum("i,i->", x, y))


def _nothing_varies(blocks: int, mean: float) -> Shares:
    zero = np.zeros(blocks)
    return Shares(0.0, zero, zero, zero, zero, 0.0, mean)


def _evaluate(
    model: Callable[[Sequence[Floats]], ArrayLike], blocks: tuple[Floats, ...], n: int
) -> Floats:
    value = finite_numbers(model(blocks), "model")
    if value.shape != (n,):
        raise ValueError(f"model: returned shape {value.shape}; return one number per draw, ({n},)")
    return value


def finite_numbers(values: ArrayLike, name: str, dimensions: int | None = None) -> Floats:
    """Return an array of finite numbers, or raise a ``ValueError`` that says what was read."""
    raw = np.asarray(values)
    if raw.dtype.kind not in "biuf":  # a text is never read as a number here
        raise ValueError(f"{name}: read {raw.dtype}, which is not a number; write numbers")
    array = raw.astype(np.float64, copy=False)
    if dimensions not in (None, array.ndim):
        raise ValueError(f"{name}: read an array of shape {array.shape}; write {dimensions} axes")
    if not np.isfinite(array).all():
        place = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
        raise ValueError(f"{name}: read a value at {place} that is not finite; write numbers")
    return array
