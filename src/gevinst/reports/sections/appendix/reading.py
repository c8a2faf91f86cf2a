"""How to read the page: its marks, and what its words mean."""

from __future__ import annotations

from typing import Any

from gevinst.reports.front.page_one import equally_likely
from gevinst.reports.results import Results
from gevinst.text.language import NBSP, Language

_MARKS = ("dots", "rows", "fold", "numbers")
_WORDS = ("publication", "saving", "difference", "rate", "interval", "allowed", "coupling")
_MORE = ("same_mix", "lost", "turn", "spread", "simulation_error", "assumption")


def context(results: Results, text: Language) -> dict[str, Any]:
    """A line for each mark and for each word that the page has."""
    has = {
        "dots": equally_likely(results) is not None,
        "interval": not results.study.stated and not results.bootstrap.reason,
        "coupling": len(results.bootstrap.difference) > 1,
        "allowed": results.study.paths is None and bool(results.study.statuses),
        "same_mix": results.stratified is not None,
        "lost": results.missing.manski is not None,
        "simulation_error": bool(results.simulation.varied),
    }
    level = text.level(results.bootstrap.level)
    said = {"level": level, "of": level.split(NBSP)[0]}
    words = [word for word in (*_MARKS, *_WORDS, *_MORE) if has.get(word, True)]
    if results.gain.contrast_only:  # a group's own number is its cost
        words = ["difference_cost" if word == "difference" else word for word in words]
    return {
        "words": [
            (text(f"report.reading.{w}", **said), text(f"report.reading.{w}_is", **said))
            for w in words
        ]
    }
