"""Adjusting a difference for numbers of the citizens: Lin's regression, and g-computation.

Arrays only; statsmodels fits. A group's design holds a row per citizen and a column per number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fitted", "Kind", "g_computation", "interacted", "separated"]

Floats = NDArray[np.float64]
Kind = Literal["linear", "logistic"]
"""Of an outcome in kr., and of one that is yes or no."""

_WHOLE = 1.0 - 1e-9
"""Leverage of a citizen from which on a coefficient is that citizen's alone."""
_ROOM = 2**22
"""Predictions that are held at once."""


class Fitted(NamedTuple):
    """A difference found by a fit, in the unit of the outcome; NaN where there is none.

    Attributes
    ----------
    estimate, standard_error, degrees_of_freedom, low, high : float
    reason : str or None
        Code of why there are no limits: ``separated`` (`separated`), ``one-citizen`` where one
        citizen of a group carries a coefficient alone, ``no-spread``.
    """

    estimate: float
    standard_error: float = math.nan
    degrees_of_freedom: float = math.nan
    low: float = math.nan
    high: float = math.nan
    reason: str | None = None


def interacted(
    values: Sequence[Floats], designs: Sequence[Floats], kind: str, level: float
) -> Fitted:
    """Return the group's coefficient in a regression on group x numbers, all of them crossed.

    With numbers centred at a population's means the coefficient is the difference for that
    population: that of the two groups' own least-squares lines, read off there. Lin (2013), Annals
    of Applied Statistics 7(1), 295-318, section 4, centres at the mean of everybody. The numbers'
    means are taken as known.

    Parameters
    ----------
    values : sequence of two ndarray, shape (n,)
        Outcomes of the citizens of the first group and of the second.
    designs : sequence of two ndarray, shape (n, columns)
        Their numbers, centred, without a constant.
    kind : str
        ``hc2`` or ``hc3``: the robust standard error (MacKinnon & White 1985, Journal of
        Econometrics 29, 305-325).
    level : float
        Of the interval, by Student's t with as many degrees of freedom as citizens less
        coefficients.

    Examples
    --------
    >>> import numpy as np
    >>> age = np.array([[-2.0], [-1.0], [0.0], [3.0]])
    >>> fitted = interacted([5 + age[:, 0], 3 * age[:, 0]], [age, age], "hc2", 0.95)
    >>> round(fitted.estimate, 9)
    5.0
    """
    import statsmodels.api as sm  # type: ignore[import-untyped]

    arm = np.concatenate([np.full(values[a].size, 1.0 - a) for a in (0, 1)])
    centred = np.vstack(designs)
    design = np.column_stack([np.ones_like(arm), arm, centred, arm[:, np.newaxis] * centred])
    fitted = sm.OLS(np.concatenate(values), design).fit()
    estimate = float(fitted.params[1])
    if fitted.get_influence().hat_matrix_diag.max() > _WHOLE:
        return Fitted(estimate, reason="one-citizen")
    fitted = fitted.get_robustcov_results(kind.upper(), use_t=True)
    if (reason := _none(float(fitted.bse[1]), values)) is not None:
        return Fitted(estimate, reason=reason)
    low, high = fitted.conf_int(alpha=1 - level)[1].tolist()
    return Fitted(estimate, float(fitted.bse[1]), float(fitted.df_resid), low, high)


