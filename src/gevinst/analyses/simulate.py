"""simulate(study): Monte Carlo over the declared sources, side by side per coupling."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.draws import LEVEL, Draws, law_said, unspread
from gevinst.analyses.gain import gain
from gevinst.analyses.moved_mean import with_moves
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.published import is_published
from gevinst.analyses.value.kept import DrawnInputs, kinds_of
from gevinst.rows.blocks import Blocks
from gevinst.rows.workers import evaluated
from gevinst.sources.registry import ready
from gevinst.sources.source import MEAN, Source, Target, Varied
from gevinst.stats import streams
from gevinst.stats.intervals import level_of
from gevinst.stats.standardisation import Weighting
from gevinst.study.strata import Wanted, standardised_as, standardised_rows
from gevinst.study.study import Study
from gevinst.text.language import NBSP, Lang, Language, language, table
from gevinst.text.problems import Problem, say_all, whole
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]

Progress = Callable[[int, int], None]
"""Told after each piece of work how many draws are done, of how many."""


@dataclass(frozen=True, repr=False)
class Simulation(Result):
    """Draws per coupling beside the published point, with what made them.

    Parameters
    ----------
    points : mapping of str to float
        Per coupling the calculated difference, kr. per citizen; it is not one of the draws. The
        same under every coupling but for a standardised difference.
    by_coupling : mapping of str to Draws
        ``narrowest``, ``independent``, ``widest``: what margins leave open, never mixed; one,
        ``observed``, for paired data.
    varied : tuple of Varied
        The sources that varied.
    target : str
        ``mean``, the uncertainty of the mean effect; or ``new_group``, what a new group of the same
        size would show: another quantity, and wider.
    problems : tuple of Problem
        Warnings of the sources' settings.
    provenance : Provenance
        Study hash, versions, seed, conventions, settings.
    published : bool
        Whether the study publishes the point: a figure of measure ``difference`` that agrees.
    standardised : mapping of str to Any, or None
        Weights and strata, where the draws are of the standardised difference.
    payers : mapping of str to mapping of str to float
        Per payer the calculated net gain per citizen of each arm, and the difference, kr.; none of
        a standardised difference.
    inputs : DrawnInputs or None
        What was drawn, where it was kept: row i belongs to draw i.
    """

    points: Mapping[str, float]
    by_coupling: Mapping[str, Draws]
    varied: tuple[Varied, ...]
    target: str
    problems: tuple[Problem, ...]
    provenance: Provenance
    published: bool
    standardised: Mapping[str, Any] | None = None
    payers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    inputs: DrawnInputs | None = None

    drawn: ClassVar[tuple[str, ...]] = ("difference", "curve", "dots")

    @property
    def pictures(self) -> tuple[str, ...]:
        """No curve where citizens are too few for one, or nobody was compared."""
        bare = any(draws.few or draws.stated for draws in self.by_coupling.values())
        return self.drawn[:1] if bare else self.drawn

    @property
    def point(self) -> float:
        """The calculated difference, kr. per citizen; NaN where it depends on the coupling."""
        first, *others = self.points.values()
        return first if all(abs(each - first) < 1e-6 for each in others) else math.nan

    @property
    def widest(self) -> Draws:
        """The draws under the coupling with the widest interval: the row to quote."""
        return max(self.by_coupling.values(), key=lambda draws: draws.found.high - draws.found.low)

    @property
    def side(self) -> str:
        """Which side of zero the intervals lie on, or ``depends`` where the couplings differ."""
        first, *others = {draws.found.side for draws in self.by_coupling.values()}
        return "depends" if others else first

    @property
    def draws(self) -> int:
        """Number of draws in each coupling."""
        return len(next(iter(self.by_coupling.values())))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Warnings of the sources' settings."""
        return self.problems

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "difference": {
                "point": None if math.isnan(self.point) else self.point,
                "by_coupling": {
                    name: {
                        **({"point": self.points[name]} if self.standardised else {}),
                        **draws.to_dict(),
                    }
                    for name, draws in self.by_coupling.items()
                },
            },
            **({"standardised": dict(self.standardised)} if self.standardised else {}),
            **({"payers": self.payers} if self.payers else {}),
            "target": self.target,
            "varied": [source.id for source in self.varied],
            "mean_moved": {
                source.id: {"by": source.mean_moved, "mcse": source.mean_moved_error}
                for source in self.varied
                if source.moves_mean
            },
            "warnings": [problem.say() for problem in self.problems],
            "draws": self.draws,
            "rng": self.provenance.seed,
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per coupling: mean, standard deviation, interval, P(> 0), Monte Carlo errors."""
        import pandas as pd

        rows = {}
        for name, draws in self.by_coupling.items():
            rows[name] = {"point": self.points[name], **draws.found.row()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("coupling")

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table in words, in ``en`` or ``da``."""
        return "\n".join([*self.opening(lang), self.told(lang)])

    def told(self, lang: Lang = "en") -> str:
        """Say the summary without what comes before all else, for where that is said already."""
        text = language(lang)
        heading = "heading" if self.target == MEAN else self.target
        first = text(f"simulate.{heading}", n=text.number(self.draws), seed=self.provenance.seed)
        found = {c: draws.found for c, draws in self.by_coupling.items()}
        value = [text("simulate.value")] if self.standardised else []
        columns = ["", *value, *next(iter(found.values())).headings(text)]
        rows = [[first], [self._point_said(text)], columns, []]
        for name, numbers in found.items():
            own = [text.number(self.points[name])] if self.standardised else []
            rows.append([text(f"coupling.{name}"), *own, *numbers.cells(text)])
        names = ", ".join(text.label(source.label) for source in self.varied)
        said = [text("simulate.varied", names=names or text("simulate.nothing")), *self.moved(text)]
        said += law_said(list(found.values()), text) + unspread(self.by_coupling, text)
        said += self.provenance.by_default(self.varied, text)
        said += [text("simulate.assumed", settings=s) for s in self.provenance.settings()]
        said += say_all(self.problems, lang)
        return table([*rows, *([line] for line in said)])

    def moved(self, text: Language) -> list[str]:
        """Say which sources move the mean away from the calculated value, and by how much."""
        found = [
            f"{text.label(source.label)}{NBSP}{sign}{text.of_money(text.earned(kr, error))}"
            for source in self.varied
            for kr, error in [(source.mean_moved, source.mean_moved_error)]
            for sign in ["+" if kr > 0.0 else ""]
            if source.moves_mean
        ]
        return [text(f"simulate.moved{self._one}", sources=", ".join(found))] if found else []

    def _point_said(self, text: Language) -> str:
        """Say the calculated value, or what a standardised one is weighted to."""
        if not self.standardised:
            key = "simulate.point" if self.published else "simulate.recomputed"
            return text(key, kr=text.kr(self.point))
        more = f" {text('simulate.couplings')}" * bool(np.ptp([*self.points.values()]) > 0.005)
        return standardised_as(self.standardised, text) + more

    @property
    def _one(self) -> str:
        return "_one" if len(self.by_coupling) == 1 else ""

    def _difference_picture(self, text: Language) -> Picture:
        """Intervals per coupling, a dot at each mean, against zero and the calculated point."""
        from gevinst.plots.bars import Bar, Row, bars
        from gevinst.plots.style import COUPLING_COLOURS

        rows, alt = [], []
        for coupling, draws in self.by_coupling.items():
            found, label = draws.found, text(f"coupling.{coupling}")
            ends, colour = found.ends(text), COUPLING_COLOURS[coupling]
            bar = Bar(found.low, found.high, colour, labels=ends, dot=found.mean)
            rows.append(Row(label, (bar,)))
            alt.append(text("figure.interval_alt", coupling=label, low=ends[0], high=ends[1]))
        key = "figure.published" if self.published else "figure.point"
        named = text(key, kr=text.kr(self.point))
        level = text.level(next(iter(self.by_coupling.values())).level)
        return bars(
            rows,
            text,
            title=text(f"figure.difference_title{self._one}", level=level),
            alt="; ".join(alt),
            axis=text("figure.difference"),
            caption=text("figure.difference_caption", level=level),
            point=None if math.isnan(self.point) else (self.point, named),
        )

    def _dots_picture(self, text: Language) -> Picture:
        """Fifty equally likely results under the widest coupling, to be counted."""
        from gevinst.plots.dots import dots

        values, point = self.widest.dots(), self.point
        n, above = len(values), int((values > 0.0).sum())
        sides = {"below": n - above, "above": above}
        named = text("front.point_label", kr=text.number(point))
        return dots(
            values,
            text,
            title=text("front.dots_title"),
            alt=text("front.dots_alt", n=n, **sides),
            axis=text("figure.difference"),
            sides=tuple(text(f"front.{side}", k=k, n=n) for side, k in sides.items()),
            caption=text("front.dot", n=n),
            point=None if math.isnan(point) else (point, named),
        )

    def _curve_picture(self, text: Language) -> Picture:
        """P(difference > x) over x: one falling curve per coupling."""
        from gevinst.plots.curves import Line, curves
        from gevinst.plots.style import COUPLING_COLOURS

        dashes = {"independent": "--", "widest": ":"}
        lines, alt = [], []
        for coupling, draws in self.by_coupling.items():
            (x, probability), label = draws.exceedance(), text(f"coupling.{coupling}")
            y, dash = 100.0 * probability, dashes.get(coupling, "-")
            lines.append(Line(label, x, y, COUPLING_COLOURS[coupling], dash))
            share = draws.found.written(text)["probability_positive"][0]
            alt.append(text("figure.curve_alt", coupling=label, share=share))
        return curves(
            lines,
            text,
            title=text(f"figure.curve_title{self._one}"),
            alt="; ".join(alt),
            axes=(text("figure.curve_x"), text("figure.curve_y")),
            caption=text("figure.curve_caption"),
            point=None if math.isnan(self.point) else self.point,
            most=100.0,
            legend_title=text("table.coupling"),
        )


