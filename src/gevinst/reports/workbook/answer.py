"""Answer: the first page, with what the study found beside what the sheets now give."""

from __future__ import annotations

from collections.abc import Mapping

from gevinst.analyses.published import printed
from gevinst.reports.front.page_one import page_one, rows
from gevinst.reports.results import Results
from gevinst.reports.workbook.calculation import Calculated
from gevinst.reports.workbook.inputs import Given, arms_of
from gevinst.reports.workbook.live import Live, quoted
from gevinst.reports.workbook.sheet import Sheet
from gevinst.reports.workbook.uncertainty import Limits
from gevinst.text.language import Language

WIDTHS = (50, 18, 18, 18, 18, 60)
ACROSS = 5


def opening(sheet: Sheet, results: Results, text: Language) -> None:
    """Write the question, the verdict and what it rests on."""
    page = page_one(results, text)
    sheet.said(0, page["title"], ACROSS, "title")
    sheet.row = 1
    said = [*page["opening"], page["verdict"], *page["others"]]
    for sentence in said:
        style = "bold" if sentence == page["verdict"] else "plain"
        sheet.said(sheet.row, sentence, ACROSS, style)
        sheet.row += 1
    if results.study.masked:
        low, high = map(text.kr, results.gain.bounds)
        sheet.said(sheet.row, text("book.answer.masked", low=low, high=high), ACROSS)
        sheet.row += 1
    sheet.row += 1


def values(sheet: Sheet, results: Results, text: Language) -> None:
    """Write the rows of the report's table, as the study had them."""
    sheet.text(sheet.row, 0, text("book.answer.report"), "section")
    heads = [text(f"book.answer.{name}") for name in ("what", "point", "low", "high", "counted")]
    sheet.heads(sheet.row + 1, 0, [*heads[:4], "", heads[4]], (1, 2, 3))
    sheet.row += 2
    for row, shown in zip(rows(results), page_one(results, text)["rows"], strict=True):
        style = "bold" if row.quote else "plain"
        called = shown["label"] + (f" ({shown['quote']})" if shown["quote"] else "")
        sheet.text(sheet.row, 0, called, style)
        if row.point is not None:
            sheet.number(sheet.row, 1, row.point)
        ends = row.interval or row.band
        for column, end in enumerate(ends or (), 2):
            sheet.number(sheet.row, column, _hundreds(end))
        sheet.text(sheet.row, 5, shown["counted"])
        sheet.row += 1
    sheet.said(sheet.row, page_one(results, text)["unit"], ACROSS)
    sheet.row += 2


def _hundreds(kr: float) -> float:
    from gevinst.text.language import rounded

    return rounded(kr)


def live(
    sheet: Sheet,
    results: Results,
    given: Given,
    calculated: Calculated,
    stop: Live,
    limits: Mapping[str, Limits],
    why: str,
    text: Language,
) -> None:
    """Write what the sheets give now: the check, the arms, the difference and its limits."""
    study = results.study
    sheet.text(sheet.row, 0, text("book.answer.live"), "section")
    sheet.said(
        sheet.row + 1, text("book.answer.about" if limits else "book.answer.follows"), ACROSS
    )
    fine = text("book.answer.fine")
    check = Live(f'IF({stop.said}="",{quoted(fine)},{stop.said})', stop.value or fine)
    sheet.text(sheet.row + 2, 0, text("book.answer.check"), "bold")
    sheet.page.merge_range(sheet.row + 2, 1, sheet.row + 2, ACROSS, "", sheet.book.styles["bold"])
    sheet.live(sheet.row + 2, 1, check, "bold", name="check")
    sheet.row += 4
    point = results.simulation.point
    found = printed(study, point)
    sheet.heads(sheet.row, 0, ["", text("book.answer.kr")], (1,))
    sheet.row += 1
    known = [("published", found)] if found is not None else []
    headline = results.made.headline
    if headline is not None:
        known.append(("published", headline.printed))
    known.append(("recomputed", results.gain.difference))
    for name, kr in known:
        sheet.text(sheet.row, 0, text(f"book.answer.{name}"))
        sheet.number(sheet.row, 1, float(kr or 0.0))
        sheet.row += 1
    for a in arms_of(study) if len(arms_of(study)) > 1 else ():
        label = text.label(study.arms[a].label)
        cost = results.gain.contrast_only  # an arm's own gain is but minus what it cost
        kind, sign = ("cost", -1) if cost else ("net", 1)
        sheet.text(sheet.row, 0, text(f"book.answer.{kind}", arm=label))
        own = (calculated.net[a] * sign).unless(stop)
        sheet.live(sheet.row, 1, own, name=f"{kind}.{study.arms[a].id}")
        sheet.row += 1
    sheet.text(sheet.row, 0, text("book.answer.difference"), "bold")
    difference = calculated.difference.unless(stop)
    shown = sheet.live(sheet.row, 1, difference, "result", name="difference")
    sheet.text(sheet.row + 1, 0, text("book.answer.moved"))
    recomputed = sheet.at(sheet.row - 1 - len(calculated.net) * (len(calculated.net) > 1), 1)
    moved = Live(
        f'IF(ISNUMBER({shown.said}),{shown.said}-{recomputed},"–")',
        difference.value - results.gain.difference,
    )
    sheet.live(sheet.row + 1, 1, moved, name="moved")
    sheet.row += 3
    if not limits:
        sheet.said(sheet.row, why, ACROSS)
        sheet.row += 2
        return
    heads = ("error", "degrees", "low", "high")
    named = [text(f"book.uncertainty.{name}") for name in heads]
    sheet.heads(
        sheet.row, 0, [text("table.coupling"), *named, text("book.answer.note")], range(1, 5)
    )
    for k, (coupling, each) in enumerate(limits.items(), 1):
        sheet.text(sheet.row + k, 0, text(f"coupling.{coupling}"))
        cells = (each.error, each.degrees, each.low, each.high, each.note)
        for column, cell in enumerate(cells, 1):
            style = {2: "ore", 5: "plain"}.get(column, "kr")
            empty = column == 5
            said = f'IF({cell.said}="","",{cell.said})' if empty else cell.said
            sheet.live(sheet.row + k, column, Live(said, cell.value), style)
    sheet.row += len(limits) + 1
    sheet.text(sheet.row, 0, text("book.inputs.level"))
    sheet.live(sheet.row, 1, given.level, "share")
    sheet.row += 2
