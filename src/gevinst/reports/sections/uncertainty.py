"""The difference with its interval for each coupling, and P(difference > 0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.analyses.draws import earned
from gevinst.plots import curve, difference, style
from gevinst.text.language import Language

if TYPE_CHECKING:
    from gevinst.reports.page import Results


def context(results: Results, text: Language) -> dict[str, Any]:
    """A figure, a table row per coupling, and what each coupling means."""
    simulation = results.simulation
    rows = []
    for coupling, draws in simulation.by_coupling.items():
        rows.append(
            {
                "label": text(f"coupling.{coupling}"),
                "explained": text(f"coupling_explained.{coupling}"),
                "cells": earned(draws, text),
            }
        )
    description = "; ".join(
        text(
            "figure.interval_alt", coupling=r["label"], low=r["cells"][2][0], high=r["cells"][3][0]
        )
        for r in rows
    )
    title = text("figure.difference_title")
    figure = style.svg(difference.plot(simulation, lang=text.code), title, description)
    point = "point" if simulation.published else "recomputed"
    lead = "lead" if results.study.paths is None else "lead_paired"
    return {
        "lead": text(f"report.uncertainty.{lead if results.study.statuses else 'lead_lines'}"),
        "doubted": ", ".join(
            text.label(source.label) for source in simulation.varied if source.moves_mean
        ),
        "figure": figure,
        "caption": text("figure.difference_caption"),
        "curve": style.svg(
            curve.plot(simulation, lang=text.code),
            text("figure.curve_title"),
            "; ".join(
                text("figure.curve_alt", coupling=row["label"], share=row["cells"][4][0])
                for row in rows
            ),
        ),
        "warnings": [
            *(text("simulate.assumed", settings=s) for s in simulation.provenance.settings()),
            *(problem.say(text.code) for problem in simulation.problems),
        ],
        "rows": rows,
        "point": text(f"simulate.{point}", kr=text.kr(simulation.point)),
        "draws": text.number(simulation.draws),
    }
