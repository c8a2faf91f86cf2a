"""Draws: exchangeable rows of a difference. They have quantiles, intervals and probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from gevinst.model.axes import Contrast
from gevinst.stats.intervals import quantile_error
from gevinst.stats.mean.widening import FEW, Sampled, effective_degrees_of_freedom, widened
from gevinst.text.language import Lang, Language, language, rounded, table
from gevinst.text.problems import WrongValueError
from gevinst.text.result import Result
from gevinst.text.voice import PLAIN, Voice

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

ROUNDING = 1e-12
"""Part of an amount that is but the computer's."""

LEVEL = 0.95

STATED = "stated"
"""Why draws of stated courses have no share above zero: it would say how sure nobody's estimate is.
"""

NUMBERS = ("mean", "standard_deviation", "low", "high", "probability_positive")
"""What a summary of draws tells."""


def probability_error(share: float, draws: int) -> float:
    """Monte Carlo error of a share of draws; one draw more on either side, so it is never zero."""
    shrunk = (share * draws + 1.0) / (draws + 2.0)
    return float((shrunk * (1.0 - shrunk) / draws) ** 0.5)


@dataclass(frozen=True)
class DrawSummary:
    """Draws in five numbers, each with its Monte Carlo error.

    Parameters
    ----------
    mean, standard_deviation, low, high : float
        kr. per citizen; low and high are the ends of the central interval.
    probability_positive : float or None
        Share of the law above zero; None where citizens are too few for one.
    level : float
        Probability mass of the interval.
    mcse : mapping of str to float
        Monte Carlo error of each of the five that there is, by name.
    degrees_of_freedom : float
        Of the standard deviation; infinite where it rests on no sample of citizens.
    reason : str or None
        Code of why there is no share above zero.
    """

    mean: float
    standard_deviation: float
    low: float
    high: float
    probability_positive: float | None
    level: float
    mcse: Mapping[str, float]
    degrees_of_freedom: float = math.inf
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "mean": self.mean,
            "standard_deviation": self.standard_deviation,
            "interval": {"level": self.level, "low": self.low, "high": self.high},
            "probability_positive": self.probability_positive,
            "mcse": dict(self.mcse),
            "degrees_of_freedom": None
            if math.isinf(self.degrees_of_freedom)
            else self.degrees_of_freedom,
            "reason": self.reason,
        }

    def row(self) -> dict[str, Any]:
        """Everything as plain values side by side, errors as ``mcse_mean`` and so on."""
        found = self.to_dict()
        errors = {f"mcse_{name}": error for name, error in found.pop("mcse").items()}
        interval = found.pop("interval")
        return {**found, **interval, **errors}

    @property
    def side(self) -> str:
        """Which side of zero the interval lies on: ``above``, ``below``, or ``both``."""
        return "above" if self.low > 0.0 else "below" if self.high < 0.0 else "both"

    @property
    def shown(self) -> tuple[str, ...]:
        """Which of `NUMBERS` are told: of stated courses no share."""
        return NUMBERS[:-1] if self.reason == STATED else NUMBERS

    def written(self, text: Language) -> dict[str, tuple[str, str]]:
        """Write each number and its error, the share in percent, by name.

        The error tells the last digit that is true, and no further digit is written.
        """
        found = {}
        for name in self.shown:
            if (value := getattr(self, name)) is None:
                found[name] = text("bootstrap.none"), ""
                continue
            scale = 100.0 if name == "probability_positive" else 1.0
            value, error = scale * value, scale * self.mcse[name]
            if error <= 1e-9 * abs(value):  # only rounding is left between equal draws
                error = 0.0
            found[name] = text.earned(value, error), text.earned(error, error)
        return found

    def ends(self, text: Language) -> tuple[str, str]:
        """Write both limits as a figure shows them: in hundreds, or to the digit that is true."""
        low, high = (
            text.earned(rounded(value), error if error > 1e-9 * abs(value) else 0.0)
            for value, error in ((self.low, self.mcse["low"]), (self.high, self.mcse["high"]))
        )
        return low, high

    def cells(self, text: Language) -> list[str]:
        """Write each number with its error, for a table."""
        return [" ± ".join(filter(None, pair)) for pair in self.written(text).values()]

    def headings(self, text: Language) -> list[str]:
        """Name the columns of `cells`: the limits by what lies below them."""
        ends = dict(zip(("low", "high"), limits_named(self.level, text), strict=True))
        return [ends.get(name) or text(f"simulate.{name}") for name in self.shown]


def limits_named(level: float, text: Language) -> tuple[str, str]:
    """Name the limits of a central interval by what lies below them."""
    tail = (1.0 - level) / 2.0
    return text.level(tail), text.level(1.0 - tail)