def g_computation(
    values: Sequence[Floats],
    designs: Sequence[Floats],
    standard: tuple[bool, bool],
    level: float,
    kind: Kind = "linear",
) -> Fitted:
    """Return the mean difference of what two groups' models predict for a standard population.

    A model is fitted to each group and predicts everybody of the population, as if all had been in
    the one group and then in the other (Robins 1986, Mathematical Modelling 7, 1393-1512; Snowden,
    Rose & Mortimer 2011, American Journal of Epidemiology 173(7), 731-738). For least squares the
    estimate is Lin's (`interacted`); of a logistic regression it is a difference of shares.

    The standard error is the jackknife of two samples: each citizen in turn is left out of the
    model and of the population, so that both are uncertain. With t(i) the estimate without citizen
    i of a group of n, its part of the variance is (n - 1)/n sum (t(i) - mean)^2 (Arvesen 1969,
    Annals of Mathematical Statistics 40, 2076-2100), on average rather too large than too small
    (Efron & Stein 1981, Annals of Statistics 9(3), 586-596). Without numbers it is Welch's. The
    coefficients without a citizen are one step of Newton's from those with all, which is exact for
    least squares (Pregibon 1981, Annals of Statistics 9(4), 705-724); a refit can have none.

    Parameters
    ----------
    values : sequence of two ndarray, shape (n,)
        Outcomes of the first group and of the second; 0 and 1 for ``logistic``. NaN: not seen,
        not in the model, and in the population all the same.
    designs : sequence of two ndarray, shape (n, columns)
        Numbers of the citizens, without a constant.
    standard : tuple of bool
        Whether each group is of the standard population.
    level : float
        Of the interval, by Student's t with Satterthwaite's degrees of freedom.
    kind : {"linear", "logistic"}
        The models.

    Examples
    --------
    >>> import numpy as np
    >>> job = [np.array([1.0, 0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0, 0.0])]
    >>> nothing = [np.empty((5, 0)), np.empty((4, 0))]
    >>> found = g_computation(job, nothing, (True, True), 0.95, "logistic")
    >>> round(found.estimate, 6)
    0.35
    """
    from scipy.special import expit, stdtrit

    logistic = kind == "logistic"
    mean: Callable[[Floats], Floats] = expit if logistic else np.positive
    full = [np.column_stack([np.ones(len(x)), x]) for x in designs]
    population = np.vstack([x for x, belongs in zip(full, standard, strict=True) if belongs])
    models, without, freedoms = [], [], []
    for y, x in zip(values, full, strict=True):
        seen = np.isfinite(y)
        if logistic and separated(y[seen], x[seen]):
            return Fitted(math.nan, reason="separated")
        model, steps = _fitted(y[seen], x[seen], logistic)
        models.append(model)
        without.append(np.tile(model, (len(x), 1)))
        without[-1][seen] -= steps
        freedoms.append(int(seen.sum()) - x.shape[1])
    sums = [float(mean(population @ model).sum()) for model in models]
    estimate = (sums[0] - sums[1]) / len(population)
    parts = np.empty(2)
    for a in (0, 1):
        mine, size = _sums(mean, population, without[a]), len(population)
        other = np.full(len(mine), sums[1 - a])
        if standard[a]:
            mine = mine - mean((full[a] * without[a]).sum(axis=1))
            other = other - mean(full[a] @ models[1 - a])
            size -= 1
        left = (mine - other) / size
        parts[a] = (left.size - 1) / left.size * ((left - left.mean()) ** 2).sum()
    error = math.sqrt(parts.sum())
    if (reason := _none(error, values)) is not None:
        return Fitted(estimate, reason=reason)
    shares = parts / parts.sum()
    freedom = float(1.0 / (shares**2 / freedoms).sum())
    reach = float(stdtrit(freedom, (1 + level) / 2)) * error
    return Fitted(estimate, error, freedom, estimate - reach, estimate + reach)


def _fitted(values: Floats, design: Floats, logistic: bool) -> tuple[Floats, Floats]:
    """Fit a group's model: its coefficients, and by how much each citizen alone moves them.

    Returns
    -------
    coefficients : ndarray, shape (columns,)
    steps : ndarray, shape (n, columns)
        NaN where one citizen carries a coefficient alone.
    """
    import statsmodels.api as sm

    weights = np.ones(len(values))
    if logistic:
        binomial = sm.families.Binomial()
        fitted = sm.GLM(values, design, family=binomial).fit(tol=1e-12, maxiter=200)
        weights = fitted.fittedvalues * (1.0 - fitted.fittedvalues)
    else:
        fitted = sm.OLS(values, design).fit()
    weighted = np.sqrt(weights)[:, np.newaxis] * design
    inverse = np.linalg.pinv(weighted)
    leverage = (weighted * inverse.T).sum(axis=1)
    if leverage.max() > _WHOLE:
        return fitted.params, np.full(design.shape, math.nan)
    alone = (values - fitted.fittedvalues) / (1.0 - leverage)
    return fitted.params, (inverse @ inverse.T @ (design.T * alone)).T


def _sums(mean: Callable[[Floats], Floats], population: Floats, coefficients: Floats) -> Floats:
    """Add up each model's predictions for everybody, models of shape (model, columns)."""
    rows = max(_ROOM // len(population), 1)
    pieces = np.split(coefficients, range(rows, len(coefficients), rows))
    return np.concatenate([mean(piece @ population.T).sum(axis=1) for piece in pieces])


def _none(error: float, values: Sequence[Floats]) -> str | None:
    """Say why a standard error gives no limits; one of rounding alone is none."""
    if math.isnan(error):
        return "one-citizen"
    largest = max(float(np.nanmax(np.abs(each))) for each in values)
    return "no-spread" if error <= 1e-9 * max(largest, 1.0) else None


def separated(values: Floats, design: Floats) -> bool:
    """Whether the numbers tell a yes from a no without fail somewhere, so that no logit fits.

    Then, and only then, a logistic regression has no finite coefficients (Albert & Anderson 1984,
    Biometrika 71(1), 1-10): some b has s (x b) >= 0 for every citizen, s = 1 of a yes and -1 of a
    no, and not 0 for all. A linear programme looks for it (Konis 2007, thesis, Oxford).

    Parameters
    ----------
    values : ndarray, shape (n,)
        0 and 1.
    design : ndarray, shape (n, columns)
        With a constant; of full rank.

    Examples
    --------
    >>> import numpy as np
    >>> age = np.column_stack([np.ones(4), [20.0, 30.0, 40.0, 50.0]])
    >>> separated(np.array([0.0, 0.0, 1.0, 1.0]), age), separated(np.array([0.0, 1.0, 0, 1]), age)
    (True, False)
    """
    from scipy.optimize import linprog

    sides = (2.0 * values - 1.0)[:, np.newaxis] * (design / np.abs(design).max(axis=0))
    found = linprog(-sides.sum(axis=0), A_ub=-sides, b_ub=np.zeros(len(sides)), bounds=(-1.0, 1.0))
    return bool((sides @ found.x).sum() > 1e-6)
