"""stratify(study): the whole answer to a skewed start.

The groups at start, the raw difference, and the standardised difference for every choice of
weights, every rate basis and both readings of the moved: one table, one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.gain import gain
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.start.adjustment import Adjustment, adjust
from gevinst.analyses.start.baseline import Baseline, baseline
from gevinst.analyses.start.standardise import RAW, Standardised, bands, estimate, raw
from gevinst.analyses.start.stratum_gains import MOVED, Asked, Stratum, groups_of, strata_bounds
from gevinst.stats.intervals import level_of
from gevinst.stats.standardisation import WEIGHTS, WeightName
from gevinst.study.strata import Wanted, population_of, strata_of
from gevinst.study.study import Study
from gevinst.study.transitions import Switch
from gevinst.text.language import Lang, Language, language, table
from gevinst.text.problems import Problem, say_all
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture


@dataclass(frozen=True, eq=False, repr=False)
class Stratified(Result):
    """Every standardised difference of a study, and the raw one beside.

    Parameters
    ----------
    baseline : Baseline
        The groups at start.
    raw : tuple of Standardised
        Everybody in one stratum: per reading of the moved and rate basis.
    estimates : tuple of Standardised
        Per reading of the moved, rate basis and weights, in that order.
    published : float
        The difference under the study's own conventions, kr. per citizen.
    basis, moved : str
        The rate basis of the study's conventions, and the reading of the moved as published.
    provenance : Provenance
        What made the result.
    adjustment : Adjustment or None
        Paired data: the pooled adjustment by several methods, where both arms are in every stratum.
    """

    baseline: Baseline
    raw: tuple[Standardised, ...]
    estimates: tuple[Standardised, ...]
    published: float
    basis: str
    moved: str
    provenance: Provenance
    adjustment: Adjustment | None = None

    drawn: ClassVar[tuple[str, ...]] = ("standardised", "balance")

    @property
    def bases(self) -> tuple[str, ...]:
        """Rate bases, the study's convention first."""
        found = dict.fromkeys(each.basis for each in self.raw)
        return tuple(sorted(found, key=lambda basis: basis != self.basis))

    @property
    def weightings(self) -> tuple[str, ...]:
        """The raw comparison and the choices of weights, in their order."""
        return (RAW, *dict.fromkeys(each.weights for each in self.estimates))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Cells with nobody, one citizen or few; each once."""
        found: dict[str, Problem] = {}
        for each in self.estimates:
            for warning in each.warnings:
                found.setdefault(warning.say(), warning)
        return tuple(found.values())

    def of(self, weights: str, basis: str, moved: str = MOVED[0]) -> Standardised:
        """Return one of them; ``raw`` is a weighting here.

        Raises
        ------
        KeyError
            If there is no such one.
        """
        for each in (*self.raw, *self.estimates):
            if (each.weights, each.basis, each.moved) == (weights, basis, moved):
                return each
        raise KeyError(f"no estimate with weights '{weights}', basis '{basis}', moved '{moved}'")

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, unrounded, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "baseline": self.baseline.to_dict(),
            "raw": [each.row() for each in self.raw],
            "estimates": [each.row() for each in self.estimates],
            "strata": [
                {"basis": each.basis, "moved": each.moved, **_unweighted(stratum)}
                for each in self.estimates
                if each.weights == WEIGHTS[0]
                for stratum in each.strata
            ],
            **({"methods": self.adjustment.to_dict()["methods"]} if self.adjustment else {}),
            "warnings": [warning.to_dict() for warning in self.warnings],
            "impossible": [list(switch) for switch in self.estimates[0].impossible],
            "sentence": {lang: self.sentence(lang) for lang in ("da", "en")},
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per weighting (``raw`` among them), rate basis and reading of the moved."""
        import pandas as pd

        rows = []
        for each in (*self.raw, *self.estimates):
            interval = each.interval
            rows.append(
                {
                    "moved": each.moved,
                    "basis": each.basis,
                    "weights": each.weights,
                    "low": each.low,
                    "high": each.high,
                    "independent": each.independent,
                    "interval_low": interval.low,
                    "interval_high": interval.high,
                    "sign": each.sign,
                }
            )
        return pd.DataFrame(rows).set_index(["moved", "basis", "weights"])

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as tables in words, in ``en`` or ``da``."""
        text = language(lang)
        paired = self.estimates[0].paired
        parts = [*self.opening(lang), self.baseline.summary(lang), ""]
        level = text.percent(self.estimates[0].found.level)
        for moved in dict.fromkeys(each.moved for each in self.raw):
            rows: list[list[str]] = [
                [text(f"stratify.moved.{moved}")],
                [
                    "",
                    text("stratify.allowed" if not paired else "stratify.difference"),
                    text("adjust.interval" if paired else "stratify.interval", level=level),
                    *([] if paired else [text("coupling.independent")]),
                ],
            ]
            for basis in self.bases:
                rows += [[], [self.of(RAW, basis, moved).basis_label(text)]]
                for weights in self.weightings:
                    each = self.of(weights, basis, moved)
                    apart = [] if paired else [_number(each.independent, text)]
                    rows.append(
                        [
                            f"  {text(f'stratify.weights.{weights}')}",
                            *each.found.written(text),
                            *apart,
                        ]
                    )
            parts += [table(rows), ""]
        if self.adjustment:
            parts += [self.adjustment.summary(lang), ""]
        warned = say_all(self.warnings, lang)
        return "\n".join([*parts, *self.notes(text), *warned, self.sentence(lang)])

    def notes(self, text: Language) -> list[str]:
        """Say what the columns are, and for whom each weighting is."""
        first = self.estimates[0]
        said = [text(f"stratify.estimand.{weights}") for weights in self.weightings]
        if not first.paired:
            key = "stratify.columns" if first.couplings is None else "stratify.columns_counted"
            said = [text(key), *said, *first.coupled(text)]
        if first.impossible:
            switches = ", ".join(" -> ".join(switch) for switch in first.impossible)
            said.append(text("stratify.impossible", switches=switches))
        if any(self.baseline.enrolled[arm] > n for arm, n in self.baseline.analysed.items()):
            known = self.baseline.starts_known
            said.append(text(f"stratify.dropouts{'_started' if known else ''}"))
        return said

    def sentence(self, lang: Lang = "en") -> str:
        """Say what is left of the difference, per rate basis, and whether the sign hangs on choice.

        A fixed grammar: the difference as calculated; per rate basis what every table that fits
        gives with the pooled mix and what sampling leaves open; whether any choice of weights or
        reading of the moved has another sign.
        """
        text = language(lang)
        head, clauses, signs = self.said(text)
        return text("stratify.sentence", head=head, clauses="; ".join(clauses), signs=signs)

    def said(self, text: Language) -> tuple[str, list[str], str]:
        """Say the same in parts: the answer, a clause per rate basis, and the signs."""
        clauses = []
        for basis in self.bases:
            each = self.of(WEIGHTS[0], basis, self.moved)
            said = each.found.clause(text)
            clauses.append(text("stratify.under", basis=each.basis_label(text), clause=said))
        first = self.of(WEIGHTS[0], self.bases[0], self.moved)
        unlike = {"positive": "negative", "negative": "positive"}
        side = "positive" if self.published > 0 else "negative"
        verdict = {side: "survives", unlike[side]: "turns"}.get(first.sign, "open")
        by = text.label(self.baseline.by)
        head = text(f"stratify.head.{verdict}", kr=text.kr(self.published), by=by)
        return head, clauses, self._signs(text)

    def _signs(self, text: Language) -> str:
        """Say whether the sign is the same for every weighting, rate basis and reading."""
        signs = {each.sign for each in self.estimates}
        if signs in ({"positive"}, {"negative"}):
            return text(f"stratify.signs.{signs.pop()}")
        other = sum(each.sign == "either" for each in self.estimates)
        key = "either" if len(signs - {"either"}) <= 1 else "both"
        usual = next(iter(signs - {"either"}), "either")
        if usual == "either":
            key = "none"
        return text(
            f"stratify.signs.{key}",
            n=other,
            all=len(self.estimates),
            usual=text(f"stratify.side.{usual}"),
        )

    def _standardised_picture(self, text: Language) -> Picture:
        """Raw against standardised differences: bands and intervals for every weighting."""
        shown = (
            self.of(weights, basis, moved)
            for basis in self.bases
            for weights in self.weightings
            for moved in dict.fromkeys(each.moved for each in self.raw)
        )
        return bands(tuple(shown), text)

    def _balance_picture(self, text: Language) -> Picture:
        """How unlike the groups are at start."""
        found: Picture = self.baseline.picture(lang=text.code)
        return found


def _unweighted(stratum: Stratum) -> dict[str, Any]:
    found = stratum.to_dict()
    del found["weight"]
    return found


def _number(value: float | None, text: Language) -> str:
    return text("bootstrap.none") if value is None else text.number(value)


def stratify(
    study: Study,
    *,
    strata: Wanted = None,
    basis: Sequence[str] | str | None = None,
    impossible: Sequence[Switch] = (),
    confidence_level: float = 0.95,
) -> Stratified:
    """Standardise a study's difference for every weighting, rate basis and reading of the moved.

    Parameters
    ----------
    study : Study
        Margins or paired data, under the conventions it carries.
    strata, impossible, confidence_level
        As in `gevinst.standardise`.
    basis : str or sequence of str, optional
        Rate bases; all the study names by default.

    Returns
    -------
    Stratified
        Overlap weights are left out where no stratum holds citizens of both groups.

    Raises
    ------
    ValueError, StudyError
        As `gevinst.standardise`.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.stratify(gv.load("ishoj-smc"))
    >>> found.of("pooled", "published", "as_published").sign
    'negative'
    """
    level = level_of(confidence_level)
    found = strata_of(study, strata)
    bases = (basis,) if isinstance(basis, str) else tuple(basis or study.rate_maps)
    sizes = found.counts(study)
    stated = found.counted and study.stratification and study.stratification.citizens
    names: tuple[WeightName, ...] = (*WEIGHTS, "stated") if stated else WEIGHTS
    populations = [
        population_of(study, name, found)
        for name in names
        if name != "overlap" or (sizes > 0).all(axis=0).any()
    ]
    raws, estimates = [], []
    for moved in MOVED:
        asked = Asked(moved, tuple(impossible), level)
        for each in bases:
            under = study.choose(basis=each)
            raws.append(raw(under, asked))
            groups = groups_of(under, found, asked)
            parts = strata_bounds(study, found, groups)
            estimates += [
                estimate(under, found, groups, population, parts) for population in populations
            ]
    return Stratified(
        baseline=baseline(study, strata=strata),
        raw=tuple(raws),
        estimates=tuple(estimates),
        published=gain(study).difference,
        basis=study.conventions.basis if study.conventions.basis in bases else bases[0],
        moved=MOVED[0],
        provenance=provenance(study),
        adjustment=_methods(study, strata, sizes, level),
    )


def _methods(
    study: Study, strata: Wanted, sizes: NDArray[np.int64], level: float
) -> Adjustment | None:
    """Adjust by every method, where paths are known and no cell is empty."""
    if study.paths is None or (sizes == 0).any():
        return None
    return adjust(study, strata=strata, confidence_level=level)