def simulate(
    study: Study,
    *,
    n: int = 100_000,
    vary: Sequence[str] | str | None = None,
    sources: Sequence[Source] = (),
    target: Target = MEAN,
    weights: Weighting | None = None,
    strata: Wanted = None,
    confidence_level: float = LEVEL,
    until_mcse: float | None = None,
    keep: Sequence[str] | str | None = None,
    workers: int = 1,
    rng: streams.Rng = None,
    progress: Progress | None = None,
) -> Simulation:
    """Let the study's sources of uncertainty vary and evaluate every row.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    n : int
        Number of draws, the same for each coupling.
    vary : str or sequence of str, optional
        Sources that vary (``rates``, ``outcomes``, ``missing``, ...); the others stay as published.
        All the study declares by default.
    sources : sequence of Source
        More sources, of one's own, as `Study.with_source` adds them.
    target : {"mean", "new_group"}
        ``mean``: how sure the mean effect is. ``new_group``: what another group of the same size
        would show, with the chance of its own citizens on top; wider, and labelled.
    weights, strata
        As in `gevinst.standardise`, for draws of the standardised difference (``pooled`` weights
        where strata alone are given); None, by default, for the raw one. The weights are taken as
        known, and citizens vary within their stratum.
    confidence_level : float
        Probability mass of the interval, between 0 and 1.
    until_mcse : float, optional
        Stop before `n` draws when the Monte Carlo error of both limits of the interval is below
        this share of the interval's width, for every coupling: 0.01 for one in a hundred.
    keep : str or sequence of str, optional
        Kinds of inputs to keep beside the draws, as `Simulation.inputs`: ``rates``, ``shares``,
        ``costs``, ``investment``, or ``all``. None by default.
    workers : int
        Processes to share the work, by joblib; within ``joblib.parallel_config`` its backend
        decides, so a Dask or Ray cluster serves as well. No number changes any draw.
        Memory beside the kept columns is that of one block per worker.
    rng : what `numpy.random.default_rng` takes, optional
        Seed; the same study, seed and versions give the same draws.
    progress : callable, optional
        Called with (draws done, draws wanted) after each piece of work.

    Returns
    -------
    Simulation
        The couplings share all draws but those of the matching, so that they can be compared.

    Raises
    ------
    ValueError
        If `n` is below 2, `until_mcse` or `workers` is not above 0, or a source is unknown.
    StudyError
        If a source's settings do not fit the study.

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.simulate(gv.load("ishoj-smc"), n=2_000, rng=1).side
    'both'
    """
    n, workers, level = whole("n", n, 2), whole("workers", workers, 1), level_of(confidence_level)
    if until_mcse is not None and not until_mcse > 0.0:
        raise ValueError(f"until_mcse: read {until_mcse}; write a share of the width, as 0.01")
    seed = streams.entropy(rng)
    for source in sources:
        study = study.with_source(source)
    declared, (study, standard) = study, standardised_rows(study, weights, strata)
    drawing, problems = ready(study, vary, target)
    rows = Blocks(study, drawing, kinds_of(keep))
    by_coupling, inputs = drawn(rows, seed, n, level, until_mcse, workers, progress)
    if until_mcse and not all(each.settled(until_mcse) for each in by_coupling.values()):
        problems.add("W082", study.id, None, n, share=f"{100 * until_mcse:g}")
    return Simulation(
        points=(points := {c: rows.point(c) for c in by_coupling}),
        by_coupling=by_coupling,
        varied=with_moves(study, drawing, seed),
        target=target,
        problems=tuple(problems),
        provenance=provenance(declared, seed, target),
        payers=gain(study).payers() if standard is None else {},
        published=standard is None and is_published(study, next(iter(points.values()))),
        standardised=standard,
        inputs=DrawnInputs(rows.kept, inputs) if rows.keep else None,
    )


