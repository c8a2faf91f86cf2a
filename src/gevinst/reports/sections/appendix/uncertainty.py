"""The difference with its interval for each coupling, and P(difference > 0)."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.draws import law_said
from gevinst.analyses.simulate import Simulation
from gevinst.reports.results import Results
from gevinst.study.people import NO_COUPLING
from gevinst.text.language import Language
from gevinst.text.problems import Problem, say_all


def context(results: Results, text: Language) -> dict[str, Any]:
    """Two figures, a table row per coupling, and what each coupling means."""
    simulation = results.simulation
    rows = [
        {
            "label": text(f"coupling.{coupling}"),
            "explained": text(f"coupling_explained.{coupling}"),
            "cells": list(draws.found.written(text).values()),
        }
        for coupling, draws in simulation.by_coupling.items()
    ]
    found = [draws.found for draws in simulation.by_coupling.values()]
    headings = found[0].headings(text)
    point = "point" if simulation.published else "recomputed"
    lead = "lead" if results.study.paths is None else "lead_paired"
    lead = "lead_lines" if NO_COUPLING in simulation.by_coupling else lead
    return {
        "lead": text(f"report.uncertainty.{lead}"),
        "known": known(simulation, text),
        "moved": simulation.moved(text),
        "figures": [simulation.picture(name, text.code) for name in simulation.pictures[:2]],
        "warnings": [
            *simulation.provenance.by_default(simulation.varied, text),
            *(text("simulate.assumed", settings=s) for s in simulation.provenance.settings()),
            *say_all(simulation.warnings, text.code, Problem.told),
        ],
        "headings": headings
        if results.study.stated
        else [*headings[:-1], text("report.uncertainty.positive")],
        "said": law_said(found, text),
        "rows": rows,
        "point": text(f"simulate.{point}", kr=text.kr(simulation.point)),
        "draws": text.number(simulation.draws),
    }


def known(simulation: Simulation, text: Language) -> list[str]:
    """Say what draws of lines and means take as known; nothing where citizens are counted."""
    of_lines = NO_COUPLING in simulation.by_coupling or text.voice.means
    if not (of_lines and simulation.varied):
        return []
    names = ", ".join(text.label(source.label) for source in simulation.varied)
    return [text("headline.known", names=names)]
