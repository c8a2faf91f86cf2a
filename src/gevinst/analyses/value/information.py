"""value_of_information(study): what knowing more is worth before one adopts the intervention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.value.decision import Decision, decision_for
from gevinst.analyses.value.given import differences
from gevinst.rows.blocks import Blocks
from gevinst.sources.held import holding
from gevinst.sources.registry import ready
from gevinst.sources.source import MEAN, Varied, varied
from gevinst.stats import streams
from gevinst.stats.mean.widening import FEW
from gevinst.stats.value import InformationValue, evpi, evppi
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.language import Lang, Language, language, table
from gevinst.text.problems import unknown_source, whole
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture

Floats = NDArray[np.float64]
Values = Mapping[str, InformationValue]
"""A value per coupling."""

LEAST = 100
"""Draws, at least: a regression on fewer says nothing."""

CLOSED_FORM, REGRESSION = "closed_form", "regression"

_ERRORS = 3.0  # standard errors by which the order of values may be broken before it is said


@dataclass(frozen=True, eq=False)
class Known:
    """What knowing some sources is worth.

    Parameters
    ----------
    sources : tuple of str
        Which would be known.
    by_coupling : mapping of str to InformationValue
        kr. per citizen.
    """

    sources: tuple[str, ...]
    by_coupling: Values

    @property
    def most(self) -> float:
        """The largest value over the couplings, kr. per citizen."""
        return max(each.value for each in self.by_coupling.values())


@dataclass(frozen=True, eq=False, repr=False)
class ValueOfInformation(Result):
    """What it is worth to know everything, and to know each source, before a choice.

    Parameters
    ----------
    means : mapping of str to float
        Per coupling the mean of the draws, which decides with what is known now, kr. per citizen.
    everything : mapping of str to InformationValue
        Per coupling the value of knowing the difference itself (EVPI), kr. per citizen.
    known : tuple of Known
        The value of knowing each source and each group that was asked for (EVPPI), largest first.
    varied : tuple of Varied
        The sources that vary.
    method : {"closed_form", "regression"}
        How the values of sources were found.
    draws : int
        Draws per coupling.
    decision : Decision
        Whom the choice is for.
    provenance : Provenance
        What made the result.
    reason : str or None
        Why there is no value: ``not_compared`` where nobody was compared with anybody,
        ``few_citizens`` where an arm has too few for a law of the difference.
    """

    means: Mapping[str, float]
    everything: Values
    known: tuple[Known, ...]
    varied: tuple[Varied, ...]
    method: str
    draws: int
    decision: Decision
    provenance: Provenance
    reason: str | None = None

    drawn: ClassVar[tuple[str, ...]] = ("value",)

    @property
    def out_of_order(self) -> tuple[tuple[Known, Known, str], ...]:
        """Values above one that holds more, by three of their errors: pairs, coupling.

        Whoever knows more cannot choose worse: it is chance, or a regression that misses.
        """
        all_ = Known(tuple(source.id for source in self.varied), self.everything)
        each = (*self.known, all_)
        return tuple(
            (less, more, coupling)
            for less in each
            for more in each
            if set(less.sources) < set(more.sources)
            for coupling, small in less.by_coupling.items()
            for large in [more.by_coupling[coupling]]
            if small.value - large.value > _ERRORS * np.hypot(small.error, large.error) + 1e-6
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON: ``evpi`` and ``evppi`` per coupling."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "reason": self.reason,
            "decision": {
                **asdict(self.decision),
                "people": self.decision.people,
                "perspective": self.provenance.conventions.perspective,
            },
            "evpi": {
                coupling: {"mean": self.means[coupling], **self._plain(value)}
                for coupling, value in self.everything.items()
            },
            "evppi": [
                {"sources": list(known.sources), "coupling": coupling, **self._plain(value)}
                for known in self.known
                for coupling, value in known.by_coupling.items()
            ],
            "method": self.method,
            "out_of_order": [
                {"less": list(less.sources), "more": list(more.sources), "coupling": coupling}
                for less, more, coupling in self.out_of_order
            ],
            "draws": self.draws,
            "provenance": self.provenance.to_dict(),
        }

    def _plain(self, found: InformationValue) -> dict[str, float | None]:
        people = self.decision.people
        total = None if people is None else people * found.value
        return {
            "value": found.value,
            "mcse": found.error,
            "bias": found.bias,
            "population": total,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per coupling and what would be known; an empty one where there is a reason."""
        import pandas as pd

        rows = [
            {"coupling": coupling, "known": "+".join(known.sources), **self._plain(value)}
            for known in (Known(("everything",), self.everything), *self.known)
            for coupling, value in known.by_coupling.items()
        ]
        columns = ["coupling", "known", "value", "mcse", "bias", "population"]
        rows = rows or [{"coupling": "", "known": "everything"}]
        return pd.DataFrame(rows, columns=columns).set_index(["coupling", "known"])

    def summary(self, lang: Lang = "en") -> str:
        """Say the values as a small table with what they mean, in ``en`` or ``da``."""
        text = language(lang)
        heading = text("value.heading", n=text.number(self.draws), seed=self.provenance.seed)
        said = [*self.opening(lang), heading]
        if self.reason:
            return "\n".join([*said, *self.sentences(text)])
        heads, *rows = self.cells(text)
        return "\n".join([*said, table([heads, [], *rows]), *self.sentences(text)])

    def cells(self, text: Language) -> list[list[str]]:
        """Write the table: what would be known, and per coupling its value with its error."""
        heads = [text("value.known"), *(text(f"coupling.{name}") for name in self.everything)]
        rows = [[text("value.everything"), *_written(self.everything, text)]]
        rows += [
            [self.label(known, text), *_written(known.by_coupling, text)] for known in self.known
        ]
        return [heads, *rows]

    def label(self, known: Known, text: Language) -> str:
        """Say what would be known."""
        labels = {source.id: text.label(source.label) for source in self.varied}
        return " + ".join(labels[name] for name in known.sources)

    def sentences(self, text: Language) -> list[str]:
        """Say what the values mean, for whom, how they were found, and what breaks their order."""
        if self.reason:
            return [text(f"value.{self.reason}", few=FEW)]
        said = [text("value.explained"), self.now(text), *self.for_all(text)]
        said += self._across(text)
        if self.known:
            biases = (each.bias for known in self.known for each in known.by_coupling.values())
            said.append(text(f"value.{self.method}", bias=text.kr(max(biases))))
        said += [
            text(
                "value.out_of_order",
                less=self.label(less, text),
                more=self.label(more, text),
                coupling=text(f"coupling.{coupling}"),
            )
            for less, more, coupling in self.out_of_order
        ]
        return said

    def _across(self, text: Language) -> list[str]:
        return [text("value.couplings")] if len(self.everything) > 1 else []

    def now(self, text: Language) -> str:
        """Say what one would choose now, by the mean."""
        ends = sorted(round(mean, -2) for mean in self.means.values())
        one = "_one" if ends[0] == ends[-1] else ""
        if ends[0] * ends[-1] < 0.0:
            low, high = map(text.kr, (ends[0], ends[-1]))
            return text("value.depends", low=low, high=high)
        if ends[0] == ends[-1] == 0.0:
            return text("value.zero")
        low, high = map(text.kr, sorted((abs(ends[0]), abs(ends[-1]))))
        return text(f"value.{'saving' if ends[-1] > 0.0 else 'none'}{one}", low=low, high=high)

    def for_all(self, text: Language) -> list[str]:
        """Say what everything is worth for all citizens the choice is for, where that is said."""
        made, people = self.decision, self.decision.people
        if people is None:
            return []
        values = [people * each.value for each in self.everything.values()]
        low, high = (text.kr(round(kr, -2)) for kr in (min(values), max(values)))
        said = text(
            "value.population" if low != high else "value.population_one",
            citizens=text.number(made.citizens or 0),
            years=text.number(made.years),
            low=low,
            high=high,
        )
        if not made.discount:
            return [said]
        return [said, text("value.discounted", discount=text.level(made.discount))]

    def _value_picture(self, text: Language) -> Picture:
        """A bar for each source and coupling with an error of two standard errors each way."""
        from gevinst.plots.bars import Bar, Row, bars
        from gevinst.plots.style import COUPLING_COLOURS

        rows, alt = list[Row](), list[str]()
        shown = [(text("value.everything"), self.everything)]
        shown += [(self.label(known, text), known.by_coupling) for known in self.known]
        for label, values in shown:
            middle = (len(values) - 1) / 2.0
            laid = [
                Bar(
                    0.0,
                    each.value,
                    COUPLING_COLOURS[coupling],
                    height=0.24 if len(values) > 1 else 0.42,
                    offset=0.26 * (k - middle),
                    thin=(max(each.value - 2.0 * each.error, 0.0), each.value + 2.0 * each.error),
                    ticks=True,
                )
                for k, (coupling, each) in enumerate(values.items())
            ]
            rows.append(Row(label, tuple(laid), bold=not rows))
            said = " / ".join(_written(values, text))
            alt.append(text("figure.value_alt", known=label, value=said))
        of = text("table.coupling")
        legend = [(COUPLING_COLOURS[c], f"{of}: {text(f'coupling.{c}')}") for c in self.everything]
        return bars(
            rows,
            text,
            title=text("figure.value_title"),
            alt="; ".join(alt),
            axis=text("figure.value_axis"),
            caption=" ".join([text("figure.value_caption"), *self._across(text)]),
            legend=legend if len(legend) > 1 else (),
            row_height=0.42,
        )


