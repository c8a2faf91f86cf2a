"""tornado(study): one source at a time, and each number of it at a time, the rest as published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.draws import LEVEL, limits_named
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.simulate import Simulation, simulate
from gevinst.analyses.swing import Swing, swings, value_said
from gevinst.rows.blocks import Blocks
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.stats.intervals import level_of
from gevinst.study.people import NO_COUPLING
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language, rounded, table
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.bars import Row
    from gevinst.plots.picture import Picture

MOST_BARS = 8
"""Bars of the figure: the longest, as many as a page holds in letters one can read."""


@dataclass(frozen=True, repr=False)
class Tornado(Result):
    """How far each source alone moves the difference, and each number of it.

    Parameters
    ----------
    point : float
        The published difference, kr. per citizen.
    alone : mapping of str to Simulation
        Per source: the simulation in which only it varies, widest bar first.
    inputs : tuple of Swing
        Each number that a source draws by itself, longest first; those that move nothing left out.
    provenance : Provenance
        What made the result.
    level : float
        Probability mass of each bar.
    """

    point: float
    alone: Mapping[str, Simulation]
    inputs: tuple[Swing, ...]
    provenance: Provenance
    level: float = LEVEL

    drawn: ClassVar[tuple[str, ...]] = ("tornado",)

    @property
    def pictures(self) -> tuple[str, ...]:
        """None where nothing varies."""
        return self.drawn if self.alone else ()

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "point": self.point,
            "level": self.level,
            "bars": self.bars(),
            "inputs": [swing.to_dict() for swing in self.inputs],
            "sources": [
                {
                    "name": name,
                    "by_coupling": {c: d.to_dict() for c, d in found.by_coupling.items()},
                }
                for name, found in self.alone.items()
            ],
            "provenance": self.provenance.to_dict(),
        }

    def bars(self) -> list[dict[str, Any]]:
        """One row per source and coupling, and one per number of a source, at the level.

        A source that no coupling moves has one row. ``input_low`` and ``input_high`` are the
        number's own values where the difference is ``low`` and ``high``.
        """
        rows: list[dict[str, Any]] = []
        none = {"input_low": None, "input_high": None, "unit": None}
        for name, simulation in self.alone.items():
            limits = {
                coupling: (draws.found.low, draws.found.high)
                for coupling, draws in simulation.by_coupling.items()
            }
            if NO_COUPLING in limits or len(set(limits.values())) == 1:
                limits = {"": next(iter(limits.values()))}
            for coupling, (low, high) in limits.items():
                bar = {"source": name, "coupling": coupling or None, "low": low, "high": high}
                rows.append({**bar, **none})
        for swing in self.inputs:
            bar = {"source": swing.input, "coupling": None, "low": swing.low, "high": swing.high}
            ends = {"input_low": swing.input_low, "input_high": swing.input_high}
            rows.append({**bar, **ends, "unit": swing.unit})
        return rows

    def to_frame(self) -> pd.DataFrame:
        """One row per source and coupling, as `Simulation.to_frame`."""
        import pandas as pd

        frames = {name: found.to_frame() for name, found in self.alone.items()}
        return pd.concat(frames, names=["source"])

    def summary(self, lang: Lang = "en") -> str:
        """Say the result as a small table, in ``en`` or ``da``."""
        text = language(lang)
        rows = [["", text("table.coupling"), *limits_named(self.level, text)], []]
        for found in self.alone.values():
            for coupling, draws in found.by_coupling.items():
                numbers = draws.found.written(text)
                label = text.label(found.varied[0].label)
                ends = (numbers[end][0] for end in ("low", "high"))
                rows.append([label, text(f"coupling.{coupling}"), *ends])
        return table([*([line] for line in self.opening(lang)), *rows], left=2)

    def ends(self, name: str, text: Language) -> tuple[str, str, str]:
        """Write a source's label, and the outermost limits over the couplings."""
        found = self.alone[name]
        each = [draws.found for draws in found.by_coupling.values()]
        lowest, highest = min(each, key=lambda d: d.low), max(each, key=lambda d: d.high)
        return text.label(found.varied[0].label), lowest.ends(text)[0], highest.ends(text)[1]

    def rows(self, text: Language) -> list[tuple[float, Row, str]]:
        """Every bar, longest first: its length, the row of the figure, and the row in words.

        A source that is one number has its number's row alone.
        """
        found = [self._of_source(name, text) for name in self.alone if len(self.of(name)) != 1]
        found += [self._of_input(swing, text) for swing in self.inputs]
        return sorted(found, key=lambda row: -row[0])

    def of(self, source: str) -> list[Swing]:
        """Return the numbers of a source that move the difference."""
        return [swing for swing in self.inputs if swing.source == source]

    def _of_source(self, name: str, text: Language) -> tuple[float, Row, str]:
        """Where the couplings differ a bar for each, one within the other."""
        from gevinst.plots.bars import Bar, Row
        from gevinst.plots.style import COUPLING_COLOURS

        heights = {"widest": 0.62, "independent": 0.46, "narrowest": 0.3}
        label, low, high = self.ends(name, text)
        label, each = text("figure.whole", source=label), self.alone[name].by_coupling
        order = sorted(each, key=list(COUPLING_COLOURS).index)
        laid = [
            Bar(each[c].found.low, each[c].found.high, COUPLING_COLOURS[c], heights.get(c, 0.46))
            for c in order
        ]
        reach = min(bar.low for bar in laid), max(bar.high for bar in laid)
        laid.append(Bar(*reach, height=0.0, labels=(low, high)))
        said = text("figure.bar_alt", source=label, low=low, high=high)
        return reach[1] - reach[0], Row(label, tuple(laid)), said

    def _of_input(self, swing: Swing, text: Language) -> tuple[float, Row, str]:
        """One colour below the number's median, another above it; its own values at the ends."""
        from gevinst.plots.bars import Bar, Row
        from gevinst.plots.style import HIGH_INPUT, LOW_INPUT

        halves = zip(swing.halves, (LOW_INPUT, HIGH_INPUT), strict=True)
        laid = [Bar(*reach, colour, 0.46) for reach, colour in halves]
        ends = [value_said(x, swing.unit, text) for x in (swing.input_low, swing.input_high)]
        laid.append(Bar(swing.low, swing.high, height=0.0, labels=(ends[0], ends[1])))
        now = value_said(swing.current, swing.unit, text)
        label = text("figure.input", input=swing.label(text), now=now)
        low, high = (text.number(rounded(kr)) for kr in (swing.low, swing.high))
        values = {"input": label, "from": ends[0], "to": ends[1], "low": low, "high": high}
        said = text("figure.input_alt", **values)
        return swing.high - swing.low, Row(label, tuple(laid)), said

    def _tornado_picture(self, text: Language) -> Picture:
        """The longest bars of sources and of numbers; how many are left out stands below."""
        from gevinst.plots.bars import bars
        from gevinst.plots.style import COUPLING_COLOURS, HIGH_INPUT, LOW_INPUT

        rows = self.rows(text)
        shown, rest = rows[:MOST_BARS], len(rows) - MOST_BARS
        couplings = next(iter(self.alone.values())).by_coupling if self.alone else {}
        low, high = limits_named(self.level, text)
        of = text("table.coupling")
        legend = [(COUPLING_COLOURS[c], f"{of}: {text(f'coupling.{c}')}") for c in couplings]
        legend = legend if len(legend) > 1 else []
        if self.inputs:
            legend += [
                (LOW_INPUT, text("figure.low_input")),
                (HIGH_INPUT, text("figure.high_input")),
            ]
        caption = [text("figure.tornado_caption", low=low, high=high)]
        caption += [text("figure.more", n=rest)] if rest > 0 else []
        return bars(
            [row for _, row, _ in shown],
            text,
            title=text("figure.tornado_numbers" if self.inputs else "figure.tornado_title"),
            alt="; ".join(said for *_, said in shown),
            axis=text("figure.difference"),
            caption=" ".join(caption),
            point=(self.point, text("figure.point", kr=text.kr(self.point))),
            legend=legend,
            row_height=0.42,
        )