def drawn(
    rows: Blocks,
    seed: int,
    n: int,
    level: float = LEVEL,
    until_mcse: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> tuple[dict[str, Draws], dict[str, Floats]]:
    """Draw so many rows, or until it is enough: per coupling the draws, and the inputs kept."""
    study, arms, done = rows.whole, len(rows.whole.arms), 0
    kept = {c: np.empty((n, arms + len(rows.kept)), order="F") for c in rows.couplings}
    sampled = {c: rows.sampled(c) for c in rows.couplings}
    alike = len(set(sampled.values())) == 1

    def draws() -> dict[str, Draws]:
        """Return what is drawn so far: one and the same where all couplings are."""
        names, compared, of = study.axes.arms, study.contrast, (study.stated, study.voice)
        made = {
            c: Draws(names, each[:done, :arms], compared, level, sampled[c], *of)
            for c, each in kept.items()
        }
        return dict.fromkeys(made, made[rows.couplings[0]]) if alike else made

    while done < n:
        # Twice as many each time, so that looking whether it is enough costs little.
        goal = n if until_mcse is None else min(max(2 * done, streams.BLOCK), n)
        for start, by_coupling in evaluated(rows, seed, done, goal, workers):
            alike = alike and len({id(each) for each in by_coupling.values()}) == 1
            for coupling, net_gain in by_coupling.items():
                kept[coupling][start : start + len(net_gain)] = net_gain
            if progress is not None:
                progress(start + len(net_gain), n)
        done = goal
        if until_mcse and all(each.settled(until_mcse) for each in draws().values()):
            break
    return draws(), {c: each[:done, arms:] for c, each in kept.items()}
