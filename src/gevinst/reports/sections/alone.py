"""The page of a study without prices: its first page, and the sections that no other has."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.start.baseline import cells as balance
from gevinst.reports.alone import Alone, Whereabouts
from gevinst.reports.sections.accounts import outcomes, yearly
from gevinst.reports.sections.cited import cited
from gevinst.study.named import label_of
from gevinst.text.language import NBSP, Language

_WORDS = ("fold", "numbers", "publication", "interval", "varies", "allowed")


def front(results: Alone, text: Language) -> dict[str, Any]:
    """The first page: every outcome with its difference; without any, every account by year."""
    study = results.study
    basis = study.comparison.basis if study.comparison else {}
    first = (yearly, "accounts.heading"), (outcomes, "outcomes.heading")
    shown, heading = first[not results.accounts_first]
    found = shown.context(results, text)
    return {
        "title": title(results, text),
        "heading": text(heading if found else "report.front_alone.none"),
        "basis": text.label(basis) if basis else "",
        "audit": results.audit.counted(text.code),
        "listed": results.accounts_first,
        **(found or {"found": [], "figure": None, "notes": []}),
    }


def title(results: Alone, text: Language) -> str:
    """Name the study, and what its first page shows."""
    key = "accounts" if results.accounts_first else "title"
    return text(f"report.front_alone.{key}", study=text.label(results.study.title))


def accounts(results: Alone, text: Language) -> dict[str, Any] | None:
    """Accounts by year, where the first page holds outcomes."""
    return None if results.accounts_first else yearly.context(results, text)


def whereabouts(results: Alone, text: Language) -> dict[str, Any] | None:
    """A table per arm: citizens per status and time, and how many stayed; None of nobody."""
    study, found = results.study, results.whereabouts
    if not found:
        return None
    followed = any(each.stayed for each in found)

    def cells(each: Whereabouts) -> list[str]:
        ends = [*zip(each.least, each.most, strict=True), *([each.stayed] if followed else [])]
        label = text.label(label_of(study.items, each.status))
        return [label, *("" if pair is None else _ends(*pair, text) for pair in ends)]

    arms = [
        {
            "label": text.label(arm.label),
            "rows": [cells(each) for each in found if each.arm == arm.id],
        }
        for arm in study.arms
    ]
    heads = [text.label(time.label) for time in study.times]
    heads += [text("report.whereabouts.stayed")] if followed else []
    return {"heads": heads, "arms": arms, "stayed": followed, "known": study.paths is not None}


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
    rows = dict.fromkeys((text.label(row.label), *balance(row, text)) for row in found.rows)
    return {"by": text.label(found.by), "heads": heads, "rows": list(rows)}


def reading(results: Alone, text: Language) -> dict[str, Any]:
    """A line for each word that the page has."""
    measured = results.outcomes.found if results.outcomes else ()
    has = {
        "interval": any(each.intervals for each in measured),
        "varies": any(len(each.intervals) > 1 for each in measured),
        "allowed": any(each.stayed for each in results.whereabouts) and not results.study.paths,
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
