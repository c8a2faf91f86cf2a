"""Where the uncertainty comes from: each source's share of the variance, per coupling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.rows.blocks import Blocks
from gevinst.sources import latents as names
from gevinst.sources.latents import Latents
from gevinst.sources.registry import ready
from gevinst.sources.source import MEAN, Source, Target, Varied, varied
from gevinst.sources.terms import terms_of
from gevinst.stats import streams
from gevinst.stats.sensitivity.sobol import Shares, multilinear_shares, sobol_shares
from gevinst.stats.standardisation import Weighting
from gevinst.study.people import couplings_of
from gevinst.study.strata import Wanted, standardised_as, standardised_rows
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language, table
from gevinst.text.problems import one_of, whole
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]

Method = Literal["closed_form", "swapping"]
CLOSED_FORM: Method = "closed_form"
SWAPPING: Method = "swapping"
_METHODS: tuple[Method, ...] = CLOSED_FORM, SWAPPING


@dataclass(frozen=True, eq=False, repr=False)
class VarianceShares(Result):
    """Shares of the variance of the difference by source, side by side per coupling.

    Parameters
    ----------
    varied : tuple of Varied
        The sources that varied, in the order of the shares.
    by_coupling : mapping of str to Shares
        First and total shares with their Monte Carlo errors.
    method : {"closed_form", "swapping"}
        How they were found; in closed form the errors are zero.
    target : str
        What varied: the mean effect, or what a new group would show.
    provenance : Provenance
        What made the result.
    standardised : mapping of str to Any, or None
        Weights and strata, where it is the variance of the standardised difference.
    """

    varied: tuple[Varied, ...]
    by_coupling: Mapping[str, Shares]
    method: str
    target: str
    provenance: Provenance
    standardised: Mapping[str, Any] | None = None

    drawn: ClassVar[tuple[str, ...]] = ("shares",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """None where nothing varies."""
        return self.drawn if self.varied else ()

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the sources that varied, in the order of the shares."""
        return tuple(source.id for source in self.varied)

    def to_dict(self) -> list[dict[str, Any]]:
        """One entry per coupling and source; `mcse` is the larger of both shares' errors."""
        return [
            {
                "name": source.id,
                "coupling": coupling,
                "share_first": float(shares.first[j]),
                "share_total": float(shares.total[j]),
                "mcse": float(max(shares.first_error[j], shares.total_error[j])),
            }
            for coupling, shares in self.by_coupling.items()
            for j, source in enumerate(self.varied)
        ]

    def to_frame(self) -> pd.DataFrame:
        """One row per coupling and source: first and total share, and their Monte Carlo error."""
        import pandas as pd

        columns = ["coupling", "name", "share_first", "share_total", "mcse"]
        return pd.DataFrame(self.to_dict(), columns=columns).set_index(["coupling", "name"])

    def sentence(self, lang: Lang = "en") -> str:
        """Say which source most of the uncertainty is about: from the numbers by fixed grammar.

        The source with the largest first share, over the couplings; where couplings differ in which
        that is, each says its own.
        """
        text = language(lang)
        if not any(shares.variance for shares in self.by_coupling.values()):
            return text("variance.nothing")
        largest = {c: int(shares.first.argmax()) for c, shares in self.by_coupling.items()}
        if len(set(largest.values())) > 1:
            said = (
                text(
                    "variance.under",
                    coupling=text(f"coupling.{c}"),
                    share=_percent(text, self.by_coupling[c], j),
                    about=text.label(self.varied[j].about),
                )
                for c, j in largest.items()
            )
            return text("variance.differ", each="; ".join(said))
        j = next(iter(largest.values()))
        shares = sorted(self.by_coupling.values(), key=lambda each: float(each.first[j]))
        low, high = (_percent(text, each, j) for each in (shares[0], shares[-1]))
        about = text.label(self.varied[j].about)
        if low == high:
            return text("variance.one", share=low, about=about)
        return text("variance.range", low=low, high=high, about=about)

    def summary(self, lang: Lang = "en") -> str:
        """Say the shares as a small table and a sentence, in ``en`` or ``da``."""
        text = language(lang)
        columns = (text(f"coupling.{coupling}") for coupling in self.by_coupling)
        return table(
            [
                [text(f"variance.{self.method}")],
                *([standardised_as(made, text)] for made in [self.standardised] if made),
                [text("variance.source"), *columns],
                [],
                *self.rows(lang),
                [text("variance.explained")],
                [self.sentence(lang)],
            ]
        )

    def rows(self, lang: Lang = "en") -> list[list[str]]:
        """Write each source's shares as text: its label and, per coupling, first and total."""
        text = language(lang)
        rows = []
        for j, source in enumerate(self.varied):
            cells = (
                text(
                    "variance.cell", first=_percent(text, s, j), total=_percent(text, s, j, "total")
                )
                for s in self.by_coupling.values()
            )
            rows.append([text.label(source.label), *cells])
        return rows

    def _shares_picture(self, text: Language) -> Picture:
        """A filled bar for each first share, and an open one to its total share."""
        from gevinst.plots.shares import shares

        rows = [
            (
                text.label(source.label),
                [(float(s.first[j]), float(s.total[j])) for s in self.by_coupling.values()],
            )
            for j, source in enumerate(self.varied)
        ]
        said = (
            text("figure.share_alt", source=row[0], share=" ; ".join(row[1:]))
            for row in self.rows(text.code)
        )
        return shares(
            rows,
            tuple(self.by_coupling),
            text,
            title=text("variance.title"),
            alt="; ".join(said),
            caption=text("variance.caption"),
        )


