"""tornado(study): one source at a time, the rest as published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gevinst.analyses.draws import Simulation
from gevinst.analyses.provenance import Provenance
from gevinst.analyses.simulate import simulate
from gevinst.stats import streams
from gevinst.study.study import Study
from gevinst.text.language import language, table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Tornado:
    """How far each source alone moves the difference.

    Parameters
    ----------
    point : float
        The published difference, kr. per citizen.
    alone : mapping of str to Simulation
        Per source: the simulation in which only it varies, widest bar first.
    provenance : Provenance
        What made the result.
    """

    point: float
    alone: Mapping[str, Simulation]
    provenance: Provenance

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

    def summary(self, lang: str = "en") -> str:
        """Say the result as a small table, in ``en`` or ``da``."""
        text = language(lang)
        rows = [["", text("table.coupling"), text("simulate.low"), text("simulate.high")], []]
        for found in self.alone.values():
            for coupling, draws in found.by_coupling.items():
                row = draws.to_dict()
                ends = [text.earned(row["interval"][e], row["mcse"][e]) for e in ("low", "high")]
                rows.append(
                    [text.label(found.varied[0].label), text(f"coupling.{coupling}"), *ends]
                )
        return table(rows, left=2)

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(float_format="{:,.0f}".format))

    def plot(self, *, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Draw the bars; see `gevinst.plots.tornado`."""
        from gevinst.plots.tornado import plot

        return plot(self, ax=ax, lang=lang)


def tornado(study: Study, *, n: int = 20_000, rng: streams.Rng = None) -> Tornado:
    """Let each source of uncertainty vary alone.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    n : int
        Draws per source and coupling.
    rng : what `numpy.random.default_rng` takes, optional
        Seed; with `simulate`'s seed and `n` the bars are its intervals under ``vary=[source]``.

    Returns
    -------
    Tornado
        A bar reaches from the 2.5 % to the 97.5 % point of the difference. It may lie off the
        published point: a source that questions a convention moves the mean too.
    """
    seed = streams.entropy(rng)
    alone = {s.name: simulate(study, n=n, vary=[s.name], rng=seed) for s in study.sources}

    def width(name: str) -> float:
        return max(d.quantile(0.975) - d.quantile(0.025) for d in alone[name].by_coupling.values())

    ordered = {name: alone[name] for name in sorted(alone, key=width, reverse=True)}
    still = simulate(study, n=2, vary=[], rng=seed)
    return Tornado(still.point, ordered, still.provenance)
