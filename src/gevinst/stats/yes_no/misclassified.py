"""The share of those who are, from the share of those who are found to be by a test that errs."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

from gevinst.text.language import Lang, language
from gevinst.text.problems import StudyWarning
from gevinst.text.result import Listed

__all__ = ["RoganGladen", "rogan_gladen"]


@dataclass(frozen=True, repr=False)
class RoganGladen(Listed):
    """A share corrected for misclassification.

    Attributes
    ----------
    estimate : float
        The share of those who are; below 0 or above 1 where the test cannot err as is said of it.
    apparent : float
        The share of those who are found to be.
    standard_error : float
        Of the estimate, sensitivity and specificity being known.
    reason : str or None
        ``outside`` where the estimate is no share.
    """

    estimate: float
    apparent: float
    standard_error: float
    reason: str | None = None

    def heading(self, lang: Lang) -> str:
        """Say both shares, and whether the corrected one is a share at all."""
        text = language(lang)
        return text(
            f"stats.rogan_gladen_{self.reason or 'found'}",
            estimate=text.significant(self.estimate, 4),
            apparent=text.significant(self.apparent, 4),
            error=text.significant(self.standard_error, 3),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return dict(vars(self))


def rogan_gladen(positive: int, n: int, sensitivity: float, specificity: float) -> RoganGladen:
    """Correct a share for a test of known sensitivity and specificity.

    Parameters
    ----------
    positive, n : int
        How many of how many are found to be.
    sensitivity : float
        Share of those who are that the test finds, from 0 to 1.
    specificity : float
        Share of those who are not that the test does not find, from 0 to 1.

    Returns
    -------
    RoganGladen
        (p + specificity - 1) / (sensitivity + specificity - 1), p being positive / n, and its
        standard error sqrt(p (1 - p) / n) / (sensitivity + specificity - 1): Rogan & Gladen (1978),
        American Journal of Epidemiology 107, 71-76.

    Warns
    -----
    StudyWarning
        An estimate below 0 or above 1. It is given as it is: sensitivity and specificity do not fit
        the counts, or chance has made it so.

    Raises
    ------
    ValueError
        Counts that are none, or a test that finds those who are no more often than the others.

    Examples
    --------
    >>> import gevinst as gv
    >>> round(gv.stats.rogan_gladen(45, 150, 0.96, 0.89).estimate, 4)
    0.2235
    """
    if not (0 <= positive <= n and n > 0 and int(positive) == positive and int(n) == n):
        raise ValueError(
            f"positive, n: read {positive!r}, {n!r}; write whole numbers, positive from 0 to n"
        )
    for name, share in (("sensitivity", sensitivity), ("specificity", specificity)):
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"{name}: read {share!r}; write a number from 0 to 1")
    better = sensitivity + specificity - 1.0
    if better <= 1e-12:
        raise ValueError(
            f"sensitivity, specificity: read {sensitivity!r}, {specificity!r}; "
            "write two numbers whose sum is above 1"
        )
    apparent = positive / n
    estimate = (apparent + specificity - 1.0) / better
    error = math.sqrt(apparent * (1.0 - apparent) / n) / better
    outside = not -1e-12 <= estimate <= 1.0 + 1e-12
    found = RoganGladen(estimate, apparent, error, "outside" if outside else None)
    if outside:
        warnings.warn(found.heading("en"), StudyWarning, stacklevel=2)
    return found