def law_said(found: Sequence[DrawSummary], text: Language) -> list[str]:
    """Say what the limits of summaries rest on, where samples of citizens are behind them."""
    reasons = {each.reason for each in found}
    if "few_citizens" in reasons:
        return [text("simulate.few_citizens", few=FEW)]
    if STATED in reasons:
        return [text("simulate.stated")]
    fewest = min(each.degrees_of_freedom for each in found)
    key = "simulate.widened" if len(found) > 1 else "simulate.widened_one"
    return [] if math.isinf(fewest) else [text(key, degrees=text.significant(round(fewest, 1)))]


def unspread(found: Mapping[str, Draws], text: Language) -> list[str]:
    """Say under which couplings the draws hold nothing of chance in small groups, if under any."""
    names = [text(f"coupling.{name}") for name, draws in found.items() if draws.unspread]
    if not names:
        return []
    key = "simulate.unspread" if len(names) == len(found) else "simulate.unspread_under"
    return [text(key, couplings=", ".join(names))]


@dataclass(frozen=True, eq=False, repr=False)
class Draws(Result):
    """Exchangeable rows of the difference between the arms: they have quantiles and probabilities.

    Parameters
    ----------
    arms : tuple of str
        Ids along the columns.
    net_gain : ndarray, shape (draw, arm)
        kr. per citizen.
    contrast : Contrast
        Which arm is held against which.
    level : float
        Probability mass of the interval.
    sampled : tuple of Sampled
        What samples of citizens bring into the variance of the difference.
    stated : bool
        Whether the arms are courses that somebody wrote down.
    voice : Voice
        How texts speak of the study.

    Notes
    -----
    The draws keep their spread: with outcomes alone the classical standard error. Behind interval,
    share above zero, quantiles and curve stands one law, widened by Student's t for the citizens
    that this spread is estimated from (`gevinst.stats.mean.widening`).
    """

    arms: tuple[str, ...]
    net_gain: Floats
    contrast: Contrast
    level: float = LEVEL
    sampled: tuple[Sampled, ...] = ()
    stated: bool = False
    voice: Voice = PLAIN

    @cached_property
    def difference(self) -> Floats:
        """Gain of the treated arm less that of the reference, kr. per citizen, shape (draw,)."""
        treated, *reference = (self.arms.index(arm) for arm in self.contrast.arms)
        total: Floats = self.net_gain[:, treated]
        for arm in reference:
            total = total - self.net_gain[:, arm]
        return total

    @cached_property
    def degrees_of_freedom(self) -> float:
        """How many degrees of freedom the spread of the draws has; infinite without a sample."""
        if len(self) < 2 or self.unspread or np.ptp(self.difference) == 0.0:
            return math.inf
        return effective_degrees_of_freedom(float(self.difference.var(ddof=1)), self.sampled)

    @property
    def unspread(self) -> bool:
        """Whether the citizens of every sample have the same gain, which tells nothing of others.

        That is a matter of the sample, whatever else lets the draws vary.
        """
        sampled = math.fsum(part.variance for part in self.sampled)
        return bool(self.sampled) and sampled <= (ROUNDING * np.abs(self.net_gain).max()) ** 2

    @property
    def few(self) -> bool:
        """Whether a sample is so small that beside mean and spread nothing is known."""
        some = math.isfinite(self.degrees_of_freedom)
        return some and any(part.citizens < FEW for part in self.sampled)

    @cached_property
    def law(self) -> Floats:
        """The draws in ascending order, widened: equally likely differences, kr. per citizen.

        Raises
        ------
        ValueError
            If an arm has too few citizens for a law; `found` has the limits of Student's t.
        """
        if self.few:
            raise WrongValueError(
                "draws", min(p.citizens for p in self.sampled), "too_few", few=FEW
            )
        return widened(np.sort(self.difference), self.degrees_of_freedom)

    def __len__(self) -> int:
        return len(self.net_gain)

    def settled(self, share: float) -> bool:
        """Whether the error of both limits is below a share of the interval's width."""
        found = self.found
        return max(found.mcse["low"], found.mcse["high"]) <= share * (found.high - found.low)

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: Sequence[float] | Floats) -> Floats: ...
    def quantile(self, p: float | Sequence[float] | Floats) -> float | Floats:
        """Quantiles of the difference, kr. per citizen: one number, or one for each of several."""
        found = np.quantile(self.law, p)
        return float(found) if np.ndim(p) == 0 else found

    def probability(self, above: float = 0.0) -> float:
        """Share of the law that is above a number of kr. per citizen.

        Raises
        ------
        ValueError
            If the arms are stated courses: nobody was compared, so no share says how sure it is.
        """
        if self.stated:
            raise WrongValueError("draws", None, "stated")
        below = int(np.searchsorted(self.law, above, side="right"))
        return (len(self) - below) / len(self)

    def dots(self, n: int = 50) -> Floats:
        """Return n equally likely differences, kr. per citizen: the (i + 0.5) / n quantiles."""
        return np.asarray(self.quantile((np.arange(n) + 0.5) / n))

    def curve(self, above: Sequence[float] | Floats | None = None) -> pd.DataFrame:
        """P(difference > x) over x, with its Monte Carlo error.

        Parameters
        ----------
        above : sequence of float, optional
            The x, kr. per citizen; 101 from the lowest to the highest 0.1 % of draws by default.

        Returns
        -------
        DataFrame
            Columns ``above`` (kr. per citizen), ``probability``, ``mcse``.
        """
        import pandas as pd

        x, share = self.exceedance(above)
        error = np.array([probability_error(p, len(self)) for p in share])
        return pd.DataFrame({"above": x, "probability": share, "mcse": error})

    def exceedance(self, above: Sequence[float] | Floats | None = None) -> tuple[Floats, Floats]:
        """Return x and P(difference > x), as `curve` has them."""
        if self.stated:
            raise WrongValueError("draws", None, "stated")
        values = self.law
        x = (
            np.linspace(self.quantile(0.001), self.quantile(0.999), 101)
            if above is None
            else np.asarray(above, dtype=float)
        )
        return x, (len(values) - np.searchsorted(values, x, side="right")) / len(values)

    def to_frame(self) -> pd.DataFrame:
        """Every draw: net gain of each arm and their difference, kr. per citizen."""
        import pandas as pd

        columns = dict(zip(self.arms, self.net_gain.T, strict=True))
        return pd.DataFrame({**columns, "difference": self.difference}).rename_axis("draw")

    @cached_property
    def found(self) -> DrawSummary:
        """Mean, sd, interval and share above zero, each with its Monte Carlo error.

        With fewer citizens in an arm than `gevinst.stats.mean.widening.FEW` the interval is the
        mean plus and minus Student's quantile times the spread, and there is no share.

        Notes
        -----
        Monte Carlo errors with S draws: mean s/sqrt(S); standard deviation
        s sqrt((kurtosis - 1)/(4 S)); probability sqrt(p (1 - p)/S) with p = (draws + 1)/(S + 2);
        a quantile by the order
        statistics at the 15.87 % and 84.13 % points of Beta(Sp + 1, S(1 - p) + 1), half their
        distance (Vehtari et al. 2021, Bayesian Analysis 16(2), 667-718, section 4.3).
        """
        values, size = self.difference, len(self)
        constant = bool(np.ptp(values) <= ROUNDING * np.abs(values).max())
        mean = float(values[0]) if constant else float(values.mean())
        deviation = 0.0 if constant else float(values.std(ddof=1))
        tail = (1.0 - self.level) / 2.0
        spread = (values - mean) / (deviation or 1.0)
        fourth = float(np.mean(spread**4))
        deviation_error = deviation * max(fourth - 1.0, 0.0) ** 0.5 / (2 * size**0.5)
        positive, reason = None, None
        errors = {"mean": deviation / size**0.5, "standard_deviation": deviation_error}
        if self.few:
            from scipy.special import stdtrit

            third = float(np.mean(spread**3))
            t, reason = float(stdtrit(self.degrees_of_freedom, 1.0 - tail)), "few_citizens"
            low, high = mean - t * deviation, mean + t * deviation
            for end, sign in (("low", -1.0), ("high", 1.0)):
                square = errors["mean"] ** 2 + (t * deviation_error) ** 2
                square += sign * t * third * deviation**2 / size
                errors[end] = max(square, 0.0) ** 0.5
        else:
            low, high = self.quantile([tail, 1.0 - tail])
            errors |= {
                "low": quantile_error(self.law, tail),
                "high": quantile_error(self.law, 1.0 - tail),
            }
            if self.stated:
                reason = STATED
            else:
                positive = self.probability()
                share_error = 0.0 if constant else probability_error(positive, size)
                errors["probability_positive"] = share_error
        return DrawSummary(
            mean=mean,
            standard_deviation=deviation,
            low=float(low),
            high=float(high),
            probability_positive=positive,
            level=self.level,
            mcse=errors,
            degrees_of_freedom=self.degrees_of_freedom,
            reason=reason,
        )

    def to_dict(self) -> dict[str, Any]:
        """Summarise: mean, sd, interval and P(difference > 0), each with its Monte Carlo error."""
        return self.found.to_dict()

    def summary(self, lang: Lang = "en") -> str:
        """Say the summary as a small table, in ``en`` or ``da``."""
        text = language(lang)
        return table(
            [
                [text("simulate.alone", n=text.number(len(self)))],
                ["", *self.found.headings(text)],
                [],
                ["", *self.found.cells(text)],
                *([line] for line in law_said([self.found], text)),
            ]
        )