def _written(values: Values, text: Language) -> list[str]:
    """Write each coupling's value with its error."""
    found = []
    for each in values.values():
        value, error = text.earned(each.value, each.error), text.earned(each.error, each.error)
        found.append(f"{value} ± {error}" if each.error else value)
    return found


def value_of_information(
    study: Study,
    *,
    n: int = 100_000,
    vary: Sequence[str] | str | None = None,
    groups: Sequence[Sequence[str]] = (),
    citizens: int | None = None,
    years: int = 1,
    discount: float = 0.0,
    rng: streams.Rng = None,
) -> ValueOfInformation:
    """Say what it is worth to know more before one adopts the intervention, or does not.

    Adopting is worth the difference between the arms, kr. per citizen; not adopting is worth 0.
    Today the mean of the draws decides. Whoever knew the difference, or a source, before choosing
    would sometimes choose otherwise: what that is worth on average is the most that can be paid,
    per citizen the choice is for, to find out.

    Parameters
    ----------
    study : Study
        Under the conventions it carries; whose money counts is its ``perspective``
        (`Study.choose`).
    n : int
        Draws per coupling, 100 or more: with the same seed those of `gevinst.simulate`.
    vary : str or sequence of str, optional
        Sources that are uncertain; the others count as known, as published. All by default.
    groups : sequence of sequences of str
        Sources that would become known together, beside each by itself.
    citizens : int, optional
        How many would be in the intervention each year; without it there are values per citizen
        alone.
    years : int
        For how many years the choice holds.
    discount : float
        A year, of later years: 0.035 for 3.5 %. The first year counts in full.
    rng : what `numpy.random.default_rng` takes, optional
        Seed.

    Returns
    -------
    ValueOfInformation
        Side by side per coupling, never mixed: a coupling has a width, and no value of information.
        Where nobody was compared with anybody, and of arms with fewer than five citizens, it has no
        values and a ``reason``.

    Raises
    ------
    ValueError
        If a number is out of range, a source is unknown, or years are given without citizens.
    StudyError
        If a source's settings do not fit the study.

    Notes
    -----
    EVPI is of the draws as they are, not widened by Student's t as their interval is. In
    ``closed_form`` every source is independent of the others and the difference is linear in what
    each draws alone, so a row in which some sources are drawn and all others stand at their mean
    (`Source.expected`) *is* the mean of the difference given them, exactly, and there is no
    regression. Elsewhere (missing citizens, suppressed counts, priors, strata, sources of one's
    own) the difference is regressed on that row's difference by `gevinst.stats.evppi`: the value of
    a summary of the source, so at most the source's own but for the error and the bias line. Under
    ``independent`` whoever knows a source that makes it matter knows who went where.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.value_of_information(gv.load("ishoj-smc"), n=20_000, rng=2018)
    >>> everything = found.everything["widest"].value
    >>> all(each.most <= everything for each in found.known)
    True
    """
    n, decision = whole("n", n, LEAST), decision_for(citizens, years, discount)
    seed = streams.entropy(rng)
    sources, _ = ready(study, vary, MEAN)
    names = [source.name for source in sources]
    asked = [_group(names, group) for group in (*([name] for name in names), *groups)]
    closed = all(source.expected(study) is not None for source in sources)
    means, everything, found = dict[str, float](), dict[str, InformationValue](), list[Known]()
    reason = _reason(study, Blocks(study, sources))
    if reason is None:
        drawn = differences(study, sources, n, seed)
        means = {c: float(each.mean()) for c, each in drawn.items()}
        everything = {c: evpi(each) for c, each in drawn.items()}
        for some in dict.fromkeys(asked):
            given = differences(study, holding(sources, some), n, seed)
            values = {
                c: evpi(each)
                if closed
                else evppi(drawn[c], each, rng=streams.stream(seed, "dealt", 0))
                for c, each in given.items()
            }
            found.append(Known(some, values))
    return ValueOfInformation(
        means,
        everything,
        tuple(sorted(found, key=lambda each: -each.most)),
        tuple(varied(source) for source in sources),
        CLOSED_FORM if closed else REGRESSION,
        n,
        decision,
        provenance(study, seed),
        reason,
    )


def _group(names: list[str], group: Sequence[str]) -> tuple[str, ...]:
    """Return a group's sources in the order of the study."""
    wanted = [one_form(name) for name in group]
    for name in wanted:
        if name not in names:
            raise unknown_source("groups", name, names)
    return tuple(name for name in names if name in wanted)


def _reason(study: Study, rows: Blocks) -> str | None:
    """Why a study has no value of information; None where it has."""
    if study.stated or study.contrast.reference is None:
        return "not_compared"
    few = any(part.citizens < FEW for c in rows.couplings for part in rows.sampled(c))
    return "few_citizens" if few else None
