"""tornado(study): one source at a time, the rest as published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from gevinst.analyses.draws import LEVEL, limits_named
from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.simulate import Simulation, simulate
from gevinst.rows.blocks import Blocks
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.stats.intervals import level_of
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language, table
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.plots.picture import Picture


@dataclass(frozen=True, repr=False)
class Tornado(Result):
    """How far each source alone moves the difference.

    Parameters
    ----------
    point : float
        The published difference, kr. per citizen.
    alone : mapping of str to Simulation
        Per source: the simulation in which only it varies, widest bar first.
    provenance : Provenance
        What made the result.
    level : float
        Probability mass of each bar.
    """

    point: float
    alone: Mapping[str, Simulation]
    provenance: Provenance
    level: float = LEVEL

    drawn: ClassVar[tuple[str, ...]] = ("tornado",)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "study": self.provenance.study,
            "unit": "kr. per citizen",
            "point": self.point,
            "sources": [
                {
                    "name": name,
                    "by_coupling": {c: d.to_dict() for c, d in found.by_coupling.items()},
                }
                for name, found in self.alone.items()
            ],
            "provenance": self.provenance.to_dict(),
        }

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
        low, high = lowest.written(text)["low"][0], highest.written(text)["high"][0]
        return text.label(found.varied[0].label), low, high

    def _tornado_picture(self, text: Language) -> Picture:
        """A row per source, where the couplings differ a bar for each, one within the other."""
        from gevinst.plots.bars import Bar, Row, bars
        from gevinst.plots.style import COUPLING_COLOURS

        heights = {"widest": 0.62, "independent": 0.46, "narrowest": 0.3}
        rows, alt = [], []
        for name, found in self.alone.items():
            label, low, high = self.ends(name, text)
            order = sorted(found.by_coupling, key=list(COUPLING_COLOURS).index)
            laid = []
            for coupling in order:
                each, colour = found.by_coupling[coupling].found, COUPLING_COLOURS[coupling]
                laid.append(Bar(each.low, each.high, colour, heights.get(coupling, 0.46)))
            reach = min(bar.low for bar in laid), max(bar.high for bar in laid)
            laid.append(Bar(*reach, height=0.0, labels=(low, high)))
            rows.append(Row(label, tuple(laid)))
            alt.append(text("figure.bar_alt", source=label, low=low, high=high))
        couplings = next(iter(self.alone.values())).by_coupling if self.alone else {}
        low, high = limits_named(self.level, text)
        legend = [(COUPLING_COLOURS[c], text(f"coupling.{c}")) for c in couplings]
        return bars(
            rows,
            text,
            title=text("figure.tornado_title"),
            alt="; ".join(alt),
            axis=text("figure.difference"),
            caption=text("figure.tornado_caption", low=low, high=high),
            point=(self.point, ""),
            legend=legend if len(legend) > 1 else (),
            legend_title=text("table.coupling"),
            row_height=0.62,
        )


def tornado(
    study: Study,
    *,
    n: int = 20_000,
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
        published point: a source that questions a convention moves the mean too.
    """
    seed = streams.entropy(rng)
    alone = {
        source.name: simulate(
            study, n=n, vary=source.name, confidence_level=confidence_level, rng=seed
        )
        for source in chosen(study, vary)
    }

    def width(name: str) -> float:
        return max(d.found.high - d.found.low for d in alone[name].by_coupling.values())

    ordered = {name: alone[name] for name in sorted(alone, key=width, reverse=True)}
    still = Blocks(study, ())
    point = still.point(still.couplings[0])
    return Tornado(point, ordered, provenance(study, seed), level_of(confidence_level))