def tornado(
    study: Study,
    *,
    n: int = 16_384,
    vary: Sequence[str] | str | None = None,
    confidence_level: float = LEVEL,
    rng: streams.Rng = None,
) -> Tornado:
    """Let each source of uncertainty vary alone.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    n : int
        Draws per source and coupling.
    vary : str or sequence of str, optional
        Sources that have a bar; all by default.
    confidence_level : float
        Probability mass of each bar, between 0 and 1.
    rng : what `numpy.random.default_rng` takes, optional
        Seed; with `simulate`'s seed and `n` the bars are its intervals under ``vary=[source]``.

    Returns
    -------
    Tornado
        A bar reaches from the 2.5 % to the 97.5 % point of the difference. It may lie off the
        published point: a source that questions a convention moves the mean too. Each number that a
        source draws by itself has a bar too, from the difference at its own 2.5 % point to that at
        its 97.5 % point, without draws.

    Raises
    ------
    ValueError, StudyError
        As `gevinst.simulate`.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.tornado(gv.load("ishoj-smc"), n=200, rng=1)
    >>> list(found.alone)[0]
    'outcomes'
    """
    seed, sources = streams.entropy(rng), chosen(study, vary)
    alone = {
        source.name: simulate(
            study, n=n, vary=source.name, confidence_level=confidence_level, rng=seed
        )
        for source in sources
    }

    def width(name: str) -> float:
        return max(d.found.high - d.found.low for d in alone[name].by_coupling.values())

    ordered = {name: alone[name] for name in sorted(alone, key=width, reverse=True)}
    still = Blocks(study, ())
    point = still.point(still.couplings[0])
    level = level_of(confidence_level)
    inputs = [swing for source in sources for swing in swings(study, source, level)]
    inputs.sort(key=lambda swing: swing.low - swing.high)
    return Tornado(point, ordered, tuple(inputs), provenance(study, seed), level)
