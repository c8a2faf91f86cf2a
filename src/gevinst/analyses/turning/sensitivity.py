"""sensitivity(study): what would turn it, together: each source, each number, each citizen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gevinst.analyses.provenance import Provenance
from gevinst.analyses.tornado import Tornado, tornado
from gevinst.analyses.turning.break_even import BreakEven, break_even
from gevinst.analyses.turning.fragility import Fragility, fragility
from gevinst.analyses.turning.misclassified import (
    Misclassification,
    doubts,
    misclassification,
)
from gevinst.analyses.turning.stress import Stress, stress
from gevinst.stats import streams
from gevinst.study.study import Study
from gevinst.study.transitions import Switch
from gevinst.text.language import Lang, language
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(Result):
    """What would turn a difference.

    Parameters
    ----------
    tornado : Tornado
        One source at a time.
    break_even : BreakEven
        One number at a time.
    fragility : Fragility or None
        The fewest citizens who turn the sign; None in a study of cost lines.
    stress : Stress or None
        The fewest citizens who settle it; None in a study of cost lines.
    misclassification : Misclassification or None
        The fewest false reports of a status; None where no status is in doubt.
    """

    tornado: Tornado
    break_even: BreakEven
    fragility: Fragility | None
    stress: Stress | None
    misclassification: Misclassification | None = None

    @property
    def provenance(self) -> Provenance:
        """What made the result."""
        return self.tornado.provenance

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        citizens = self.fragility.to_dict() if self.fragility else None
        keys = ("citizens", "citizens_moved_fixed", "path", "proof", "density", "by_arm")
        return {
            "study": self.provenance.study,
            "difference": self.break_even.difference,
            "tornado": self.bars(),
            "break_even": self.break_even.rows(),
            "fragility": citizens and {key: citizens[key] for key in (*keys, "without_one")},
            "stress": {
                coupling: found.citizens
                for coupling, found in (self.stress.by_coupling if self.stress else {}).items()
            },
            "misclassification": self.misclassification and self.misclassification.plain(),
            "provenance": self.provenance.to_dict(),
        }

    def bars(self) -> list[dict[str, Any]]:
        """Return the tornado's bars, a row each."""
        return self.tornado.bars()

    def to_frame(self) -> pd.DataFrame:
        """One row per input, the nearest to its break-even first."""
        return self.break_even.to_frame()

    def summary(self, lang: Lang = "en") -> str:
        """Say all of them in words and tables, in ``en`` or ``da``."""
        text = language(lang)
        parts = (self.tornado, self.break_even, self.fragility, self.misclassification, self.stress)
        said = []
        for part in filter(None, parts):
            lines = part.summary(lang).splitlines()
            said.append("\n".join(lines[len(part.opening(lang)) :]))
        said[0] = "\n".join([*self.opening(lang), text("figure.tornado_title"), said[0]])
        return "\n\n".join(said)


def sensitivity(
    study: Study,
    *,
    n: int = 16_384,
    confidence_level: float = 0.95,
    impossible: Sequence[Switch] = (),
    rng: streams.Rng = None,
) -> Sensitivity:
    """Ask what would turn a study's difference.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    n : int
        Draws per source and coupling of the tornado.
    confidence_level : float
        Of the tornado's bars and of the interval that is stressed.
    impossible : sequence of (str, str), optional
        Switches that no citizen makes, for the citizens who turn the sign.
    rng : what `numpy.random.default_rng` takes, optional
        Seed of the tornado.

    Returns
    -------
    Sensitivity
        Without citizens where none are counted.

    Raises
    ------
    ValueError, StudyError
        As `gevinst.tornado`, `gevinst.fragility` and `gevinst.stress`.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.sensitivity(gv.load("ishoj-smc"), n=100, rng=1)
    >>> found.fragility.citizens, len(found.break_even.inputs)
    (1, 70)
    """
    bars = tornado(study, n=n, confidence_level=confidence_level, rng=rng)
    return beside(bars, study, impossible)


def beside(bars: Tornado, study: Study, impossible: Sequence[Switch] = ()) -> Sensitivity:
    """Put what would turn a study's difference beside its tornado, at the tornado's level."""
    counted = bool(study.statuses)
    return Sensitivity(
        bars,
        break_even(study),
        fragility(study, impossible=impossible) if counted else None,
        stress(study, confidence_level=bars.level) if counted else None,
        misclassification(study) if counted and doubts(study) else None,
    )
