"""The page of a study without prices: its first page, and the sections that no other has."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.start.baseline import cells
from gevinst.reports.alone import Alone
from gevinst.reports.sections.accounts import outcomes
from gevinst.reports.sections.cited import cited
from gevinst.text.language import NBSP, Language

_WORDS = ("fold", "numbers", "publication", "interval", "varies", "allowed")


def front(results: Alone, text: Language) -> dict[str, Any]:
    """The first page: every outcome, with each group's value, the difference and its interval."""
    study = results.study
    basis = study.comparison.basis if study.comparison else {}
    return {
        "title": text("report.front_alone.title", study=text.label(study.title)),
        "basis": text.label(basis) if basis else "",
        "audit": results.audit.counted(text.code),
        **(outcomes.context(results, text) or {"found": [], "figure": None, "notes": []}),
    }


def whereabouts(results: Alone, text: Language) -> dict[str, Any] | None:
    """A table per arm: citizens per status and time, and how many stayed; None of nobody."""
    study = results.study
    if not study.statuses:
        return None
    times = [text.label(time.label) for time in study.times]
    arms = []
    for a, arm in enumerate(study.arms):
        rows = []
        for i in study.statuses:
            if not study.counts[:, :, i].any():
                continue
            item = study.items[i]
            row = [
                text.label(item.label),
                *(_count(results, a, t, i, text) for t in range(len(times))),
            ]
            if results.stayed:
                stayed = results.stayed.get(item.id)
                row.append(
                    _ends(stayed.arms[arm.id].low, stayed.arms[arm.id].high, text) if stayed else ""
                )
            rows.append(row)
        arms.append({"label": text.label(arm.label), "rows": rows})
    heads = [*times, *([text("report.whereabouts.stayed")] if results.stayed else [])]
    known = study.paths is not None
    return {"heads": heads, "arms": arms, "stayed": bool(results.stayed), "known": known}


def _count(results: Alone, a: int, t: int, i: int, text: Language) -> str:
    """Write a count, or from which to which it can be."""
    study = results.study
    sets = study.masked[study.arms[a].id][t][:, i] if study.arms[a].id in study.masked else None
    if sets is None:
        return text.number(int(study.counts[a, t, i]))
    return _ends(int(sets.min()), int(sets.max()), text)


def _ends(low: int, high: int, text: Language) -> str:
    return "–".join(dict.fromkeys(map(text.number, (low, high))))


def start(results: Alone, text: Language) -> dict[str, Any] | None:
    """Who the groups were at start; None where they are not compared within strata."""
    found = results.start
    if found is None:
        return None
    arms = [text.label(found.labels[arm]) for arm in found.analysed]
    heads = [*arms, text("baseline.smd"), text("baseline.smd_standardised")]
    # A stratum that is a status is one row.
    rows = dict.fromkeys((text.label(row.label), *cells(row, text)) for row in found.rows)
    return {"by": text.label(found.by), "heads": heads, "rows": list(rows)}


def reading(results: Alone, text: Language) -> dict[str, Any]:
    """A line for each word that the page has."""
    measured = results.outcomes.found if results.outcomes else ()
    has = {
        "interval": any(each.intervals for each in measured),
        "varies": any(len(each.intervals) > 1 for each in measured),
        "allowed": bool(results.stayed) and results.study.paths is None,
    }
    level = text.level(results.outcomes.level) if results.outcomes else ""
    said = {"level": level, "of": level.split(NBSP)[0]}
    return {
        "words": [
            (text(f"report.reading.{w}", **said), text(f"report.reading.{w}_is", **said))
            for w in _WORDS
            if has.get(w, True)
        ]
    }


def notes(results: Alone, text: Language) -> dict[str, Any] | None:
    """What a reader must know, and the references; None where there are neither."""
    study = results.study
    if not (study.notes or study.references):
        return None
    return {
        "sources": [],
        "notes": [
            {"text": text.label(n.label), "quote": n.quote, "source": cited(n.source, study)}
            for n in study.notes
        ],
        "references": [text.label(label) for label in study.references.values()],
    }


def made(results: Alone, text: Language) -> dict[str, Any]:
    """Each as a label and a text."""
    by = results.made
    return {
        "made": {
            text("report.made.study"): f"{by.study}, SHA-256 {by.study_hash[:16]}",
            text("report.made.versions"): ", ".join(f"{k} {v}" for k, v in by.versions.items()),
        }
    }