def _percent(text: Language, shares: Shares, j: int, which: str = "first") -> str:
    """Write a share in percent, with no digit its error does not support; 0 below its error."""
    share = float((shares.first if which == "first" else shares.total)[j])
    error = float((shares.first_error if which == "first" else shares.total_error)[j])
    if share <= error:
        return text.earned(0.0, 1.0)
    return text.earned(min(100 * share, 100.0), max(100 * error, 1.0))


def variance_shares(
    study: Study,
    *,
    vary: Sequence[str] | str | None = None,
    target: Target = MEAN,
    weights: Weighting | None = None,
    strata: Wanted = None,
    method: Method | None = None,
    n: int = 16_384,
    rng: streams.Rng = None,
) -> VarianceShares:
    """Divide the variance of the difference between the arms among the sources.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    vary, target, weights, strata
        As in `gevinst.simulate`.
    method : {"closed_form", "swapping"}, optional
        ``closed_form`` where every source that varies is a factor of the calculation: no draws and
        no error. ``swapping`` always works: each source's latents in turn come from a second set of
        draws. The closed form where it holds, by default.
    n : int
        Draws, for swapping.
    rng : what `numpy.random.default_rng` takes, optional
        Seed, for swapping.

    Returns
    -------
    VarianceShares

    Raises
    ------
    ValueError
        If `n` is below 2, a name is unknown, or the closed form is asked for where it does not
        hold.
    StudyError
        If a source's settings do not fit the study.

    Notes
    -----
    Whom citizens are matched with under ``independent`` belongs to the first source, in the study's
    order, that makes it matter. Estimators of swapping: Saltelli et al. (2010), table 2
    (`gevinst.stats.sobol_shares`).

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.variance_shares(gv.load("ishoj-smc"), vary=["rates", "outcomes"])
    >>> found.by_coupling["widest"].total.round(3).tolist()
    [0.113, 0.905]
    """
    n = whole("n", n, 2)
    if method is not None:
        method = one_of("method", method, _METHODS)
    seed, made = streams.entropy(rng), study
    study, standard = standardised_rows(study, weights, strata)
    sources, _ = ready(study, vary, target)
    closed = None if method == SWAPPING else _closed(study, sources)
    if closed is None and method == CLOSED_FORM:
        raise ValueError(
            "method: the closed form does not hold for what varies here; write swapping, or vary "
            "only sources that are factors of the calculation, not missing or suppressed ones"
        )
    return VarianceShares(
        varied=tuple(varied(source) for source in sources),
        by_coupling=_swapped(study, sources, n, seed) if closed is None else closed,
        method=SWAPPING if closed is None else CLOSED_FORM,
        target=target,
        provenance=provenance(made, seed if closed is None else None),
        standardised=standard,
    )


