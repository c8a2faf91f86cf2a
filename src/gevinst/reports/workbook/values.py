"""Values: what no formula here could find again, as the report has it."""

from __future__ import annotations

import math

from gevinst.analyses.accounts.outcomes import Outcomes
from gevinst.analyses.audit.finding import SEVERITIES
from gevinst.analyses.audit.registry import Audit
from gevinst.reports.alone import Alone
from gevinst.reports.results import Results
from gevinst.reports.sections.appendix import assumptions, made
from gevinst.reports.sections.cited import cited, placed
from gevinst.reports.workbook.sheet import Sheet
from gevinst.study.study import Study
from gevinst.text.language import Language

SIMULATED = (30, 16, 16, 16, 16, 16, 16, 16, 16, 16)
AUDITED = (28, 90, 36, 18, 18, 18)
SOURCES = (40, 60, 24, 24, 40, 40)


def simulated(sheet: Sheet, results: Results, text: Language) -> None:
    """Write mean, spread and limits of the simulation per coupling, each with its own error."""
    simulation = results.simulation
    sheet.said(0, text("book.simulated.title"), 8, "title")
    names = ", ".join(text.label(source.label) for source in simulation.varied)
    about = "about" if simulation.varied else "still"
    draws, seed = text.number(simulation.draws), str(simulation.provenance.seed)
    sheet.said(1, text(f"book.simulated.{about}", names=names, draws=draws, seed=seed), 8)
    if not simulation.varied:
        return
    found = [draws.found for draws in simulation.by_coupling.values()]
    shown = ["mean", "standard_deviation", "low", "high"]
    positive = any(each.probability_positive is not None for each in found)
    shown += ["probability_positive"] * positive
    heads = [text(f"book.simulated.{name}", level=text.level(found[0].level)) for name in shown]
    pairs = [head for each in heads for head in (each, text("book.simulated.error"))]
    sheet.heads(3, 0, [text("table.coupling"), *pairs], range(1, 99))
    for k, (coupling, each) in enumerate(zip(simulation.by_coupling, found, strict=True)):
        sheet.text(4 + k, 0, text(f"coupling.{coupling}"))
        for c, name in enumerate(shown):
            value, error = getattr(each, name), each.mcse.get(name)
            style = "share" if name == "probability_positive" else "kr"
            if value is not None:
                sheet.number(4 + k, 1 + 2 * c, _earned(value, error), style)
            if error is not None:
                sheet.number(4 + k, 2 + 2 * c, error, "share" if style == "share" else "ore")
    row = 5 + len(found)
    for coupling in simulation.by_coupling:
        sheet.said(row, text(f"coupling_explained.{coupling}"), 8)
        row += 1


def _earned(value: float, error: float | None) -> float:
    """Round to the place of the first digit of its error."""
    if not error or not math.isfinite(error):
        return value
    return round(value, -math.floor(math.log10(error)))


def outcomes(sheet: Sheet, found: Outcomes, text: Language) -> None:
    """Write what came out in units other than money, each in its own table, from where one is."""
    for each in found.found:
        sheet.said(sheet.row, found.name(each, text), 5, "section")
        sheet.heads(sheet.row + 1, 0, ["", *found.heads(each, text)])
        sheet.row += 2
        for cells in found.rows(each, text):
            for column, said in enumerate(cells):
                sheet.text(sheet.row, column, said)
            sheet.row += 1
        for sentence in found.sentences(each, text):
            sheet.said(sheet.row, sentence, 5)
            sheet.row += 1
        sheet.row += 1
    for note in found.notes(text):
        sheet.said(sheet.row, note, 5)
        sheet.row += 1


def audited(sheet: Sheet, audit: Audit, study: Study, text: Language) -> None:
    """Write what differs, the gravest first."""
    sheet.said(0, text("book.audited.title"), 2, "title")
    sheet.said(1, audit.counted(text.code), 2)
    heads = ("severity", "finding", "source", "published", "recomputed", "deviation")
    sheet.heads(3, 0, [text(f"book.audited.{head}") for head in heads], range(3, 6))
    findings = sorted(audit.findings, key=lambda each: SEVERITIES.index(each.severity))
    for row, each in enumerate(findings, 4):
        sheet.text(row, 0, text(f"severity.{each.severity}"))
        sheet.text(row, 1, str(placed(each.message(text.code), study)))
        sheet.text(row, 2, str(cited(each.source, study)))
        for column, value in enumerate((each.published, each.recomputed, each.difference), 3):
            if value is not None:
                sheet.number(row, column, value, "kr" if value == round(value) else "ore")
    sheet.page.freeze_panes(4, 0)


def sources(sheet: Sheet, results: Results | Alone, text: Language) -> None:
    """Write what it was made from: versions and choices, sources, rates, notes and references."""
    study = results.study
    sheet.said(0, text("book.sources.title"), 5, "title")
    row = 2
    if isinstance(results, Results):
        told = made.context(results, text)["made"].items()
        row = _pairs(sheet, row, text("book.sources.made"), [*told])
        context = assumptions.context(results, text)
        row = _pairs(sheet, row, text("book.sources.uncertain"), context["sources"])
        sheet.text(row, 0, text("book.inputs.rates"), "section")
        for each in assumptions.rates(results, text)["table"]:
            row += 1
            for column, said in enumerate(each):
                sheet.text(row, column, str(said))
        row += 2
    else:
        versions = ", ".join(f"{k} {v}" for k, v in results.made.versions.items())
        told_alone = [
            (text("report.made.study"), f"{results.made.study}, {results.made.study_hash[:16]}"),
            (text("report.made.versions"), versions),
        ]
        row = _pairs(sheet, row, text("book.sources.made"), told_alone)
    notes = [
        (text.label(n.label), " ".join(filter(None, (n.quote, cited(n.source, study)))))
        for n in study.notes
    ]
    row = _pairs(sheet, row, text("book.sources.notes"), notes)
    named = [(f"[{n}]", text.label(each)) for n, each in enumerate(study.references.values(), 1)]
    _pairs(sheet, row, text("book.sources.references"), named)


def _pairs(sheet: Sheet, row: int, title: str, pairs: list[tuple[str, str]]) -> int:
    """Write a small table of texts; nothing of none."""
    if not pairs:
        return row
    sheet.text(row, 0, title, "section")
    for n, (name, said) in enumerate(pairs, 1):
        sheet.text(row + n, 0, str(name))
        sheet.text(row + n, 1, str(said))
    return row + len(pairs) + 2
