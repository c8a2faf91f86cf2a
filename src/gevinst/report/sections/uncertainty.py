"""The difference with its interval for each coupling, and P(difference > 0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevinst.plots import difference, style
from gevinst.text import Language

if TYPE_CHECKING:
    from gevinst.report.page import Results


def context(results: Results, text: Language) -> dict[str, Any]:
    """A figure, a table row per coupling, and what each coupling means."""
    simulation = results.simulation
    rows = []
    for coupling, draws in simulation.by_coupling.items():
        found = draws.to_dict()
        values = {**found, **found["interval"]}
        cells = []
        for column in ("mean", "standard_deviation", "low", "high", "probability_positive"):
            scale = 100.0 if column == "probability_positive" else 1.0
            value, error = scale * values[column], scale * found["mcse"][column]
            cells.append((text.earned(value, error), text.earned(error, error)))
        rows.append(
            {
                "label": text(f"coupling.{coupling}"),
                "explained": text(f"coupling_explained.{coupling}"),
                "cells": cells,
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
    lead = "lead" if results.study.paths is None else "lead_paired"
    return {
        "lead": text(f"report.uncertainty.{lead if results.study.statuses else 'lead_lines'}"),
        "missing": "missing" in simulation.varied,
        "figure": figure,
        "caption": text("figure.difference_caption"),
        "rows": rows,
        "point": text.kr(simulation.point),
        "draws": text.number(simulation.draws),
    }