def _closed(study: Study, sources: Sequence[Source]) -> dict[str, Shares] | None:
    """Shares in closed form per coupling; None where a source is no factor of the calculation."""
    if study.statuses and len(study.strata) > 1:
        return None  # a stratum's shares are ratios of what is drawn
    terms = terms_of(study)
    for source in sources:
        terms = source.terms(study, terms)
    if not len(terms):
        return dict.fromkeys(couplings_of(study), _still(len(sources), 0.0))
    # A rate of 0 that is drawn is a factor by itself: nothing can be said per stated krone.
    drawing = {source.name for source in sources}
    kr = np.array([rate.kr or float(rate.drawn_by in drawing) for rate in study.rates])
    known = terms.coefficient * kr[terms.rate], np.zeros((len(terms), len(terms)))
    found = {}
    for coupling in couplings_of(study):
        factors = [source.factor(study, terms, coupling) for source in sources]
        made = [factor for factor in factors if factor is not None]
        if len(made) < len(factors):
            return None
        means, covariances = zip(*made, known, strict=True)
        shares = multilinear_shares(means, covariances)
        of_sources = ("first", "total", "first_error", "total_error")
        kept = {name: getattr(shares, name)[: len(sources)] for name in of_sources}
        found[coupling] = replace(shares, **kept)
    return found


def _swapped(study: Study, sources: Sequence[Source], n: int, seed: int) -> dict[str, Shares]:
    """Shares per coupling by taking one source's latents at a time from other draws."""
    k = len(sources)
    if not k:
        still = Blocks(study, ())
        return {c: _still(0, still.point(c)) for c in still.couplings}
    rows = Blocks(study, sources)
    values = {coupling: np.empty((2 + k, n)) for coupling in rows.couplings}
    other = streams.entropy([seed, 1])
    for block, start in enumerate(range(0, n, rows.rows)):
        kept = min(rows.rows, n - start)
        a, b = rows.draw(seed, block), rows.draw(other, block)
        # Whom citizens are matched with belongs to the first source that makes it matter.
        following = [source.follows(drawn) for source, drawn in zip(sources, a, strict=True)]
        owner = following.index(True) if any(following) else None
        # What is drawn along the paths is the same wherever no source that bears on it is swapped.
        bears = [s.bears_on_paths(drawn) for s, drawn in zip(sources, a, strict=True)]
        known: dict[tuple[bool, ...], dict[str, Latents]] = {}
        for row in range(2 + k):
            swapped = [row == 1 or row == 2 + j for j in range(k)]
            mix = [b[j] if swapped[j] else a[j] for j in range(k)]
            seeds = {s.name: other for s, own in zip(sources, swapped, strict=True) if own}
            if owner is not None and swapped[owner]:
                seeds["coupling"] = other
            drawn, key = names.merge(*mix), tuple(compress(swapped, bears))
            if key not in known:
                known[key] = rows.along(seed, block, drawn, seeds)
            for coupling, along in known[key].items():
                latents = {**along, **drawn}
                values[coupling][row, start : start + kept] = rows.difference(latents)[:kept]
    return {c: sobol_shares(found[0], found[1], found[2:]) for c, found in values.items()}


def _still(sources: int, mean: float) -> Shares:
    """Shares of so many sources where nothing varies."""
    none = np.zeros(sources)
    return Shares(0.0, none, none, none, none, 0.0, mean)
